#include "unit/actions/peers.h"

/* The executor against two schedulers that can be moved between: whatever fails, and wherever the collector dies, one job lives. */

enum { MOVE_REQUESTS = 20, SAVES_MS = 7000, LIVES = 250, STEPS = 400, FAULTS_A_LIFE = 6 };

static bool is_ours(const struct peer_job *j)
{
    return strcmp(j->user, "eve") != 0;
}

static size_t live_jobs(const struct peers *p, const char *scheduler)
{
    size_t n = 0;
    for (size_t i = 0; i < p->job_count; i++)
        n += is_ours(&p->jobs[i]) && peers_lives(&p->jobs[i]) &&
             (!scheduler || strncmp(p->jobs[i].id, scheduler, strlen(scheduler)) == 0);
    return n;
}

static const struct peer_job *the_live_job(const struct peers *p)
{
    for (size_t i = 0; i < p->job_count; i++) {
        if (is_ours(&p->jobs[i]) && peers_lives(&p->jobs[i]))
            return &p->jobs[i];
    }
    return NULL;
}

/* One lives, where the order says, and is what the job was. */
static void expect_one(const struct peers *p, int64_t nr, bool held, const char *name, const char *what)
{
    const struct peers_seen s = peers_see(p, nr, 1);
    const struct peer_job *j = the_live_job(p);
    if (live_jobs(p, NULL) != 1)
        fail_msg("%s: %zu jobs live ('%s')", what, live_jobs(p, NULL), s.result);
    if (!order_state_ended(s.state))
        fail_msg("%s: it is still %s ('%s')", what, order_state_word(s.state), s.result);
    if (strncmp(j->id, s.done ? "b/" : "a/", 2) != 0)
        fail_msg("%s: the order is %s, and %s lives ('%s')", what, s.done ? "done" : "refused", j->id, s.result);
    if (j->state != (held ? JOB_HELD : JOB_WAITING))
        fail_msg("%s: %s is %s ('%s')", what, j->id, state_job_word(j->state), s.result);
    assert_string_equal(j->name, name);
    assert_string_equal(j->user, "ann");
}

/* A life of one job that is moved. What it lived through is `what`. */
static void move_one(struct peers *p, bool held, const char *what)
{
    char name[PEER_ID];
    p->job_count = p->waiting_count = 0;
    struct peer_job *j = peers_job_new(p, "a", held);
    struct order o = peers_order(j, "move", "b");
    snprintf(name, sizeof name, "%s", j->name);
    int64_t nr = peers_add(p, &o, 1, "");
    assert_true(nr > 0);
    peers_run(p, STEPS);
    expect_one(p, nr, held, name, what);
}

static void a_move_moves(void **state)
{
    struct peers *p = *state;
    for (int held = 0; held < 2; held++) {
        move_one(p, held, "a move");
        assert_int_equal(live_jobs(p, "b/"), 1);
        assert_int_equal(p->effects, held ? 1 : 3); /* hold, cancel, release the copy */
    }
}

/* Each request of a move fails in each way, once. */
static void each_request_fails_in_each_way(void **state)
{
    struct peers *p = *state;
    char what[100];
    int lives = 0;
    for (int fault = FAULT_REFUSED; fault < FAULTS; fault++) {
        for (int at = 0; at < MOVE_REQUESTS; at++) {
            for (int held = 0; held < 2; held++, lives++) {
                snprintf(what, sizeof what, "fault %d of request %d, %sheld", fault, at, held ? "" : "not ");
                p->fault = (enum fault)fault;
                p->fault_at = at;
                move_one(p, held, what);
            }
        }
    }
    print_message("# %d lives, one fault each: 0 lost, 0 doubled\n", lives);
}

static void many_fail_at_once(void **state)
{
    struct peers *p = *state;
    char what[100];
    for (unsigned seed = 1; seed <= LIVES; seed++) {
        snprintf(what, sizeof what, "seed %u", seed);
        p->chance = seed * UINT64_C(0x9E3779B97F4A7C15);
        p->chance_left = FAULTS_A_LIFE;
        move_one(p, seed & 1, what);
    }
    print_message("# %d lives, up to %d faults each: 0 lost, 0 doubled\n", LIVES, FAULTS_A_LIFE);
}

