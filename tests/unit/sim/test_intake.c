#include "unit/sim/one.h"

/* Orders about what is taken in: queues, schedulers, sites; and reservations that are put to use. */

static struct sim *world_now(void)
{
    static const struct sim_event reserved[] = {{0, 0, "reserve", "b-gen/dr-x", 3},
                                                {0, 0, "reserve", "b-gen/space-y", 2}};
    struct sim *s = world(42, reserved, 2);

    assert_true(sim_advance(s, start_ms, 0));
    return s;
}

struct queue_counts {
    char id[160], name[64];
    const char *scheduler;
    size_t running, waiting, started_after;
    int64_t newest_ms, since_ms;
};

static bool count_queue(void *ctx, const struct row *row, struct err *err)
{
    struct queue_counts *q = ctx;
    struct safe_text state = value_text_or(&row->cells[JOB_STATE], "");
    int64_t submitted = value_int_or(&row->cells[JOB_SUBMITTED_AT], 0);

    (void)err;
    if (!text_is(value_text_or(&row->cells[JOB_SCHEDULER], ""), q->scheduler) ||
        !text_is(value_text_or(&row->cells[JOB_QUEUE], ""), q->name))
        return true;
    q->running += text_is(state, "running");
    q->waiting += text_is(state, "waiting");
    q->started_after += value_int_or(&row->cells[JOB_STARTED_AT], 0) > q->since_ms;
    q->newest_ms = submitted > q->newest_ms ? submitted : q->newest_ms;
    return true;
}

static bool find_waiting(void *ctx, const struct row *row, struct err *err)
{
    struct queue_counts *q = ctx;

    (void)err;
    if (text_is(value_text_or(&row->cells[JOB_STATE], ""), "waiting") &&
        text_is(value_text_or(&row->cells[JOB_SCHEDULER], ""), q->scheduler))
        copy_cell(row, JOB_QUEUE, q->name, sizeof q->name);
    return true;
}

/* A queue of the scheduler in which something waits now. */
static struct queue_counts busy_queue(struct sim *s, const char *scheduler)
{
    struct queue_counts q = {.scheduler = scheduler};

    for (int64_t at = 0; at >= 0;)
        assert_true(sim_facts(s, KIND_JOB, &at, 200, find_waiting, &q, NULL));
    assert_true(q.name[0] != '\0');
    snprintf(q.id, sizeof q.id, "%s/%s", scheduler, q.name);
    return q;
}

/* Its jobs, those that started after `since_ms` apart. */
static struct queue_counts counts(struct sim *s, struct queue_counts q, int64_t since_ms)
{
    q.running = q.waiting = q.started_after = 0;
    q.newest_ms = 0;
    q.since_ms = since_ms;
    for (int64_t at = 0; at >= 0;)
        assert_true(sim_facts(s, KIND_JOB, &at, 200, count_queue, &q, NULL));
    return q;
}

static void a_drained_queue_takes_and_starts_nothing(void **state)
{
    struct sim *s = world_now();
    struct queue_counts was = counts(s, busy_queue(s, "a-ai"), start_ms), later;

    (void)state;
    ordered(s, SIM_CLOSE, was.id);
    assert_true(one_is(s, KIND_QUEUE, was.id, QUEUE_STATE, "drain"));
    assert_true(was.running > 5 && was.waiting > 0);
    sim_advance(s, start_ms + HOUR_MS, 0);
    check_nodes(s);
    later = counts(s, was, start_ms);
    assert_int_equal(later.started_after, 0);
    assert_true(later.newest_ms <= start_ms && later.running > 0 && later.running < was.running);
    assert_true(sim_count_jobs(s, "a-gen", "running") > 0);
    ordered(s, SIM_OPEN, was.id);
    assert_true(one_is(s, KIND_QUEUE, was.id, QUEUE_STATE, "up"));
    sim_advance(s, start_ms + 2 * HOUR_MS, 0);
    check_nodes(s);
    later = counts(s, was, start_ms + HOUR_MS - 1);
    assert_true(later.started_after > 0 && later.newest_ms > start_ms + HOUR_MS);
    sim_free(s);
}

static void a_drained_scheduler_is_all_its_queues(void **state)
{
    struct sim *s = world_now();
    struct row row = {.kind = KIND_NONE};
    size_t drained = 0;

    (void)state;
    ordered(s, SIM_CLOSE, "a-gen");
    for (int64_t at = 0; at >= 0;) {
        assert_true(sim_facts(s, KIND_QUEUE, &at, 1, take_one, &row, NULL));
        if (at < 0)
            break;
        bool own = text_is(value_text_or(&row.cells[QUEUE_SCHEDULER], ""), "a-gen");
        assert_int_equal(text_is(value_text_or(&row.cells[QUEUE_STATE], ""), "drain"), own);
        drained += own;
    }
    assert_true(drained > 1);
    ordered(s, SIM_OPEN, "a-gen");
    refused(s, SIM_CLOSE, "a-gen/nothing");
    refused(s, SIM_CLOSE, "nowhere");
    sim_free(s);
}

