#include "planner/plan_facts.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/link.h"
#include "domain/rows.h"

/* --- small things --- */

void *plan_facts_push(struct facts_list *l, size_t size)
{
    if (l->count == l->cap) {
        l->cap = 2 * l->cap + 64;
        l->all = mem_grow(l->all, l->cap, size);
    }
    return memset((char *)l->all + l->count++ * size, 0, size);
}

struct safe_text plan_facts_say(struct arena *arena, const char *fmt, ...)
{
    char text[1024];
    va_list ap;

    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (n < 0)
        return text_of("");
    size_t len = (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    return text_from(arena_copy(arena, text, len), len);
}

const char *plan_facts_show(struct safe_text t, char out[FACT_SHOWN])
{
    return text_show_in(t, out, FACT_SHOWN);
}

void plan_facts_show_list(struct safe_text joined, char *out, size_t size)
{
    struct safe_text member;
    size_t at = 0;

    out[0] = '\0';
    while (value_list_next(&joined, &member) && at + 1 < size) {
        char one[FACT_SHOWN];
        int n = snprintf(out + at, size - at, "%s%s", at > 0 ? ", " : "", plan_facts_show(member, one));
        at += n > 0 ? (size_t)n : 0;
    }
}

bool plan_facts_has(struct safe_text joined, struct safe_text member)
{
    struct safe_text one;

    while (value_list_next(&joined, &one))
        if (text_equal(one, member))
            return true;
    return false;
}

bool plan_facts_share(struct safe_text a, struct safe_text b)
{
    struct safe_text one;

    while (value_list_next(&a, &one))
        if (plan_facts_has(b, one))
            return true;
    return false;
}

uint32_t plan_facts_name(const struct plan_facts *f, struct safe_text text)
{
    uint32_t name = text_empty(text) ? INTERN_NONE : intern_find(&f->names, text);

    return name == INTERN_NONE ? FACT_NONE : name;
}

struct safe_text plan_facts_text(const struct plan_facts *f, uint32_t name)
{
    return name == FACT_NONE ? text_of("") : intern_text(&f->names, name);
}

bool plan_facts_waits(const struct fact_job *j)
{
    return j->state == JOB_WAITING;
}

bool plan_facts_runs(const struct fact_job *j)
{
    return j->state == JOB_RUNNING || j->state == JOB_SUSPENDED || j->state == JOB_FINISHING;
}

int32_t plan_facts_each(const struct fact_pool *p, const struct fact_job *j)
{
    int32_t all = p->by_accels && j->accels > 0 ? j->accels : j->cpus, nodes = j->nodes > 0 ? j->nodes : 1;
    int32_t each = all / nodes + (all % nodes != 0);

    return each > 0 ? each : 1;
}

/* --- taking --- */

static struct safe_text text(struct plan_facts *f, const struct row *row, int field)
{
    return rows_text(&f->arena, value_text_or(&row->cells[field], ""));
}

/* Names of more bytes than are kept once are no names: what is called so is not planned with. */
static uint32_t name_of(struct plan_facts *f, struct safe_text t)
{
    bool is_new;

    if (text_empty(t) || text_len(t) > INTERN_TEXT_MAX)
        return FACT_NONE;
    return intern_take(&f->names, t, &is_new);
}

static uint32_t name(struct plan_facts *f, const struct row *row, int field)
{
    return name_of(f, value_text_or(&row->cells[field], ""));
}

static double real(const struct row *row, int field)
{
    double x = value_real_or(&row->cells[field], NAN);

    return isfinite(x) ? x : NAN;
}

/* Counts below 0, or beyond what a solver's amounts can be, tell nothing. */
static int32_t count(const struct row *row, int field, int32_t otherwise)
{
    int64_t n = value_int_or(&row->cells[field], -1);

    return n < 0 || n > FACT_UNITS_MAX ? otherwise : (int32_t)n;
}

static int64_t whole(const struct row *row, int field)
{
    int64_t n = value_int_or(&row->cells[field], -1);

    return n < 0 || n > INT64_C(1) << 48 ? -1 : n;
}

static int64_t moment(const struct row *row, int field)
{
    int64_t at = value_int_or(&row->cells[field], 0);

    return at > 0 ? at : 0;
}

static void take_cluster(struct plan_facts *f, const struct row *row)
{
    struct fact_cluster *c = plan_facts_push(&f->clusters, sizeof *c);
    bool alone = text_is(value_text_or(&row->cells[CLUSTER_HUB], ""), "unassigned");

    *c = (struct fact_cluster){.id = rows_text(&f->arena, row->id),
                               .since_ms = row->since_ms,
                               .name = name_of(f, row->id),
                               .hub = alone ? FACT_NONE : name(f, row, CLUSTER_HUB),
                               .stale = row->stale,
                               .down = text_is(value_text_or(&row->cells[CLUSTER_STATE], ""), "down"),
                               .price_cny = real(row, CLUSTER_PRICE_CNY_KWH),
                               .pue = real(row, CLUSTER_PUE),
                               .green_pct = real(row, CLUSTER_GREEN_PCT),
                               .power_kw = real(row, CLUSTER_POWER_KW),
                               .power_cap_kw = real(row, CLUSTER_POWER_CAP_KW),
                               .storage_tb = real(row, CLUSTER_STORAGE_TB_TOTAL),
                               .storage_free_tb = real(row, CLUSTER_STORAGE_TB_FREE),
                               .kwh = NAN,
                               .quota_kwh = NAN};
}

static void take_site(struct plan_facts *f, const struct row *row)
{
    struct fact_site *s = plan_facts_push(&f->sites, sizeof *s);

    *s = (struct fact_site){.id = rows_text(&f->arena, row->id),
                            .spaces = text(f, row, SITE_TRUSTED_SPACES),
                            .membership = text(f, row, SITE_MEMBERSHIP),
                            .phase = text(f, row, SITE_PHASE),
                            .since_ms = row->since_ms,
                            .name = name_of(f, row->id),
                            .privacy = (int)value_int_or(&row->cells[SITE_PRIVACY_COMPUTING], -1),
                            .stale = row->stale};
}

static void take_scheduler(struct plan_facts *f, const struct row *row)
{
    struct fact_scheduler *s = plan_facts_push(&f->schedulers, sizeof *s);
    int compatible = kind_field(KIND_SCHEDULER, "compatible");

    *s = (struct fact_scheduler){.id = rows_text(&f->arena, row->id),
                                 .state = text(f, row, SCHEDULER_STATE),
                                 .since_ms = row->since_ms,
                                 .nodes_total = whole(row, SCHEDULER_NODES_TOTAL),
                                 .nodes_down = whole(row, SCHEDULER_NODES_DOWN),
                                 .cpus_total = whole(row, SCHEDULER_CPUS_TOTAL),
                                 .cpus_free = whole(row, SCHEDULER_CPUS_FREE),
                                 .accels_total = whole(row, SCHEDULER_ACCELS_TOTAL),
                                 .accels_free = whole(row, SCHEDULER_ACCELS_FREE),
                                 .name = name_of(f, row->id),
                                 .cluster_name = name(f, row, SCHEDULER_CLUSTER),
                                 .site_name = name(f, row, SCHEDULER_SITE),
                                 .stale = row->stale,
                                 .slurm = text_is(value_text_or(&row->cells[SCHEDULER_DRIVER], ""), "slurm")};
    if (compatible >= 0) {
        s->compatible_told = value_known(&row->cells[compatible]);
        s->compatible = text(f, row, compatible);
    }
}

static void take_queue(struct plan_facts *f, const struct row *row)
{
    struct fact_queue *q = plan_facts_push(&f->queues, sizeof *q);

    *q = (struct fact_queue){.id = rows_text(&f->arena, row->id),
                             .state = text(f, row, QUEUE_STATE),
                             .since_ms = row->since_ms,
                             .slo_s = whole(row, QUEUE_SLO_S),
                             .scheduler_name = name(f, row, QUEUE_SCHEDULER),
                             .name = name(f, row, QUEUE_NAME),
                             .kind = name(f, row, QUEUE_KIND),
                             .stale = row->stale,
                             .told = true,
                             .arrivals = real(row, QUEUE_ARRIVALS_PER_MIN),
                             .departures = real(row, QUEUE_DEPARTURES_PER_MIN),
                             .waiting = real(row, QUEUE_WAITING),
                             .wait_p95_s = real(row, QUEUE_WAIT_P95_S)};
}

static bool is_kept(const struct row *row)
{
    struct safe_text raw = value_text_or(&row->cells[NODE_STATE_RAW], "");

    return text_contains(raw, text_of("RESERV"), true) || text_contains(raw, text_of("MAINT"), true) ||
           text_contains(raw, text_of("PLANNED"), true);
}

static void take_node(struct plan_facts *f, const struct row *row)
{
    struct fact_node *n = plan_facts_push(&f->nodes, sizeof *n);
    enum node_state state = state_node(value_text_or(&row->cells[NODE_STATE], ""));

    *n = (struct fact_node){.name = text(f, row, NODE_NAME),
                            .partitions = text(f, row, NODE_PARTITIONS),
                            .scheduler_name = name(f, row, NODE_SCHEDULER),
                            .rack = name(f, row, NODE_RACK),
                            .accel_kind = name(f, row, NODE_ACCEL_KIND),
                            .supernode = name(f, row, NODE_SUPERNODE),
                            .accels = count(row, NODE_ACCELS_TOTAL, 0),
                            .accels_free = count(row, NODE_ACCELS_FREE, 0),
                            .cpus = count(row, NODE_CPUS_TOTAL, 0),
                            .cpus_free = count(row, NODE_CPUS_FREE, 0),
                            .memory_mb = whole(row, NODE_MEMORY_MB),
                            .up = state == NODE_UP || state == NODE_IDLE,
                            .reserved = is_kept(row),
                            .stale = row->stale};
}

static uint8_t fixed_of(const struct row *row)
{
    static const struct {
        int field;
        enum fact_fixed bit;
    } fields[] = {{JOB_DEPENDENCY, FIXED_DEPENDENCY},
                  {JOB_HET, FIXED_HET},
                  {JOB_RESERVATION, FIXED_RESERVATION},
                  {JOB_LICENSES, FIXED_LICENSE}};
    unsigned fixed = value_int_or(&row->cells[JOB_TASKS], 1) > 1 ? FIXED_ARRAY : 0;

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!text_empty(value_text_or(&row->cells[fields[i].field], "")))
            fixed |= (unsigned)fields[i].bit;
    if (value_int_or(&row->cells[JOB_SUPERNODE], 0) != 0)
        fixed |= FIXED_SUPERNODE;
    return (uint8_t)fixed;
}

