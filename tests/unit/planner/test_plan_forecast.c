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

/* What came more than an hour ago says nothing of what comes. */
static void came_long_ago(struct world *w)
{
    for (int i = 0; i < w->n; i++)
        if (w->rows[i].kind == KIND_JOB && value_int_or(&w->rows[i].cells[JOB_ELIGIBLE_AT], 0) == world_now_ms - 600000)
            w->rows[i].cells[JOB_ELIGIBLE_AT] = value_time(world_now_ms - 7200000);
}

static void begin(struct hand *h, struct world *w)
{
    came_long_ago(w);
    *h = (struct hand){.w = w, .ask = world_ask(), .limits = plan_limits_preset()};
    h->f = world_facts(w, 0);
    h->c =
        (struct plan_case){.f = h->f, .ask = &h->ask, .limits = &h->limits, .now_ms = world_now_ms, .arena = &h->arena};
    assert_true(plan_rule_case(&h->c, NULL));
    plan_forecast_prepare(&h->c);
}

static struct forecast play(struct hand *h, const uint32_t *goes, const int32_t *ready_s)
{
    const struct forecast_ask ask = {&h->c, goes, ready_s, 0};
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
    f = play(&h, NULL, NULL);
    assert_int_equal(starts(&h, &f, "a/2"), 0);
    assert_int_equal(starts(&h, &f, "a/1"), -1);
    assert_int_equal(starts(&h, &f, "a/3"), -1);
    assert_int_equal(f.started, 1);
    assert_int_equal(f.queues[0].waiting, 2);
    assert_true(f.queues[0].p95_s == 7200 + 3600);
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
    gang->cells[JOB_ACCELS] = value_int(24);
    gang->cells[JOB_NODES] = value_int(3);
    gang->cells[JOB_PRIORITY] = value_int(2000);
    begin(&h, w);
    f = play(&h, NULL, NULL);
    assert_int_equal(starts(&h, &f, "a/2"), -1);
    assert_int_equal(starts(&h, &f, "a/1"), 0);
    end(&h);
}

/* Where a large one could have its nodes some day, they are kept for it: small ones behind it would keep it waiting for ever. */
static void nodes_are_kept_for_the_first_large_job(void **state)
{
    struct world *w = free_node();
    struct row *gang = world_job(w, "a/2", "a", 16);
    struct hand h;
    struct forecast f;

    (void)state;
    gang->cells[JOB_NODES] = value_int(2);
    gang->cells[JOB_PRIORITY] = value_int(2000);
    begin(&h, w);
    f = play(&h, NULL, NULL);
    assert_int_equal(starts(&h, &f, "a/2"), -1);
    assert_int_equal(starts(&h, &f, "a/1"), -1);
    end(&h);
}

/* Where nobody knows how jobs end, they end evenly up to their limit: one that ran half of 4000 s, in the middle after 1000 more. */
static void what_ends_makes_room(void **state)
{
    struct world *w = world_new();
    struct row *r = world_runner(w, "a/9", "a", "n0", 4);
    struct hand h;
    struct forecast f;
    struct forecast_range range;

    (void)state;
    r->cells[JOB_TIME_LIMIT_S] = value_int(4000);
    r->cells[JOB_STARTED_AT] = value_time(world_now_ms - 2000000);
    begin(&h, w);
    f = play(&h, NULL, NULL);
    assert_in_range(starts(&h, &f, "a/1"), 900, 1100);
    const struct forecast_ask ask = {&h.c, NULL, NULL, 0};
    plan_forecast_range(&ask, &f, &range, &h.arena);
    assert_true(starts(&h, &range.low, "a/1") < 500 && starts(&h, &range.high, "a/1") > 1500);
    assert_true(range.low.queues[0].waiting_at[0] == 0 && range.high.queues[0].waiting_at[0] >= 1);
    end(&h);
}

/* A job of 10 hours that was over after one. */
static void world_over(struct world *w, int number)
{
    char id[WORLD_ID];

    snprintf(id, sizeof id, "a/5%02d", number);
    struct row *r = world_job(w, id, "a", 1);
    r->cells[JOB_STATE] = world_word("done");
    r->cells[JOB_REASON] = value_none();
    r->cells[JOB_TIME_LIMIT_S] = value_int(36000);
    r->cells[JOB_STARTED_AT] = value_time(world_now_ms - 3900000 - number * 1000);
    r->cells[JOB_ENDED_AT] = value_time(world_now_ms - 300000 - number * 1000);
}

static void ended_jobs_tell_how_long_jobs_run(void **state)
{
    struct world *w = world_new();
    struct hand h;

    (void)state;
    world_runner(w, "a/9", "a", "n0", 1)->cells[JOB_TIME_LIMIT_S] = value_int(36000);
    begin(&h, w);
    assert_in_range((int)(100 * FACTS(h.f, pool, pools, 0)->run_share), 45, 55);
    plan_facts_free(h.f);
    arena_release(&h.arena);
    for (int i = 0; i < 20; i++)
        world_over(w, i);
    begin(&h, w);
    assert_true(FACTS(h.f, pool, pools, 0)->run_share < 0.25);
    end(&h);
}