static void expect_strangers_untouched(const struct peers *p, const char *what)
{
    for (size_t i = 0; i < p->job_count; i++) {
        if (!is_ours(&p->jobs[i]) && p->jobs[i].state != JOB_WAITING)
            fail_msg("%s: a job that got the id of the copy is %s", what, state_job_word(p->jobs[i].state));
    }
}

/* A scheduler dies when so many requests were answered, and forgets what it had not saved. */
static void what_a_scheduler_forgets_is_done_again(void **state)
{
    static const int64_t waits[] = {0, 3000, SAVES_MS - 1};
    struct peers *p = *state;
    char what[100];
    p->saves_ms = SAVES_MS;
    for (int after = 1; after <= MOVE_REQUESTS; after++) {
        for (int k = 0; k < 6; k++) {
            snprintf(what, sizeof what, "%c dies after %d answers and %d ms", "ab"[k % 2], after, (int)waits[k / 2]);
            p->crash = "ab"[k % 2];
            p->crash_after = after;
            p->crash_wait_ms = waits[k / 2];
            move_one(p, false, what);
            expect_strangers_untouched(p, what);
        }
    }
}

/* A submission that nobody answered lies before a scheduler that hangs. It wakes, answers the look, and then does it. */
static void what_a_hung_scheduler_does_late_is_found(void **state)
{
    struct peers *p = *state;
    struct peer_job *j = peers_job_new(p, "a", false);
    struct order o = peers_order(j, "move", "b");
    int64_t nr = peers_add(p, &o, 1, "");
    while (p->waiting_count == 0 || p->waiting[0].o.what != SOURCE_ORDER_SUBMIT || p->waiting[0].look)
        assert_true(peers_step(p));
    struct peer_request late = p->waiting[0];
    struct source_ordered said = source_ordered_make();
    struct err err = {0};
    char copy[2 * PEER_ID];
    late.o.copy = text_of(strcpy(copy, "ann|train-1"));
    late.o.script = text_of("#!script");
    p->waiting[0].fault = FAULT_LOST_BEFORE;
    assert_true(peers_step(p));
    assert_int_equal(peers_see(p, nr, 1).state, ORDER_UNKNOWN);
    while (p->waiting_count == 0)
        assert_true(peers_step(p));
    peers_step(p); /* the look finds none */
    assert_int_equal(peers_see(p, nr, 1).state, ORDER_UNKNOWN);
    assert_int_equal(peers_carry(p, &late, &said, &err), SOURCE_ORDER_DONE);
    source_ordered_release(&said);
    peers_run(p, STEPS);
    expect_one(p, nr, false, "train-1", "a late submission");
}

/* Something was sent, and then its scheduler does not answer: nobody knows how far it is until it does. */
static void a_read_without_answer_is_unknown(void **state)
{
    struct peers *p = *state;
    struct peer_job *j = peers_job_new(p, "a", false);
    struct order o = peers_order(j, "move", "b");
    int64_t nr = peers_add(p, &o, 1, "");
    while (p->changing == 0 || p->waiting_count == 0 || p->waiting[0].o.what != SOURCE_ORDER_READ)
        assert_true(peers_step(p));
    p->waiting[0].fault = FAULT_LOST_BEFORE;
    assert_true(peers_step(p));
    assert_int_equal(peers_see(p, nr, 1).state, ORDER_UNKNOWN);
    while (p->waiting_count == 0)
        assert_true(peers_step(p));
    assert_true(peers_step(p));
    assert_int_not_equal(peers_see(p, nr, 1).state, ORDER_UNKNOWN);
    peers_run(p, STEPS);
    expect_one(p, nr, false, "train-1", "a read without an answer");
    assert_int_equal(peers_see(p, nr, 1).state, ORDER_RESOLVED);
}

/* The submission was lost, the collector died, and meanwhile somebody let the job go: the copy goes, too. */
static void a_copy_is_never_left(void **state)
{
    struct peers *p = *state;
    struct peer_job *j = peers_job_new(p, "a", false);
    struct order o = peers_order(j, "move", "b");
    int64_t nr = peers_add(p, &o, 1, "");
    while (p->waiting_count == 0 || p->waiting[0].o.what != SOURCE_ORDER_SUBMIT || p->waiting[0].look)
        assert_true(peers_step(p));
    p->waiting[0].fault = FAULT_DIES_AFTER;
    peers_step(p);
    assert_int_equal(live_jobs(p, "b/"), 1);
    peers_job(p, "a/1")->state = JOB_RUNNING;
    peers_run(p, STEPS);
    assert_int_equal(live_jobs(p, "b/"), 0);
    assert_int_equal(live_jobs(p, "a/"), 1);
    assert_false(peers_see(p, nr, 1).done);
}

