#ifndef HUBTOP_TESTS_UNIT_COLLECTOR_OPS_ANSWERS_H
#define HUBTOP_TESTS_UNIT_COLLECTOR_OPS_ANSWERS_H

/* For tests of operations of the control socket: a loop that runs until a call is answered, and what was refused. The first member
 * of the test's world, which is the operations' context. */

#include "unit/store/fixture.h"

#include "collector/serve.h"

enum { OPS_GUARD_MS = 20000, OPS_CALL = 7 };

struct ops_answers {
    struct loop *loop;
    bool running;
    int refused;
    struct err err; /* of the last refusal */
};

/* A stop before it runs would end the next run. */
static inline void ops_answered(struct ops_answers *a)
{
    if (a->running)
        loop_stop(a->loop);
}

static inline void ops_on_refuse(void *ctx, const struct serve_call *call, const struct err *err)
{
    struct ops_answers *a = ctx;
    assert_int_equal(call->id, OPS_CALL);
    a->refused++;
    a->err = *err;
    ops_answered(a);
}

static inline void ops_guard(void *ctx)
{
    (void)ctx;
    fail_msg("no answer within %d s", OPS_GUARD_MS / 1000);
}

static inline void ops_run(struct ops_answers *a)
{
    struct err err = {0};
    int64_t timer = loop_timer(a->loop, OPS_GUARD_MS, ops_guard, NULL);
    a->running = true;
    assert_true(loop_run(a->loop, &err));
    a->running = false;
    loop_timer_cancel(a->loop, timer);
}

#endif
