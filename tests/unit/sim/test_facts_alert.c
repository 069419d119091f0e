#include "unit/sim/watch.h"

enum { ALERTS_MAX = 400 };

struct told {
    size_t count, dark, late, transfers, tenants, queues, other;
    char ids[ALERTS_MAX][96];
};

static bool take(void *ctx, const struct row *row, struct err *err)
{
    struct told *told = ctx;
    struct safe_text kind = value_text_or(&row->cells[ALERT_KIND], ""),
                     name = value_text_or(&row->cells[ALERT_NAME], "");

    (void)err;
    assert_int_equal(row->kind, KIND_ALERT);
    assert_true(text_is(value_text_or(&row->cells[ALERT_STATE], ""), "firing"));
    assert_false(text_empty(value_text_or(&row->cells[ALERT_WHERE], "")));
    assert_false(text_empty(value_text_or(&row->cells[ALERT_SUMMARY], "")));
    assert_true(told->count < ALERTS_MAX);
    snprintf(told->ids[told->count], sizeof told->ids[0], "%.*s", (int)text_len(row->id), text_bytes(row->id));
    for (size_t i = 0; i < told->count; i++)
        assert_string_not_equal(told->ids[i], told->ids[told->count]);
    told->count++;
    told->dark += text_is(name, "PathDark");
    told->late += text_is(name, "ProbeLate") || text_is(name, "PathFull");
    told->transfers += text_is(kind, "transfers");
    told->tenants += text_is(kind, "tenants");
    told->queues += text_is(kind, "queues");
    told->other += text_is(kind, "schedulers") || text_is(kind, "halls") || text_is(kind, "racks");
    return true;
}

static struct told alerts(struct sim *s, int64_t at_ms)
{
    struct told told = {.count = 0};

    sim_advance(s, start_ms + at_ms, 0);
    for (int64_t at = 0; at >= 0;)
        assert_true(sim_facts(s, KIND_ALERT, &at, 7, take, &told, NULL));
    return told;
}

/* A minute after the cut, until it is mended: the paths that are dark, and what goes over the link. */
static void a_cut_is_told_many_times(void **state)
{
    static const struct sim_event events[] = {{0, 0, "load", "BBB>PPP", 70},
                                              {10 * MINUTE_MS, 30 * MINUTE_MS, "path_down", "BBB>PPP", 4}};
    struct sim *s = world(42, events, 2);

    (void)state;
    assert_int_equal(alerts(s, 10 * MINUTE_MS + 59000).count, 0);
    struct told told = alerts(s, 15 * MINUTE_MS);
    assert_int_equal(told.dark, 2 * 4); /* seen from both ends */
    assert_true(told.transfers >= 3);
    assert_int_equal(told.count, told.dark + told.late + told.transfers + told.tenants + told.queues);
    assert_int_equal(alerts(s, 40 * MINUTE_MS).count, 0);
    sim_free(s);
}

static void nodes_that_fail_and_some_more_work_are_none(void **state)
{
    static const struct sim_event events[] = {{0, HOUR_MS, "node_down", "a-ai", 2},
                                              {0, HOUR_MS, "arrivals", "a-ai", 1.6}};
    struct sim *s = world(42, events, 2);

    (void)state;
    assert_int_equal(alerts(s, 30 * MINUTE_MS).count, 0);
    sim_free(s);
}

static void a_hall_a_site_and_a_flood(void **state)
{
    static const struct sim_event heat[] = {{0, 2 * HOUR_MS, "cooling_down", "A-1/H1", 36}};
    static const struct sim_event site[] = {{0, HOUR_MS, "site_down", "A-1", 0}};
    static const struct sim_event flood[] = {{0, HOUR_MS, "arrivals", "a-ai/serve", 4}};
    struct sim *s = world(42, heat, 1);

    (void)state;
    assert_int_equal(alerts(s, 5 * MINUTE_MS).count, 1);
    struct told hot = alerts(s, HOUR_MS);
    assert_true(hot.count > 2 && hot.other == hot.count);
    sim_free(s);
    s = world(42, site, 1);
    assert_int_equal(alerts(s, 5 * MINUTE_MS).other, 2);
    sim_free(s);
    s = world(42, flood, 1);
    assert_int_equal(alerts(s, 5 * MINUTE_MS).count, 0);
    assert_int_equal(alerts(s, 15 * MINUTE_MS).queues, 1);
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_is_told_many_times),
        cmocka_unit_test(nodes_that_fail_and_some_more_work_are_none),
        cmocka_unit_test(a_hall_a_site_and_a_flood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