static void put_amounts(struct fact_job *j, const struct row *row)
{
    j->priority = value_int_or(&row->cells[JOB_PRIORITY], 0);
    j->limit_s = whole(row, JOB_TIME_LIMIT_S);
    j->memory_mb = whole(row, JOB_MEMORY_MB);
    j->accels = count(row, JOB_ACCELS, 0);
    j->cpus = count(row, JOB_CPUS, 1);
    j->nodes = count(row, JOB_NODES, 1);
    j->tasks = count(row, JOB_TASKS, 1);
    j->latency_ms = (float)real(row, JOB_LATENCY_MS_MAX);
    j->data_gb = (float)real(row, JOB_DATA_GB);
    if (j->data_gb < 0 || j->data_gb > 1e9F)
        j->data_gb = NAN;
    j->nodes = j->nodes > 0 ? j->nodes : 1;
    j->tasks = j->tasks > 0 ? j->tasks : 1;
}

static void take_job(struct plan_facts *f, const struct row *row)
{
    enum job_state state = state_job(value_text_or(&row->cells[JOB_STATE], ""));
    bool pending = state == JOB_WAITING || state == JOB_HELD;

    bool runs = state == JOB_RUNNING || state == JOB_SUSPENDED || state == JOB_FINISHING;
    int64_t ended_ms = moment(row, JOB_ENDED_AT);

    if (!pending && !runs && (ended_ms == 0 || moment(row, JOB_STARTED_AT) == 0))
        return;
    struct fact_job *j = plan_facts_push(pending || runs ? &f->jobs : &f->over, sizeof *j);
    *j = (struct fact_job){.id = rows_text(&f->arena, row->id),
                           .since_ms = row->since_ms,
                           .eligible_ms = moment(row, JOB_ELIGIBLE_AT),
                           .started_ms = moment(row, JOB_STARTED_AT),
                           .ended_ms = pending || runs ? 0 : ended_ms,
                           .checkpoint_ms = moment(row, JOB_CHECKPOINT_AT),
                           .deadline_ms = moment(row, JOB_DEADLINE_AT),
                           .scheduler_name = name(f, row, JOB_SCHEDULER),
                           .queue_name = name(f, row, JOB_QUEUE),
                           .user = name(f, row, JOB_USER),
                           .tenant = name(f, row, JOB_TENANT),
                           .accel_kind = name(f, row, JOB_ACCEL_KIND),
                           .residency = name(f, row, JOB_RESIDENCY),
                           .state = (uint8_t)state,
                           .why = pending ? (uint8_t)wait_why_of(row) : 0,
                           .movable = (int8_t)value_int_or(&row->cells[JOB_MOVABLE], -1),
                           .fixed = pending ? fixed_of(row) : (uint8_t)(fixed_of(row) & ~FIXED_DEPENDENCY),
                           .stale = row->stale};
    if (j->eligible_ms == 0)
        j->eligible_ms = moment(row, JOB_SUBMITTED_AT);
    if (runs)
        j->nodes_text = text(f, row, JOB_NODE_LIST);
    put_amounts(j, row);
}

