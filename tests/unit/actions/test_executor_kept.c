#include "unit/actions/peers.h"

/* Orders that change one thing of a job, given to a scheduler that saves a change late and forgets it when it dies before. */

enum { SAVES_MS = 7000, STEPS = 400, REQUESTS = 4, MANY = 20 };

static const struct one_change {
    const char *action;
    bool held; /* the job, before it */
    enum job_state to;
} changes[] = {{"hold", false, JOB_HELD},
               {"release", true, JOB_WAITING},
               {"cancel", false, JOB_CANCELLED},
               {"drain", false, JOB_HELD},
               {"resume", true, JOB_WAITING}};
enum { CHANGES = sizeof changes / sizeof changes[0] };

static int64_t begin(struct peers *p, const struct one_change *c)
{
    p->job_count = p->waiting_count = 0;
    p->saves_ms = SAVES_MS;
    struct order o = peers_order(peers_job_new(p, "a", c->held), c->action, "");
    int64_t nr = peers_add(p, &o, 1, "");
    assert_true(nr > 0);
    return nr;
}

static void expect_done(const struct peers *p, int64_t nr, const struct one_change *c, const char *what)
{
    struct peers_seen s = peers_see(p, nr, 1);
    if (!s.done)
        fail_msg("%s, %s: it is %s ('%s')", c->action, what, order_state_word(s.state), s.result);
    if (p->jobs[0].state != c->to)
        fail_msg("%s, %s: done, and the job is %s", c->action, what, state_job_word(p->jobs[0].state));
}

/* A scheduler dies when so many requests were answered, and forgets what it had not saved: what is called done is so all the same. */
static void what_a_scheduler_forgets_is_done_again(void **state)
{
    static const int64_t waits[] = {0, 3000, SAVES_MS - 1};
    struct peers *p = *state;
    char what[100];
    for (int k = 0; k < 3 * CHANGES * REQUESTS; k++) {
        const struct one_change *c = &changes[k % CHANGES];
        int after = 1 + k / CHANGES % REQUESTS;
        p->crash = 'a';
        p->crash_after = after;
        p->crash_wait_ms = waits[k / CHANGES / REQUESTS];
        snprintf(what, sizeof what, "it dies after %d answers and %d ms", after, (int)p->crash_wait_ms);
        int64_t nr = begin(p, c);
        peers_run(p, STEPS);
        expect_done(p, nr, c, what);
    }
}

static void nothing_is_done_before_it_is_saved(void **state)
{
    struct peers *p = *state;
    for (int k = 0; k < CHANGES; k++) {
        int64_t nr = begin(p, &changes[k]), from_ms = peers_boot_ms;
        while (p->effects == 0)
            assert_true(peers_step(p));
        while (!order_state_ended(peers_see(p, nr, 1).state))
            assert_true(peers_step(p));
        assert_true(peers_boot_ms - from_ms >= SAVES_MS);
        expect_done(p, nr, &changes[k], "nobody dies");
        assert_int_equal(p->effects, 1);
    }
}

/* A peer that keeps what it answers is not asked again. */
static void who_keeps_it_is_not_asked_again(void **state)
{
    struct peers *p = *state;
    for (int k = 0; k < CHANGES; k++) {
        struct order o = peers_order(peers_job_new(p, "a", changes[k].held), changes[k].action, "");
        int64_t nr = peers_add(p, &o, 1, "");
        peers_run(p, STEPS);
        assert_true(peers_see(p, nr, 1).done);
        assert_int_equal(p->requests, k < 3 ? 2 : 1); /* a job is read before */
    }
}

/* The collector dies while it waits for the scheduler to save, and the scheduler, too. */
static void a_restart_waits_again(void **state)
{
    struct peers *p = *state;
    int64_t nr = begin(p, &changes[0]);
    while (p->effects == 0)
        assert_true(peers_step(p));
    peers_restart(p);
    p->crash = 'a';
    peers_crash(p);
    assert_int_equal(p->jobs[0].state, JOB_WAITING);
    peers_run(p, STEPS);
    expect_done(p, nr, &changes[0], "both die");
}

/* Somebody lets it go each time it is held: it is not held for ever against them. */
static void what_does_not_stay_is_refused(void **state)
{
    struct peers *p = *state;
    int64_t nr = begin(p, &changes[0]);
    int steps = 0;
    for (int seen = 0; steps < STEPS && peers_step(p); steps++) {
        if (p->effects > seen)
            p->jobs[0].state = JOB_WAITING;
        seen = p->effects;
    }
    struct peers_seen s = peers_see(p, nr, 1);
    assert_true(steps < STEPS);
    assert_int_equal(s.state, ORDER_REFUSED);
    assert_non_null(strstr(s.result, "does not keep it"));
}

