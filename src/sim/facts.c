#include "sim/facts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/find.h"
#include "sim/floor.h"
#include "sim/nodes.h"
#include "sim/recovery.h"
#include "sim/script.h"

void facts_text(struct facts *f, int field, const char *text)
{
    if (text != NULL)
        f->row.cells[field] = value_text(text_of(text));
}

void facts_time(struct facts *f, int field, int64_t ms)
{
    f->row.cells[field] = value_time(f->sim->start_utc_ms + ms);
}

/* An absent number is NAN, and value_real() of that is unknown. */
void facts_real(struct facts *f, int field, double real)
{
    f->row.cells[field] = value_real(real);
}

void facts_count(struct facts *f, int field, double count)
{
    if (!isnan(count))
        f->row.cells[field] = value_int((int64_t)count);
}

void facts_begin_plain(struct facts *f, enum kind kind, const char *id)
{
    f->row = (struct row){.kind = kind, .id = text_of(id)};
}

void facts_begin(struct facts *f, enum kind kind, const struct scheduler *c, const char *name)
{
    snprintf(f->id, sizeof f->id, "%s/%s", c->said->id, name);
    facts_begin_plain(f, kind, f->id);
}

static const char *cluster_id(const struct scheduler *c)
{
    return c->cluster != NULL ? c->cluster->id : c->said->id;
}

/* --- what the fleet says --- */

bool facts_hub(struct facts *f, size_t index)
{
    const struct fleet *fleet = f->sim->fleet;

    if (index >= fleet->n_hubs)
        return false;
    facts_begin_plain(f, KIND_HUB, fleet->hubs[index].id);
    facts_text(f, HUB_NAME, fleet->hubs[index].name);
    facts_text(f, HUB_NAME_ZH, fleet->hubs[index].name_zh);
    return true;
}

/* What the accelerators of a cluster add up to. */
static double pflops_of(const struct sim *s, const struct fleet_cluster *cluster)
{
    double pflops = 0;

    for (size_t i = 0; i < s->scheduler_count; i++) {
        const struct scheduler *c = &s->schedulers[i];
        if (c->cluster == cluster && c->said->accels_per_node > 0)
            pflops += catalogue_pflops(c->said->accel_kind) * c->said->accels_per_node * c->node_count;
    }
    return pflops;
}

static void put_energy(struct facts *f, const struct fleet_cluster *cluster)
{
    double pflops = pflops_of(f->sim, cluster);

    facts_real(f, CLUSTER_POWER_CAP_KW, cluster->racks_total * FLOOR_STANDARD_KW);
    facts_real(f, CLUSTER_POWER_KW, floor_cluster_kw(f->sim, cluster, f->sim->now_ms, floor_used_now, NULL));
    facts_real(f, CLUSTER_ACCELS_BUSY_PCT,
               floor_cluster_busy_pct(f->sim, cluster, f->sim->now_ms, floor_used_now, NULL));
    if (cluster->pflops_precision != NULL) {
        facts_real(f, CLUSTER_PFLOPS, cluster->pflops);
        facts_text(f, CLUSTER_PFLOPS_PRECISION, cluster->pflops_precision);
        return;
    }
    if (pflops <= 0)
        return;
    facts_real(f, CLUSTER_PFLOPS, round(pflops * 10) / 10);
    facts_text(f, CLUSTER_PFLOPS_PRECISION, "FP16");
}

static bool is_up(const struct sim *s, const struct scheduler *c)
{
    return script_horizon(s, c, s->now_ms) >= s->now_ms && !recovery_is_lost(s, c->stand->id, s->now_ms);
}

/* As its schedulers are. */
static const char *cluster_state(const struct sim *s, const struct fleet_cluster *cluster)
{
    size_t all = 0, up = 0;

    for (size_t i = 0; i < s->scheduler_count; i++)
        if (s->schedulers[i].cluster == cluster) {
            all++;
            up += is_up(s, &s->schedulers[i]);
        }
    return up == all ? "up" : up > 0 ? "degraded" : "down";
}

