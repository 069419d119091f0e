#ifndef HUBTOP_TESTS_PROMETHEUS_WORLD_H
#define HUBTOP_TESTS_PROMETHEUS_WORLD_H

/* The Prometheus driver with answers from files or texts, its rows and samples kept. Include after cmocka.h. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/config.h"
#include "sources/source.h"

extern const struct source_driver source_prometheus;

enum { WORLD_ROWS_MAX = 2000, WORLD_SAMPLES_MAX = 2000 };
#define WORLD_NOW_MS INT64_C(1795313820000)

struct sample {
    enum kind kind;
    struct safe_text id;
    int field;
    int64_t at_ms;
    double value;
};

struct world {
    struct config *config;
    struct source *source;
    struct source_request requests[SOURCE_REQUESTS_MAX];
    size_t request_count;
    struct row rows[WORLD_ROWS_MAX];
    size_t count;
    struct sample samples[WORLD_SAMPLES_MAX];
    size_t sample_count;
    struct arena arena;
    struct err err;
};

static inline struct safe_text world_copy(struct world *w, struct safe_text t)
{
    return text_from(arena_copy(&w->arena, text_bytes(t), text_len(t)), text_len(t));
}

static inline bool world_sink(void *ctx, const struct row *fact, struct err *err)
{
    struct world *w = ctx;
    if (w->count == WORLD_ROWS_MAX)
        return err_set(err, ERR_INPUT, "too many rows");
    struct row *row = &w->rows[w->count++];
    *row = *fact;
    row->id = world_copy(w, fact->id);
    for (size_t i = 0; i < KIND_FIELDS_MAX; i++) {
        if (row->cells[i].type == VALUE_TEXT)
            row->cells[i].as.text = world_copy(w, row->cells[i].as.text);
    }
    return true;
}

static inline bool world_sample(void *ctx, enum kind kind, struct safe_text id, int field, int64_t at_ms, double value)
{
    struct world *w = ctx;
    if (w->sample_count == WORLD_SAMPLES_MAX)
        return false;
    w->samples[w->sample_count++] = (struct sample){kind, world_copy(w, id), field, at_ms, value};
    return true;
}

static inline void world_poll_at(struct world *w, int64_t utc_ms)
{
    w->request_count = source_prometheus.requests(
        w->source, (struct instant){.utc_ms = utc_ms, .boot_ms = utc_ms - WORLD_NOW_MS + 1000}, w->requests);
}

/* Most tests ask what was asked before there were profiles; a body that names profiles has its own. */
static inline const char *world_query(const void *ctx, const char *key)
{
    (void)ctx;
    return strcmp(key, "profiles") == 0 ? "blackbox,rack,node" : NULL;
}

/* `body`: what stands in the source's section; NULL: an ad-hoc source. The error is in `err`; the source may be NULL. */
static inline struct world *world_open(const char *body, const char *user, const struct secret *token)
{
    static struct config_option source_options[8] = {{.name = "driver", .type = CONFIG_TEXT}};
    static const struct config_option root[] = {
        {.name = "source", .type = CONFIG_SECTION, .children = source_options, .titled = true}, {0}};
    struct world *w = calloc(1, sizeof *w);
    char text[20000];
    for (size_t i = 0; source_prometheus.settings[i].name; i++)
        source_options[i + 1] = source_prometheus.settings[i];
    snprintf(text, sizeof text, "source \"metrics\" {%s\n%s\n}\n",
             body && strstr(body, "profiles") ? "" : " profiles = { \"blackbox\", \"rack\", \"node\" }",
             body ? body : "");
    w->config = config_parse("t.conf", text, root, &w->err);
    if (!w->config)
        return w;
    const struct source_settings settings = {.name = "metrics",
                                             .url = "http://h:9090",
                                             .user = user,
                                             .token = token,
                                             .interval_ms = 10000,
                                             .query = world_query,
                                             .config = body ? config_section(w->config, "source", 0) : NULL};
    w->source = source_prometheus.open(&settings, &w->err);
    return w;
}

