#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "planner/plan_forecast.h"
#include "unit/planner/plan_world.h"

/* One scheduler of small numbers, whose hour can be played by hand. */

struct hand {
    struct world *w;
    struct plan_facts *f;
    struct plan_ask ask;
    struct plan_limits limits;
    struct arena arena;
    struct plan_case c;
};

static void begin(struct hand *h, struct world *w)
{
    *h = (struct hand){.w = w, .ask = world_ask(), .limits = plan_limits_preset()};
    h->f = world_facts(w, 0);
    h->c =
        (struct plan_case){.f = h->f, .ask = &h->ask, .limits = &h->limits, .now_ms = world_now_ms, .arena = &h->arena};
    assert_true(plan_rule_case(&h->c, NULL));
    plan_forecast_prepare(&h->c);
}

static struct forecast play(struct hand *h, const uint32_t *goes, const int32_t *ready_s, double pace)
{
    const struct forecast_ask ask = {&h->c, goes, ready_s, pace};
    return plan_forecast(&ask, &h->arena);
}

static void end(struct hand *h)
{
    plan_facts_free(h->f);
    arena_release(&h->arena);
    free(h->w);
}

static uint32_t job_at(const struct hand *h, const char *id)
{
    for (uint32_t i = 0; i < h->f->jobs.count; i++)
        if (text_is(FACTS(h->f, job, jobs, i)->id, id))
            return i;
    fail_msg("no job %s", id);
    return 0;
}

static int32_t starts(const struct hand *h, const struct forecast *f, const char *id)
{
    return f->starts_s[job_at(h, id)];
}

static struct world *free_node(void)
{
    struct world *w = world_new();

    world_row(w, KIND_NODE, "a/n0")->cells[NODE_ACCELS_FREE] = value_int(8);
    world_row(w, KIND_NODE, "a/n0")->cells[NODE_CPUS_FREE] = value_int(64);
    return w;
}

static void priority_goes_first(void **state)
{
    struct world *w = free_node();
    struct hand h;
    struct forecast f;

    (void)state;
    world_job(w, "a/2", "a", 8)->cells[JOB_PRIORITY] = value_int(2000);
    world_job(w, "a/3", "a", 4);
    begin(&h, w);
    f = play(&h, NULL, NULL, 0);
    assert_int_equal(starts(&h, &f, "a/2"), 0);
    assert_int_equal(starts(&h, &f, "a/1"), -1);
    assert_int_equal(starts(&h, &f, "a/3"), -1);
    assert_int_equal(f.started, 1);
    assert_int_equal(f.queues[0].waiting, 2);
    assert_true(f.queues[0].p95_s == 600 + 3600);
    end(&h);
}

/* Smaller ones behind a job that does not fit start before it. */
static void what_fits_starts_behind_what_does_not(void **state)
{
    struct world *w = free_node();
    struct row *gang = world_job(w, "a/2", "a", 16);
    struct hand h;
    struct forecast f;

    (void)state;
    gang->cells[JOB_NODES] = value_int(2);
    gang->cells[JOB_PRIORITY] = value_int(2000);
    begin(&h, w);
    f = play(&h, NULL, NULL, 0);
    assert_int_equal(starts(&h, &f, "a/2"), -1);
    assert_int_equal(starts(&h, &f, "a/1"), 0);
    end(&h);
}

/* A job of 0.6 of its limit in the mean (between 0.2 and all of it) that has run 0.5 of it ends in between, and not after. */
static void what_ends_makes_room(void **state)
{
    struct world *w = world_new();
    struct row *r = world_runner(w, "a/9", "a", "n0", 4);
    struct hand h;
    struct forecast slow, f, fast;

    (void)state;
    r->cells[JOB_TIME_LIMIT_S] = value_int(4000);
    r->cells[JOB_STARTED_AT] = value_time(world_now_ms - 2000000);
    begin(&h, w);
    f = play(&h, NULL, NULL, 0);
    slow = play(&h, NULL, NULL, -1);
    fast = play(&h, NULL, NULL, 1);
    assert_int_equal(starts(&h, &f, "a/1"), 1000); /* the middle of 0 and 2000 */
    assert_true(starts(&h, &slow, "a/1") > 1000 && starts(&h, &fast, "a/1") < 1000);
    end(&h);
}

static void departures_tell_how_long_jobs_run(void **state)
{
    struct world *w = world_new();
    struct hand h;

    (void)state;
    for (int i = 0; i < 16; i++) {
        char id[WORLD_ID];
        snprintf(id, sizeof id, "a/9%d", i);
        world_runner(w, id, "a", i < 8 ? "n0" : "n1", 1)->cells[JOB_TIME_LIMIT_S] = value_int(36000);
    }
    begin(&h, w); /* nobody tells departures */
    assert_true(fabs(FACTS(h.f, pool, pools, 0)->run_share - 0.6) < 1e-9);
    plan_facts_free(h.f);
    arena_release(&h.arena);
    world_row(w, KIND_QUEUE, "a/q")->cells[QUEUE_DEPARTURES_PER_MIN] = value_real(1);
    begin(&h, w); /* ten an hour of 16 that may run ten hours: much less than 0.6 */
    assert_true(FACTS(h.f, pool, pools, 0)->run_share < 0.3);
    end(&h);
}

/* What leaves for another scheduler is gone here, and there it waits until its data are there. */
static void a_move_frees_and_takes(void **state)
{
    struct world *w = free_node();
    uint32_t goes[8];
    int32_t ready_s[8] = {0};
    struct hand h;
    struct forecast f;

    (void)state;
    world_job(w, "a/2", "a", 8)->cells[JOB_PRIORITY] = value_int(2000);
    begin(&h, w);
    memset(goes, 0xff, sizeof goes);
    goes[job_at(&h, "a/2")] = 1; /* b/q */
    ready_s[job_at(&h, "a/2")] = 90;
    f = play(&h, goes, ready_s, 0);
    assert_int_equal(starts(&h, &f, "a/1"), 0);
    assert_int_equal(starts(&h, &f, "a/2"), 90);
    assert_int_equal(f.started, 2);
    assert_int_equal(f.used[1], 8);
    end(&h);
}

static void arrivals_take_their_turn(void **state)
{
    struct world *w = world_new();
    struct hand h;
    struct forecast f;

    (void)state;
    world_row(w, KIND_QUEUE, "a/q")->cells[QUEUE_ARRIVALS_PER_MIN] = value_real(0.5);
    begin(&h, w);
    f = play(&h, NULL, NULL, 0);
    assert_int_equal(f.queues[0].waiting, 31); /* a/1, and 30 that come */
    assert_int_equal(f.started, 0);
    end(&h);
}

static void held_and_blocked_jobs_wait(void **state)
{
    struct world *w = free_node();
    struct hand h;
    struct forecast f;

    (void)state;
    world_row(w, KIND_JOB, "a/1")->cells[JOB_STATE] = world_word("held");
    world_job(w, "a/2", "a", 1)->cells[JOB_REASON] = world_word("QOSMaxJobsPerUserLimit");
    begin(&h, w);
    f = play(&h, NULL, NULL, 0);
    assert_int_equal(f.started, 0);
    assert_int_equal(f.queues[0].waiting, 2);
    end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(priority_goes_first),        cmocka_unit_test(what_fits_starts_behind_what_does_not),
        cmocka_unit_test(what_ends_makes_room),       cmocka_unit_test(departures_tell_how_long_jobs_run),
        cmocka_unit_test(a_move_frees_and_takes),     cmocka_unit_test(arrivals_take_their_turn),
        cmocka_unit_test(held_and_blocked_jobs_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
