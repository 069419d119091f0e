#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "planner/plan_forecast_inside.h"

/* Kept nodes stand idle: more than the first large job's are only a part of a pool's. */
enum { CLAIMED_PART = 6 };

/* --- open nodes, by what is free of them --- */

static int32_t slot_of(const struct play *w, uint32_t n)
{
    return w->free[n] > w->size ? w->size : w->free[n] < 0 ? 0 : w->free[n];
}

static void unlist(struct play *w, uint32_t n)
{
    if (!w->open[n])
        return;
    if (w->before[n] != FACT_NONE)
        w->after[w->before[n]] = w->after[n];
    else
        w->at_free[slot_of(w, n)] = w->after[n];
    if (w->after[n] != FACT_NONE)
        w->before[w->after[n]] = w->before[n];
}

static void list(struct play *w, uint32_t n)
{
    if (!w->open[n])
        return;
    w->before[n] = FACT_NONE;
    w->after[n] = w->at_free[slot_of(w, n)];
    if (w->after[n] != FACT_NONE)
        w->before[w->after[n]] = n;
    w->at_free[slot_of(w, n)] = n;
}

static void change(struct play *w, uint32_t n, int32_t units, int32_t cpus)
{
    w->cpus[n] += cpus;
    unlist(w, n);
    w->free[n] += units;
    list(w, n);
}

static void set_open(struct play *w, uint32_t n, bool open)
{
    unlist(w, n);
    w->open[n] = open;
    list(w, n);
}

void plan_forecast_nodes_init(struct play *w)
{
    const struct fact_pool *p = w->p;
    size_t n = p->node_count + 1;

    w->size = p->size;
    w->free = mem_new(n, sizeof *w->free);
    w->cpus = mem_new(n, sizeof *w->cpus);
    w->busy_s = mem_new(n, sizeof *w->busy_s);
    w->open = mem_new(n, sizeof *w->open);
    w->after = mem_new(n, sizeof *w->after);
    w->before = mem_new(n, sizeof *w->before);
    w->at_free = mem_new((size_t)w->size + 1, sizeof *w->at_free);
    memset(w->at_free, 0xff, ((size_t)w->size + 1) * sizeof *w->at_free);
    for (int i = 0; i < PLAY_CLAIMS; i++)
        w->claims[i].item = FACT_NONE;
    for (uint32_t k = 0; k < p->node_count; k++) {
        const struct fact_node *node = FACTS(w->f, node, nodes, p->nodes[k]);
        w->place_of[p->nodes[k]] = k;
        w->cpus[k] = node->cpus_free;
        w->free[k] = p->by_accels ? node->accels_free : node->cpus_free;
        w->open[k] = node->up && !node->reserved && !w->ask->c->node_leaves[p->nodes[k]];
        list(w, k);
    }
}

void plan_forecast_nodes_release(struct play *w)
{
    void *all[] = {w->free,      w->cpus,       w->busy_s,    w->open,      w->after,    w->before,    w->at_free,
                   w->holds.all, w->leaves.all, w->nodes.all, w->items.all, w->kept.all, w->quotas.all};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]);
    plan_forecast_line_release(&w->line);
}

/* --- what leaves: a heap by time --- */

static struct leave *leave(const struct play *w, size_t i)
{
    return &((struct leave *)w->leaves.all)[i];
}

static bool sooner(const struct leave *a, const struct leave *b)
{
    return a->at_s != b->at_s ? a->at_s < b->at_s : a->held < b->held;
}

void plan_forecast_nodes_leave(struct play *w, int32_t at_s, uint32_t hold)
{
    size_t i = w->leaves.count;

    for (uint32_t k = 0; k < HELD(w, hold)->count; k++) {
        int32_t *busy_s = &w->busy_s[NODE(w, HELD(w, hold)->first + k)];
        *busy_s = at_s > *busy_s ? at_s : *busy_s;
    }
    if (at_s > w->ask->c->horizon_s)
        return;
    plan_facts_push(&w->leaves, sizeof(struct leave));
    struct leave l = {at_s, hold};
    for (; i > 0 && sooner(&l, leave(w, (i - 1) / 2)); i = (i - 1) / 2)
        *leave(w, i) = *leave(w, (i - 1) / 2);
    *leave(w, i) = l;
}

static struct leave pop(struct play *w)
{
    struct leave top = *leave(w, 0), last = *leave(w, --w->leaves.count);
    size_t i = 0, n = w->leaves.count;

    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        child += child + 1 < n && sooner(leave(w, child + 1), leave(w, child));
        if (!sooner(leave(w, child), &last))
            break;
        *leave(w, i) = *leave(w, child);
    }
    if (n > 0)
        *leave(w, i) = last;
    return top;
}

int32_t plan_forecast_nodes_next(const struct play *w)
{
    return w->leaves.count > 0 ? leave(w, 0)->at_s : INT32_MAX;
}

/* A job whose nodes nobody tells frees the fullest that has room for what it frees. */
static uint32_t guess_node(const struct play *w, int32_t each)
{
    for (int32_t free = 0; free + each <= w->size; free++)
        if (w->at_free[free] != FACT_NONE)
            return w->at_free[free];
    return FACT_NONE;
}

