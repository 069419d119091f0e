#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/fail.h"
#include "cli/setup.h"
#include "collector/collector.h"

enum { COLLECT_BAR = 24 };

/* On a terminal a bar stands below the lines while sources are polled. */
struct progress {
    bool terminal;
};

static void bar(const struct collector_report *r)
{
    int done = r->sources_total ? (int)(COLLECT_BAR * r->sources_done / r->sources_total) : 0;
    fprintf(stderr, "\r[%.*s%.*s] %zu of %zu sources\033[K", done, "########################", COLLECT_BAR - done,
            "........................", r->sources_done, r->sources_total);
    fflush(stderr);
}

static void report(void *ctx, const struct collector_report *r)
{
    const struct progress *p = ctx;
    char source[256], why[2 * ERR_TEXT_MAX], remark[2 * sizeof r->remark];
    if (p->terminal)
        fputs("\r\033[K", stderr);
    text_show_in(text_of(r->source), source, sizeof source);
    if (r->err)
        printf("%-16s %-14s failed after %lld ms: %s\n", source, r->what, (long long)r->took_ms,
               text_show_in(text_of(r->err->text), why, sizeof why));
    else
        printf("%-16s %-14s %8lld rows %10lld bytes %6lld ms%s%s\n", source, r->what, (long long)r->rows,
               (long long)r->bytes, (long long)r->took_ms, r->remark[0] ? "  " : "",
               text_show_in(text_of(r->remark), remark, sizeof remark));
    fflush(stdout);
    if (p->terminal)
        bar(r);
}

static bool collect(struct setup *s, const struct options *o, struct err *err)
{
    struct progress progress = {.terminal = isatty(STDERR_FILENO) && !o->quiet};
    struct collector_options options = {
        .state_dir = s->state_dir,
        .context = s->context,
        .shared = s->shared,
        .sources = s->sources,
        .source_count = s->source_count,
        .fleet = s->fleet,
        .thresholds = &s->thresholds,
        .limits = &s->limits,
        .movable = &s->movable,
        .roles = &s->roles,
        .clock = s->clock,
        .hurry = s->hurry,
        .launcher = s->launcher,
        .store = {.cache_max_bytes = s->cache_max_bytes, .volatile_cache = o->ephemeral},
        .once = o->once,
        .until_idle = o->until_idle,
        .ephemeral = o->ephemeral,
        .write_allowed = s->write_allowed,
        .report = o->once && !o->quiet ? report : NULL,
        .ctx = &progress,
    };
    bool ok = collector_run(&options, err);
    if (progress.terminal && o->once)
        fputs("\r\033[K", stderr);
    return ok;
}

static int run(const struct options *o)
{
    struct err err = {0};
    struct setup s = {0};
    bool ok = setup_init(&s, o, true, &err) && setup_launcher(&s, o, &err);
    if (ok && s.source_count == 0) {
        err_set(&err, ERR_INPUT, "there is nothing to poll: no source is known");
        err_hint(&err, "name sources in the configuration, or with --source");
        ok = err_exit(&err, 78);
    }
    ok = ok && collect(&s, o, &err);
    int status = ok ? 0 : fail_report(o, &err);
    setup_release(&s);
    return status;
}

const struct command cmd_collect = {
    .name = "collect",
    .usage = "[--once]",
    .summary = "the collector without a screen; --once polls every source once and ends",
    .run = run,
};
