#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "sim/facts.h"
#include "sim/find.h"
#include "sim/floor.h"
#include "sim/script.h"

bool facts_floor_hall(struct facts *f, size_t index)
{
    const struct sim *s = f->sim;
    const struct hall *h;

    if (index >= s->hall_count)
        return false;
    h = &s->halls[index];
    facts_begin_plain(f, KIND_HALL, floor_hall_id(h, f->id, sizeof f->id));
    snprintf(f->name, sizeof f->name, "H%u", h->number);
    facts_text(f, HALL_NAME, f->name);
    if (h->stand->cluster != NULL)
        facts_text(f, HALL_CLUSTER, h->stand->cluster->id);
    if (h->stand->site != NULL)
        facts_text(f, HALL_SITE, h->stand->site->id);
    facts_count(f, HALL_RACKS_TOTAL, h->racks_total);
    facts_count(f, HALL_RACKS_USED, h->racks_used);
    facts_real(f, HALL_POWER_KW, floor_power_kw(s, h, s->now_ms, floor_used_now, NULL));
    facts_real(f, HALL_POWER_CAP_KW, h->racks_total * FLOOR_STANDARD_KW);
    facts_real(f, HALL_INLET_C_MAX, floor_inlet_c(s, h, s->now_ms, floor_used_now, NULL));
    return true;
}

/* --- racks: what their nodes add up to --- */

/* Of a node: its height in units, what it draws idle and more when all of it is busy, in kW. */
struct make {
    unsigned height;
    double idle_kw, more_kw, cap_kw; /* cap: of a rack full of them */
};
static const struct make makes[COMPUTE_COUNT] = {
    [COMPUTE_GENERAL] = {2, 0.20, 0.40, 8},
    [COMPUTE_INTELLIGENT] = {8, 1.10, 3.60, 24},
    [COMPUTE_SUPER] = {2, 0.25, 0.60, 10},
};
static const double switch_kw = 0.15, off_kw = 0.03;
enum { SWITCH_UNITS = 2 };

struct sums {
    int64_t nodes, out, cpus, cpus_free, jobs;
    double power_kw, busy; /* busy: nodes' worth of it */
};

/* Nodes that a job has whole are a chain: its last one stands for the job. */
static uint32_t chain_end(const struct scheduler *c, uint32_t node)
{
    while (c->nodes[node].gang_next != WORLD_NONE)
        node = c->nodes[node].gang_next;
    return node;
}

/* The jobs on a node that are on none of the rack's nodes before it. */
static int64_t new_jobs(const struct scheduler *c, uint32_t first, uint32_t node)
{
    uint32_t end = c->nodes[node].jobs == 1 ? chain_end(c, node) : node;

    for (uint32_t i = first; i < node && c->nodes[node].jobs == 1; i++)
        if (c->nodes[i].jobs == 1 && chain_end(c, i) == end)
            return 0;
    return c->nodes[node].jobs;
}

static struct sums sums_of(const struct scheduler *c, uint32_t rack)
{
    uint32_t first = rack * c->rack_nodes, end = first + c->rack_nodes;
    const struct make *make = &makes[c->compute];
    struct sums sums = {.power_kw = switch_kw};

    for (uint32_t i = first; i < end && i < c->node_count; i++) {
        const struct node *n = &c->nodes[i];
        double busy = (double)(c->units - n->units_free) / c->units;
        sums.nodes++;
        sums.busy += busy;
        sums.out += node_out(n);
        sums.cpus += facts_cpus(c);
        sums.cpus_free += facts_cpus_free(c, n);
        sums.jobs += new_jobs(c, first, i);
        sums.power_kw += n->closed & CLOSED_DOWN ? off_kw : make->idle_kw + make->more_kw * busy;
    }
    return sums;
}

/* One rack in three belongs to a tenant, who lends its nodes to the scheduler. */
static const char *tenant_of(const struct sim *s, const char *rack_id)
{
    uint64_t pick = hash_fnv(rack_id, strlen(rack_id)) >> 8;

    return pick % 3 == 0 && s->fleet->n_tenants > 0 ? s->fleet->tenants[pick / 3 % s->fleet->n_tenants].id : NULL;
}

