#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/tally.h"

static void test_what_never_happened_is_unknown(void **state)
{
    (void)state;
    const struct tally t = {0};
    struct row row = {.kind = KIND_SOURCE};
    tally_row(&t, &row);
    static const int unknown[] = {SOURCE_LAST_OK_AT, SOURCE_LAST_ERROR_AT, SOURCE_SKEW_S, SOURCE_ROWS, SOURCE_LAST_MS};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_false(value_known(&row.cells[unknown[i]]));
    static const int zero[] = {SOURCE_REQUESTS, SOURCE_BYTES,     SOURCE_BAD_BYTES,     SOURCE_BODIES_DROPPED,
                               SOURCE_ERRORS,   SOURCE_UNCHANGED, SOURCE_DUPLICATE_KEYS};
    for (size_t i = 0; i < sizeof zero / sizeof *zero; i++)
        assert_int_equal(value_int_or(&row.cells[zero[i]], -1), 0);
}

static void test_what_happened(void **state)
{
    (void)state;
    const struct tally t = {.polls = 1,
                            .requests = 1,
                            .bytes = 2,
                            .bad_bytes = 3,
                            .bodies_dropped = 4,
                            .errors = 5,
                            .rows = 6,
                            .last_ms = 7,
                            .duplicate_keys = 10,
                            .unchanged = 11,
                            .last_ok_ms = 8000,
                            .last_error_ms = 9000,
                            .skew_s = -1.5,
                            .skew_known = true};
    struct row row = {.kind = KIND_SOURCE};
    tally_row(&t, &row);
    assert_int_equal(value_int_or(&row.cells[SOURCE_REQUESTS], -1), 1);
    assert_int_equal(value_int_or(&row.cells[SOURCE_BYTES], -1), 2);
    assert_int_equal(value_int_or(&row.cells[SOURCE_BAD_BYTES], -1), 3);
    assert_int_equal(value_int_or(&row.cells[SOURCE_BODIES_DROPPED], -1), 4);
    assert_int_equal(value_int_or(&row.cells[SOURCE_ERRORS], -1), 5);
    assert_int_equal(value_int_or(&row.cells[SOURCE_ROWS], -1), 6);
    assert_int_equal(value_int_or(&row.cells[SOURCE_DUPLICATE_KEYS], -1), 10);
    assert_int_equal(value_int_or(&row.cells[SOURCE_UNCHANGED], -1), 11);
    assert_int_equal(value_int_or(&row.cells[SOURCE_LAST_MS], -1), 7);
    assert_int_equal(value_int_or(&row.cells[SOURCE_LAST_OK_AT], -1), 8000);
    assert_int_equal(value_int_or(&row.cells[SOURCE_LAST_ERROR_AT], -1), 9000);
    assert_true(value_real_or(&row.cells[SOURCE_SKEW_S], 0) == -1.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_never_happened_is_unknown),
        cmocka_unit_test(test_what_happened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
