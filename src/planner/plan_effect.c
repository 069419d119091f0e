#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "domain/rows.h"
#include "planner/plan_make_private.h"

/* What a plan does: nothing done, now, after it, with low and high. */

enum { EFFECTS_OF_CLUSTER = 4, EFFECTS_OF_QUEUE = 2, EFFECTS_OF_TENANT = 1, EFFECTS_OF_LINK = 5 };

/* A packet waits as long as others are sent: of an M/M/1 queue with this service, load / (1 - load) times that. */
static const double service_ms = 0.05;

static struct plan_effect *add(struct plan *out, enum kind kind, struct safe_text what, const char *measure,
                               const char *method)
{
    struct plan_effect *e = &out->effects[out->effect_count++];

    *e = (struct plan_effect){.kind = kind,
                              .what = rows_text(&out->arena, what),
                              .measure = text_of(measure),
                              .method = rows_text(&out->arena, text_of(method)),
                              .now = NAN,
                              .undone = NAN,
                              .after = NAN,
                              .after_low = NAN,
                              .after_high = NAN,
                              .limit = NAN};
    return e;
}

static void order(struct plan_effect *e, double a, double b)
{
    e->after_low = isnan(e->after) ? NAN : fmin(e->after, fmin(a, b));
    e->after_high = isnan(e->after) ? NAN : fmax(e->after, fmax(a, b));
}

/* --- clusters --- */

static int64_t used_now(const struct make *m, const struct fact_pool *p)
{
    int64_t used = 0;

    for (size_t k = 0; k < p->node_count; k++) {
        const struct fact_node *n = FACTS(m->c.f, node, nodes, p->nodes[k]);
        if (n->up)
            used += p->by_accels ? n->accels - n->accels_free : n->cpus - n->cpus_free;
    }
    return used;
}

static int64_t total(const struct make *m, const struct fact_pool *p)
{
    int64_t all = 0;

    for (size_t k = 0; k < p->node_count; k++) {
        const struct fact_node *n = FACTS(m->c.f, node, nodes, p->nodes[k]);
        if (n->up)
            all += p->by_accels ? n->accels : n->cpus;
    }
    return all;
}

/* Of the pools of a cluster (FACT_NONE: of all), by one unit. */
struct use {
    double total, now, undone, after, low, high;
};

static struct use use_of(const struct make *m, uint32_t cluster, bool accels)
{
    struct use u = {0};

    for (uint32_t i = 0; i < m->c.f->pools.count; i++) {
        const struct fact_pool *p = FACTS(m->c.f, pool, pools, i);
        if (!p->known || p->by_accels != accels ||
            (cluster != FACT_NONE && FACTS(m->c.f, scheduler, schedulers, p->scheduler)->cluster != cluster))
            continue;
        u.total += (double)total(m, p);
        u.now += (double)used_now(m, p);
        u.undone += (double)m->undone.used[i];
        u.after += (double)m->after.used[i];
        u.low += (double)m->after_range.low.used[i];
        u.high += (double)m->after_range.high.used[i];
    }
    return u;
}

static double kw_of(const struct use *cards, const struct use *cores, double at(const struct use *))
{
    return at(cards) * RULE_ACCEL_KW + at(cores) * RULE_CORE_KW;
}
static double at_now(const struct use *u)
{
    return u->now;
}
static double at_undone(const struct use *u)
{
    return u->undone;
}
static double at_after(const struct use *u)
{
    return u->after;
}
static double at_low(const struct use *u)
{
    return u->low;
}
static double at_high(const struct use *u)
{
    return u->high;
}

static void put_use(struct make *m, struct plan *out, uint32_t cluster, bool accels)
{
    struct use u = use_of(m, cluster, accels);
    struct plan_effect *e;

    if (u.total <= 0)
        return;
    e = add(out, KIND_CLUSTER, FACTS(m->c.f, cluster, clusters, cluster)->id,
            accels ? "accels_used_pct" : "cpus_used_pct", tr("each scheduler's order of jobs played to the horizon"));
    e->now = 100 * u.now / u.total;
    e->undone = 100 * u.undone / u.total;
    e->after = 100 * u.after / u.total;
    e->limit = 100 - m->c.limits->head_room_pct;
    order(e, 100 * u.low / u.total, 100 * u.high / u.total);
}

