#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "planner/plan_forecast_inside.h"

enum { ITEMS = 20000 };

static uint32_t chance(uint64_t *state, uint32_t n)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((*state >> 33) % n);
}

static uint32_t next_by_looking(const bool *here, uint32_t from)
{
    while (from < ITEMS && !here[from])
        from++;
    return from < ITEMS ? from : FACT_NONE;
}

/* Sparse and dense by turns, so that whole words and words of words fall empty. */
static void finds_whoever_stands_next(void **state)
{
    static bool here[ITEMS];
    struct line l = {0};
    uint64_t seed = 7;

    (void)state;
    plan_forecast_line_init(&l, ITEMS);
    assert_int_equal(plan_forecast_line_next(&l, 0), FACT_NONE);
    for (int round = 0; round < 60; round++) {
        for (int i = 0; i < 400; i++) {
            uint32_t item = chance(&seed, ITEMS);
            plan_forecast_line_enter(&l, item);
            here[item] = true;
        }
        for (uint32_t i = 0; i < ITEMS; i++)
            if (here[i] && chance(&seed, 100) < (round % 3 == 2 ? 99 : 10)) {
                plan_forecast_line_leave(&l, i);
                here[i] = false;
            }
        for (uint32_t from = 0; from < ITEMS + 200; from += 1 + chance(&seed, 40))
            assert_int_equal(plan_forecast_line_next(&l, from), next_by_looking(here, from));
    }
    plan_forecast_line_release(&l);
}

static void ends_where_it_ends(void **state)
{
    static const uint32_t sizes[] = {0, 1, 63, 64, 65, 4095, 4096, 4097};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct line l = {0};
        uint32_t last = sizes[i] - 1;
        plan_forecast_line_init(&l, sizes[i]);
        if (sizes[i] > 0) {
            plan_forecast_line_enter(&l, last);
            assert_int_equal(plan_forecast_line_next(&l, 0), last);
        }
        assert_int_equal(plan_forecast_line_next(&l, sizes[i]), FACT_NONE);
        plan_forecast_line_release(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_whoever_stands_next),
                                       cmocka_unit_test(ends_where_it_ends)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
