#include "sim/sim.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "sim/arrive.h"
#include "sim/facts.h"
#include "sim/find.h"
#include "sim/floor.h"
#include "sim/heat.h"
#include "sim/history.h"
#include "sim/jobs.h"
#include "sim/net.h"
#include "sim/nodes.h"
#include "sim/orders.h"
#include "sim/pass.h"
#include "sim/plant.h"
#include "sim/script.h"
#include "sim/trouble.h"
#include "sim/world.h"

enum { TICK_MS = 60 * 1000, SCALE_LARGE = 4 };

static void plant_all(struct sim *s, const struct sim_options *options)
{
    const struct fleet *fleet = options->fleet;
    unsigned ordinals[COMPUTE_COUNT] = {0};

    s->schedulers = mem_new(fleet->n_schedulers ? fleet->n_schedulers : 1, sizeof *s->schedulers);
    for (size_t i = 0; i < fleet->n_schedulers; i++) {
        const struct fleet_scheduler *said = &fleet->schedulers[i];
        unsigned *ordinal = &ordinals[catalogue_compute(said->kind)];
        if (said->nodes > 0)
            plant_scheduler(&s->schedulers[s->scheduler_count++], options, said, (*ordinal)++, s->begin_ms);
    }
}

/* The tenant that names the account as its own; in a fleet that names none, one after the other. */
static void set_tenants(struct sim *s)
{
    const struct fleet *f = s->fleet;
    bool named = false;

    for (size_t i = 0; i < f->n_tenants; i++)
        named = named || f->tenants[i].accounts != NULL;
    for (size_t i = 0; i < CATALOGUE_ACCOUNTS; i++)
        if (named)
            s->tenants[i] = fleet_tenant_of_account(f, text_of(catalogue_accounts[i]));
        else if (f->n_tenants > 0)
            s->tenants[i] = &f->tenants[i % f->n_tenants];
}

struct sim *sim_new(const struct sim_options *options, struct err *err)
{
    struct sim *s = mem_new(1, sizeof *s);

    s->fleet = options->fleet;
    s->seed = options->seed;
    s->start_utc_ms = options->start_utc_ms;
    s->day_zero_ms = options->start_utc_ms + options->day_ms;
    s->begin_ms = s->now_ms = -(options->scale > SCALE_LARGE ? 6 * (int64_t)WORLD_HOUR_MS : WORLD_DAY_MS);
    s->event_count = options->event_count;
    s->events = mem_new(options->event_count ? options->event_count : 1, sizeof *s->events);
    if (options->event_count > 0)
        memcpy(s->events, options->events, options->event_count * sizeof *s->events);
    s->memberships = mem_new(options->fleet->n_sites + 1, sizeof *s->memberships);
    set_tenants(s);
    plant_all(s, options);
    floor_plant(s);
    net_plant(s);
    if (!script_plan(s, err)) {
        sim_free(s);
        return NULL;
    }
    history_keep(s);
    return s;
}

void sim_free(struct sim *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->scheduler_count; i++)
        plant_release(&s->schedulers[i]);
    free(s->schedulers);
    floor_release(s);
    net_release(s);
    free(s->events);
    free(s->memberships);
    free(s->halts);
    free(s);
}

/* --- what happens --- */

static bool overtaken(const struct scheduler *c, const struct happening *h)
{
    return c->jobs[h->index].stamp != h->stamp;
}

static void arrival(struct sim *s, struct scheduler *c, const struct happening *h)
{
    if (c->queues[h->index].stamp == h->stamp)
        arrive_happen(c, &c->queues[h->index], s->day_zero_ms);
}

static void end(struct sim *s, struct scheduler *c, const struct happening *h)
{
    (void)s;
    if (overtaken(c, h))
        return;
    jobs_end(c, h->index);
    pass_queue(c, &c->queues[c->jobs[h->index].queue]);
}

static void gone(struct sim *s, struct scheduler *c, const struct happening *h)
{
    (void)s;
    if (overtaken(c, h))
        return;
    jobs_gone(c, h->index);
    pass_queue(c, &c->queues[c->jobs[h->index].queue]);
}

static void release(struct sim *s, struct scheduler *c, const struct happening *h)
{
    (void)s;
    if (overtaken(c, h) || c->jobs[h->index].state != JOB_HELD)
        return;
    jobs_release(c, h->index);
    pass_one(c, h->index);
}

static void give_up(struct sim *s, struct scheduler *c, const struct happening *h)
{
    (void)s;
    if (!overtaken(c, h) && jobs_pending(&c->jobs[h->index]))
        jobs_cancel(c, h->index);
}