static void put_power(struct make *m, struct plan *out, uint32_t cluster)
{
    const struct fact_cluster *at = FACTS(m->c.f, cluster, clusters, cluster);
    struct use cards = use_of(m, cluster, true), cores = use_of(m, cluster, false);
    double base = at->power_kw - kw_of(&cards, &cores, at_now);
    struct plan_effect *e;

    if (isnan(base))
        return;
    e = add(out, KIND_CLUSTER, at->id, "power_kw",
            tr("0.59 kW a busy accelerator, 5 W a busy core, the remainder as now"));
    e->now = at->power_kw;
    e->undone = base + kw_of(&cards, &cores, at_undone);
    e->after = base + kw_of(&cards, &cores, at_after);
    e->limit = at->power_cap_kw;
    order(e, base + kw_of(&cards, &cores, at_low), base + kw_of(&cards, &cores, at_high));
}

static void put_clusters(struct make *m, struct plan *out)
{
    for (uint32_t i = 0; i < m->c.f->clusters.count; i++) {
        put_use(m, out, i, true);
        put_use(m, out, i, false);
        put_power(m, out, i);
    }
}

/* --- queues --- */

static void put_queue(struct make *m, struct plan *out, uint32_t at)
{
    const struct fact_queue *q = FACTS(m->c.f, queue, queues, at);
    const struct forecast_queue *undone = &m->undone.queues[at], *after = &m->after.queues[at];
    const struct forecast_queue *low = &m->after_range.low.queues[at], *high = &m->after_range.high.queues[at];
    struct plan_effect *e;

    if (undone->waiting == 0 && after->waiting == 0 && !(q->waiting > 0))
        return;
    e = add(out, KIND_QUEUE, q->id, "waiting", tr("each scheduler's order of jobs played to the horizon"));
    e->now = q->waiting;
    e->undone = (double)undone->waiting;
    e->after = (double)after->waiting;
    order(e, (double)low->waiting, (double)high->waiting);
    e = add(out, KIND_QUEUE, q->id, "wait_p95_s",
            tr("of the jobs that wait then; arrivals and departures as in the last ten minutes"));
    e->now = q->wait_p95_s;
    e->undone = undone->p95_s;
    e->after = after->p95_s;
    e->limit = q->slo_s >= 0 ? (double)q->slo_s : NAN;
    order(e, low->p95_s, high->p95_s);
}

/* --- tenants --- */

struct share {
    double cards[3], cores[3]; /* now, undone, after */
};

static void add_share(struct share *s, const struct fact_job *j, int when)
{
    s->cards[when] += j->accels;
    s->cores[when] += j->accels > 0 ? 0 : j->cpus;
}

static double dominant(const struct share *s, const struct use *cards, const struct use *cores, int when)
{
    double a = cards->total > 0 ? s->cards[when] / cards->total : 0,
           b = cores->total > 0 ? s->cores[when] / cores->total : 0;

    return 100 * fmax(a, b);
}

/* The largest of a tenant's shares of the network's resources (dominant resource fairness: Ghodsi and others 2011), of what it has
 * and gets within the horizon. */
static void put_tenants(struct make *m, struct plan *out)
{
    const struct plan_facts *f = m->c.f;
    struct share *all = arena_alloc(&m->work, (f->tenants.count + 1) * sizeof *all);
    struct use cards = use_of(m, FACT_NONE, true), cores = use_of(m, FACT_NONE, false);

    for (uint32_t i = 0; i < f->jobs.count; i++) {
        const struct fact_job *j = FACTS(f, job, jobs, i);
        uint32_t at = j->tenant == FACT_NONE ? FACT_NONE : f->refs[j->tenant].tenant;
        if (at == FACT_NONE)
            continue;
        bool runs = plan_facts_runs(j);
        if (runs)
            add_share(&all[at], j, 0);
        if (runs || m->undone.starts_s[i] >= 0)
            add_share(&all[at], j, 1);
        if ((runs && m->goes[i] == FACT_NONE) || m->after.starts_s[i] >= 0)
            add_share(&all[at], j, 2);
    }
    for (uint32_t i = 0; i < f->tenants.count; i++) {
        struct plan_effect *e;
        if (dominant(&all[i], &cards, &cores, 1) <= 0 && dominant(&all[i], &cards, &cores, 2) <= 0)
            continue;
        e = add(out, KIND_TENANT, FACTS(f, tenant, tenants, i)->id, "dominant_share_pct",
                tr("the largest of its shares, of what it has and gets within the horizon"));
        e->now = dominant(&all[i], &cards, &cores, 0);
        e->undone = dominant(&all[i], &cards, &cores, 1);
        e->after = e->after_low = e->after_high = dominant(&all[i], &cards, &cores, 2);
        e->limit = e->undone * m->c.limits->tenant_floor_pct / 100;
    }
}

