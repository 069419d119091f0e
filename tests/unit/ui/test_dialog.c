#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "ui/dialog.h"
#include "ui/key.h"

enum { SHOWN_MS = 1000, LATER_MS = SHOWN_MS + DIALOG_GUARD_MS, MUCH_LATER_MS = LATER_MS + 10 * DIALOG_GUARD_MS };

static struct dialog make(void)
{
    struct dialog d = {.verbs = {{'s', "silence A-1"}}, .verb_count = 1, .title = "Silence A-1", .field_count = 1};

    d.fields[0].label = "reason";
    dialog_say(&d, "SHG>SZ: one-way 3.42 ms > 3 ms");
    dialog_start(&d, SHOWN_MS);
    return d;
}

static void type(struct dialog *d, const char *text)
{
    for (; *text != '\0'; text++)
        assert_int_equal(dialog_key(d, (unsigned char)*text, d->guard_ms), DIALOG_EDITED);
}

static void the_letter_confirms_on_the_buttons(void **state)
{
    struct dialog d = make();

    (void)state;
    type(&d, "works");
    assert_string_equal(d.fields[0].prompt.text, "works");
    assert_int_equal(dialog_key(&d, KEY_CODE_ENTER, LATER_MS), DIALOG_OPEN);
    assert_int_equal(dialog_key(&d, 's', MUCH_LATER_MS), DIALOG_CONFIRMED);
}

static void enter_never_does(void **state)
{
    struct dialog d = make();

    (void)state;
    type(&d, "works");
    assert_int_equal(dialog_key(&d, KEY_CODE_ENTER, LATER_MS), DIALOG_OPEN);
    assert_int_equal(dialog_key(&d, KEY_CODE_ENTER, MUCH_LATER_MS), DIALOG_CANCELLED);
    d = make();
    assert_int_equal(dialog_key(&d, KEY_CODE_ESC, SHOWN_MS), DIALOG_CANCELLED);
}

/* A key that was meant for the screen before, and lines that a terminal pastes without saying so. */
static void keys_that_come_too_early_are_none(void **state)
{
    struct dialog d = make();

    (void)state;
    assert_int_equal(dialog_key(&d, 's', SHOWN_MS + DIALOG_GUARD_MS - 1), DIALOG_OPEN);
    assert_string_equal(d.fields[0].prompt.text, "");
    type(&d, "works");
    assert_int_equal(dialog_key(&d, KEY_CODE_ENTER, LATER_MS), DIALOG_OPEN);
    assert_int_equal(dialog_key(&d, 's', LATER_MS + DIALOG_GUARD_MS - 1), DIALOG_OPEN);
    assert_int_equal(dialog_key(&d, 's', LATER_MS + DIALOG_GUARD_MS), DIALOG_CONFIRMED);
}

static void a_paste_is_thrown_away(void **state)
{
    struct dialog d = make();

    (void)state;
    assert_int_equal(dialog_key(&d, KEY_CODE_PASTE, LATER_MS), DIALOG_OPEN);
    assert_int_equal(dialog_key(&d, KEY_CODE_TAB, LATER_MS), DIALOG_OPEN);
    assert_int_equal(dialog_key(&d, KEY_CODE_PASTE, MUCH_LATER_MS), DIALOG_OPEN);
}

static void a_problem_holds_it_up(void **state)
{
    struct dialog d = make();

    (void)state;
    snprintf(d.problem, sizeof d.problem, "a reason is needed");
    assert_int_equal(dialog_key(&d, KEY_CODE_TAB, LATER_MS), DIALOG_OPEN);
    assert_int_equal(dialog_key(&d, 's', MUCH_LATER_MS), DIALOG_OPEN);
    assert_int_equal(dialog_key(&d, KEY_CODE_BACKTAB, MUCH_LATER_MS), DIALOG_OPEN);
    type(&d, "x");
}

