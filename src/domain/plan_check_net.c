#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/tr.h"
#include "domain/link.h"
#include "domain/plan_check_private.h"

/* What is checked of delays, of the links that data take, and of what clusters give beside computing. */

/* What a busy accelerator draws with its part of the server around it, and a core of a server without: as the offers of the sample
 * count them. */
#define ACCEL_KW 0.59
#define CORE_KW  0.005

/* --- delays: the shortest way over measured links, found anew from each place that tenants are at --- */

struct edge {
    uint32_t a, b;
    double ms; /* of the slower direction; INFINITY: one of them is down */
};

struct net {
    struct intern names;
    struct edge *edges;
    size_t edge_count;
    double *ms; /* of each end, from `place` */
    struct safe_text place;
    bool known; /* `ms` is of `place` */
};

static uint32_t name_of(struct net *n, struct safe_text t)
{
    bool is_new;
    return text_empty(t) || text_len(t) > INTERN_TEXT_MAX ? INTERN_NONE : intern_take(&n->names, t, &is_new);
}

static bool is_down(const struct row *link)
{
    struct safe_text state = plan_check_word(link, LINK_STATE);
    return text_is(state, "down") || text_is(state, "planned");
}

/* A link that is thought away is so in both directions; a cluster takes all of its links with it. */
static bool is_lost(const struct plan_checker *c, const struct row *link)
{
    struct safe_text lost = c->plan->ask.lost, from = plan_check_word(link, LINK_FROM),
                     to = plan_check_word(link, LINK_TO);
    const struct row *gone = text_empty(lost) ? NULL : plan_check_row(&c->links, lost);
    if (text_empty(lost))
        return false;
    if (!gone)
        return text_equal(from, lost) || text_equal(to, lost);
    struct safe_text a = plan_check_word(gone, LINK_FROM), b = plan_check_word(gone, LINK_TO);
    return (text_equal(from, a) && text_equal(to, b)) || (text_equal(from, b) && text_equal(to, a));
}

static struct edge *edge_of(struct net *n, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < n->edge_count; i++) {
        if (n->edges[i].a == a && n->edges[i].b == b)
            return &n->edges[i];
    }
    n->edges[n->edge_count] = (struct edge){a, b, 0};
    return &n->edges[n->edge_count++];
}

static void lay_edges(struct net *n, const struct plan_checker *c)
{
    n->edges = mem_new(c->links.count + 1, sizeof *n->edges);
    for (size_t i = 0; i < c->links.count; i++) {
        const struct row *link = &c->links.all[i];
        uint32_t a = name_of(n, plan_check_word(link, LINK_FROM)), b = name_of(n, plan_check_word(link, LINK_TO));
        double ms = is_down(link) || is_lost(c, link) ? (double)INFINITY : link_delay_ms(link);
        if (a == INTERN_NONE || b == INTERN_NONE || a == b || link->stale || !(ms >= 0))
            continue;
        struct edge *e = edge_of(n, a < b ? a : b, a < b ? b : a);
        e->ms = fmax(e->ms, ms);
    }
    n->ms = mem_new(intern_size(&n->names) + 1, sizeof *n->ms);
}

static void measure(struct net *n, struct safe_text place)
{
    uint32_t from = intern_find(&n->names, place);
    bool shorter = true;
    for (size_t i = 0; i < intern_size(&n->names); i++)
        n->ms[i] = i == from ? 0 : (double)INFINITY;
    while (shorter) {
        shorter = false;
        for (size_t i = 0; i < n->edge_count; i++) {
            const struct edge *e = &n->edges[i];
            if (n->ms[e->a] + e->ms < n->ms[e->b]) {
                n->ms[e->b] = n->ms[e->a] + e->ms;
                shorter = true;
            } else if (n->ms[e->b] + e->ms < n->ms[e->a]) {
                n->ms[e->a] = n->ms[e->b] + e->ms;
                shorter = true;
            }
        }
    }
    n->place = place;
    n->known = true;
}

static double delay(struct net *n, struct safe_text place, struct safe_text to)
{
    uint32_t end = intern_find(&n->names, to);
    if (!text_empty(place) && text_equal(place, to))
        return 0;
    if (!n->known || !text_equal(n->place, place))
        measure(n, place);
    return end == INTERN_NONE || isinf(n->ms[end]) ? (double)NAN : n->ms[end];
}

