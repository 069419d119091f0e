#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "planner/plan_make_private.h"

enum { DEADLINE_SOON = 4, DEADLINE_NEAR = 2, CLASS_HIGH = 4, CLASS_NORMAL = 2 };

int64_t plan_make_units(const struct fact_job *j)
{
    int64_t units = j->accels > 0 ? (int64_t)j->accels * MAKE_CARD : j->cpus;

    return units > 0 ? units : 1;
}

/* Priorities are numbers of their scheduler's own: by their share of its highest. */
static int64_t class_of(const struct fact_job *j, int64_t highest)
{
    if (highest <= 0 || j->priority <= 0)
        return 1;
    double share = (double)j->priority / (double)highest;
    return share >= 2. / 3 ? CLASS_HIGH : share >= 0.2 ? CLASS_NORMAL : 1;
}

static int64_t deadline_of(const struct plan_case *c, const struct fact_job *j)
{
    int64_t left_s = (j->deadline_ms - c->now_ms) / 1000;

    if (j->deadline_ms <= 0 || left_s <= 0)
        return 1;
    return left_s <= c->horizon_s ? DEADLINE_SOON : left_s <= 2 * c->horizon_s ? DEADLINE_NEAR : 1;
}

/* Up to the next of 1, 1.5, 2, 3, 4, 6 …: like sizes are one, and never less than they are. */
double plan_make_rounded(double x)
{
    double step = 1;

    if (!(x > 0))
        return x;
    while (step < x && step < 1e12)
        step = step * 1.5 >= x ? step * 1.5 : step * 2;
    return step;
}

/* --- what makes jobs alike --- */

struct key {
    uint32_t job;
    uint32_t scheduler, pool, queue, tenant, accel_kind, memory, residency;
    uint32_t user; /* whose other jobs it waits for; FACT_NONE */
    int32_t accels, cpus, nodes;
    int64_t weight;
    float latency_ms, data_gb, limit_s;
    uint8_t state, why, fixed, flags;
};

enum {
    FLAG_LEAVES = 1,
    FLAG_STALE = 2,
    FLAG_MARKED = 4,
    FLAG_MOVABLE = 8,
    FLAG_UNSAID = 16,
    FLAG_CHECKPOINT = 32,
    FLAG_STARTS = 64
};

static const struct plan_facts *sorted;

#define ORDER(x, y)                                                                                                    \
    do {                                                                                                               \
        if ((x) != (y))                                                                                                \
            return (x) < (y) ? -1 : 1;                                                                                 \
    } while (0)

/* Unknown floats are -1 here, so that they have a place. */
static int like(const struct key *a, const struct key *b)
{
    ORDER(a->scheduler, b->scheduler);
    ORDER(a->pool, b->pool);
    ORDER(a->queue, b->queue);
    ORDER(b->weight, a->weight);
    ORDER(a->accels, b->accels);
    ORDER(a->cpus, b->cpus);
    ORDER(a->nodes, b->nodes);
    ORDER(a->memory, b->memory);
    ORDER(a->state, b->state);
    ORDER(a->flags, b->flags);
    ORDER(a->latency_ms, b->latency_ms);
    ORDER(a->data_gb, b->data_gb);
    ORDER(a->limit_s, b->limit_s);
    ORDER(a->why, b->why);
    ORDER(a->fixed, b->fixed);
    if (a->tenant != b->tenant)
        return text_cmp(plan_facts_text(sorted, a->tenant), plan_facts_text(sorted, b->tenant));
    if (a->user != b->user)
        return text_cmp(plan_facts_text(sorted, a->user), plan_facts_text(sorted, b->user));
    if (a->accel_kind != b->accel_kind)
        return text_cmp(plan_facts_text(sorted, a->accel_kind), plan_facts_text(sorted, b->accel_kind));
    if (a->residency != b->residency)
        return text_cmp(plan_facts_text(sorted, a->residency), plan_facts_text(sorted, b->residency));
    return 0;
}

static int by_key(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    int order = like(x, y);

    return order != 0 ? order : (x->job > y->job) - (x->job < y->job);
}

static bool has_checkpoint(const struct plan_case *c, const struct fact_job *j)
{
    return j->state == JOB_RUNNING && j->checkpoint_ms > 0 && j->checkpoint_ms <= c->now_ms &&
           j->checkpoint_ms >= c->now_ms - c->limits->checkpoint_age_s * 1000;
}

static struct key key_of(struct make *m, uint32_t job, int64_t highest)
{
    const struct fact_job *j = FACTS(m->c.f, job, jobs, job);
    unsigned flags = (plan_rule_must_leave(&m->c, j) ? FLAG_LEAVES : 0) | (j->stale ? FLAG_STALE : 0) |
                     (m->marked[job] ? FLAG_MARKED : 0) | (j->movable == 1 ? FLAG_MOVABLE : 0) |
                     (j->movable < 0 ? FLAG_UNSAID : 0) | (has_checkpoint(&m->c, j) ? FLAG_CHECKPOINT : 0) |
                     (m->undone.starts_s[job] >= 0 && !plan_facts_runs(j) ? FLAG_STARTS : 0);

