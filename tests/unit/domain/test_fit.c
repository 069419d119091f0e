#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/fit.h"

static const struct fit_wish wish = {8, 12};

/* 40 kW, of which 24 may still be drawn: each feed has 16 kW, of which it gives 4. */
static struct row good(void)
{
    struct row r = {.kind = KIND_RACK, .id = text_of("r")};

    r.cells[RACK_UNITS_TOTAL] = value_int(42);
    r.cells[RACK_UNITS_USED] = value_int(30);
    r.cells[RACK_UNITS_BLOCK] = value_int(8);
    r.cells[RACK_POWER_CAP_KW] = value_real(40);
    r.cells[RACK_POWER_KW] = value_real(8);
    r.cells[RACK_POWER_A_KW] = value_real(4);
    r.cells[RACK_POWER_B_KW] = value_real(4);
    r.cells[RACK_INLET_C] = value_real(27);
    r.cells[RACK_STATE] = value_text(text_of("up"));
    return r;
}

static void words_are_read_and_others_refused(void **state)
{
    static const char *const well[] = {"8U 12kW", "12kw 8u", " 8 U  12.0 KW ", "8U12kW"};
    static const char *const bad[] = {"",         "8U",        "12kW",      "8U 8U 12kW", "0U 12kW",
                                      "8U 0kW",   "8.5U 12kW", "-8U 12kW",  "8U 1e9kW",   "101U 12kW",
                                      "8U infkW", "0x8U 12kW", "8U 12kW x", "8U 12k",     "99999999999999999999U 1kW",
                                      "8U .kW",   "8U 1.2.3kW"};
    struct fit_wish w;
    struct err err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof well / sizeof *well; i++) {
        assert_true(fit_parse(text_of(well[i]), &w, &err));
        assert_int_equal(w.units, 8);
        assert_true(fabs(w.power_kw - 12) < 1e-9);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        err = (struct err){0};
        assert_false(fit_parse(text_of(bad[i]), &w, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_non_null(strstr(err.text, "8U 12kW"));
    }
}

static void free_units_that_are_too_few_need_no_block(void **state)
{
    struct row r = good();

    (void)state;
    r.cells[RACK_UNITS_BLOCK] = value_none();
    r.cells[RACK_UNITS_USED] = value_int(35); /* 7 are free */
    assert_int_equal(fit_rack(&wish, &r, NULL).reason, FIT_FEW_UNITS);
    assert_int_equal(fit_rack(&wish, &r, NULL).block, -1);
    r.cells[RACK_UNITS_USED] = value_int(34); /* 8 are, perhaps not in one piece */
    assert_int_equal(fit_rack(&wish, &r, NULL).reason, FIT_UNITS_UNKNOWN);
}

static void each_reason_is_told(void **state)
{
    static const struct {
        int field;
        double value; /* NAN: unknown */
        enum fit_reason reason;
    } cases[] = {
        {RACK_NAME, NAN, FIT_ROOM},
        {RACK_UNITS_BLOCK, 7, FIT_FEW_UNITS}, /* 12 are free, not in one piece */
        {RACK_UNITS_USED, 35, FIT_FEW_UNITS},
        {RACK_UNITS_USED, 99, FIT_FEW_UNITS}, /* more than there are */
        {RACK_UNITS_TOTAL, 0, FIT_FEW_UNITS}, /* it has no height */
        {RACK_UNITS_BLOCK, NAN, FIT_UNITS_UNKNOWN},
        {RACK_UNITS_TOTAL, NAN, FIT_ROOM}, /* its block is told */
        {RACK_POWER_CAP_KW, NAN, FIT_POWER_UNKNOWN},
        {RACK_POWER_CAP_KW, 0, FIT_POWER_UNKNOWN},
        {RACK_POWER_CAP_KW, -5, FIT_POWER_UNKNOWN},
        {RACK_POWER_CAP_KW, 25, FIT_ROOM},
        {RACK_POWER_CAP_KW, 24.9, FIT_LITTLE_POWER},
        {RACK_POWER_A_KW, 10.1, FIT_LITTLE_POWER}, /* 5.9 left on it, 6 needed */
        {RACK_POWER_B_KW, 0, FIT_FEED_LOST},
        {RACK_POWER_PLANNED_KW, 21, FIT_LITTLE_POWER},
        {RACK_POWER_PLANNED_KW, 20, FIT_ROOM},
        {RACK_INLET_C, 27.1, FIT_WARM},
        {RACK_INLET_C, NAN, FIT_INLET_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct row r = good();

        r.cells[cases[i].field] = value_real(cases[i].value);
        assert_int_equal(fit_rack(&wish, &r, NULL).reason, cases[i].reason);
    }
}

static void what_it_is_used_for_counts(void **state)
{
    struct row r = good();

    (void)state;
    r.cells[RACK_STATE] = value_text(text_of("down"));
    assert_int_equal(fit_rack(&wish, &r, NULL).reason, FIT_DOWN);
    r.cells[RACK_STATUS] = value_text(text_of("deprecated"));
    assert_int_equal(fit_rack(&wish, &r, NULL).reason, FIT_NOT_ACTIVE);
    r.stale = true;
    assert_int_equal(fit_rack(&wish, &r, NULL).reason, FIT_STALE);
    r = (struct row){.kind = KIND_RACK};
    assert_int_equal(fit_rack(&wish, &r, NULL).reason, FIT_UNITS_UNKNOWN);
    assert_true(isnan(fit_rack(&wish, &r, NULL).power_left_kw));
}

static void one_feed_or_none_told(void **state)
{
    struct row r = good();

    (void)state;
    assert_true(fit_rack(&wish, &r, NULL).two_feeds);
    assert_true(fabs(fit_rack(&wish, &r, NULL).power_left_kw - 24) < 1e-9);
    r.cells[RACK_POWER_B_KW] = value_none();
    assert_false(fit_rack(&wish, &r, NULL).two_feeds);
    assert_true(fabs(fit_rack(&wish, &r, NULL).power_left_kw - 24) < 1e-9); /* 80 % of 40, and it draws 8 */
    r.cells[RACK_POWER_KW] = r.cells[RACK_POWER_A_KW] = value_none();
    assert_int_equal(fit_rack(&wish, &r, NULL).reason, FIT_POWER_UNKNOWN); /* unknown is not zero */
}

static void the_best_comes_first(void **state)
{
    static const struct fit_answer order[] = {
        {FIT_ROOM, 8, 20, 22, true},  {FIT_ROOM, 8, 20, 24, true},           {FIT_ROOM, 8, 13, 20, true},
        {FIT_ROOM, 20, 30, 20, true}, {FIT_POWER_UNKNOWN, 8, NAN, 20, true}, {FIT_FEW_UNITS, 2, 30, 20, true},
    };
    const size_t n = sizeof order / sizeof *order;

    (void)state;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            int c = fit_compare(&order[i], &order[j]);

            assert_int_equal((c > 0) - (c < 0), (i > j) - (i < j));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_read_and_others_refused),
        cmocka_unit_test(free_units_that_are_too_few_need_no_block),
        cmocka_unit_test(each_reason_is_told),
        cmocka_unit_test(what_it_is_used_for_counts),
        cmocka_unit_test(one_feed_or_none_told),
        cmocka_unit_test(the_best_comes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