/* Somebody let it go after the last look, and it ran: its copy must not. */
static void what_ran_does_not_run_again(void **state)
{
    struct peers *p = *state;
    struct peer_job *j = peers_job_new(p, "a", false);
    struct order o = peers_order(j, "move", "b");
    int64_t nr = peers_add(p, &o, 1, "");
    while (p->waiting_count == 0 || p->waiting[0].o.what != SOURCE_ORDER_CANCEL)
        assert_true(peers_step(p));
    j->state = JOB_DONE;
    peers_run(p, STEPS);
    assert_int_equal(live_jobs(p, NULL), 0);
    assert_false(peers_see(p, nr, 1).done);
    assert_true(order_state_ended(peers_see(p, nr, 1).state));
}

/* It was cancelled by its owner in the middle: that is no reason to ask for ever. */
static void what_was_cancelled_meanwhile_ends(void **state)
{
    struct peers *p = *state;
    struct peer_job *j = peers_job_new(p, "a", false);
    struct order o = peers_order(j, "move", "b");
    int64_t nr = peers_add(p, &o, 1, "");
    while (p->waiting_count == 0 || p->waiting[0].o.what != SOURCE_ORDER_SCRIPT)
        assert_true(peers_step(p));
    j->state = JOB_CANCELLED;
    peers_run(p, STEPS);
    assert_int_equal(live_jobs(p, NULL), 0);
    assert_false(peers_see(p, nr, 1).done);
    assert_int_equal(peers_see(p, nr, 1).state, ORDER_REFUSED);
}

/* Nobody knows whether it was held, and the peer does not say: it is not called refused. */
static void a_look_that_is_refused_tells_nothing(void **state)
{
    struct peers *p = *state;
    struct order o = peers_order(peers_job_new(p, "a", false), "hold", "");
    int64_t nr = peers_add(p, &o, 1, "");
    while (p->changing < 1)
        assert_true(peers_step(p));
    p->waiting[0].fault = FAULT_LOST_AFTER;
    while (p->waiting_count == 0 || !p->waiting[0].look)
        assert_true(peers_step(p));
    p->waiting[0].fault = FAULT_REFUSED;
    peers_step(p);
    assert_int_equal(peers_see(p, nr, 1).state, ORDER_UNKNOWN);
    peers_run(p, 100);
    assert_int_equal(peers_see(p, nr, 1).state, ORDER_RESOLVED);
    assert_true(peers_see(p, nr, 1).done);
    assert_int_equal(p->effects, 1);
}

/* A hub takes an order first, and says afterwards that it could not do it. */
static void what_was_taken_and_failed_is_refused(void **state)
{
    struct peers *p = *state;
    struct order o = peers_order(peers_job_new(p, "a", false), "hold", "");
    int64_t nr = peers_add(p, &o, 1, "");
    while (p->changing < 1)
        assert_true(peers_step(p));
    p->forced = true;
    p->forced_end = SOURCE_ORDER_TAKEN;
    while (p->waiting_count == 0 || !p->waiting[0].look)
        assert_true(peers_step(p));
    p->forced = true;
    p->forced_end = SOURCE_ORDER_REFUSED;
    peers_run(p, 100);
    struct peers_seen s = peers_see(p, nr, 1);
    assert_int_equal(s.state, ORDER_REFUSED);
    assert_false(s.done);
}

/* The copy started and ended before anybody looked. */
static void a_copy_that_is_over_ends_it(void **state)
{
    struct peers *p = *state;
    struct peer_job *j = peers_job_new(p, "a", false);
    struct order o = peers_order(j, "move", "b");
    int64_t nr = peers_add(p, &o, 1, "");
    while (p->job_count < 2 || p->jobs[1].state != JOB_WAITING)
        assert_true(peers_step(p));
    p->jobs[1].id[0] = '\0'; /* gone from the scheduler */
    peers_run(p, STEPS);
    struct peers_seen s = peers_see(p, nr, 1);
    assert_true(order_state_ended(s.state));
    assert_true(s.done);
}

