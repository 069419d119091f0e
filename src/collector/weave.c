#include "collector/weave.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "collector/weave_past.h"
#include "domain/join.h"
#include "domain/reading.h"
#include "domain/rows.h"
#include "store/query.h"

enum {
    WEAVE_LEARN_MS = 10 * 60 * 1000,
    WEAVE_USUAL_MS = 24 * 60 * 60 * 1000,
    WEAVE_RECENT_MS = 15 * 60 * 1000, /* what happens now is not usual yet */
    WEAVE_LINKS_A_SLICE = 16,
};

struct weave {
    struct weave_options o;
    struct join *join;
    struct weave_past *past;
    uint64_t dirty;              /* KIND_BIT()s */
    size_t handed[KIND_COUNT];   /* rows, as handed on last */
    int64_t seen_ms[KIND_COUNT]; /* the newest arrival among the rows handed on last */
    struct rows links;           /* as handed on last: whose baselines are learned */
    struct query *query;         /* opened when a baseline is first looked for */
    int64_t learn_due_ms, task;
    size_t learn_at;
    bool learned_any;
    struct arena words; /* of the row that is being referred */
    bool networks_told;
    int64_t age_ms; /* of what ends next */
};

/* What else may change with a kind: clusters count schedulers and racks, hubs count clusters, halls racks; and what is
 * named elsewhere (ends of links, where racks stand) may have another meaning. */
static const uint64_t changes_with[KIND_COUNT] = {
    [KIND_CLUSTER] = KIND_BIT(KIND_HUB) | KIND_BIT(KIND_SCHEDULER) | KIND_BIT(KIND_LINK) | KIND_BIT(KIND_PAIR) |
                     KIND_BIT(KIND_RACK) | KIND_BIT(KIND_PLACE) | KIND_BIT(KIND_TENANT),
    [KIND_SITE] = KIND_BIT(KIND_HUB) | KIND_BIT(KIND_CLUSTER) | KIND_BIT(KIND_SCHEDULER) | KIND_BIT(KIND_LINK) |
                  KIND_BIT(KIND_HALL) | KIND_BIT(KIND_RACK),
    [KIND_SCHEDULER] = KIND_BIT(KIND_HUB) | KIND_BIT(KIND_CLUSTER) | KIND_BIT(KIND_LINK) | KIND_BIT(KIND_PAIR) |
                       KIND_BIT(KIND_HALL) | KIND_BIT(KIND_RACK) | KIND_BIT(KIND_PLACE) | KIND_BIT(KIND_TENANT),
    [KIND_LINK] = KIND_BIT(KIND_HUB) | KIND_BIT(KIND_CLUSTER) | KIND_BIT(KIND_PLACE),
    [KIND_PAIR] = KIND_BIT(KIND_HUB) | KIND_BIT(KIND_CLUSTER) | KIND_BIT(KIND_PLACE),
    [KIND_HALL] = KIND_BIT(KIND_HUB) | KIND_BIT(KIND_CLUSTER) | KIND_BIT(KIND_RACK),
    [KIND_RACK] = KIND_BIT(KIND_HUB) | KIND_BIT(KIND_CLUSTER) | KIND_BIT(KIND_HALL),
    [KIND_PLACE] = KIND_BIT(KIND_CLUSTER) | KIND_BIT(KIND_LINK) | KIND_BIT(KIND_PAIR) | KIND_BIT(KIND_TENANT),
};

static bool is_joined(enum kind kind)
{
    return kind_info(kind)->told_by != 0;
}

static void set_dirty(struct weave *w, enum kind kind)
{
    w->dirty |= KIND_BIT(kind) | changes_with[kind];
}

void weave_doubt(struct weave *w)
{
    for (int k = KIND_NONE + 1; k < KIND_COUNT; k++)
        if (is_joined((enum kind)k))
            w->dirty |= KIND_BIT(k);
}

static bool remember(void *ctx, const struct row *row, struct err *err)
{
    struct weave *w = ctx;
    struct row joined = *row;
    const struct value *told_by = &row->cells[kind_info(row->kind)->told_by];
    (void)err;
    joined.source = value_text_or(told_by, "");
    struct buf name = buf_make(text_len(joined.source) + 1);
    text_copy(&name, joined.source);
    joined.observed_ms = store_observed_ms(w->o.store, buf_str(&name));
    buf_release(&name);
    join_remember(w->join, &joined);
    w->handed[row->kind]++;
    return true;
}

