#include <math.h>
#include <string.h>

#include "planner/plan_transfers.h"

/* The case that is judged: what was asked for found among the facts, delays, paths, prices. */

enum { ENDS_MAX = 512 }; /* of more ends only links themselves are known, no ways over several */

static struct fact_ref ref(const struct plan_case *c, uint32_t name)
{
    static const struct fact_ref none = {FACT_NONE, FACT_NONE, FACT_NONE, FACT_NONE, FACT_NONE};

    return name == FACT_NONE || name >= c->f->ref_count ? none : c->f->refs[name];
}

/* --- delays --- */

bool plan_rule_case_lost(const struct plan_case *c, const struct fact_link *l)
{
    uint32_t a = ref(c, l->from).cluster, b = ref(c, l->to).cluster;

    if (c->lost_from != FACT_NONE &&
        ((l->from == c->lost_from && l->to == c->lost_to) || (l->from == c->lost_to && l->to == c->lost_from)))
        return true;
    return (a != FACT_NONE && c->lost[a]) || (b != FACT_NONE && c->lost[b]);
}

/* The slower of the two directions that are measured: requests go there and answers come back. A direction that is down is no
 * way. */
static void lay_links(struct plan_case *c)
{
    const size_t n = c->f->end_count;

    for (size_t i = 0; i < c->f->links.count; i++) {
        const struct fact_link *l = FACTS(c->f, link, links, i);
        uint32_t a = ref(c, l->from).end, b = ref(c, l->to).end;
        double ms = l->down || plan_rule_case_lost(c, l) ? INFINITY : l->ms;
        if (a == FACT_NONE || b == FACT_NONE || a == b || l->stale || !(ms >= 0))
            continue;
        double *there = &c->ms[a * n + b], *back = &c->ms[b * n + a];
        *there = *back = isnan(*there) ? ms : fmax(*there, ms);
    }
}

static void shorten(struct plan_case *c)
{
    const size_t n = c->f->end_count;

    for (size_t i = 0; i < n * n; i++)
        c->ms[i] = isnan(c->ms[i]) ? INFINITY : c->ms[i];
    for (size_t k = 0; k < n && n <= ENDS_MAX; k++)
        for (size_t a = 0; a < n; a++) {
            double first = c->ms[a * n + k];
            if (isinf(first))
                continue;
            for (size_t b = 0; b < n; b++)
                if (first + c->ms[k * n + b] < c->ms[a * n + b])
                    c->ms[a * n + b] = first + c->ms[k * n + b];
        }
}

double plan_rule_case_delay(const struct plan_case *c, uint32_t a, uint32_t b)
{
    uint32_t x = ref(c, a).end, y = ref(c, b).end;
    double ms = x == FACT_NONE || y == FACT_NONE ? INFINITY : c->ms[x * c->f->end_count + y];

    return isinf(ms) ? NAN : ms;
}

/* --- paths for data --- */

double plan_rule_case_used(const struct plan_case *c, const struct fact_link *l)
{
    double held = c->held_gbps == NULL ? 0 : c->held_gbps[l - FACTS(c->f, link, links, 0)];

    return held > 0 ? fmax(0, l->used_pct - 100 * held / l->gbps) : l->used_pct;
}

double plan_rule_case_budget_gb(const struct plan_case *c, const struct fact_link *l)
{
    double left = l->gbps * (c->limits->link_used_pct - plan_rule_case_used(c, l)) / 100;

    if (l->stale || l->down || plan_rule_case_lost(c, l) || isnan(left))
        return NAN;
    return fmax(0, left) * (double)c->horizon_s / 8;
}

