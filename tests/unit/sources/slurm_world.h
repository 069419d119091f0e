#ifndef HUBTOP_TESTS_SLURM_WORLD_H
#define HUBTOP_TESTS_SLURM_WORLD_H

/* The Slurm driver with answers from files or texts, its facts kept. Include after cmocka.h. */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "sources/source.h"

extern const struct source_driver source_slurm;

enum { WORLD_ROWS_MAX = 2000, WORLD_CELL_MAX = 512 };

struct slurm_world {
    struct source *source;
    bool same; /* the last answer said that nothing changed */
    struct source_request requests[SOURCE_REQUESTS_MAX];
    size_t request_count;
    struct row rows[WORLD_ROWS_MAX];
    size_t count;
    struct arena arena;
    struct err err;
};

static inline struct safe_text world_copy(struct slurm_world *w, struct safe_text t)
{
    return text_from(arena_copy(&w->arena, text_bytes(t), text_len(t)), text_len(t));
}

static inline bool world_sink(void *ctx, const struct row *fact, struct err *err)
{
    struct slurm_world *w = ctx;
    if (w->count == WORLD_ROWS_MAX)
        return err_set(err, ERR_INPUT, "too many rows");
    struct row *row = &w->rows[w->count++];
    *row = *fact;
    row->id = world_copy(w, fact->id);
    for (size_t i = 0; i < KIND_FIELDS_MAX; i++) {
        if (row->cells[i].type == VALUE_TEXT || row->cells[i].type == VALUE_LIST)
            row->cells[i].as.text = world_copy(w, row->cells[i].as.text);
    }
    return true;
}

static inline void world_poll(struct slurm_world *w, int64_t boot_ms)
{
    struct instant now = {.utc_ms = INT64_C(1795320000000) + boot_ms, .boot_ms = boot_ms};
    w->request_count = source_slurm.requests(w->source, now, w->requests);
    for (size_t i = 0; i < w->request_count; i++)
        source_slurm.prepare(w->source, &w->requests[i]);
}

static inline const char *world_setting(const void *ctx, const char *key)
{
    return strcmp(key, "api") == 0 ? ctx : NULL;
}

/* A source with a version of the API, or with "auto". */
static inline struct slurm_world *world_new_api(const char *api)
{
    const struct source_settings settings = {.name = "s",
                                             .scheduler = "fra",
                                             .url = "http://h:6820",
                                             .user = "slurm",
                                             .query = world_setting,
                                             .query_ctx = api};
    struct slurm_world *w = calloc(1, sizeof *w);
    w->source = source_slurm.open(&settings, &w->err);
    world_poll(w, 0);
    return w;
}

static inline struct slurm_world *world_new(void)
{
    return world_new_api("v0.0.38");
}

static inline void world_free(struct slurm_world *w)
{
    source_slurm.close(w->source);
    arena_release(&w->arena);
    free(w);
}

/* Whether the wiring would ask for it now, with its path as of now. */
static inline bool world_asks(struct slurm_world *w, const char *what)
{
    for (size_t i = 0; i < w->request_count; i++) {
        if (strcmp(w->requests[i].what, what) == 0)
            return source_slurm.prepare(w->source, &w->requests[i]);
    }
    return false;
}

static inline const struct source_request *world_request(const struct slurm_world *w, const char *what)
{
    for (size_t i = 0; i < w->request_count; i++) {
        if (strcmp(w->requests[i].what, what) == 0)
            return &w->requests[i];
    }
    return NULL;
}

struct world_answer {
    struct slurm_world *w;
    const struct source_request *r;
};

static inline bool world_element(void *ctx, const struct json *element, struct err *err)
{
    struct world_answer *a = ctx;
    return source_slurm.decode(a->w->source, a->r, element, world_sink, a->w, err);
}

/* An answer with status 200 in pieces of 1,000 bytes, as the wiring feeds it. */
static inline bool world_answer_at(struct slurm_world *w, const char *what, const char *body, size_t n, int64_t boot_ms)
{
    struct world_answer a = {w, world_request(w, what)};
    const struct json_cut_options options = {
        .mode = a.r->mode, .path = a.r->element_path, .keep = a.r->keep, .element = world_element, .ctx = &a};
    struct json_cut *cut = json_cut_new(&options);
    const struct json *rest = NULL;
    const struct instant now = {.utc_ms = INT64_C(1795320000000) + boot_ms, .boot_ms = boot_ms};
    bool ok = true;
    w->count = 0;
    w->err = (struct err){0};
    for (size_t i = 0; ok && i < n; i += 1000)
        ok = json_cut_feed(cut, body + i, n - i < 1000 ? n - i : 1000, &w->err);
    ok = ok && json_cut_end(cut, &rest, &w->err);
    w->same = ok && source_slurm.unchanged(w->source, a.r, rest);
    ok = ok && (w->same || source_slurm.finish(w->source, a.r, rest, now, world_sink, w, &w->err));
    json_cut_free(cut);
    return ok;
}

static inline bool world_answer(struct slurm_world *w, const char *what, const char *body)
{
    return world_answer_at(w, what, body, strlen(body), 0);
}

static inline const struct row *world_row(const struct slurm_world *w, const char *id)
{
    for (size_t i = 0; i < w->count; i++) {
        if (text_is(w->rows[i].id, id))
            return &w->rows[i];
    }
    return NULL;
}

/* A cell as a person reads it: "?" for unknown, seconds for times, commas in lists. */
static inline const char *world_cell(const struct value *v, char out[WORLD_CELL_MAX])
{
    if (!value_known(v))
        return memcpy(out, "?", 2);
    if (v->type == VALUE_TEXT || v->type == VALUE_LIST) {
        snprintf(out, WORLD_CELL_MAX, "%.*s", (int)text_len(v->as.text), text_bytes(v->as.text));
        for (char *p = out; *p; p++)
            *p = *p == VALUE_LIST_SEPARATOR ? ',' : *p;
    } else if (v->type == VALUE_REAL)
        snprintf(out, WORLD_CELL_MAX, "%g", v->as.real);
    else
        snprintf(out, WORLD_CELL_MAX, "%" PRId64, v->type == VALUE_TIME ? v->as.i / 1000 : v->as.i);
    return out;
}

#endif
