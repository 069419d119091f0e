#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "console/wall.h"

static void test_pages_turn_and_come_round(void **state)
{
    struct wall w = {0};

    (void)state;
    assert_int_equal(wall_page(&w, 3, false, 1000), 0);
    assert_int_equal(wall_page(&w, 3, false, 1000 + WALL_PAGE_MS - 1), 0);
    assert_int_equal(wall_page(&w, 3, false, 1000 + WALL_PAGE_MS), 1);
    assert_int_equal(wall_page(&w, 3, false, 1000 + 2 * WALL_PAGE_MS), 2);
    assert_int_equal(wall_page(&w, 3, false, 1000 + 3 * WALL_PAGE_MS), 0);
    assert_int_equal(wall_page(&w, 1, false, 1000 + 4 * WALL_PAGE_MS), 0);
}

static void test_it_stays_on_what_is_critical(void **state)
{
    struct wall w = {0};

    (void)state;
    wall_page(&w, 3, false, 1000);
    assert_int_equal(wall_page(&w, 3, false, 1000 + WALL_PAGE_MS), 1);
    for (int64_t ms = 20000; ms < 10 * WALL_PAGE_MS; ms += 1000)
        assert_int_equal(wall_page(&w, 3, true, ms), 0);
    assert_int_equal(wall_page(&w, 3, false, 10 * WALL_PAGE_MS), 0);
    assert_int_equal(wall_page(&w, 3, false, 11 * WALL_PAGE_MS), 1);
}

static void test_no_page(void **state)
{
    struct wall w = {0};

    (void)state;
    assert_int_equal(wall_page(&w, 0, false, 5), 0);
    assert_int_equal(wall_page(&w, 0, true, 5 + WALL_PAGE_MS), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages_turn_and_come_round),
        cmocka_unit_test(test_it_stays_on_what_is_critical),
        cmocka_unit_test(test_no_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