struct weave *weave_new(const struct weave_options *options, struct err *err)
{
    struct weave *w = mem_new(1, sizeof *w);
    bool ok = true;
    w->o = *options;
    w->join = join_new(options->fleet, options->thresholds);
    w->past = weave_past_new(options->loop, options->store, options->apply);
    for (int k = KIND_NONE + 1; ok && k < KIND_COUNT; k++)
        ok = !is_joined((enum kind)k) || store_each(options->store, (enum kind)k, WEAVE_SOURCE, remember, w, err);
    if (ok) {
        weave_doubt(w);
        return w;
    }
    weave_free(w);
    return NULL;
}

void weave_free(struct weave *w)
{
    if (!w)
        return;
    if (w->task)
        loop_task_cancel(w->o.loop, w->task);
    weave_past_free(w->past);
    query_close(w->query);
    rows_release(&w->links);
    arena_release(&w->words);
    join_free(w->join);
    free(w);
}

/* --- what comes in --- */

void weave_source(struct weave *w, const char *source)
{
    join_source_add(w->join, source);
}

void weave_begin(struct weave *w, const char *source, enum kind kind)
{
    join_part_begin(w->join, source, kind);
}

void weave_row(struct weave *w, const char *source, const struct row *row)
{
    join_part_row(w->join, source, row);
}

void weave_drop(struct weave *w, const char *source, enum kind kind)
{
    join_part_drop(w->join, source, kind);
}

/* Who tells of a kind tells of what is counted from it. */
static const uint64_t tells_of[KIND_COUNT] = {
    [KIND_SCHEDULER] = KIND_BIT(KIND_CLUSTER) | KIND_BIT(KIND_HUB),
    [KIND_CLUSTER] = KIND_BIT(KIND_HUB),
    [KIND_LINK] = KIND_BIT(KIND_CLUSTER) | KIND_BIT(KIND_HUB),
    [KIND_RACK] = KIND_BIT(KIND_HALL) | KIND_BIT(KIND_CLUSTER) | KIND_BIT(KIND_HUB),
};

/* When what ends now was observed. */
static struct instant seen_at(const struct weave *w)
{
    struct instant at = clock_now(w->o.clock);
    at.utc_ms -= w->age_ms;
    at.boot_ms -= w->age_ms;
    return at;
}

static void observed(struct weave *w, const char *source, enum kind kind, int64_t interval_ms)
{
    uint64_t kinds = KIND_BIT(kind) | tells_of[kind];
    struct err err = {0};
    apply_join(w->o.apply, w->o.store);
    for (int k = KIND_NONE + 1; k < KIND_COUNT; k++) {
        if ((kinds & KIND_BIT(k)) && !store_touch(w->o.store, source, (enum kind)k, seen_at(w), interval_ms, &err))
            log_err(LOG_ERROR, &err);
    }
}

void weave_aged(struct weave *w, int64_t age_ms)
{
    w->age_ms = age_ms;
}

void weave_end(struct weave *w, const char *source, enum kind kind, int64_t interval_ms)
{
    /* Who never told of any says nothing about them: no view need stand there. */
    /* What is old is no news: it makes no samples. */
    bool fresh = reading_is_fresh(w->age_ms, interval_ms);
    if (join_part_end(w->join, source, kind, fresh ? clock_now(w->o.clock).utc_ms : seen_at(w).utc_ms)) {
        observed(w, source, kind, interval_ms);
        set_dirty(w, kind);
    }
    w->age_ms = 0;
}

void weave_unchanged(struct weave *w, const char *source, enum kind kind, int64_t interval_ms)
{
    if (join_part_again(w->join, source, kind, clock_now(w->o.clock).utc_ms)) {
        observed(w, source, kind, interval_ms);
        set_dirty(w, kind);
    }
}

void weave_polled(struct weave *w, const char *source)
{
    if (join_settle_source(w->join, source))
        weave_doubt(w);
}

