#include "unit/actions/peers.h"

/* Orders of many actions that are written in parts, what guards the way from one wave to the next, and what begins later. */

enum { PART = 4 };

static int64_t boot_ms_of_test(void)
{
    return peers_boot_ms;
}

static struct executor_draft *draft(struct peers *p, struct journal_entry *e, const struct executor_ask *ask)
{
    struct executor_draft *d = executor_draft_new(p->x, e, ask);
    struct err err = {0};
    for (int part = 0; part < 3; part++) {
        struct order *orders = peers_orders(p, PART, "hold", "");
        assert_true(executor_draft_put(d, e, orders, PART, &err));
        free(orders);
    }
    return d;
}

/* Written in three parts: nothing leaves before all of it is an order, and then all of it does. */
static void parts_are_one_order(void **state)
{
    struct peers *p = *state;
    struct journal_entry e = peers_entry(p, "r-1");
    const struct executor_ask ask = {.plan = text_of("P-0001"), .action = text_of("plan"), .first = 2};
    struct executor_draft *d = draft(p, &e, &ask);
    struct err err = {0};
    int64_t nr = 0;
    peers_run(p, 1000);
    assert_int_equal(p->requests, 0);
    assert_int_equal(executor_draft_commit(d, &e, &nr, &err), JOURNAL_DONE);
    assert_int_equal(nr, 1);
    peers_run(p, 1000);
    assert_int_equal(peers_held(p), 3 * PART);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_DONE);
    peers_restart(p);
    assert_int_equal(peers_view(p, nr).count, 3 * PART);
    assert_int_equal(peers_view(p, nr).done, 3 * PART);
}

/* Another order comes between the parts, and has a number of its own. */
static void orders_between_parts_stand_alone(void **state)
{
    struct peers *p = *state;
    struct journal_entry e = peers_entry(p, "r-1");
    const struct executor_ask ask = {.plan = text_of("P-0001"), .action = text_of("plan")};
    struct executor_draft *d = draft(p, &e, &ask);
    struct order o = peers_order(peers_job_new(p, "a", false), "hold", "");
    struct err err = {0};
    int64_t nr = 0, other = peers_add(p, &o, 1, "");
    assert_int_equal(other, 2);
    assert_int_equal(executor_draft_commit(d, &e, &nr, &err), JOURNAL_DONE);
    assert_int_equal(nr, 1);
    peers_restart(p);
    peers_run(p, 1000);
    assert_int_equal(peers_view(p, nr).done, 3 * PART);
    assert_int_equal(peers_view(p, other).done, 1);
}

static bool count(void *ctx, const struct orders_item *item, struct err *err)
{
    (void)item;
    (void)err;
    ++*(size_t *)ctx;
    return true;
}

static size_t written(struct peers *p)
{
    struct err err = {0};
    size_t n = 0;
    assert_true(orders_each(p->f.store, count, &n, &err));
    return n;
}

/* The collector dies between the parts, or what asked for it is refused: nothing of it is left, and nothing was sent. */
static void what_never_became_an_order_is_forgotten(void **state)
{
    struct peers *p = *state;
    struct journal_entry e = peers_entry(p, "r-1");
    const struct executor_ask ask = {.plan = text_of("P-0001"), .action = text_of("plan")};
    struct executor_draft *d = draft(p, &e, &ask);
    assert_int_equal(written(p), 3 * PART);
    executor_draft_free(d);
    assert_int_equal(written(p), 0);
    const struct orders_item left = {1, 1, text_of("confirmed"), text_of("{}")}; /* of a collector that died */
    struct err err = {0};
    assert_true(orders_stage(p->f.store, &left, 1, &err));
    assert_int_equal(written(p), 1);
    peers_restart(p);
    assert_int_equal(written(p), 0);
    peers_run(p, 1000);
    assert_int_equal(p->requests, 0);
}

/* The same request again: what was made then is told, and nothing is made twice. */
static void the_same_again_is_the_same(void **state)
{
    struct peers *p = *state;
    struct journal_entry e = peers_entry(p, "r-1");
    const struct executor_ask ask = {.plan = text_of("P-0001"), .action = text_of("plan")};
    struct err err = {0};
    int64_t nr = 0;
    assert_int_equal(executor_draft_commit(draft(p, &e, &ask), &e, &nr, &err), JOURNAL_DONE);
    e = peers_entry(p, "r-1");
    assert_int_equal(executor_draft_commit(draft(p, &e, &ask), &e, &nr, &err), JOURNAL_AGAIN);
    assert_int_equal(nr, 1);
    assert_int_equal(written(p), 3 * PART);
}