static void take_reservation(struct plan_facts *f, const struct row *row)
{
    struct fact_reservation *r = plan_facts_push(&f->reservations, sizeof *r);

    *r = (struct fact_reservation){
        .name = text(f, row, RESERVATION_NAME),
        .nodes = text(f, row, RESERVATION_NODES),
        .purpose = text(f, row, RESERVATION_PURPOSE),
        .state = text(f, row, RESERVATION_STATE),
        .starts_ms = moment(row, RESERVATION_STARTS_AT),
        .ends_ms = moment(row, RESERVATION_ENDS_AT),
        .scheduler_name = name(f, row, RESERVATION_SCHEDULER),
        .amount = real(row, RESERVATION_AMOUNT),
        .in_nodes = text_is(value_text_or(&row->cells[RESERVATION_UNIT], ""), "nodes"),
    };
}

static void take_link(struct plan_facts *f, const struct row *row)
{
    struct fact_link *l = plan_facts_push(&f->links, sizeof *l);
    struct safe_text state = value_text_or(&row->cells[LINK_STATE], "");

    *l = (struct fact_link){.id = rows_text(&f->arena, row->id),
                            .since_ms = row->since_ms,
                            .from = name(f, row, LINK_FROM),
                            .to = name(f, row, LINK_TO),
                            .stale = row->stale,
                            .down = text_is(state, "down") || text_is(state, "planned"),
                            .ms = link_delay_ms(row),
                            .gbps = real(row, LINK_CAPACITY_GBPS),
                            .used_pct = real(row, LINK_USED_PCT),
                            .max_ms = real(row, LINK_RING_CONTRACT_MS),
                            .baseline_ms = real(row, LINK_BASELINE_MS)};
    name_of(f, row->id);
}