static void put_place(struct facts *f, const struct scheduler *c, uint32_t rack)
{
    struct floor_spot spot = floor_spot(f->sim, c, rack);
    const struct stand *stand = c->stand;
    snprintf(f->name, sizeof f->name, "H%u-%c%u", spot.hall->number, spot.row, spot.position);

    facts_text(f, RACK_NAME, f->name);
    facts_text(f, RACK_HALL, floor_hall_id(spot.hall, f->text, sizeof f->text));
    snprintf(f->rack, sizeof f->rack, "%c", spot.row);
    facts_text(f, RACK_ROW, f->rack);
    f->row.cells[RACK_POSITION] = value_int(spot.position);
    facts_text(f, RACK_CLUSTER, stand->cluster != NULL ? stand->cluster->id : c->said->id);
    if (stand->site != NULL)
        facts_text(f, RACK_SITE, stand->site->id);
    facts_text(f, RACK_TENANT, tenant_of(f->sim, f->id));
}

bool facts_floor_rack(struct facts *f, const struct scheduler *c, size_t index)
{
    uint32_t rack = (uint32_t)index;

    if (index >= c->rack_count)
        return false;
    struct sums sums = sums_of(c, rack);
    facts_begin_plain(f, KIND_RACK, floor_rack_id(c, rack, f->id, sizeof f->id));
    put_place(f, c, rack);
    facts_text(f, RACK_STATE, sums.out == 0 ? "up" : sums.out < sums.nodes ? "degraded" : "down");
    f->row.cells[RACK_UNITS_TOTAL] = value_int(FLOOR_UNITS);
    f->row.cells[RACK_UNITS_USED] = value_int(sums.nodes * makes[c->compute].height + SWITCH_UNITS);
    f->row.cells[RACK_UNITS_BLOCK] = value_int(FLOOR_UNITS - sums.nodes * makes[c->compute].height - SWITCH_UNITS);
    facts_real(f, RACK_POWER_KW, round(sums.power_kw * 100) / 100);
    facts_real(f, RACK_POWER_CAP_KW, makes[c->compute].cap_kw);
    struct floor_feeds feeds = floor_feeds(f->sim, c, rack, round(sums.power_kw * 100) / 100, f->sim->now_ms);
    facts_real(f, RACK_POWER_A_KW, feeds.a_kw);
    facts_real(f, RACK_POWER_B_KW, feeds.b_kw);
    if (c->said->accels_per_node > 0)
        facts_real(f, RACK_ACCELS_BUSY_PCT,
                   floor_busy_pct(hash_fnv(f->id, strlen(f->id)), sums.busy / (double)sums.nodes, f->sim->now_ms));
    facts_real(f, RACK_INLET_C, floor_rack_inlet_c(f->sim, c, rack, f->sim->now_ms));
    f->row.cells[RACK_JOBS] = value_int(sums.jobs);
    f->row.cells[RACK_NODES_TOTAL] = value_int(sums.nodes);
    f->row.cells[RACK_NODES_DOWN] = value_int(sums.out);
    f->row.cells[RACK_CPUS_TOTAL] = value_int(sums.cpus);
    f->row.cells[RACK_CPUS_FREE] = value_int(sums.cpus_free);
    return true;
}

/* --- what stands in racks, and what feeds them --- */

static void put_rack(struct facts *f, const struct scheduler *c, uint32_t rack, int cluster, int site, int in_rack)
{
    floor_rack_id(c, rack, f->rack, sizeof f->rack);
    facts_text(f, in_rack, f->rack);
    facts_text(f, cluster, c->stand->cluster != NULL ? c->stand->cluster->id : c->said->id);
    if (c->stand->site != NULL)
        facts_text(f, site, c->stand->site->id);
}