/* --- between waves --- */

static int64_t waves(struct peers *p, size_t n, size_t first)
{
    struct journal_entry e = peers_entry(p, "r-w");
    const struct executor_ask ask = {
        .plan = text_of("P-0001"), .action = text_of("plan"), .first = first, .noted = text_of("what was noted")};
    struct order *orders = peers_orders(p, n, "hold", "");
    struct err err = {0};
    int64_t nr = 0;
    assert_int_equal(executor_add(p->x, &e, &ask, orders, n, &nr, &err), JOURNAL_DONE);
    free(orders);
    return nr;
}

/* What closes a door comes first, all of it, however much that is. */
static void the_first_wave_is_as_large_as_it_is_said(void **state)
{
    struct peers *p = *state;
    int64_t nr = waves(p, 12, 7);
    p->guard_waits = true;
    peers_run(p, 1000);
    assert_int_equal(peers_held(p), 7);
    assert_int_equal(p->last.wave, 1);
    assert_int_equal(p->last.count, 7);
    assert_int_equal(p->last.bad, 0);
    assert_true(text_is(p->last.noted, "what was noted"));
    p->guard_waits = false;
    peers_run(p, 1000);
    assert_int_equal(peers_held(p), 7); /* nobody said that it can tell now */
    executor_guarded(p->x, nr);
    peers_run(p, 1000);
    assert_int_equal(peers_held(p), 12);
    assert_int_equal(p->last.wave, 2);
    assert_int_equal(p->last.count, 3);
}

/* A restart forgets neither that there is a guard, nor what was noted. */
static void a_guard_is_asked_after_a_restart(void **state)
{
    struct peers *p = *state;
    int64_t nr = waves(p, 6, 0);
    p->guard_waits = true;
    peers_run(p, 1000);
    assert_int_equal(peers_held(p), 3);
    peers_restart(p);
    p->last = (struct executor_wave){0};
    peers_run(p, 1000);
    assert_int_equal(peers_held(p), 3);
    assert_int_equal(p->last.wave, 1);
    assert_true(text_is(p->last.noted, "what was noted"));
    err_set(&p->guard, ERR_TRANSIENT, "the delay grew");
    p->guard_waits = false;
    executor_guarded(p->x, nr);
    peers_run(p, 1000);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_PAUSED);
    assert_int_equal(peers_held(p), 3);
}

/* What a collector that died left in doubt itself is no failure of the peers, and those that ended before it died count as well. */
static void what_a_restart_left_in_doubt_is_no_failure(void **state)
{
    struct peers *p = *state;
    int64_t nr = waves(p, 6, 0);
    p->guard_waits = true;
    while (peers_see(p, nr, 2).state != ORDER_SENT)
        assert_true(peers_step(p));
    peers_restart(p);
    peers_run(p, 1000);
    assert_int_equal(peers_held(p), 3);
    assert_int_equal(p->last.wave, 1);
    assert_int_equal(p->last.count, 3);
    assert_int_equal(p->last.bad, 0);
}

/* What failed is told to the guard once: who resumes has seen it. */
static void who_resumes_has_seen_what_failed(void **state)
{
    struct peers *p = *state;
    struct err err = {0};
    p->refuse_what = SOURCE_ORDER_HOLD;
    p->guard_waits = true;
    int64_t nr = waves(p, 8, 2);
    peers_run(p, 1000);
    assert_int_equal(p->last.count, 2);
    assert_int_equal(p->last.bad, 2);
    assert_false(p->last.seen);
    assert_true(peers_do(p, EXECUTOR_PAUSE, nr, 0, &err));
    assert_true(peers_do(p, EXECUTOR_RESUME, nr, 0, &err));
    peers_run(p, 1000);
    assert_int_equal(p->last.wave, 1);
    assert_true(p->last.seen);
}

