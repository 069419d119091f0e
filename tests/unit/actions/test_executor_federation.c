#include "unit/actions/peers.h"

/* A job that its federation moves: by one command, which is given once. Whatever fails, and wherever the collector dies, the job is where
 * the order says. */

enum { REQUESTS = 4, SAVES_MS = 7000, LIVES = 250, STEPS = 400, FAULTS_A_LIFE = 6 };

static int64_t begin(struct peers *p, enum job_state state)
{
    p->job_count = p->waiting_count = 0;
    struct peer_job *j = peers_job_new(p, "a", false);
    struct order o = peers_order(j, "move", "b");
    j->state = state;
    o.native = true;
    o.to_name = rows_text(&o.arena, text_of("b"));
    int64_t nr = peers_add(p, &o, 1, "");
    assert_true(nr > 0);
    return nr;
}

static void expect_where_it_says(const struct peers *p, int64_t nr, const char *what)
{
    const struct peers_seen s = peers_see(p, nr, 1);
    if (!order_state_ended(s.state))
        fail_msg("%s: it is still %s ('%s')", what, order_state_word(s.state), s.result);
    if (p->job_count != 1 || p->jobs[0].state != JOB_WAITING || p->jobs[0].id[0] != (s.done ? 'b' : 'a'))
        fail_msg("%s: the order is %s, and '%s' is %s ('%s')", what, s.done ? "done" : "refused", p->jobs[0].id,
                 state_job_word(p->jobs[0].state), s.result);
    if (s.done && strcmp(s.made, p->jobs[0].id) != 0)
        fail_msg("%s: it made '%s'", what, s.made);
    if (p->effects > 1)
        fail_msg("%s: moved %d times", what, p->effects);
}

static struct peers_seen live(struct peers *p, const char *what)
{
    int64_t nr = begin(p, JOB_WAITING);
    peers_run(p, STEPS);
    expect_where_it_says(p, nr, what);
    return peers_see(p, nr, 1);
}

static void it_moves_by_one_command(void **state)
{
    struct peers *p = *state;
    struct peers_seen s = live(p, "a move");
    assert_true(s.done);
    assert_int_equal(s.state, ORDER_DONE);
    assert_int_equal(p->changing, 1);
    assert_int_equal(p->requests, REQUESTS);
}

static void each_request_fails_in_each_way(void **state)
{
    struct peers *p = *state;
    char what[100];
    for (int fault = FAULT_REFUSED; fault < FAULTS; fault++) {
        for (int at = 0; at < REQUESTS; at++) {
            snprintf(what, sizeof what, "fault %d of request %d", fault, at);
            p->fault = (enum fault)fault;
            p->fault_at = at;
            live(p, what);
        }
    }
}

static void many_fail_at_once(void **state)
{
    struct peers *p = *state;
    char what[100];
    for (unsigned seed = 1; seed <= LIVES; seed++) {
        snprintf(what, sizeof what, "seed %u", seed);
        p->chance = seed * UINT64_C(0x9E3779B97F4A7C15);
        p->chance_left = FAULTS_A_LIFE;
        live(p, what);
    }
    print_message("# %d lives, up to %d faults each: 0 lost, 0 doubled\n", LIVES, FAULTS_A_LIFE);
}

/* The origin dies before it saved where the job may start, and it may start at home again: it is moved again. */
static void what_the_origin_forgets_is_done_again(void **state)
{
    struct peers *p = *state;
    p->saves_ms = SAVES_MS;
    p->crash = 'a';
    p->crash_after = 2;
    p->crash_wait_ms = SAVES_MS - 1;
    int64_t nr = begin(p, JOB_WAITING);
    peers_run(p, STEPS);
    assert_true(peers_see(p, nr, 1).done);
    assert_string_equal(p->jobs[0].id + 1, peers_see(p, nr, 1).made + 1);
    assert_int_equal(p->jobs[0].id[0], 'b');
    assert_int_equal(p->changing, 2);
}

/* The command fails and did nothing: it is not given again, and its words are the reason. */
static void what_failed_is_refused_in_its_words(void **state)
{
    struct peers *p = *state;
    p->fault = FAULT_LOST_BEFORE;
    p->fault_at = 1;
    struct peers_seen s = live(p, "a command that fails");
    assert_false(s.done);
    assert_int_equal(s.state, ORDER_RESOLVED);
    assert_string_equal(s.result, "the answer was lost");
    assert_int_equal(p->changing, 1);
}

/* The collector dies before its command did anything: it is asked for, and given then. */
static void a_collector_that_dies_before_it_gives_it(void **state)
{
    struct peers *p = *state;
    p->fault = FAULT_DIES_BEFORE;
    p->fault_at = 1;
    assert_true(live(p, "it dies before").done);
    assert_int_equal(p->changing, 2);
    p->fault = FAULT_DIES_AFTER;
    assert_true(live(p, "it dies after").done);
    assert_int_equal(p->changing, 1);
}

static void one_that_started_stays(void **state)
{
    struct peers *p = *state;
    int64_t nr = begin(p, JOB_WAITING);
    while (p->waiting_count == 0 || p->waiting[0].o.what != SOURCE_ORDER_MOVE)
        assert_true(peers_step(p));
    p->jobs[0].state = JOB_RUNNING;
    peers_run(p, STEPS);
    struct peers_seen s = peers_see(p, nr, 1);
    assert_false(s.done);
    assert_int_equal(s.state, ORDER_RESOLVED);
    assert_string_equal(s.result, "it is no longer pending");
    assert_int_equal(p->jobs[0].id[0], 'a');
}

/* The member where it goes is down: it is not said to be there before it is, nor refused. */
static void it_is_unknown_until_it_arrives(void **state)
{
    struct peers *p = *state;
    p->far = true;
    int64_t nr = begin(p, JOB_WAITING);
    peers_run(p, 6);
    assert_int_equal(peers_see(p, nr, 1).state, ORDER_SENT);
    peers_run(p, 100);
    struct peers_seen s = peers_see(p, nr, 1);
    assert_int_equal(s.state, ORDER_UNKNOWN);
    assert_string_equal(s.result, "its federation sends it to 'b', which does not have it yet");
    memmove(p->jobs[0].id, p->jobs[0].id + 4, strlen(p->jobs[0].id + 4) + 1);
    peers_run(p, STEPS);
    expect_where_it_says(p, nr, "it came");
    assert_int_equal(peers_see(p, nr, 1).state, ORDER_RESOLVED);
    assert_int_equal(p->changing, 1);
}

static void a_held_one_is_not_sent(void **state)
{
    struct peers *p = *state;
    int64_t nr = begin(p, JOB_HELD);
    peers_run(p, STEPS);
    assert_int_equal(p->changing, 0);
    assert_non_null(strstr(peers_see(p, nr, 1).result, "lies at its federation's origin alone"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, peers_setup, peers_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_moves_by_one_command),
        TEST(each_request_fails_in_each_way),
        TEST(many_fail_at_once),
        TEST(what_the_origin_forgets_is_done_again),
        TEST(what_failed_is_refused_in_its_words),
        TEST(a_collector_that_dies_before_it_gives_it),
        TEST(one_that_started_stays),
        TEST(it_is_unknown_until_it_arrives),
        TEST(a_held_one_is_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
