#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "unit/console/form_kit.h"

#define NOW_MS INT64_C(1795288327000) /* 2026-11-21T19:12:07Z */

static struct instant later(int64_t ms)
{
    return (struct instant){NOW_MS + ms, ms};
}

static struct form start(const char *op, int64_t count)
{
    struct intent i = {.kind = INTENT_FORM, .count = count};
    struct form f;

    snprintf(i.op, sizeof i.op, "%s", op);
    snprintf(i.text, sizeof i.text, "A-7K3Q2");
    snprintf(i.ask, sizeof i.ask, "{\"alert\":\"A-7K3Q2\",\"source\":\"hubtop\"}");
    assert_true(form_start(&f, &i, later(0)));
    return f;
}

static void a_silence_has_an_end_and_a_reason(void **state)
{
    struct form f = start("silence", 1);
    struct intent ask;
    struct instant now = later(0);

    (void)state;
    assert_int_equal(form_kit_type(&f, "\n\ns", &now, &ask), FORM_OPEN); /* neither is there */
    assert_string_equal(f.dialog.problem, "its end is needed");
    f = start("silence", 1);
    assert_int_equal(form_kit_type(&f, "2h\n\ns", &now, &ask), FORM_OPEN);
    assert_string_equal(f.dialog.problem, "a reason is needed");
    f = start("silence", 1);
    assert_int_equal(form_kit_type(&f, "2h\nworks\ns", &now, &ask), FORM_DONE);
    assert_int_equal(ask.kind, INTENT_ASK);
    assert_string_equal(ask.op, "silence");
    assert_non_null(strstr(ask.ask, "\"alert\":\"A-7K3Q2\""));
    assert_non_null(strstr(ask.ask, "\"reason\":\"works\""));
    assert_non_null(strstr(ask.ask, "\"ends_at\":\"2026-11-21T21:12:"));
}

static void what_is_long_or_wide_wants_the_id(void **state)
{
    struct intent ask;
    struct instant now = later(0);
    struct form f = start("silence", 1);

    (void)state;
    assert_int_equal(form_kit_type(&f, "5h\nworks\n", &now, &ask), FORM_OPEN);
    assert_int_equal(form_kit_type(&f, "s", &now, &ask), FORM_OPEN); /* typed into the field of the id */
    assert_int_equal(form_kit_type(&f, "\ns", &now, &ask), FORM_OPEN);
    f = start("silence", 1);
    assert_int_equal(form_kit_type(&f, "5h\nworks\nA-7K3Q2\ns", &now, &ask), FORM_DONE);
    f = start("silence", FORM_SEVERE_ALERTS + 1);
    assert_int_equal(form_kit_type(&f, "1h\nworks\nA-7K3Q\ns", &now, &ask), FORM_OPEN);
    f = start("silence", FORM_SEVERE_ALERTS + 1);
    assert_int_equal(form_kit_type(&f, "1h\nworks\nA-7K3Q2\ns", &now, &ask), FORM_DONE);
}

static void ends_are_written_as_people_do(void **state)
{
    int64_t ms;

    (void)state;
    assert_true(form_end("90m", NOW_MS, &ms));
    assert_int_equal(ms, NOW_MS + 90 * 60000);
    assert_true(form_end("08:00", NOW_MS, &ms));
    assert_true(ms > NOW_MS && ms <= NOW_MS + 86400000);
    assert_true(form_end("2026-11-22T00:00:00Z", NOW_MS, &ms));
    assert_int_equal(ms, INT64_C(1795305600000));
    assert_false(form_end("soon", NOW_MS, &ms));
    assert_false(form_end("", NOW_MS, &ms));
}

static void a_window_may_begin_later(void **state)
{
    struct form f = start("maintenance_add", 0);
    struct intent ask;
    struct instant now = later(0);

    (void)state;
    assert_int_equal(form_kit_type(&f, "2026-11-22T00:00:00Z\n1h\nUPS\nm", &now, &ask), FORM_DONE);
    assert_non_null(strstr(ask.ask, "\"starts_at\":\"2026-11-22T00:00:00Z\""));
    assert_non_null(strstr(ask.ask, "\"ends_at\":\"2026-11-22T01:00:00Z\""));
    f = start("maintenance_add", 0);
    assert_int_equal(form_kit_type(&f, "2026-11-22T00:00:00Z\n2026-11-21T23:00:00Z\nUPS\nm", &now, &ask), FORM_OPEN);
    assert_false(form_start(&f, &(struct intent){.op = "ack"}, later(0)));
}

