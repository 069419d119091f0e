#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "ui/canvas.h"

static struct canvas make(int width, int height)
{
    struct canvas c;

    assert_true(canvas_init(&c, width, height, GLYPHS_UNICODE));
    return c;
}

static void assert_prints(const struct canvas *c, const char *expected)
{
    struct buf out = buf_make(1 << 20);

    assert_true(canvas_print(c, &out, NULL));
    assert_string_equal(buf_str(&out), expected);
    buf_release(&out);
}

static void text_is_cut_with_a_sign_and_blanks_its_field(void **state)
{
    struct canvas c = make(8, 2);

    (void)state;
    canvas_puts(&c, 0, 0, 8, ROLE_TEXT, "########");
    assert_int_equal(canvas_text(&c, 1, 0, 6, ROLE_TEXT, text_of("abc")), 3);
    assert_int_equal(canvas_text(&c, 0, 1, 4, ROLE_TEXT, text_of("abcdef")), 4);
    assert_prints(&c, "#abc   #\nabc~\n");
    canvas_release(&c);
}

static void a_wide_character_is_never_cut_in_half(void **state)
{
    struct canvas c = make(6, 3);

    (void)state;
    canvas_text(&c, 0, 0, 4, ROLE_TEXT, text_of("a中文"));
    canvas_text(&c, 3, 1, 3, ROLE_TEXT, text_of("中文"));
    canvas_text(&c, 0, 2, 1, ROLE_TEXT, text_of("中"));
    assert_prints(&c, "a中~\n   中~\n~\n");
    canvas_release(&c);
}

static void overwriting_half_of_a_wide_character_blanks_the_other(void **state)
{
    struct canvas c = make(6, 1);

    (void)state;
    canvas_puts(&c, 0, 0, 6, ROLE_TEXT, "中文字");
    canvas_puts(&c, 1, 0, 2, ROLE_TEXT, "xy");
    assert_prints(&c, " xy 字\n");
    canvas_puts(&c, 4, 0, 1, ROLE_TEXT, "z");
    assert_prints(&c, " xy z\n");
    canvas_release(&c);
}

static void hostile_text_stays_in_its_field_as_marks(void **state)
{
    static const char bytes[] = "\033[2J\xff\xe2\x80\xae\a";
    struct canvas c = make(40, 1);

    (void)state;
    canvas_puts(&c, 0, 0, 40, ROLE_TEXT, "........................................");
    canvas_text(&c, 2, 0, 20, ROLE_OK, text_from(bytes, sizeof bytes - 1));
    assert_prints(&c, "..^[[2J\\xff<202E>^G   ..................\n");
    assert_int_equal(c.cells[2].role, ROLE_MARK);
    assert_int_equal(c.cells[5].role, ROLE_OK); /* the 2 of [2J is only text */
    canvas_release(&c);
}

static void nothing_is_drawn_outside(void **state)
{
    struct canvas c = make(4, 2);

    (void)state;
    canvas_puts(&c, -2, 0, 4, ROLE_TEXT, "abcd");
    canvas_text(&c, 2, 1, 100, ROLE_TEXT, text_of("中文字"));
    canvas_puts(&c, 0, 2, 4, ROLE_TEXT, "below");
    canvas_puts(&c, 0, -1, 4, ROLE_TEXT, "above");
    canvas_text(&c, INT32_MAX, 0, INT32_MAX, ROLE_TEXT, text_of("far"));
    canvas_glyph(&c, 9, 9, ROLE_OK, GLYPH_OK);
    canvas_fill(&c, (struct area){3, 1, 100, 100}, ROLE_TEXT, '.');
    canvas_box(&c, (struct area){-5, -5, 30, 30}, "title", "note");
    assert_prints(&c, "a~\n  ~.\n");
    canvas_release(&c);
}

static void a_box_shows_its_title_and_a_note_that_fits(void **state)
{
    struct canvas c = make(24, 3);
    struct area in = canvas_box(&c, canvas_area(&c), "Jobs 1-2", "sort: wait");

    (void)state;
    assert_int_equal(in.x, 1);
    assert_int_equal(in.width, 22);
    assert_int_equal(in.height, 1);
    assert_prints(&c, "┌─ Jobs 1-2 ───────────┐\n│                      │\n└──────────────────────┘\n");
    canvas_box(&c, canvas_area(&c), "Jobs 1-2", "by id");
    assert_prints(&c, "┌─ Jobs 1-2 ─── by id ─┐\n│                      │\n└──────────────────────┘\n");
    canvas_release(&c);
}

static void each_glyph_set_has_one_column_for_each_sign(void **state)
{
    (void)state;
    for (int set = GLYPHS_UNICODE; set <= GLYPHS_ASCII; set++) {
        struct canvas c = make(2, 1);

        c.glyphs = (enum glyph_set)set;
        for (int g = 0; g < GLYPH_COUNT; g++) {
            const char *sign = canvas_sign(&c, (enum glyph)g);

            assert_int_equal(text_width(text_of(sign)), 1);
            if (set == GLYPHS_ASCII)
                assert_true(sign[0] > ' ' && sign[1] == '\0');
        }
        canvas_release(&c);
    }
}

static void safe_signs_are_narrow_where_ambiguous_ones_are_wide(void **state)
{
    struct canvas c = make(2, 1);

    (void)state;
    c.glyphs = GLYPHS_SAFE;
    text_set_ambiguous(2);
    for (int g = 0; g < GLYPH_COUNT; g++)
        assert_int_equal(text_width(text_of(canvas_sign(&c, (enum glyph)g))), 1);
    text_set_ambiguous(1);
    canvas_release(&c);
}

static void sizes_that_make_no_sense_give_an_empty_canvas(void **state)
{
    struct canvas c;

    (void)state;
    assert_false(canvas_init(&c, 0, 10, GLYPHS_ASCII));
    assert_false(canvas_init(&c, 10, CANVAS_SIDE_MAX + 1, GLYPHS_ASCII));
    canvas_puts(&c, 0, 0, 10, ROLE_TEXT, "x");
    canvas_clear(&c);
    canvas_release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_cut_with_a_sign_and_blanks_its_field),
        cmocka_unit_test(a_wide_character_is_never_cut_in_half),
        cmocka_unit_test(overwriting_half_of_a_wide_character_blanks_the_other),
        cmocka_unit_test(hostile_text_stays_in_its_field_as_marks),
        cmocka_unit_test(nothing_is_drawn_outside),
        cmocka_unit_test(a_box_shows_its_title_and_a_note_that_fits),
        cmocka_unit_test(each_glyph_set_has_one_column_for_each_sign),
        cmocka_unit_test(safe_signs_are_narrow_where_ambiguous_ones_are_wide),
        cmocka_unit_test(sizes_that_make_no_sense_give_an_empty_canvas),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
