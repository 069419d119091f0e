#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/sim/watch.h"

/* Services are requeued and stay the same job, others fail with their node. */
static void lost_nodes_lose_jobs(void **state)
{
    static const struct sim_event e[] = {{0, 0, "node_down", "a-ai", 20}, {0, 0, "node_down", "a-gen", 20}};
    struct sim *s = world(42, e, 2);
    size_t requeued = 0, failed = 0;

    (void)state;
    sim_advance(s, start_ms + 1, 0);
    check_nodes(s);
    for (size_t i = 0; i < seen.n_jobs; i++) {
        requeued += seen.jobs[i].restarts == 1 && !seen.jobs[i].has_ended;
        failed += is(&seen.jobs[i], "failed") && strcmp(seen.jobs[i].raw, "NODE_FAIL") == 0;
    }
    assert_true(requeued > 0 && failed > 0);
    assert_true(sim_count_nodes(s, "a-gen", "down") >= 20);
    sim_free(s);
}

static void nodes_go_down_and_come_back(void **state)
{
    static const struct sim_event e[] = {{10 * MINUTE_MS, 30 * MINUTE_MS, "node_down", "b-hpc/hn0010", 1}};
    struct sim *s = world(42, e, 1);

    (void)state;
    sim_advance(s, start_ms + 10 * MINUTE_MS - 1, 0);
    look(s);
    assert_string_not_equal(node_state("b-hpc/hn0010"), "down");
    sim_advance(s, start_ms + 10 * MINUTE_MS, 0);
    check_nodes(s);
    assert_string_equal(node_state("b-hpc/hn0010"), "down");
    sim_advance(s, start_ms + 41 * MINUTE_MS, 0);
    check_nodes(s);
    assert_string_not_equal(node_state("b-hpc/hn0010"), "down");
    sim_free(s);
}

static void more_work_arrives(void **state)
{
    static const struct sim_event e[] = {{0, HOUR_MS, "arrivals", "a-gen", 6}};
    struct sim *s = world(42, e, 1), *plain = world_at(start_ms + HOUR_MS);

    (void)state;
    sim_advance(s, start_ms + HOUR_MS, 0);
    assert_true(sim_count_jobs(s, "a-gen", "waiting") > sim_count_jobs(plain, "a-gen", "waiting") + 5);
    assert_int_equal(sim_count_jobs(s, "a-ai", NULL), sim_count_jobs(plain, "a-ai", NULL));
    sim_free(s);
    sim_free(plain);
}

static void a_stopped_scheduler_stands_still(void **state)
{
    static const struct sim_event e[] = {{10 * MINUTE_MS, 20 * MINUTE_MS, "scheduler_stop", "a-ai", 0}};
    struct sim *s = world(42, e, 1), *plain = world_at(start_ms + 10 * MINUTE_MS);
    size_t stopped;
    struct err err = {0};

    (void)state;
    sim_advance(s, start_ms + 29 * MINUTE_MS, 0);
    stopped = sim_count_jobs(s, "a-ai", "running");
    assert_int_equal(stopped, sim_count_jobs(plain, "a-ai", "running"));
    assert_false(sim_apply(s, &(struct sim_order){.kind = SIM_DRAIN, .target = "a-ai/an0001", .reason = ""}, &err));
    assert_int_equal(err.kind, ERR_TRANSIENT);
    sim_advance(s, start_ms + 40 * MINUTE_MS, 0);
    sim_advance(plain, start_ms + 40 * MINUTE_MS, 0);
    assert_true(facts_hash(s) == facts_hash(plain));
    sim_free(s);
    sim_free(plain);
}