static void trouble(struct sim *s, struct scheduler *c, const struct happening *h)
{
    (void)s;
    (void)h;
    trouble_happen(c);
}

static void repair(struct sim *s, struct scheduler *c, const struct happening *h)
{
    (void)s;
    if (c->nodes[h->index].stamp == h->stamp)
        trouble_over(c, h->index);
}

static void reserve(struct sim *s, struct scheduler *c, const struct happening *h)
{
    (void)s;
    trouble_reserve(c, &c->reservations[h->index], h->what == HAPPENS_RESERVE);
}

static void event(struct sim *s, struct scheduler *c, const struct happening *h)
{
    script_happen(s, c, h->index, h->what == HAPPENS_EVENT);
}

static void (*const handlers[])(struct sim *, struct scheduler *, const struct happening *) = {
    [HAPPENS_ARRIVAL] = arrival, [HAPPENS_END] = end,         [HAPPENS_GONE] = gone,
    [HAPPENS_RELEASE] = release, [HAPPENS_GIVE_UP] = give_up, [HAPPENS_TROUBLE] = trouble,
    [HAPPENS_REPAIR] = repair,   [HAPPENS_RESERVE] = reserve, [HAPPENS_UNRESERVE] = reserve,
    [HAPPENS_EVENT] = event,     [HAPPENS_EVENT_END] = event,
};

static void run_scheduler(struct sim *s, struct scheduler *c, int64_t until_ms)
{
    struct happening h;

    while (heap_take(&c->heap, until_ms, &h)) {
        c->now_ms = h.at_ms;
        handlers[h.what](s, c, &h);
    }
    c->now_ms = until_ms;
}

/* To the next full minute, or to `until_ms` before it. */
static void step(struct sim *s, int64_t until_ms)
{
    int64_t tick = s->begin_ms + ((s->now_ms - s->begin_ms) / TICK_MS + 1) * TICK_MS;

    s->now_ms = tick < until_ms ? tick : until_ms;
    for (size_t i = 0; i < s->scheduler_count; i++)
        run_scheduler(s, &s->schedulers[i], script_horizon(s, &s->schedulers[i], s->now_ms));
    if (s->now_ms == tick) {
        heat_tick(s);
        history_keep(s);
    }
}

bool sim_advance(struct sim *s, int64_t utc_ms, int64_t budget_us)
{
    int64_t until = utc_ms - s->start_utc_ms, from_us = budget_us > 0 ? clock_mono_us() : 0;

    while (s->now_ms < until) {
        step(s, until);
        if (budget_us > 0 && clock_mono_us() - from_us >= budget_us)
            break;
    }
    return s->now_ms >= until;
}

int64_t sim_now(const struct sim *s)
{
    return s->start_utc_ms + s->now_ms;
}

/* --- facts --- */

typedef bool fact_of_fleet(struct facts *f, size_t index);
typedef bool fact_of_scheduler(struct facts *f, const struct scheduler *c, size_t index);

static const struct {
    fact_of_fleet *of_fleet;
    fact_of_scheduler *of_scheduler;
} makers[KIND_COUNT] = {
    [KIND_HUB] = {facts_hub, NULL},
    [KIND_CLUSTER] = {facts_cluster, NULL},
    [KIND_SITE] = {facts_site, NULL},
    [KIND_SCHEDULER] = {facts_scheduler, NULL},
    [KIND_QUEUE] = {NULL, facts_queue},
    [KIND_RESERVATION] = {NULL, facts_reservation},
    [KIND_USER] = {NULL, facts_user},
    [KIND_NODE] = {NULL, facts_node},
    [KIND_JOB] = {NULL, facts_work_job},
    [KIND_LINK] = {facts_net_link, NULL},
    [KIND_PAIR] = {facts_net_pair, NULL},
    [KIND_HALL] = {facts_floor_hall, NULL},
    [KIND_RACK] = {NULL, facts_floor_rack},
    [KIND_PLACE] = {facts_net_place, NULL},
    [KIND_TRANSFER] = {facts_move_transfer, NULL},
    [KIND_OFFER] = {facts_trade_offer, NULL},
    [KIND_ENERGY] = {facts_trade_energy, NULL},
    [KIND_NETWORK] = {facts_trade_network, NULL},
    [KIND_TENANT] = {facts_trade_tenant, NULL},
    [KIND_ALERT] = {facts_alert, NULL},
    [KIND_ACCOUNT] = {NULL, facts_stock_account},
    [KIND_QOS] = {NULL, facts_stock_qos},
    [KIND_LICENSE] = {NULL, facts_stock_license},
    [KIND_DEVICE] = {NULL, facts_floor_device},
    [KIND_FEED] = {NULL, facts_floor_feed},
};

