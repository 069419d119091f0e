#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/planner/plan_world.h"

/* What a drain is beside its moves: what it closes, when running jobs leave, and what stays. */

static struct plan_ask drain_of(const char *what, int64_t by_s)
{
    struct plan_ask ask = world_ask();

    ask.drain = text_of(what);
    ask.by_ms = world_now_ms + by_s * 1000;
    return ask;
}

static bool closes(const struct plan *p, enum kind kind, const char *id)
{
    for (size_t i = 0; i < p->intake_count; i++)
        if (p->intakes[i].kind == kind && text_is(p->intakes[i].id, id))
            return true;
    return false;
}

static const struct plan_stay *stay(const struct plan *p, const char *job)
{
    for (size_t i = 0; i < p->stay_count; i++)
        if (text_is(p->stays[i].job, job))
            return &p->stays[i];
    return NULL;
}

static struct row *checkpointed(struct world *w, const char *id, const char *node, int cards)
{
    struct row *j = world_runner(w, id, "a", node, cards);

    j->cells[JOB_MOVABLE] = value_bool(true);
    j->cells[JOB_CHECKPOINT_AT] = value_time(world_now_ms - 60000);
    return j;
}

static void racks(struct world *w)
{
    static const char *const names[] = {"A-1/H1-A1", "A-1/H2-A1"};

    for (int i = 0; i < 2; i++) {
        struct row *r = world_add(w, KIND_RACK, names[i]);
        r->cells[RACK_HALL] = world_word(i == 0 ? "A-1/H1" : "A-1/H2");
    }
}

/* Its open queues close, those that are closed already are left alone: undo must not open them. */
static void a_scheduler_closes_by_its_queues(void **state)
{
    struct plan_ask ask = drain_of("A", 3600);
    struct world *w = world_new();
    struct plan p = {0};

    (void)state;
    struct row *q = world_add(w, KIND_QUEUE, "a/shut");
    q->cells[QUEUE_SCHEDULER] = world_word("a");
    q->cells[QUEUE_NAME] = world_word("shut");
    q->cells[QUEUE_STATE] = world_word("drain");
    assert_true(world_plan(w, &ask, &p, NULL));
    assert_int_equal(p.intake_count, 1);
    assert_true(closes(&p, KIND_QUEUE, "a/q"));
    assert_int_equal(p.move_count, 1); /* what waits there goes */
    plan_release(&p);
}

static void a_plan_that_empties_nothing_closes_nothing(void **state)
{
    struct plan_ask ask = world_ask();
    struct plan p = {0};

    (void)state;
    assert_true(world_plan(world_new(), &ask, &p, NULL));
    assert_int_equal(p.intake_count + p.stay_count, 0);
    plan_release(&p);
}

/* Of a hall the nodes close that take work; those of another, and what is out already, do not. */
static void a_hall_closes_by_its_nodes(void **state)
{
    struct plan_ask ask = drain_of("A-1/H1", 3600);
    struct world *w = world_new();
    struct plan p = {0};

    (void)state;
    racks(w);
    for (int i = 2; i <= 3; i++)
        world_node(w, "a", i, 8);
    world_row(w, KIND_NODE, "a/n0")->cells[NODE_RACK] = world_word("A-1/H1-A1");
    world_row(w, KIND_NODE, "a/n1")->cells[NODE_RACK] = world_word("A-1/H1-A1");
    world_row(w, KIND_NODE, "a/n2")->cells[NODE_RACK] = world_word("A-1/H1-A1");
    world_row(w, KIND_NODE, "a/n3")->cells[NODE_RACK] = world_word("A-1/H2-A1");
    world_row(w, KIND_NODE, "a/n2")->cells[NODE_STATE] = world_word("drained");
    assert_true(world_plan(w, &ask, &p, NULL));
    assert_int_equal(p.intake_count, 2);
    assert_true(closes(&p, KIND_NODE, "a/n0") && closes(&p, KIND_NODE, "a/n1"));
    plan_release(&p);
}

/* Where all nodes of a scheduler stand in the hall, what waits has nowhere to start: it leaves, too. */
static void a_hall_that_holds_a_whole_scheduler_empties_it(void **state)
{
    struct plan_ask ask = drain_of("A-1/H1", 3600);
    struct world *w = world_new();
    struct plan p = {0};

    (void)state;
    racks(w);
    world_row(w, KIND_NODE, "a/n0")->cells[NODE_RACK] = world_word("A-1/H1-A1");
    world_row(w, KIND_NODE, "a/n1")->cells[NODE_RACK] = world_word("A-1/H1-A1");
    assert_true(world_plan(w, &ask, &p, NULL));
    assert_int_equal(p.intake_count, 2);
    assert_true(closes(&p, KIND_NODE, "a/n0") && closes(&p, KIND_NODE, "a/n1"));
    assert_int_equal(p.move_count, 1);
    assert_true(text_is(p.moves[0].jobs[0].id, "a/1"));
    plan_release(&p);
}

