#include "unit/views/rebalance_kit.h"

#include "zh.h"

/* Orders that wait for a second person, above the plans: seen, and approved or rejected from there. */

static struct fake waiting;

static void add_waiting(const char *id, const char *order, const char *target)
{
    struct row *a = add_action(&waiting, id, order, "cancel", "previewed", target, "zhao.min");

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
    assert_true(fake_shows(&c, "O-0007 waits for a second person, valid 13m (1 of 2; Up chooses): zhao.min, cancel "
                               "shg-ai/501, shg-ai/502"));
    assert_true(fake_shows(&c, "O-0008 waits for a second person, valid 13m: zhao.min, cancel qyg-ai/17"));
    canvas_release(&c);
    end(&w);
}

/* Without those from `count` on. */
static void keep(struct world *w, size_t count)
{
    waiting.count = count;
    w->rows[WAITING] = fake_rows(&waiting);
}

static void the_dialog_says_what_is_approved(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    keep(&w, 2);
    struct canvas c = drawn(&w, 120, 30);
    assert_true(fake_shows(&c, "O-0007 waits for a second person, valid 13m (A approves, X rejects): zhao.min, "));
    canvas_release(&c);
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

/* Where several wait, none is taken for the one that is meant. */
static void the_cursor_chooses_among_several(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    struct canvas c = drawn(&w, 120, 30);
    canvas_release(&c);
    assert_int_equal(press(&w, 'A').kind, INTENT_SAY);
    assert_string_equal(press(&w, 'X').text, "2 orders wait: go up from the first plan to the one that is meant");
    press(&w, 'k');
    c = drawn(&w, 120, 30);
    assert_true(fake_shows(&c, "O-0008 waits for a second person, valid 13m (2 of 2; A approves, X rejects): "));
    assert_int_equal(c.cursor_y, 1);
    canvas_release(&c);
    assert_string_equal(press(&w, 'A').text, "O-0008");
    assert_string_equal(press(&w, 'X').ask, "{\"ref\":\"O-0008\"}");
    press(&w, 'k');
    assert_string_equal(press(&w, 'A').ask, "{\"ref\":\"O-0007\",\"hash\":\"9a1b\"}");
    press(&w, 'j');
    assert_string_equal(press(&w, 'A').text, "O-0008");
    press(&w, 'j');
    assert_int_equal(press(&w, 'A').kind, INTENT_SAY);
    end(&w);
}

/* The cursor stays on its order, and none that took its place is taken for it. */
static void what_is_gone_is_not_another(void **state)
{
    struct world w;

    (void)state;
    begin(&w);
    press(&w, 'k');
    struct canvas c = drawn(&w, 120, 30);
    canvas_release(&c);
    keep(&w, 2);
    assert_string_equal(press(&w, 'A').text, "what the cursor was on waits no longer");
    c = drawn(&w, 120, 30);
    canvas_release(&c);
    assert_string_equal(press(&w, 'A').text, "O-0007");
    end(&w);
}

static const struct row *object_of(struct world *w, struct row *object)
{
    struct view_frame frame = fake_frame(w->rows, 80, 20);

    assert_true(view_rebalance.object(&frame, &w->s, object));
    return object;
}

/* Four orders of many actions: three lines, that go along with the cursor. What is read of one is its own. */
static void many_are_gone_through(void **state)
{
    struct world w;
    struct row object = {0};
    char id[10][16], order[2][8] = {"O-0009", "O-0010"};

    (void)state;
    begin(&w);
    for (size_t i = 0; i < 10; i++) {
        snprintf(id[i], sizeof id[i], "%s/%zu", order[i / 9], i % 9 + 1);
        add_waiting(id[i], order[i / 9], "wha-ai/9");
    }
    keep(&w, 13);
    struct canvas c = drawn(&w, 120, 30);
    assert_true(fake_shows(&c, "O-0009 waits for a second person, valid 13m: zhao.min, cancel wha-ai/9, wha-ai/9, "));
    assert_false(fake_shows(&c, "O-0010"));
    canvas_release(&c);
    press(&w, 'k');
    c = drawn(&w, 120, 30);
    assert_true(fake_shows(&c, "O-0010 waits for a second person, valid 13m (4 of 4; A approves, X rejects): "));
    assert_false(fake_shows(&c, "O-0007"));
    canvas_release(&c);
    assert_true(text_is(object_of(&w, &object)->id, "O-0010/1"));
    assert_non_null(strstr(press(&w, 'A').say, "cancel wha-ai/9\n"));
    press(&w, 'k');
    assert_non_null(strstr(press(&w, 'A').say, "and 3 more"));
    press(&w, KEY_CODE_ENTER);
    c = drawn(&w, 120, 30);
    assert_true(fake_shows(&c, "the cooling fails"));
    assert_string_equal(w.s.text, "");
    canvas_release(&c);
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
        cmocka_unit_test(the_cursor_chooses_among_several),
        cmocka_unit_test(what_is_gone_is_not_another),
        cmocka_unit_test(many_are_gone_through),
        cmocka_unit_test(a_plan_that_is_open_is_what_is_meant),
    };

    return cmocka_run_group_tests(tests, fake_setup, NULL);
}
