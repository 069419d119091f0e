#include "unit/store/fixture.h"

#include "store/plans.h"

/* Plans in actions.db: with their entry or not at all, once for each request, the newest ones. */

static struct journal_entry entry(const struct fixture *f, const char *request, const char *print)
{
    return (struct journal_entry){.at_ms = f->now.utc_ms,
                                  .uid = 1000,
                                  .who = text_of("ann"),
                                  .op = text_of("plan_propose"),
                                  .request_id = text_of(request),
                                  .fingerprint = text_of(print),
                                  .body = text_of("{}")};
}

static enum journal_step add(struct fixture *f, const char *request, const char *print, struct safe_text body,
                             struct plans_item *item, struct err *err)
{
    struct journal_entry e = entry(f, request, print);
    *item = (struct plans_item){.at_ms = f->now.utc_ms,
                                .who = text_of("ann"),
                                .state = text_of("proposed"),
                                .hash = text_of(print),
                                .body = body};
    return plans_add(f->store, &e, item, err);
}

struct seen {
    size_t count;
    int64_t first, last;
    char state[32], body[64], hash[32];
};

static bool see(void *ctx, const struct plans_item *item, struct err *err)
{
    struct seen *s = ctx;
    (void)err;
    s->first = s->count++ == 0 ? item->nr : s->first;
    s->last = item->nr;
    text_show_in(item->state, s->state, sizeof s->state);
    text_show_in(item->hash, s->hash, sizeof s->hash);
    text_show_in(item->body, s->body, sizeof s->body);
    return true;
}

static struct seen all(struct fixture *f)
{
    struct seen s = {0};
    struct err err = {0};
    assert_true(plans_each(f->store, see, &s, &err));
    return s;
}

static void added_and_read_again(void **state)
{
    struct fixture *f = *state;
    struct plans_item item;
    struct err err = {0};
    assert_int_equal(add(f, "r-1", "h1", text_of("{\"a\":1}"), &item, &err), JOURNAL_DONE);
    assert_int_equal(item.nr, 1);
    assert_int_equal(item.oldest, 1);
    store_close(f->store); /* what was said is done is on the disk */
    fixture_open(f, NULL);
    struct seen s = all(f);
    assert_int_equal(s.count, 1);
    assert_string_equal(s.state, "proposed");
    assert_string_equal(s.hash, "h1");
    assert_string_equal(s.body, "{\"a\":1}");
}

static void a_request_is_done_once(void **state)
{
    struct fixture *f = *state;
    struct plans_item item, again;
    struct err err = {0};
    assert_int_equal(add(f, "r-1", "h1", text_of("{}"), &item, &err), JOURNAL_DONE);
    assert_int_equal(add(f, "r-1", "h1", text_of("{}"), &again, &err), JOURNAL_AGAIN);
    assert_int_equal(again.seq, item.seq);
    assert_int_equal(add(f, "r-1", "h2", text_of("{}"), &again, &err), JOURNAL_FAILED);
    assert_int_equal(err.kind, ERR_INPUT);
    assert_int_equal(all(f).count, 1);
}

static void another_state_with_its_entry(void **state)
{
    struct fixture *f = *state;
    struct plans_item item;
    struct err err = {0};
    struct journal_entry e = entry(f, "r-2", "x"), none = entry(f, "r-3", "y");
    assert_int_equal(add(f, "r-1", "h1", text_of("{}"), &item, &err), JOURNAL_DONE);
    assert_int_equal(plans_state(f->store, &e, item.nr, text_of("stopped"), &err), JOURNAL_DONE);
    assert_string_equal(all(f).state, "stopped");
    assert_int_equal(plans_state(f->store, &none, 99, text_of("stopped"), &err), JOURNAL_FAILED);
    int64_t seq;
    assert_int_equal(journal_find(f->store, &none, f->now.utc_ms, &seq, &err), JOURNAL_DONE); /* nothing was written */
}

static void the_newest_are_kept(void **state)
{
    struct fixture *f = *state;
    struct plans_item item;
    struct err err = {0};
    for (int i = 0; i < PLANS_KEPT + 3; i++) {
        char request[32];
        snprintf(request, sizeof request, "r-%d", i);
        assert_int_equal(add(f, request, "h", text_of("{}"), &item, &err), JOURNAL_DONE);
    }
    struct seen s = all(f);
    assert_int_equal(s.count, PLANS_KEPT);
    assert_int_equal(s.first, 4);
    assert_int_equal(item.oldest, 4);
    assert_int_equal(s.last, PLANS_KEPT + 3); /* a number is never given again */
}

/* Large ones let the others go, and not themselves. */
static void no_more_bytes_than_may_be(void **state)
{
    struct fixture *f = *state;
    struct plans_item item;
    struct err err = {0};
    size_t half = PLANS_KEPT_BYTES / 2;
    char *body = malloc(2 * half + 8);
    memset(body, 'x', 2 * half + 8);
    assert_int_equal(add(f, "r-1", "h", text_of("{}"), &item, &err), JOURNAL_DONE);
    assert_int_equal(add(f, "r-2", "h", text_from(body, half - 2), &item, &err), JOURNAL_DONE);
    assert_int_equal(add(f, "r-3", "h", text_from(body, half), &item, &err), JOURNAL_DONE);
    assert_int_equal(item.oldest, 1);
    assert_int_equal(add(f, "r-4", "h", text_of("{}"), &item, &err), JOURNAL_DONE);
    assert_int_equal(item.oldest, 2);
    assert_int_equal(add(f, "r-5", "h", text_from(body, 2 * half + 8), &item, &err), JOURNAL_DONE);
    assert_int_equal(item.oldest, 5);
    assert_int_equal(all(f).count, 1);
    free(body);
}

#define T(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {T(added_and_read_again), T(a_request_is_done_once),
                                       T(another_state_with_its_entry), T(the_newest_are_kept),
                                       T(no_more_bytes_than_may_be)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