static inline struct world *world_new(const char *body)
{
    struct world *w = world_open(body, NULL, NULL);
    if (!w->source)
        fail_msg("%s", w->err.text);
    world_poll_at(w, WORLD_NOW_MS);
    return w;
}

static inline void world_free(struct world *w)
{
    source_prometheus.close(w->source);
    config_free(w->config);
    arena_release(&w->arena);
    free(w);
}

static inline const struct source_request *world_request(const struct world *w, const char *what)
{
    for (size_t i = 0; i < w->request_count; i++) {
        if (strcmp(w->requests[i].what, what) == 0)
            return &w->requests[i];
    }
    return NULL;
}

struct world_answer {
    struct world *w;
    const struct source_request *r;
};

static inline bool world_element(void *ctx, const struct json *element, struct err *err)
{
    struct world_answer *a = ctx;
    if (a->r->past)
        return source_prometheus.decode_past(a->w->source, a->r, element, world_sample, a->w, err);
    return source_prometheus.decode(a->w->source, a->r, element, world_sink, a->w, err);
}

/* An answer with status 200 in pieces of 1,000 bytes, as the wiring feeds it. */
static inline bool world_answer_bytes(struct world *w, const char *what, const char *body, size_t n)
{
    struct world_answer a = {w, world_request(w, what)};
    if (!a.r)
        fail_msg("'%s' is not asked", what);
    const struct json_cut_options options = {
        .mode = a.r->mode, .path = a.r->element_path, .keep = a.r->keep, .element = world_element, .ctx = &a};
    struct json_cut *cut = json_cut_new(&options);
    const struct json *rest = NULL;
    bool ok = true;
    w->err = (struct err){0};
    for (size_t i = 0; ok && i < n; i += 1000)
        ok = json_cut_feed(cut, body + i, n - i < 1000 ? n - i : 1000, &w->err);
    ok = ok && json_cut_end(cut, &rest, &w->err) &&
         source_prometheus.finish(w->source, a.r, rest, (struct instant){0}, world_sink, w, &w->err);
    json_cut_free(cut);
    return ok;
}

static inline bool world_answer(struct world *w, const char *what, const char *body)
{
    return world_answer_bytes(w, what, body, strlen(body));
}

/* A vector of these series. */
static inline bool world_vector(struct world *w, const char *what, const char *series)
{
    char body[16384];
    snprintf(body, sizeof body, "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[%s]}}",
             series);
    return world_answer(w, what, body);
}

static inline bool world_fails_bytes(struct world *w, const char *what, int status, const char *type, const char *body,
                                     size_t n)
{
    w->err = (struct err){0};
    return !source_prometheus.failed(w->source, world_request(w, what), status, type, body, n, &w->err);
}

static inline bool world_fails(struct world *w, const char *what, int status, const char *type, const char *body)
{
    return world_fails_bytes(w, what, status, type, body, strlen(body));
}

/* The rows of a kind, in slices of `max`. */
static inline bool world_rows(struct world *w, const char *kind, size_t max)
{
    bool more = true, ok = true;
    w->count = 0;
    w->err = (struct err){0};
    while (ok && more)
        ok = source_prometheus.produce(w->source, world_request(w, kind), (struct instant){0}, max, &more, world_sink,
                                       w, &w->err);
    return ok;
}

static inline const struct row *world_row(const struct world *w, const char *id)
{
    for (size_t i = 0; i < w->count; i++) {
        if (text_is(w->rows[i].id, id))
            return &w->rows[i];
    }
    return NULL;
}

static inline double world_real(const struct world *w, const char *id, int field)
{
    const struct row *row = world_row(w, id);
    if (!row)
        fail_msg("there is no '%s'", id);
    return value_real_or(&row->cells[field], -1);
}

static inline void world_remark(struct world *w, const char *what, const char *expected)
{
    struct buf out = buf_make(255);
    source_prometheus.remark(w->source, world_request(w, what), &out);
    assert_string_equal(buf_str(&out), expected);
    buf_release(&out);
}

#endif
