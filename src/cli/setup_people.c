#include "cli/setup_people.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CONTACTS_MAX = 500, SCOPES_MAX = 100, CONDITIONS_MAX = 64, VALUES_MAX = 500 };
#define RUNBOOKS "runbooks"

const struct config_option setup_people_contact[] = {
    {.name = "name", .type = CONFIG_TEXT, .example = "Wang Qiang", .help = "who; without one the roster tells"},
    {.name = "name_zh", .type = CONFIG_TEXT, .example = "王强", .help = "the name in Chinese"},
    {.name = "phone",
     .type = CONFIG_TEXT,
     .example = "+86 139 0000 0021",
     .help = "the number; on screens its middle is hidden"},
    {.name = "for",
     .type = CONFIG_LIST,
     .example = "rule=link cluster=SHG",
     .help = "what it is called for: one of these conditions must hold; words in one condition must all hold"},
    {.name = "level",
     .type = CONFIG_INT,
     .preset = "1",
     .help = "the place in the call tree: 1 is called first",
     .min = 1,
     .max = CONTACT_LEVEL_MAX},
    {.name = "scope", .type = CONFIG_TEXT, .example = "NAME", .help = "only for what belongs to that scope"},
    {.name = NULL},
};

const struct config_option setup_people_scope[] = {
    {.name = "hubs", .type = CONFIG_LIST, .example = "GBA", .help = "hubs that belong to it"},
    {.name = "clusters", .type = CONFIG_LIST, .example = "SHG", .help = "clusters; a link belongs to both of its ends"},
    {.name = "schedulers", .type = CONFIG_LIST, .example = "shg-ai", .help = "schedulers"},
    {.name = "accounts", .type = CONFIG_LIST, .example = "astro", .help = "accounts"},
    {.name = "tenants", .type = CONFIG_LIST, .example = "T-01", .help = "tenants"},
    {.name = "rules", .type = CONFIG_LIST, .example = "link heat", .help = "rules of alerts"},
    {.name = "users", .type = CONFIG_LIST, .example = "li.wei", .help = "logins whose scope it is"},
    {.name = NULL},
};

static bool wrong(const struct setup *s, const struct config *c, const char *option, struct err *err)
{
    int line = config_origin(c, option);
    err_prefix(err, "%s:%d", s->config_path, line > 0 ? line : config_line(c));
    return err_exit(err, 78);
}

static struct safe_text text_at(const struct config *c, const char *name)
{
    const char *text = config_text(c, name);
    return text_of(text ? text : "");
}

/* --- lists --- */

static bool read_list(struct setup *s, const struct config *c, const char *name, size_t max,
                      const struct safe_text **out, size_t *count, struct err *err)
{
    size_t n = config_list_count(c, name);
    struct safe_text *all = arena_alloc(&s->arena, (n + 1) * sizeof *all);
    *out = all;
    *count = n;
    for (size_t i = 0; i < n; i++)
        all[i] = text_of(config_list_at(c, name, i));
    if (n <= max)
        return true;
    err_set(err, ERR_INPUT, "'%s' has more than %zu values", name, max);
    return wrong(s, c, name, err);
}

/* --- scopes --- */

static bool read_scope(struct setup *s, const struct config *c, struct scope *out, struct err *err)
{
    bool limited = false;
    *out = (struct scope){.name = text_of(config_title(c))};
    for (size_t i = 0; i < SCOPE_LISTS; i++) {
        struct scope_list *l = &out->lists[i];
        l->key = scope_keys[i];
        if (!read_list(s, c, scope_words[i], VALUES_MAX, &l->values, &l->count, err))
            return false;
        limited = limited || l->count > 0;
    }
    if (!read_list(s, c, "users", VALUES_MAX, &out->users, &out->user_count, err))
        return false;
    if (limited)
        return true;
    err_set(err, ERR_INPUT, "the scope '%s' names nothing: everything would belong to it", config_title(c));
    err_hint(err, "give it hubs, clusters, schedulers, accounts, tenants or rules");
    return wrong(s, c, "users", err);
}

static bool read_scopes(struct setup *s, struct err *err)
{
    size_t n = config_section_count(s->config, "scope");
    struct scope *all = arena_alloc(&s->arena, (n + 1) * sizeof *all);
    if (n > SCOPES_MAX)
        return err_set(err, ERR_INPUT, "%s: more than %d scopes", s->config_path, SCOPES_MAX) || err_exit(err, 78);
    for (size_t i = 0; i < n; i++) {
        if (!read_scope(s, config_section(s->config, "scope", i), &all[i], err))
            return false;
    }
    s->people.scopes = all;
    s->people.scope_count = n;
    return true;
}

static bool choose_scope(struct setup *s, const struct options *o, struct err *err)
{
    const struct passwd *p = o->scope ? NULL : getpwuid(getuid());
    const struct people *people = &s->people;
    if (!o->scope) {
        s->people.mine = p ? scope_of_login(people->scopes, people->scope_count, text_of(p->pw_name)) : NULL;
        return true;
    }
    s->people.mine = scope_named(people->scopes, people->scope_count, text_of(o->scope));
    if (s->people.mine)
        return true;
    err_set(err, ERR_INPUT, "no scope is called '%s'", o->scope);
    err_hint(err, "'hubtop config print' shows the sections scope that there are");
    return err_exit(err, 64);
}