static void it_is_drawn_in_the_middle_of_any_screen(void **state)
{
    struct dialog d = make();
    struct canvas c;
    struct buf out = buf_make(1 << 16);

    (void)state;
    assert_true(canvas_init(&c, 60, 12, GLYPHS_ASCII));
    dialog_draw(&d, &c);
    assert_true(canvas_print(&c, &out, NULL));
    assert_non_null(strstr(buf_str(&out), "SHG>SZ: one-way"));
    assert_non_null(strstr(buf_str(&out), "Esc Cancel"));
    assert_true(c.cursor_shown);
    canvas_release(&c);
    buf_release(&out);
    for (int width = 1; width < 50; width += 7) {
        assert_true(canvas_init(&c, width, 6, GLYPHS_UNICODE));
        dialog_draw(&d, &c);
        canvas_release(&c);
    }
}

static void a_text_is_folded_where_it_may_be(void **state)
{
    (void)state;
    assert_int_equal(dialog_fold("one two three", 20), 13);
    assert_int_equal(dialog_fold("one two three", 9), 8);
    assert_int_equal(dialog_fold("one two three", 7), 8); /* the blank needs no room */
    assert_int_equal(dialog_fold("one two three", 6), 4);
    assert_int_equal(dialog_fold("unbreakable", 4), 4);
    assert_int_equal(dialog_fold("光缆中断", 5), 6); /* two of two columns each */
    assert_int_equal(dialog_fold("光", 1), 3);       /* at least one character */
    assert_int_equal(dialog_fold("", 5), 0);
}

static void what_is_read_before_is_not_cut(void **state)
{
    struct dialog d = make();
    struct canvas c;
    struct buf out = buf_make(1 << 16);

    (void)state;
    d.line_count = 0;
    dialog_say(&d, "It hides 39 alerts from everybody's list; they stay on their tab here.");
    dialog_say(&d, "  SZ>SHG: 9 of 13 paths lit, which is too long for a row");
    dialog_say(&d, "  last");
    for (int height = 14; height >= 10; height -= 4) {
        assert_true(canvas_init(&c, 40, height, GLYPHS_UNICODE));
        buf_clear(&out);
        dialog_draw(&d, &c);
        assert_true(canvas_print(&c, &out, NULL));
        assert_non_null(strstr(buf_str(&out), "│ It hides 39 alerts from everybody's  │"));
        assert_non_null(strstr(buf_str(&out), "their tab here."));
        assert_int_equal(strstr(buf_str(&out), "  last") != NULL, height == 14);
        assert_int_equal(strstr(buf_str(&out), "more, no room here") != NULL, height == 10);
        assert_string_equal(c.cells[(height - 1) * 40].utf8, " "); /* the keys' row stays */
        canvas_release(&c);
    }
    buf_release(&out);
}

/* However small: nothing stands beside its frame. */
static void it_stays_in_its_frame(void **state)
{
    struct dialog d = make();
    struct canvas c;

    (void)state;
    d.fields[0].label = "for how long, or until what moment";
    for (int width = 20; width < 60; width += 4) {
        assert_true(canvas_init(&c, width, 9, GLYPHS_UNICODE));
        dialog_draw(&d, &c);
        for (int y = 0; y < 9; y++) {
            const char *last = c.cells[(y + 1) * width - 1].utf8;
            if (strstr("│┐┘ ", last) == NULL)
                fail_msg("row %d of %d columns ends in '%s'", y, width, last);
        }
        assert_true(c.cursor_x < width - 2);
        canvas_release(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_letter_confirms_on_the_buttons),
        cmocka_unit_test(enter_never_does),
        cmocka_unit_test(keys_that_come_too_early_are_none),
        cmocka_unit_test(a_paste_is_thrown_away),
        cmocka_unit_test(a_problem_holds_it_up),
        cmocka_unit_test(it_is_drawn_in_the_middle_of_any_screen),
        cmocka_unit_test(a_text_is_folded_where_it_may_be),
        cmocka_unit_test(what_is_read_before_is_not_cut),
        cmocka_unit_test(it_stays_in_its_frame),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
