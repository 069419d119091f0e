#include <stdlib.h>

#include "base/mem.h"
#include "planner/plan_make_private.h"

/* Work that asks for accelerators needs CPUs on the same node: where a pool's nodes have fewer of them to each accelerator than it
 * asks for, fewer pieces fit than its free accelerators promise. */

enum { SHAPES = 64, OF_POOL = 4 };

struct shape {
    int32_t accels, cpus; /* on each node */
    double asked;         /* accelerators, of all groups */
};

static int32_t part(int32_t all, int32_t nodes)
{
    return all / nodes + (all % nodes != 0);
}

static struct shape shape_of(const struct fact_job *j)
{
    int32_t nodes = j->nodes > 0 ? j->nodes : 1;

    return (struct shape){part(j->accels, nodes), part(j->cpus > 0 ? j->cpus : 0, nodes), 0};
}

static int by_asked(const void *a, const void *b)
{
    const struct shape *x = a, *y = b;

    if (x->asked != y->asked)
        return x->asked > y->asked ? -1 : 1;
    return x->accels != y->accels ? (x->accels < y->accels ? -1 : 1) : (x->cpus > y->cpus) - (x->cpus < y->cpus);
}

static size_t list_shapes(const struct make *m, struct shape *out)
{
    size_t n = 0;

    for (uint32_t g = 0; g < m->group_count; g++) {
        const struct fact_job *j = FACTS(m->c.f, job, jobs, m->groups[g].job);
        if (j->accels <= 0)
            continue;
        struct shape s = shape_of(j);
        size_t i = 0;
        while (i < n && (out[i].accels != s.accels || out[i].cpus != s.cpus))
            i++;
        if (i == SHAPES)
            continue;
        n += i == n;
        s.asked = out[i].asked + (double)j->accels * m->groups[g].count;
        out[i] = s;
    }
    if (n > 1)
        qsort(out, n, sizeof *out, by_asked);
    return n;
}

static int32_t times(int32_t accels, int32_t cpus, const struct shape *s)
{
    int32_t n = accels / s->accels;

    return s->cpus > 0 && cpus / s->cpus < n ? cpus / s->cpus : n;
}

static int64_t slots_of(const struct make *m, const struct fact_pool *p, const struct shape *s)
{
    int64_t n = 0;

    for (size_t i = 0; i < p->node_count; i++) {
        const struct fact_node *at = FACTS(m->c.f, node, nodes, p->nodes[i]);
        bool usable = at->up && !at->reserved && !at->stale && !m->c.node_leaves[p->nodes[i]];
        n += usable && at->accels_free > 0 && at->cpus_free > 0 ? times(at->accels_free, at->cpus_free, s) : 0;
    }
    return n;
}

/* As its free accelerators alone would have it. */
static int64_t pieces_of(const struct rule_room *r, const struct shape *s)
{
    int64_t least = INT64_MAX;

    for (int i = 0; i < r->count; i++) {
        int64_t takes = i == 0 ? s->accels : s->accels / r->at[i];
        if (takes > 0 && r->newcomers[i] / takes < least)
            least = r->newcomers[i] / takes;
    }
    return least;
}

void plan_make_slots(struct make *m, struct make_slots *out)
{
    struct shape *shapes = mem_new(SHAPES + 1, sizeof *shapes);
    size_t n = list_shapes(m, shapes);

    out->first = arena_alloc(&m->work, (m->c.f->pools.count + 1) * sizeof *out->first);
    out->all = arena_alloc(&m->work, (OF_POOL * m->c.f->pools.count + 1) * sizeof *out->all);
    out->count = 0;
    for (uint32_t i = 0; i < m->c.f->pools.count; i++) {
        const struct fact_pool *p = FACTS(m->c.f, pool, pools, i);
        out->first[i] = out->count;
        for (size_t k = 0; p->by_accels && p->known && k < n && out->count < out->first[i] + OF_POOL; k++) {
            int64_t slots = slots_of(m, p, &shapes[k]);
            if (slots < pieces_of(&m->c.room[i], &shapes[k]))
                out->all[out->count++] = (struct make_slot){shapes[k].accels, shapes[k].cpus, slots};
        }
    }
    out->first[m->c.f->pools.count] = out->count;
    free(shapes);
}

/* Who asks for k times as much takes as much as k of them. */
int32_t plan_make_slots_takes(const struct make_slot *s, const struct fact_job *j)
{
    struct shape of = shape_of(j);

    if (j->accels <= 0 || of.accels < s->accels || of.cpus < s->cpus)
        return 0;
    return times(of.accels, of.cpus, &(struct shape){s->accels, s->cpus, 0}) * (j->nodes > 0 ? j->nodes : 1);
}
