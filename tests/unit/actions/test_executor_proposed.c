#include "unit/actions/peers.h"

/* What waits for a second person: nothing of it leaves before it is begun, and it begins once, whatever dies and however full the disk is. */

enum { JOBS = 3, A_WHILE_MS = 60000 };

static struct journal_entry decision(struct peers *p, const char *request)
{
    struct journal_entry e = peers_entry(p, request);
    e.op = text_of("order_approve");
    return e;
}

static int64_t propose(struct peers *p)
{
    struct journal_entry e = peers_entry(p, "r-1");
    const struct executor_ask ask = {
        .action = text_of("hold"), .hash = text_of("9a1b"), .proposed = true, .why = text_of("too much")};
    struct order *orders = peers_orders(p, JOBS, "hold", "");
    struct err err = {0};
    int64_t nr = 0;
    assert_int_equal(executor_add(p->x, &e, &ask, orders, JOBS, &nr, &err), JOURNAL_DONE);
    free(orders);
    return nr;
}

static void it_lies_there_until_it_is_begun(void **state)
{
    struct peers *p = *state;
    struct err err = {0};
    int64_t nr = propose(p);
    peers_run(p, A_WHILE_MS);
    peers_restart(p);
    peers_run(p, A_WHILE_MS);
    assert_int_equal(p->requests, 0);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_PROPOSED);
    assert_false(executor_busy(p->x));
    assert_null(executor_rival(p->x, text_of(p->jobs[0].id)));
    struct journal_entry e = decision(p, "r-2");
    assert_true(executor_proposed_begin(p->x, &e, nr, text_of("wang"), &err));
    peers_restart(p); /* before the first request */
    peers_run(p, A_WHILE_MS);
    assert_int_equal(peers_held(p), JOBS);
    assert_int_equal(p->effects, JOBS);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_DONE);
    e = decision(p, "r-3");
    assert_false(executor_proposed_begin(p->x, &e, nr, text_of("wang"), &err));
    assert_int_equal(err_status(&err), 65);
}

/* What is not on record was not approved; when there is room again it is. */
static void a_full_disk_approves_nothing(void **state)
{
    struct peers *p = *state;
    struct err err = {0};
    int64_t nr = propose(p);
    struct journal_entry e = decision(p, "r-2");
    peers_writable(false);
    assert_false(executor_proposed_begin(p->x, &e, nr, text_of("wang"), &err));
    assert_false(executor_proposed_end(p->x, &e, nr, EXECUTOR_REJECTED, "no", &err));
    peers_writable(true);
    peers_run(p, A_WHILE_MS);
    assert_int_equal(p->requests, 0);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_PROPOSED);
    assert_int_equal(peers_view(p, nr).refused, 0);
    assert_true(text_is(peers_view(p, nr).why, "too much"));
    assert_true(executor_proposed_begin(p->x, &e, nr, text_of("wang"), &err));
    peers_run(p, A_WHILE_MS);
    assert_int_equal(peers_held(p), JOBS);
}

static void what_is_rejected_never_begins(void **state)
{
    struct peers *p = *state;
    struct err err = {0};
    int64_t nr = propose(p);
    struct journal_entry e = decision(p, "r-2");
    assert_true(executor_proposed_end(p->x, &e, nr, EXECUTOR_REJECTED, "no", &err));
    peers_restart(p);
    peers_run(p, A_WHILE_MS);
    assert_int_equal(p->requests, 0);
    assert_int_equal(peers_view(p, nr).state, EXECUTOR_REJECTED);
    assert_int_equal(peers_view(p, nr).refused, JOBS);
    static const enum executor_verb verbs[] = {EXECUTOR_RETRY, EXECUTOR_SKIP, EXECUTOR_RESUME, EXECUTOR_STOP};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        e = decision(p, "r-3");
        assert_false(executor_do(p->x, &e, verbs[i], nr, i < 2 ? 1 : 0, &err));
        assert_int_equal(err_status(&err), 65);
    }
    peers_run(p, A_WHILE_MS);
    assert_int_equal(p->requests, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, peers_setup, peers_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_lies_there_until_it_is_begun),
        TEST(a_full_disk_approves_nothing),
        TEST(what_is_rejected_never_begins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
