#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "views/trend.h"

enum { STEPS = 60, HOUR_MS = 3600 * 1000 };

static double means[STEPS];

static void fill(int from, int to, double v)
{
    for (int i = from; i < to; i++)
        means[i] = v;
}

static void says(const char *unit, const char *want)
{
    struct trend t = trend_of(means, STEPS, HOUR_MS);
    struct buf b = buf_make(256);

    assert_true(trend_words(&t, unit, &b));
    assert_string_equal(buf_str(&b), want);
    buf_release(&b);
}

static void what_left_its_level_rises_since_then(void **state)
{
    (void)state;
    fill(0, 46, 10.7);
    for (int i = 46; i < STEPS; i++)
        means[i] = 10.7 + (31.2 - 10.7) * (i - 45) / 14;
    says("ms", "rising, 12.2 to 31.2 ms in 13 min"); /* a tenth of the way is no leaving yet */
    fill(46, STEPS, 31.2);
    says("ms", "rising, 10.7 to 31.2 ms in 14 min");
}

static void what_comes_down_falls(void **state)
{
    (void)state;
    fill(0, 30, 80);
    fill(30, STEPS, 20);
    says("%", "falling, 80 to 20 % in 30 min");
}

static void small_steps_are_steady(void **state)
{
    (void)state;
    for (int i = 0; i < STEPS; i++)
        means[i] = i % 2 ? 4.13 : 4.2;
    says("ms", "steady at 4.13 ms for 60 min");
    fill(0, STEPS, 0);
    says("", "steady at 0 for 60 min");
}

static void what_goes_up_and_down_is_between(void **state)
{
    (void)state;
    fill(0, 20, 2000);
    fill(20, 40, 1000);
    fill(40, STEPS, 1500);
    says("", "between 1,000 and 2,000 in 60 min, now 1,500");
}

static void gaps_are_no_zeros(void **state)
{
    (void)state;
    fill(0, STEPS, NAN);
    struct trend t = trend_of(means, STEPS, HOUR_MS);
    struct buf b = buf_make(256);
    assert_false(trend_words(&t, "ms", &b));
    assert_int_equal(b.len, 0);
    means[10] = 5; /* one value goes nowhere */
    assert_int_equal(trend_of(means, STEPS, HOUR_MS).way, TREND_UNKNOWN);
    fill(50, STEPS - 2, 5);
    says("ms", "steady at 5 ms for 48 min"); /* from the first known to the last */
    buf_release(&b);
}

static void seconds_below_a_minute(void **state)
{
    (void)state;
    double two[] = {1, 2};
    struct trend t = trend_of(two, 2, 20000);
    struct buf b = buf_make(256);
    assert_true(trend_words(&t, "", &b));
    assert_string_equal(buf_str(&b), "rising, 1 to 2 in 10 s");
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_left_its_level_rises_since_then),
        cmocka_unit_test(what_comes_down_falls),
        cmocka_unit_test(small_steps_are_steady),
        cmocka_unit_test(what_goes_up_and_down_is_between),
        cmocka_unit_test(gaps_are_no_zeros),
        cmocka_unit_test(seconds_below_a_minute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
