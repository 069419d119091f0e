#include "poller_world.h"

/* Where requests fail apart the source lives while one of them ends well, and its last error is told. */
static void test_what_fails_apart_leaves_the_source_live(void **state)
{
    (void)state;
    static const int second[] = {200, 200, 500}; /* what the second request of two is answered */
    for (int i = 0; i < 3; i++) {
        struct world w;
        struct peer peer;
        open_world(&w);
        peer_start(&peer);
        driver_plan.requests = 2;
        driver_plan.apart = i > 0;
        for (int poll = 0; poll < 3; poll++) {
            peer_says(&peer, 2 * poll, 500, "", "{}", 0);
            peer_says(&peer, 2 * poll + 1, second[i], "", ONE_NODE, 0);
        }
        const struct collector_source source = source_of(&peer, "fra");
        struct poller *p = add(&w, &source);
        poller_start(p);
        polls(&w, 3);
        assert_non_null(poller_failure(p));
        assert_error(p, "first: status 500");
        assert_int_equal(poller_is_live(p), i == 1);
        assert_int_equal(stored(&w, KIND_RESERVATION, "fra"), second[i] == 200);
        assert_int_equal(value_int_or(&row_of(p).cells[SOURCE_ERRORS], 0), 3);
        peer_end(&peer);
        close_world(&w);
    }
}

/* An answer that is not whole by its peer's own words is no failure, but is told. */
static void test_what_an_answer_lacks_is_told(void **state)
{
    (void)state;
    struct world w;
    struct peer peer;
    open_world(&w);
    peer_start(&peer);
    driver_plan.lacks = true;
    peer_says(&peer, 0, 200, "", ONE_NODE, 0);
    const struct collector_source source = source_of(&peer, "fra");
    struct poller *p = add(&w, &source);
    poller_start(p);
    polls(&w, 1);
    assert_null(poller_failure(p));
    assert_state(p, "live");
    assert_error(p, "first: half of it is missing");
    assert_int_equal(stored(&w, KIND_NODE, "fra"), 1);
    peer_end(&peer);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_fails_apart_leaves_the_source_live),
        cmocka_unit_test(test_what_an_answer_lacks_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
