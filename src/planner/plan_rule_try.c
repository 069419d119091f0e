#include <math.h>

#include "planner/plan_rule.h"

const struct fact_tenant *plan_rule_tenant(const struct rule_try *t)
{
    uint32_t name = t->job->tenant;
    uint32_t at = name == FACT_NONE || name >= t->c->f->ref_count ? FACT_NONE : t->c->f->refs[name].tenant;

    return at == FACT_NONE ? NULL : FACTS(t->c->f, tenant, tenants, at);
}

static const struct fact_scheduler *scheduler(const struct rule_try *t, uint32_t at)
{
    return FACTS(t->c->f, scheduler, schedulers, at);
}

static bool is_open(const struct fact_queue *q)
{
    static const char *const closed[] = {"down", "drain", "inactive", "closed"};

    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        if (text_is(q->state, closed[i]))
            return false;
    return true;
}

/* Of the target's open queues of the job's kind of compute the one for the same class of work: of the same name, else with the
 * nearest promise of a wait; first those whose accelerators are the job's. */
static uint32_t queue_to(const struct rule_try *t)
{
    const struct plan_facts *f = t->c->f;
    const struct fact_scheduler *s = scheduler(t, t->to);
    const struct fact_queue *home = t->job->queue == FACT_NONE ? NULL : FACTS(f, queue, queues, t->job->queue);
    uint32_t best = FACT_NONE;
    double least = INFINITY;

    for (uint32_t i = s->first_queue; i < s->first_queue + s->queue_count; i++) {
        const struct fact_queue *q = FACTS(f, queue, queues, i);
        if (!is_open(q) || (home != NULL && home->kind != FACT_NONE && q->kind != home->kind))
            continue;
        double far =
            home != NULL && home->slo_s > 0 && q->slo_s > 0 ? fabs(log((double)q->slo_s / (double)home->slo_s)) : 20;
        const struct fact_pool *p = q->pool == FACT_NONE ? NULL : FACTS(f, pool, pools, q->pool);
        far += q->name == t->job->queue_name ? 0 : 1e-3;
        far += p != NULL && (t->job->accels <= 0 || p->accel_kind == plan_rule_accels(t)) ? 0 : 1000;
        if (far < least) {
            least = far;
            best = i;
        }
    }
    return best;
}

struct rule_try plan_rule_try(const struct plan_case *c, const struct fact_job *job, uint32_t to)
{
    struct rule_try t = {.c = c, .job = job, .to = to, .pool_to = FACT_NONE, .limit_ms = job->latency_ms};
    const struct fact_tenant *who = plan_rule_tenant(&t);
    uint32_t home = scheduler(&t, job->scheduler)->cluster_name, there = scheduler(&t, to)->cluster_name;
    uint32_t at = who != NULL ? who->at : isnan(t.limit_ms) ? home : FACT_NONE;

    if (isnan(t.limit_ms) && who != NULL)
        t.limit_ms = who->ring_ms;
    t.delay_ms = plan_rule_case_delay(c, at, there);
    t.home_ms = plan_rule_case_delay(c, at, home);
    t.data_gb = isnan(job->data_gb) || home == there ? 0 : job->data_gb;
    t.path = plan_rule_case_path(c, home, there);
    t.queue_to = queue_to(&t);
    if (t.queue_to != FACT_NONE)
        t.pool_to = FACTS(c->f, queue, queues, t.queue_to)->pool;
    return t;
}