/* --- plans: the id is typed, and nothing else confirms --- */

static void a_plan_is_carried_out_when_its_id_is_typed(void **state)
{
    struct intent ask;
    struct instant now = later(0);
    struct form f = start("plan_apply", 0);

    (void)state;
    assert_int_equal(form_kit_type(&f, "A-7K3Q", &now, &ask), FORM_OPEN);
    assert_int_equal(form_kit_type(&f, "x", &now, &ask), FORM_OPEN); /* it only goes into the field */
    assert_string_equal(f.dialog.problem, "that is not A-7K3Q2: nothing is sent");
    f = start("plan_apply", 0);
    assert_int_equal(form_kit_type(&f, "A-7K3Q2x", &now, &ask), FORM_DONE);
    assert_string_equal(ask.op, "plan_apply");
    assert_non_null(strstr(ask.ask, "\"confirm\":\"A-7K3Q2\""));
    assert_non_null(strstr(ask.ask, "\"alert\":\"A-7K3Q2\"")); /* what the view said stays */
    assert_null(strstr(ask.ask, "reason"));
    f = start("plan_undo", 0);
    form_kit_key(&f, KEY_CODE_UP, &now, &ask);
    form_kit_type(&f, "INC-231", &now, &ask);
    form_kit_key(&f, KEY_CODE_UP, &now, &ask);
    assert_int_equal(form_kit_type(&f, "cut\n\nA-7K3Q2u", &now, &ask), FORM_DONE);
    assert_non_null(strstr(ask.ask, "\"reason\":\"cut\""));
    assert_non_null(strstr(ask.ask, "\"change\":\"INC-231\""));
}

/* What comes of it when these keys are typed. */
static enum form_result filled(const struct intent *wish, const char *keys, struct form *f, struct intent *ask)
{
    struct instant now = later(0);

    assert_true(form_start(f, wish, now));
    return form_kit_type(f, keys, &now, ask);
}

/* The reason is typed first, and there is no way around it. */
static void the_glass_is_broken_with_a_reason(void **state)
{
    struct intent ask, wish = {.kind = INTENT_FORM, .op = "plan_break_glass", .text = "P-0007"};
    struct form f;

    (void)state;
    snprintf(wish.ask, sizeof wish.ask, "{\"ref\":\"P-0007\",\"hash\":\"5f2c\",\"break_glass\":true}");
    assert_int_equal(filled(&wish, "\n\nP-0007x", &f, &ask), FORM_OPEN);
    assert_string_equal(f.dialog.problem, "a reason is needed");
    assert_int_equal(filled(&wish, "the cooling fails\n\nP-0007x", &f, &ask), FORM_DONE);
    assert_string_equal(ask.op, "plan_apply");
    assert_non_null(strstr(ask.ask, "\"break_glass\":true"));
    assert_non_null(strstr(ask.ask, "\"reason\":\"the cooling fails\""));
    assert_non_null(strstr(ask.ask, "\"confirm\":\"P-0007\""));
}

/* It runs at once: as a plan that is carried out. */
static void an_order_is_approved_when_its_id_is_typed(void **state)
{
    struct intent ask, wish = {.kind = INTENT_FORM, .op = "order_approve", .text = "O-0007"};
    struct form f;

    (void)state;
    snprintf(wish.ask, sizeof wish.ask, "{\"ref\":\"O-0007\",\"hash\":\"5f2c\"}");
    assert_int_equal(filled(&wish, "O-0008a", &f, &ask), FORM_OPEN);
    assert_int_equal(filled(&wish, "O-0007a", &f, &ask), FORM_DONE);
    assert_string_equal(ask.op, "order_approve");
    assert_non_null(strstr(ask.ask, "\"hash\":\"5f2c\""));
}

