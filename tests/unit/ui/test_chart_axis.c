#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "ui/chart_axis.h"

enum { MINUTE = 60000, HOUR = 3600000, ZONE = 8 * HOUR };
static const int64_t day = 24 * (int64_t)HOUR, night = INT64_C(1795288327000); /* 2026-11-21T19:12:07Z */

static bool is_round(double step)
{
    double digits = step / pow(10, floor(log10(step) + 1e-9));

    return fabs(digits - 1) < 1e-6 || fabs(digits - 2) < 1e-6 || fabs(digits - 5) < 1e-6;
}

/* Whatever the numbers: everything is held, ticks are round, and some tick beside the lowest is seen. */
static void any_values_get_round_ticks(void **state)
{
    static const double highs[] = {1e-9, 0.07, 0.999, 1,   1.66, 3,   3.42, 12.1,
                                   20,   31.2, 99.99, 312, 4500, 1e6, 7e12, 1e300};

    (void)state;
    for (size_t i = 0; i < sizeof highs / sizeof *highs; i++)
        for (int height = 2; height < 120; height++) {
            struct chart_axis_y a = chart_axis_y_make(0, highs[i], height);

            assert_true(a.low == 0 && a.high >= highs[i] * (1 - 1e-6));
            assert_true(is_round(a.step));
            assert_in_range(a.rows, 1, height - 1);
            assert_true(fabs(a.step / a.rows * height - a.high) <= a.high * 1e-9);
            assert_true(height < 6 || a.high <= 1.5 * highs[i]);
        }
}

static void no_span_and_no_number_is_an_axis_too(void **state)
{
    static const double odd[][2] = {{0, 0},        {5, 5},       {0, NAN},       {NAN, NAN},
                                    {0, INFINITY}, {0, DBL_MAX}, {-INFINITY, 3}, {3, -1}};

    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        struct chart_axis_y a = chart_axis_y_make(odd[i][0], odd[i][1], 8);

        assert_true(isfinite(a.low) && isfinite(a.high) && a.high > a.low && a.rows > 0);
    }
}

static void an_axis_may_begin_above_zero_at_a_round_value(void **state)
{
    struct chart_axis_y a = chart_axis_y_make(103.2, 109, 9);

    (void)state;
    assert_true(a.low <= 103.2 && a.low > 90 && a.high >= 109);
    assert_true(fabs(a.low / a.step - round(a.low / a.step)) < 1e-6);
}

static void labels_have_the_decimals_of_their_step(void **state)
{
    char text[CHART_AXIS_TEXT];
    struct chart_axis_y a = {0, 4, 0.5, 2};

    (void)state;
    assert_string_equal(chart_axis_y_text(&a, 0, text), "0");
    assert_string_equal(chart_axis_y_text(&a, 2, text), "1.0");
    assert_string_equal(chart_axis_y_text(&a, 3, text), "1.5");
    a.step = 0.02;
    assert_string_equal(chart_axis_y_text(&a, 3, text), "0.06");
    a.step = 200;
    assert_string_equal(chart_axis_y_text(&a, 3, text), "600");
    a.step = 2e9;
    assert_string_equal(chart_axis_y_text(&a, 3, text), "6e+09");
    assert_string_equal(chart_axis_value(1.6649, text), "1.66");
    assert_string_equal(chart_axis_value(20, text), "20");
    assert_string_equal(chart_axis_value(1234.5, text), "1234");
    assert_string_equal(chart_axis_value(-1e300, text), "-1e+300");
}

static void moments_are_round_in_local_time(void **state)
{
    char text[CHART_AXIS_TEXT];
    int64_t at = chart_axis_x_first(night, ZONE, 15 * MINUTE);

    (void)state;
    assert_string_equal(chart_axis_x_text(at, ZONE, 15 * MINUTE, text), "03:15");
    assert_int_equal(chart_axis_x_first(at, ZONE, 15 * MINUTE), at);
    assert_true(chart_axis_x_first(-at, ZONE, 15 * MINUTE) >= -at);
    /* Half an hour beside UTC's hours, as in India. */
    at = chart_axis_x_first(night, ZONE - 30 * MINUTE, HOUR);
    assert_string_equal(chart_axis_x_text(at, ZONE - 30 * MINUTE, HOUR, text), "03:00");
    /* Midnight of an axis of hours is the day; a whole day always is. */
    at = chart_axis_x_first(night, ZONE, 12 * (int64_t)HOUR);
    assert_string_equal(chart_axis_x_text(at, ZONE, 12 * (int64_t)HOUR, text), "12:00");
    at += 12 * (int64_t)HOUR;
    assert_string_equal(chart_axis_x_text(at, ZONE, 12 * (int64_t)HOUR, text), "11-23");
    assert_string_equal(chart_axis_x_text(at, ZONE, 10 * MINUTE, text), "00:00");
    assert_string_equal(chart_axis_x_text(chart_axis_x_first(night, ZONE, day), ZONE, day, text), "11-23");
    chart_axis_x_text(INT64_MAX / 2, 0, HOUR, text);
    assert_true(strlen(text) <= CHART_AXIS_LABEL);
}

static void labels_never_touch(void **state)
{
    static const int64_t spans[] = {HOUR, 6 * (int64_t)HOUR, 24 * (int64_t)HOUR, 168 * (int64_t)HOUR,
                                    24 * 366 * (int64_t)HOUR};

    (void)state;
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
        for (int columns = 1; columns < 400; columns++) {
            int64_t step = chart_axis_x_step(spans[i], columns);

            assert_true(step == 0 || (double)step / (double)spans[i] * columns > CHART_AXIS_LABEL + 1);
            assert_true(step > 0 || columns < 10);
        }
    assert_int_equal(chart_axis_x_step(HOUR, 66), 10 * MINUTE);
    assert_int_equal(chart_axis_x_step(168 * (int64_t)HOUR, 66), day);
    assert_int_equal(chart_axis_x_step(0, 80), 0);
    assert_int_equal(chart_axis_x_step(-5, 80), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_values_get_round_ticks),
        cmocka_unit_test(no_span_and_no_number_is_an_axis_too),
        cmocka_unit_test(an_axis_may_begin_above_zero_at_a_round_value),
        cmocka_unit_test(labels_have_the_decimals_of_their_step),
        cmocka_unit_test(moments_are_round_in_local_time),
        cmocka_unit_test(labels_never_touch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
