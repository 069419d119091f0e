#include "cli/setup_keys.h"

const struct config_option setup_keys_alias[] = {
    {.name = "command", .type = CONFIG_TEXT, .example = ":jobs /user=me", .help = "the line that it stands for"},
    {.name = NULL},
};

const struct config_option setup_keys_bind[] = {
    {.name = "command",
     .type = CONFIG_TEXT,
     .example = ":links /severity=crit",
     .help = "the line that it runs; none: the key does nothing"},
    {.name = "help", .type = CONFIG_TEXT, .example = "links that are critical", .help = "what the help says of it"},
    {.name = NULL},
};

/* What is read, and who hears what is wrong with it. */
struct reading {
    struct setup *s;
    setup_keys_tell *tell;
    void *ctx;
    struct err *err; /* the first */
    bool good;
};

static bool at_line(struct reading *r, const struct config *section, const char *kind, struct err *wrong)
{
    int line = config_origin(section, "command");

    err_prefix(wrong, "%s:%d: %s '%s'", r->s->config_path, line > 0 ? line : config_line(section), kind,
               config_title(section));
    err_exit(wrong, 78);
    if (r->good)
        *r->err = *wrong;
    r->good = false;
    if (r->tell)
        r->tell(r->ctx, wrong);
    return false;
}

static size_t count_of(struct reading *r, const char *kind)
{
    size_t n = r->s->config ? config_section_count(r->s->config, kind) : 0;

    if (n <= SETUP_KEYS_MAX)
        return n;
    config_fail(config_section(r->s->config, kind, SETUP_KEYS_MAX), r->err, "there are more than %d sections %s",
                SETUP_KEYS_MAX, kind);
    r->good = false;
    return SETUP_KEYS_MAX;
}

static const struct console_alias *read_aliases(struct reading *r)
{
    size_t n = count_of(r, "alias");
    struct console_alias *all = arena_alloc(&r->s->arena, (n + 1) * sizeof *all);

    for (size_t i = 0; i < n; i++) {
        const struct config *c = config_section(r->s->config, "alias", i);
        all[i] = (struct console_alias){config_title(c), config_text(c, "command")};
    }
    all[n] = (struct console_alias){0};
    for (size_t i = 0; i < n; i++) {
        struct err wrong = {0};
        if (!all[i].command || !console_alias_check(&all[i], all, &wrong)) {
            if (!all[i].command)
                err_set(&wrong, ERR_INPUT, "it has no command");
            at_line(r, config_section(r->s->config, "alias", i), "alias", &wrong);
            all[i].command = "";
        }
    }
    return all;
}

static const struct console_bind *read_binds(struct reading *r, const struct console_alias *aliases)
{
    size_t n = count_of(r, "bind"), kept = 0;
    struct console_bind *all = arena_alloc(&r->s->arena, (n + 1) * sizeof *all);

    for (size_t i = 0; i < n; i++) {
        const struct config *c = config_section(r->s->config, "bind", i);
        const char *key = config_title(c), *command = config_text(c, "command");
        struct err wrong = {0};
        if (console_bind_check(key, command, aliases, &wrong))
            all[kept++] = (struct console_bind){key_parse(key), key, command, config_text(c, "help")};
        else
            at_line(r, c, "bind", &wrong);
    }
    all[kept] = (struct console_bind){0};
    return all;
}

bool setup_keys_read(struct setup *s, const struct console_alias **aliases, const struct console_bind **binds,
                     setup_keys_tell *tell, void *ctx, struct err *err)
{
    struct reading r = {.s = s, .tell = tell, .ctx = ctx, .err = err, .good = true};

    *aliases = read_aliases(&r);
    *binds = read_binds(&r, *aliases);
    return r.good;
}