/* What cannot be refused is tried until it is done, and says why it waits. */
static void stubborn_steps_go_on(void **state)
{
    struct peers *p = *state;
    struct peer_job *j = peers_job_new(p, "a", false);
    struct order o = peers_order(j, "move", "b");
    p->refuse_what = SOURCE_ORDER_CANCEL;
    int64_t nr = peers_add(p, &o, 1, "");
    assert_int_equal(peers_run(p, 100), 100);
    assert_int_equal(live_jobs(p, "b/"), 1); /* held, until the other is gone */
    assert_int_equal(the_live_job(p)->state, JOB_HELD);
    assert_string_equal(peers_see(p, nr, 1).result, "the scheduler said no");
    p->refuse_what = SOURCE_ORDER_READ;
    peers_run(p, STEPS);
    expect_one(p, nr, false, "train-1", "at last");
}

static void what_changed_is_not_moved(void **state)
{
    struct peers *p = *state;
    struct peer_job *j = peers_job_new(p, "a", false);
    struct order o = peers_order(j, "move", "b");
    int64_t nr = peers_add(p, &o, 1, "");
    snprintf(j->user, sizeof j->user, "eve");
    peers_run(p, STEPS);
    struct peers_seen s = peers_see(p, nr, 1);
    assert_int_equal(s.state, ORDER_REFUSED);
    assert_non_null(strstr(s.result, "eve"));
    assert_int_equal(p->changing, 0);
}

/* The store calls it a/1~3; its scheduler knows no generations. */
static void a_generation_is_ours_alone(void **state)
{
    struct peers *p = *state;
    struct peer_job *j = peers_job_new(p, "a", false);
    struct order o = peers_order(j, "move", "b");
    o.target = rows_text(&o.arena, text_of("a/1~3"));
    int64_t nr = peers_add(p, &o, 1, "");
    peers_run(p, STEPS);
    expect_one(p, nr, false, "train-1", "a generation");
    assert_true(peers_see(p, nr, 1).done);
}

/* --- many --- */

static int64_t hold_many(struct peers *p, size_t n, const char *plan, const char *to)
{
    struct order *all = peers_orders(p, n, *to ? "move" : "hold", to);
    int64_t nr = peers_add(p, all, n, plan);
    free(all);
    return nr;
}

static bool find_wave(void *ctx, const struct order *o, const struct action *a)
{
    int64_t *sizes = ctx;
    (void)a;
    sizes[o->wave]++;
    return true;
}

static void waves_grow(void **state)
{
    struct peers *p = *state;
    int64_t sizes[16] = {0};
    int64_t nr = hold_many(p, 200, "P-0001", "");
    executor_each(p->x, nr, find_wave, sizes);
    assert_int_equal(sizes[1], 3);
    assert_int_equal(sizes[2], 10);
    assert_int_equal(sizes[3], 20);
    assert_int_equal(sizes[4], 50);
    assert_int_equal(sizes[5], 50);
    /* The next begins when the guard lets it, and not before the last is over. */
    err_set(&p->guard, ERR_TRANSIENT, "the delay grew");
    peers_run(p, 1000);
    assert_int_equal(peers_held(p), 3);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_PAUSED);
    assert_true(text_contains(peers_view(p, nr).why, text_of("the delay grew"), false));
    p->guard = (struct err){0};
    struct err err = {0};
    assert_true(peers_do(p, EXECUTOR_RESUME, nr, 0, &err));
    peers_run(p, 10000);
    assert_int_equal(peers_held(p), 200);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_DONE);
    assert_int_equal(p->seen_in_flight, 1); /* one for a pair */
}

/* While one waits for its scheduler to save, others of the pair go on; requests are still one at a time. */
static void who_rests_lets_others_go(void **state)
{
    struct peers *p = *state;
    p->saves_ms = SAVES_MS;
    int64_t nr = hold_many(p, 30, "P-0001", "b"), began = peers_boot_ms;
    peers_run(p, 10000);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_DONE);
    assert_int_equal(live_jobs(p, "b/"), 30);
    assert_int_equal(p->seen_in_flight, 1);
    assert_in_range(peers_boot_ms - began, 1, 4 * 3 * SAVES_MS);
}

