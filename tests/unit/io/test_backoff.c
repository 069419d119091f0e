#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/backoff.h"

enum { INTERVAL_MS = 10000, NOW_MS = 1000000 };

static void test_success_waits_an_interval_from_the_end(void **state)
{
    (void)state;
    struct backoff b = {.failures = 9, .open = true, .not_before_ms = 1, .peer_before_ms = 5};
    backoff_success(&b, NOW_MS, INTERVAL_MS);
    assert_int_equal(backoff_wait_ms(&b, NOW_MS), INTERVAL_MS);
    assert_int_equal(b.failures, 0);
    assert_int_equal(b.peer_before_ms, 0);
    assert_false(b.open);
    assert_int_equal(backoff_wait_ms(&b, NOW_MS + INTERVAL_MS + 1), 0);
}

/* With the highest chance the ceilings are seen: a peer that is back must be seen within two polls. */
static void test_ceilings_are_two_polls_at_most(void **state)
{
    (void)state;
    static const int64_t ceilings[] = {10000, 20000, 20000, 20000, 20000, 20000, 20000};
    struct backoff b = {0};
    for (size_t i = 0; i < sizeof ceilings / sizeof *ceilings; i++) {
        backoff_failure(&b, NOW_MS, INTERVAL_MS, -1, 0.9999999);
        assert_in_range(backoff_wait_ms(&b, NOW_MS), ceilings[i] - 2, ceilings[i]);
        assert_int_equal(b.failures, i + 1);
        assert_int_equal(b.open, i + 1 >= 5);
    }
}

static void test_jitter_is_full_but_never_nothing(void **state)
{
    (void)state;
    struct backoff b = {0};
    backoff_failure(&b, NOW_MS, INTERVAL_MS, -1, 0.5);
    assert_int_equal(backoff_wait_ms(&b, NOW_MS), INTERVAL_MS / 2);
    for (int i = 0; i < 100000; i++)
        backoff_failure(&b, NOW_MS, INTERVAL_MS, -1, 0);
    assert_int_equal(backoff_wait_ms(&b, NOW_MS), 500);
}

static void test_retry_after_is_a_lower_bound(void **state)
{
    (void)state;
    struct backoff b = {0};
    backoff_failure(&b, NOW_MS, INTERVAL_MS, 42000, 0.5);
    assert_int_equal(backoff_wait_ms(&b, NOW_MS), 42000);
    assert_int_equal(b.peer_before_ms, NOW_MS + 42000);
    backoff_failure(&b, NOW_MS, INTERVAL_MS, 1000, 0.99);
    assert_true(backoff_wait_ms(&b, NOW_MS) > 19000);
    backoff_failure(&b, NOW_MS, INTERVAL_MS, -1, 0.99);
    assert_int_equal(b.peer_before_ms, 0);
}

/* "Retry-After: 99999999" by a slip of the peer's: three years. */
static void test_retry_after_is_an_hour_at_most(void **state)
{
    (void)state;
    struct backoff b = {0};
    backoff_failure(&b, NOW_MS, INTERVAL_MS, INT64_C(99999999000), 0.5);
    assert_int_equal(backoff_wait_ms(&b, NOW_MS), 3600 * 1000);
}

static void test_the_first_poll_is_spread(void **state)
{
    (void)state;
    assert_int_equal(backoff_first_ms(INTERVAL_MS, 0), 0);
    assert_in_range(backoff_first_ms(INTERVAL_MS, 0.999), 1990, 2000);
    assert_in_range(backoff_first_ms(1000, 0.999), 990, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_success_waits_an_interval_from_the_end),
        cmocka_unit_test(test_ceilings_are_two_polls_at_most),
        cmocka_unit_test(test_jitter_is_full_but_never_nothing),
        cmocka_unit_test(test_retry_after_is_a_lower_bound),
        cmocka_unit_test(test_retry_after_is_an_hour_at_most),
        cmocka_unit_test(test_the_first_poll_is_spread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
