#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/sim/watch.h"

/* Services are requeued and stay the same job, others fail with their node. */
static void lost_nodes_lose_jobs(void **state)
{
    static const struct sim_event e[] = {{0, 0, "node_down", "a-ai", 20}, {0, 0, "node_down", "a-gen", 20}};
    struct sim *s = world(42, e, 2);
    size_t requeued = 0, failed = 0;

    (void)state;
    sim_advance(s, start_ms + 1, 0);
    check_nodes(s);
    for (size_t i = 0; i < seen.n_jobs; i++) {
        requeued += seen.jobs[i].restarts == 1 && !seen.jobs[i].has_ended;
        failed += is(&seen.jobs[i], "failed") && strcmp(seen.jobs[i].raw, "NODE_FAIL") == 0;
    }
    assert_true(requeued > 0 && failed > 0);
    assert_true(sim_count_nodes(s, "a-gen", "down") >= 20);
    sim_free(s);
}

static void nodes_go_down_and_come_back(void **state)
{
    static const struct sim_event e[] = {{10 * MINUTE_MS, 30 * MINUTE_MS, "node_down", "b-hpc/hn0010", 1}};
    struct sim *s = world(42, e, 1);

    (void)state;
    sim_advance(s, start_ms + 10 * MINUTE_MS - 1, 0);
    look(s);
    assert_string_not_equal(node_state("b-hpc/hn0010"), "down");
    sim_advance(s, start_ms + 10 * MINUTE_MS, 0);
    check_nodes(s);
    assert_string_equal(node_state("b-hpc/hn0010"), "down");
    sim_advance(s, start_ms + 41 * MINUTE_MS, 0);
    check_nodes(s);
    assert_string_not_equal(node_state("b-hpc/hn0010"), "down");
    sim_free(s);
}

static void more_work_arrives(void **state)
{
    static const struct sim_event e[] = {{0, HOUR_MS, "arrivals", "a-gen", 6}};
    struct sim *s = world(42, e, 1), *plain = world_at(start_ms + HOUR_MS);

    (void)state;
    sim_advance(s, start_ms + HOUR_MS, 0);
    assert_true(sim_count_jobs(s, "a-gen", "waiting") > sim_count_jobs(plain, "a-gen", "waiting") + 5);
    assert_int_equal(sim_count_jobs(s, "a-ai", NULL), sim_count_jobs(plain, "a-ai", NULL));
    sim_free(s);
    sim_free(plain);
}

static void a_stopped_scheduler_stands_still(void **state)
{
    static const struct sim_event e[] = {{10 * MINUTE_MS, 20 * MINUTE_MS, "scheduler_stop", "a-ai", 0}};
    struct sim *s = world(42, e, 1), *plain = world_at(start_ms + 10 * MINUTE_MS);
    size_t stopped;
    struct err err = {0};

    (void)state;
    sim_advance(s, start_ms + 29 * MINUTE_MS, 0);
    stopped = sim_count_jobs(s, "a-ai", "running");
    assert_int_equal(stopped, sim_count_jobs(plain, "a-ai", "running"));
    assert_false(sim_apply(s, &(struct sim_order){SIM_DRAIN, "a-ai/an0001", ""}, &err));
    assert_int_equal(err.kind, ERR_TRANSIENT);
    sim_advance(s, start_ms + 40 * MINUTE_MS, 0);
    sim_advance(plain, start_ms + 40 * MINUTE_MS, 0);
    assert_true(facts_hash(s) == facts_hash(plain));
    sim_free(s);
    sim_free(plain);
}

static void nonsense_is_refused(void **state)
{
    static const struct sim_event bad[] = {
        {0, 0, "earthquake", "a-ai", 0},   {0, 0, "node_down", "nowhere", 0}, {0, 0, "node_down", "a-ai/an9999", 0},
        {0, 0, "arrivals", NULL, 0},       {0, 0, NULL, "a-ai", 0},           {0, 0, "path_down", "a-ai", 0},
        {0, 0, "path_down", "BBB>AAA", 1}, /* measured alone: it has no paths */
        {0, 0, "path_down", "AAA>PPP", 1}, {0, 0, "load", "BBB>PPP>", 50},    {0, 0, "load", "BBB>PPP", 0},
        {0, 0, "arrivals", "BBB>PPP", 2},  {0, 0, "path_down", NULL, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};
        struct sim_options o = {
            .fleet = &fleet, .events = &bad[i], .event_count = 1, .start_utc_ms = start_ms, .scale = 1};
        assert_null(sim_new(&o, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_true(err.hint[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lost_nodes_lose_jobs), cmocka_unit_test(nodes_go_down_and_come_back),
        cmocka_unit_test(more_work_arrives),    cmocka_unit_test(a_stopped_scheduler_stands_still),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
