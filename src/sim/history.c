#include "sim/history.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/find.h"
#include "sim/floor.h"
#include "sim/net.h"

enum { MINUTE_MS = 60 * 1000, RATE_MINUTES = 10 };

static void note(const struct scheduler *c, struct past *p)
{
    uint32_t up = c->node_count - c->nodes_out;

    p->nodes_out = (int32_t)c->nodes_out;
    p->units_used = (int32_t)c->units_used_up;
    p->cpus_free = (int32_t)(up * (uint32_t)c->said->cpus_per_node - c->units_used_up * c->unit_cpus);
    p->accels_free = (int32_t)(up * (uint32_t)c->said->accels_per_node - c->units_used_up * c->unit_accels);
    for (uint32_t k = 0; k < c->queue_count; k++)
        p->queues[k] = (struct past_queue){.running = (int32_t)c->queues[k].running,
                                           .pending = (int32_t)c->queues[k].pending,
                                           .arrivals = (uint32_t)c->queues[k].arrivals,
                                           .starts = (uint32_t)c->queues[k].starts};
}

void history_keep(struct sim *s)
{
    int64_t minute = (s->now_ms - s->begin_ms) / MINUTE_MS;

    for (size_t i = 0; i < s->scheduler_count; i++) {
        struct scheduler *c = &s->schedulers[i];
        struct past *fine = &c->fine[minute % PAST_FINE];
        note(c, fine);
        if (minute % PAST_COARSE_MINUTES == 0)
            c->coarse[minute / PAST_COARSE_MINUTES % PAST_COARSE] = *fine;
    }
}

/* --- telling --- */

struct moment {
    int64_t at_ms;
    bool fine;
    size_t index, before; /* of the rings; before: where the rates count from */
    bool has_before;
    int minutes; /* between them */
};

/* A moment in minutes of the world; the ring still has it. */
static struct moment moment_at(const struct sim *s, int64_t minute, bool fine)
{
    int step = fine ? RATE_MINUTES : PAST_COARSE_MINUTES;
    int64_t tick = fine ? minute : minute / PAST_COARSE_MINUTES, back = fine ? RATE_MINUTES : 1;
    int64_t ring = fine ? PAST_FINE : PAST_COARSE;

    return (struct moment){.at_ms = s->begin_ms + minute * MINUTE_MS,
                           .fine = fine,
                           .index = (size_t)(tick % ring),
                           .before = (size_t)((tick + ring - back) % ring),
                           .has_before = tick >= back,
                           .minutes = step};
}

enum { MOMENTS_MAX = PAST_FINE + PAST_COARSE };

/* The last hour minute by minute (where `fine`), what is older by the quarter of an hour. The oldest of each ring only
 * starts the rates. */
static size_t moments(const struct sim *s, bool fine, struct moment out[MOMENTS_MAX])
{
    int64_t last = (s->now_ms - s->begin_ms) / MINUTE_MS, hour = last - PAST_FINE + 1 + RATE_MINUTES;
    int64_t minute = !fine ? last + 1 : hour > 0 ? hour : 0;
    int64_t newest = last / PAST_COARSE_MINUTES, coarse = newest - PAST_COARSE + 2 > 0 ? newest - PAST_COARSE + 2 : 0;
    size_t n = 0;

    for (; coarse * PAST_COARSE_MINUTES < minute; coarse++)
        out[n++] = moment_at(s, coarse * PAST_COARSE_MINUTES, false);
    for (; minute <= last; minute++)
        out[n++] = moment_at(s, minute, true);
    return n;
}

static const struct past *past_at(const struct scheduler *c, const struct moment *m)
{
    return m->fine ? &c->fine[m->index] : &c->coarse[m->index];
}

static const struct past *past_before(const struct scheduler *c, const struct moment *m)
{
    return m->fine ? &c->fine[m->before] : &c->coarse[m->before];
}

struct teller {
    const struct sim *sim;
    sim_sample *sample;
    void *ctx;
    struct moment moments[MOMENTS_MAX], quarters[MOMENTS_MAX]; /* quarters: none between quarters of an hour */
    size_t n, n_quarters;
};

static double jobs_of(const struct scheduler *c, const struct past *p, bool running)
{
    double sum = 0;

    for (uint32_t k = 0; k < c->queue_count; k++)
        sum += running ? p->queues[k].running : p->queues[k].pending;
    return sum;
}