void weave_cluster(struct weave *w, struct row *row)
{
    static const struct {
        int scheduler, cluster;
    } fields[KIND_COUNT] = {
        [KIND_JOB] = {JOB_SCHEDULER, JOB_CLUSTER},
        [KIND_NODE] = {NODE_SCHEDULER, NODE_CLUSTER},
        [KIND_QUEUE] = {QUEUE_SCHEDULER, QUEUE_CLUSTER},
        [KIND_RESERVATION] = {RESERVATION_SCHEDULER, RESERVATION_CLUSTER},
    };
    if (!w->o.fleet || fields[row->kind].scheduler == fields[row->kind].cluster)
        return;
    struct fleet_found at = fleet_scheduler(w->o.fleet, value_text_or(&row->cells[fields[row->kind].scheduler], ""));
    if (at.cluster)
        row->cells[fields[row->kind].cluster] = value_text(text_of(at.cluster));
}

void weave_refer(struct weave *w, const char *source, struct row *row)
{
    if (!join_refers(row->kind))
        return;
    arena_reset(&w->words);
    join_refer(w->join, source, &w->words, row);
}

void weave_movable(const struct weave *w, bool stays, struct row *job)
{
    movable_judge(w->o.movable, stays, job);
}

const char *weave_scheduler(const struct weave *w, const char *name)
{
    struct fleet_found at = {.what = FLEET_NOTHING};
    if (w->o.fleet)
        at = fleet_scheduler(w->o.fleet, text_of(name));
    return at.what == FLEET_SCHEDULER ? at.id : name;
}

/* --- the past --- */

static bool is_measured(const struct weave *w, struct safe_text link)
{
    for (size_t i = 0; i < w->links.count; i++)
        if (text_equal(w->links.all[i].id, link))
            return text_is(value_text_or(&w->links.all[i].cells[LINK_ONE_WAY_BASIS], ""), "measured");
    return false;
}

bool weave_past(struct weave *w, const char *source, enum kind kind, struct safe_text id, int field, int64_t at_ms,
                double value)
{
    struct buf own = buf_make(4096);
    bool ok = true;
    if (is_joined(kind) && join_resolve(w->join, source, kind, id, &own)) {
        struct safe_text joined = text_from(buf_str(&own), own.len);
        ok = weave_past_put(w->past, kind, joined, field, at_ms, value);
        if (kind == KIND_LINK && field == LINK_RTT_MS && !is_measured(w, joined))
            ok = ok && weave_past_put(w->past, kind, joined, LINK_ONE_WAY_MS, at_ms, value / 2);
    }
    buf_release(&own);
    return ok;
}

bool weave_busy(const struct weave *w)
{
    return w->task != 0 || weave_past_busy(w->past);
}

/* --- baselines --- */

static void learn_one(struct weave *w, const struct row *link, int64_t now_ms)
{
    double usual = NAN, known = value_real_or(&link->cells[LINK_BASELINE_MS], NAN);
    query_usual(w->query, KIND_LINK, link->id, LINK_ONE_WAY_MS, now_ms - WEAVE_USUAL_MS, now_ms - WEAVE_RECENT_MS,
                &usual);
    if (isnan(usual) || (!isnan(known) && fabs(usual - known) < 1e-9))
        return;
    join_baseline_set(w->join, link->id, usual);
    w->learned_any = true;
}

static bool learn_slice(void *ctx)
{
    struct weave *w = ctx;
    int64_t now_ms = clock_now(w->o.clock).utc_ms;
    for (int n = 0; n < WEAVE_LINKS_A_SLICE && w->learn_at < w->links.count; n++)
        learn_one(w, &w->links.all[w->learn_at++], now_ms);
    if (w->learn_at < w->links.count)
        return true;
    w->task = 0;
    if (w->learned_any) {
        w->dirty |= KIND_BIT(KIND_LINK);
        weave_run(w);
    }
    return false;
}