/* It started when its scheduler had forgotten that it was held: it is not held while it runs, for a later day. */
static void what_started_meanwhile_is_left(void **state)
{
    struct peers *p = *state;
    int64_t nr = begin(p, &changes[0]);
    while (p->effects == 0)
        assert_true(peers_step(p));
    p->jobs[0].state = JOB_RUNNING;
    peers_run(p, STEPS);
    assert_false(peers_see(p, nr, 1).done);
    assert_int_equal(p->jobs[0].state, JOB_RUNNING);
    assert_int_equal(p->changing, 1);
}

/* Those of a wave (3, 10, 20, …) are saved at once, not one after the other. */
static void many_rest_at_once(void **state)
{
    struct peers *p = *state;
    struct order *orders = peers_orders(p, MANY, "hold", "");
    p->saves_ms = SAVES_MS;
    int64_t from_ms = peers_boot_ms, nr = peers_add(p, orders, MANY, "");
    peers_run(p, 100 * STEPS);
    for (size_t i = 0; i < MANY; i++)
        assert_true(peers_see(p, nr, (int64_t)i + 1).done);
    assert_int_equal(peers_boot_ms - from_ms, 3 * SAVES_MS);
    free(orders);
}

/* --- what has states and no orders: a queue is asked before it is changed */

static int64_t begin_drain(struct peers *p, const char *action, enum job_state state)
{
    p->job_count = p->waiting_count = 0;
    p->saves_ms = SAVES_MS;
    struct peer_job *j = peers_job_new(p, "a", false);
    j->state = state;
    struct order o = peers_order(j, action, "");
    return peers_add(p, &o, 1, "");
}

static void what_is_in_another_state_is_left_in_it(void **state)
{
    static const struct {
        const char *action;
        enum job_state state;
        bool done;
        const char *words;
    } cases[] = {
        {"drain", JOB_HELD, false, "'a/1' is drained already, and not by this order"},
        {"drain", JOB_RUNNING, false, "it is down"},
        {"resume", JOB_RUNNING, false, "it is down"},
        {"resume", JOB_WAITING, true, ""},
    };
    struct peers *p = *state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        p->made = 0;
        int64_t nr = begin_drain(p, cases[k].action, cases[k].state);
        peers_run(p, STEPS);
        struct peers_seen s = peers_see(p, nr, 1);
        assert_int_equal(s.done, cases[k].done);
        assert_string_equal(s.result, cases[k].words);
        assert_int_equal(p->changing, 0);
        assert_int_equal(p->jobs[0].state, cases[k].state);
    }
}

/* The look, the command, the look: whatever dies at each of them, it is drained once, and said so. */
static void a_collector_that_dies_asks_what_became_of_it(void **state)
{
    struct peers *p = *state;
    for (int at = 0; at < 6; at++) {
        p->fault_at = at / 2;
        p->fault = at % 2 ? FAULT_DIES_AFTER : FAULT_DIES_BEFORE;
        int64_t nr = begin_drain(p, "drain", JOB_WAITING);
        peers_run(p, STEPS);
        struct peers_seen s = peers_see(p, nr, 1);
        if (!s.done || p->effects != 1 || p->jobs[0].state != JOB_HELD)
            fail_msg("it dies at %d: %s '%s', %d effects", at, order_state_word(s.state), s.result, p->effects);
    }
}

/* It is not given again, and its words are told; where it was done in spite of them, it is done. */
static void a_command_that_fails_is_looked_after(void **state)
{
    struct peers *p = *state;
    p->fault_at = 1;
    p->fault = FAULT_LOST_BEFORE;
    int64_t nr = begin_drain(p, "drain", JOB_WAITING);
    peers_run(p, STEPS);
    struct peers_seen s = peers_see(p, nr, 1);
    assert_false(s.done);
    assert_string_equal(s.result, "the answer was lost");
    assert_int_equal(p->changing, 1);
    p->fault = FAULT_LOST_AFTER;
    nr = begin_drain(p, "drain", JOB_WAITING);
    peers_run(p, STEPS);
    assert_true(peers_see(p, nr, 1).done);
    assert_int_equal(p->changing, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, peers_setup, peers_teardown)
    const struct CMUnitTest tests[] = {
        TEST(what_a_scheduler_forgets_is_done_again),
        TEST(nothing_is_done_before_it_is_saved),
        TEST(who_keeps_it_is_not_asked_again),
        TEST(a_restart_waits_again),
        TEST(what_does_not_stay_is_refused),
        TEST(what_started_meanwhile_is_left),
        TEST(many_rest_at_once),
        TEST(what_is_in_another_state_is_left_in_it),
        TEST(a_collector_that_dies_asks_what_became_of_it),
        TEST(a_command_that_fails_is_looked_after),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