static void put_device(struct facts *f, uint64_t serial, const char *role, const char *model, unsigned at,
                       unsigned height)
{
    snprintf(f->text, sizeof f->text, "SYN-%012llX", (unsigned long long)(serial >> 16));
    facts_text(f, DEVICE_SERIAL, f->text);
    facts_text(f, DEVICE_ROLE, role);
    facts_text(f, DEVICE_MODEL, model);
    facts_text(f, DEVICE_STATUS, "active");
    facts_text(f, DEVICE_FACE, "front");
    f->row.cells[DEVICE_POSITION_U] = value_real(at);
    f->row.cells[DEVICE_HEIGHT_U] = value_real(height);
}

/* Its nodes from below, then a switch for each rack at its top. */
bool facts_floor_device(struct facts *f, const struct scheduler *c, size_t index)
{
    static const char *const models[COMPUTE_COUNT] = {
        [COMPUTE_GENERAL] = "synthetic 2U server",
        [COMPUTE_INTELLIGENT] = "synthetic 8U accelerator server",
        [COMPUTE_SUPER] = "synthetic 2U HPC server",
    };
    bool is_node = index < c->node_count;
    uint32_t rack = (uint32_t)(is_node ? index / c->rack_nodes : index - c->node_count);
    unsigned height = makes[c->compute].height;

    if (rack >= c->rack_count)
        return false;
    if (is_node)
        find_node_name(c, (uint32_t)index, f->name, sizeof f->name);
    else
        snprintf(f->name, sizeof f->name, "sw1");
    facts_begin_plain(f, KIND_DEVICE, "");
    put_rack(f, c, rack, DEVICE_CLUSTER, DEVICE_SITE, DEVICE_RACK);
    snprintf(f->out, sizeof f->out, "%s/%s", f->rack, f->name);
    f->row.id = text_of(f->out);
    facts_text(f, DEVICE_NAME, f->name);
    facts_text(f, DEVICE_TENANT, tenant_of(f->sim, f->rack));
    if (is_node)
        put_device(f, hash_fnv(f->out, strlen(f->out)), "compute node", models[c->compute],
                   1 + (unsigned)(index % c->rack_nodes) * height, height);
    else
        put_device(f, hash_fnv(f->out, strlen(f->out)), "switch", "synthetic 2U leaf switch",
                   FLOOR_UNITS - SWITCH_UNITS + 1, SWITCH_UNITS);
    return true;
}

/* Each of the two can carry the whole rack: 380 V in three phases. */
bool facts_floor_feed(struct facts *f, const struct scheduler *c, size_t index)
{
    uint32_t rack = (uint32_t)(index / 2);
    char side = index % 2 == 0 ? 'A' : 'B';
    double cap_kw = makes[c->compute].cap_kw, volt = 380;

    if (rack >= c->rack_count)
        return false;
    double kw = round(sums_of(c, rack).power_kw * 100) / 100;
    struct floor_feeds feeds = floor_feeds(f->sim, c, rack, kw, f->sim->now_ms);
    facts_begin_plain(f, KIND_FEED, "");
    put_rack(f, c, rack, FEED_CLUSTER, FEED_SITE, FEED_RACK);
    snprintf(f->out, sizeof f->out, "%s/%c", f->rack, side);
    f->row.id = text_of(f->out);
    snprintf(f->name, sizeof f->name, "%c", side);
    facts_text(f, FEED_NAME, f->name);
    floor_hall_id(floor_spot(f->sim, c, rack).hall, f->text, sizeof f->text);
    snprintf(f->nodes, sizeof f->nodes, "%s/P%c", f->text, side);
    facts_text(f, FEED_PANEL, f->nodes);
    facts_text(f, FEED_STATUS, script_feed_lost(f->sim, f->rack, side, f->sim->now_ms) ? "failed" : "active");
    facts_text(f, FEED_ROLE, side == 'A' ? "primary" : "redundant");
    facts_real(f, FEED_VOLTAGE_V, volt);
    f->row.cells[FEED_PHASES] = value_int(3);
    facts_real(f, FEED_CURRENT_A, ceil(cap_kw * 1000 / (volt * sqrt(3)) / 10) * 10);
    facts_real(f, FEED_CAP_PCT, 100);
    facts_real(f, FEED_POWER_CAP_KW, cap_kw);
    facts_real(f, FEED_POWER_KW, side == 'A' ? feeds.a_kw : feeds.b_kw);
    return true;
}
