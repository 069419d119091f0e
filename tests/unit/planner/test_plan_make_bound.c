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

/* Two of 4 cards and 40 CPUs do not share a node of 8 cards and 64 CPUs: of six jobs as many start as there are nodes. */
static void cards_without_cpus_are_no_room(void **state)
{
    struct world *w = world_new();
    struct plan_ask ask = world_ask();
    struct plan p = {0};

    (void)state;
    world_row(w, KIND_JOB, "a/1")->cells[JOB_CPUS] = value_int(40);
    for (int i = 2; i < 7; i++) {
        char id[WORLD_ID];
        snprintf(id, sizeof id, "a/%d", i);
        world_job(w, id, "a", 4)->cells[JOB_CPUS] = value_int(40);
    }
    assert_true(world_plan(w, &ask, &p, NULL));
    assert_true(p.objectives[0].value == 64 && p.objectives[0].bound == 64);
    plan_release(&p);
}

/* No node has so many CPUs: that is said. */
static void cpus_that_no_node_has_are_named(void **state)
{
    struct world *w = world_new();
    struct plan_ask ask = world_ask();
    struct plan p = {0};

    (void)state;
    world_row(w, KIND_JOB, "a/1")->cells[JOB_CPUS] = value_int(100);
    assert_true(world_plan(w, &ask, &p, NULL));
    assert_int_equal(p.move_count, 0);
    assert_int_equal(p.left_count, 1);
    assert_true(text_is(p.left[0].reason, "gang"));
    assert_true(text_contains(p.left[0].words, text_of("4 accelerators and 100 CPUs each"), true));
    plan_release(&p);
}

/* a/1 could go to b alone, where so many jobs stand first whose user may run no more. */
static struct world *world_with_a_line(int jobs)
{
    struct world *w = world_new();

    world_row(w, KIND_JOB, "a/1")->cells[JOB_LATENCY_MS_MAX] = value_real(5.5);
    world_row(w, KIND_NODE, "b/n1")->cells[NODE_ACCELS_FREE] = value_int(7);
    world_row(w, KIND_NODE, "b/n1")->cells[NODE_CPUS_FREE] = value_int(56);
    world_runner(w, "b/900", "b", "n1", 1);
    for (int i = 0; i < jobs; i++) {
        char id[WORLD_ID];
        snprintf(id, sizeof id, "b/%d", i);
        struct row *j = world_job(w, id, "b", 1);
        j->cells[JOB_REASON] = world_word("QOSMaxJobsPerUserLimit");
        j->cells[JOB_LATENCY_MS_MAX] = value_real(5.5);
    }
    return w;
}

static void nobody_is_seen_behind_a_long_line(void **state)
{
    struct plan_ask ask = world_ask();
    struct plan p = {0};

    (void)state;
    nothing_more_than(world_with_a_line(64), 0);
    assert_true(world_plan(world_with_a_line(63), &ask, &p, NULL));
    assert_int_equal(p.move_count, 1);
    assert_true(p.objectives[0].value == 16 && p.objectives[0].bound == 16);
    plan_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_user_s_next_job_starts_by_itself), cmocka_unit_test(nobody_is_let_in_front),
        cmocka_unit_test(cards_without_cpus_are_no_room),     cmocka_unit_test(cpus_that_no_node_has_are_named),
        cmocka_unit_test(nobody_is_seen_behind_a_long_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
