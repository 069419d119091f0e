#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/tr.h"
#include "domain/value.h"
#include "planner/plan_rule.h"

/* Where data may be, and what is undivided. */

/* --- residency: both what its tenant says and what the job says of itself --- */

static bool names_it(const struct rule_try *t, struct safe_text region)
{
    const struct plan_facts *f = t->c->f;
    const struct fact_scheduler *s = FACTS(f, scheduler, schedulers, t->to);
    const struct fact_cluster *at = plan_rule_case_cluster(t->c, t->to);
    uint32_t name = plan_facts_name(f, region);

    return name != FACT_NONE &&
           (name == s->name || name == s->site_name || name == s->cluster_name || (at != NULL && name == at->hub));
}

static bool is_outside(const struct rule_try *t, struct safe_text regions)
{
    struct safe_text region;

    if (text_empty(regions))
        return false;
    while (value_list_next(&regions, &region))
        if (names_it(t, region))
            return false;
    return true;
}

static struct safe_text of_tenant(const struct rule_try *t)
{
    const struct fact_tenant *who = plan_rule_tenant(t);

    return who == NULL ? text_of("") : who->residency;
}

bool plan_rule_place_outside(const struct rule_try *t)
{
    return is_outside(t, of_tenant(t)) || is_outside(t, plan_facts_text(t->c->f, t->job->residency));
}

struct safe_text plan_rule_place_say_outside(const struct rule_try *t, struct arena *arena)
{
    bool tenant = is_outside(t, of_tenant(t));
    char regions[2 * FACT_SHOWN], id[FACT_SHOWN];

    plan_facts_show_list(tenant ? of_tenant(t) : plan_facts_text(t->c->f, t->job->residency), regions, sizeof regions);
    if (tenant)
        return plan_facts_say(arena, tr("the data of %s stay in %s"), plan_facts_show(plan_rule_tenant(t)->id, id),
                              regions);
    return plan_facts_say(arena, tr("its data stay in %s"), regions);
}

/* --- super-nodes --- */

struct domain {
    uint32_t name;
    int64_t all, free; /* nodes that are large enough; that have so much free */
};

static int by_name(const void *a, const void *b)
{
    const struct domain *x = a, *y = b;

    return (x->name > y->name) - (x->name < y->name);
}

/* One entry a super-node of the pool: how many of its nodes have `each`, and how many have it free for newcomers. */
static size_t domains_of(const struct plan_case *c, const struct fact_pool *p, int32_t each, struct domain *out)
{
    size_t n = 0, merged = 0;

    for (size_t k = 0; k < p->node_count; k++) {
        const struct fact_node *node = FACTS(c->f, node, nodes, p->nodes[k]);
        bool gone = c->node_leaves != NULL && c->node_leaves[p->nodes[k]];
        int32_t all = p->by_accels ? node->accels : node->cpus,
                free = p->by_accels ? node->accels_free : node->cpus_free;
        if (node->supernode == FACT_NONE || !node->up || gone || node->reserved)
            continue;
        out[n++] = (struct domain){node->supernode, all >= each, free >= each};
    }
    if (n > 1)
        qsort(out, n, sizeof *out, by_name);
    for (size_t i = 0; i < n; i++) {
        if (merged > 0 && out[merged - 1].name == out[i].name) {
            out[merged - 1].all += out[i].all;
            out[merged - 1].free += out[i].free;
        } else
            out[merged++] = out[i];
    }
    return merged;
}

int64_t plan_rule_place_free(const struct plan_case *c, uint32_t pool, int32_t nodes, int32_t each)
{
    const struct fact_pool *p = FACTS(c->f, pool, pools, pool);
    struct domain *all = mem_new(p->node_count + 1, sizeof *all);
    size_t n = domains_of(c, p, each, all);
    int64_t fit = 0;

    for (size_t i = 0; i < n; i++)
        fit += all[i].free >= nodes;
    free(all);
    return fit;
}

/* The most such nodes of any one super-node of the target, and the most that are free in one; -1: there is none. */
static struct domain largest(const struct rule_try *t)
{
    const struct fact_pool *p = FACTS(t->c->f, pool, pools, t->pool_to);
    struct domain *all = mem_new(p->node_count + 1, sizeof *all), best = {FACT_NONE, -1, -1};
    size_t n = domains_of(t->c, p, plan_facts_each(p, t->job), all);

    for (size_t i = 0; i < n; i++) {
        best.all = all[i].all > best.all ? all[i].all : best.all;
        best.free = all[i].free > best.free ? all[i].free : best.free;
    }
    free(all);
    return best;
}

static bool needs_one(const struct rule_try *t)
{
    return (t->job->fixed & FIXED_SUPERNODE) != 0 && t->pool_to != FACT_NONE;
}

bool plan_rule_place_no_supernode(const struct rule_try *t)
{
    return needs_one(t) && largest(t).all < t->job->nodes;
}

bool plan_rule_place_supernodes_full(const struct rule_try *t)
{
    return needs_one(t) && largest(t).free < t->job->nodes;
}

/* In units of the pool: so much of each node as the job needs of one. */
static int64_t units(const struct rule_try *t, int64_t nodes)
{
    return nodes > 0 ? nodes * plan_facts_each(FACTS(t->c->f, pool, pools, t->pool_to), t->job) : 0;
}

struct safe_text plan_rule_place_say_no_supernode(const struct rule_try *t, struct arena *arena)
{
    struct domain most = largest(t);

    if (most.all < 0)
        return plan_facts_say(arena, tr("it needs one super-node with %" PRId64 ": the target has none"),
                              units(t, t->job->nodes));
    return plan_facts_say(arena, tr("it needs one super-node with %" PRId64 ": the target's largest has %" PRId64),
                          units(t, t->job->nodes), units(t, most.all));
}

struct safe_text plan_rule_place_say_supernodes_full(const struct rule_try *t, struct arena *arena)
{
    return plan_facts_say(
        arena, tr("it needs one super-node with %" PRId64 " free: at most %" PRId64 " are free in one there"),
        units(t, t->job->nodes), units(t, largest(t).free));
}
