#include "store/hits.h"

#include <stdlib.h>

#include "base/mem.h"
#include "domain/rows.h"

enum { ROWS_MAX = 200000 };

/* The rows that belong to an object of that kind, beside itself; and whether its id is all that must be known of it. */
static const struct {
    uint64_t kinds;
    bool by_id;
} needs[KIND_COUNT] = {
    [KIND_HUB] = {KIND_BIT(KIND_CLUSTER), true},
    [KIND_CLUSTER] = {0, true},
    [KIND_SITE] = {KIND_BIT(KIND_SCHEDULER), true},
    [KIND_SCHEDULER] = {0, true},
    [KIND_SOURCE] = {KIND_BIT(KIND_SCHEDULER), true},
    [KIND_QUEUE] = {0, false},
    [KIND_NODE] = {KIND_BIT(KIND_NODE), false},
    [KIND_RACK] = {KIND_BIT(KIND_NODE), true},
    [KIND_HALL] = {KIND_BIT(KIND_RACK) | KIND_BIT(KIND_NODE), true},
    [KIND_RESERVATION] = {0, false},
    [KIND_LINK] = {0, false},
    [KIND_TRANSFER] = {0, false},
    [KIND_JOB] = {0, true},
};

/* Racks stand before the nodes in them; jobs come last. */
static const enum kind order[] = {KIND_TENANT, KIND_USER,   KIND_QUEUE, KIND_CLUSTER,     KIND_SCHEDULER,
                                  KIND_LINK,   KIND_SOURCE, KIND_HALL,  KIND_RESERVATION, KIND_TRANSFER,
                                  KIND_RACK,   KIND_NODE,   KIND_JOB};
enum { STEPS = sizeof order / sizeof *order };

struct hits {
    struct query *query;
    struct arena arena;
    struct hits_target targets[HITS_MAX];
    size_t count;
    uint64_t needed; /* KIND_BIT()s */
    size_t at;       /* in `order` */
    struct query_scan *scan;
    struct rows rows[KIND_COUNT];
    struct safe_text *racks; /* whose nodes are kept, in order */
    size_t n_racks;
    struct impact_facts facts;
    struct row objects[HITS_MAX];
    struct impact *impacts[HITS_MAX]; /* NULL: the object is not known */
    int64_t at_ms, took_us, seen;
};

struct hits *hits_new(struct query *query, const struct hits_target *targets, size_t n, int64_t at_ms, int64_t now_ms)
{
    struct hits *w = mem_new(1, sizeof *w);
    w->query = query;
    w->at_ms = at_ms;
    w->facts.now_ms = at_ms != QUERY_NOW ? at_ms : now_ms;
    w->needed = KIND_BIT(KIND_TENANT) | KIND_BIT(KIND_QUEUE) | KIND_BIT(KIND_JOB);
    for (size_t i = 0; i < n && w->count < HITS_MAX; i++) {
        const struct hits_target *t = &targets[i];
        w->targets[w->count++] = (struct hits_target){.source = rows_text(&w->arena, t->source),
                                                      .id = rows_text(&w->arena, t->id),
                                                      .where = rows_text(&w->arena, t->where),
                                                      .kind = t->kind};
        w->needed |= needs[t->kind].kinds | (needs[t->kind].by_id ? 0 : KIND_BIT(t->kind));
    }
    return w;
}

void hits_want_contacts(struct hits *w)
{
    w->needed |= KIND_BIT(KIND_USER);
}

void hits_free(struct hits *w)
{
    if (!w)
        return;
    query_scan_free(w->scan);
    for (size_t i = 0; i < w->count; i++)
        impact_free(w->impacts[i]);
    for (size_t k = 0; k < KIND_COUNT; k++)
        rows_release(&w->rows[k]);
    free(w->racks);
    arena_release(&w->arena);
    free(w);
}

int64_t hits_took_us(const struct hits *w)
{
    return w->took_us;
}

/* --- which rows are kept --- */

static bool is_target(const struct hits *w, enum kind kind, struct safe_text id)
{
    for (size_t i = 0; i < w->count; i++) {
        if (w->targets[i].kind == kind && text_equal(w->targets[i].where, id))
            return true;
    }
    return false;
}

static int by_text(const void *a, const void *b)
{
    return text_cmp(*(const struct safe_text *)a, *(const struct safe_text *)b);
}