/* Of every end the ways by links that have a known capacity, the least delay first (Bellman and Ford). */
static void find_ways(struct plan_case *c)
{
    const size_t n = c->f->end_count;
    double *ms = arena_alloc(c->arena, (n + 1) * sizeof *ms);

    c->via = arena_alloc(c->arena, (n * n + 1) * sizeof *c->via);
    memset(c->via, 0xff, (n * n + 1) * sizeof *c->via);
    for (size_t from = 0; from < n && n <= ENDS_MAX; from++) {
        bool changed = true;
        for (size_t i = 0; i < n; i++)
            ms[i] = i == from ? 0 : INFINITY;
        for (int hop = 0; hop < RULE_HOPS && changed; hop++) {
            changed = false;
            for (uint32_t i = 0; i < c->f->links.count; i++) {
                const struct fact_link *l = FACTS(c->f, link, links, i);
                uint32_t a = ref(c, l->from).end, b = ref(c, l->to).end;
                if (a == FACT_NONE || b == FACT_NONE || !(plan_rule_case_budget_gb(c, l) > 0) || !(l->ms >= 0) ||
                    !(ms[a] + l->ms < ms[b]))
                    continue;
                ms[b] = ms[a] + l->ms;
                c->via[from * n + b] = i;
                changed = true;
            }
        }
    }
}

struct rule_path plan_rule_case_path(const struct plan_case *c, uint32_t from, uint32_t to)
{
    uint32_t a = ref(c, from).end, b = ref(c, to).end;
    struct rule_path p = {.count = 0, .gbps = INFINITY};

    if (a == FACT_NONE || b == FACT_NONE)
        return (struct rule_path){.count = -1, .gbps = NAN};
    while (a != b) {
        uint32_t via = c->via[a * c->f->end_count + b];
        if (via == FACT_NONE || p.count == RULE_HOPS)
            return (struct rule_path){.count = -1, .gbps = NAN};
        const struct fact_link *l = FACTS(c->f, link, links, via);
        p.links[p.count++] = via;
        p.gbps = fmin(p.gbps, l->gbps * (c->limits->link_used_pct - plan_rule_case_used(c, l)) / 100);
        b = ref(c, l->from).end;
    }
    return p;
}

/* --- costs --- */

const struct fact_cluster *plan_rule_case_cluster(const struct plan_case *c, uint32_t scheduler)
{
    uint32_t at = scheduler == FACT_NONE ? FACT_NONE : FACTS(c->f, scheduler, schedulers, scheduler)->cluster;

    return at == FACT_NONE ? NULL : FACTS(c->f, cluster, clusters, at);
}

double plan_rule_case_kw(const struct fact_job *j)
{
    return j->accels > 0 ? j->accels * RULE_ACCEL_KW : j->cpus * RULE_CORE_KW;
}

/* A limit is an upper end; what a pool's jobs use of theirs is known where departures are. */
double plan_rule_case_hours(const struct plan_case *c, const struct fact_job *j)
{
    double limit_s = j->limit_s > 0 ? (double)j->limit_s : (double)c->horizon_s;
    double share = j->pool == FACT_NONE ? 0.5 : FACTS(c->f, pool, pools, j->pool)->run_share;

    return limit_s * (share > 0 && share <= 1 ? share : 0.5) / 3600;
}

static double voucher_pct(const struct plan_case *c, const struct fact_job *j, uint32_t scheduler)
{
    const struct fact_scheduler *s = FACTS(c->f, scheduler, schedulers, scheduler);
    uint32_t kind = j->queue == FACT_NONE ? FACT_NONE : FACTS(c->f, queue, queues, j->queue)->kind;

    for (size_t i = 0; i < c->f->offers.count && kind != FACT_NONE; i++) {
        const struct fact_offer *o = FACTS(c->f, offer, offers, i);
        if (o->cluster_name == s->cluster_name && o->kind == kind && o->voucher_pct >= 0 && o->voucher_pct <= 100)
            return o->voucher_pct;
    }
    return 0;
}

double plan_rule_case_cny(const struct plan_case *c, const struct fact_job *j, uint32_t scheduler)
{
    const struct fact_cluster *at = plan_rule_case_cluster(c, scheduler);
    double kwh = plan_rule_case_kw(j) * plan_rule_case_hours(c, j);

    if (at == NULL)
        return NAN;
    return kwh * at->pue * c->price[at - FACTS(c->f, cluster, clusters, 0)] * (1 - voucher_pct(c, j, scheduler) / 100);
}