/* A pair that is taken is waited for, also by another order. */
static void orders_wait_for_a_pair(void **state)
{
    struct peers *p = *state;
    int64_t one = hold_many(p, 1, "", "b"), other = hold_many(p, 2, "", "b");
    peers_run(p, 1000);
    assert_int_equal(peers_view(p, one).state, EXECUTOR_DONE);
    assert_int_equal(peers_view(p, other).state, EXECUTOR_DONE);
    assert_int_equal(p->seen_in_flight, 1);
    assert_int_equal(live_jobs(p, "b/"), 3);
}

static void three_refusals_pause(void **state)
{
    struct peers *p = *state;
    p->refuse_what = SOURCE_ORDER_HOLD;
    int64_t nr = hold_many(p, 9, "P-0001", "");
    peers_run(p, 1000);
    struct executor_run_view v = peers_view(p, nr);
    assert_int_equal(v.state, EXECUTOR_PAUSED);
    assert_int_equal(v.refused, 3);
    assert_true(text_contains(v.why, text_of("the scheduler said no"), false));
    p->refuse_what = SOURCE_ORDER_READ;
    struct err err = {0};
    assert_true(peers_do(p, EXECUTOR_RESUME, nr, 0, &err));
    assert_true(peers_do(p, EXECUTOR_RETRY, nr, 1, &err));
    peers_run(p, 1000);
    v = peers_view(p, nr);
    assert_int_equal(v.state, EXECUTOR_PARTLY);
    assert_int_equal(v.done, 7);
    assert_int_equal(peers_held(p), 7);
}

/* --- what people do --- */

static void a_stop_is_the_end(void **state)
{
    struct peers *p = *state;
    struct err err = {0};
    int64_t nr = hold_many(p, 13, "P-0001", "");
    while (p->changing < 2)
        assert_true(peers_step(p));
    int before = p->changing;
    assert_true(peers_do(p, EXECUTOR_STOP, nr, 0, &err));
    peers_run(p, 1000);
    assert_int_equal(p->changing, before);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_STOPPED);
    assert_int_equal(peers_view(p, nr).open, 0);
    assert_int_equal(peers_view(p, nr).done, before);
    assert_int_equal(peers_see(p, nr, 13).state, ORDER_REFUSED);
    assert_false(peers_do(p, EXECUTOR_STOP, nr, 0, &err));
    assert_int_equal(err_status(&err), 75);
    assert_false(peers_do(p, EXECUTOR_RESUME, nr, 0, &err));
    peers_restart(p);
    peers_run(p, 1000);
    assert_int_equal(p->changing, before);
    assert_int_equal(peers_held(p), (size_t)before);
}

/* It has only read so far: it is not sent any more. */
static void a_stop_before_the_first_change(void **state)
{
    struct peers *p = *state;
    struct err err = {0};
    int64_t nr = hold_many(p, 1, "", "b");
    while (p->waiting_count == 0)
        assert_true(peers_step(p));
    assert_int_equal(p->changing, 0);
    assert_true(peers_do(p, EXECUTOR_STOP, nr, 0, &err));
    peers_run(p, 100);
    assert_int_equal(p->changing, 0);
    assert_int_equal(peers_see(p, nr, 1).state, ORDER_REFUSED);
}

static void a_pause_lets_the_rest_wait(void **state)
{
    struct peers *p = *state;
    struct err err = {0};
    int64_t nr = hold_many(p, 3, "", "b");
    while (p->changing < 1)
        assert_true(peers_step(p));
    assert_true(peers_do(p, EXECUTOR_PAUSE, nr, 0, &err));
    assert_false(peers_do(p, EXECUTOR_PAUSE, nr, 0, &err));
    peers_run(p, 1000);
    assert_int_equal(peers_view(p, nr).done, 1); /* what was under way ended */
    peers_restart(p);
    peers_run(p, 1000);
    assert_int_equal(peers_view(p, nr).done, 1);
    assert_true(peers_do(p, EXECUTOR_RESUME, nr, 0, &err));
    peers_run(p, 1000);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_DONE);
    assert_int_equal(live_jobs(p, "b/"), 3);
}