/* --- links --- */

static double *link_gb(struct make *m)
{
    const struct plan_facts *f = m->c.f;
    double *gb = arena_alloc(&m->work, (f->links.count + 1) * sizeof *gb);

    for (uint32_t k = 0; k < m->job_count; k++) {
        const struct make_option *o = MAKE_OPTION(m, m->answer[k]);
        if (o->what != MAKE_GO)
            continue;
        struct rule_try t = plan_rule_try(&m->c, FACTS(f, job, jobs, m->jobs[k]), o->to);
        for (int i = 0; i < t.path.count && t.data_gb > 0; i++)
            gb[t.path.links[i]] += t.data_gb;
    }
    return gb;
}

static double waits_ms(double used_pct)
{
    double load = fmin(used_pct, 99) / 100;

    return service_ms * load / (1 - load);
}

static double load(double used_pct)
{
    return fmin(used_pct, 99) / (100 - fmin(used_pct, 99));
}

/* What is held leaves the link to the others: its load falls, and what waits before it. What waits is fitted to what is measured
 * above the link's baseline; nobody knows how much of that is waiting, so that it is a range from the baseline on. */
static void put_relief(struct make *m, struct plan *out, const struct fact_link *l)
{
    struct plan_effect *e = add(out, KIND_LINK, l->id, "used_pct", tr("its load now less what is held"));
    double more = fmax(0, l->ms - l->baseline_ms), after = plan_rule_case_used(&m->c, l), tb = 0;

    e->now = e->undone = l->used_pct;
    e->after = e->after_low = e->after_high = after;
    e->limit = m->c.limits->link_used_pct;
    e = add(out, KIND_LINK, l->id, "delay_ms",
            tr("a range: its baseline, to what queueing (M/M/1, fitted to now) adds at the lower load"));
    e->now = e->undone = l->ms;
    e->after_low = l->baseline_ms;
    e->after_high = l->baseline_ms + more * load(after) / load(l->used_pct);
    e->limit = l->max_ms;
    for (size_t i = 0; i < m->c.hold_count; i++)
        if (text_equal(m->c.hold[i].link, l->id))
            tb += m->c.hold[i].rate_gbps * (double)(m->c.hold[i].until_ms - m->c.now_ms) / 1000 / 8000;
    e = add(out, KIND_LINK, l->id, "held_tb", tr("data that go later, by the rates of what is held"));
    e->now = e->undone = 0;
    e->after = e->after_low = e->after_high = tb;
}

static void put_link(struct make *m, struct plan *out, uint32_t at, double gb)
{
    const struct fact_link *l = FACTS(m->c.f, link, links, at);
    double before = plan_rule_case_used(&m->c, l), used = before + 100 * gb * 8 / (double)m->c.horizon_s / l->gbps;
    double most = fmax(0, l->gbps * (m->c.limits->link_used_pct - before) / 100), minutes = gb * 8 / most / 60;
    struct plan_effect *e = add(out, KIND_LINK, l->id, "data_tb", tr("data of the jobs that are moved"));

    e->now = e->undone = 0;
    e->after = e->after_low = e->after_high = gb / 1000;
    e = add(out, KIND_LINK, l->id, "minutes", tr("at what is left of it up to the limit"));
    e->after = e->after_low = minutes;
    e->after_high = fmax(minutes, gb * 8 / m->c.limits->job_gbps / 60);
    e = add(out, KIND_LINK, l->id, "used_pct", tr("spread over the horizon; high: all at once"));
    e->now = e->undone = l->used_pct;
    e->after = e->after_low = used;
    e->after_high = fmax(used, m->c.limits->link_used_pct);
    e->limit = m->c.limits->link_used_pct;
    e = add(out, KIND_LINK, l->id, "delay_ms",
            tr("a range: as now, to what queueing (M/M/1, 0.05 ms) adds at the limit"));
    e->now = e->undone = e->after_low = l->ms;
    e->after_high = l->ms + waits_ms(m->c.limits->link_used_pct) - waits_ms(before);
    e->limit = l->max_ms;
}

