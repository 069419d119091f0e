#include "domain/scope.h"

const enum concern_key scope_keys[SCOPE_LISTS] = {CONCERN_HUB,     CONCERN_CLUSTER, CONCERN_SCHEDULER,
                                                  CONCERN_ACCOUNT, CONCERN_TENANT,  CONCERN_RULE};
const char *const scope_words[SCOPE_LISTS] = {"hubs", "clusters", "schedulers", "accounts", "tenants", "rules"};

static enum concern_answer list_has(const struct scope_list *l, const struct concern *c)
{
    enum concern_answer best = l->count == 0 ? CONCERN_YES : CONCERN_NO;
    for (size_t i = 0; i < l->count && best != CONCERN_YES; i++) {
        enum concern_answer one = concern_is(c, l->key, l->values[i]);
        best = one == CONCERN_NO ? best : one;
    }
    return best;
}

static enum concern_answer answer(const struct scope *s, const struct concern *c)
{
    enum concern_answer all = CONCERN_YES;
    for (size_t i = 0; s && i < SCOPE_LISTS && all != CONCERN_NO; i++) {
        enum concern_answer one = list_has(&s->lists[i], c);
        all = one == CONCERN_YES ? all : one;
    }
    return all;
}

bool scope_has(const struct scope *s, const struct concern *c)
{
    return answer(s, c) != CONCERN_NO;
}

enum concern_answer scope_of_row(const struct scope *s, const struct row *row, const struct row *clusters,
                                 size_t cluster_count)
{
    struct concern c = concern_of(row);
    concern_hubs(&c, clusters, cluster_count);
    return answer(s, &c);
}

bool scope_has_row(const struct scope *s, const struct row *row, const struct row *clusters, size_t cluster_count)
{
    return scope_of_row(s, row, clusters, cluster_count) != CONCERN_NO;
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
