#include "unit/store/fixture.h"

#include <signal.h>
#include <sys/resource.h>

#include "store/orders.h"

/* Orders in actions.db: with their entry or not at all, once for each request, each as far as it is. */

static struct journal_entry entry(const struct fixture *f, const char *request)
{
    return (struct journal_entry){.at_ms = f->now.utc_ms,
                                  .uid = 1000,
                                  .who = text_of("ann"),
                                  .op = text_of("order"),
                                  .request_id = text_of(request),
                                  .fingerprint = text_of("f"),
                                  .body = text_of("{}")};
}

static enum journal_step add(struct fixture *f, const char *request, size_t actions, int64_t *nr, struct err *err)
{
    struct journal_entry e = entry(f, request);
    struct orders_item items[8];
    struct orders_run run = {.at_ms = f->now.utc_ms,
                             .uid = 1000,
                             .who = text_of("ann"),
                             .state = text_of("running"),
                             .body = text_of("{\"r\":1}")};
    assert_true(orders_next(f->store, &run.nr, err));
    for (size_t i = 0; i < actions; i++)
        items[i] = (struct orders_item){run.nr, (int64_t)i + 1, text_of("confirmed"), text_of("{\"n\":0}")};
    enum journal_step step = orders_add(f->store, &e, &run, items, actions, err);
    *nr = run.nr;
    return step;
}

static enum journal_step update(struct fixture *f, int64_t nr, int64_t item, const char *state, bool run_ended,
                                struct err *err)
{
    struct journal_entry e = entry(f, "");
    const struct orders_item items[] = {{nr, item, text_of(state), text_of("{\"n\":1}")}};
    const struct orders_run run = {.nr = nr, .state = text_of("done"), .body = text_of("{}"), .ended = true};
    return orders_update(f->store, &e, run_ended ? &run : NULL, items, item > 0, err);
}

struct seen {
    size_t runs, items;
    int64_t first, last;
    bool ended;
    char run_state[32], state[32], body[64], who[32];
};

static bool see_run(void *ctx, const struct orders_run *run, struct err *err)
{
    struct seen *s = ctx;
    (void)err;
    assert_true(run->seq > 0);
    s->first = s->runs++ == 0 ? run->nr : s->first;
    s->last = run->nr;
    s->ended = run->ended;
    text_show_in(run->state, s->run_state, sizeof s->run_state);
    text_show_in(run->who, s->who, sizeof s->who);
    return true;
}

static bool see_item(void *ctx, const struct orders_item *item, struct err *err)
{
    struct seen *s = ctx;
    (void)err;
    s->items++;
    text_show_in(item->state, s->state, sizeof s->state);
    text_show_in(item->body, s->body, sizeof s->body);
    return true;
}

static struct seen all(struct fixture *f)
{
    struct seen s = {0};
    struct err err = {0};
    assert_true(orders_each_run(f->store, see_run, &s, &err));
    assert_true(orders_each(f->store, see_item, &s, &err));
    return s;
}

static void reopen(struct fixture *f)
{
    store_close(f->store);
    fixture_open(f, NULL);
}

static void added_and_changed(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    int64_t nr;
    assert_int_equal(add(f, "r-1", 3, &nr, &err), JOURNAL_DONE);
    assert_int_equal(nr, 1);
    reopen(f);
    struct seen s = all(f);
    assert_int_equal(s.runs, 1);
    assert_int_equal(s.items, 3);
    assert_string_equal(s.run_state, "running");
    assert_string_equal(s.who, "ann");
    assert_string_equal(s.body, "{\"n\":0}");
    assert_int_equal(update(f, nr, 3, "intent", false, &err), JOURNAL_DONE);
    reopen(f);
    s = all(f);
    assert_int_equal(s.items, 3);
    assert_string_equal(s.state, "intent");
    assert_string_equal(s.body, "{\"n\":1}");
    assert_string_equal(s.run_state, "running");
    assert_false(s.ended);
    assert_int_equal(update(f, nr, 0, "", true, &err), JOURNAL_DONE);
    s = all(f);
    assert_string_equal(s.run_state, "done");
    assert_true(s.ended);
}

static void a_request_is_one_order(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    int64_t nr;
    assert_int_equal(add(f, "r-1", 1, &nr, &err), JOURNAL_DONE);
    assert_int_equal(add(f, "r-1", 1, &nr, &err), JOURNAL_AGAIN);
    assert_int_equal(all(f).runs, 1);
    assert_int_equal(all(f).items, 1);
}

/* What is not there cannot be changed, and then there is no entry either. */
static void no_such_order(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    struct journal_entry e = entry(f, "r-9");
    const struct orders_run run = {.nr = 99, .state = text_of("done"), .body = text_of("{}")};
    int64_t seq;
    assert_int_equal(orders_update(f->store, &e, &run, NULL, 0, &err), JOURNAL_FAILED);
    assert_int_equal(journal_find(f->store, &e, f->now.utc_ms, &seq, &err), JOURNAL_DONE);
    assert_int_equal(all(f).runs, 0);
}

/* Numbers are never given again; ended ones go, those that have not ended stay whatever their age. */
static void the_newest_are_kept(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    int64_t nr = 0, open = 0;
    assert_int_equal(add(f, "open", 2, &open, &err), JOURNAL_DONE);
    for (int i = 0; i < 3; i++) {
        char request[32];
        snprintf(request, sizeof request, "r-%d", i);
        assert_int_equal(add(f, request, 1, &nr, &err), JOURNAL_DONE);
        assert_int_equal(update(f, nr, 0, "", true, &err), JOURNAL_DONE);
    }
    assert_int_equal(nr, 4);
    /* As if so many had been there. */
    struct journal_entry e = entry(f, "far");
    struct orders_run far = {
        .nr = 4 + ORDERS_KEPT - 1, .who = text_of("ann"), .state = text_of("running"), .body = text_of("{}")};
    assert_int_equal(orders_add(f->store, &e, &far, NULL, 0, &err), JOURNAL_DONE);
    struct seen s = all(f);
    assert_int_equal(s.runs, 3); /* the open one, the last of the ended ones, the new one */
    assert_int_equal(s.items, 3);
    assert_int_equal(s.first, open);
    assert_true(orders_next(f->store, &nr, &err));
    assert_int_equal(nr, far.nr + 1);
    reopen(f);
    assert_true(orders_next(f->store, &nr, &err));
    assert_int_equal(nr, far.nr + 1);
}

static void set_writable(bool yes)
{
    struct rlimit l;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
    l.rlim_cur = yes ? l.rlim_max : 0;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

/* No room: nothing of it is there, and with room again it can be done under the same request. */
static void what_cannot_be_written(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    int64_t nr, before;
    assert_int_equal(add(f, "r-1", 2, &before, &err), JOURNAL_DONE);
    set_writable(false);
    assert_int_equal(add(f, "r-2", 2, &nr, &err), JOURNAL_FAILED);
    assert_int_equal(err.kind, ERR_TRANSIENT);
    assert_int_equal(update(f, before, 1, "intent", false, &err), JOURNAL_FAILED);
    set_writable(true);
    struct seen s = all(f);
    assert_int_equal(s.runs, 1);
    assert_int_equal(s.items, 2);
    assert_string_equal(s.body, "{\"n\":0}");
    assert_int_equal(add(f, "r-2", 2, &nr, &err), JOURNAL_DONE);
    reopen(f);
    assert_int_equal(all(f).runs, 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(added_and_changed),   TEST(a_request_is_one_order), TEST(no_such_order),
        TEST(the_newest_are_kept), TEST(what_cannot_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
