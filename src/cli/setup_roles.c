#include "cli/setup_roles.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>

enum { RULES_MAX = 1000 };

const struct config_option *setup_roles_schema(struct arena *a)
{
    struct config_option *all = arena_alloc(a, (ROLES_COUNT + 1) * sizeof *all);
    for (size_t i = 0; i < ROLES_COUNT; i++)
        all[i] = (struct config_option){.name = roles_table[i].name,
                                        .type = CONFIG_LIST,
                                        .preset = roles_table[i].preset,
                                        .help = roles_table[i].help};
    all[ROLES_COUNT] = (struct config_option){.name = NULL};
    return all;
}

static bool find_user(const char *name, int64_t *uid)
{
    const struct passwd *p = getpwnam(name);
    if (p)
        *uid = p->pw_uid;
    return p != NULL;
}

static bool find_group(const char *name, int64_t *gid)
{
    const struct group *g = getgrnam(name);
    if (g)
        *gid = g->gr_gid;
    return g != NULL;
}

static bool wrong(const struct setup *s, const struct config *c, const char *role, struct err *err)
{
    int line = config_origin(c, role);
    err_prefix(err, "%s:%d: %s", s->config_path, line > 0 ? line : config_line(c), role);
    return err_exit(err, 78);
}

static bool read_role(struct setup *s, const struct config *c, const char *role, struct roles_list *out,
                      struct err *err)
{
    static const struct roles_lookup lookup = {find_user, find_group};
    size_t n = config_list_count(c, role);
    struct roles_rule *rules = arena_alloc(&s->arena, (n + 1) * sizeof *rules);
    *out = (struct roles_list){.rules = rules};
    if (n > RULES_MAX) {
        err_set(err, ERR_INPUT, "more than %d are named", RULES_MAX);
        return wrong(s, c, role, err);
    }
    for (size_t i = 0; i < n; i++) {
        struct err why = {0};
        const char *word = config_list_at(c, role, i);
        if (roles_rule_read(word, &lookup, &rules[out->count], &why))
            out->count++;
        else if (strcmp(word, ROLES_GROUP) != 0) {
            *err = why;
            return wrong(s, c, role, err);
        }
    }
    return true;
}

static bool read_all(struct setup *s, const struct config *c, struct err *err)
{
    for (size_t i = 0; i < ROLES_COUNT; i++) {
        if (!read_role(s, c, roles_table[i].name, &s->roles.lists[i], err))
            return false;
    }
    return true;
}

/* Texts of keys are the configuration's: those of the presets have none. */
static bool read_presets(struct setup *s, struct err *err)
{
    const struct config_option schema[] = {
        {.name = SETUP_ROLES, .type = CONFIG_SECTION, .children = setup_roles_schema(&s->arena)}, {.name = NULL}};
    struct config *c = config_parse("presets", SETUP_ROLES " {}", schema, err);
    bool ok = c && read_all(s, config_section(c, SETUP_ROLES, 0), err);
    config_free(c);
    return ok;
}

bool setup_roles_read(struct setup *s, struct err *err)
{
    size_t n = s->config ? config_section_count(s->config, SETUP_ROLES) : 0;
    return n > 0 ? read_all(s, config_section(s->config, SETUP_ROLES, n - 1), err) : read_presets(s, err);
}
