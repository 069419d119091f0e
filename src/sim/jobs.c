#include "sim/jobs.h"

#include <string.h>

#include "base/mem.h"
#include "sim/luggage.h"
#include "sim/nodes.h"

bool jobs_pending(const struct job *j)
{
    return j->number != 0 && (j->state == JOB_WAITING || j->state == JOB_HELD);
}

bool jobs_running(const struct job *j)
{
    return j->number != 0 && (j->state == JOB_RUNNING || j->state == JOB_FINISHING);
}

bool jobs_shown(const struct job *j, int64_t now_ms)
{
    return j->number != 0 && (jobs_pending(j) || jobs_running(j) || j->ended_ms > now_ms - WORLD_SHOWN_MS);
}

uint32_t jobs_tasks(const struct job *j)
{
    return 1U + j->task_last - j->task;
}

/* --- slots and lists --- */

static uint32_t slot_new(struct scheduler *c)
{
    uint32_t slot = c->free_job;

    if (slot != WORLD_NONE) {
        c->free_job = c->jobs[slot].next;
        return slot;
    }
    if (c->job_count == c->job_cap) {
        c->job_cap = c->job_cap ? c->job_cap * 2 : 256;
        c->jobs = mem_grow(c->jobs, c->job_cap, sizeof *c->jobs);
    }
    memset(&c->jobs[c->job_count], 0, sizeof *c->jobs);
    return c->job_count++;
}

static uint32_t slot_fill(struct scheduler *c, const struct job *job)
{
    uint32_t slot = slot_new(c);
    uint32_t stamp = c->jobs[slot].stamp + 1;

    c->jobs[slot] = *job;
    c->jobs[slot].stamp = stamp;
    c->jobs[slot].prev = c->jobs[slot].next = c->jobs[slot].node = WORLD_NONE;
    return slot;
}

static void slot_free(struct scheduler *c, uint32_t slot)
{
    c->jobs[slot].number = 0;
    c->jobs[slot].next = c->free_job;
    c->free_job = slot;
}

static void list_add(struct scheduler *c, struct list *l, uint32_t slot)
{
    c->jobs[slot].prev = l->tail;
    c->jobs[slot].next = WORLD_NONE;
    *(l->tail == WORLD_NONE ? &l->head : &c->jobs[l->tail].next) = slot;
    l->tail = slot;
}

static void list_drop(struct scheduler *c, struct list *l, uint32_t slot)
{
    struct job *j = &c->jobs[slot];

    *(j->prev == WORLD_NONE ? &l->head : &c->jobs[j->prev].next) = j->next;
    *(j->next == WORLD_NONE ? &l->tail : &c->jobs[j->next].prev) = j->prev;
    j->prev = j->next = WORLD_NONE;
}

static struct queue *queue_of(struct scheduler *c, uint32_t slot)
{
    return &c->queues[c->jobs[slot].queue];
}

/* --- waiting --- */

static void wait_in(struct scheduler *c, uint32_t slot)
{
    c->jobs[slot].state = JOB_WAITING;
    c->jobs[slot].reason = WAITS_PRIORITY;
    list_add(c, &queue_of(c, slot)->waiting[c->jobs[slot].level], slot);
}

static void wait_out(struct scheduler *c, uint32_t slot)
{
    struct queue *q = queue_of(c, slot);
    struct claim *claim = nodes_claim_of(q, slot);

    if (claim != NULL)
        nodes_unclaim(c, claim);
    list_drop(c, &q->waiting[c->jobs[slot].level], slot);
}

uint32_t jobs_submit(struct scheduler *c, const struct job *job)
{
    uint32_t slot = slot_fill(c, job);
    struct queue *q = queue_of(c, slot);

    luggage_pack(c, &c->jobs[slot]);
    q->pending += jobs_tasks(job);
    q->arrivals += jobs_tasks(job);
    wait_in(c, slot);
    if (job->state == JOB_HELD)
        jobs_hold(c, slot);
    return slot;
}

/* One whose data are on their way is out of the lines as a held one is, and looks like one that waits. */
enum job_state jobs_state(const struct job *j)
{
    return j->state == JOB_HELD && j->reason == WAITS_DATA ? JOB_WAITING : (enum job_state)j->state;
}

static void keep_back(struct scheduler *c, uint32_t slot, enum wait_reason why)
{
    if (c->jobs[slot].state == JOB_WAITING) {
        wait_out(c, slot);
        c->jobs[slot].state = JOB_HELD;
        queue_of(c, slot)->held += jobs_tasks(&c->jobs[slot]);
    }
    c->jobs[slot].reason = (uint8_t)why;
}

