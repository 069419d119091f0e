#include "collector/ingest.h"

#include <string.h>

/* How a kind's facts travel. */
enum way { WAY_BATCH, WAY_COUNTED, WAY_DESCRIBED, WAY_WOVEN, WAY_WATCHED };

static enum way way_of(enum kind kind)
{
    static const enum way ways[KIND_COUNT] = {
        [KIND_HUB] = WAY_WOVEN,           [KIND_CLUSTER] = WAY_WOVEN,   [KIND_SITE] = WAY_WOVEN,
        [KIND_LINK] = WAY_WOVEN,          [KIND_PAIR] = WAY_WOVEN,      [KIND_HALL] = WAY_WOVEN,
        [KIND_RACK] = WAY_WOVEN,          [KIND_PLACE] = WAY_WOVEN,     [KIND_TENANT] = WAY_WOVEN,
        [KIND_SCHEDULER] = WAY_DESCRIBED, [KIND_QUEUE] = WAY_DESCRIBED, [KIND_USER] = WAY_DESCRIBED,
        [KIND_NODE] = WAY_COUNTED,        [KIND_JOB] = WAY_COUNTED,     [KIND_ALERT] = WAY_WATCHED,
    };
    return ways[kind];
}

static void tell_nothing(struct ingest *in)
{
    for (int k = 0; k < KIND_COUNT; k++)
        in->told[k] = -1;
}

void ingest_init(struct ingest *in, struct store *store, struct apply *apply, struct weave *weave, struct watch *watch,
                 const char *source, int64_t interval_ms)
{
    *in = (struct ingest){
        .store = store, .apply = apply, .weave = weave, .watch = watch, .source = source, .interval_ms = interval_ms};
    in->derive = derive_new(source);
    tell_nothing(in);
}

void ingest_release(struct ingest *in)
{
    if (in->apply)
        apply_forget(in->apply, in);
    ingest_drop(in);
    derive_free(in->derive);
    *in = (struct ingest){0};
}

static bool begin_kind(struct ingest *in, enum kind kind, struct err *err)
{
    enum way way = way_of(kind);
    in->covered[kind] = true;
    in->told[kind] = 0;
    if (way == WAY_WOVEN)
        weave_begin(in->weave, in->source, kind);
    if (way == WAY_WATCHED)
        watch_told_begin(in->watch, in->source, in->every_ms);
    if (way == WAY_COUNTED || way == WAY_DESCRIBED)
        derive_begin(in->derive, kind);
    if (way == WAY_BATCH || way == WAY_COUNTED) {
        in->batches[kind] = store_batch_new(in->store, in->source, kind, true, err);
        if (in->batches[kind])
            store_batch_pace(in->batches[kind], in->every_ms);
        return in->batches[kind] != NULL;
    }
    return true;
}

bool ingest_begin(struct ingest *in, const enum kind *covers, struct err *err)
{
    ingest_drop(in);
    in->rows = in->age_ms = 0;
    for (size_t i = 0; i < SOURCE_COVERS_MAX && covers[i] != KIND_NONE; i++) {
        if (!begin_kind(in, covers[i], err)) {
            ingest_drop(in);
            return false;
        }
    }
    return true;
}

bool ingest_fact(void *ctx, const struct row *fact, struct err *err)
{
    struct ingest *in = ctx;
    struct row row = *fact;
    row.source = text_of(in->source);
    in->rows++;
    in->told[row.kind] = in->told[row.kind] < 0 ? 1 : in->told[row.kind] + 1;
    weave_cluster(in->weave, &row);
    weave_refer(in->weave, in->source, &row);
    if (row.kind == KIND_JOB)
        weave_movable(in->weave, in->jobs_stay, &row);
    enum way way = way_of(row.kind);
    if (way == WAY_WOVEN) {
        weave_row(in->weave, in->source, &row);
        return true;
    }
    if (way == WAY_WATCHED) {
        watch_told(in->watch, in->source, &row);
        return true;
    }
    if (way != WAY_BATCH && !derive_row(in->derive, &row, err))
        return false;
    if (way == WAY_DESCRIBED)
        return true;
    if (!in->batches[row.kind])
        in->batches[row.kind] = store_batch_new(in->store, in->source, row.kind, false, err);
    return in->batches[row.kind] && store_batch_add(in->batches[row.kind], &row, err);
}

