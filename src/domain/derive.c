#include "domain/derive.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/derive_tally.h"
#include "domain/rows.h"
#include "domain/state.h"

enum { RATE_MINUTES = 10, RATE_MS = RATE_MINUTES * 60 * 1000, INNER_RING_MS = 5 };

/* What one body of a kind told. */
struct body {
    struct arena arena;
    struct derive_table queues, users, schedulers;
    struct derive_table index; /* of described rows; where each of them stands in `rows` */
    struct rows rows;
};

struct derive {
    char *source;
    struct body *now[KIND_COUNT];  /* the last whole one, or NULL */
    struct body *next[KIND_COUNT]; /* the one that comes in, or NULL */
};

static void body_free(struct body *b)
{
    if (b == NULL)
        return;
    derive_tally_release(&b->queues);
    derive_tally_release(&b->users);
    derive_tally_release(&b->schedulers);
    derive_tally_release(&b->index);
    rows_release(&b->rows);
    arena_release(&b->arena);
    free(b);
}

struct derive *derive_new(const char *source)
{
    struct derive *d = mem_new(1, sizeof *d);

    d->source = mem_strdup(source);
    return d;
}

void derive_free(struct derive *d)
{
    if (d == NULL)
        return;
    for (size_t k = 0; k < KIND_COUNT; k++) {
        body_free(d->now[k]);
        body_free(d->next[k]);
    }
    free(d->source);
    free(d);
}

void derive_begin(struct derive *d, enum kind kind)
{
    body_free(d->next[kind]);
    d->next[kind] = mem_new(1, sizeof *d->next[kind]);
}

void derive_end(struct derive *d, enum kind kind, bool whole)
{
    struct body *ended = d->next[kind];

    d->next[kind] = NULL;
    if (ended == NULL || !whole) {
        body_free(ended);
        return;
    }
    for (size_t i = 0; i < ended->queues.count; i++)
        derive_tally_sort(&ended->queues.all[i]->pending);
    body_free(d->now[kind]);
    d->now[kind] = ended;
}

/* --- rows come in --- */

static bool is_pending(enum job_state s)
{
    return s == JOB_WAITING || s == JOB_HELD;
}

static bool is_running(enum job_state s)
{
    return s == JOB_RUNNING || s == JOB_SUSPENDED || s == JOB_FINISHING;
}

/* Jobs that a row stands for: the tasks of a waiting array. */
static int64_t jobs_of(const struct row *job)
{
    int64_t tasks = value_int_or(&job->cells[JOB_TASKS], 1);

    return tasks > 1 ? tasks : 1;
}

/* What all its tasks have or ask for, of a field that tells it of one. */
static struct value all_of(const struct row *job, int field, int64_t jobs)
{
    struct value v = job->cells[field];
    int64_t all;

    if (!value_known(&v))
        return v;
    return __builtin_mul_overflow(value_int_or(&v, 0), jobs, &all) ? value_int(INT64_MAX) : value_int(all);
}

static void count_job(struct derive_tally *t, const struct row *job)
{
    enum job_state s = state_job(value_text_or(&job->cells[JOB_STATE], ""));
    int64_t jobs = jobs_of(job);
    struct value accels = all_of(job, JOB_ACCELS, is_pending(s) ? jobs : 1);
    struct value cpus = all_of(job, JOB_CPUS, jobs);

    if (is_running(s)) {
        t->running = derive_tally_plus(t->running, 1);
        derive_tally_add(&t->accels_running, &accels);
    } else if (is_pending(s)) {
        t->waiting = derive_tally_plus(t->waiting, jobs);
        derive_tally_add(&t->accels_asked, &accels);
        derive_tally_add(&t->cpus_asked, &cpus);
    }
}

static void keep_earlier(struct value *kept, const struct value *v)
{
    if (value_known(v) && (!value_known(kept) || value_int_or(v, 0) < value_int_or(kept, 0)))
        *kept = *v;
}

