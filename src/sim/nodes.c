#include "sim/nodes.h"

#include <stdlib.h>

static void list_in(struct scheduler *c, uint32_t i)
{
    struct node *n = &c->nodes[i];
    struct queue *q = &c->queues[n->queue];
    uint32_t *head = &q->by_free[n->units_free];

    n->prev = WORLD_NONE;
    n->next = *head;
    if (*head != WORLD_NONE)
        c->nodes[*head].prev = i;
    *head = i;
    if (n->units_free > 0)
        q->free_bits |= UINT64_C(1) << n->units_free;
    q->whole_free += n->units_free == c->units;
}

static void list_out(struct scheduler *c, uint32_t i)
{
    struct node *n = &c->nodes[i];
    struct queue *q = &c->queues[n->queue];

    if (n->prev == WORLD_NONE)
        q->by_free[n->units_free] = n->next;
    else
        c->nodes[n->prev].next = n->next;
    if (n->next != WORLD_NONE)
        c->nodes[n->next].prev = n->prev;
    if (q->by_free[n->units_free] == WORLD_NONE)
        q->free_bits &= ~(UINT64_C(1) << n->units_free);
    q->whole_free -= n->units_free == c->units;
}

void nodes_init(struct scheduler *c)
{
    for (uint32_t k = 0; k < c->queue_count; k++)
        for (unsigned u = 0; u <= WORLD_UNITS_MAX; u++)
            c->queues[k].by_free[u] = WORLD_NONE;
    for (uint32_t i = c->node_count; i-- > 0;) {
        c->nodes[i].units_free = (uint8_t)c->units;
        c->nodes[i].gang_next = c->nodes[i].claim_next = WORLD_NONE;
        list_in(c, i);
    }
}

void nodes_close(struct scheduler *c, uint32_t i, unsigned closed)
{
    if (c->nodes[i].closed == 0)
        list_out(c, i);
    c->nodes[i].closed |= (uint8_t)closed;
}

void nodes_open(struct scheduler *c, uint32_t i, unsigned closed)
{
    if (c->nodes[i].closed == 0)
        return;
    c->nodes[i].closed &= (uint8_t)~closed;
    if (c->nodes[i].closed == 0)
        list_in(c, i);
}

uint32_t nodes_with_room(const struct scheduler *c, const struct queue *q, unsigned units)
{
    (void)c;
    for (unsigned u = units; u <= WORLD_UNITS_MAX; u++)
        if (q->pool->free_bits >> u & 1)
            return q->pool->by_free[u];
    return WORLD_NONE;
}

uint32_t nodes_whole(const struct scheduler *c, const struct queue *q)
{
    return q->pool->by_free[c->units];
}

static void set_free(struct scheduler *c, uint32_t i, unsigned units_free)
{
    struct node *n = &c->nodes[i];

    if (n->closed == 0)
        list_out(c, i);
    if (!node_out(n))
        c->units_used_up += n->units_free - units_free;
    n->units_free = (uint8_t)units_free;
    if (n->closed == 0)
        list_in(c, i);
}

void nodes_take(struct scheduler *c, uint32_t i, unsigned units, int64_t until_ms)
{
    struct node *n = &c->nodes[i];

    set_free(c, i, n->units_free - units);
    if (n->jobs++ == 0 || n->busy_until_ms < until_ms)
        n->busy_until_ms = until_ms;
}

void nodes_give(struct scheduler *c, uint32_t i, unsigned units)
{
    set_free(c, i, c->nodes[i].units_free + units);
    c->nodes[i].jobs--;
}

/* --- claims: kept nodes stand idle, so only a part of a queue's --- */

enum { CLAIMED_PART = 6 };

struct claim *nodes_claim_of(struct queue *q, uint32_t job)
{
    for (unsigned k = 0; k < WORLD_CLAIMS; k++)
        if (q->pool->claims[k].job == job)
            return &q->pool->claims[k];
    return NULL;
}

uint32_t nodes_of(const struct scheduler *c, const struct queue *q)
{
    uint32_t nodes = 0;

    for (uint32_t k = 0; k < c->queue_count; k++)
        nodes += c->queues[k].pool == q->pool ? c->queues[k].nodes : 0;
    return nodes;
}

