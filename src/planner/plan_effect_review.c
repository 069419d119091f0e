#include <math.h>

#include "domain/rows.h"
#include "planner/plan_make_private.h"

/* What a plan's track record will be made of: its forecast for each queue and scheduler at the marks, with low and high. */

enum { OF_QUEUE = 2, OF_SCHEDULER = 1 };

/* In a large fleet what the plan touches comes first, then as much of the rest as a plan has room for. */
enum { REVIEWS_MAX = 600 };

/* The forecasts beside each other: nothing done, with low and high; the same after the plan. */
enum { UNDONE, UNDONE_LOW, UNDONE_HIGH, AFTER, AFTER_LOW, AFTER_HIGH, COLUMNS };

struct columns {
    const struct forecast *of[COLUMNS];
};

static void put_mark(struct plan_mark *m, const double v[COLUMNS])
{
    *m = (struct plan_mark){.undone = v[UNDONE], .after = v[AFTER], .fact = NAN};
    m->undone_low = fmin(v[UNDONE], fmin(v[UNDONE_LOW], v[UNDONE_HIGH]));
    m->undone_high = fmax(v[UNDONE], fmax(v[UNDONE_LOW], v[UNDONE_HIGH]));
    m->after_low = fmin(v[AFTER], fmin(v[AFTER_LOW], v[AFTER_HIGH]));
    m->after_high = fmax(v[AFTER], fmax(v[AFTER_LOW], v[AFTER_HIGH]));
}

static struct plan_review *add(struct plan *out, enum kind kind, struct safe_text what, const char *measure)
{
    struct plan_review *r = &out->reviews[out->review_count++];

    *r = (struct plan_review){
        .kind = kind, .what = rows_text(&out->arena, what), .measure = text_of(measure), .now = NAN, .size = NAN};
    return r;
}

static void put_marks(const struct make *m, struct plan_review *r, double value(const void *ctx, int column, int mark),
                      const void *ctx)
{
    for (int k = 0; k < PLAN_MARKS; k++) {
        double v[COLUMNS];
        for (int i = 0; i < COLUMNS; i++)
            v[i] = plan_mark_s[k] <= m->c.horizon_s ? value(ctx, i, k) : NAN;
        put_mark(&r->at[k], v);
    }
}

/* --- queues --- */

struct of_queue {
    const struct columns *columns;
    uint32_t queue;
};

static double waiting(const void *ctx, int column, int mark)
{
    const struct of_queue *q = ctx;

    return (double)q->columns->of[column]->queues[q->queue].waiting_at[mark];
}

static double started(const void *ctx, int column, int mark)
{
    const struct of_queue *q = ctx;

    return (double)q->columns->of[column]->queues[q->queue].started_at[mark];
}

struct jobs {
    double waiting, all;
};

static struct jobs *count_jobs(struct make *m)
{
    struct jobs *jobs = arena_alloc(&m->work, (m->c.f->queues.count + 1) * sizeof *jobs);

    for (size_t i = 0; i < m->c.f->jobs.count; i++) {
        const struct fact_job *j = FACTS(m->c.f, job, jobs, i);
        bool runs = plan_facts_runs(j);
        if (j->queue == FACT_NONE)
            continue;
        jobs[j->queue].waiting += runs ? 0 : j->tasks;
        jobs[j->queue].all += runs ? 1 : j->tasks;
    }
    return jobs;
}

static void put_queue(struct make *m, struct plan *out, const struct columns *c, uint32_t at, const struct jobs *jobs)
{
    const struct of_queue q = {c, at};
    struct safe_text id = FACTS(m->c.f, queue, queues, at)->id;
    struct plan_review *r = add(out, KIND_QUEUE, id, "waiting");

    r->now = jobs->waiting;
    r->size = fmax(jobs->all, PLAN_REVIEW_JOBS);
    put_marks(m, r, waiting, &q);
    r = add(out, KIND_QUEUE, id, "started");
    r->now = jobs->waiting;
    r->size = fmax(jobs->all, PLAN_REVIEW_JOBS);
    put_marks(m, r, started, &q);
}

/* --- schedulers --- */

struct of_scheduler {
    const struct plan_facts *f;
    const struct columns *columns;
    uint32_t scheduler;
    bool accels;
};

static double used(const void *ctx, int column, int mark)
{
    const struct of_scheduler *s = ctx;
    double sum = 0;

    for (size_t i = 0; i < s->f->pools.count; i++) {
        const struct fact_pool *p = FACTS(s->f, pool, pools, i);
        if (p->scheduler == s->scheduler && p->by_accels == s->accels && p->known)
            sum += (double)s->columns->of[column]->used_at[mark][i];
    }
    return sum;
}

static void put_scheduler(struct make *m, struct plan *out, const struct columns *c, uint32_t at)
{
    struct of_scheduler s = {.f = m->c.f, .columns = c, .scheduler = at};
    double units[2][2] = {{0}}; /* of CPUs and of accelerators: all, used */
    struct plan_review *r;

    for (size_t i = 0; i < m->c.f->pools.count; i++) {
        const struct fact_pool *p = FACTS(m->c.f, pool, pools, i);
        for (size_t k = 0; p->scheduler == at && p->known && k < p->node_count; k++) {
            const struct fact_node *n = FACTS(m->c.f, node, nodes, p->nodes[k]);
            int all = p->by_accels ? n->accels : n->cpus, free = p->by_accels ? n->accels_free : n->cpus_free;
            units[p->by_accels][0] += n->up ? all : 0;
            units[p->by_accels][1] += n->up ? all - free : 0;
        }
    }
    s.accels = units[1][0] > 0;
    if (units[s.accels][0] <= 0)
        return;
    r = add(out, KIND_SCHEDULER, FACTS(m->c.f, scheduler, schedulers, at)->id, "used");
    r->now = units[s.accels][1];
    r->size = units[s.accels][0];
    put_marks(m, r, used, &s);
}

/* Schedulers that a plan moves jobs from or to. */
static bool *touched(struct make *m)
{
    bool *is = arena_alloc(&m->work, m->c.f->schedulers.count + 1);

    for (uint32_t i = 0; i < m->c.f->jobs.count; i++) {
        if (m->goes[i] == FACT_NONE)
            continue;
        is[FACTS(m->c.f, job, jobs, i)->scheduler] = true;
        is[FACTS(m->c.f, queue, queues, m->goes[i])->scheduler] = true;
    }
    return is;
}

static void put_schedulers(struct make *m, struct plan *out, const struct columns *c, const bool *which, bool is)
{
    const struct plan_facts *f = m->c.f;
    const struct jobs *jobs = count_jobs(m);

    for (uint32_t i = 0; i < f->schedulers.count; i++)
        if (which[i] == is && out->review_count + OF_SCHEDULER <= REVIEWS_MAX)
            put_scheduler(m, out, c, i);
    for (uint32_t i = 0; i < f->queues.count; i++) {
        const struct fact_queue *q = FACTS(f, queue, queues, i);
        if (q->pool != FACT_NONE && which[q->scheduler] == is && out->review_count + OF_QUEUE <= REVIEWS_MAX)
            put_queue(m, out, c, i, &jobs[i]);
    }
}

void plan_effect_review(struct make *m, struct plan *out)
{
    const struct columns c = {{&m->undone, &m->undone_range.low, &m->undone_range.high, &m->after, &m->after_range.low,
                               &m->after_range.high}};
    const bool *which = touched(m);

    out->reviews = arena_alloc(&out->arena, REVIEWS_MAX * sizeof *out->reviews);
    put_schedulers(m, out, &c, which, true);
    put_schedulers(m, out, &c, which, false);
}
