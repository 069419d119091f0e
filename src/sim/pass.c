#include "sim/pass.h"

#include "sim/jobs.h"
#include "sim/nodes.h"

enum { PASS_DEPTH = 48, LIFT_AFTER_MS = 3 * WORLD_HOUR_MS, CLAIM_AFTER_MS = WORLD_HOUR_MS / 3 };

static bool over_limit(const struct queue *q, const struct job *j)
{
    return q->running_of[j->user] >= q->user_limit;
}

/* Places the job, or as many tasks of an array as fit; false when (more of) it has to wait. */
static bool place_all(struct scheduler *c, struct queue *q, uint32_t slot)
{
    for (bool last = false; !last;) {
        last = c->jobs[slot].task == c->jobs[slot].task_last;
        if (over_limit(q, &c->jobs[slot])) {
            c->jobs[slot].reason = WAITS_USER_LIMIT;
            return false;
        }
        if (!jobs_place(c, slot)) {
            c->jobs[slot].reason = WAITS_RESOURCES;
            return false;
        }
    }
    return true;
}

/* Whether small jobs behind it would keep it waiting for ever, or did so for long. */
static bool needs_claim(const struct scheduler *c, const struct job *j)
{
    return j->reason == WAITS_RESOURCES &&
           (j->nodes > 1 || j->units * 2U > c->units || c->now_ms - j->eligible_ms > CLAIM_AFTER_MS);
}

void pass_one(struct scheduler *c, uint32_t slot)
{
    struct queue *q = &c->queues[c->jobs[slot].queue];

    if (c->jobs[slot].state == JOB_WAITING && !q->drained && nodes_claim_of(q, slot) == NULL)
        place_all(c, q, slot);
}

/* On the nodes that were kept for them, or elsewhere. */
static void start_claimants(struct scheduler *c, struct queue *q)
{
    for (unsigned k = 0; k < WORLD_CLAIMS; k++) {
        uint32_t slot = q->claims[k].job;
        if (slot == WORLD_NONE)
            continue;
        if (nodes_claim_ready(c, &q->claims[k]))
            nodes_unclaim(c, &q->claims[k]);
        place_all(c, &c->queues[c->jobs[slot].queue], slot);
    }
}

/* Priority grows with age: what waited long goes up a level. The head of a level is its oldest, or near. What an order gave
 * its priority keeps it. */
static void lift_old(struct scheduler *c, struct queue *q)
{
    for (int level = WORLD_LEVELS - 2; level >= 0; level--) {
        uint32_t slot = q->waiting[level].head;
        while (slot != WORLD_NONE && c->jobs[slot].priority > 0)
            slot = c->jobs[slot].next;
        if (slot != WORLD_NONE && c->now_ms - c->jobs[slot].eligible_ms > LIFT_AFTER_MS)
            jobs_lift(c, slot);
    }
}

struct pass {
    int left;
    bool may_claim;
};

/* Nodes are kept in the order of priority: where the first large job cannot have its own, no later one may. False when
 * nothing is left to be given. */
static bool pass_lines(struct scheduler *c, struct queue *q, struct pass *p)
{
    lift_old(c, q);
    for (int level = WORLD_LEVELS - 1; level >= 0; level--)
        for (uint32_t slot = q->waiting[level].head, next; slot != WORLD_NONE; slot = next) {
            if (q->pool->free_bits == 0 || p->left-- == 0)
                return false;
            next = c->jobs[slot].next;
            if (nodes_claim_of(q, slot) == NULL && !place_all(c, q, slot) && p->may_claim &&
                needs_claim(c, &c->jobs[slot]))
                p->may_claim = nodes_claim(c, q, slot);
        }
    return true;
}

/* Of queues that share their nodes the first goes first, whatever waits in the others. */
void pass_queue(struct scheduler *c, struct queue *q)
{
    struct pass p = {.left = PASS_DEPTH, .may_claim = true};

    start_claimants(c, q->pool);
    for (uint32_t k = 0; k < c->queue_count; k++)
        if (c->queues[k].pool == q->pool && !c->queues[k].drained && !pass_lines(c, &c->queues[k], &p))
            return;
}