/* A cache that cannot be read is told by whoever writes it; without history nothing is usual. */
static void learn(struct weave *w)
{
    int64_t now_ms = clock_now(w->o.clock).utc_ms;
    if (w->task || w->links.count == 0 || now_ms < w->learn_due_ms)
        return;
    if (!w->query)
        w->query = query_open(w->o.state_dir, NULL);
    w->learn_due_ms = now_ms + WEAVE_LEARN_MS;
    w->learn_at = 0;
    w->learned_any = false;
    if (w->query)
        w->task = loop_task(w->o.loop, learn_slice, w);
}

/* --- what goes out --- */

struct emission {
    struct weave *weave;
    struct store_batch *batch;
    size_t count;
    int64_t newest_ms;
};

static bool put_row(void *ctx, const struct row *row, struct err *err)
{
    struct emission *e = ctx;
    struct row joined = *row;
    joined.cells[kind_info(row->kind)->told_by] = value_text(row->source);
    e->count++;
    if (row->observed_ms > e->newest_ms)
        e->newest_ms = row->observed_ms;
    if (row->kind == KIND_LINK)
        rows_add(&e->weave->links, row);
    if (row->observed_ms > e->weave->seen_ms[row->kind])
        return store_batch_add(e->batch, &joined, err);
    return store_batch_keep(e->batch, &joined, err);
}

static bool emit(struct weave *w, enum kind kind, struct instant now, struct err *err)
{
    const struct join_now at = {.now_ms = now.utc_ms, .fresh = w->o.fresh, .ctx = w->o.ctx};
    struct emission e = {.weave = w, .newest_ms = w->seen_ms[kind]};
    e.batch = store_batch_new(w->o.store, WEAVE_SOURCE, kind, true, err);
    if (!e.batch)
        return false;
    store_batch_sparse(e.batch);
    if (kind == KIND_LINK)
        rows_clear(&w->links);
    if (!join_emit(w->join, kind, &at, put_row, &e, err)) {
        store_batch_free(e.batch);
        return false;
    }
    w->seen_ms[kind] = e.newest_ms;
    bool was_any = w->handed[kind] > 0;
    w->handed[kind] = e.count;
    if (e.count == 0 && !was_any) {
        store_batch_free(e.batch);
        return true;
    }
    if (w->o.fleet)
        observed(w, JOIN_FLEET, kind, 0);
    apply_put(w->o.apply, e.batch, kind, now, w->o.applied, w->o.ctx);
    return true;
}

static bool count_row(void *ctx, const struct row *row, struct err *err)
{
    (void)row;
    (void)err;
    ++*(size_t *)ctx;
    return true;
}

/* Networks of others stand in the file alone. They are told once: it does not change while we run. */
static bool tell_networks(struct weave *w, struct instant now, struct err *err)
{
    size_t n = w->o.fleet ? w->o.fleet->n_networks : 0, had = 0;
    w->networks_told = true;
    if (!store_each(w->o.store, KIND_NETWORK, JOIN_FLEET, count_row, &had, err))
        return false;
    if (n + had == 0)
        return true;
    struct store_batch *batch = store_batch_new(w->o.store, JOIN_FLEET, KIND_NETWORK, true, err);
    bool ok = true;
    for (size_t i = 0; batch && ok && i < n; i++) {
        struct row row;
        fleet_network_row(w->o.fleet, i, &row);
        row.source = text_of(JOIN_FLEET);
        weave_refer(w, JOIN_FLEET, &row);
        ok = store_batch_add(batch, &row, err);
    }
    if (batch && ok)
        apply_put(w->o.apply, batch, KIND_NETWORK, now, w->o.applied, w->o.ctx);
    else
        store_batch_free(batch);
    return batch && ok;
}

void weave_run(struct weave *w)
{
    struct instant now = clock_now(w->o.clock);
    uint64_t dirty = w->dirty;
    w->dirty = 0;
    struct err networks = {0};
    if (!w->networks_told && !tell_networks(w, now, &networks))
        log_err(LOG_ERROR, &networks);
    if (w->o.fleet && w->o.fleet->n_networks > 0)
        observed(w, JOIN_FLEET, KIND_NETWORK, 0);
    for (int k = KIND_NONE + 1; k < KIND_COUNT; k++) {
        struct err err = {0};
        if ((dirty & KIND_BIT(k)) && !emit(w, (enum kind)k, now, &err))
            log_err(LOG_ERROR, &err);
    }
    learn(w);
}