double plan_rule_case_co2(const struct plan_case *c, const struct fact_job *j, uint32_t scheduler)
{
    const struct fact_cluster *at = plan_rule_case_cluster(c, scheduler);

    if (at == NULL)
        return NAN;
    return plan_rule_case_kw(j) * plan_rule_case_hours(c, j) * at->pue * (1 - at->green_pct / 100) * RULE_CO2_KG_KWH;
}

static void set_prices(struct plan_case *c)
{
    c->price = arena_alloc(c->arena, (c->f->clusters.count + 1) * sizeof *c->price);
    c->dearest = NAN;
    for (size_t i = 0; i < c->f->clusters.count; i++) {
        const struct fact_cluster *at = FACTS(c->f, cluster, clusters, i);
        c->price[i] = at->price_cny;
        for (size_t k = 0; k < c->ask->prices; k++)
            if (text_equal(c->ask->price[k].cluster, at->id))
                c->price[i] = c->ask->price[k].price_cny_kwh;
        c->price[i] = c->price[i] >= 0 && isfinite(c->price[i]) ? c->price[i] : NAN;
        double cny = c->price[i] * at->pue;
        if (isfinite(cny) && !(cny <= c->dearest))
            c->dearest = cny;
    }
}

/* --- what was asked for --- */

static bool refuse(struct err *err, const char *kinds, struct safe_text what)
{
    char shown[FACT_SHOWN];

    return err_set(err, ERR_INPUT, "there is no %s '%s'", kinds, plan_facts_show(what, shown));
}

static bool find_lost(struct plan_case *c, struct err *err)
{
    struct safe_text lost = c->ask->lost;
    uint32_t name = plan_facts_name(c->f, lost), cluster = ref(c, name).cluster;

    c->lost_from = c->lost_to = FACT_NONE;
    c->lost = arena_alloc(c->arena, c->f->clusters.count + 1);
    if (text_empty(lost))
        return true;
    if (cluster != FACT_NONE) {
        c->lost[cluster] = true;
        return true;
    }
    for (size_t i = 0; i < c->f->links.count; i++)
        if (text_equal(FACTS(c->f, link, links, i)->id, lost)) {
            c->lost_from = FACTS(c->f, link, links, i)->from;
            c->lost_to = FACTS(c->f, link, links, i)->to;
            return true;
        }
    return refuse(err, "link or cluster", lost);
}

static uint32_t hall_of(const struct plan_case *c, const struct fact_node *n)
{
    for (size_t i = 0; i < c->f->racks.count && n->rack != FACT_NONE; i++)
        if (FACTS(c->f, rack, racks, i)->name == n->rack)
            return FACTS(c->f, rack, racks, i)->hall;
    return FACT_NONE;
}

/* A scheduler all of whose nodes leave has nowhere to start what waits. */
static bool stands_in(const struct plan_case *c, uint32_t scheduler)
{
    bool any = false;

    for (size_t i = 0; i < c->f->nodes.count; i++)
        if (FACTS(c->f, node, nodes, i)->scheduler == scheduler) {
            if (!c->node_leaves[i])
                return false;
            any = true;
        }
    return any;
}

static bool drain_hall(struct plan_case *c, uint32_t hall)
{
    bool any = false;

    for (size_t i = 0; i < c->f->racks.count; i++)
        any |= FACTS(c->f, rack, racks, i)->hall == hall;
    for (size_t i = 0; any && i < c->f->nodes.count; i++)
        c->node_leaves[i] = hall_of(c, FACTS(c->f, node, nodes, i)) == hall;
    for (uint32_t i = 0; any && i < c->f->schedulers.count; i++)
        c->leaves[i] = c->leaves[i] || stands_in(c, i);
    return any;
}