void plan_forecast_nodes_free(struct play *w)
{
    struct held *it = HELD(w, pop(w).held);

    for (uint32_t k = 0; k < it->count; k++)
        change(w, NODE(w, it->first + k), it->each, it->cpus);
    if (it->quota != FACT_NONE)
        ((struct quota *)w->quotas.all)[it->quota].runs--;
    if (it->count == 0) {
        uint32_t n = guess_node(w, it->each);
        if (n != FACT_NONE)
            change(w, n, it->each, it->cpus);
    }
}

/* --- placing --- */

uint32_t plan_forecast_nodes_hold(struct play *w, int32_t each, int32_t cpus)
{
    struct held *h = plan_facts_push(&w->holds, sizeof *h);

    *h = (struct held){(uint32_t)w->nodes.count, 0, each, cpus, FACT_NONE};
    return (uint32_t)w->holds.count - 1;
}

void plan_forecast_nodes_add(struct play *w, uint32_t h, uint32_t node)
{
    *(uint32_t *)plan_facts_push(&w->nodes, sizeof(uint32_t)) = node;
    HELD(w, h)->count++;
}

static bool serves(const struct play *w, uint32_t n, uint64_t part)
{
    return part == 0 || (FACTS(w->f, node, nodes, w->p->nodes[n])->parts & part) != 0;
}

bool plan_forecast_nodes_place(struct play *w, const struct item *it, int32_t now_s)
{
    uint32_t h = FACT_NONE;
    int32_t missing = it->nodes;

    for (int32_t free = it->each; free <= w->size && missing > 0; free++)
        for (uint32_t n = w->at_free[free]; n != FACT_NONE && missing > 0; n = w->after[n]) {
            if ((w->p->by_accels && w->cpus[n] < it->cpus_each) || !serves(w, n, it->part))
                continue;
            h = h == FACT_NONE ? plan_forecast_nodes_hold(w, it->each, it->cpus_each) : h;
            plan_forecast_nodes_add(w, h, n);
            missing--;
        }
    if (missing > 0) {
        if (h != FACT_NONE) {
            w->nodes.count = HELD(w, h)->first;
            w->holds.count--;
        }
        return false;
    }
    for (uint32_t k = 0; k < HELD(w, h)->count; k++)
        change(w, NODE(w, HELD(w, h)->first + k), -it->each, -it->cpus_each);
    HELD(w, h)->quota = it->quota;
    plan_forecast_nodes_leave(w, now_s + plan_forecast_runs(w, it), h);
    return true;
}

/* --- kept nodes --- */

bool plan_forecast_nodes_claimed(const struct play *w, uint32_t item)
{
    for (int i = 0; i < PLAY_CLAIMS; i++)
        if (w->claims[i].item == item)
            return true;
    return false;
}

/* The first of those with so much free that takes jobs of the part. */
static uint32_t with_free(const struct play *w, int32_t free, uint64_t part)
{
    uint32_t n = w->at_free[free];

    while (n != FACT_NONE && !serves(w, n, part))
        n = w->after[n];
    return n;
}

static uint32_t first_empty(const struct play *w, uint64_t part)
{
    uint32_t first = with_free(w, w->size, part);
    bool any = first != FACT_NONE;

    for (uint32_t n = 0; !any && n < w->p->node_count; n++)
        if (w->open[n] && serves(w, n, part) && (first == FACT_NONE || w->busy_s[n] < w->busy_s[first]))
            first = n;
    return first;
}

static uint32_t freest(const struct play *w, uint64_t part)
{
    for (int32_t free = w->size; free >= 0; free--)
        if (with_free(w, free, part) != FACT_NONE)
            return with_free(w, free, part);
    return FACT_NONE;
}

bool plan_forecast_nodes_claim(struct play *w, uint32_t item)
{
    const struct item *it = ITEM(w, item);
    struct claim *c = NULL;

    for (int i = PLAY_CLAIMS - 1; i >= 0; i--)
        c = w->claims[i].item == FACT_NONE ? &w->claims[i] : c;
    if (c == NULL || (w->claimed > 0 && (w->claimed + (uint32_t)it->nodes) * CLAIMED_PART > w->p->node_count))
        return false;
    *c = (struct claim){item, (uint32_t)w->kept.count, 0};
    for (int32_t k = 0; k < it->nodes; k++) {
        uint32_t n = it->each < w->size ? freest(w, it->part) : first_empty(w, it->part);
        if (n == FACT_NONE) {
            plan_forecast_nodes_unclaim(w, c);
            return false;
        }
        set_open(w, n, false);
        *(uint32_t *)plan_facts_push(&w->kept, sizeof n) = n;
        c->count++;
        w->claimed++;
    }
    return true;
}

bool plan_forecast_nodes_ready(const struct play *w, const struct claim *c)
{
    for (uint32_t k = 0; k < c->count; k++)
        if (w->free[((uint32_t *)w->kept.all)[c->first + k]] < ITEM(w, c->item)->each)
            return false;
    return true;
}

void plan_forecast_nodes_unclaim(struct play *w, struct claim *c)
{
    for (uint32_t k = 0; k < c->count; k++)
        set_open(w, ((uint32_t *)w->kept.all)[c->first + k], true);
    w->claimed -= c->count;
    *c = (struct claim){.item = FACT_NONE};
}
