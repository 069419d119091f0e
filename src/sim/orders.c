#include "sim/orders.h"

#include "sim/facts.h"
#include "sim/find.h"
#include "sim/halt.h"
#include "sim/intake.h"
#include "sim/jobs.h"
#include "sim/nodes.h"
#include "sim/pass.h"
#include "sim/recovery.h"
#include "sim/relocate.h"
#include "sim/trouble.h"

enum { LIMIT_MAX_S = 365 * 24 * 3600 };

bool orders_live_job(const struct scheduler *c, const struct sim_order *order, uint32_t *slot, struct err *err)
{
    *slot = find_job(c, order->target);
    if (*slot == WORLD_NONE || !jobs_shown(&c->jobs[*slot], c->now_ms))
        return err_set(err, ERR_REFUSED, "invalid job id: no job '%s'", order->target);
    if (!jobs_pending(&c->jobs[*slot]) && !jobs_running(&c->jobs[*slot]))
        return err_set(err, ERR_REFUSED, "job '%s' has ended", order->target);
    return true;
}

static bool hold(struct scheduler *c, const struct sim_order *order, struct err *err)
{
    uint32_t slot;

    if (!orders_live_job(c, order, &slot, err))
        return false;
    if (jobs_running(&c->jobs[slot]))
        return err_set(err, ERR_REFUSED, "job '%s' is running", order->target);
    jobs_hold(c, slot);
    c->jobs[slot].stamp++; /* it stays held until somebody releases it */
    pass_queue(c, &c->queues[c->jobs[slot].queue]);
    return true;
}

static bool release(struct scheduler *c, const struct sim_order *order, struct err *err)
{
    uint32_t slot;

    if (!orders_live_job(c, order, &slot, err))
        return false;
    if (jobs_state(&c->jobs[slot]) != JOB_HELD)
        return err_set(err, ERR_REFUSED, "job '%s' is not held", order->target);
    jobs_release(c, slot);
    pass_one(c, slot);
    return true;
}

/* The highest level that is not above it. */
static unsigned level_of(int64_t priority)
{
    unsigned level = WORLD_LEVELS - 1;

    while (level > 0 && facts_level(level)->priority > priority)
        level--;
    return level;
}

static bool prioritize(struct scheduler *c, const struct sim_order *order, struct err *err)
{
    uint32_t slot;

    if (!orders_live_job(c, order, &slot, err))
        return false;
    if (jobs_running(&c->jobs[slot]))
        return err_set(err, ERR_REFUSED, "job '%s' is running", order->target);
    if (order->value <= 0 || order->value >= UINT32_MAX)
        return err_set(err, ERR_REFUSED, "invalid priority value: %lld", (long long)order->value);
    jobs_prioritize(c, slot, level_of(order->value), (uint32_t)order->value);
    pass_queue(c, &c->queues[c->jobs[slot].queue]);
    return true;
}

static bool limit(struct scheduler *c, const struct sim_order *order, struct err *err)
{
    uint32_t slot;

    if (!orders_live_job(c, order, &slot, err))
        return false;
    if (c->jobs[slot].state == JOB_FINISHING)
        return err_set(err, ERR_REFUSED, "job '%s' is finishing", order->target);
    if (order->value <= 0 || order->value > LIMIT_MAX_S)
        return err_set(err, ERR_REFUSED, "invalid time limit specification: %lld", (long long)order->value);
    jobs_limit(c, slot, order->value * 1000);
    return true;
}

static bool cancel(struct scheduler *c, const struct sim_order *order, struct err *err)
{
    uint32_t slot;

    if (!orders_live_job(c, order, &slot, err))
        return false;
    jobs_cancel(c, slot);
    pass_queue(c, &c->queues[c->jobs[slot].queue]);
    return true;
}

static bool named_node(struct scheduler *c, const struct sim_order *order, uint32_t *node, struct err *err)
{
    *node = find_node(c, order->target);
    return *node != WORLD_NONE || err_set(err, ERR_REFUSED, "invalid node name: no node '%s'", order->target);
}

static bool drain(struct scheduler *c, const struct sim_order *order, struct err *err)
{
    uint32_t node;

    if (!named_node(c, order, &node, err))
        return false;
    if (c->nodes[node].closed & CLOSED_DOWN)
        return err_set(err, ERR_REFUSED, "node '%s' is down", order->target);
    trouble_note(c, node, CLOSED_DRAIN, order->reason != NULL ? order->reason : "", "hubtop");
    return true;
}

static bool resume(struct scheduler *c, const struct sim_order *order, struct err *err)
{
    uint32_t node;

    if (!named_node(c, order, &node, err))
        return false;
    if (!node_out(&c->nodes[node]))
        return err_set(err, ERR_REFUSED, "node '%s' is neither drained nor down", order->target);
    trouble_over(c, node);
    return true;
}

typedef bool order_of_scheduler(struct scheduler *c, const struct sim_order *order, struct err *err);
typedef bool order_of_fleet(struct sim *s, const struct sim_order *order, struct err *err);

static struct scheduler *answering(const struct sim *s, const struct sim_order *order, struct err *err)
{
    struct scheduler *c = find_scheduler(s, order->target);

    if (c == NULL)
        err_set(err, ERR_REFUSED, "no scheduler has '%s'", order->target != NULL ? order->target : "");
    else if (c->now_ms < s->now_ms)
        err_set(err, ERR_TRANSIENT, "cannot reach '%s': it does not answer", c->said->id);
    return c != NULL && c->now_ms >= s->now_ms ? c : NULL;
}

static bool move_job(struct sim *s, const struct sim_order *order, struct err *err)
{
    struct scheduler *c = answering(s, order, err);

    return c != NULL && relocate_job(s, c, order, err);
}

bool orders_apply(struct sim *s, const struct sim_order *order, struct err *err)
{
    static order_of_scheduler *const in_scheduler[] = {
        [SIM_HOLD] = hold,
        [SIM_RELEASE] = release,
        [SIM_CANCEL] = cancel,
        [SIM_DRAIN] = drain,
        [SIM_RESUME] = resume,
        [SIM_PRIORITY] = prioritize,
        [SIM_LIMIT] = limit,
        [SIM_CLOSE] = intake_close,
        [SIM_OPEN] = intake_open,
        [SIM_ACTIVATE] = recovery_order_activate,
        [SIM_RETURN] = recovery_order_return,
    };
    static order_of_fleet *const in_fleet[] = {
        [SIM_MOVE] = move_job,    [SIM_SUSPEND] = intake_suspend, [SIM_CONNECT] = intake_connect,
        [SIM_STAND] = halt_stand, [SIM_FLOW] = halt_flow,         [SIM_RETURN] = NULL,
    };

    if (in_fleet[order->kind] != NULL)
        return in_fleet[order->kind](s, order, err);
    struct scheduler *c = answering(s, order, err);
    return c != NULL && in_scheduler[order->kind](c, order, err);
}