/* A position: the scheduler above, the index in its table below. */
enum { INDEX_BITS = 32 };

static bool next_fact(struct facts *f, enum kind kind, int64_t *at)
{
    size_t scheduler = (size_t)(*at >> INDEX_BITS), index = (size_t)(*at & UINT32_MAX);
    const struct sim *s = f->sim;

    f->row.kind = KIND_NONE;
    if (makers[kind].of_fleet != NULL) {
        ++*at;
        return makers[kind].of_fleet(f, index);
    }
    for (; makers[kind].of_scheduler != NULL && scheduler < s->scheduler_count; scheduler++, index = 0) {
        *at = ((int64_t)scheduler << INDEX_BITS) + (int64_t)index + 1;
        if (makers[kind].of_scheduler(f, &s->schedulers[scheduler], index))
            return true;
    }
    return false;
}

bool sim_facts(struct sim *s, enum kind kind, int64_t *at, size_t max_rows, sim_sink *sink, void *ctx, struct err *err)
{
    struct facts f = {.sim = s};

    for (size_t rows = 0; *at >= 0 && rows < max_rows;) {
        if (!next_fact(&f, kind, at)) {
            *at = -1;
        } else if (f.row.kind != KIND_NONE) {
            rows++;
            if (!sink(ctx, &f.row, err))
                return false;
        }
    }
    return true;
}

/* Jobs are too many to look through. */
static bool find_job_fact(struct facts *f, const char *id)
{
    const struct scheduler *c = find_scheduler(f->sim, id);
    uint32_t slot = c != NULL ? find_job(c, id) : WORLD_NONE;

    return slot != WORLD_NONE && facts_work_job(f, c, slot) && f->row.kind != KIND_NONE;
}

static bool find_fact(struct facts *f, enum kind kind, const char *id)
{
    if (kind == KIND_JOB)
        return find_job_fact(f, id);
    for (int64_t at = 0; next_fact(f, kind, &at);)
        if (f->row.kind != KIND_NONE && text_is(f->row.id, id))
            return true;
    return false;
}

bool sim_fact(struct sim *s, enum kind kind, const char *id, sim_sink *sink, void *ctx, struct err *err)
{
    const struct scheduler *c = kind == KIND_SITE || kind == KIND_TRANSFER ? NULL : find_scheduler(s, id);
    struct facts f = {.sim = s};

    if (c != NULL && c->now_ms < s->now_ms)
        return err_set(err, ERR_TRANSIENT, "cannot reach '%s': it does not answer", c->said->id);
    if (!find_fact(&f, kind, id))
        return err_set(err, ERR_REFUSED, "no such thing: '%s'", id);
    return sink(ctx, &f.row, err);
}

bool sim_history(const struct sim *s, sim_sample *sample, void *ctx)
{
    return history_tell(s, sample, ctx);
}

/* --- counting, by walking over what there is --- */

static bool is_of(const struct scheduler *c, const char *scheduler)
{
    return scheduler == NULL || strcmp(c->said->id, scheduler) == 0;
}

size_t sim_count_jobs(const struct sim *s, const char *scheduler, const char *state)
{
    size_t n = 0;

    for (size_t i = 0; i < s->scheduler_count; i++)
        for (uint32_t k = 0; is_of(&s->schedulers[i], scheduler) && k < s->schedulers[i].job_count; k++) {
            const struct job *j = &s->schedulers[i].jobs[k];
            n += jobs_shown(j, s->schedulers[i].now_ms) &&
                 (state == NULL || strcmp(state_job_word(jobs_state(j)), state) == 0);
        }
    return n;
}

size_t sim_count_nodes(const struct sim *s, const char *scheduler, const char *state)
{
    size_t n = 0;

    for (size_t i = 0; i < s->scheduler_count; i++)
        for (uint32_t k = 0; is_of(&s->schedulers[i], scheduler) && k < s->schedulers[i].node_count; k++) {
            const struct scheduler *c = &s->schedulers[i];
            n += state == NULL || strcmp(state_node_word(facts_node_state(c, &c->nodes[k])), state) == 0;
        }
    return n;
}

/* --- orders --- */

bool sim_apply(struct sim *s, const struct sim_order *order, struct err *err)
{
    return orders_apply(s, order, err);
}