static void skipped_and_tried_again(void **state)
{
    struct peers *p = *state;
    struct err err = {0};
    int64_t nr = hold_many(p, 2, "", "b");
    assert_true(peers_do(p, EXECUTOR_SKIP, nr, 2, &err));
    assert_int_equal(peers_see(p, nr, 2).state, ORDER_REFUSED);
    assert_false(peers_do(p, EXECUTOR_SKIP, nr, 2, &err));
    p->refuse_what = SOURCE_ORDER_SUBMIT;
    peers_run(p, 1000);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_FAILED);
    p->refuse_what = SOURCE_ORDER_READ;
    for (int item = 1; item <= 2; item++) {
        assert_true(peers_do(p, EXECUTOR_RETRY, nr, item, &err));
        peers_run(p, 1000);
    }
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_DONE);
    assert_int_equal(live_jobs(p, "b/"), 2);
    assert_int_equal(live_jobs(p, NULL), 2);
    assert_false(peers_do(p, EXECUTOR_RETRY, nr, 1, &err));
    assert_false(peers_do(p, EXECUTOR_RETRY, nr, 3, &err));
    assert_int_equal(err_status(&err), 67);
    assert_false(peers_do(p, EXECUTOR_PAUSE, nr + 1, 0, &err));
    assert_int_equal(err_status(&err), 67);
}

/* Somebody else has the job by now. */
static void a_retry_is_no_rival(void **state)
{
    struct peers *p = *state;
    struct err err = {0};
    p->refuse_what = SOURCE_ORDER_HOLD;
    struct peer_job *j = peers_job_new(p, "a", false);
    struct order first = peers_order(j, "hold", ""), second = peers_order(j, "move", "b");
    int64_t one = peers_add(p, &first, 1, "");
    peers_run(p, 1000);
    p->refuse_what = SOURCE_ORDER_READ;
    int64_t other = peers_add(p, &second, 1, "");
    assert_false(peers_do(p, EXECUTOR_RETRY, one, 1, &err));
    assert_int_equal(err_status(&err), 75);
    peers_run(p, 1000);
    assert_true(peers_see(p, other, 1).done);
}

/* Its peer has another state of the job by now, and says no. */
static void who_is_refused_is_told_who_won(void **state)
{
    struct peers *p = *state;
    struct peer_job *j = peers_job_new(p, "a", false);
    struct order first = peers_order(j, "hold", ""), second = peers_order(j, "priority", "");
    int64_t one = peers_add(p, &first, 1, "");
    peers_run(p, 1000);
    assert_true(peers_see(p, one, 1).done);
    p->refuse_what = SOURCE_ORDER_PRIORITY;
    int64_t other = peers_add(p, &second, 1, "");
    peers_run(p, 1000);
    const struct peers_seen s = peers_see(p, other, 1);
    assert_int_equal(s.state, ORDER_REFUSED);
    assert_non_null(strstr(s.result, "changed it, by order O-0001/1: "));
}

static void the_same_request_is_one_order(void **state)
{
    struct peers *p = *state;
    struct peer_job *j = peers_job_new(p, "a", false);
    struct journal_entry e = peers_entry(p, "the-same"), again = e;
    const struct executor_ask ask = {.action = text_of("hold")};
    struct order one = peers_order(j, "hold", ""), two = peers_order(j, "hold", "");
    struct err err = {0};
    int64_t nr = 0, nr_again = 0;
    assert_int_equal(executor_add(p->x, &e, &ask, &one, 1, &nr, &err), JOURNAL_DONE);
    peers_run(p, 1000);
    assert_int_equal(executor_add(p->x, &again, &ask, &two, 1, &nr_again, &err), JOURNAL_AGAIN);
    assert_int_equal(nr, nr_again);
    peers_run(p, 1000);
    assert_int_equal(p->effects, 1);
    peers_restart(p);
    assert_int_equal(peers_view(p, nr).count, 1);
    assert_false(executor_busy(p->x));
}

static void keys_differ(void **state)
{
    struct peers *p = *state;
    int64_t one = hold_many(p, 2, "", ""), other = hold_many(p, 1, "", "");
    const struct peers_seen a = peers_see(p, one, 1), b = peers_see(p, one, 2), c = peers_see(p, other, 1);
    assert_int_equal(strlen(a.key), 32);
    assert_string_not_equal(a.key, b.key);
    assert_string_not_equal(a.key, c.key);
    peers_restart(p);
    assert_string_equal(peers_see(p, one, 1).key, a.key);
}

/* --- what does not let it go --- */