void jobs_hold(struct scheduler *c, uint32_t slot)
{
    if (jobs_state(&c->jobs[slot]) == JOB_WAITING)
        keep_back(c, slot, WAITS_HELD);
}

void jobs_defer(struct scheduler *c, uint32_t slot, int64_t until_ms)
{
    struct job *j = &c->jobs[slot];

    j->eligible_ms = until_ms;
    keep_back(c, slot, WAITS_DATA);
    heap_add(&c->heap,
             (struct happening){.at_ms = until_ms, .what = HAPPENS_RELEASE, .index = slot, .stamp = j->stamp});
}

void jobs_release(struct scheduler *c, uint32_t slot)
{
    struct job *j = &c->jobs[slot];

    if (j->state != JOB_HELD)
        return;
    if (j->eligible_ms > c->now_ms) { /* its data are still on their way */
        jobs_defer(c, slot, j->eligible_ms);
        return;
    }
    queue_of(c, slot)->held -= jobs_tasks(j);
    j->eligible_ms = c->now_ms;
    wait_in(c, slot);
}

void jobs_prioritize(struct scheduler *c, uint32_t slot, unsigned level, uint32_t priority)
{
    struct job *j = &c->jobs[slot];
    struct queue *q = queue_of(c, slot);

    if (j->state == JOB_WAITING) {
        list_drop(c, &q->waiting[j->level], slot);
        list_add(c, &q->waiting[level], slot);
    }
    j->level = (uint8_t)level;
    j->priority = priority;
}

void jobs_lift(struct scheduler *c, uint32_t slot)
{
    struct queue *q = queue_of(c, slot);

    list_drop(c, &q->waiting[c->jobs[slot].level], slot);
    list_add(c, &q->waiting[++c->jobs[slot].level], slot);
}

/* --- running --- */

/* Tasks of an array differ a little, by their number alone. */
static int64_t run_of(const struct job *j)
{
    int64_t run = j->task ? j->run_ms * (85 + j->task * 37 % 30) / 100 : j->run_ms;

    return run < j->limit_ms ? run : j->limit_ms;
}

int64_t jobs_run_ms(const struct job *j)
{
    return run_of(j);
}

static void plan_end(struct scheduler *c, uint32_t slot)
{
    struct job *j = &c->jobs[slot];
    int64_t at = j->started_ms + run_of(j);

    heap_add(&c->heap,
             (struct happening){
                 .at_ms = at > c->now_ms ? at : c->now_ms, .what = HAPPENS_END, .index = slot, .stamp = j->stamp});
}

void jobs_limit(struct scheduler *c, uint32_t slot, int64_t limit_ms)
{
    struct job *j = &c->jobs[slot];

    if (j->ending == JOB_TIMEOUT && limit_ms > j->limit_ms)
        j->run_ms = limit_ms; /* it runs into its limit, wherever that is */
    j->limit_ms = limit_ms;
    if (j->run_ms > limit_ms && j->ending != JOB_CANCELLED) {
        j->ending = JOB_TIMEOUT;
        j->exit_code = 0;
    }
    if (j->state != JOB_RUNNING)
        return;
    j->stamp++;
    plan_end(c, slot);
}

static void take_nodes(struct scheduler *c, uint32_t slot)
{
    struct queue *q = queue_of(c, slot);
    struct job *j = &c->jobs[slot];

    for (uint32_t left = j->nodes; left > 0; left--) {
        uint32_t node = j->nodes > 1 ? nodes_whole(c, q) : nodes_with_room(c, q, j->units);
        nodes_take(c, node, j->units, c->now_ms + run_of(j));
        c->nodes[node].gang_next = j->nodes > 1 ? j->node : WORLD_NONE;
        j->node = node;
    }
}

static void give_nodes(struct scheduler *c, uint32_t slot)
{
    struct job *j = &c->jobs[slot];
    uint32_t node = j->node, next;

    for (uint32_t left = j->nodes; left > 0; left--, node = next) {
        next = c->nodes[node].gang_next;
        c->nodes[node].gang_next = WORLD_NONE;
        nodes_give(c, node, j->units);
    }
}