static void nonsense_is_refused(void **state)
{
    static const struct sim_event bad[] = {
        {0, 0, "earthquake", "a-ai", 0},   {0, 0, "node_down", "nowhere", 0}, {0, 0, "node_down", "a-ai/an9999", 0},
        {0, 0, "arrivals", NULL, 0},       {0, 0, NULL, "a-ai", 0},           {0, 0, "path_down", "a-ai", 0},
        {0, 0, "path_down", "BBB>AAA", 1}, /* measured alone: it has no paths */
        {0, 0, "path_down", "AAA>PPP", 1}, {0, 0, "load", "BBB>PPP>", 50},    {0, 0, "load", "BBB>PPP", 0},
        {0, 0, "arrivals", "BBB>PPP", 2},  {0, 0, "path_down", NULL, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};
        struct sim_options o = {
            .fleet = &fleet, .events = &bad[i], .event_count = 1, .start_utc_ms = start_ms, .scale = 1};
        assert_null(sim_new(&o, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_true(err.hint[0] != '\0');
    }
}

/* --- halls, sites and reservations --- */

struct count {
    const char *hall, *reason;
    size_t racks, out, drained;
    double inlet_c, least_out_c, most_in_c;
};

static bool take_rack(void *ctx, const struct row *row, struct err *err)
{
    struct count *n = ctx;
    double inlet_c = value_real_or(&row->cells[RACK_INLET_C], NAN);

    (void)err;
    if (!text_is(value_text_or(&row->cells[RACK_HALL], ""), n->hall))
        return true;
    n->racks++;
    n->inlet_c = fmax(n->inlet_c, inlet_c);
    if (value_int_or(&row->cells[RACK_NODES_DOWN], 0) > 0) {
        n->out++;
        n->least_out_c = fmin(n->least_out_c, inlet_c);
    } else {
        n->most_in_c = fmax(n->most_in_c, inlet_c);
    }
    return true;
}

static bool take_node(void *ctx, const struct row *row, struct err *err)
{
    struct count *n = ctx;

    (void)err;
    n->drained += text_is(value_text_or(&row->cells[NODE_REASON_BY], ""), n->reason);
    return true;
}

static struct count count_hall(struct sim *s, const char *hall)
{
    struct count n = {.hall = hall, .reason = "facility", .least_out_c = 99};

    for (int64_t at = 0; at >= 0;)
        assert_true(sim_facts(s, KIND_RACK, &at, 50, take_rack, &n, NULL));
    for (int64_t at = 0; at >= 0;)
        assert_true(sim_facts(s, KIND_NODE, &at, 50, take_node, &n, NULL));
    return n;
}

/* Rack by rack, the hottest first; and all are back when it is cool. The other hall takes no notice. */
static void a_hot_hall_drains_its_racks(void **state)
{
    static const struct sim_event e[] = {{10 * MINUTE_MS, 60 * MINUTE_MS, "cooling_down", "A-1/H1", 36}};
    struct sim *s = world(42, e, 1), *plain = world(42, NULL, 0);
    size_t most = 0, between = 0;

    (void)state;
    sim_advance(s, start_ms + 10 * MINUTE_MS, 0);
    struct count before = count_hall(s, "A-1/H1"), other = count_hall(s, "A-1/H2");
    for (int minute = 11; minute <= 40; minute++) {
        sim_advance(s, start_ms + minute * (int64_t)MINUTE_MS, 0);
        struct count n = count_hall(s, "A-1/H1");
        assert_true(n.out >= most);
        if (n.out > before.out && n.out < n.racks) {
            between++;
            assert_true(n.most_in_c < 32.3);
        }
        most = n.out;
    }
    check_nodes(s);
    assert_true(between > 0);
    assert_int_equal(most, before.racks);
    assert_true(count_hall(s, "A-1/H1").inlet_c > before.inlet_c + 7);
    assert_int_equal(count_hall(s, "A-1/H2").out, other.out);
    sim_advance(s, start_ms + 2 * (int64_t)HOUR_MS, 0);
    sim_advance(plain, start_ms + 2 * (int64_t)HOUR_MS, 0);
    assert_int_equal(count_hall(s, "A-1/H1").drained, count_hall(plain, "A-1/H1").drained);
    check_nodes(s);
    sim_free(s);
    sim_free(plain);
}

static bool take_reservation(void *ctx, const struct row *row, struct err *err)
{
    struct row *out = ctx;

    (void)err;
    if (text_is(row->id, "b-gen/dr-x"))
        *out = *row;
    return true;
}

/* Its cells' texts are constants of the simulator. */
static struct row reservation(struct sim *s)
{
    struct row out = {.kind = KIND_NONE};

    for (int64_t at = 0; at >= 0;)
        assert_true(sim_facts(s, KIND_RESERVATION, &at, 50, take_reservation, &out, NULL));
    assert_int_equal(out.kind, KIND_RESERVATION);
    return out;
}

static bool is_state(struct sim *s, const char *state)
{
    struct row r = reservation(s);

    return text_is(value_text_or(&r.cells[RESERVATION_STATE], ""), state);
}

static size_t portals(struct sim *s)
{
    size_t n = 0;

    look(s);
    for (size_t i = 0; i < seen.n_jobs; i++)
        n += is(&seen.jobs[i], "running") && strcmp(seen.jobs[i].scheduler, "b-gen") == 0 && seen.jobs[i].cpus == 96;
    return n;
}

static void a_lost_site_is_replaced_and_comes_back(void **state)
{
    static const struct sim_event e[] = {
        {0, 0, "reserve", "b-gen/dr-x", 3},
        {20 * MINUTE_MS, 60 * MINUTE_MS, "site_down", "A-1", 0},
        {24 * MINUTE_MS, 80 * MINUTE_MS, "reservation_activate", "b-gen/dr-x", 0},
    };
    struct sim *s = world(42, e, 3);

    (void)state;
    sim_advance(s, start_ms + 19 * MINUTE_MS, 0);
    assert_true(is_state(s, "standby") && portals(s) == 0);
    sim_advance(s, start_ms + 20 * MINUTE_MS, 0);
    check_nodes(s);
    assert_int_equal(sim_count_nodes(s, "a-ai", "down"), 40);
    assert_int_equal(sim_count_nodes(s, "a-gen", "down"), 40);
    assert_int_equal(sim_count_jobs(s, "a-gen", "running"), 0);
    sim_advance(s, start_ms + 25 * MINUTE_MS, 0);
    check_nodes(s);
    struct row r = reservation(s);
    assert_true(is_state(s, "active"));
    assert_int_equal(value_int_or(&r.cells[RESERVATION_ACTIVATED_AT], 0), start_ms + 24 * MINUTE_MS);
    assert_int_equal(value_int_or(&r.cells[RESERVATION_RPO_S], 0), 300);
    assert_int_equal(value_int_or(&r.cells[RESERVATION_RTO_S], 0), 1800);
    assert_int_equal(portals(s), 3);
    sim_advance(s, start_ms + 84 * MINUTE_MS, 0);
    assert_true(sim_count_nodes(s, "a-ai", "down") < 3 && sim_count_nodes(s, "a-gen", "down") < 3);
    sim_advance(s, start_ms + 105 * MINUTE_MS, 0);
    check_nodes(s);
    assert_true(is_state(s, "standby") && portals(s) == 0);
    sim_free(s);
}

/* The clock may take any steps. */
static void events_do_not_see_the_steps_of_the_clock(void **state)
{
    static const struct sim_event e[] = {
        {0, 0, "reserve", "b-gen/dr-x", 3},
        {10 * MINUTE_MS, 0, "cooling_down", "A-1/H1", 36},
        {40 * MINUTE_MS, 10 * MINUTE_MS, "site_down", "A-1", 0},
        {41 * MINUTE_MS, 0, "reservation_activate", "b-gen/dr-x", 0},
    };
    struct sim *a = world(42, e, 4), *b = world(42, e, 4);

    (void)state;
    sim_advance(a, start_ms + HOUR_MS, 0);
    for (int64_t at = start_ms; at < start_ms + HOUR_MS; at += 37123)
        sim_advance(b, at, 0);
    sim_advance(b, start_ms + HOUR_MS, 0);
    assert_true(facts_hash(a) == facts_hash(b));
    sim_free(a);
    sim_free(b);
}

static const struct {
    struct sim_event event;
    const char *says, *hint;
} wrong[] = {
    {{0, 0, "cooling_down", "A-1/H9", 34}, "nothing is called 'A-1/H9'", "SITE/H1"},
    {{0, 0, "cooling_down", "A-1/H1", 0}, "no temperature", "celsius = 34"},
    {{0, 0, "cooling_down", "A-1/H1", 61}, "no temperature", "at most 60"},
    {{0, 0, "site_down", "X-1", 0}, "nothing is called 'X-1'", "a site"},
    {{0, 0, "feed_down", "A-1/H1-A1", 0}, "nothing is called", "feed of a rack"},
    {{0, 0, "feed_down", "A-1/H1-Z9/A", 0}, "nothing is called", "feed of a rack"},
    {{0, 0, "reserve", "a-ai/mine", 1}, "nothing is called", "dr- or space-"},
    {{0, 0, "reserve", "nobody/dr-x", 1}, "nothing is called", "dr- or space-"},
    {{0, 0, "reservation_activate", "a-ai/dr-x", 0}, "nothing is called", "disaster-recovery"},
    {{0, 0, "arrivals", "a-ai/hpc", 2}, "nothing is called", "SCHEDULER/CLASS"},
};

static void events_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct err err = {0};
        assert_null(sim_new(&(struct sim_options){.fleet = &fleet,
                                                  .events = &wrong[i].event,
                                                  .event_count = 1,
                                                  .seed = 1,
                                                  .start_utc_ms = start_ms,
                                                  .scale = 1},
                            &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_non_null(strstr(err.text, wrong[i].says));
        assert_non_null(strstr(err.hint, wrong[i].hint));
    }
}

/* A queue is also what its work is called. */
static void arrivals_of_a_class(void **state)
{
    static const struct sim_event e[] = {{0, HOUR_MS, "arrivals", "a-ai/serve", 8}};
    struct sim *s = world(42, e, 1), *plain = world_at(start_ms + HOUR_MS);

    (void)state;
    sim_advance(s, start_ms + HOUR_MS, 0);
    assert_true(sim_count_jobs(s, "a-ai", NULL) > sim_count_jobs(plain, "a-ai", NULL) + 20);
    sim_free(s);
    sim_free(plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lost_nodes_lose_jobs),
        cmocka_unit_test(nodes_go_down_and_come_back),
        cmocka_unit_test(more_work_arrives),
        cmocka_unit_test(a_stopped_scheduler_stands_still),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(a_hot_hall_drains_its_racks),
        cmocka_unit_test(a_lost_site_is_replaced_and_comes_back),
        cmocka_unit_test(events_do_not_see_the_steps_of_the_clock),
        cmocka_unit_test(events_that_make_no_sense_are_refused),
        cmocka_unit_test(arrivals_of_a_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