/* What somebody holds is not late. */
static void note_inner(struct derive_tally *t, const struct row *job)
{
    bool told = value_known(&job->cells[JOB_ELIGIBLE_AT]);

    if (state_job(value_text_or(&job->cells[JOB_STATE], "")) != JOB_WAITING ||
        !(value_real_or(&job->cells[JOB_LATENCY_MS_MAX], INFINITY) <= INNER_RING_MS))
        return;
    keep_earlier(&t->inner_at, &job->cells[told ? JOB_ELIGIBLE_AT : JOB_SUBMITTED_AT]);
    keep_earlier(&t->deadline_at, &job->cells[JOB_DEADLINE_AT]);
}

static void note_moments(struct derive_tally *t, const struct row *job)
{
    const struct value *submitted = &job->cells[JOB_SUBMITTED_AT], *started = &job->cells[JOB_STARTED_AT];
    bool pending = is_pending(state_job(value_text_or(&job->cells[JOB_STATE], "")));

    if (value_known(submitted)) {
        derive_tally_moment(&t->submitted, value_int_or(submitted, 0), jobs_of(job));
        if (pending)
            derive_tally_moment(&t->pending, value_int_or(submitted, 0), jobs_of(job));
    }
    note_inner(t, job);
    if (value_known(started) && !pending)
        derive_tally_moment(&t->started, value_int_or(started, 0), 1);
}

static void note_waits(struct arena *arena, struct derive_tally *t, const struct row *job)
{
    if (!is_pending(state_job(value_text_or(&job->cells[JOB_STATE], ""))))
        return;
    if (t->waits == NULL)
        t->waits = arena_alloc(arena, sizeof *t->waits);
    wait_count(t->waits, job, jobs_of(job));
}

/* Keeps a cell that all jobs of a tally agree on. */
static void agree(struct arena *arena, struct value *cell, bool *differ, const struct value *v)
{
    if (*differ || !value_known(v))
        return;
    if (!value_known(cell)) {
        *cell = rows_value(arena, v);
    } else if (!value_equal(cell, v)) {
        *cell = value_none();
        *differ = true;
    }
}

static void keep_first(struct arena *arena, struct value *cell, struct value v)
{
    if (!value_known(cell) && value_known(&v))
        *cell = rows_value(arena, &v);
}

static struct derive_tally *tally_of(struct derive_table *table, struct arena *arena, struct safe_text scheduler,
                                     const struct value *name, const struct value *cluster)
{
    struct derive_tally *t = derive_tally_of(table, arena, scheduler, value_text_or(name, ""));

    keep_first(arena, &t->scheduler, value_text(scheduler));
    keep_first(arena, &t->name, *name);
    keep_first(arena, &t->cluster, *cluster);
    return t;
}

/* A job that waits in several queues ("cpu,gpu") counts in the first. */
static struct value first_queue(const struct row *job)
{
    struct value v = job->cells[JOB_QUEUE];
    struct safe_text rest = value_text_or(&v, ""), first;

    if (text_split(&rest, ',', &first))
        v = value_text(first);
    return v;
}

static void take_job(struct derive *d, struct body *b, const struct row *job)
{
    static const struct value none = {.type = VALUE_NONE};
    const struct value *cluster = &job->cells[JOB_CLUSTER], *user = &job->cells[JOB_USER];
    struct safe_text scheduler = value_text_or(&job->cells[JOB_SCHEDULER], d->source);
    struct value queue = first_queue(job);

    count_job(tally_of(&b->schedulers, &b->arena, scheduler, &none, cluster), job);
    if (value_known(&queue)) {
        struct derive_tally *t = tally_of(&b->queues, &b->arena, scheduler, &queue, cluster);
        count_job(t, job);
        note_moments(t, job);
        note_waits(&b->arena, t, job);
    }
    if (value_known(user)) {
        struct derive_tally *t = tally_of(&b->users, &b->arena, scheduler, user, cluster);
        count_job(t, job);
        agree(&b->arena, &t->account, &t->accounts_differ, &job->cells[JOB_ACCOUNT]);
        agree(&b->arena, &t->tenant, &t->tenants_differ, &job->cells[JOB_TENANT]);
    }
}

