#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "ui/key.h"
#include "ui/prompt.h"

static void type(struct prompt *p, const char *ascii)
{
    for (; *ascii != '\0'; ascii++)
        assert_int_equal(prompt_key(p, *ascii == ' ' ? KEY_CODE_SPACE : (uint32_t)*ascii), PROMPT_EDITED);
}

static void what_is_typed_goes_in_at_the_cursor(void **state)
{
    struct prompt p;

    (void)state;
    prompt_start(&p, NULL);
    type(&p, "ab c");
    prompt_key(&p, KEY_CODE_LEFT);
    assert_int_equal(prompt_key(&p, 0x4E2D), PROMPT_EDITED);
    assert_string_equal(p.text, "ab 中c");
    assert_int_equal(prompt_key(&p, KEY_CODE_BACKSPACE), PROMPT_EDITED);
    assert_string_equal(p.text, "ab c");
    assert_int_equal(prompt_key(&p, KEY_CODE_ENTER), PROMPT_DONE);
    assert_int_equal(prompt_key(&p, KEY_CODE_ESC), PROMPT_CANCELLED);
}

static void words_and_lines_are_cut(void **state)
{
    struct prompt p;

    (void)state;
    prompt_start(&p, "state=waiting  user=li");
    assert_int_equal(prompt_key(&p, 23), PROMPT_EDITED);
    assert_string_equal(p.text, "state=waiting  ");
    prompt_key(&p, KEY_CODE_HOME);
    assert_int_equal(prompt_key(&p, KEY_CODE_DELETE), PROMPT_EDITED);
    assert_string_equal(p.text, "tate=waiting  ");
    prompt_key(&p, KEY_CODE_END);
    assert_int_equal(prompt_key(&p, 21), PROMPT_EDITED);
    assert_string_equal(p.text, "");
    assert_int_equal(prompt_key(&p, 21), PROMPT_MOVED);
    assert_int_equal(prompt_key(&p, KEY_CODE_BACKSPACE), PROMPT_CANCELLED);
}

static void a_letter_and_its_accent_are_one_character(void **state)
{
    struct prompt p;

    (void)state;
    prompt_start(&p, "xe\xcc\x81y");
    prompt_key(&p, KEY_CODE_LEFT);
    prompt_key(&p, KEY_CODE_BACKSPACE);
    assert_string_equal(p.text, "xy");

    prompt_start(&p, "x\xcc\x81y"); /* a letter typed before an accent takes it over */
    prompt_key(&p, KEY_CODE_HOME);
    prompt_key(&p, KEY_CODE_DELETE);
    prompt_start(&p, "\xcc\x81y");
    prompt_key(&p, KEY_CODE_HOME);
    prompt_key(&p, 'e');
    assert_int_equal(p.at, 3);
    prompt_key(&p, KEY_CODE_BACKSPACE);
    assert_string_equal(p.text, "y");
}