/* --- totals --- */

static void put_total(struct plan *out, const char *measure, double now, double undone, double after)
{
    out->totals[out->total_count++] = (struct plan_total){text_of(measure), now, undone, after};
}

struct sums {
    double waiting, late, cny, co2;
};

static struct sums sum(const struct make *m, const struct forecast *f, double at(const struct use *))
{
    struct sums s = {0};

    for (size_t i = 0; f != NULL && i < m->c.f->queues.count; i++) {
        s.waiting += (double)f->queues[i].waiting;
        s.late += (double)f->queues[i].late;
    }
    for (uint32_t i = 0; i < m->c.f->clusters.count; i++) {
        const struct fact_cluster *c = FACTS(m->c.f, cluster, clusters, i);
        struct use cards = use_of(m, i, true), cores = use_of(m, i, false);
        double kw = kw_of(&cards, &cores, at);
        if (kw <= 0)
            continue;
        s.cny += kw * c->pue * m->c.price[i];
        s.co2 += kw * c->pue * (1 - c->green_pct / 100) * RULE_CO2_KG_KWH;
    }
    return s;
}

static void put_totals(struct make *m, struct plan *out)
{
    struct sums now = sum(m, NULL, at_now), undone = sum(m, &m->undone, at_undone), after = sum(m, &m->after, at_after);
    struct use cards = use_of(m, FACT_NONE, true);
    double waiting = 0;

    for (size_t i = 0; i < m->c.f->jobs.count; i++) {
        const struct fact_job *j = FACTS(m->c.f, job, jobs, i);
        waiting += plan_facts_waits(j) || j->state == JOB_HELD ? j->tasks : 0;
    }
    out->totals = arena_alloc(&out->arena, 8 * sizeof *out->totals);
    put_total(out, "jobs_waiting", waiting, undone.waiting, after.waiting);
    put_total(out, "jobs_started", 0, (double)m->undone.started, (double)m->after.started);
    put_total(out, "jobs_late", NAN, undone.late, after.late);
    put_total(out, "cost_cny_h", now.cny, undone.cny, after.cny);
    put_total(out, "co2_kg_h", now.co2, undone.co2, after.co2);
    if (cards.total > 0)
        put_total(out, "accels_used_pct", 100 * cards.now / cards.total, 100 * cards.undone / cards.total,
                  100 * cards.after / cards.total);
}

void plan_effect(struct make *m, struct plan *out)
{
    const struct plan_facts *f = m->c.f;
    double *gb = link_gb(m);
    size_t most = f->clusters.count * EFFECTS_OF_CLUSTER + f->queues.count * EFFECTS_OF_QUEUE +
                  f->tenants.count * EFFECTS_OF_TENANT + f->links.count * EFFECTS_OF_LINK;

    out->effects = arena_alloc(&out->arena, (most + 1) * sizeof *out->effects);
    put_clusters(m, out);
    for (uint32_t i = 0; i < f->queues.count; i++)
        if (FACTS(f, queue, queues, i)->pool != FACT_NONE)
            put_queue(m, out, i);
    put_tenants(m, out);
    for (uint32_t i = 0; i < f->links.count; i++)
        if (gb[i] > 0)
            put_link(m, out, i, gb[i]);
        else if (m->c.held_gbps != NULL && m->c.held_gbps[i] > 0)
            put_relief(m, out, FACTS(f, link, links, i));
    put_totals(m, out);
}