static void take_node(struct derive *d, struct body *b, const struct row *node)
{
    static const struct value none = {.type = VALUE_NONE};
    enum node_state s = state_node(value_text_or(&node->cells[NODE_STATE], ""));
    struct safe_text scheduler = value_text_or(&node->cells[NODE_SCHEDULER], d->source);
    struct derive_tally *t = tally_of(&b->schedulers, &b->arena, scheduler, &none, &node->cells[NODE_CLUSTER]);

    t->nodes++;
    bool out = s == NODE_DOWN || s == NODE_DRAINED || s == NODE_DRAINING;
    t->nodes_down += out;
    t->nodes_planned += out && state_node_is_planned(value_text_or(&node->cells[NODE_STATE_RAW], ""));
    derive_tally_add(&t->cpus, &node->cells[NODE_CPUS_TOTAL]);
    derive_tally_add(&t->accels, &node->cells[NODE_ACCELS_TOTAL]);
    if (s == NODE_UP || s == NODE_IDLE) {
        derive_tally_add(&t->cpus_free, &node->cells[NODE_CPUS_FREE]);
        derive_tally_add(&t->accels_free, &node->cells[NODE_ACCELS_FREE]);
    }
}

/* The last row of an id counts. */
static void take_described(struct body *b, const struct row *row)
{
    struct derive_tally *place = derive_tally_of(&b->index, &b->arena, row->id, text_of(""));

    place->row = b->rows.count;
    rows_add(&b->rows, row);
}

bool derive_row(struct derive *d, const struct row *row, struct err *err)
{
    struct body *b = (size_t)row->kind < KIND_COUNT ? d->next[row->kind] : NULL;

    (void)err;
    if (b == NULL)
        return true;
    if (row->kind == KIND_JOB)
        take_job(d, b, row);
    else if (row->kind == KIND_NODE)
        take_node(d, b, row);
    else
        take_described(b, row);
    return true;
}

/* --- rows go out --- */

bool derive_tells(const struct derive *d, enum kind kind)
{
    return d->now[kind] != NULL || d->now[KIND_JOB] != NULL;
}

struct emit {
    const struct derive *d;
    int64_t now_ms;
    derive_sink *sink;
    void *ctx;
    struct err *err;
};

static const struct row *described(const struct derive *d, enum kind kind, struct safe_text id)
{
    const struct body *b = d->now[kind];
    const struct derive_tally *place = b != NULL ? derive_tally_find(&b->index, id) : NULL;

    return place != NULL ? &b->rows.all[place->row] : NULL;
}

static void lay(struct row *row, int field, struct value v)
{
    if (value_known(&v))
        row->cells[field] = v;
}

static const struct derive_tally *counted(const struct derive *d, enum kind kind, struct safe_text scheduler)
{
    return d->now[kind] != NULL ? derive_tally_find(&d->now[kind]->schedulers, scheduler) : NULL;
}

/* The cluster of a scheduler: as described, as its jobs or nodes say, or itself. */
static struct safe_text cluster_of(const struct derive *d, struct safe_text scheduler)
{
    const struct row *row = described(d, KIND_SCHEDULER, scheduler);
    const struct derive_tally *nodes = counted(d, KIND_NODE, scheduler), *jobs = counted(d, KIND_JOB, scheduler);

    if (row != NULL && value_known(&row->cells[SCHEDULER_CLUSTER]))
        return value_text_or(&row->cells[SCHEDULER_CLUSTER], "");
    if (nodes != NULL && value_known(&nodes->cluster))
        return value_text_or(&nodes->cluster, "");
    if (jobs != NULL && value_known(&jobs->cluster))
        return value_text_or(&jobs->cluster, "");
    return scheduler;
}

static struct row row_start(const struct emit *e, enum kind kind, struct safe_text id)
{
    const struct row *known = described(e->d, kind, id);
    struct row row = {.kind = kind, .id = id};

    if (known != NULL)
        row = *known;
    if (text_empty(row.source))
        row.source = text_of(e->d->source);
    return row;
}

static struct value per_minute(const struct derive_moments *m, int64_t now_ms)
{
    return value_real((double)derive_tally_between(m, now_ms - RATE_MS + 1, now_ms) / RATE_MINUTES);
}

static struct value age_s(const struct value *at, int64_t now_ms)
{
    int64_t ms;

    if (!value_known(at) || __builtin_sub_overflow(now_ms, value_int_or(at, now_ms), &ms))
        return value_none();
    return value_int(ms > 0 ? ms / 1000 : 0);
}

