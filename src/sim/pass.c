#include "sim/pass.h"

#include "sim/jobs.h"
#include "sim/nodes.h"

enum { PASS_DEPTH = 48 };

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

static bool is_large(const struct scheduler *c, const struct job *j)
{
    return j->nodes > 1 || j->units * 2U > c->units;
}

void pass_one(struct scheduler *c, uint32_t slot)
{
    struct queue *q = &c->queues[c->jobs[slot].queue];

    if (c->jobs[slot].state != JOB_WAITING || nodes_claim_of(q, slot) != NULL || place_all(c, q, slot))
        return;
    if (c->jobs[slot].reason == WAITS_RESOURCES && is_large(c, &c->jobs[slot]))
        nodes_claim(c, q, slot);
}

static void start_claimants(struct scheduler *c, struct queue *q)
{
    for (unsigned k = 0; k < WORLD_CLAIMS; k++) {
        uint32_t slot = q->claims[k].job;
        if (slot == WORLD_NONE || !nodes_claim_ready(c, &q->claims[k]))
            continue;
        nodes_unclaim(c, &q->claims[k]);
        pass_one(c, slot);
    }
}

void pass_queue(struct scheduler *c, struct queue *q)
{
    int left = PASS_DEPTH;

    start_claimants(c, q);
    for (int level = WORLD_LEVELS - 1; level >= 0; level--)
        for (uint32_t slot = q->waiting[level].head, next; slot != WORLD_NONE; slot = next) {
            if (q->free_bits == 0 || left-- == 0)
                return;
            next = c->jobs[slot].next;
            pass_one(c, slot);
        }
}