static void list_racks(struct hits *w)
{
    const struct rows *racks = &w->rows[KIND_RACK];
    w->racks = mem_new(racks->count + w->count + 1, sizeof *w->racks);
    for (size_t i = 0; i < racks->count; i++)
        w->racks[w->n_racks++] = racks->all[i].id;
    for (size_t i = 0; i < w->count; i++) {
        if (w->targets[i].kind == KIND_RACK)
            w->racks[w->n_racks++] = w->targets[i].where;
    }
    if (w->n_racks > 1)
        qsort(w->racks, w->n_racks, sizeof *w->racks, by_text);
}

static bool is_wanted(const struct hits *w, const struct row *row)
{
    static const bool all[KIND_COUNT] = {
        [KIND_TENANT] = true, [KIND_USER] = true, [KIND_QUEUE] = true, [KIND_CLUSTER] = true, [KIND_SCHEDULER] = true};
    struct safe_text rack;
    if (all[row->kind] || is_target(w, row->kind, row->id))
        return true;
    if (row->kind == KIND_RACK)
        return is_target(w, KIND_HALL, value_text_or(&row->cells[RACK_HALL], ""));
    rack = value_text_or(&row->cells[NODE_RACK], "");
    return row->kind == KIND_NODE && w->n_racks > 0 && bsearch(&rack, w->racks, w->n_racks, sizeof *w->racks, by_text);
}

static void keep(void *ctx, const struct row *row)
{
    struct hits *w = ctx;
    struct rows *rows = &w->rows[row->kind];
    if (rows->count < ROWS_MAX && is_wanted(w, row))
        rows_add(rows, row);
}

/* --- the objects, and the jobs that they hit --- */

static bool find_object(struct hits *w, size_t i)
{
    const struct hits_target *t = &w->targets[i];
    const struct rows *rows = &w->rows[t->kind];
    w->objects[i] = (struct row){.kind = t->kind, .id = t->where};
    for (size_t k = 0; k < rows->count; k++) {
        if (!text_equal(rows->all[k].id, t->where))
            continue;
        w->objects[i] = rows->all[k];
        return true;
    }
    return needs[t->kind].by_id;
}

static void begin_jobs(struct hits *w)
{
    for (size_t k = 0; k < KIND_COUNT; k++) {
        w->facts.rows[k] = w->rows[k].all;
        w->facts.count[k] = w->rows[k].count;
    }
    for (size_t i = 0; i < w->count; i++)
        w->impacts[i] = find_object(w, i) ? impact_new(&w->objects[i], &w->facts) : NULL;
}

static void take_job(void *ctx, const struct row *job)
{
    struct hits *w = ctx;
    w->seen++;
    for (size_t i = 0; i < w->count; i++) {
        if (w->impacts[i])
            impact_job(w->impacts[i], job);
    }
}

/* --- step by step --- */

static enum query_step scan(struct hits *w, enum kind kind, struct instant now, int64_t budget_us, struct err *err)
{
    if (!w->scan) {
        if (kind == KIND_NODE)
            list_racks(w);
        if (kind == KIND_JOB)
            begin_jobs(w);
        w->scan = query_scan_new(w->query, kind, w->at_ms);
    }
    enum query_step step = query_scan_step(w->scan, now, budget_us, kind == KIND_JOB ? take_job : keep, w, err);
    if (step != QUERY_MORE) {
        query_scan_free(w->scan);
        w->scan = NULL;
    }
    return step;
}

static enum query_step go_on(struct hits *w, struct instant now, int64_t until_us, struct err *err)
{
    for (; w->at < STEPS; w->at++) {
        if (!(w->needed & KIND_BIT(order[w->at])))
            continue;
        int64_t left_us = until_us - clock_mono_us();
        enum query_step step = left_us > 0 ? scan(w, order[w->at], now, left_us, err) : QUERY_MORE;
        if (step != QUERY_DONE)
            return step;
    }
    return QUERY_DONE;
}

enum query_step hits_step(struct hits *w, struct instant now, int64_t budget_us, struct err *err)
{
    int64_t begun_us = clock_mono_us();
    enum query_step step = go_on(w, now, begun_us + budget_us, err);
    w->took_us += clock_mono_us() - begun_us;
    return step;
}

void hits_each(struct hits *w, hits_tell *tell, void *ctx)
{
    for (size_t i = 0; i < w->count; i++) {
        if (w->impacts[i])
            tell(ctx, &w->targets[i], impact_sum(w->impacts[i]));
    }
}

int64_t hits_seen(const struct hits *w)
{
    return w->seen;
}

struct impact *hits_impact(struct hits *w, size_t k, const struct row **object)
{
    if (k >= w->count || !w->impacts[k])
        return NULL;
    *object = &w->objects[k];
    return w->impacts[k];
}