static void stale_data_pause_a_plan(void **state)
{
    struct peers *p = *state;
    struct err err = {0};
    err_set(&p->ready, ERR_TRANSIENT, "what is known is not fresh");
    int64_t nr = hold_many(p, 4, "P-0001", ""), alone = hold_many(p, 1, "", "b");
    peers_run(p, 1000);
    assert_int_equal(p->changing, 0);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_PAUSED);
    assert_int_equal(peers_view(p, nr).refused, 0);
    assert_true(text_contains(peers_view(p, nr).why, text_of("not fresh"), false));
    assert_int_equal(peers_see(p, alone, 1).state, ORDER_REFUSED);
    p->ready = (struct err){0};
    assert_true(peers_do(p, EXECUTOR_RESUME, nr, 0, &err));
    peers_run(p, 1000);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_DONE);
}

/* Nothing leaves that is not on record; with room again it goes on when somebody says so. */
static void what_is_not_recorded_is_not_sent(void **state)
{
    struct peers *p = *state;
    struct err err = {0};
    int64_t nr = hold_many(p, 2, "", "");
    peers_writable(false);
    peers_run(p, 40);
    assert_int_equal(p->changing, 0);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_PAUSED);
    assert_true(text_contains(peers_view(p, nr).why, text_of("not recorded"), false));
    assert_non_null(strstr(peers_see(p, nr, 1).result, "not recorded"));
    assert_int_equal(hold_many(p, 1, "", ""), 0); /* nor is another taken */
    peers_writable(true);
    peers_run(p, 40);
    assert_int_equal(p->changing, 0);
    peers_restart(p); /* that it paused was recorded when that was possible */
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_PAUSED);
    assert_true(peers_do(p, EXECUTOR_RESUME, nr, 0, &err));
    peers_run(p, 100);
    assert_int_equal(peers_held(p), 2);
    assert_string_equal(peers_see(p, nr, 1).result, "");
}

/* A stop that cannot be recorded stops all the same, and is recorded as soon as it can be. */
static void a_stop_without_a_record(void **state)
{
    struct peers *p = *state;
    struct err err = {0};
    int64_t nr = hold_many(p, 5, "P-0001", "");
    peers_writable(false);
    assert_false(peers_do(p, EXECUTOR_STOP, nr, 0, &err));
    peers_run(p, 20);
    peers_writable(true);
    peers_run(p, 20);
    peers_restart(p);
    peers_run(p, 100);
    assert_int_equal(p->changing, 0);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_STOPPED);
}

/* What cannot be recorded at the end is recorded later, and is not done again. */
static void an_end_without_a_record(void **state)
{
    struct peers *p = *state;
    int64_t nr = hold_many(p, 1, "", "");
    while (p->changing < 1)
        assert_true(peers_step(p));
    peers_writable(false);
    peers_run(p, 10);
    peers_writable(true);
    peers_run(p, 100);
    assert_int_equal(p->changing, 1);
    peers_restart(p);
    assert_true(peers_see(p, nr, 1).done);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_DONE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, peers_setup, peers_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_move_moves),
        TEST(each_request_fails_in_each_way),
        TEST(many_fail_at_once),
        TEST(what_a_scheduler_forgets_is_done_again),
        TEST(what_a_hung_scheduler_does_late_is_found),
        TEST(a_read_without_answer_is_unknown),
        TEST(who_rests_lets_others_go),
        TEST(a_copy_is_never_left),
        TEST(what_ran_does_not_run_again),
        TEST(what_was_cancelled_meanwhile_ends),
        TEST(a_look_that_is_refused_tells_nothing),
        TEST(what_was_taken_and_failed_is_refused),
        TEST(a_copy_that_is_over_ends_it),
        TEST(stubborn_steps_go_on),
        TEST(what_changed_is_not_moved),
        TEST(a_generation_is_ours_alone),
        TEST(waves_grow),
        TEST(orders_wait_for_a_pair),
        TEST(three_refusals_pause),
        TEST(a_stop_is_the_end),
        TEST(a_stop_before_the_first_change),
        TEST(a_pause_lets_the_rest_wait),
        TEST(skipped_and_tried_again),
        TEST(a_retry_is_no_rival),
        TEST(who_is_refused_is_told_who_won),
        TEST(the_same_request_is_one_order),
        TEST(keys_differ),
        TEST(stale_data_pause_a_plan),
        TEST(what_is_not_recorded_is_not_sent),
        TEST(a_stop_without_a_record),
        TEST(an_end_without_a_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