static bool in_ring(struct checking *k, struct net *n, const struct check_claim *a, double *least)
{
    const struct row *tenant = plan_check_row(&k->c->tenants, plan_check_word(a->row, JOB_TENANT));
    double most = plan_check_number(a->row, JOB_LATENCY_MS_MAX);
    char place[80];
    if (isnan(most))
        most = plan_check_number(tenant, TENANT_RING_MS);
    if (isnan(most))
        return true;
    struct safe_text at = plan_check_word(tenant, TENANT_AT);
    double ms = delay(n, at, plan_check_word(k->c->ends[a->to].row, SCHEDULER_CLUSTER));
    text_show_in(at, place, sizeof place);
    if (isnan(ms))
        return plan_check_no(k, a->job->id, tr("the delay from %s is not measured, it allows %g ms"),
                             place[0] ? place : "?", most);
    *least = fmin(*least, most - ms);
    return ms <= most || plan_check_no(k, a->job->id, tr("%.2f ms one-way from %s, %.2f over the %g it allows"), ms,
                                       place, ms - most, most);
}

bool plan_check_net_ring(struct checking *k)
{
    struct net n = {0};
    double least = (double)INFINITY;
    bool ok = true;
    lay_edges(&n, k->c);
    for (size_t i = 0; ok && i < k->c->claim_count; i++)
        ok = in_ring(k, &n, &k->c->claims[i], &least);
    intern_release(&n.names);
    free(n.edges);
    free(n.ms);
    return ok && (isinf(least) || plan_check_yes(k, tr("at least %.1f ms are left of each ring"), least));
}

/* --- the links that data take: the move says which --- */

static double used_pct(const struct checking *k, const struct row *link)
{
    return plan_check_number(link, LINK_USED_PCT) - plan_check_hold_relief_pct(k, link);
}

static double spare_gbps(const struct checking *k, const struct row *link)
{
    return plan_check_number(link, LINK_CAPACITY_GBPS) * (k->limits->link_used_pct - used_pct(k, link)) / 100;
}

static bool link_carries(struct checking *k, const struct row *link, struct safe_text id)
{
    if (!link)
        return plan_check_no(k, id, "%s", tr("there is no such link"));
    if (link->stale)
        return plan_check_no(k, id, "%s", tr("what is known of it is stale"));
    if (is_down(link) || is_lost(k->c, link))
        return plan_check_no(k, id, "%s", tr("it is down"));
    return spare_gbps(k, link) > 0 || plan_check_no(k, id, tr("it is used by %.0f %%, at most %.0f are allowed"),
                                                    used_pct(k, link), k->limits->link_used_pct);
}

/* Adds the move's data to each link of its way, which begins in the one cluster and ends in the other; `gbps` becomes what is left
 * of the narrowest. */
static bool load_way(struct checking *k, const struct plan_move *m, double gb, double *load, double *gbps)
{
    struct safe_text rest = m->link, id, at = text_of(""), to = text_of("");
    for (size_t i = 0; i < k->c->end_count; i++) {
        const struct check_end *e = &k->c->ends[i];
        if (text_equal(e->id, m->from))
            at = plan_check_word(e->row, SCHEDULER_CLUSTER);
        if (text_equal(e->id, m->to))
            to = plan_check_word(e->row, SCHEDULER_CLUSTER);
    }
    *gbps = (double)INFINITY;
    if (!text_empty(at) && text_equal(at, to))
        return true;
    while (text_split(&rest, ' ', &id)) {
        const struct row *link = plan_check_row(&k->c->links, id);
        if (!link_carries(k, link, id))
            return false;
        if (!text_equal(plan_check_word(link, LINK_FROM), at))
            return plan_check_no(k, id, "%s", tr("it does not begin where the data are"));
        at = plan_check_word(link, LINK_TO);
        *gbps = fmin(*gbps, spare_gbps(k, link));
        load[link - k->c->links.all] += gb;
    }
    return (!text_empty(at) && text_equal(at, to)) ||
           plan_check_no(k, m->to, "%s", tr("no way is told for the data of its jobs"));
}

struct carried {
    double gb, most_gb; /* of all jobs, of one */
};

static bool in_time(struct checking *k, const struct plan_move *m, const struct carried *d, double gbps)
{
    double takes_s = d->most_gb * 8 / fmin(gbps, k->limits->job_gbps), most_s = plan_check_horizon_s(k->c->plan);
    return takes_s <= most_s * 1.001 ||
           plan_check_no(k, m->to, tr("%.0f GB of one job take %.0f min, over the horizon of %.0f"), d->most_gb,
                         takes_s / 60, most_s / 60);
}

static bool budgets_hold(struct checking *k, const double *load)
{
    double horizon_s = plan_check_horizon_s(k->c->plan), fullest = (double)NAN;
    for (size_t i = 0; i < k->c->links.count; i++) {
        const struct row *link = &k->c->links.all[i];
        double budget = spare_gbps(k, link) * horizon_s / 8, gbps = plan_check_number(link, LINK_CAPACITY_GBPS);
        if (!(load[i] > 0))
            continue;
        if (load[i] > budget * 1.001)
            return plan_check_no(k, link->id, tr("the plan adds %.0f GB, %.0f more than fit below %.0f %%"), load[i],
                                 load[i] - budget, k->limits->link_used_pct);
        double pct = used_pct(k, link) + 100 * load[i] * 8 / horizon_s / gbps;
        fullest = pct <= fullest ? fullest : pct;
    }
    return isnan(fullest) || plan_check_yes(k, tr("the fullest link comes to %.0f %% of at most %.0f"), fullest,
                                            k->limits->link_used_pct);
}