static void it_never_grows_beyond_its_room(void **state)
{
    struct prompt p;
    char big[2 * PROMPT_MAX];

    (void)state;
    memset(big, 'a', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    prompt_start(&p, big);
    assert_int_equal(p.len, PROMPT_MAX - 1);
    assert_int_equal(prompt_key(&p, 'b'), PROMPT_IGNORED);
    prompt_key(&p, KEY_CODE_BACKSPACE);
    assert_int_equal(prompt_key(&p, 0x4E2D), PROMPT_IGNORED);
    assert_int_equal(prompt_key(&p, 0xD800), PROMPT_IGNORED);
    assert_int_equal(prompt_key(&p, KEY_CODE_F1), PROMPT_IGNORED);
    assert_int_equal(prompt_key(&p, 0), PROMPT_IGNORED);
    prompt_start(&p, "ab\xff"
                     "c");
    assert_string_equal(p.text, "ab");
}

static void the_cursor_is_always_seen(void **state)
{
    struct canvas c;
    struct prompt p;

    (void)state;
    assert_true(canvas_init(&c, 12, 1, GLYPHS_ASCII));
    prompt_start(&p, "一二三四五六七八九十");
    for (int i = 0; i < 12; i++) {
        prompt_draw(&p, &c, 0, 0, 12, "/");
        assert_in_range(c.cursor_x, 1, 11);
        assert_true(c.cursor_shown);
        prompt_key(&p, KEY_CODE_LEFT);
    }
    assert_int_equal(c.cursor_x, 1);
    canvas_release(&c);
}

/* A long label leaves room for what is typed. */
static void a_label_leaves_room(void **state)
{
    struct prompt p = {0};
    struct canvas c;

    (void)state;
    prompt_start(&p, "cable dug up");
    for (int width = 10; width <= 40; width += 10) {
        struct buf out = buf_make(4096);

        assert_true(canvas_init(&c, width, 1, GLYPHS_UNICODE));
        prompt_draw(&p, &c, 0, 0, width, "note on A-T68WX of the hall of the cluster: ");
        assert_true(canvas_print(&c, &out, NULL));
        assert_non_null(strstr(buf_str(&out), width < 20 ? "g up" : "dug up"));
        assert_true(c.cursor_x < width);
        canvas_release(&c);
        buf_release(&out);
    }
}

/* What completion puts in the place of the word before the cursor. */
static void a_word_is_replaced_and_the_rest_stays(void **state)
{
    struct prompt p;

    (void)state;
    prompt_start(&p, "jobs /sta rest");
    for (int i = 0; i < 5; i++)
        prompt_key(&p, KEY_CODE_LEFT); /* behind "sta" */
    assert_true(prompt_replace(&p, 6, "state="));
    assert_string_equal(p.text, "jobs /state= rest");
    assert_int_equal(p.at, strlen("jobs /state="));
    assert_true(prompt_replace(&p, p.at, "held"));
    assert_string_equal(p.text, "jobs /state=held rest");
    assert_true(prompt_replace(&p, 0, ""));
    assert_string_equal(p.text, " rest");
    assert_int_equal(p.at, 0);
    assert_true(prompt_replace(&p, 0, "作业"));
    assert_string_equal(p.text, "作业 rest");
    prompt_key(&p, KEY_CODE_BACKSPACE);
    assert_string_equal(p.text, "作 rest");
}

static void what_does_not_fit_or_make_sense_changes_nothing(void **state)
{
    static char full[PROMPT_MAX], long_word[PROMPT_MAX + 1];
    struct prompt p;

    (void)state;
    memset(full, 'a', sizeof full - 1);
    memset(long_word, 'b', sizeof long_word - 1);
    prompt_start(&p, full);
    assert_false(prompt_replace(&p, p.len, "b"));
    assert_string_equal(p.text, full);
    assert_true(prompt_replace(&p, p.len - 1, "b")); /* as long as before */
    assert_int_equal(p.len, PROMPT_MAX - 1);
    assert_int_equal(p.text[PROMPT_MAX - 2], 'b');
    assert_false(prompt_replace(&p, p.len - 1, "bb"));
    assert_false(prompt_replace(&p, 0, long_word));
    assert_int_equal(p.len, PROMPT_MAX - 1);
    prompt_start(&p, "abc");
    prompt_key(&p, KEY_CODE_HOME);
    assert_false(prompt_replace(&p, 2, "x")); /* behind the cursor there is no word before it */
    assert_string_equal(p.text, "abc");
    assert_int_equal(p.at, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_typed_goes_in_at_the_cursor),
        cmocka_unit_test(words_and_lines_are_cut),
        cmocka_unit_test(a_letter_and_its_accent_are_one_character),
        cmocka_unit_test(it_never_grows_beyond_its_room),
        cmocka_unit_test(the_cursor_is_always_seen),
        cmocka_unit_test(a_label_leaves_room),
        cmocka_unit_test(a_word_is_replaced_and_the_rest_stays),
        cmocka_unit_test(what_does_not_fit_or_make_sense_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
