#include "cli/setup_check.h"

#include <stdio.h>
#include <string.h>

#include "cli/screen.h"
#include "cli/setup_keys.h"
#include "cli/setup_source.h"

struct checking {
    struct setup *s;
    const struct options *o;
    setup_check_tell *tell;
    void *ctx;
    bool good;
};

static void wrong(struct checking *c, const struct err *err)
{
    c->good = false;
    c->tell(c->ctx, err);
}

/* Of the configuration, with its line; 0: it has none. */
static void wrong_at(struct checking *c, int line, struct err *err)
{
    if (line > 0)
        err_prefix(err, "%s:%d", c->s->config_path, line);
    err_exit(err, 78);
    wrong(c, err);
}

/* --- words --- */

static bool among(const char *const *words, const char *word)
{
    while (*words && strcmp(*words, word) != 0)
        words++;
    return *words != NULL;
}

/* libconfuse knows texts; which ones make sense is known here. */
static void check_words(struct checking *c)
{
    static const struct {
        const char *option, *words[5], *hint;
    } table[] = {{"glyphs", {"auto", "unicode", "safe", "ascii"}, "it is one of auto, unicode, safe, ascii"},
                 {"language", {"auto", "en", "zh"}, "it is one of auto, en, zh"}};
    for (size_t i = 0; c->s->config && i < sizeof table / sizeof *table; i++) {
        struct err err = {0};
        const char *word = config_text(c->s->config, table[i].option);
        if (!word || among(table[i].words, word))
            continue;
        err_set(&err, ERR_INPUT, "cannot use '%s' for '%s'", word, table[i].option);
        err_hint(&err, "%s", table[i].hint);
        wrong_at(c, config_origin(c->s->config, table[i].option), &err);
    }
}

static void check_theme(struct checking *c)
{
    struct err err = {0};
    struct theme theme;
    char path[DIR_PATH_MAX];
    if (!screen_theme(c->s, c->o, path, &err))
        wrong_at(c, c->o->theme ? 0 : config_origin(c->s->config, "theme"), &err);
    else if (!theme_load(path, &theme, &err))
        wrong(c, &err);
}

static void tell_wrong(void *ctx, const struct err *err)
{
    wrong(ctx, err);
}

static void check_keys(struct checking *c)
{
    const struct console_alias *aliases;
    const struct console_bind *binds;
    struct err err = {0};
    if (c->s->config)
        setup_keys_read(c->s, &aliases, &binds, tell_wrong, c, &err);
}

/* --- contexts --- */

static void check_context(struct checking *c, const struct config *context)
{
    struct err err = {0};
    if (!setup_context_name(config_title(context), &err))
        wrong_at(c, config_line(context), &err);
    for (size_t i = 0; i < config_list_count(context, "sources"); i++) {
        const char *name = config_list_at(context, "sources", i);
        if (setup_section(c->s->config, "source", name))
            continue;
        err = (struct err){0};
        err_set(&err, ERR_INPUT, "context '%s': no source is called '%s'", config_title(context), name);
        err_hint(&err, "each name in a context's sources is a source section's");
        wrong_at(c, config_origin(context, "sources"), &err);
    }
}

/* The one that is used, and all. */
static const struct config *check_contexts(struct checking *c)
{
    struct err err = {0};
    const struct config *context = NULL;
    if (!setup_context(c->s, c->o, &context, &err))
        wrong_at(c, c->o->context ? 0 : config_origin(c->s->config, "use_context"), &err);
    for (size_t i = 0; i < config_section_count(c->s->config, "context"); i++)
        check_context(c, config_section(c->s->config, "context", i));
    return c->o->context ? context : NULL;
}

/* --- sources --- */

static bool is_listed(const struct config *context, const char *name)
{
    for (size_t i = 0; i < config_list_count(context, "sources"); i++) {
        if (strcmp(config_list_at(context, "sources", i), name) == 0)
            return true;
    }
    return context == NULL;
}

static size_t sources_of_config(struct checking *c, const struct config *context, struct collector_source *all)
{
    size_t n = 0;
    for (size_t i = 0; i < config_section_count(c->s->config, "source"); i++) {
        struct err err = {0};
        const struct config *section = config_section(c->s->config, "source", i);
        if (!setup_source_of_config(c->s, section, &all[n], &err))
            wrong(c, &err);
        else if (is_listed(context, config_title(section)))
            n++;
    }
    return n;
}

static size_t sources_of_urls(struct checking *c, struct collector_source *all)
{
    size_t n = 0;
    for (size_t i = 0; i < c->o->source_count; i++) {
        struct err err = {0};
        if (setup_source_of_url(c->s, c->o->sources[i], &all[n], &err))
            n++;
        else
            wrong(c, &err);
    }
    return n;
}

static void check_sources(struct checking *c, const struct config *context)
{
    size_t most = c->o->source_count + config_section_count(c->s->config, "source");
    struct collector_source *all = arena_alloc(&c->s->arena, (most + 1) * sizeof *all);
    c->s->sources = all;
    c->s->source_count = c->o->source_count > 0 ? sources_of_urls(c, all) : sources_of_config(c, context, all);
}

bool setup_check(struct setup *s, const struct options *o, const char *state_dir, setup_check_tell *tell, void *ctx)
{
    struct err err = {0};
    struct checking c = {.s = s, .o = o, .tell = tell, .ctx = ctx, .good = true};
    *s = (struct setup){0};
    snprintf(s->state_dir, sizeof s->state_dir, "%s", state_dir);
    if (!setup_read(s, o, &err)) {
        wrong(&c, &err);
        return false;
    }
    const struct config *context = check_contexts(&c);
    err = (struct err){0};
    if (!setup_fleet(s, o, &err))
        wrong(&c, &err);
    check_words(&c);
    check_theme(&c);
    check_keys(&c);
    check_sources(&c, context);
    return c.good;
}
