#include <math.h>

#include "planner/plan_rule.h"

/* Room for newcomers: what is free less the head-room of promise 6, in pieces. */

static void set_thresholds(struct rule_room *r, int32_t size)
{
    for (int32_t t = 1; t < size && r->count < RULE_THRESHOLDS - 1; t *= 2)
        r->at[r->count++] = t;
    if (size > 0)
        r->at[r->count++] = size;
}

int64_t plan_rule_room_takes(const struct rule_room *r, const struct fact_pool *p, const struct fact_job *j, int i)
{
    int32_t each = plan_facts_each(p, j);

    if (p->by_accels && j->accels <= 0)
        return 0;
    /* What is larger than a node fits nowhere: its row says so by asking for more than there is. */
    return (int64_t)j->nodes * (i == 0 ? each : each / r->at[i]);
}

static void add_nodes(const struct plan_case *c, const struct fact_pool *p, uint64_t part, struct rule_room *r)
{
    for (size_t k = 0; k < p->node_count; k++) {
        const struct fact_node *n = FACTS(c->f, node, nodes, p->nodes[k]);
        bool gone = c->node_leaves != NULL && c->node_leaves[p->nodes[k]];
        if (part != 0 && (n->parts & part) == 0)
            continue;
        int32_t size = p->by_accels ? n->accels : n->cpus, free = p->by_accels ? n->accels_free : n->cpus_free;
        /* Head-room is a part of all that there is, in use, reserved or down. */
        for (int i = 0; i < r->count; i++)
            r->total[i] += size / r->at[i];
        r->cpus_total += n->cpus;
        if (!n->up || gone)
            continue;
        for (int i = 0; i < r->count; i++) {
            r->now[i] += n->reserved ? 0 : free / r->at[i];
            r->kept[i] += n->reserved ? free / r->at[i] : 0;
        }
        r->cpus += n->reserved ? 0 : n->cpus_free;
        r->cpus_kept += n->reserved ? n->cpus_free : 0;
    }
}

static int64_t share(int64_t total, double pct)
{
    return (int64_t)ceil((double)total * (pct > 0 ? pct : 0) / 100);
}

static int64_t more(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Whether a queue's own jobs may run on some of these nodes. */
static bool touches(const struct plan_facts *f, const struct fact_part *part, uint32_t queue)
{
    uint64_t of = plan_facts_part(f, queue);

    return part == NULL || of == 0 || (part->touches & of) != 0;
}

static void keep_head_room(const struct plan_case *c, const struct fact_pool *p, const struct fact_part *part,
                           struct rule_room *r)
{
    int64_t own[RULE_THRESHOLDS] = {0}, own_cpus = 0, own_mb = 0;

    for (size_t k = 0; k < p->waiting_count; k++) {
        const struct fact_job *j = FACTS(c->f, job, jobs, p->waiting[k]);
        if (!plan_rule_can_start(j) || !touches(c->f, part, j->queue))
            continue;
        for (int i = 0; i < r->count; i++)
            own[i] = more(own[i], plan_rule_room_takes(r, p, j, i));
        own_cpus = more(own_cpus, j->cpus);
        own_mb = more(own_mb, j->memory_mb);
    }
    for (int i = 0; i < r->count; i++)
        r->newcomers[i] = more(r->now[i] - more(share(r->total[i], c->limits->head_room_pct), own[i]), 0);
    r->own_job = r->count > 0 && own[0] > share(r->total[0], c->limits->head_room_pct);
    r->head_room = r->count > 0 ? more(share(r->total[0], c->limits->head_room_pct), own[0]) : 0;
    r->cpus_newcomers = more(r->cpus - more(share(r->cpus_total, c->limits->head_room_pct), own_cpus), 0);
    if (r->memory_mb >= 0)
        r->memory_newcomers = more(r->memory_mb - more(share(r->memory_mb, c->limits->head_room_pct), own_mb), 0);
}

/* Memory is known of pools alone: what runs where in one is not told of all jobs. */
void plan_rule_room_of(const struct plan_case *c, uint32_t pool, uint32_t part, struct rule_room *out)
{
    const struct fact_pool *p = FACTS(c->f, pool, pools, pool);
    const struct fact_part *some = part == FACT_NONE ? NULL : FACTS(c->f, part, parts, part);
    int64_t memory_mb = some == NULL ? p->memory_free_mb : -1;

    *out = (struct rule_room){.memory_mb = memory_mb, .memory_newcomers = memory_mb, .known = p->known};
    set_thresholds(out, p->size);
    add_nodes(c, p, some == NULL ? 0 : some->bit, out);
    keep_head_room(c, p, some, out);
}