bool plan_check_net_links(struct checking *k)
{
    const struct plan *p = k->c->plan;
    struct carried *of = mem_new(p->move_count + 1, sizeof *of);
    double *load = mem_new(k->c->links.count + 1, sizeof *load), gbps;
    bool ok = true;
    for (size_t i = 0; i < k->c->claim_count; i++) {
        const struct check_claim *a = &k->c->claims[i];
        struct carried *d = &of[a->move - p->moves];
        d->gb += a->data_gb > 0 ? a->data_gb : 0;
        d->most_gb = a->data_gb > d->most_gb ? a->data_gb : d->most_gb;
    }
    for (size_t i = 0; ok && i < p->move_count; i++) {
        if (!p->moves[i].excluded && of[i].gb > 0)
            ok = load_way(k, &p->moves[i], of[i].gb, load, &gbps) && in_time(k, &p->moves[i], &of[i], gbps);
    }
    ok = ok && budgets_hold(k, load);
    free(of);
    free(load);
    return ok;
}

/* --- kW, quota and storage of the clusters that jobs go to --- */

struct taken {
    double kw, kwh, tb;
};

static double drawn_kw(const struct check_claim *a)
{
    return a->accels > 0 ? (double)a->accels * ACCEL_KW : (double)a->cpus * CORE_KW;
}

/* Of the newest month that is told. */
static const struct row *month_of(const struct plan_checker *c, struct safe_text cluster)
{
    const struct row *newest = NULL;
    for (size_t i = 0; i < c->months.count; i++) {
        const struct row *m = &c->months.all[i];
        if (text_equal(plan_check_word(m, ENERGY_CLUSTER), cluster) &&
            (!newest || text_cmp(plan_check_word(m, ENERGY_PERIOD), plan_check_word(newest, ENERGY_PERIOD)) > 0))
            newest = m;
    }
    return newest;
}

static bool cluster_gives(struct checking *k, const struct row *cluster, const struct taken *t)
{
    double keep = k->limits->head_room_pct / 100;
    double kw =
        plan_check_number(cluster, CLUSTER_POWER_CAP_KW) * (1 - keep) - plan_check_number(cluster, CLUSTER_POWER_KW);
    double tb = plan_check_number(cluster, CLUSTER_STORAGE_TB_FREE) -
                plan_check_number(cluster, CLUSTER_STORAGE_TB_TOTAL) * keep;
    const struct row *month = month_of(k->c, cluster->id);
    double kwh = plan_check_number(month, ENERGY_QUOTA_KWH) - plan_check_number(month, ENERGY_KWH);
    if (t->kw > kw + 1e-6)
        return plan_check_no(k, cluster->id, tr("the jobs draw %.0f kW, %.0f are left beside the head-room"), t->kw,
                             fmax(kw, 0));
    if (t->tb > tb + 1e-6)
        return plan_check_no(k, cluster->id, tr("%.2f TB come, %.2f are free beside the head-room"), t->tb,
                             fmax(tb, 0));
    return !(t->kwh > kwh + 1e-6) ||
           plan_check_no(k, cluster->id, tr("the jobs draw %.0f kWh, its energy quota has %.0f left"), t->kwh,
                         fmax(kwh, 0));
}

static double hours_of(const struct checking *k, const struct check_claim *a)
{
    double limit_s = plan_check_number(a->row, JOB_TIME_LIMIT_S), most_s = plan_check_horizon_s(k->c->plan);
    return (limit_s > 0 && limit_s < most_s ? limit_s : most_s) / 3600;
}

static void add_claim(const struct checking *k, const struct check_claim *a, struct taken *all)
{
    const struct row *home = k->c->ends[a->from].cluster, *at = k->c->ends[a->to].cluster;
    double kw = drawn_kw(a), pue = plan_check_number(at, CLUSTER_PUE);
    if (!at)
        return;
    struct taken *t = &all[at - k->c->clusters.all];
    t->kw += kw;
    t->kwh += kw * (pue > 0 ? pue : 1) * hours_of(k, a);
    t->tb += home != at && a->data_gb > 0 ? a->data_gb / 1000 : 0;
}

bool plan_check_net_power(struct checking *k)
{
    struct taken *all = mem_new(k->c->clusters.count + 1, sizeof *all);
    bool ok = true;
    for (size_t i = 0; i < k->c->claim_count; i++)
        add_claim(k, &k->c->claims[i], all);
    for (size_t i = 0; ok && i < k->c->clusters.count; i++) {
        if (all[i].kw > 0)
            ok = cluster_gives(k, &k->c->clusters.all[i], &all[i]);
    }
    free(all);
    return ok;
}
