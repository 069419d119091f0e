#include "sim/plant.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "sim/arrive.h"
#include "sim/nodes.h"
#include "sim/trouble.h"

/* A node's free units have a bit each: units grow until there are few enough. */
static void set_units(struct scheduler *c)
{
    uint32_t cpus = c->said->cpus_per_node > 0 ? (uint32_t)c->said->cpus_per_node : 1;
    uint32_t accels = c->said->accels_per_node > 0 ? (uint32_t)c->said->accels_per_node : 0;
    uint32_t things = c->compute == COMPUTE_SUPER ? 1 : accels > 0 ? accels : cpus, each = 1;

    while (things / each > WORLD_UNITS_MAX)
        each *= 2;
    c->units = things / each;
    c->unit_cpus = cpus / c->units;
    c->unit_accels = accels / c->units;
}

static bool leads_to(const struct fleet *f, const char *from, const char *to)
{
    for (size_t i = 0; i < f->n_links; i++)
        if (strcmp(f->links[i].from, from) == 0 && strcmp(f->links[i].to, to) == 0)
            return true;
    return false;
}

static void set_near(struct scheduler *c, const struct fleet *f)
{
    for (uint8_t i = 0; c->cluster != NULL && i < CATALOGUE_ACCOUNTS; i++) {
        const struct fleet_tenant *t = fleet_tenant_of_account(f, text_of(catalogue_accounts[i]));
        if (t != NULL && t->at != NULL && leads_to(f, c->cluster->id, t->at))
            c->near[c->near_count++] = i;
    }
}

static uint32_t scaled(int nodes, double scale)
{
    double n = nodes * (scale > 0 ? scale : 1);

    return n < 1 ? 1 : n > 1e6 ? 1000000 : (uint32_t)(n + 0.5);
}

static void init_queue(struct queue *q, const struct queue_plan *plan, uint64_t pick)
{
    q->plan = plan;
    q->name = plan->names[pick % CATALOGUE_NAMES_MAX];
    q->pool = q;
    for (unsigned l = 0; l < WORLD_LEVELS; l++)
        q->waiting[l] = (struct list){WORLD_NONE, WORLD_NONE};
    for (unsigned k = 0; k < WORLD_CLAIMS; k++)
        q->claims[k] = (struct claim){WORLD_NONE, WORLD_NONE};
}

/* Two queues of a scheduler never share a name: all pick the same column of the catalogue. */
static void set_queues(struct scheduler *c)
{
    uint64_t pick = hash_fnv(c->said->id, strlen(c->said->id)) >> 7;
    uint32_t pct = 0, first = 0;

    for (size_t i = 0; i < catalogue_queue_count; i++) {
        const struct queue_plan *p = &catalogue_queues[i];
        if (p->compute != c->compute || c->node_count < (uint32_t)p->min_nodes || c->queue_count == WORLD_QUEUES_MAX)
            continue;
        init_queue(&c->queues[c->queue_count++], p, pick);
        pct += p->nodes_pct;
    }
    for (uint32_t k = c->queue_count; k-- > 0; first += c->queues[k].nodes) {
        struct queue *q = &c->queues[k];
        uint32_t share = (uint32_t)((uint64_t)c->node_count * q->plan->nodes_pct / pct);
        q->first = first;
        q->nodes = k == 0 ? c->node_count - first : share > 0 ? share : 1;
    }
}

static void set_nodes(struct scheduler *c, int64_t begin_ms)
{
    c->nodes = mem_new(c->node_count, sizeof *c->nodes);
    for (uint32_t k = 0; k < c->queue_count; k++)
        for (uint32_t i = c->queues[k].first; i < c->queues[k].first + c->queues[k].nodes; i++) {
            c->nodes[i].queue = (uint8_t)(c->queues[k].pool - c->queues);
            c->nodes[i].boot_ms = begin_ms - (int64_t)chance_below(&c->chance, 90 * 1440) * 60 * 1000;
        }
    nodes_init(c);
}

