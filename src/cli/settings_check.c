#include "cli/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/fail.h"
#include "cli/once.h"
#include "cli/setup_check.h"

struct checking {
    const struct options *o;
    struct setup s;
    size_t failures; /* of requests */
    bool *heard;     /* one for each source */
};

/* --- what was read --- */

static void tell(void *ctx, const struct err *err)
{
    fail_report(((struct checking *)ctx)->o, err);
}

static void say_read(const struct setup *s)
{
    char path[4 * DIR_PATH_MAX];
    const struct fleet *f = s->fleet;
    if (s->config)
        printf("%s: sources %zu, contexts %zu, contacts %zu, scopes %zu\n",
               text_show_in(text_of(s->config_path), path, sizeof path), config_section_count(s->config, "source"),
               config_section_count(s->config, "context"), s->people.contact_count, s->people.scope_count);
    if (f)
        printf("%s: hubs %zu, clusters %zu, sites %zu, schedulers %zu, places %zu, links %zu, pairs %zu\n",
               text_show_in(text_of(s->fleet_path), path, sizeof path), f->n_hubs, f->n_clusters, f->n_sites,
               f->n_schedulers, f->n_places, f->n_links, f->n_pairs);
}

/* --- what was asked --- */

static void say_error(const struct err *err)
{
    char shown[2 * ERR_TEXT_MAX];
    printf(": %s\n", text_show_in(text_of(err->text), shown, sizeof shown));
    for (const char *line = err->hint; *line;) {
        size_t n = strcspn(line, "\n");
        printf("%32s%s%s\n", "", line == err->hint ? "hint: " : "      ",
               text_show_in(text_from(line, n), shown, sizeof shown));
        line += n + (line[n] == '\n');
    }
}

static void report(void *ctx, const struct collector_report *r)
{
    struct checking *c = ctx;
    char source[256], remark[2 * sizeof r->remark];
    for (size_t i = 0; i < c->s.source_count; i++)
        c->heard[i] = c->heard[i] || !c->s.sources[i].name || strcmp(c->s.sources[i].name, r->source) == 0;
    printf("%-16s %-14s ", text_show_in(text_of(r->source), source, sizeof source), r->what);
    if (r->err) {
        c->failures++;
        printf("failed after %lld ms", (long long)r->took_ms);
        say_error(r->err);
    } else
        printf("%8lld rows %6lld ms%s%s\n", (long long)r->rows, (long long)r->took_ms, r->remark[0] ? "  " : "",
               text_show_in(text_of(r->remark), remark, sizeof remark));
    fflush(stdout);
}

static bool all_heard(const struct checking *c, struct err *err)
{
    for (size_t i = 0; i < c->s.source_count; i++) {
        if (c->heard[i])
            continue;
        err_set(err, ERR_TRANSIENT, "'%s' was not asked: the check was broken off", c->s.sources[i].name);
        return err_exit(err, 75);
    }
    return true;
}

/* 69 when anything that was asked failed, whatever it was. */
static int ask(struct checking *c)
{
    struct err err = {0};
    c->heard = mem_new(c->s.source_count, sizeof *c->heard);
    bool ran = setup_launcher(&c->s, c->o, &err) && once_poll(&c->s, report, c, &err);
    bool whole = c->failures > 0 || (ran && all_heard(c, &err));
    free(c->heard);
    if (!whole)
        return fail_report(c->o, &err);
    return c->failures > 0 ? 69 : 0;
}

static int check(struct checking *c, const struct options *o, const char *state_dir)
{
    struct err err = {0};
    bool good = setup_check(&c->s, o, state_dir, tell, c);
    if (good && !c->s.config && o->source_count == 0) {
        err_set(&err, ERR_INPUT, "there is no configuration to check");
        err_hint(&err, "'hubtop config init' writes one to begin with");
        err_exit(&err, 78);
        return fail_report(o, &err);
    }
    say_read(&c->s);
    if (good && c->s.source_count == 0)
        puts("no source is named: there is nothing to ask");
    int asked = c->s.source_count > 0 && !o->offline ? ask(c) : 0;
    return good ? asked : 78;
}

int settings_check(const struct options *o, const char *file)
{
    struct err err = {0};
    struct options with = *o;
    char dir[DIR_PATH_MAX];
    if (file) {
        with.config = file;
        with.source_count = 0; /* the file is what was asked for */
    }
    if (!dir_temporary(dir, &err))
        return fail_report(o, &err);
    struct checking c = {.o = &with};
    int status = check(&c, &with, dir);
    setup_release(&c.s);
    dir_remove(dir);
    return status;
}