/* The next task of an array becomes a job of its own; the last one takes the item's slot. */
static uint32_t next_task(struct scheduler *c, uint32_t slot)
{
    struct job task = c->jobs[slot];
    uint32_t made;

    if (task.task == task.task_last)
        return slot;
    task.task_last = task.task;
    made = slot_fill(c, &task);
    c->jobs[slot].task++;
    wait_in(c, made);
    return made;
}

bool jobs_place(struct scheduler *c, uint32_t slot)
{
    struct queue *q = queue_of(c, slot);
    struct job *j = &c->jobs[slot];

    if (j->nodes > 1 ? q->pool->whole_free < j->nodes : nodes_with_room(c, q, j->units) == WORLD_NONE)
        return false;
    slot = next_task(c, slot);
    wait_out(c, slot);
    take_nodes(c, slot);
    j = &c->jobs[slot];
    j->state = JOB_RUNNING;
    j->started_ms = c->now_ms;
    q->pending--;
    q->running++;
    q->starts++;
    q->running_of[j->user]++;
    plan_end(c, slot);
    return true;
}

static void run_out(struct scheduler *c, uint32_t slot)
{
    struct queue *q = queue_of(c, slot);

    give_nodes(c, slot);
    q->running--;
    q->running_of[c->jobs[slot].user]--;
}

/* --- the end --- */

static void end_list(struct scheduler *c, uint32_t slot)
{
    struct job *j = &c->jobs[slot];

    j->state = j->ending;
    j->ended_ms = c->now_ms;
    j->stamp++;
    list_add(c, &c->ended, slot);
}

static void finish_in(struct scheduler *c, uint32_t slot, int64_t ms)
{
    struct job *j = &c->jobs[slot];

    j->state = JOB_FINISHING;
    j->stamp++;
    heap_add(&c->heap,
             (struct happening){.at_ms = c->now_ms + ms, .what = HAPPENS_GONE, .index = slot, .stamp = j->stamp});
}

void jobs_end(struct scheduler *c, uint32_t slot)
{
    uint32_t number = c->jobs[slot].number;

    if (number % 3 == 0) /* an epilog that takes its time */
        finish_in(c, slot, 2000 + number * UINT32_C(7919) % 15000);
    else
        jobs_gone(c, slot);
}

void jobs_gone(struct scheduler *c, uint32_t slot)
{
    run_out(c, slot);
    end_list(c, slot);
}

void jobs_cancel(struct scheduler *c, uint32_t slot)
{
    struct job *j = &c->jobs[slot];

    if (j->state != JOB_RUNNING && !jobs_pending(j))
        return;
    j->ending = JOB_CANCELLED;
    j->exit_code = 0;
    if (j->state == JOB_RUNNING) {
        finish_in(c, slot, 3000);
        return;
    }
    if (j->state == JOB_HELD)
        queue_of(c, slot)->held -= jobs_tasks(j);
    else
        wait_out(c, slot);
    queue_of(c, slot)->pending -= jobs_tasks(j);
    end_list(c, slot);
}

static void requeue(struct scheduler *c, uint32_t slot)
{
    struct job *j = &c->jobs[slot];

    run_out(c, slot);
    j->node = WORLD_NONE;
    j->restarts++;
    j->stamp++;
    j->started_ms = 0;
    j->eligible_ms = c->now_ms;
    queue_of(c, slot)->pending++;
    wait_in(c, slot);
}

static bool is_on(const struct scheduler *c, const struct job *j, uint32_t node)
{
    uint32_t at = j->node;

    while (at != WORLD_NONE && at != node)
        at = c->nodes[at].gang_next;
    return at == node;
}

void jobs_node_lost(struct scheduler *c, uint32_t node)
{
    for (uint32_t slot = 0; slot < c->job_count && c->nodes[node].jobs > 0; slot++) {
        struct job *j = &c->jobs[slot];
        if (!jobs_running(j) || !is_on(c, j, node))
            continue;
        if (j->state == JOB_RUNNING && queue_of(c, slot)->plan->class == CLASS_SERVE) {
            requeue(c, slot);
            continue;
        }
        if (j->state == JOB_RUNNING) {
            j->ending = JOB_FAILED;
            j->node_fail = true;
            j->exit_code = 1;
        }
        jobs_gone(c, slot);
    }
}

void jobs_purge(struct scheduler *c)
{
    while (c->ended.head != WORLD_NONE && c->jobs[c->ended.head].ended_ms <= c->now_ms - WORLD_SHOWN_MS) {
        uint32_t slot = c->ended.head;
        list_drop(c, &c->ended, slot);
        slot_free(c, slot);
    }
}