static void take_tenant(struct plan_facts *f, const struct row *row)
{
    struct fact_tenant *t = plan_facts_push(&f->tenants, sizeof *t);

    *t = (struct fact_tenant){.id = rows_text(&f->arena, row->id),
                              .spaces = text(f, row, TENANT_SPACES),
                              .residency = text(f, row, TENANT_RESIDENCY),
                              .since_ms = row->since_ms,
                              .name = name_of(f, row->id),
                              .at = name(f, row, TENANT_AT),
                              .ring_ms = real(row, TENANT_RING_MS)};
}

static void take_offer(struct plan_facts *f, const struct row *row)
{
    struct fact_offer *o = plan_facts_push(&f->offers, sizeof *o);

    *o = (struct fact_offer){.cluster_name = name(f, row, OFFER_CLUSTER),
                             .kind = name(f, row, OFFER_KIND),
                             .voucher_pct = real(row, OFFER_VOUCHER_PCT)};
}

/* Of energy only months are kept, "2026-11", and of a cluster the newest: its quota is a month's. */
static void take_energy(struct plan_facts *f, const struct row *row)
{
    struct fact_cluster *kept;

    if (text_len(value_text_or(&row->cells[ENERGY_PERIOD], "")) != sizeof "2026-11" - 1 ||
        !text_empty(value_text_or(&row->cells[ENERGY_SITE], "")))
        return;
    kept = plan_facts_push(&f->months, sizeof *kept);
    kept->name = name(f, row, ENERGY_CLUSTER);
    kept->period = text(f, row, ENERGY_PERIOD);
    kept->kwh = real(row, ENERGY_KWH);
    kept->quota_kwh = real(row, ENERGY_QUOTA_KWH);
}

static void take_rack(struct plan_facts *f, const struct row *row)
{
    struct fact_rack *r = plan_facts_push(&f->racks, sizeof *r);

    *r = (struct fact_rack){
        .name = name_of(f, row->id), .hall = name(f, row, RACK_HALL), .site = name(f, row, RACK_SITE)};
}

static void take_move(struct plan_facts *f, const struct row *row)
{
    struct safe_text state = value_text_or(&row->cells[MOVE_STATE], "");
    bool under_way = text_is(state, "queued") || text_is(state, "running");

    if (!under_way && !text_is(state, "done") && !text_is(state, "partly"))
        return;
    struct fact_move *m = plan_facts_push(&f->moves, sizeof *m);
    *m = (struct fact_move){.jobs = text(f, row, MOVE_JOB_IDS),
                            .from = name(f, row, MOVE_FROM),
                            .to = name(f, row, MOVE_TO),
                            .since_ms = row->since_ms,
                            .under_way = under_way};
}