static void reserve(struct scheduler *c, struct reservation r)
{
    uint32_t index = c->reservation_count++;

    c->reservations[index] = r;
    if (r.from_ms <= c->now_ms)
        trouble_reserve(c, &c->reservations[index], true);
    else
        heap_add(&c->heap, (struct happening){.at_ms = r.from_ms, .what = HAPPENS_RESERVE, .index = index});
    heap_add(&c->heap, (struct happening){.at_ms = r.to_ms, .what = HAPPENS_UNRESERVE, .index = index});
}

/* One maintenance window ahead, on the second general scheduler; one disaster-recovery reserve for the government
 * cloud, on the first. They take the last nodes of the first queue. */
static void set_reservations(struct scheduler *c, unsigned ordinal)
{
    const struct queue *q = &c->queues[0];
    uint32_t nodes = q->nodes >= 32 ? q->nodes / 16 : q->nodes >= 4 ? 2 : 0;
    struct reservation r = {.first = q->first + q->nodes - nodes, .nodes = nodes};

    if (c->compute != COMPUTE_GENERAL || nodes == 0 || ordinal > 1)
        return;
    r.kept = r.recovery = ordinal == 0;
    r.name = r.recovery ? "dr-gov-cloud" : "maint-cooling";
    r.from_ms = r.recovery ? -30 * (int64_t)WORLD_DAY_MS : 3 * (int64_t)WORLD_HOUR_MS;
    r.to_ms = r.recovery ? 335 * (int64_t)WORLD_DAY_MS : 7 * (int64_t)WORLD_HOUR_MS;
    reserve(c, r);
}

static void set_work(struct scheduler *c)
{
    c->next_number = 20000 + (uint32_t)(hash_fnv(c->said->id, strlen(c->said->id)) % 60000) * 10;
    for (uint32_t k = 0; k < c->queue_count; k++)
        arrive_calibrate(c, &c->queues[k]);
    for (uint32_t k = 0; k < c->queue_count; k++)
        arrive_fill(c, &c->queues[k]);
    for (uint32_t k = 0; k < c->queue_count; k++)
        arrive_plan(c, &c->queues[k]);
}

/* Whether a list of ids has that one. */
static bool shares(const char *ids, const char *id)
{
    struct safe_text rest = text_of(ids != NULL ? ids : ""), one;

    while (value_list_next(&rest, &one))
        if (text_is(one, id))
            return true;
    return false;
}

void plant_scheduler(struct scheduler *c, const struct sim_options *options, const struct fleet_scheduler *said,
                     unsigned ordinal, int64_t begin_ms)
{
    c->said = said;
    c->site = fleet_site(options->fleet, said->site != NULL ? said->site : "");
    c->cluster = c->site != NULL ? fleet_cluster(options->fleet, c->site->cluster) : NULL;
    c->compute = catalogue_compute(said->kind);
    c->load = (said->load > 0 ? said->load : 0.9) * (options->load > 0 ? options->load : 1);
    c->chance.state = hash_fnv(said->id, strlen(said->id)) ^ options->seed;
    c->now_ms = begin_ms;
    c->node_count = scaled(said->nodes, options->scale);
    c->free_job = WORLD_NONE;
    c->ended = (struct list){WORLD_NONE, WORLD_NONE};
    if (options->near)
        set_near(c, options->fleet);
    set_units(c);
    set_queues(c);
    for (uint32_t k = 0; k < c->queue_count && shares(options->shared, said->id); k++)
        c->queues[k].pool = &c->queues[0];
    set_nodes(c, begin_ms);
    set_reservations(c, ordinal);
    if (!options->calm)
        trouble_init(c);
    set_work(c);
}

void plant_release(struct scheduler *c)
{
    for (uint32_t i = 0; c->nodes != NULL && i < c->node_count; i++)
        free(c->nodes[i].note);
    free(c->nodes);
    free(c->jobs);
    heap_release(&c->heap);
}
