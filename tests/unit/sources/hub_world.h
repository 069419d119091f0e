#ifndef HUBTOP_TESTS_HUB_WORLD_H
#define HUBTOP_TESTS_HUB_WORLD_H

/* The hub driver with answers from texts, polled as the wiring does it; its facts kept. Include after cmocka.h. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "domain/rows.h"
#include "sources/hub.h"
#include "sources/source.h"

extern const struct source_driver source_hub;

struct hub_world {
    struct source *source;
    struct source_request r; /* that is to be answered next */
    bool more;               /* there is one */
    struct rows rows;        /* of the answer that ended last, all its parts */
    bool stored;
    char etag[64];
    struct err err;
};

static const struct instant hub_now = {.utc_ms = INT64_C(1795320000000), .boot_ms = 1000};

#define HUB_ABLE(kinds, deltas)                                                                                        \
    "{\"id\":\"hub-x\",\"api\":\"1.0\",\"software\":\"S 2\",\"now\":\"2026-11-22T04:00:03Z\",\"capabilities\":"        \
    "{\"kinds\":[" kinds "],\"deltas\":" deltas ",\"page_max\":50}}"

static inline bool hub_sink(void *ctx, const struct row *fact, struct err *err)
{
    struct hub_world *w = ctx;
    (void)err;
    rows_add(&w->rows, fact);
    return true;
}

static inline void hub_poll(struct hub_world *w)
{
    static struct source_request requests[SOURCE_REQUESTS_MAX];
    assert_int_equal(source_hub.requests(w->source, hub_now, requests), 1);
    w->r = requests[0];
    w->more = true;
}

static inline const char *hub_world_query(const void *ctx, const char *key)
{
    const char *const *pairs = ctx;
    for (; pairs && *pairs; pairs += 2) {
        if (strcmp(*pairs, key) == 0)
            return pairs[1];
    }
    return NULL;
}

static inline struct source *hub_world_open(const char *url, const char *const *pairs, struct err *err)
{
    const struct source_settings settings = {
        .name = "h", .scheduler = "h", .url = url, .query = hub_world_query, .query_ctx = pairs};
    *err = (struct err){0};
    return source_hub.open(&settings, err);
}

static inline struct hub_world *hub_world_new(void)
{
    struct hub_world *w = calloc(1, sizeof *w);
    w->source = hub_world_open("https://h", NULL, &w->err);
    assert_non_null(w->source);
    hub_poll(w);
    return w;
}

static inline void hub_world_free(struct hub_world *w)
{
    source_hub.close(w->source);
    rows_release(&w->rows);
    free(w);
}

/* What follows once a request ended, made whole where it is local. */
static inline void hub_end(struct hub_world *w, bool well)
{
    const struct source_ended ended = {.well = well, .etag = w->etag, .now = hub_now};
    struct source_request out;
    w->stored = well;
    w->more = source_hub.next(w->source, &w->r, &ended, &out);
    if (w->more)
        w->r = out;
    w->etag[0] = '\0';
}

static inline bool hub_element(void *ctx, const struct json *element, struct err *err)
{
    struct hub_world *w = ctx;
    return source_hub.decode(w->source, &w->r, element, hub_sink, w, err);
}

/* A whole body with status 200 to the request that is next; true when it was believed. A page that follows becomes the
 * next request; else what follows in the poll. */
static inline bool hub_answer_n(struct hub_world *w, const char *body, size_t n, bool part)
{
    const struct json_cut_options options = {
        .mode = w->r.mode, .path = w->r.element_path, .keep = w->r.keep, .element = hub_element, .ctx = w};
    struct json_cut *cut = json_cut_new(&options);
    const struct json *rest = NULL;
    struct source_request out;
    if (!part)
        rows_clear(&w->rows);
    w->err = (struct err){0};
    bool ok = json_cut_feed(cut, body, n, &w->err) && json_cut_end(cut, &rest, &w->err) &&
              source_hub.finish(w->source, &w->r, rest, hub_now, hub_sink, w, &w->err);
    json_cut_free(cut);
    if (ok && source_hub.page(w->source, &w->r, &out))
        w->r = out;
    else
        hub_end(w, ok);
    return ok;
}

static inline bool hub_answer(struct hub_world *w, const char *body)
{
    return hub_answer_n(w, body, strlen(body), false);
}

/* The next page's body. */
static inline bool hub_part(struct hub_world *w, const char *body)
{
    return hub_answer_n(w, body, strlen(body), true);
}

/* Another status; true when it was no failure. */
static inline bool hub_status(struct hub_world *w, int status, const char *type, const char *body)
{
    w->err = (struct err){0};
    rows_clear(&w->rows);
    bool fine = source_hub.failed(w->source, &w->r, status, type, body, strlen(body), &w->err);
    hub_end(w, fine);
    return fine;
}

/* Makes what the local request that is next tells. */
static inline void hub_produce(struct hub_world *w)
{
    bool more = true;
    assert_true(w->r.local);
    rows_clear(&w->rows);
    while (more)
        assert_true(source_hub.produce(w->source, &w->r, hub_now, 2, &more, hub_sink, w, &w->err));
    hub_end(w, true);
}

static inline const struct row *hub_row_of(const struct hub_world *w, const char *id)
{
    for (size_t i = 0; i < w->rows.count; i++) {
        if (text_is(w->rows.all[i].id, id))
            return &w->rows.all[i];
    }
    return NULL;
}

#endif