    return (struct key){.job = job,
                        .scheduler = j->scheduler,
                        .pool = j->pool,
                        .queue = j->queue,
                        .tenant = j->tenant,
                        .accel_kind = j->accel_kind,
                        .residency = j->residency,
                        .user = j->why == WAIT_QUOTA ? j->user : FACT_NONE,
                        .memory = j->memory_mb < 0 ? 0 : (uint32_t)((j->memory_mb + 1023) / 1024),
                        .accels = j->accels,
                        .cpus = j->cpus,
                        .nodes = j->nodes,
                        .weight = plan_make_units(j) * class_of(j, highest) * deadline_of(&m->c, j),
                        .latency_ms = isnan(j->latency_ms) ? -1 : j->latency_ms,
                        .data_gb = isnan(j->data_gb) ? -1 : (float)plan_make_rounded(j->data_gb),
                        .limit_s = j->limit_s < 0 ? -1 : (float)plan_make_rounded((double)j->limit_s),
                        .state = plan_facts_runs(j) ? JOB_RUNNING : JOB_WAITING,
                        .why = j->why == WAIT_PRIORITY ? WAIT_RESOURCES : j->why,
                        .fixed = j->fixed,
                        .flags = (uint8_t)flags};
}

/* --- marks --- */

static void mark(struct make *m, struct safe_text id)
{
    size_t low = 0, high = m->c.f->jobs.count;

    while (low < high) {
        size_t at = low + (high - low) / 2;
        int order = text_cmp(FACTS(m->c.f, job, jobs, at)->id, id);
        if (order == 0) {
            m->marked[at] = 1;
            return;
        }
        if (order < 0)
            low = at + 1;
        else
            high = at;
    }
}

static void mark_all(struct make *m)
{
    m->marked = arena_alloc(&m->work, m->c.f->jobs.count + 1);
    for (size_t i = 0; i < m->c.ask->exclusions; i++)
        mark(m, m->c.ask->excluded[i]);
    for (size_t i = 0; i < m->c.f->moves.count; i++) {
        struct safe_text rest = FACTS(m->c.f, move, moves, i)->jobs, member;
        while (value_list_next(&rest, &member))
            mark(m, member);
    }
}

/* --- the groups --- */

/* Running jobs that will be gone by the horizon are no business of a plan, unless their place must be empty. */
static bool is_in(const struct make *m, const struct fact_job *j)
{
    if (j->scheduler == FACT_NONE || j->pool == FACT_NONE)
        return false;
    if (plan_facts_runs(j))
        return plan_rule_must_leave(&m->c, j) || (j->movable == 1 && has_checkpoint(&m->c, j));
    return plan_rule_can_start(j) || (j->state == JOB_WAITING && j->why == WAIT_QUOTA) ||
           plan_rule_must_leave(&m->c, j);
}

static int64_t *highest_of(struct make *m)
{
    int64_t *highest = arena_alloc(&m->work, (m->c.f->schedulers.count + 1) * sizeof *highest);

    for (size_t i = 0; i < m->c.f->jobs.count; i++) {
        const struct fact_job *j = FACTS(m->c.f, job, jobs, i);
        if (j->scheduler != FACT_NONE && j->priority > highest[j->scheduler])
            highest[j->scheduler] = j->priority;
    }
    return highest;
}

static void cut(struct make *m, const struct key *keys)
{
    for (uint32_t i = 0; i < m->job_count; i++) {
        m->jobs[i] = keys[i].job;
        m->inside[keys[i].job] = true;
        if (i > 0 && like(&keys[i - 1], &keys[i]) == 0) {
            m->groups[m->group_count - 1].count++;
            continue;
        }
        const struct fact_job *j = FACTS(m->c.f, job, jobs, keys[i].job);
        m->groups[m->group_count++] = (struct make_group){
            .job = keys[i].job,
            .first = i,
            .count = 1,
            .leaves = plan_rule_must_leave(&m->c, j),
            .starts = (keys[i].flags & FLAG_STARTS) != 0,
            .weight = plan_facts_runs(j) ? 0 : keys[i].weight,
        };
    }
}

void plan_make_groups(struct make *m)
{
    const struct plan_facts *f = m->c.f;
    int64_t *highest = highest_of(m);
    struct key *keys = arena_alloc(&m->work, (f->jobs.count + 1) * sizeof *keys);

    mark_all(m);
    for (uint32_t i = 0; i < f->jobs.count; i++)
        if (is_in(m, FACTS(f, job, jobs, i)))
            keys[m->job_count++] = key_of(m, i, highest[FACTS(f, job, jobs, i)->scheduler]);
    sorted = f;
    if (m->job_count > 1)
        qsort(keys, m->job_count, sizeof *keys, by_key);
    m->jobs = arena_alloc(&m->work, (m->job_count + 1) * sizeof *m->jobs);
    m->inside = arena_alloc(&m->work, f->jobs.count + 1);
    m->groups = arena_alloc(&m->work, (m->job_count + 1) * sizeof *m->groups);
    cut(m, keys);
}