bool facts_cluster(struct facts *f, size_t index)
{
    const struct fleet *fleet = f->sim->fleet;
    const struct fleet_cluster *c;

    if (index >= fleet->n_clusters)
        return false;
    c = &fleet->clusters[index];
    facts_begin_plain(f, KIND_CLUSTER, c->id);
    facts_text(f, CLUSTER_HUB, c->hub);
    facts_text(f, CLUSTER_NAME, c->name);
    facts_text(f, CLUSTER_NAME_ZH, c->name_zh);
    if (c->kinds != NULL)
        f->row.cells[CLUSTER_KINDS] = value_list(text_of(c->kinds));
    facts_text(f, CLUSTER_SIDE, c->side);
    facts_real(f, CLUSTER_LON, c->lon);
    facts_real(f, CLUSTER_LAT, c->lat);
    facts_real(f, CLUSTER_PRICE_CNY_KWH, c->price_cny_kwh);
    facts_real(f, CLUSTER_PUE, c->pue);
    facts_real(f, CLUSTER_PUE_LIMIT, c->pue_limit);
    facts_real(f, CLUSTER_GREEN_PCT, c->green_pct);
    facts_count(f, CLUSTER_RACKS_TOTAL, c->racks_total);
    facts_count(f, CLUSTER_RACKS_USED, c->racks_used);
    facts_real(f, CLUSTER_RACKS_OCCUPIED_PCT, round(c->racks_used / c->racks_total * 1000) / 10);
    facts_real(f, CLUSTER_STORAGE_TB_TOTAL, c->storage_tb_total);
    facts_real(f, CLUSTER_STORAGE_TB_FREE, c->storage_tb_total - c->storage_tb_used);
    facts_text(f, CLUSTER_STATE, cluster_state(f->sim, c));
    put_energy(f, c);
    return true;
}

/* The racks of its halls. */
static void put_racks(struct facts *f, const struct fleet_site *site)
{
    double total = NAN, used = NAN;

    for (size_t i = 0; i < f->sim->hall_count; i++) {
        const struct hall *h = &f->sim->halls[i];
        if (h->stand->site != site)
            continue;
        total = (isnan(total) ? 0 : total) + h->racks_total;
        used = (isnan(used) ? 0 : used) + h->racks_used;
    }
    facts_count(f, SITE_RACKS_TOTAL, total);
    facts_count(f, SITE_RACKS_USED, used);
}

bool facts_site(struct facts *f, size_t index)
{
    const struct fleet *fleet = f->sim->fleet;
    const struct fleet_site *site;

    if (index >= fleet->n_sites)
        return false;
    site = &fleet->sites[index];
    facts_begin_plain(f, KIND_SITE, site->id);
    facts_text(f, SITE_CLUSTER, site->cluster);
    facts_text(f, SITE_AREA, site->area);
    facts_text(f, SITE_NAME, site->name);
    facts_text(f, SITE_OPERATOR, site->operator_name);
    facts_text(f, SITE_PHASE, site->phase);
    facts_text(f, SITE_MEMBERSHIP, f->sim->memberships[index] != NULL ? f->sim->memberships[index] : site->membership);
    if (site->security_level >= 0)
        f->row.cells[SITE_SECURITY_LEVEL] = value_int(site->security_level);
    if (site->trusted_spaces != NULL)
        f->row.cells[SITE_TRUSTED_SPACES] = value_list(text_of(site->trusted_spaces));
    if (site->privacy_computing >= 0)
        f->row.cells[SITE_PRIVACY_COMPUTING] = value_bool(site->privacy_computing);
    put_racks(f, site);
    return true;
}

bool facts_scheduler(struct facts *f, size_t index)
{
    const struct scheduler *c;

    if (index >= f->sim->scheduler_count)
        return false;
    c = &f->sim->schedulers[index];
    facts_begin_plain(f, KIND_SCHEDULER, c->said->id);
    facts_text(f, SCHEDULER_CLUSTER, cluster_id(c));
    facts_text(f, SCHEDULER_SITE, c->said->site);
    facts_text(f, SCHEDULER_DRIVER, "sample");
    facts_text(f, SCHEDULER_NAME, c->said->id);
    facts_text(f, SCHEDULER_STATE, is_up(f->sim, c) ? "up" : "down");
    const char *compatible = fleet_compatible_list(f->sim->fleet, c->said->id);
    if (compatible != NULL)
        f->row.cells[SCHEDULER_COMPATIBLE] = value_list(text_of(compatible));
    return true;
}

/* --- what a scheduler says --- */

bool facts_queue(struct facts *f, const struct scheduler *c, size_t index)
{
    const struct queue *q;

    if (index >= c->queue_count)
        return false;
    q = &c->queues[index];
    facts_begin(f, KIND_QUEUE, c, q->name);
    facts_text(f, QUEUE_SCHEDULER, c->said->id);
    facts_text(f, QUEUE_CLUSTER, cluster_id(c));
    facts_text(f, QUEUE_NAME, q->name);
    facts_text(f, QUEUE_KIND, catalogue_compute_word(c->compute));
    facts_text(f, QUEUE_STATE, q->drained ? "drain" : "up");
    f->row.cells[QUEUE_SLO_S] = value_int(q->plan->slo_s);
    f->row.cells[QUEUE_NODES_TOTAL] = value_int(nodes_of(c, q));
    f->row.cells[QUEUE_CPUS_TOTAL] = value_int((int64_t)nodes_of(c, q) * c->said->cpus_per_node);
    return true;
}

