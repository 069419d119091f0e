#include "unit/views/rebalance_kit.h"

#include "zh.h"

/* Orders that wait for a second person, above the plans: seen, and approved or rejected from there. */

static struct fake waiting;

static void add_waiting(const char *id, const char *order, const char *target)
{
    struct row *a = fake_add(&waiting, KIND_ACTION, id);

    fake_text(a, ACTION_ORDER, order);
    fake_text(a, ACTION_KIND, "cancel");
    fake_text(a, ACTION_STATE, "previewed");
    fake_text(a, ACTION_TARGET, target);
    fake_text(a, ACTION_REQUESTED_BY, "zhao.min");
    fake_text(a, ACTION_REASON, "the cooling fails");
    fake_text(a, ACTION_HASH, "9a1b");
    fake_text(a, ACTION_UNDO, "it cannot be undone");
    fake_ago(a, ACTION_EXPIRES_AT, -780);
    list(a, ACTION_CHECKS, "fresh=ok\x1fone_person=no: too much for one person: 2 jobs within 10 minutes, at most 1");
}

static void begin(struct world *w)
{
    fill(w);
    waiting.count = 0;
    add_waiting("O-0007/1", "O-0007", "shg-ai/501");
    add_waiting("O-0007/2", "O-0007", "shg-ai/502");
    add_waiting("O-0008/1", "O-0008", "qyg-ai/17");
    w->rows[WAITING] = fake_rows(&waiting);
}

static void they_are_seen_where_plans_wait(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    struct canvas c = drawn(&w, 120, 30);
    assert_true(fake_shows(&c, "O-0007 waits for a second person, valid 13m (A approves, X rejects): zhao.min, cancel "
                               "shg-ai/501, shg-ai/502"));
    assert_true(fake_shows(&c, "O-0008 waits for a second person, valid 13m: zhao.min, cancel qyg-ai/17"));
    canvas_release(&c);
    end(&w);
}

static void the_dialog_says_what_is_approved(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    struct intent i = press(&w, 'A');
    assert_int_equal(i.kind, INTENT_FORM);
    assert_string_equal(i.op, "order_approve");
    assert_string_equal(i.text, "O-0007");
    assert_string_equal(i.ask, "{\"ref\":\"O-0007\",\"hash\":\"9a1b\"}");
    assert_non_null(strstr(i.say, "zhao.min: cancel shg-ai/501, shg-ai/502"));
    assert_non_null(strstr(i.say, "reason: the cooling fails"));
    assert_non_null(strstr(i.say, "too much for one person: 2 jobs"));
    assert_non_null(strstr(i.say, "Undo: it cannot be undone"));
    assert_non_null(strstr(i.say, "valid 13m; every check is made anew, then it runs at once"));
    i = press(&w, 'X');
    assert_string_equal(i.op, "order_reject");
    assert_string_equal(i.ask, "{\"ref\":\"O-0007\"}");
    end(&w);
}

/* In an open plan the keys are the plan's; without an order that waits there is nothing to approve. */
static void a_plan_that_is_open_is_what_is_meant(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    snprintf(w.s.text, sizeof w.s.text, "P-0187");
    fake_text(&w.plans.rows[0], PLAN_HASH, "5f2c");
    assert_string_equal(press(&w, 'A').op, "plan_approve");
    w.s.text[0] = '\0';
    waiting.count = 0;
    w.rows[WAITING] = fake_rows(&waiting);
    assert_int_equal(press(&w, 'A').kind, INTENT_SAY);
    assert_int_equal(press(&w, 'X').kind, INTENT_SAY);
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_seen_where_plans_wait),
        cmocka_unit_test(the_dialog_says_what_is_approved),
        cmocka_unit_test(a_plan_that_is_open_is_what_is_meant),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