static bool find_drain(struct plan_case *c, struct err *err)
{
    struct safe_text drain = c->ask->drain;
    uint32_t name = plan_facts_name(c->f, drain);
    bool any = false;

    c->leaves = arena_alloc(c->arena, c->f->schedulers.count + 1);
    c->node_leaves = arena_alloc(c->arena, c->f->nodes.count + 1);
    c->draining = !text_empty(drain);
    for (size_t i = 0; i < c->f->schedulers.count; i++) {
        const struct fact_scheduler *s = FACTS(c->f, scheduler, schedulers, i);
        c->leaves[i] = s->cluster != FACT_NONE && c->lost[s->cluster];
        if (name == FACT_NONE || (s->name != name && s->cluster_name != name && s->site_name != name))
            continue;
        c->leaves[i] = any = true;
    }
    for (size_t i = 0; i < c->f->nodes.count; i++) {
        uint32_t at = FACTS(c->f, node, nodes, i)->scheduler;
        c->node_leaves[i] = at != FACT_NONE && c->leaves[at];
    }
    if (!c->draining || any || (name != FACT_NONE && drain_hall(c, name)) ||
        (name != FACT_NONE && (ref(c, name).cluster != FACT_NONE || ref(c, name).site != FACT_NONE)))
        return true;
    return refuse(err, "cluster, site, hall or scheduler", drain);
}

static bool find_pair(struct plan_case *c, struct err *err)
{
    const struct {
        struct safe_text text;
        uint32_t *name;
    } ends[] = {{c->ask->from, &c->pair_from}, {c->ask->to, &c->pair_to}};

    for (size_t i = 0; i < 2; i++) {
        struct fact_ref at;
        *ends[i].name = plan_facts_name(c->f, ends[i].text);
        at = ref(c, *ends[i].name);
        if (!text_empty(ends[i].text) && at.cluster == FACT_NONE && at.scheduler == FACT_NONE && at.site == FACT_NONE)
            return refuse(err, "scheduler, site or cluster", ends[i].text);
    }
    c->only_queue = FACT_NONE;
    if (text_empty(c->ask->only_queue))
        return true;
    for (uint32_t i = 0; i < c->f->queues.count; i++)
        if (text_equal(FACTS(c->f, queue, queues, i)->id, c->ask->only_queue))
            c->only_queue = i;
    return c->only_queue != FACT_NONE || refuse(err, "queue", c->ask->only_queue);
}

static bool check_wishes(const struct plan_case *c, struct err *err)
{
    const struct plan_ask *a = c->ask;

    if (!(a->weight_cost >= 0) || !(a->weight_carbon >= 0) || isinf(a->weight_cost) || isinf(a->weight_carbon))
        return err_set(err, ERR_INPUT, "the weights of cost and carbon are numbers from 0 on");
    if (a->by_ms != 0 && a->by_ms <= c->now_ms)
        return err_set(err, ERR_INPUT, "the time by which it must be empty has passed");
    if (a->horizon_s < 0 || a->horizon_s > 7 * 86400)
        return err_set(err, ERR_INPUT, "the horizon is 1 second to 7 days");
    return true;
}

bool plan_rule_case(struct plan_case *c, struct err *err)
{
    size_t n;

    plan_facts_close(c->f);
    c->horizon_s = c->ask->horizon_s > 0 ? c->ask->horizon_s : 3600;
    if (!check_wishes(c, err))
        return false;
    if (c->ask->by_ms > 0)
        c->horizon_s = (c->ask->by_ms - c->now_ms) / 1000 > 0 ? (c->ask->by_ms - c->now_ms) / 1000 : 1;
    c->by_s = c->horizon_s;
    if (!find_lost(c, err) || !find_drain(c, err) || !find_pair(c, err))
        return false;
    n = c->f->end_count;
    c->ms = arena_alloc(c->arena, (n * n + 1) * sizeof *c->ms);
    for (size_t i = 0; i < n * n; i++)
        c->ms[i] = i % (n + 1) == 0 ? 0 : NAN;
    if (c->holds)
        plan_transfers_choose(c);
    lay_links(c);
    shorten(c);
    find_ways(c);
    set_prices(c);
    c->room = arena_alloc(c->arena, (c->f->pools.count + 1) * sizeof *c->room);
    for (uint32_t i = 0; i < c->f->pools.count; i++)
        plan_rule_room_of(c, i, FACT_NONE, &c->room[i]);
    c->part_room = arena_alloc(c->arena, (c->f->parts.count + 1) * sizeof *c->part_room);
    for (uint32_t i = 0; i < c->f->parts.count; i++)
        plan_rule_room_of(c, FACTS(c->f, part, parts, i)->pool, i, &c->part_room[i]);
    return true;
}