static void a_suspended_site_takes_nothing_new(void **state)
{
    struct sim *s = world_now();
    struct queue_counts was = busy_queue(s, "a-ai"), other = busy_queue(s, "b-hpc"), later;

    (void)state;
    ordered(s, SIM_SUSPEND, "A-1");
    assert_true(one_is(s, KIND_SITE, "A-1", SITE_MEMBERSHIP, "suspended"));
    assert_true(one_is(s, KIND_SITE, "B-1", SITE_MEMBERSHIP, "testing"));
    sim_advance(s, start_ms + HOUR_MS, 0);
    later = counts(s, was, start_ms);
    assert_true(later.newest_ms <= start_ms && later.started_after > 0); /* what waited there still starts */
    assert_true(counts(s, other, start_ms).newest_ms > start_ms);
    ordered(s, SIM_CONNECT, "A-1");
    assert_true(one_is(s, KIND_SITE, "A-1", SITE_MEMBERSHIP, "connected"));
    sim_advance(s, start_ms + 2 * HOUR_MS, 0);
    assert_true(counts(s, was, start_ms).newest_ms > start_ms + HOUR_MS);
    refused(s, SIM_SUSPEND, "Z-1");
    sim_free(s);
}

static void move_refused(struct sim *s, const char *id, const char *to, const char *words)
{
    uint64_t before = facts_hash(s);
    struct err err = {0};

    assert_false(sim_apply(s, &(struct sim_order){.kind = SIM_MOVE, .target = id, .to = to}, &err));
    assert_int_equal(err.kind, ERR_REFUSED);
    if (strstr(err.text, words) == NULL)
        fail_msg("'%s' is not in '%s'", words, err.text);
    assert_true(facts_hash(s) == before);
}

static void nothing_moves_to_where_nothing_is_taken_in(void **state)
{
    static const struct sim_event many[] = {{0, 0, "arrivals", "a-gen", 8}};
    struct sim *s = world(42, many, 1);
    char id[SIM_ID_MAX];

    (void)state;
    sim_advance(s, start_ms + HOUR_MS, 0);
    look(s);
    snprintf(id, sizeof id, "%s", some_job("waiting", "a-gen/")->id);
    ordered(s, SIM_CLOSE, "b-gen");
    move_refused(s, id, "b-gen", "inactive or drain");
    ordered(s, SIM_OPEN, "b-gen");
    ordered(s, SIM_SUSPEND, "B-1");
    move_refused(s, id, "b-gen", "is suspended");
    ordered(s, SIM_CONNECT, "B-1");
    assert_true(sim_apply(s, &(struct sim_order){.kind = SIM_MOVE, .target = id, .to = "b-gen"}, NULL));
    sim_free(s);
}

static size_t portals(struct sim *s)
{
    size_t n = 0;

    look(s);
    for (size_t i = 0; i < seen.n_jobs; i++)
        n += is(&seen.jobs[i], "running") && strcmp(seen.jobs[i].scheduler, "b-gen") == 0 && seen.jobs[i].cpus == 96;
    return n;
}

static void a_reservation_is_used_and_returned(void **state)
{
    struct sim *s = world_now();
    struct row r;

    (void)state;
    size_t before = portals(s);
    assert_true(one_is(s, KIND_RESERVATION, "b-gen/dr-x", RESERVATION_STATE, "standby"));
    refused(s, SIM_RETURN, "b-gen/dr-x");
    ordered(s, SIM_ACTIVATE, "b-gen/dr-x");
    r = one(s, KIND_RESERVATION, "b-gen/dr-x");
    assert_true(text_is(value_text_or(&r.cells[RESERVATION_STATE], ""), "active"));
    assert_int_equal(value_int_or(&r.cells[RESERVATION_ACTIVATED_AT], 0), start_ms);
    assert_int_equal(portals(s), before + 3);
    check_nodes(s);
    refused(s, SIM_ACTIVATE, "b-gen/dr-x");
    refused(s, SIM_ACTIVATE, "b-gen/space-y");
    refused(s, SIM_ACTIVATE, "b-gen/dr-z");
    ordered(s, SIM_RETURN, "b-gen/dr-x");
    assert_true(one_is(s, KIND_RESERVATION, "b-gen/dr-x", RESERVATION_STATE, "standby"));
    sim_advance(s, start_ms + MINUTE_MS, 0);
    assert_int_equal(portals(s), before);
    check_nodes(s);
    sim_free(s);
}

static void one_thing_is_found_by_its_id(void **state)
{
    static const struct sim_event stop[] = {{0, 0, "scheduler_stop", "b-gen", 0}};
    struct sim *s = world(42, stop, 1);
    struct row row;
    struct err err = {0};

    (void)state;
    sim_advance(s, start_ms + MINUTE_MS, 0);
    look(s);
    const char *id = some_job("running", "a-ai/")->id;
    assert_true(one_is(s, KIND_JOB, id, JOB_STATE, "running"));
    assert_false(sim_fact(s, KIND_JOB, "a-ai/1", take_one, &row, &err));
    assert_int_equal(err.kind, ERR_REFUSED);
    assert_false(sim_fact(s, KIND_JOB, "b-gen/1", take_one, &row, &err));
    assert_int_equal(err.kind, ERR_TRANSIENT);
    sim_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_drained_queue_takes_and_starts_nothing),
        cmocka_unit_test(a_drained_scheduler_is_all_its_queues),
        cmocka_unit_test(a_suspended_site_takes_nothing_new),
        cmocka_unit_test(nothing_moves_to_where_nothing_is_taken_in),
        cmocka_unit_test(a_reservation_is_used_and_returned),
        cmocka_unit_test(one_thing_is_found_by_its_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