/* One that must not begin yet does not, and what follows it waits. */
static void what_is_for_later_waits(void **state)
{
    struct peers *p = *state;
    struct journal_entry e = peers_entry(p, "r-l");
    const struct executor_ask ask = {.plan = text_of("P-0001"), .action = text_of("plan")};
    struct order *orders = peers_orders(p, 2, "hold", "");
    struct err err = {0};
    int64_t nr = 0, now = boot_ms_of_test();
    orders[1].begin_ms = clock_now(&p->clock).utc_ms + 3600000;
    assert_int_equal(executor_add(p->x, &e, &ask, orders, 2, &nr, &err), JOURNAL_DONE);
    free(orders);
    peers_run(p, 100);
    assert_int_equal(peers_held(p), 1);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_RUNNING);
    assert_true(boot_ms_of_test() > now); /* it is looked for again, and not at once */
    peers_restart(p);
    peers_run(p, 100);
    assert_int_equal(peers_held(p), 1);
    p->clock.simulated = true;
    p->clock.start_utc_ms = clock_now(&(struct clock){0}).utc_ms + 7200000;
    p->clock.start_boot_ms = boot_ms_of_test();
    peers_run(p, 100);
    assert_int_equal(peers_held(p), 2);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_DONE);
}

/* --- stopping what is large --- */

enum { MANY = 700, STOP_MOST = 256 };

static bool count_refused(void *ctx, const struct orders_item *item, struct err *err)
{
    (void)err;
    *(size_t *)ctx += text_is(item->state, "refused");
    return true;
}

static size_t refused(struct peers *p)
{
    struct err err = {0};
    size_t n = 0;
    assert_true(orders_each(p->f.store, count_refused, &n, &err));
    return n;
}

/* Two of it are done, and it is stopped. */
static int64_t stopped(struct peers *p)
{
    struct err err = {0};
    p->guard_waits = true;
    int64_t nr = waves(p, MANY, 2);
    peers_run(p, 1000);
    assert_int_equal(peers_held(p), 2);
    p->guard_waits = false;
    assert_true(peers_do(p, EXECUTOR_STOP, nr, 0, &err));
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_STOPPED);
    assert_null(executor_rival(p->x, text_of(p->jobs[MANY - 1].id)));
    return nr;
}

static void all_but_two_are_refused(struct peers *p, int64_t nr)
{
    peers_run(p, 1000);
    assert_int_equal(peers_held(p), 2);
    assert_int_equal(peers_view(p, nr).refused, MANY - 2);
    assert_int_equal(refused(p), MANY - 2);
    assert_string_equal(peers_see(p, nr, MANY).result, "stopped before it was sent");
    assert_false(executor_busy(p->x));
    assert_true(executor_due_ms(p->x) < 0);
}

/* The loop waits for no more than a part of it at a time. */
static void a_stop_is_written_in_parts(void **state)
{
    struct peers *p = *state;
    int64_t nr = stopped(p);
    for (size_t before = 0, now; before < MANY - 2; before = now, peers_step(p)) {
        now = refused(p);
        assert_in_range(now - before, 1, STOP_MOST);
    }
    all_but_two_are_refused(p, nr);
    peers_restart(p);
    all_but_two_are_refused(p, nr);
}

/* Nothing begins again, and what was not told yet is told then. */
static void a_stop_outlives_the_collector(void **state)
{
    struct peers *p = *state;
    int64_t nr = stopped(p);
    assert_true(refused(p) < MANY - 2);
    peers_restart(p);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_STOPPED);
    assert_true(executor_busy(p->x));
    all_but_two_are_refused(p, nr);
}

static void a_stop_goes_on_when_there_is_room_again(void **state)
{
    struct peers *p = *state;
    int64_t nr = stopped(p);
    size_t before = refused(p);
    peers_writable(false);
    assert_true(peers_step(p));
    assert_int_equal(refused(p), before);
    peers_writable(true);
    all_but_two_are_refused(p, nr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(t) cmocka_unit_test_setup_teardown(t, peers_setup, peers_teardown)
        T(parts_are_one_order),
        T(orders_between_parts_stand_alone),
        T(what_never_became_an_order_is_forgotten),
        T(the_same_again_is_the_same),
        T(the_first_wave_is_as_large_as_it_is_said),
        T(a_guard_is_asked_after_a_restart),
        T(what_a_restart_left_in_doubt_is_no_failure),
        T(who_resumes_has_seen_what_failed),
        T(what_is_for_later_waits),
        T(a_stop_is_written_in_parts),
        T(a_stop_outlives_the_collector),
        T(a_stop_goes_on_when_there_is_room_again),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
