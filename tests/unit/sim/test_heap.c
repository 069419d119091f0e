#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/chance.h"
#include "sim/heap.h"

static void it_gives_in_the_order_of_time(void **state)
{
    struct heap h = {0};
    struct chance c = {7};
    struct happening x, last = {.at_ms = -1};

    (void)state;
    for (unsigned i = 0; i < 3000; i++)
        heap_add(&h, (struct happening){.at_ms = chance_below(&c, 200), .index = i});
    for (unsigned i = 0; i < 3000; i++) {
        assert_true(heap_take(&h, 1000, &x));
        assert_true(x.at_ms >= last.at_ms);
        if (x.at_ms == last.at_ms) /* at the same time: first in, first out */
            assert_true(x.index > last.index);
        last = x;
    }
    assert_false(heap_take(&h, 1000, &x));
    heap_release(&h);
    heap_release(NULL);
}

static void it_waits_for_the_time(void **state)
{
    struct heap h = {0};
    struct happening x;

    (void)state;
    assert_false(heap_take(&h, 5, &x));
    heap_add(&h, (struct happening){.at_ms = 5, .index = 1});
    assert_false(heap_take(&h, 4, &x));
    assert_true(heap_take(&h, 5, &x));
    assert_int_equal(x.index, 1);
    heap_release(&h);
}

static void chance_has_its_distributions(void **state)
{
    static const float q[4] = {10, 20, 60, 100};
    struct chance c = {42};
    double wait = 0;
    unsigned below_median = 0, hits = 0;

    (void)state;
    for (unsigned i = 0; i < 20000; i++) {
        double v = chance_quantiles(&c, q);
        assert_true(v >= 5 && v <= 130);
        below_median += v < 20;
        wait += (double)chance_wait_ms(&c, 0.001) / 20000;
        hits += chance_hits(&c, 250);
    }
    assert_in_range(below_median, 9700, 10300);
    assert_in_range(hits, 4700, 5300);
    assert_true(wait > 970 && wait < 1030);
    assert_true(chance_wait_ms(&c, 0) > INT64_C(86400000) * 300);
    assert_int_equal(chance_below(&c, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_gives_in_the_order_of_time),
        cmocka_unit_test(it_waits_for_the_time),
        cmocka_unit_test(chance_has_its_distributions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
