#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/planner/plan_world.h"

enum { MOST = 8 };

static size_t room(struct world *w, const char *id, struct plan_room *out, struct plan_facts **f)
{
    struct plan_limits limits = plan_limits_preset();
    size_t n = 0;

    *f = world_facts(w, 0);
    assert_true(plan_room(*f, text_of(id), &limits, world_now_ms, out, MOST, &n, NULL));
    free(w);
    return n;
}

static void a_kind_of_job_fits_so_often(void **state)
{
    struct plan_room r[MOST];
    struct plan_facts *f;
    struct world *w = world_new();

    (void)state;
    world_row(w, KIND_NODE, "c/n0")->cells[NODE_ACCELS_FREE] = value_int(0);
    assert_int_equal(room(w, "a/1", r, &f), 2);
    assert_true(text_is(r[0].scheduler, "b") && text_is(r[0].limit, "capacity"));
    assert_int_equal(r[0].jobs, 3); /* four pieces of 4, one of them head-room */
    assert_true(r[0].delay_ms == 5 && fabs(r[0].cost_cny - 10 * 0.02) < 1e-9);
    assert_true(text_is(r[1].scheduler, "c"));
    assert_int_equal(r[1].jobs, 1);
    plan_facts_free(f);
    w = world_new();
    world_row(w, KIND_JOB, "a/1")->cells[JOB_LATENCY_MS_MAX] = value_real(5.5);
    assert_int_equal(room(w, "a/1", r, &f), 2);
    assert_true(text_is(r[1].scheduler, "c") && text_is(r[1].limit, "ring") && r[1].jobs == 0);
    assert_true(text_contains(r[1].words, text_of("6"), false));
    plan_facts_free(f);
}

static void other_limits_end_it(void **state)
{
    struct plan_room r[MOST];
    struct plan_facts *f;
    struct world *w = world_new();

    (void)state;
    world_row(w, KIND_JOB, "a/1")->cells[JOB_ACCELS] = value_int(1);
    world_row(w, KIND_JOB, "a/1")->cells[JOB_DATA_GB] = value_real(4000);
    for (int i = 0; i < w->n; i++)
        if (w->rows[i].kind == KIND_LINK)
            w->rows[i].cells[LINK_USED_PCT] = value_real(75); /* 5 % of 400 Gbit/s an hour: 9000 GB */
    room(w, "a/1", r, &f);
    assert_true(text_is(r[0].limit, "link"));
    assert_int_equal(r[0].jobs, 2);
    plan_facts_free(f);
    w = world_new();
    world_row(w, KIND_JOB, "a/1")->cells[JOB_ACCELS] = value_int(1);
    world_row(w, KIND_CLUSTER, "B")->cells[CLUSTER_POWER_KW] = value_real(1900 - 2.5);
    world_row(w, KIND_CLUSTER, "C")->cells[CLUSTER_POWER_KW] = value_real(1900 - 0.6);
    room(w, "a/1", r, &f);
    assert_true(text_is(r[0].limit, "power") && r[0].jobs == 4 && r[1].jobs == 1);
    plan_facts_free(f);
}

static void a_queue_goes_one_after_the_other(void **state)
{
    struct plan_room r[MOST];
    struct plan_facts *f;
    struct world *w = world_new();

    (void)state;
    world_job(w, "a/2", "a", 2);
    world_job(w, "a/3", "a", 1)->cells[JOB_MOVABLE] = value_bool(false);
    assert_int_equal(room(w, "a/q", r, &f), 2);
    assert_true(r[0].jobs == 2 && text_is(r[0].limit, "queue"));
    plan_facts_free(f);
    w = world_new();
    for (int i = 2; i < 9; i++) {
        char id[WORLD_ID];
        snprintf(id, sizeof id, "a/%d", i);
        world_job(w, id, "a", 4);
    }
    room(w, "a/q", r, &f);
    assert_true(r[0].jobs == 3 && text_is(r[0].limit, "capacity"));
    plan_facts_free(f);
}

static void nothing_of_that_name(void **state)
{
    struct plan_limits limits = plan_limits_preset();
    struct world *w = world_new();
    struct plan_facts *f = world_facts(w, 0);
    struct plan_room r[MOST];
    struct err err = {0};
    size_t n;

    (void)state;
    assert_false(plan_room(f, text_of("a/77"), &limits, world_now_ms, r, MOST, &n, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_int_equal(n, 0);
    plan_facts_free(f);
    free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kind_of_job_fits_so_often),
        cmocka_unit_test(other_limits_end_it),
        cmocka_unit_test(a_queue_goes_one_after_the_other),
        cmocka_unit_test(nothing_of_that_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
