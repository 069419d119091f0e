#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "ui/chart.h"

static void assert_spark(enum glyph_set glyphs, const double *values, size_t n, double max, const char *expected)
{
    struct canvas c;
    struct buf out = buf_make(256);

    assert_true(canvas_init(&c, 4, 1, glyphs));
    chart_spark(&c, 0, 0, 4, ROLE_CHART, values, n, max);
    assert_true(canvas_print(&c, &out, NULL));
    assert_string_equal(buf_str(&out), expected);
    buf_release(&out);
    canvas_release(&c);
}

static void unknown_is_blank_and_zero_is_not(void **state)
{
    static const double values[] = {NAN, NAN, 0, 0, 1, 2, 3, NAN};

    (void)state;
    assert_spark(GLYPHS_UNICODE, values, 8, 3, " ⣀⣴⡇\n");
    assert_spark(GLYPHS_ASCII, values + 1, 4, 2, " ..=\n");
    assert_spark(GLYPHS_SAFE, (const double[]){INFINITY, 0, 1, 2}, 4, 0, " .=#\n");
}

static void few_values_stand_at_the_right_and_the_last_of_many_count(void **state)
{
    static const double many[] = {9, 9, 9, 9, 9, 0, 0, 0, 5};

    (void)state;
    assert_spark(GLYPHS_ASCII, many + 8, 1, 5, "   #\n");
    assert_spark(GLYPHS_ASCII, many, 9, 5, "...#\n");
    assert_spark(GLYPHS_UNICODE, many + 8, 1, 5, "   ⢸\n");
    assert_spark(GLYPHS_ASCII, NULL, 0, 5, "\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_is_blank_and_zero_is_not),
        cmocka_unit_test(few_values_stand_at_the_right_and_the_last_of_many_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