static void enter_confirms_no_plan(void **state)
{
    struct intent ask;
    struct instant now = later(0);
    struct form f = start("plan_apply", 0);

    (void)state;
    assert_int_equal(form_kit_type(&f, "\n\n\n", &now, &ask), FORM_OPEN);
    assert_int_equal(f.dialog.at, 2);
    assert_int_equal(form_kit_type(&f, "A-7K3Q2\n\n\n", &now, &ask), FORM_OPEN);
    assert_int_equal(form_kit_key(&f, KEY_CODE_ESC, &now, &ask), FORM_CANCELLED);
}

/* All at once, as where a terminal does not announce a paste; and one that it announces. */
static void a_paste_confirms_no_plan(void **state)
{
    const char *pasted = "A-7K3Q2x\nx";
    struct intent ask;
    struct instant now = later(10000);
    struct form f = start("plan_apply", 0);

    (void)state;
    for (const char *c = pasted; *c; c++)
        assert_int_equal(form_key(&f, *c == '\n' ? (uint32_t)KEY_CODE_ENTER : (uint32_t)(unsigned char)*c, now, &ask),
                         FORM_OPEN);
    f = start("plan_apply", 0);
    assert_int_equal(form_kit_key(&f, KEY_CODE_PASTE, &now, &ask), FORM_OPEN);
    assert_string_equal(f.dialog.fields[2].prompt.text, "");
}

/* They were meant for the screen before. */
static void keys_before_the_dialog_confirm_no_plan(void **state)
{
    struct intent ask;
    struct form f = start("plan_apply", 0);
    struct instant now = later(0);

    (void)state;
    for (const char *c = "A-7K3Q2x"; *c; c++)
        assert_int_equal(form_key(&f, (uint32_t)(unsigned char)*c, later(DIALOG_GUARD_MS - 1), &ask), FORM_OPEN);
    assert_string_equal(f.dialog.fields[2].prompt.text, "");
    f = start("plan_stop", 0);
    assert_int_equal(form_key(&f, 's', later(DIALOG_GUARD_MS - 1), &ask), FORM_OPEN);
    assert_int_equal(form_key(&f, 's', later(DIALOG_GUARD_MS), &ask), FORM_DONE);
    f = start("plan_stop", 0);
    assert_int_equal(form_kit_key(&f, KEY_CODE_ENTER, &now, &ask), FORM_CANCELLED);
}

/* What it is given to is a list, and stays one; the light form asks for the same as the severe one. */
static void an_order_keeps_its_targets(void **state)
{
    static const char *const ops[] = {"order_light", "order"};
    struct intent i = {.kind = INTENT_FORM}, ask;
    struct form f;

    (void)state;
    snprintf(i.text, sizeof i.text, "a/1");
    snprintf(i.ask, sizeof i.ask, "{\"action\":\"hold\",\"targets\":[\"a/1\",\"a/2\"],\"value\":7}");
    for (size_t k = 0; k < 2; k++) {
        snprintf(i.op, sizeof i.op, "%s", ops[k]);
        assert_int_equal(filled(&i, "o\n", &f, &ask), FORM_OPEN); /* it is the reason, or no id */
        assert_int_equal(filled(&i, k == 0 ? "\n\no" : "a/1o", &f, &ask), FORM_DONE);
        assert_string_equal(ask.op, "order");
        assert_non_null(strstr(ask.ask, "\"targets\":[\"a/1\",\"a/2\"],\"value\":7"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_keeps_its_targets),
        cmocka_unit_test(a_silence_has_an_end_and_a_reason),
        cmocka_unit_test(what_is_long_or_wide_wants_the_id),
        cmocka_unit_test(ends_are_written_as_people_do),
        cmocka_unit_test(a_window_may_begin_later),
        cmocka_unit_test(a_plan_is_carried_out_when_its_id_is_typed),
        cmocka_unit_test(the_glass_is_broken_with_a_reason),
        cmocka_unit_test(an_order_is_approved_when_its_id_is_typed),
        cmocka_unit_test(enter_confirms_no_plan),
        cmocka_unit_test(a_paste_confirms_no_plan),
        cmocka_unit_test(keys_before_the_dialog_confirm_no_plan),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