static double of_running(const struct scheduler *c, const struct past *p)
{
    return jobs_of(c, p, true);
}

static double of_waiting(const struct scheduler *c, const struct past *p)
{
    return jobs_of(c, p, false);
}

static double of_nodes_out(const struct scheduler *c, const struct past *p)
{
    (void)c;
    return p->nodes_out;
}

static double of_cpus_free(const struct scheduler *c, const struct past *p)
{
    (void)c;
    return p->cpus_free;
}

static double of_accels_free(const struct scheduler *c, const struct past *p)
{
    (void)c;
    return p->accels_free;
}

/* What is told of schedulers, and summed for their clusters and hubs. -1: not a field of that kind. */
static const struct {
    int scheduler, cluster, hub;
    double (*of)(const struct scheduler *c, const struct past *p);
} series[] = {
    {SCHEDULER_JOBS_RUNNING, CLUSTER_JOBS_RUNNING, HUB_JOBS_RUNNING, of_running},
    {SCHEDULER_JOBS_WAITING, CLUSTER_JOBS_WAITING, HUB_JOBS_WAITING, of_waiting},
    {SCHEDULER_NODES_DOWN, CLUSTER_NODES_DOWN, -1, of_nodes_out},
    {SCHEDULER_CPUS_FREE, CLUSTER_CPUS_FREE, -1, of_cpus_free},
    {SCHEDULER_ACCELS_FREE, CLUSTER_ACCELS_FREE, HUB_ACCELS_FREE, of_accels_free},
};

static bool belongs(const struct scheduler *c, enum kind kind, const char *id)
{
    const struct fleet_cluster *cluster = c->cluster;

    if (kind == KIND_SCHEDULER)
        return strcmp(c->said->id, id) == 0;
    if (cluster == NULL)
        return false;
    return strcmp(kind == KIND_CLUSTER ? cluster->id : cluster->hub != NULL ? cluster->hub : "", id) == 0;
}

static bool tell_sums(const struct teller *t, enum kind kind, const char *id)
{
    for (size_t f = 0; f < sizeof series / sizeof series[0]; f++) {
        int field = kind == KIND_HUB ? series[f].hub : kind == KIND_CLUSTER ? series[f].cluster : series[f].scheduler;
        for (size_t m = 0; field >= 0 && m < t->n; m++) {
            double sum = 0;
            for (size_t i = 0; i < t->sim->scheduler_count; i++) {
                const struct scheduler *c = &t->sim->schedulers[i];
                if (belongs(c, kind, id))
                    sum += series[f].of(c, past_at(c, &t->moments[m]));
            }
            if (!t->sample(t->ctx, kind, text_of(id), field, t->sim->start_utc_ms + t->moments[m].at_ms, sum))
                return false;
        }
    }
    return true;
}

static bool tell_rates(const struct teller *t, struct safe_text id, const struct scheduler *c, uint32_t k,
                       const struct moment *m)
{
    const struct past_queue *q = &past_at(c, m)->queues[k], *b = &past_before(c, m)->queues[k];
    int64_t at = t->sim->start_utc_ms + m->at_ms;

    if (!m->has_before)
        return true;
    return t->sample(t->ctx, KIND_QUEUE, id, QUEUE_ARRIVALS_PER_MIN, at,
                     (q->arrivals - b->arrivals) / (double)m->minutes) &&
           t->sample(t->ctx, KIND_QUEUE, id, QUEUE_DEPARTURES_PER_MIN, at,
                     (q->starts - b->starts) / (double)m->minutes);
}

static bool tell_queue(const struct teller *t, const struct scheduler *c, uint32_t k)
{
    char spelt[FIND_ID_MAX];
    struct safe_text id;

    snprintf(spelt, sizeof spelt, "%s/%s", c->said->id, c->queues[k].name);
    id = text_of(spelt);
    for (size_t i = 0; i < t->n; i++) {
        const struct moment *m = &t->moments[i];
        const struct past_queue *q = &past_at(c, m)->queues[k];
        int64_t at = t->sim->start_utc_ms + m->at_ms;
        if (!t->sample(t->ctx, KIND_QUEUE, id, QUEUE_RUNNING, at, q->running) ||
            !t->sample(t->ctx, KIND_QUEUE, id, QUEUE_WAITING, at, q->pending) || !tell_rates(t, id, c, k, m))
            return false;
    }
    return true;
}