static const char *reservation_state(const struct scheduler *c, const struct reservation *r)
{
    if (c->now_ms < r->from_ms)
        return "planned";
    return r->recovery && !r->active ? "standby" : "active";
}

static void put_recovery(struct facts *f, const struct reservation *r)
{
    const struct fleet_tenant *tenant = f->sim->tenants[CATALOGUE_RECOVERY_ACCOUNT];

    f->row.cells[RESERVATION_ACCOUNTS] = value_list(text_of(catalogue_accounts[CATALOGUE_RECOVERY_ACCOUNT]));
    facts_text(f, RESERVATION_TENANT, tenant != NULL ? tenant->id : NULL);
    f->row.cells[RESERVATION_RPO_S] = value_int(RECOVERY_RPO_S);
    f->row.cells[RESERVATION_RTO_S] = value_int(RECOVERY_RTO_S);
    if (r->active)
        facts_time(f, RESERVATION_ACTIVATED_AT, r->activated_ms);
}

bool facts_reservation(struct facts *f, const struct scheduler *c, size_t index)
{
    const struct reservation *r;
    char from[32], to[32];

    if (index >= c->reservation_count)
        return false;
    r = &c->reservations[index];
    f->row.kind = KIND_NONE;
    if (c->now_ms >= r->to_ms)
        return true;
    facts_begin(f, KIND_RESERVATION, c, r->name);
    find_node_name(c, r->first, from, sizeof from);
    find_node_name(c, r->first + r->nodes - 1, to, sizeof to);
    snprintf(f->nodes, sizeof f->nodes, "%.2s[%s-%s]", from, from + 2, to + 2);
    facts_text(f, RESERVATION_SCHEDULER, c->said->id);
    facts_text(f, RESERVATION_CLUSTER, cluster_id(c));
    facts_text(f, RESERVATION_NAME, r->name);
    facts_text(f, RESERVATION_PURPOSE, recovery_purpose(r->name));
    facts_text(f, RESERVATION_NODES, f->nodes);
    facts_text(f, RESERVATION_KIND, catalogue_compute_word(c->compute));
    f->row.cells[RESERVATION_AMOUNT] = value_real(r->nodes);
    facts_text(f, RESERVATION_UNIT, "nodes");
    facts_text(f, RESERVATION_QUEUE, c->queues[0].name);
    facts_text(f, RESERVATION_STATE, reservation_state(c, r));
    if (r->recovery)
        put_recovery(f, r);
    facts_time(f, RESERVATION_STARTS_AT, r->from_ms);
    facts_time(f, RESERVATION_ENDS_AT, r->to_ms);
    return true;
}

bool facts_user(struct facts *f, const struct scheduler *c, size_t index)
{
    size_t account = index / (CATALOGUE_USERS / CATALOGUE_ACCOUNTS);
    uint32_t running = 0;

    if (index >= CATALOGUE_USERS)
        return false;
    const struct fleet_tenant *tenant = f->sim->tenants[account];
    f->row.kind = KIND_NONE;
    for (uint32_t k = 0; k < c->queue_count; k++)
        running += c->queues[k].running_of[index];
    if (running == 0)
        return true;
    facts_begin(f, KIND_USER, c, catalogue_users[index]);
    facts_text(f, USER_NAME, catalogue_users[index]);
    facts_text(f, USER_ACCOUNT, catalogue_accounts[account]);
    if (tenant == NULL)
        return true;
    facts_text(f, USER_TENANT, tenant->id);
    facts_text(f, USER_CONTACT, tenant->contact);
    return true;
}

/* --- nodes --- */

enum node_state facts_node_state(const struct scheduler *c, const struct node *n)
{
    (void)c;
    if (n->closed & CLOSED_DOWN)
        return NODE_DOWN;
    if (n->closed & CLOSED_DRAIN)
        return n->jobs > 0 ? NODE_DRAINING : NODE_DRAINED;
    return n->jobs > 0 ? NODE_UP : NODE_IDLE;
}

static const char *raw_state(const struct node *n)
{
    static const char *const words[3][3] = {
        {"IDLE", "IDLE+DRAIN", "IDLE+RESERVED"},
        {"MIXED", "MIXED+DRAIN", "MIXED+RESERVED"},
        {"ALLOCATED", "ALLOCATED+DRAIN", "ALLOCATED+RESERVED"},
    };
    unsigned fill = n->jobs == 0 ? 0 : n->units_free > 0 ? 1 : 2;

    if (n->closed & CLOSED_DOWN)
        return "DOWN";
    return words[fill][n->closed & CLOSED_DRAIN ? 1 : n->closed & CLOSED_RESERVED ? 2 : 0];
}

