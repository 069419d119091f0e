#include "unit/store/fixture.h"

#include "collector/order_limits.h"
#include "store/journal.h"

/* Who raises a limit is on record: once, until it is another. */

static bool count(void *ctx, const struct journal_entry *e, struct err *err)
{
    (void)err;
    *(int *)ctx += text_is(e->op, "limits");
    return true;
}

static int noted(struct fixture *f)
{
    struct err err = {0};
    int n = 0;
    assert_true(journal_each(f->store, 0, count, &n, &err));
    return n;
}

struct said {
    const char *words;
    bool is;
};

static bool look(void *ctx, const struct journal_entry *e, struct err *err)
{
    struct said *s = ctx;
    (void)err;
    s->is = text_is(e->op, "limits") && text_contains(e->body, text_of(s->words), false);
    return false;
}

static bool last_says(struct fixture *f, const char *words)
{
    struct said s = {words, false};
    struct err err = {0};
    journal_each_back(f->store, INT64_MAX, look, &s, &err);
    return s.is;
}

static void raising_one_is_on_record(void **state)
{
    struct fixture f;
    const struct clock clock = {0};
    struct plan_limits l = plan_limits_preset();
    (void)state;
    fixture_init(&f, NULL);
    order_limits_note(f.store, &clock, &l);
    assert_int_equal(noted(&f), 0); /* the presets */
    l.jobs_alone = 500;
    order_limits_note(f.store, &clock, &l);
    order_limits_note(f.store, &clock, &l); /* it starts again */
    assert_int_equal(noted(&f), 1);
    assert_true(last_says(&f, "\"jobs_alone\":{\"is\":500"));
    l.delay_factor = 3;
    order_limits_note(f.store, &clock, &l);
    assert_int_equal(noted(&f), 2);
    assert_true(last_says(&f, "\"delay_factor\":{\"is\":3"));
    fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(raising_one_is_on_record)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