/* The node that runs empty first. A real scheduler goes by time limits; ours knows the ends. */
static uint32_t first_empty(const struct scheduler *c, const struct queue *q)
{
    uint32_t first = WORLD_NONE;

    bool alone = nodes_of(c, q) == q->nodes;

    for (uint32_t i = alone ? q->first : 0; i < (alone ? q->first + q->nodes : c->node_count); i++) {
        const struct node *n = &c->nodes[i];
        if (n->closed != 0 || &c->queues[n->queue] != q->pool)
            continue;
        if (n->jobs == 0)
            return i;
        if (first == WORLD_NONE || n->busy_until_ms < c->nodes[first].busy_until_ms)
            first = i;
    }
    return first;
}

static uint32_t freest(const struct scheduler *c, const struct queue *q)
{
    for (unsigned u = c->units + 1; u-- > 0;)
        if (q->pool->by_free[u] != WORLD_NONE)
            return q->pool->by_free[u];
    return WORLD_NONE;
}

bool nodes_claim(struct scheduler *c, struct queue *q, uint32_t job)
{
    struct claim *claim = nodes_claim_of(q, WORLD_NONE);

    if (claim == NULL ||
        (q->pool->claimed > 0 && q->pool->claimed + c->jobs[job].nodes > nodes_of(c, q) / CLAIMED_PART))
        return false;
    *claim = (struct claim){.job = job, .head = WORLD_NONE};
    for (uint32_t left = c->jobs[job].nodes; left > 0; left--) {
        uint32_t i = c->jobs[job].units < c->units ? freest(c, q) : first_empty(c, q);
        if (i == WORLD_NONE) {
            nodes_unclaim(c, claim);
            return false;
        }
        nodes_close(c, i, CLOSED_CLAIMED);
        c->nodes[i].claim_next = claim->head;
        claim->head = i;
        q->pool->claimed++;
    }
    return true;
}

bool nodes_claim_ready(const struct scheduler *c, const struct claim *claim)
{
    for (uint32_t i = claim->head; i != WORLD_NONE; i = c->nodes[i].claim_next)
        if (c->nodes[i].units_free < c->jobs[claim->job].units)
            return false;
    return true;
}

void nodes_unclaim(struct scheduler *c, struct claim *claim)
{
    for (uint32_t i = claim->head, next; i != WORLD_NONE; i = next) {
        next = c->nodes[i].claim_next;
        c->nodes[i].claim_next = WORLD_NONE;
        c->queues[c->nodes[i].queue].claimed--;
        nodes_open(c, i, CLOSED_CLAIMED);
    }
    *claim = (struct claim){.job = WORLD_NONE, .head = WORLD_NONE};
}

/* --- out of service --- */

static bool in_claim(const struct scheduler *c, const struct claim *claim, uint32_t node)
{
    uint32_t i = claim->head;

    while (i != WORLD_NONE && i != node)
        i = c->nodes[i].claim_next;
    return i == node;
}

void nodes_out(struct scheduler *c, uint32_t i, enum node_closed how, int64_t now_ms)
{
    struct node *n = &c->nodes[i];
    struct queue *q = &c->queues[n->queue];

    for (unsigned k = 0; k < WORLD_CLAIMS; k++)
        if (q->claims[k].job != WORLD_NONE && in_claim(c, &q->claims[k], i))
            nodes_unclaim(c, &q->claims[k]);
    if (!node_out(n)) {
        c->nodes_out++;
        c->units_used_up -= c->units - n->units_free;
    }
    nodes_close(c, i, how);
    n->out_ms = now_ms;
    n->stamp++;
}

void nodes_back(struct scheduler *c, uint32_t i, int64_t now_ms)
{
    struct node *n = &c->nodes[i];

    if (!node_out(n))
        return;
    if (n->closed & CLOSED_DOWN)
        n->boot_ms = now_ms;
    c->nodes_out--;
    c->units_used_up += c->units - n->units_free;
    n->stamp++;
    free(n->note);
    n->note = NULL;
    nodes_open(c, i, CLOSED_DRAIN | CLOSED_DOWN);
}