static void put_reason(struct facts *f, const struct node *n)
{
    const struct trouble *t = &catalogue_troubles[n->trouble];

    if (!node_out(n))
        return;
    if (n->note == NULL && t->numbered)
        snprintf(f->text, sizeof f->text, "%s%u", t->reason, n->trouble_no);
    facts_text(f, NODE_REASON, n->note != NULL ? n->note : t->numbered ? f->text : t->reason);
    facts_text(f, NODE_REASON_BY, n->note != NULL ? n->note_by : t->by);
    facts_time(f, NODE_REASON_AT, n->out_ms);
}

int64_t facts_cpus(const struct scheduler *c)
{
    return c->said->cpus_per_node > 0 ? c->said->cpus_per_node : 1;
}

int64_t facts_cpus_free(const struct scheduler *c, const struct node *n)
{
    return facts_cpus(c) - (int64_t)(c->units - n->units_free) * c->unit_cpus;
}

static void put_capacity(struct facts *f, const struct scheduler *c, const struct node *n)
{
    int64_t used = c->units - n->units_free, cpus = facts_cpus(c);
    int64_t accels = c->said->accels_per_node > 0 ? c->said->accels_per_node : 0;

    f->row.cells[NODE_CPUS_TOTAL] = value_int(cpus);
    f->row.cells[NODE_CPUS_FREE] = value_int(facts_cpus_free(c, n));
    f->row.cells[NODE_ACCELS_TOTAL] = value_int(accels);
    f->row.cells[NODE_ACCELS_FREE] = value_int(accels - used * c->unit_accels);
    f->row.cells[NODE_MEMORY_MB] = value_int(cpus * (accels > 0 ? 8192 : 4096));
    f->row.cells[NODE_JOBS] = value_int(n->jobs);
    if (accels > 0)
        facts_text(f, NODE_ACCEL_KIND, c->said->accel_kind);
}

/* The queues that may start something there. */
static struct safe_text partitions_of(struct facts *f, const struct scheduler *c, const struct node *n)
{
    static const char separator[] = {VALUE_LIST_SEPARATOR, '\0'};
    size_t at = 0;

    for (uint32_t k = 0; k < c->queue_count && at < sizeof f->nodes; k++)
        if (c->queues[k].pool == &c->queues[n->queue])
            at += (size_t)snprintf(f->nodes + at, sizeof f->nodes - at, "%s%s", at > 0 ? separator : "",
                                   c->queues[k].name);
    return text_of(f->nodes);
}

bool facts_node(struct facts *f, const struct scheduler *c, size_t index)
{
    const struct node *n;

    if (index >= c->node_count)
        return false;
    n = &c->nodes[index];
    facts_begin(f, KIND_NODE, c, find_node_name(c, (uint32_t)index, f->name, sizeof f->name));
    facts_text(f, NODE_SCHEDULER, c->said->id);
    facts_text(f, NODE_CLUSTER, cluster_id(c));
    facts_text(f, NODE_RACK, floor_rack_id(c, (uint32_t)index / c->rack_nodes, f->rack, sizeof f->rack));
    facts_text(f, NODE_NAME, f->name);
    facts_text(f, NODE_STATE, state_node_word(facts_node_state(c, n)));
    facts_text(f, NODE_STATE_RAW, raw_state(n));
    f->row.cells[NODE_PARTITIONS] = value_list(partitions_of(f, c, n));
    facts_time(f, NODE_BOOT_AT, n->boot_ms);
    if (c->said->nodes_per_supernode > 0) {
        snprintf(f->text, sizeof f->text, "sn%02u", (unsigned)index / (unsigned)c->said->nodes_per_supernode + 1);
        facts_text(f, NODE_SUPERNODE, f->text);
    }
    put_reason(f, n);
    put_capacity(f, c, n);
    return true;
}

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* The last index of the run of successive numbers that begins at `from`. */
static size_t run_end(const uint32_t *nodes, size_t n, size_t from)
{
    while (from + 1 < n && nodes[from + 1] == nodes[from] + 1)
        from++;
    return from;
}

void facts_node_list(const struct scheduler *c, uint32_t *nodes, size_t n, char *out, size_t size)
{
    char name[32];
    size_t at = 0;

    find_node_name(c, nodes[0], name, sizeof name);
    if (n == 1) {
        snprintf(out, size, "%s", name);
        return;
    }
    qsort(nodes, n, sizeof *nodes, by_number);
    for (size_t i = 0, end; i < n && at < size; i = end + 1) {
        end = run_end(nodes, n, i);
        find_node_name(c, nodes[i], name, sizeof name);
        at += (size_t)snprintf(out + at, size - at, i == 0 ? "%.2s[%s" : "%.0s,%s", name, name + 2);
        find_node_name(c, nodes[end], name, sizeof name);
        if (end > i && at < size)
            at += (size_t)snprintf(out + at, size - at, "-%s", name + 2);
    }
    if (at < size)
        snprintf(out + at, size - at, "]");
}
