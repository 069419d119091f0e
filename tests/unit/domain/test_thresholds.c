#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "domain/thresholds.h"

static void presets_are_in_their_range_and_as_they_are_written(void **state)
{
    struct err err = {0};

    (void)state;
    for (int i = 0; i < THRESHOLD_COUNT; i++) {
        const struct threshold_info *info = &thresholds_table[i];
        int64_t ms = 0;
        double written = strtod(info->preset_text, NULL);
        assert_non_null(info->name);
        assert_true(info->preset >= info->min && info->preset <= info->max);
        if (info->unit == THRESHOLD_SPAN) {
            assert_true(clock_parse_duration(info->preset_text, &ms, &err));
            written = (double)ms;
        }
        assert_float_equal(written, info->preset, 1e-9);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(info->name, thresholds_table[k].name);
    }
}

static void none_are_the_presets(void **state)
{
    struct thresholds t = thresholds_default();

    (void)state;
    assert_float_equal(thresholds_at(NULL, THRESHOLD_INLET_WARN_C), 27, 0);
    assert_int_equal(thresholds_int(NULL, THRESHOLD_QUEUE_WAIT_FOR), 600000);
    t.at[THRESHOLD_INLET_WARN_C] = 25;
    assert_float_equal(thresholds_at(&t, THRESHOLD_INLET_WARN_C), 25, 0);
}

static void what_warns_is_not_above_what_is_critical(void **state)
{
    struct thresholds t = thresholds_default();
    enum threshold lower, upper;

    (void)state;
    assert_false(thresholds_contradict(&t, &lower, &upper));
    t.at[THRESHOLD_USED_WARN_PCT] = 95;
    assert_true(thresholds_contradict(&t, &lower, &upper));
    assert_int_equal(lower, THRESHOLD_USED_WARN_PCT);
    assert_int_equal(upper, THRESHOLD_USED_CRIT_PCT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets_are_in_their_range_and_as_they_are_written),
        cmocka_unit_test(none_are_the_presets),
        cmocka_unit_test(what_warns_is_not_above_what_is_critical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
