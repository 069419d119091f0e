#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/table.h"

static const struct table_column columns[] = {
    {"JOB", 6, 12, 1, 0, 0, false}, {"GPU", 4, 0, 0, 2, 1, true}, {"NAME", 5, 40, 2, 1, 2, false}, {0}};

static void assert_head(int width, int scroll, const char *expected)
{
    struct canvas c;
    struct buf out = buf_make(4096);

    assert_true(canvas_init(&c, width, 2, GLYPHS_ASCII));
    struct table t = table_make(columns, canvas_area(&c), 2, scroll);
    table_head(&t, &c, 1, true);
    table_text(&t, &c, 0, 0, ROLE_TEXT, text_of("fra/1234567890123"));
    table_puts(&t, &c, 0, 1, ROLE_TEXT, "8");
    table_puts(&t, &c, 7, 1, ROLE_TEXT, "no such row");
    table_text(&t, &c, 0, 2, ROLE_TEXT, text_of("llm"));
    assert_true(canvas_print(&c, &out, NULL));
    assert_string_equal(buf_str(&out), expected);
    buf_release(&out);
    canvas_release(&c);
}

static void room_goes_to_the_columns_that_want_it(void **state)
{
    (void)state;
    assert_head(40, 0, "  JOB          vGPU NAME\n  fra/1234567~    8 llm\n");
}

static void a_narrow_screen_leaves_columns_out_by_rank(void **state)
{
    (void)state;
    assert_head(14, 0, "  JOB    NAME\n  fra/1~ llm\n");
    assert_head(10, 0, "  JOB\n  fra/123~\n");
    assert_head(5, 0, "  JOB\n  fr~\n");
    assert_head(1, 0, "\n\n");
}

static void scrolling_keeps_the_first_column(void **state)
{
    (void)state;
    assert_head(20, 1, "  JOB      NAME\n  fra/123~ llm\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(room_goes_to_the_columns_that_want_it),
        cmocka_unit_test(a_narrow_screen_leaves_columns_out_by_rank),
        cmocka_unit_test(scrolling_keeps_the_first_column),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
