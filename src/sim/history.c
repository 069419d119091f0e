#include "sim/history.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/find.h"
#include "sim/floor.h"
#include "sim/move.h"
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

/* --- telling: moment by moment, for a store that is ordered by time takes them as they come --- */

struct moment {
    int64_t at_ms;
    bool fine, quarter;   /* of the fine ring; a full quarter of an hour */
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
                           .quarter = minute % PAST_COARSE_MINUTES == 0,
                           .index = (size_t)(tick % ring),
                           .before = (size_t)((tick + ring - back) % ring),
                           .has_before = tick >= back,
                           .minutes = step};
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
    struct moment moment;
};

/* An unknown value is no sample. */
static bool tell(const struct teller *t, enum kind kind, const char *id, int field, double value)
{
    int64_t at_ms = t->sim->start_utc_ms + t->moment.at_ms;

    return isnan(value) || t->sample(t->ctx, kind, text_of(id), field, at_ms, value);
}

/* --- what schedulers count --- */

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
        double sum = 0;
        for (size_t i = 0; field >= 0 && i < t->sim->scheduler_count; i++) {
            const struct scheduler *c = &t->sim->schedulers[i];
            if (belongs(c, kind, id))
                sum += series[f].of(c, past_at(c, &t->moment));
        }
        if (field >= 0 && !tell(t, kind, id, field, sum))
            return false;
    }
    return true;
}

static bool tell_queue(const struct teller *t, const struct scheduler *c, uint32_t k)
{
    const struct past_queue *q = &past_at(c, &t->moment)->queues[k], *b = &past_before(c, &t->moment)->queues[k];
    double minutes = t->moment.has_before ? t->moment.minutes : NAN;
    char id[FIND_ID_MAX];

    snprintf(id, sizeof id, "%s/%s", c->said->id, c->queues[k].name);
    return tell(t, KIND_QUEUE, id, QUEUE_RUNNING, q->running) && tell(t, KIND_QUEUE, id, QUEUE_WAITING, q->pending) &&
           tell(t, KIND_QUEUE, id, QUEUE_ARRIVALS_PER_MIN, (q->arrivals - b->arrivals) / minutes) &&
           tell(t, KIND_QUEUE, id, QUEUE_DEPARTURES_PER_MIN, (q->starts - b->starts) / minutes);
}

static bool tell_scheduler(const struct teller *t, const struct scheduler *c)
{
    bool ok = tell_sums(t, KIND_SCHEDULER, c->said->id);

    for (uint32_t k = 0; k < c->queue_count && ok; k++)
        ok = tell_queue(t, c, k);
    return ok;
}

/* --- halls and links: no memory but that of the load of nodes --- */

static double used_then(const struct scheduler *c, const void *moment)
{
    return past_at(c, moment)->units_used;
}

static bool tell_cluster(const struct teller *t, const struct fleet_cluster *cluster)
{
    double kw = floor_cluster_kw(t->sim, cluster, t->moment.at_ms, used_then, &t->moment);

    double busy = floor_cluster_busy_pct(t->sim, cluster, t->moment.at_ms, used_then, &t->moment);

    return tell_sums(t, KIND_CLUSTER, cluster->id) && tell(t, KIND_CLUSTER, cluster->id, CLUSTER_POWER_KW, kw) &&
           tell(t, KIND_CLUSTER, cluster->id, CLUSTER_ACCELS_BUSY_PCT, busy);
}

static bool tell_hall(const struct teller *t, const struct hall *h)
{
    const struct moment *m = &t->moment;
    char id[FIND_ID_MAX];

    floor_hall_id(h, id, sizeof id);
    return tell(t, KIND_HALL, id, HALL_POWER_KW, floor_power_kw(t->sim, h, m->at_ms, used_then, m)) &&
           tell(t, KIND_HALL, id, HALL_INLET_C_MAX, floor_inlet_c(t->sim, h, m->at_ms, used_then, m));
}

static bool tell_line(const struct teller *t, const struct line *l)
{
    struct net_reading r = net_read(t->sim, l, t->moment.at_ms);
    char id[FIND_ID_MAX];

    net_name(l, id, sizeof id);
    return tell(t, KIND_LINK, id, LINK_ONE_WAY_MS, r.one_way_ms) && tell(t, KIND_LINK, id, LINK_USED_PCT, r.used_pct);
}

static bool tell_move(const struct teller *t, size_t index)
{
    struct move m = move_at(t->sim, index, t->moment.at_ms);
    char id[FIND_ID_MAX + 32];

    if (m.state == TRANSIT_NONE)
        return true;
    move_name(&m, id, sizeof id);
    return tell(t, KIND_TRANSFER, id, TRANSFER_DONE_PCT, round(m.done_pct * 100) / 100) &&
           tell(t, KIND_TRANSFER, id, TRANSFER_RATE_GBPS, round(m.rate_gbps * 10) / 10);
}

/* There are many halls, and many links that are only measured: for them quarters of an hour are enough. */
static bool tell_moment(const struct teller *t)
{
    const struct sim *s = t->sim;
    bool ok = true;

    for (size_t i = 0; i < s->fleet->n_hubs && ok; i++)
        ok = tell_sums(t, KIND_HUB, s->fleet->hubs[i].id);
    for (size_t i = 0; i < s->fleet->n_clusters && ok; i++)
        ok = tell_cluster(t, &s->fleet->clusters[i]);
    for (size_t i = 0; i < s->scheduler_count && ok; i++)
        ok = tell_scheduler(t, &s->schedulers[i]);
    for (size_t i = 0; i < s->hall_count && ok && t->moment.quarter; i++)
        ok = tell_hall(t, &s->halls[i]);
    for (size_t i = 0; i < move_count(s) && ok && t->moment.quarter; i++)
        ok = tell_move(t, i);
    for (size_t i = 0; i < s->line_count && ok; i++)
        ok = (!t->moment.quarter && s->lines[i].said == NULL) || tell_line(t, &s->lines[i]);
    return ok;
}

/* The last hour minute by minute, what is older by the quarter of an hour. The oldest of each ring only starts the
 * rates. */
bool history_tell(const struct sim *s, sim_sample *sample, void *ctx)
{
    struct teller t = {.sim = s, .sample = sample, .ctx = ctx};
    int64_t last = (s->now_ms - s->begin_ms) / MINUTE_MS, hour = last - PAST_FINE + 1 + RATE_MINUTES;
    int64_t newest = last / PAST_COARSE_MINUTES, coarse = newest - PAST_COARSE + 2 > 0 ? newest - PAST_COARSE + 2 : 0;
    int64_t minute = hour > 0 ? hour : 0;
    bool ok = true;

    for (; coarse * PAST_COARSE_MINUTES < minute && ok; coarse++) {
        t.moment = moment_at(s, coarse * PAST_COARSE_MINUTES, false);
        ok = tell_moment(&t);
    }
    for (; minute <= last && ok; minute++) {
        t.moment = moment_at(s, minute, true);
        ok = tell_moment(&t);
    }
    return ok;
}
