#ifndef HUBTOP_TESTS_POLLER_WORLD_H
#define HUBTOP_TESTS_POLLER_WORLD_H

/* Pollers of the fake driver over a store of their own, in a loop that ends after so many polls. */

#include "peer.h"

#include "collector/poller.h"

enum { INTERVAL_MS = 50, GUARD_MS = 30000, POLLERS_MAX = 3 };

struct world {
    struct fixture f;
    struct clock clock;
    struct poller_world w;
    struct poller *pollers[POLLERS_MAX];
    size_t count;
    int ends, stop_at, reports, failures;
    char reported[128];
};

static inline void too_late(void *ctx)
{
    (void)ctx;
    fail_msg("nothing came within %d s", GUARD_MS / 1000);
}

static inline void stop_loop(void *ctx)
{
    loop_stop(ctx);
}

static inline double no_chance(void)
{
    return 0;
}

static inline void on_ended(void *ctx, const char *source)
{
    struct world *w = ctx;
    assert_non_null(source);
    if (++w->ends == w->stop_at)
        loop_stop(w->w.loop);
}

static inline void on_report(void *ctx, const struct collector_report *r)
{
    struct world *w = ctx;
    w->reports++;
    w->failures += r->err != NULL;
    snprintf(w->reported, sizeof w->reported, "%s", r->what);
}

static inline bool name_taken(void *ctx, const char *name, const void *by)
{
    const struct world *w = ctx;
    for (size_t i = 0; i < w->count; i++) {
        if (w->pollers[i] && w->pollers[i] != by && strcmp(poller_name(w->pollers[i]), name) == 0)
            return true;
    }
    return false;
}

static inline void open_parts(struct world *w)
{
    struct err err = {0};
    struct loop *loop = loop_new(&err);
    w->w = (struct poller_world){.loop = loop,
                                 .http = http_new(loop, &err),
                                 .store = w->f.store,
                                 .apply = apply_new(loop),
                                 .clock = &w->clock,
                                 .chance = no_chance,
                                 .report = on_report,
                                 .ended = on_ended,
                                 .name_taken = name_taken,
                                 .ctx = w};
    w->w.weave = peer_weave(loop, w->f.store, w->w.apply, &w->clock, w->f.dir);
    assert_non_null(w->w.http);
    loop_timer(loop, GUARD_MS, too_late, NULL);
}

static inline void open_world(struct world *w)
{
    memset(w, 0, sizeof *w);
    driver_plan = (struct driver_plan){0};
    fixture_init(&w->f, NULL);
    open_parts(w);
}

static inline void close_parts(struct world *w)
{
    for (size_t i = 0; i < w->count; i++) {
        poller_free(w->pollers[i]);
        w->pollers[i] = NULL;
    }
    w->count = 0;
    http_free(w->w.http);
    weave_free(w->w.weave);
    apply_free(w->w.apply);
    launcher_free(w->w.launcher);
    loop_free(w->w.loop);
}

static inline void close_world(struct world *w)
{
    close_parts(w);
    fixture_release(&w->f);
}

static inline struct collector_source source_of(const struct peer *peer, const char *name)
{
    return (struct collector_source){.name = name,
                                     .provisional = "127.0.0.1:1",
                                     .driver = &peer_driver,
                                     .url = peer->url,
                                     .interval_ms = INTERVAL_MS,
                                     .peer = {.url = peer->url}};
}

static inline struct poller *add(struct world *w, const struct collector_source *source)
{
    struct err err = {0};
    struct poller *p = poller_new(&w->w, source, &err);
    if (!p)
        fail_msg("%s", err.text);
    w->pollers[w->count++] = p;
    return p;
}

/* Until that many polls more have ended. */
static inline void polls(struct world *w, int n)
{
    w->stop_at = w->ends + n;
    assert_true(loop_run(w->w.loop, NULL));
}

static inline struct row row_of(struct poller *p)
{
    struct row row;
    poller_row(p, &row);
    return row;
}

static inline void assert_state(struct poller *p, const char *word)
{
    struct row row = row_of(p);
    if (!text_is(row.cells[SOURCE_STATE].as.text, word)) {
        char text[64], why[ERR_TEXT_MAX];
        fail_msg("'%s' is not '%s' (%s)", text_show_in(row.cells[SOURCE_STATE].as.text, text, sizeof text), word,
                 text_show_in(value_text_or(&row.cells[SOURCE_LAST_ERROR], ""), why, sizeof why));
    }
}

static inline void assert_error(struct poller *p, const char *words)
{
    struct row row = row_of(p);
    assert_true(text_contains(value_text_or(&row.cells[SOURCE_LAST_ERROR], ""), text_of(words), false));
}

static inline size_t stored(struct world *w, enum kind kind, const char *source)
{
    struct row row;
    size_t n = 0;
    struct query *q = query_open(w->f.dir, NULL);
    struct query_rows *rows = query_rows_new(q, kind, QUERY_NOW);
    fixture_load(&w->f, rows);
    for (size_t i = 0; i < query_rows_count(rows) && query_rows_at(rows, i, &row); i++)
        n += text_is(row.source, source);
    query_rows_free(rows);
    query_close(q);
    return n;
}

#define TWO_NODES "{\"name\":\"fra\",\"nodes\":[{\"id\":\"n1\",\"state\":\"up\"},{\"id\":\"n2\",\"state\":\"up\"}]}"
#define ONE_NODE  "{\"name\":\"fra\",\"nodes\":[{\"id\":\"n1\",\"state\":\"down\"}]}"

#endif
