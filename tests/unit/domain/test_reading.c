#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "domain/reading.h"

/* Promise 4: an age of at most max(60 s, 3 polls). */
static void fresh(void **state)
{
    (void)state;
    assert_true(reading_is_fresh(0, 10000));
    assert_true(reading_is_fresh(60000, 10000));
    assert_false(reading_is_fresh(60001, 10000));
    assert_true(reading_is_fresh(90000, 30000));
    assert_false(reading_is_fresh(90001, 30000));
    assert_true(reading_is_fresh(60000, 0));
    assert_false(reading_is_fresh(-1, 10000));
    assert_true(reading_is_fresh(INT64_MAX, INT64_MAX));
    assert_false(reading_is_fresh(INT64_MAX, 10000));
}

static void a_reading_is_as_good_as_its_row(void **state)
{
    (void)state;
    struct row row = {.kind = KIND_QUEUE, .observed_ms = 5000, .age_ms = 2000};
    row.cells[QUEUE_WAITING] = value_int(12);

    struct reading r = reading_of(&row, QUEUE_WAITING);
    assert_int_equal(r.state, READING_FRESH);
    assert_int_equal(r.age_ms, 2000);
    assert_int_equal(r.observed_ms, 5000);
    assert_int_equal(reading_int_or(&r, -1), 12);

    row.stale = true;
    r = reading_of(&row, QUEUE_WAITING);
    assert_int_equal(r.state, READING_STALE);
    assert_int_equal(reading_int_or(&r, -1), 12);

    row.stale = false;
    row.age_ms = -1; /* nobody knows how old it is: not fresh */
    r = reading_of(&row, QUEUE_WAITING);
    assert_int_equal(r.state, READING_STALE);
}

static void what_is_unknown_has_no_number(void **state)
{
    (void)state;
    struct row row = {.kind = KIND_QUEUE, .age_ms = 1};
    struct reading none = reading_of(&row, QUEUE_WAITING), outside = reading_of(&row, 1000);
    struct reading failed = {.value = value_int(3), .state = READING_FAILED};

    assert_int_equal(none.state, READING_NONE);
    assert_int_equal(reading_int_or(&none, -1), -1);
    assert_int_equal(outside.state, READING_NONE);
    assert_int_equal(reading_int_or(&failed, -1), -1);
    assert_true(reading_real_or(&failed, 0.5) < 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fresh),
        cmocka_unit_test(a_reading_is_as_good_as_its_row),
        cmocka_unit_test(what_is_unknown_has_no_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