static void lay_queue(struct row *row, const struct derive_tally *t, int64_t now_ms)
{
    lay(row, QUEUE_RUNNING, value_int(t->running));
    lay(row, QUEUE_WAITING, value_int(t->waiting));
    row->cells[QUEUE_WAIT_P50_S] = derive_tally_wait(&t->pending, 0.50, now_ms);
    row->cells[QUEUE_WAIT_P95_S] = derive_tally_wait(&t->pending, 0.95, now_ms);
    row->cells[QUEUE_OLDEST_S] = derive_tally_wait(&t->pending, 1, now_ms);
    lay(row, QUEUE_ARRIVALS_PER_MIN, per_minute(&t->submitted, now_ms));
    lay(row, QUEUE_DEPARTURES_PER_MIN, per_minute(&t->started, now_ms));
    lay(row, QUEUE_ACCELS_ASKED, derive_tally_value(&t->accels_asked));
    lay(row, QUEUE_CPUS_ASKED, derive_tally_value(&t->cpus_asked));
    row->cells[QUEUE_INNER_OLDEST_S] = age_s(&t->inner_at, now_ms);
    row->cells[QUEUE_DEADLINE_FIRST_AT] = t->deadline_at;
}

/* The texts live in the buffers. */
static void lay_waits(struct row *row, const struct wait_counts *waits, struct buf *whys, struct buf *rings)
{
    if (waits != NULL) {
        wait_put_whys(waits, whys);
        wait_put_rings(waits, rings);
    }
    row->cells[QUEUE_WAITS] = value_list(text_from(buf_str(whys), whys->len));
    row->cells[QUEUE_RINGS] = value_list(text_from(buf_str(rings), rings->len));
}

static bool emit_queue(const struct emit *e, struct safe_text id, const struct derive_tally *t)
{
    static const struct derive_tally nothing = {0};
    struct row row = row_start(e, KIND_QUEUE, id);
    struct buf whys = buf_make(WAIT_LIST_MAX), rings = buf_make(WAIT_LIST_MAX);

    if (t != NULL && !value_known(&row.cells[QUEUE_SCHEDULER]))
        row.cells[QUEUE_SCHEDULER] = t->scheduler;
    if (t != NULL && !value_known(&row.cells[QUEUE_NAME]))
        row.cells[QUEUE_NAME] = t->name;
    if (!value_known(&row.cells[QUEUE_CLUSTER]) && value_known(&row.cells[QUEUE_SCHEDULER]))
        row.cells[QUEUE_CLUSTER] = value_text(cluster_of(e->d, value_text_or(&row.cells[QUEUE_SCHEDULER], "")));
    t = t != NULL ? t : &nothing;
    if (e->d->now[KIND_JOB] != NULL) {
        lay_queue(&row, t, e->now_ms);
        lay_waits(&row, t->waits, &whys, &rings);
    }
    bool ok = e->sink(e->ctx, &row, e->err);
    buf_release(&whys);
    buf_release(&rings);
    return ok;
}

static void lay_user(struct row *row, const struct derive_tally *t)
{
    lay(row, USER_NAME, t->name);
    lay(row, USER_ACCOUNT, t->account);
    lay(row, USER_TENANT, t->tenant);
    lay(row, USER_SCHEDULERS, value_list(value_text_or(&t->scheduler, "")));
    lay(row, USER_JOBS_RUNNING, value_int(t->running));
    lay(row, USER_JOBS_WAITING, value_int(t->waiting));
    lay(row, USER_ACCELS, derive_tally_value(&t->accels_running));
}

static bool emit_user(const struct emit *e, struct safe_text id, const struct derive_tally *t)
{
    struct row row = row_start(e, KIND_USER, id);

    if (t != NULL) {
        lay_user(&row, t);
    } else if (e->d->now[KIND_JOB] != NULL) {
        lay(&row, USER_JOBS_RUNNING, value_int(0));
        lay(&row, USER_JOBS_WAITING, value_int(0));
        lay(&row, USER_ACCELS, value_int(0));
    }
    return e->sink(e->ctx, &row, e->err);
}

typedef bool emit_one(const struct emit *e, struct safe_text id, const struct derive_tally *t);