static void end_kind(struct ingest *in, enum kind kind, bool whole)
{
    enum way way = way_of(kind);
    if (way == WAY_COUNTED || way == WAY_DESCRIBED)
        derive_end(in->derive, kind, whole);
    if (way == WAY_WOVEN && whole)
        weave_aged(in->weave, in->age_ms);
    if (way == WAY_WOVEN && whole)
        weave_end(in->weave, in->source, kind, in->interval_ms);
    if (way == WAY_WOVEN && !whole)
        weave_drop(in->weave, in->source, kind);
    if (way == WAY_WATCHED && whole)
        watch_told_end(in->watch, in->source);
    if (way == WAY_WATCHED && !whole)
        watch_told_drop(in->watch, in->source);
}

static void end_covered(struct ingest *in, bool whole)
{
    for (int k = 0; k < KIND_COUNT; k++) {
        if (in->covered[k])
            end_kind(in, (enum kind)k, whole);
    }
    memset(in->covered, 0, sizeof in->covered);
}

void ingest_drop(struct ingest *in)
{
    end_covered(in, false);
    tell_nothing(in);
    for (int k = 0; k < KIND_COUNT; k++) {
        store_batch_free(in->batches[k]);
        in->batches[k] = NULL;
    }
}

static void settle_one(struct ingest *in)
{
    if (--in->pending == 0 && in->settled)
        in->settled(in->ctx, in->failure.kind != ERR_NONE ? &in->failure : NULL);
}

static void applied(void *ctx, const struct store_result *result, const struct err *err)
{
    struct ingest *in = ctx;
    (void)result;
    if (err && in->failure.kind == ERR_NONE)
        in->failure = *err;
    in->derived = in->derived && !err;
    settle_one(in);
}

static void send_batches(struct ingest *in, struct instant now, void (*settled)(void *, const struct err *), void *ctx)
{
    in->settled = settled;
    in->ctx = ctx;
    in->pending++; /* held until all are sent, so that it settles once */
    for (int k = 0; k < KIND_COUNT; k++) {
        if (!in->batches[k])
            continue;
        in->pending++;
        apply_put(in->apply, in->batches[k], (enum kind)k, now, applied, in);
        in->batches[k] = NULL;
    }
    settle_one(in);
}

void ingest_end(struct ingest *in, struct instant now, void (*settled)(void *ctx, const struct err *failure), void *ctx)
{
    err_clear(&in->failure);
    end_covered(in, true);
    send_batches(in, now, settled, ctx);
}

bool ingest_unchanged(struct ingest *in, const enum kind *covers, struct instant now, struct err *err)
{
    int64_t every_ms = in->every_ms ? in->every_ms : in->interval_ms;
    for (size_t i = 0; i < SOURCE_COVERS_MAX && covers[i] != KIND_NONE; i++) {
        if (way_of(covers[i]) == WAY_WOVEN)
            weave_unchanged(in->weave, in->source, covers[i], in->interval_ms);
        if (!store_touch(in->store, in->source, covers[i], now, every_ms, err))
            return false;
    }
    return true;
}

/* Counted rows: every poll tells all of them anew. */
static bool derived(void *ctx, const struct row *row, struct err *err)
{
    struct ingest *in = ctx;
    struct row own = *row;
    weave_cluster(in->weave, &own);
    weave_refer(in->weave, in->source, &own);
    if (row->kind != KIND_SCHEDULER)
        return store_batch_add(in->batches[row->kind], &own, err);
    weave_row(in->weave, in->source, &own);
    return true;
}

/* A source without jobs and queues tells nothing of them; once, what was left of them is closed. */
static bool open_derived(struct ingest *in, enum kind kind)
{
    bool tells = derive_tells(in->derive, kind);
    if (!tells && in->derived)
        return true;
    in->batches[kind] = store_batch_new(in->store, in->source, kind, true, &in->failure);
    if (in->batches[kind] && !tells)
        store_batch_unasked(in->batches[kind]);
    return in->batches[kind] != NULL;
}

void ingest_derive(struct ingest *in, struct instant now, void (*settled)(void *ctx, const struct err *failure),
                   void *ctx)
{
    err_clear(&in->failure);
    bool ok = open_derived(in, KIND_QUEUE) && open_derived(in, KIND_USER);
    in->derived = ok;
    weave_begin(in->weave, in->source, KIND_SCHEDULER);
    ok = ok && derive_emit(in->derive, now.utc_ms, derived, in, &in->failure);
    if (ok)
        weave_end(in->weave, in->source, KIND_SCHEDULER, in->interval_ms);
    else
        weave_drop(in->weave, in->source, KIND_SCHEDULER);
    if (!ok)
        ingest_drop(in);
    if (ok && !in->batches[KIND_QUEUE] && !in->batches[KIND_USER]) {
        in->pending++;
        apply_after(in->apply, applied, in);
    }
    send_batches(in, now, settled, ctx);
}
