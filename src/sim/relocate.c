#include "sim/relocate.h"

#include <stdio.h>
#include <string.h>

#include "sim/find.h"
#include "sim/jobs.h"
#include "sim/luggage.h"
#include "sim/nodes.h"
#include "sim/orders.h"
#include "sim/pass.h"

/* --- where to --- */

static bool target_of(struct sim *s, const struct scheduler *c, const struct sim_order *order, struct scheduler **to,
                      struct err *err)
{
    *to = find_scheduler(s, order->to);
    if (*to == NULL)
        return err_set(err, ERR_REFUSED, "no scheduler has '%s'", order->to != NULL ? order->to : "");
    if (*to == c)
        return err_set(err, ERR_REFUSED, "job '%s' is there already", order->target);
    if ((*to)->now_ms < s->now_ms)
        return err_set(err, ERR_TRANSIENT, "cannot reach '%s': it does not answer", (*to)->said->id);
    return true;
}

/* The one that is named, or the one for the same class of work. */
static const struct queue *queue_for(struct scheduler *to, enum work_class class, const char *target)
{
    if (strchr(target, '/') != NULL)
        return find_queue(to, target);
    for (uint32_t k = 0; k < to->queue_count; k++)
        if (to->queues[k].plan->class == class)
            return &to->queues[k];
    return NULL;
}

static uint32_t things_of(const struct scheduler *c)
{
    return c->compute == COMPUTE_INTELLIGENT ? c->unit_accels : c->compute == COMPUTE_GENERAL ? c->unit_cpus : 1;
}

static uint32_t divide_up(uint32_t a, uint32_t b)
{
    return (a + b - 1) / b;
}

/* As many accelerators, CPUs or nodes as before, in the units that nodes have there; several nodes are taken whole. */
static bool refit(const struct scheduler *from, const struct scheduler *to, const struct queue *q, struct job *j)
{
    uint32_t things = (uint32_t)j->nodes * j->units * things_of(from), units = divide_up(things, things_of(to));
    uint32_t nodes = to->compute == COMPUTE_SUPER ? j->nodes : divide_up(units, to->units);

    if (nodes > nodes_of(to, q) || nodes > WORLD_GANG_MAX || (j->nodes == 1 && nodes > 1))
        return false;
    j->nodes = (uint16_t)nodes;
    j->units = (uint16_t)(nodes > 1 ? to->units : units);
    return true;
}

static bool takes(const struct scheduler *from, struct scheduler *to, const struct sim_order *order, struct job *j,
                  struct err *err)
{
    const char *has = to->said->accel_kind, *asks = from->said->accel_kind;
    const struct queue *q = queue_for(to, from->queues[j->queue].plan->class, order->to);

    if (q == NULL)
        return err_set(err, ERR_REFUSED, "invalid partition name specified: '%s'", order->to);
    if (q->drained)
        return err_set(err, ERR_REFUSED, "required partition not available (inactive or drain): '%s/%s'", to->said->id,
                       q->name);
    if (to->suspended)
        return err_set(err, ERR_REFUSED, "site '%s' is suspended: it takes no new work", to->said->site);
    if (from->compute == COMPUTE_INTELLIGENT && (has == NULL || asks == NULL || strcmp(has, asks) != 0))
        return err_set(err, ERR_REFUSED, "invalid generic resource (gres) specification: gres/gpu:%s",
                       asks != NULL ? asks : "");
    if (from->compute != to->compute || !refit(from, to, q, j))
        return err_set(err, ERR_REFUSED, "requested node configuration is not available");
    j->queue = (uint8_t)(q - to->queues);
    return true;
}

/* --- what goes on there --- */

/* What it did after its checkpoint is lost. A task of an array goes on as a job of its own. */
static bool resumed(const struct scheduler *c, const struct sim_order *order, struct job *j, struct err *err)
{
    int64_t checkpoint = luggage_checkpoint_ms(c, j);

    if (j->state != JOB_RUNNING)
        return err_set(err, ERR_REFUSED, "job '%s' is finishing", order->target);
    if (checkpoint == LUGGAGE_NONE)
        return err_set(err, ERR_REFUSED, "job '%s' is running and has no checkpoint", order->target);
    j->run_ms = jobs_run_ms(j) - (checkpoint - j->started_ms);
    j->task = j->task_last = 0;
    j->restarts++;
    return true;
}

static void arrive_at(struct scheduler *to, struct job *j, const struct sim_order *order)
{
    bool held = jobs_state(j) == JOB_HELD;
    int64_t takes_ms = luggage_takes_ms(j, order->data_gbps > 0 ? order->data_gbps : SIM_DATA_GBPS);
    char name[FIND_ID_MAX];
    uint32_t slot;

    j->number = to->next_number++;
    j->state = JOB_WAITING;
    j->started_ms = 0;
    j->submitted_ms = to->now_ms;
    j->eligible_ms = to->now_ms + takes_ms;
    slot = jobs_submit(to, j);
    if (held)
        jobs_hold(to, slot);
    else if (takes_ms > 0)
        jobs_defer(to, slot, j->eligible_ms);
    if (order->made != NULL)
        snprintf(order->made, SIM_ID_MAX, "%s/%s", to->said->id, find_job_name(&to->jobs[slot], name, sizeof name));
    pass_one(to, slot);
}

bool relocate_job(struct sim *s, struct scheduler *c, const struct sim_order *order, struct err *err)
{
    struct scheduler *to;
    uint32_t slot;
    struct job moved;

    if (!orders_live_job(c, order, &slot, err) || !target_of(s, c, order, &to, err))
        return false;
    moved = c->jobs[slot];
    if (!takes(c, to, order, &moved, err))
        return false;
    if (jobs_running(&moved) && !resumed(c, order, &moved, err))
        return false;
    jobs_cancel(c, slot);
    pass_queue(c, &c->queues[c->jobs[slot].queue]);
    arrive_at(to, &moved, order);
    return true;
}