/* Rows of what is described, with or without jobs, then of what only jobs tell of. */
static bool emit_all(const struct emit *e, enum kind kind, const struct derive_table *counts, emit_one *one)
{
    static const struct derive_table empty = {0};
    const struct body *rows = e->d->now[kind];

    counts = counts != NULL ? counts : &empty;
    for (size_t i = 0; rows != NULL && i < rows->index.count; i++)
        if (!one(e, rows->index.all[i]->id, derive_tally_find(counts, rows->index.all[i]->id)))
            return false;
    for (size_t i = 0; i < counts->count; i++)
        if (described(e->d, kind, counts->all[i]->id) == NULL && !one(e, counts->all[i]->id, counts->all[i]))
            return false;
    return true;
}

static void lay_counts(struct row *row, const struct derive *d, struct safe_text scheduler)
{
    static const struct derive_tally nothing = {0};
    const struct derive_tally *jobs = counted(d, KIND_JOB, scheduler), *nodes = counted(d, KIND_NODE, scheduler);

    if (d->now[KIND_JOB] != NULL) {
        jobs = jobs != NULL ? jobs : &nothing;
        lay(row, SCHEDULER_JOBS_RUNNING, value_int(jobs->running));
        lay(row, SCHEDULER_JOBS_WAITING, value_int(jobs->waiting));
    }
    if (d->now[KIND_NODE] != NULL) {
        nodes = nodes != NULL ? nodes : &nothing;
        lay(row, SCHEDULER_NODES_TOTAL, value_int(nodes->nodes));
        lay(row, SCHEDULER_NODES_DOWN, value_int(nodes->nodes_down));
        lay(row, SCHEDULER_NODES_PLANNED, value_int(nodes->nodes_planned));
        lay(row, SCHEDULER_CPUS_TOTAL, derive_tally_value(&nodes->cpus));
        lay(row, SCHEDULER_CPUS_FREE, derive_tally_value(&nodes->cpus_free));
        lay(row, SCHEDULER_ACCELS_TOTAL, derive_tally_value(&nodes->accels));
        lay(row, SCHEDULER_ACCELS_FREE, derive_tally_value(&nodes->accels_free));
    }
}

/* All schedulers that anything told of. */
static void gather_schedulers(const struct derive *d, struct arena *arena, struct derive_table *out)
{
    static const enum kind counted_in[] = {KIND_NODE, KIND_JOB};
    const struct body *rows = d->now[KIND_SCHEDULER];

    for (size_t i = 0; rows != NULL && i < rows->index.count; i++)
        derive_tally_of(out, arena, rows->index.all[i]->id, text_of(""));
    for (size_t k = 0; k < sizeof counted_in / sizeof *counted_in; k++) {
        const struct body *b = d->now[counted_in[k]];
        for (size_t i = 0; b != NULL && i < b->schedulers.count; i++)
            derive_tally_of(out, arena, b->schedulers.all[i]->id, text_of(""));
    }
}

static bool emit_schedulers(const struct emit *e, const struct derive_table *schedulers)
{
    for (size_t i = 0; i < schedulers->count; i++) {
        struct safe_text id = schedulers->all[i]->id;
        struct row row = row_start(e, KIND_SCHEDULER, id);
        lay(&row, SCHEDULER_CLUSTER, value_text(cluster_of(e->d, id)));
        lay_counts(&row, e->d, id);
        if (!e->sink(e->ctx, &row, e->err))
            return false;
    }
    return true;
}

bool derive_emit(const struct derive *d, int64_t now_utc_ms, derive_sink *sink, void *ctx, struct err *err)
{
    struct emit e = {.d = d, .now_ms = now_utc_ms, .sink = sink, .ctx = ctx, .err = err};
    struct arena arena = {0};
    struct derive_table schedulers = {0};

    gather_schedulers(d, &arena, &schedulers);
    const struct body *jobs = d->now[KIND_JOB];
    bool ok = emit_all(&e, KIND_QUEUE, jobs != NULL ? &jobs->queues : NULL, emit_queue) &&
              emit_all(&e, KIND_USER, jobs != NULL ? &jobs->users : NULL, emit_user) &&
              emit_schedulers(&e, &schedulers);
    derive_tally_release(&schedulers);
    arena_release(&arena);
    return ok;
}