/* Those that move or are about to; what is held already loads no link. */
static void take_transfer(struct plan_facts *f, const struct row *row)
{
    struct safe_text state = value_text_or(&row->cells[TRANSFER_STATE], "");

    if (!text_is(state, "running") && !text_is(state, "waiting"))
        return;
    struct fact_transfer *t = plan_facts_push(&f->transfers, sizeof *t);
    *t = (struct fact_transfer){.id = rows_text(&f->arena, row->id),
                                .dataset = text(f, row, TRANSFER_DATASET),
                                .job = text(f, row, TRANSFER_JOB),
                                .since_ms = row->since_ms,
                                .eta_ms = moment(row, TRANSFER_ETA),
                                .deadline_ms = moment(row, TRANSFER_DEADLINE_AT),
                                .priority = value_int_or(&row->cells[TRANSFER_PRIORITY], 0),
                                .link = name(f, row, TRANSFER_LINK),
                                .from = name(f, row, TRANSFER_FROM),
                                .to = name(f, row, TRANSFER_TO),
                                .tenant = name(f, row, TRANSFER_TENANT),
                                .stale = row->stale,
                                .running = text_is(state, "running"),
                                .holdable = value_int_or(&row->cells[TRANSFER_HOLDABLE], 0) != 0,
                                .rate_gbps = real(row, TRANSFER_RATE_GBPS)};
    t->rest_tb = real(row, TRANSFER_SIZE_TB) * (1 - real(row, TRANSFER_DONE_PCT) / 100);
}

/* Places and halls are known by their names alone. */
static void take_name(struct plan_facts *f, const struct row *row)
{
    name_of(f, row->id);
}

static const struct {
    enum kind kind;
    void (*take)(struct plan_facts *f, const struct row *row);
} takers[] = {
    {KIND_CLUSTER, take_cluster},
    {KIND_SITE, take_site},
    {KIND_SCHEDULER, take_scheduler},
    {KIND_QUEUE, take_queue},
    {KIND_NODE, take_node},
    {KIND_JOB, take_job},
    {KIND_RESERVATION, take_reservation},
    {KIND_LINK, take_link},
    {KIND_PLACE, take_name},
    {KIND_HALL, take_name},
    {KIND_RACK, take_rack},
    {KIND_OFFER, take_offer},
    {KIND_ENERGY, take_energy},
    {KIND_TENANT, take_tenant},
    {KIND_MOVE, take_move},
    {KIND_TRANSFER, take_transfer},
};
enum { TAKERS = sizeof takers / sizeof *takers };

const enum kind *plan_facts_kinds(void)
{
    static const enum kind kinds[TAKERS + 1] = {KIND_CLUSTER,  KIND_SITE,        KIND_SCHEDULER, KIND_QUEUE,  KIND_NODE,
                                                KIND_JOB,      KIND_RESERVATION, KIND_LINK,      KIND_PLACE,  KIND_HALL,
                                                KIND_RACK,     KIND_OFFER,       KIND_ENERGY,    KIND_TENANT, KIND_MOVE,
                                                KIND_TRANSFER, KIND_NONE};

    return kinds;
}

void plan_facts_take(struct plan_facts *f, const struct row *row)
{
    for (size_t i = 0; i < TAKERS; i++)
        if (takers[i].kind == row->kind) {
            takers[i].take(f, row);
            f->closed = false;
        }
}

struct plan_facts *plan_facts_new(void)
{
    return mem_new(1, sizeof(struct plan_facts));
}

static void free_pools(struct plan_facts *f)
{
    for (size_t i = 0; i < f->pools.count; i++) {
        struct fact_pool *p = FACTS(f, pool, pools, i);
        free(p->nodes);
        free(p->waiting);
        free(p->running);
    }
}

void plan_facts_free(struct plan_facts *f)
{
    if (f == NULL)
        return;
    struct facts_list *lists[] = {&f->clusters,     &f->sites, &f->schedulers, &f->queues,    &f->nodes, &f->jobs,
                                  &f->reservations, &f->links, &f->tenants,    &f->offers,    &f->racks, &f->months,
                                  &f->moves,        &f->pools, &f->parts,      &f->transfers, &f->over,  &f->recent};
    free_pools(f);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        free(lists[i]->all);
    free(f->refs);
    free(f->placed);
    free(f->ends);
    intern_release(&f->names);
    arena_release(&f->arena);
    arena_release(&f->room);
    free(f);
}