/* At most 2 % of what runs is stopped within ten minutes, and one job always may. */
static void running_jobs_leave_one_after_the_other(void **state)
{
    struct plan_ask ask = drain_of("A", 3 * 3600);
    struct world *w = world_new();
    struct plan p = {0};
    int64_t begins[4] = {0};
    int n = 0;

    (void)state;
    for (int i = 10; i < 13; i++) {
        char id[16];
        snprintf(id, sizeof id, "a/%d", i);
        checkpointed(w, id, "n0", 2);
    }
    assert_true(world_plan(w, &ask, &p, NULL));
    for (size_t i = 0; i < p.move_count; i++)
        for (size_t k = 0; k < p.moves[i].job_count; k++)
            if (p.moves[i].jobs[k].running)
                begins[n++] = p.moves[i].jobs[k].begin_s;
            else
                assert_int_equal(p.moves[i].jobs[k].begin_s, 0);
    assert_int_equal(n, 3);
    assert_int_equal(begins[0] + begins[1] + begins[2], 0 + 600 + 1200);
    plan_release(&p);
}

/* Which, until when, why, and what a person can do; those that run longest first. */
static void what_stays_is_told_with_its_end(void **state)
{
    struct plan_ask ask = drain_of("A", 3600);
    struct world *w = world_new();
    struct plan p = {0};

    (void)state;
    world_runner(w, "a/20", "a", "n0", 2);
    struct row *soon = world_runner(w, "a/21", "a", "n0", 2);
    soon->cells[JOB_TIME_LIMIT_S] = value_int(600);
    struct row *unsaved = checkpointed(w, "a/22", "n0", 2);
    unsaved->cells[JOB_CHECKPOINT_AT] = value_none();
    unsaved->cells[JOB_TIME_LIMIT_S] = value_none();
    assert_true(world_plan(w, &ask, &p, NULL));
    assert_int_equal(p.stay_count, 3);
    assert_true(text_is(p.stays[0].job, "a/22")); /* nobody knows until when */
    assert_int_equal(p.stays[0].ends_ms, 0);
    assert_true(text_is(p.stays[0].reason, "checkpoint"));
    assert_true(text_contains(p.stays[0].todo, text_of("checkpoint"), false));
    const struct plan_stay *fixed = stay(&p, "a/20"), *ends = stay(&p, "a/21");
    assert_true(text_is(fixed->reason, "not_movable") && text_is(fixed->user, "u") && fixed->running);
    assert_int_equal(fixed->ends_ms, world_now_ms - 60000 + INT64_C(700000000));
    assert_true(text_is(ends->reason, "ends"));
    assert_int_equal(ends->ends_ms, world_now_ms - 60000 + 600000);
    assert_true(text_is(p.stays[2].job, "a/21"));
    plan_release(&p);
}

/* What is there now, whatever a plan said. */
static void what_is_there_now(void **state)
{
    struct plan_ask ask = drain_of("A", -60);
    const struct plan_limits limits = plan_limits_preset();
    struct world *w = world_new();
    struct plan_facts *f = plan_facts_new();
    struct plan p = {0};
    struct err err = {0};

    (void)state;
    world_runner(w, "a/20", "a", "n0", 2);
    for (int i = 0; i < w->n; i++)
        plan_facts_take(f, &w->rows[i]);
    assert_true(plan_make_drain_now(f, &ask, &limits, world_now_ms, &p, &err));
    assert_int_equal(p.stay_count, 2);
    assert_true(text_is(p.stays[0].job, "a/20") && text_is(p.stays[0].reason, "not_movable"));
    assert_true(text_is(p.stays[1].job, "a/1") && text_is(p.stays[1].reason, "possible") && !p.stays[1].running);
    ask.drain = text_of("nowhere");
    plan_release(&p);
    p = (struct plan){0};
    assert_false(plan_make_drain_now(f, &ask, &limits, world_now_ms, &p, &err));
    assert_non_null(strstr(err.text, "nowhere"));
    plan_facts_free(f);
    plan_release(&p);
    free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scheduler_closes_by_its_queues),
        cmocka_unit_test(a_plan_that_empties_nothing_closes_nothing),
        cmocka_unit_test(a_hall_closes_by_its_nodes),
        cmocka_unit_test(a_hall_that_holds_a_whole_scheduler_empties_it),
        cmocka_unit_test(running_jobs_leave_one_after_the_other),
        cmocka_unit_test(what_stays_is_told_with_its_end),
        cmocka_unit_test(what_is_there_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
