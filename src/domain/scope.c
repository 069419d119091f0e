#include "domain/scope.h"

const enum concern_key scope_keys[SCOPE_LISTS] = {CONCERN_HUB,     CONCERN_CLUSTER, CONCERN_SCHEDULER,
                                                  CONCERN_ACCOUNT, CONCERN_TENANT,  CONCERN_RULE};
const char *const scope_words[SCOPE_LISTS] = {"hubs", "clusters", "schedulers", "accounts", "tenants", "rules"};

static bool list_has(const struct scope_list *l, const struct concern *c)
{
    for (size_t i = 0; i < l->count; i++) {
        if (concern_is(c, l->key, l->values[i]) != CONCERN_NO)
            return true;
    }
    return l->count == 0;
}

bool scope_has(const struct scope *s, const struct concern *c)
{
    for (size_t i = 0; s && i < SCOPE_LISTS; i++) {
        if (!list_has(&s->lists[i], c))
            return false;
    }
    return true;
}

bool scope_has_row(const struct scope *s, const struct row *row, const struct row *clusters, size_t cluster_count)
{
    struct concern c = concern_of(row);
    concern_hubs(&c, clusters, cluster_count);
    return scope_has(s, &c);
}

const struct scope *scope_named(const struct scope *all, size_t n, struct safe_text name)
{
    for (size_t i = 0; i < n; i++) {
        if (text_equal(all[i].name, name))
            return &all[i];
    }
    return NULL;
}

const struct scope *scope_of_login(const struct scope *all, size_t n, struct safe_text login)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < all[i].user_count; k++) {
            if (text_equal(all[i].users[k], login))
                return &all[i];
        }
    }
    return NULL;
}
