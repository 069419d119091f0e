#include "planner/plan_facts.h"

/* Queues of a pool that have only a part of its nodes: each distinct part once. Of a pool with more of them than there are bits the
 * others count as all of it. */

enum { PARTS_MAX = 64 };

static uint64_t bit(uint32_t i)
{
    return UINT64_C(1) << i;
}

static struct fact_node *node_of(const struct plan_facts *f, const struct fact_pool *p, size_t k)
{
    return FACTS(f, node, nodes, p->nodes[k]);
}

/* Marks a queue's nodes; how many there are. A node that names no queue takes all. */
static size_t mark(struct plan_facts *f, const struct fact_pool *p, uint32_t queue, uint64_t as)
{
    struct safe_text name = plan_facts_text(f, FACTS(f, queue, queues, queue)->name);
    size_t n = 0;

    for (size_t k = 0; k < p->node_count; k++) {
        struct fact_node *node = node_of(f, p, k);
        bool serves = text_empty(node->partitions) || plan_facts_has(node->partitions, name);
        node->parts = serves ? node->parts | as : node->parts & ~as;
        n += serves;
    }
    return n;
}

static void unmark(struct plan_facts *f, const struct fact_pool *p, uint64_t as)
{
    for (size_t k = 0; k < p->node_count; k++)
        node_of(f, p, k)->parts &= ~as;
}

static bool is_same(const struct plan_facts *f, const struct fact_pool *p, uint32_t a, uint32_t b)
{
    for (size_t k = 0; k < p->node_count; k++)
        if ((node_of(f, p, k)->parts >> a & 1) != (node_of(f, p, k)->parts >> b & 1))
            return false;
    return true;
}

static struct fact_part *part_of(const struct plan_facts *f, const struct fact_pool *p, uint32_t i)
{
    return FACTS(f, part, parts, p->first_part + i);
}

static void add_queue(struct plan_facts *f, uint32_t pool, uint32_t queue)
{
    struct fact_pool *p = FACTS(f, pool, pools, pool);
    uint32_t at = p->part_count, like = 0;

    if (at == PARTS_MAX)
        return;
    size_t n = mark(f, p, queue, bit(at));
    while (n > 0 && n < p->node_count && like < at && !is_same(f, p, like, at))
        like++;
    if (n == 0 || n == p->node_count || like < at) {
        unmark(f, p, bit(at));
        FACTS(f, queue, queues, queue)->part = n == 0 || n == p->node_count ? FACT_NONE : p->first_part + like;
        return;
    }
    FACTS(f, queue, queues, queue)->part = p->first_part + at;
    *(struct fact_part *)plan_facts_push(&f->parts, sizeof(struct fact_part)) = (struct fact_part){pool, bit(at), 0, 0};
    p->part_count++;
}

/* Which parts have all nodes of each, and which have any. */
static void compare(const struct plan_facts *f, const struct fact_pool *p)
{
    for (uint32_t i = 0; i < p->part_count; i++)
        part_of(f, p, i)->within = ~UINT64_C(0) >> (PARTS_MAX - p->part_count);
    for (size_t k = 0; k < p->node_count; k++) {
        uint64_t parts = node_of(f, p, k)->parts;
        for (uint32_t i = 0; i < p->part_count; i++)
            if (parts & bit(i)) {
                part_of(f, p, i)->within &= parts;
                part_of(f, p, i)->touches |= parts;
            }
    }
}

void plan_facts_parts(struct plan_facts *f)
{
    f->parts.count = 0;
    for (size_t i = 0; i < f->nodes.count; i++)
        FACTS(f, node, nodes, i)->parts = 0;
    for (uint32_t i = 0; i < f->pools.count; i++) {
        struct fact_pool *p = FACTS(f, pool, pools, i);
        p->first_part = (uint32_t)f->parts.count;
        for (uint32_t q = 0; q < f->queues.count; q++)
            if (FACTS(f, queue, queues, q)->pool == i)
                add_queue(f, i, q);
        compare(f, FACTS(f, pool, pools, i));
    }
}

uint64_t plan_facts_part(const struct plan_facts *f, uint32_t queue)
{
    uint32_t part = queue == FACT_NONE ? FACT_NONE : FACTS(f, queue, queues, queue)->part;

    return part == FACT_NONE ? 0 : FACTS(f, part, parts, part)->bit;
}