/* --- halls and links: no memory but that of the load of nodes. There are many, so that only the links of the fleet are
 * told by the minute --- */

static double used_then(const struct scheduler *c, const void *moment)
{
    return past_at(c, moment)->units_used;
}

/* An unknown value is no sample. */
static bool tell_value(const struct teller *t, enum kind kind, const char *id, int field, const struct moment *m,
                       double value)
{
    return isnan(value) || t->sample(t->ctx, kind, text_of(id), field, t->sim->start_utc_ms + m->at_ms, value);
}

static bool tell_cluster_power(const struct teller *t, const struct fleet_cluster *cluster)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct moment *m = &t->moments[i];
        double kw = floor_cluster_kw(t->sim, cluster, m->at_ms, used_then, m);
        if (!tell_value(t, KIND_CLUSTER, cluster->id, CLUSTER_POWER_KW, m, kw))
            return false;
    }
    return true;
}

static bool tell_hall(const struct teller *t, const struct hall *h)
{
    static const struct {
        int field;
        double (*of)(const struct sim *, const struct hall *, int64_t, floor_used *, const void *);
    } fields[] = {{HALL_POWER_KW, floor_power_kw}, {HALL_INLET_C_MAX, floor_inlet_c}};
    char id[FIND_ID_MAX];

    floor_hall_id(h, id, sizeof id);
    for (size_t f = 0; f < sizeof fields / sizeof fields[0]; f++)
        for (size_t i = 0; i < t->n_quarters; i++) {
            const struct moment *m = &t->quarters[i];
            double value = fields[f].of(t->sim, h, m->at_ms, used_then, m);
            if (!tell_value(t, KIND_HALL, id, fields[f].field, m, value))
                return false;
        }
    return true;
}

static double of_one_way(const struct net_reading *r)
{
    return r->one_way_ms;
}

static double of_used(const struct net_reading *r)
{
    return r->used_pct;
}

static bool tell_line(const struct teller *t, const struct line *l)
{
    static const struct {
        int field;
        double (*of)(const struct net_reading *r);
    } fields[] = {{LINK_ONE_WAY_MS, of_one_way}, {LINK_USED_PCT, of_used}};
    const struct moment *all = l->said != NULL ? t->moments : t->quarters;
    size_t n = l->said != NULL ? t->n : t->n_quarters;
    char id[FIND_ID_MAX];

    net_name(l, id, sizeof id);
    for (size_t f = 0; f < sizeof fields / sizeof fields[0]; f++)
        for (size_t i = 0; i < n; i++) {
            struct net_reading r = net_read(t->sim, l, all[i].at_ms);
            if (!tell_value(t, KIND_LINK, id, fields[f].field, &all[i], fields[f].of(&r)))
                return false;
        }
    return true;
}

bool history_tell(const struct sim *s, sim_sample *sample, void *ctx)
{
    struct teller t = {.sim = s, .sample = sample, .ctx = ctx};
    const struct fleet *fleet = s->fleet;
    bool ok = true;

    t.n = moments(s, true, t.moments);
    t.n_quarters = moments(s, false, t.quarters);
    for (size_t i = 0; i < fleet->n_hubs && ok; i++)
        ok = tell_sums(&t, KIND_HUB, fleet->hubs[i].id);
    for (size_t i = 0; i < fleet->n_clusters && ok; i++)
        ok = tell_sums(&t, KIND_CLUSTER, fleet->clusters[i].id) && tell_cluster_power(&t, &fleet->clusters[i]);
    for (size_t i = 0; i < s->scheduler_count && ok; i++) {
        const struct scheduler *c = &s->schedulers[i];
        ok = tell_sums(&t, KIND_SCHEDULER, c->said->id);
        for (uint32_t k = 0; k < c->queue_count && ok; k++)
            ok = tell_queue(&t, c, k);
    }
    for (size_t i = 0; i < s->hall_count && ok; i++)
        ok = tell_hall(&t, &s->halls[i]);
    for (size_t i = 0; i < s->line_count && ok; i++)
        ok = tell_line(&t, &s->lines[i]);
    return ok;
}
