#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/tr.h"
#include "domain/plan_check_private.h"

/* What must not be parted: data from their region, a gang within one super-node. */

/* --- residency: both what the tenant says and what the job says of itself --- */

static bool is_outside(const struct check_end *to, struct safe_text regions)
{
    const struct safe_text at[] = {to->id, to->site ? to->site->id : text_of(""),
                                   to->cluster ? to->cluster->id : text_of(""),
                                   plan_check_word(to->cluster, CLUSTER_HUB)};
    struct safe_text region;
    if (text_empty(regions))
        return false;
    while (value_list_next(&regions, &region)) {
        for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
            if (!text_empty(region) && text_equal(region, at[i]))
                return false;
        }
    }
    return true;
}

bool plan_check_stay_residency(struct checking *k)
{
    for (size_t i = 0; i < k->c->claim_count; i++) {
        const struct check_claim *a = &k->c->claims[i];
        const struct row *tenant = plan_check_row(&k->c->tenants, plan_check_word(a->row, JOB_TENANT));
        const struct safe_text regions[] = {plan_check_word(tenant, TENANT_RESIDENCY),
                                            plan_check_word(a->row, JOB_RESIDENCY)};
        char all[120];
        for (size_t r = 0; r < 2; r++) {
            if (is_outside(&k->c->ends[a->to], regions[r]))
                return plan_check_no(k, a->job->id, tr("its data stay in %s"),
                                     text_show_in(regions[r], all, sizeof all));
        }
    }
    return true;
}

/* --- super-nodes: the largest gang first, each into the fullest that has room for it --- */

static bool needs_one(const struct check_claim *a)
{
    return a->row && value_int_or(&a->row->cells[JOB_SUPERNODE], 0) > 0;
}

static bool has_room(const struct check_node *n, const struct check_claim *a, struct safe_text supernode)
{
    return n->usable && !n->reserved && text_equal(n->supernode, supernode) && n->accels_free * a->nodes >= a->accels &&
           n->cpus_free * a->nodes >= a->cpus && plan_check_serves(n, a->move->queue_to);
}

static int64_t fit_in(const struct plan_checker *c, const struct check_node *nodes, const struct check_claim *a,
                      struct safe_text supernode)
{
    const struct check_end *e = &c->ends[a->to];
    int64_t n = 0;
    for (size_t i = e->first_node; i < e->first_node + e->node_count; i++)
        n += has_room(&nodes[i], a, supernode);
    return n;
}

static void lay_into(const struct plan_checker *c, struct check_node *nodes, const struct check_claim *a,
                     struct safe_text supernode)
{
    const struct check_end *e = &c->ends[a->to];
    int64_t left = a->nodes;
    for (size_t i = e->first_node; i < e->first_node + e->node_count && left > 0; i++) {
        if (!has_room(&nodes[i], a, supernode))
            continue;
        nodes[i].accels_free -= (a->accels + a->nodes - 1) / a->nodes;
        nodes[i].cpus_free -= (a->cpus + a->nodes - 1) / a->nodes;
        left--;
    }
}

static bool lay(struct checking *k, struct check_node *nodes, const struct check_claim *a)
{
    const struct check_end *e = &k->c->ends[a->to];
    struct safe_text best = text_of("");
    int64_t tightest = INT64_MAX, most = 0;
    for (size_t i = e->first_node; i < e->first_node + e->node_count; i++) {
        struct safe_text s = nodes[i].supernode;
        bool seen = i > e->first_node && text_equal(s, nodes[i - 1].supernode);
        int64_t n = text_empty(s) || seen ? 0 : fit_in(k->c, nodes, a, s);
        most = n > most ? n : most;
        if (n >= a->nodes && n < tightest) {
            tightest = n;
            best = s;
        }
    }
    if (tightest == INT64_MAX)
        return plan_check_no(k, a->job->id,
                             tr("it needs %" PRId64 " nodes of one super-node, at most %" PRId64 " are free in one"),
                             a->nodes, most);
    lay_into(k->c, nodes, a, best);
    return true;
}

static int by_size(const void *a, const void *b)
{
    const struct check_claim *x = *(const struct check_claim *const *)a, *y = *(const struct check_claim *const *)b;
    if (x->nodes != y->nodes)
        return x->nodes > y->nodes ? -1 : 1;
    return (x > y) - (x < y);
}

bool plan_check_stay_supernode(struct checking *k)
{
    const struct plan_checker *c = k->c;
    const struct check_claim **order = mem_new(c->claim_count + 1, sizeof *order);
    struct check_node *nodes = mem_new(c->node_count + 1, sizeof *nodes);
    size_t n = 0;
    bool ok = true;
    for (size_t i = 0; i < c->claim_count; i++) {
        if (needs_one(&c->claims[i]))
            order[n++] = &c->claims[i];
    }
    for (size_t i = 0; n > 0 && i < c->node_count; i++)
        nodes[i] = c->nodes[i];
    if (n > 1)
        qsort(order, n, sizeof *order, by_size);
    for (size_t i = 0; ok && i < n; i++)
        ok = lay(k, nodes, order[i]);
    free(order);
    free(nodes);
    return ok;
}
