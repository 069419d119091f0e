#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/value.h"
#include "planner/plan_make_private.h"

/* Whether what goes finds nodes: the model knows sums, and pieces of the size that accelerators ask for. A node must have the CPUs too, a
 * gang needs so many nodes, and a queue's jobs only run on nodes of its partition. */

struct piece {
    uint32_t k; /* the solver's job */
    int32_t accels, cpus, nodes;
    uint32_t queue, accel_kind; /* FACT_NONE: any */
};

struct ground {
    const struct make *m;
    const struct fact_pool *pool;
    struct spot {
        int32_t accels, cpus; /* free for newcomers; -1: none is taken */
        uint32_t taken_by;    /* number of the job that took of it last, from 1 */
    } * spots;
    bool *serves; /* each node, of `queue` */
    uint32_t queue;
    int64_t cpus_left;
};

static int by_size(const void *a, const void *b)
{
    const struct piece *x = a, *y = b;

    if (x->accels != y->accels)
        return x->accels > y->accels ? -1 : 1;
    if (x->nodes != y->nodes)
        return x->nodes > y->nodes ? -1 : 1;
    if (x->cpus != y->cpus)
        return x->cpus > y->cpus ? -1 : 1;
    return (x->k > y->k) - (x->k < y->k);
}

static int32_t part(int32_t all, int32_t nodes)
{
    return all / nodes + (all % nodes != 0);
}

/* What a queue's own jobs run on, where they don't say it themselves. */
static uint32_t accels_of(const struct make *m, const struct fact_job *j)
{
    if (j->accels <= 0 || j->accel_kind != FACT_NONE || j->pool == FACT_NONE)
        return j->accels <= 0 ? FACT_NONE : j->accel_kind;
    return FACTS(m->c.f, pool, pools, j->pool)->accel_kind;
}

static size_t list_pieces(const struct make *m, uint32_t pool, struct piece *out)
{
    size_t n = 0;

    for (uint32_t k = 0; k < m->job_count; k++) {
        const struct make_option *o = MAKE_OPTION(m, m->answer[k]);
        const struct fact_job *j = FACTS(m->c.f, job, jobs, m->jobs[k]);
        int32_t nodes = j->nodes > 0 ? j->nodes : 1;
        if (o->what != MAKE_GO || FACTS(m->c.f, queue, queues, o->queue_to)->pool != pool)
            continue;
        out[n++] = (struct piece){k,
                                  part(j->accels > 0 ? j->accels : 0, nodes),
                                  part(j->cpus > 0 ? j->cpus : 0, nodes),
                                  nodes,
                                  o->queue_to,
                                  accels_of(m, j)};
    }
    if (n > 1)
        qsort(out, n, sizeof *out, by_size);
    return n;
}

static void begin(struct ground *g, const struct make *m, uint32_t pool)
{
    const struct fact_pool *p = FACTS(m->c.f, pool, pools, pool);

    *g = (struct ground){.m = m, .pool = p, .queue = FACT_NONE, .cpus_left = m->c.room[pool].cpus_newcomers};
    g->spots = mem_new(p->node_count + 1, sizeof *g->spots);
    g->serves = mem_new(p->node_count + 1, sizeof *g->serves);
    for (size_t i = 0; i < p->node_count; i++) {
        const struct fact_node *n = FACTS(m->c.f, node, nodes, p->nodes[i]);
        bool usable = n->up && !n->reserved && !n->stale && !(m->c.node_leaves && m->c.node_leaves[p->nodes[i]]);
        g->spots[i] = usable ? (struct spot){n->accels_free, n->cpus_free, 0} : (struct spot){-1, -1, 0};
    }
}

static void look_at(struct ground *g, uint32_t queue)
{
    struct safe_text name = plan_facts_text(g->m->c.f, FACTS(g->m->c.f, queue, queues, queue)->name);

    if (queue == g->queue)
        return;
    g->queue = queue;
    for (size_t i = 0; i < g->pool->node_count; i++) {
        struct safe_text rest = FACTS(g->m->c.f, node, nodes, g->pool->nodes[i])->partitions, one;
        g->serves[i] = text_empty(rest);
        while (!g->serves[i] && value_list_next(&rest, &one))
            g->serves[i] = text_equal(one, name);
    }
}

/* The node on which it leaves the least. */
static struct spot *find(const struct ground *g, const struct piece *p, uint32_t number)
{
    struct spot *best = NULL;

    for (size_t i = 0; i < g->pool->node_count; i++) {
        struct spot *s = &g->spots[i];
        if (s->accels < p->accels || s->cpus < p->cpus || s->taken_by == number || !g->serves[i] ||
            (best && (s->accels > best->accels || (s->accels == best->accels && s->cpus >= best->cpus))))
            continue;
        const struct fact_node *n = FACTS(g->m->c.f, node, nodes, g->pool->nodes[i]);
        if (p->accels == 0 || p->accel_kind == FACT_NONE || n->accel_kind == p->accel_kind)
            best = s;
    }
    return best;
}

static bool lay(struct ground *g, const struct piece *p, uint32_t number)
{
    struct spot **at = mem_new((size_t)p->nodes, sizeof *at);
    int32_t n = 0;
    bool fits = (int64_t)p->cpus * p->nodes <= g->cpus_left;

    for (; fits && n < p->nodes && (at[n] = find(g, p, number)) != NULL; n++) {
        at[n]->accels -= p->accels;
        at[n]->cpus -= p->cpus;
        at[n]->taken_by = number;
    }
    fits = fits && n == p->nodes;
    g->cpus_left -= fits ? (int64_t)p->cpus * p->nodes : 0;
    while (!fits && n-- > 0) {
        at[n]->accels += p->accels;
        at[n]->cpus += p->cpus;
    }
    free(at);
    return fits;
}

static bool place_pool(struct make *m, uint32_t pool, struct piece *pieces)
{
    struct ground g;
    size_t n = list_pieces(m, pool, pieces);
    bool any = false;

    if (n == 0 || FACTS(m->c.f, pool, pools, pool)->node_count == 0)
        return false;
    begin(&g, m, pool);
    for (size_t i = 0; i < n; i++) {
        look_at(&g, pieces[i].queue);
        if (lay(&g, &pieces[i], (uint32_t)i + 1))
            continue;
        m->answer[pieces[i].k] = plan_make_home(m, pieces[i].k);
        any = true;
    }
    free(g.spots);
    free(g.serves);
    return any;
}

bool plan_make_place(struct make *m)
{
    struct piece *pieces = mem_new(m->job_count + 1, sizeof *pieces);
    bool any = false;

    for (uint32_t i = 0; i < m->c.f->pools.count; i++)
        any |= place_pool(m, i, pieces);
    free(pieces);
    return any;
}
