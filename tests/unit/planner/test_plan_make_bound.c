#include <setjmp.h> /* cmocka wants it */
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "unit/planner/plan_world.h"

/* The bound of what starts: it promises nothing that no move can bring. */

/* In cards, four for one since all are of the highest priority. */
static void nothing_more_than(struct world *w, double cards)
{
    struct plan_ask ask = world_ask();
    struct plan p = {0};

    assert_true(world_plan(w, &ask, &p, NULL));
    assert_int_equal(p.move_count, 0);
    assert_true(text_is(p.objectives[0].name, "starts"));
    if (p.objectives[0].value != cards || p.objectives[0].bound != cards)
        fail_msg("value %g, bound %g, not %g", p.objectives[0].value, p.objectives[0].bound, cards);
    plan_release(&p);
}

/* It waits for a job of its user, which ends within the hour: it starts without a plan. */
static void a_user_s_next_job_starts_by_itself(void **state)
{
    struct world *w = world_new();

    (void)state;
    world_row(w, KIND_NODE, "a/n1")->cells[NODE_ACCELS_FREE] = value_int(7);
    world_row(w, KIND_NODE, "a/n1")->cells[NODE_CPUS_FREE] = value_int(56);
    struct row *runs = world_runner(w, "a/9", "a", "n1", 1);
    runs->cells[JOB_TIME_LIMIT_S] = value_int(4000);
    runs->cells[JOB_STARTED_AT] = value_time(world_now_ms - 2000000);
    world_row(w, KIND_JOB, "a/1")->cells[JOB_REASON] = world_word("QOSMaxJobsPerUserLimit");
    nothing_more_than(w, 16);
}

/* One card is free, and the first in line takes it: who waits behind it, however urgent, starts only if that one goes. */
static void nobody_is_let_in_front(void **state)
{
    struct world *w = world_new();
    struct row *first = world_row(w, KIND_JOB, "a/1");

    (void)state;
    world_row(w, KIND_NODE, "a/n0")->cells[NODE_ACCELS_FREE] = value_int(1);
    world_row(w, KIND_NODE, "a/n0")->cells[NODE_CPUS_FREE] = value_int(8);
    first->cells[JOB_ACCELS] = value_int(1);
    first->cells[JOB_ELIGIBLE_AT] = value_time(world_now_ms - 900000);
    first->cells[JOB_LATENCY_MS_MAX] = value_real(3);
    struct row *urgent = world_job(w, "a/2", "a", 1);
    urgent->cells[JOB_LATENCY_MS_MAX] = value_real(3);
    urgent->cells[JOB_DEADLINE_AT] = value_time(world_now_ms + 1800000);
    nothing_more_than(w, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_user_s_next_job_starts_by_itself),
        cmocka_unit_test(nobody_is_let_in_front),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