/* A user who has as many jobs as may run: the next one starts when one of them ends, however much is free. */
static void a_users_limit_holds_the_next_one_back(void **state)
{
    struct world *w = free_node();
    struct row *r = world_runner(w, "a/9", "a", "n1", 1);
    struct hand h;
    struct forecast f;

    (void)state;
    world_row(w, KIND_JOB, "a/1")->cells[JOB_REASON] = world_word("QOSMaxJobsPerUserLimit");
    r->cells[JOB_TIME_LIMIT_S] = value_int(4000);
    r->cells[JOB_STARTED_AT] = value_time(world_now_ms - 2000000);
    begin(&h, w);
    f = play(&h, NULL, NULL);
    assert_in_range(starts(&h, &f, "a/1"), 900, 1100);
    end(&h);
}

/* Jobs of one queue that went before older ones of another, as small and as urgent: theirs is the first turn. */
static void who_overtook_goes_first(void **state)
{
    struct world *w = free_node();
    struct row *q = world_add(w, KIND_QUEUE, "a/vip"), *r;
    struct hand h;
    struct forecast f;

    (void)state;
    q->cells[QUEUE_SCHEDULER] = world_word("a");
    q->cells[QUEUE_NAME] = world_word("vip");
    q->cells[QUEUE_STATE] = world_word("up");
    for (int i = 0; i < 2; i++)
        world_row(w, KIND_NODE, i ? "a/n1" : "a/n0")->cells[NODE_PARTITIONS] = value_list(text_of("q\x1fvip"));
    for (int i = 0; i < 4; i++) {
        char id[WORLD_ID];
        snprintf(id, sizeof id, "a/8%d", i);
        r = world_runner(w, id, "a", "n1", 4);
        r->cells[JOB_QUEUE] = world_word("vip");
        r->cells[JOB_ELIGIBLE_AT] = value_time(world_now_ms - 90000 - i);
    }
    world_row(w, KIND_JOB, "a/1")->cells[JOB_ACCELS] = value_int(8);
    world_job(w, "a/2", "a", 2);
    r = world_job(w, "a/3", "a", 8);
    r->cells[JOB_QUEUE] = world_word("vip");
    r->cells[JOB_ELIGIBLE_AT] = value_time(world_now_ms - 1000);
    begin(&h, w);
    f = play(&h, NULL, NULL);
    assert_int_equal(starts(&h, &f, "a/3"), 0);
    assert_int_equal(starts(&h, &f, "a/1"), -1);
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
    f = play(&h, goes, ready_s);
    assert_int_equal(starts(&h, &f, "a/1"), 0);
    assert_int_equal(starts(&h, &f, "a/2"), 90);
    assert_int_equal(f.started, 2);
    assert_int_equal(f.used[1], 8);
    end(&h);
}

/* Five came in the last ten minutes: thirty in an hour. */
static void arrivals_take_their_turn(void **state)
{
    struct world *w = world_new();
    struct hand h;
    struct forecast f;

    (void)state;
    for (int i = 0; i < 5; i++) {
        char id[WORLD_ID];
        snprintf(id, sizeof id, "a/7%d", i);
        world_job(w, id, "a", 1)->cells[JOB_ELIGIBLE_AT] = value_time(world_now_ms - 50000 - i * 100000);
    }
    begin(&h, w);
    f = play(&h, NULL, NULL);
    assert_in_range(f.queues[0].waiting, 6 + 29, 6 + 31);
    assert_in_range(f.queues[0].waiting_at[0], 6 + 6, 6 + 8);
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
    f = play(&h, NULL, NULL);
    assert_int_equal(f.started, 0);
    assert_int_equal(f.queues[0].waiting, 2);
    end(&h);
}

/* Node n0 is r's, n1 both queues': what is free on n0 starts no job of q. */
static void a_job_starts_on_its_queues_nodes(void **state)
{
    struct hand h;
    struct world *w = free_node();
    (void)state;
    world_row(w, KIND_NODE, "a/n0")->cells[NODE_PARTITIONS] = value_list(text_of("r"));
    world_row(w, KIND_NODE, "a/n1")->cells[NODE_PARTITIONS] = value_list(text_of("q\x1fr"));
    struct row *q = world_add(w, KIND_QUEUE, "a/r");
    *q = *world_row(w, KIND_QUEUE, "a/q");
    q->id = text_of("a/r");
    q->cells[QUEUE_NAME] = world_word("r");
    world_job(w, "a/2", "a", 4)->cells[JOB_QUEUE] = world_word("r");
    begin(&h, w);
    struct forecast f = play(&h, NULL, NULL);
    assert_int_equal(starts(&h, &f, "a/1"), -1);
    assert_int_equal(starts(&h, &f, "a/2"), 0);
    end(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_starts_on_its_queues_nodes),
        cmocka_unit_test(priority_goes_first),
        cmocka_unit_test(what_fits_starts_behind_what_does_not),
        cmocka_unit_test(nodes_are_kept_for_the_first_large_job),
        cmocka_unit_test(what_ends_makes_room),
        cmocka_unit_test(ended_jobs_tell_how_long_jobs_run),
        cmocka_unit_test(a_users_limit_holds_the_next_one_back),
        cmocka_unit_test(who_overtook_goes_first),
        cmocka_unit_test(a_move_frees_and_takes),
        cmocka_unit_test(arrivals_take_their_turn),
        cmocka_unit_test(held_and_blocked_jobs_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
