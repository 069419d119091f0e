/* The alert book in the collector: how long the loop is held with 4,700 told alerts and 100,000 jobs, when they come, when nothing
 * changed, and while it is counted who is hit by the 32 worst. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/dir.h"
#include "collector/watch.h"
#include "store/query.h"

enum { ALERTS = 4700, JOBS = 100000, NODES = 2000, LOOKS = 20, ID_MAX = 40 };

struct world {
    struct loop *loop;
    struct store *store;
    struct apply *apply;
    struct watch *watch;
    struct clock clock;
};

static void fail(const struct err *err)
{
    fprintf(stderr, "%s\n", err->text);
    exit(1);
}

static void applied(void *ctx, const struct store_result *result, const struct err *err)
{
    (void)ctx, (void)result;
    if (err)
        fail(err);
}

static void looked(void *ctx)
{
    (void)ctx;
}

static bool stop_when_quiet(void *ctx)
{
    struct world *w = ctx;
    if (apply_waiting(w->apply) > 0 || watch_busy(w->watch))
        return true;
    loop_stop(w->loop);
    return false;
}

static void settle(struct world *w)
{
    struct err err = {0};
    loop_task(w->loop, stop_when_quiet, w);
    if (!loop_run(w->loop, &err))
        fail(&err);
}

static void put(struct world *w, enum kind kind, size_t n, void (*fill)(struct row *row, size_t i))
{
    struct err err = {0};
    char id[ID_MAX];
    struct store_batch *b = store_batch_new(w->store, "fra", kind, true, &err);
    for (size_t i = 0; i < n; i++) {
        struct row row = {.kind = kind};
        snprintf(id, sizeof id, "fra/%zu", i);
        row.id = text_of(id);
        fill(&row, i);
        if (!store_batch_add(b, &row, &err))
            fail(&err);
    }
    apply_put(w->apply, b, kind, clock_now(&w->clock), applied, w);
    settle(w);
}

static void fill_source(struct row *row, size_t i)
{
    row->id = text_of(i == 0 ? "fra" : "prom");
    row->cells[SOURCE_STATE] = value_text(text_of("live"));
}

static void fill_job(struct row *row, size_t i)
{
    static char nodes[ID_MAX];
    snprintf(nodes, sizeof nodes, "n%zu", i % NODES);
    row->cells[JOB_STATE] = value_text(text_of("running"));
    row->cells[JOB_SCHEDULER] = value_text(text_of("fra"));
    row->cells[JOB_USER] = value_text(text_of(i % 2 ? "li" : "wang"));
    row->cells[JOB_NODE_LIST] = value_text(text_of(nodes));
}

static void fill_node(struct row *row, size_t i)
{
    static char name[ID_MAX];
    snprintf(name, sizeof name, "n%zu", i);
    row->cells[NODE_STATE] = value_text(text_of("up"));
    row->cells[NODE_SCHEDULER] = value_text(text_of("fra"));
    row->cells[NODE_NAME] = value_text(text_of(name));
}

static void tell(struct world *w, const char *severity)
{
    char id[ID_MAX], where[ID_MAX];
    watch_told_begin(w->watch, "prom", 0);
    for (int i = 0; i < ALERTS; i++) {
        struct row row = {.kind = KIND_ALERT, .source = text_of("prom")};
        snprintf(id, sizeof id, "a%d", i);
        snprintf(where, sizeof where, "fra/%d", i % NODES);
        row.id = text_of(id);
        row.cells[ALERT_SEVERITY] = value_text(text_of(severity));
        row.cells[ALERT_STATE] = value_text(text_of("firing"));
        row.cells[ALERT_KIND] = value_text(text_of("nodes"));
        row.cells[ALERT_WHERE] = value_text(text_of(where));
        row.cells[ALERT_SUMMARY] = value_text(text_of("a node is not as it should be, for whatever reason"));
        watch_told(w->watch, "prom", &row);
    }
    watch_told_end(w->watch, "prom");
    watch_stored(w->watch);
}

static void measure(struct world *w, const char *what, const char *severity)
{
    loop_longest_reset(w->loop);
    if (severity) /* its rows come one by one, with the body */
        tell(w, severity);
    int64_t begun_us = clock_mono_us();
    settle(w);
    for (int i = 0; !severity && i < LOOKS; i++) {
        watch_run(w->watch);
        settle(w);
    }
    int64_t took_us = (clock_mono_us() - begun_us) / (severity ? 1 : LOOKS);
    int64_t longest_us = loop_longest_us(w->loop);
    printf("%-44s %9.1f %13.1f %9.2f\n", what, (double)took_us / 1000, (double)longest_us / 1000,
           (double)longest_us / 20000);
}

int main(void)
{
    struct err err = {0};
    char dir[] = "/tmp/hubtop-bench-watch-XXXXXX", note[256];
    const struct store_options options = {.volatile_cache = true};
    struct world w = {.loop = loop_new(&err)};
    if (!mkdtemp(dir) || !(w.store = store_open(dir, &options, clock_now(&w.clock), note, sizeof note, &err)))
        fail(&err);
    w.apply = apply_new(w.loop);
    const struct watch_options watch = {.loop = w.loop,
                                        .store = w.store,
                                        .apply = w.apply,
                                        .clock = &w.clock,
                                        .state_dir = dir,
                                        .applied = applied,
                                        .looked = looked,
                                        .ctx = &w};
    if (!(w.watch = watch_new(&watch, &err)))
        fail(&err);
    put(&w, KIND_SOURCE, 2, fill_source);
    put(&w, KIND_NODE, NODES, fill_node);
    put(&w, KIND_JOB, JOBS, fill_job);
    printf("%d told alerts, %d jobs, %d nodes\n%-44s %9s %13s %9s\n", ALERTS, JOBS, NODES, "", "ms", "longest, ms",
           "of 20 ms");
    measure(&w, "all come, who is hit is counted", "warn");
    measure(&w, "all change", "crit");
    measure(&w, "a look, nothing changed", NULL);
    measure(&w, "the same answer again", "crit");
    watch_free(w.watch);
    apply_free(w.apply);
    store_close(w.store);
    loop_free(w.loop);
    dir_remove(dir);
    return 0;
}