/* --- contacts --- */

static bool conditions_good(const struct setup *s, const struct config *c, const struct contact *contact,
                            struct err *err)
{
    for (size_t i = 0; i < contact->condition_count; i++) {
        if (!concern_check(contact->conditions[i], err)) {
            err_prefix(err, "contact '%s'", config_title(c));
            return wrong(s, c, "for", err);
        }
    }
    return true;
}

static bool contact_good(const struct setup *s, const struct config *c, const struct contact *contact, struct err *err)
{
    const char *scope = config_text(c, "scope");
    bool named = !text_empty(contact->name) || !text_empty(contact->name_zh);
    if (scope && !contact->scope) {
        err_set(err, ERR_INPUT, "contact '%s': no scope is called '%s'", config_title(c), scope);
        err_hint(err, "each is a section scope of this file");
        return wrong(s, c, "scope", err);
    }
    if (named || s->people.roster)
        return conditions_good(s, c, contact, err);
    err_set(err, ERR_INPUT, "contact '%s' has no name, and no roster_command tells who it is", config_title(c));
    err_hint(err, "give it a name, or a roster_command that prints lines ROLE NAME PHONE with the role '%s'",
             config_title(c));
    return wrong(s, c, "name", err);
}

static bool read_contact(struct setup *s, const struct config *c, struct contact *out, struct err *err)
{
    *out = (struct contact){.role = text_of(config_title(c)),
                            .name = text_at(c, "name"),
                            .name_zh = text_at(c, "name_zh"),
                            .phone = text_at(c, "phone"),
                            .level = (int)config_int(c, "level", 1),
                            .scope = scope_named(s->people.scopes, s->people.scope_count, text_at(c, "scope"))};
    return read_list(s, c, "for", CONDITIONS_MAX, &out->conditions, &out->condition_count, err) &&
           contact_good(s, c, out, err);
}

static bool read_contacts(struct setup *s, struct err *err)
{
    size_t n = config_section_count(s->config, "contact");
    struct contact *all = arena_alloc(&s->arena, (n + 1) * sizeof *all);
    if (n > CONTACTS_MAX)
        return err_set(err, ERR_INPUT, "%s: more than %d contacts", s->config_path, CONTACTS_MAX) || err_exit(err, 78);
    for (size_t i = 0; i < n; i++) {
        if (!read_contact(s, config_section(s->config, "contact", i), &all[i], err))
            return false;
    }
    s->people.contacts = all;
    s->people.contact_count = n;
    return true;
}

bool setup_people_read(struct setup *s, const struct options *o, struct err *err)
{
    s->people = (struct people){0};
    if (!s->config)
        return choose_scope(s, o, err);
    s->people.roster = config_list_count(s->config, SETUP_PEOPLE_ROSTER) > 0;
    return read_scopes(s, err) && read_contacts(s, err) && choose_scope(s, o, err);
}

/* --- commands --- */

size_t setup_people_commands(struct setup *s, struct launcher_command *out, size_t max)
{
    static const struct {
        const char *name;
        int64_t timeout_ms;
    } table[] = {{SETUP_PEOPLE_ROSTER, 0}, {SETUP_PEOPLE_ESCALATE, 0}, {SETUP_PEOPLE_BULLETIN, 0}};
    size_t n = 0;
    for (size_t i = 0; s->config && i < sizeof table / sizeof *table && n < max; i++) {
        size_t words = config_list_count(s->config, table[i].name);
        const char **argv = arena_alloc(&s->arena, (words + 1) * sizeof *argv);
        for (size_t k = 0; k < words; k++)
            argv[k] = config_list_at(s->config, table[i].name, k);
        if (words > 0)
            out[n++] = (struct launcher_command){.name = table[i].name, .argv = argv};
    }
    return n;
}

/* --- runbooks --- */

/* The folder of sample:DIR or sample:DIR?…. */
static bool of_sample(const struct setup *s, char out[DIR_PATH_MAX])
{
    for (size_t i = 0; i < s->source_count; i++) {
        const char *url = s->sources[i].url;
        if (strcmp(s->sources[i].driver->name, "sample") != 0)
            continue;
        url = strncmp(url, "sample:", 7) == 0 ? url + 7 : url;
        int n = snprintf(out, DIR_PATH_MAX, "%.*s/" RUNBOOKS, (int)strcspn(url, "?"), url);
        return n > 0 && n < DIR_PATH_MAX;
    }
    return false;
}

static bool of_config(const struct setup *s, char out[DIR_PATH_MAX])
{
    const char *given = config_text(s->config, RUNBOOKS);
    return setup_path(s, given ? given : RUNBOOKS, out);
}

bool setup_people_runbooks(const struct setup *s, char out[DIR_PATH_MAX], struct err *err)
{
    bool given = s->config && config_given(s->config, RUNBOOKS);
    if (s->config && of_config(s, out) && (given || access(out, F_OK) == 0))
        return true;
    if (!given && of_sample(s, out))
        return true;
    if (s->config && of_config(s, out))
        return true;
    err_set(err, ERR_INPUT, "no folder of runbooks is known: there is no configuration");
    err_hint(err, "'runbooks' in the configuration names one; 'hubtop config init' writes a configuration");
    return err_exit(err, 66);
}
