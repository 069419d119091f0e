#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/sim/watch.h"

/* --- the world is a function of its arguments --- */

static const struct sim_event script[] = {
    {20 * MINUTE_MS, 15 * MINUTE_MS, "node_down", "a-ai", 3},
    {30 * MINUTE_MS, 20 * MINUTE_MS, "arrivals", "a-gen", 4},
    {40 * MINUTE_MS, 10 * MINUTE_MS, "scheduler_stop", "b-gen", 0},
    {25 * MINUTE_MS, 15 * MINUTE_MS, "path_down", "BBB>PPP", 9},
};
enum { SCRIPT = sizeof script / sizeof script[0] };

static void steps_do_not_matter(void **state)
{
    struct sim *big = world(7, script, SCRIPT), *small = world(7, script, SCRIPT);
    int64_t at = start_ms - 24 * (int64_t)HOUR_MS, step = 1;

    (void)state;
    for (int hour = 0; hour <= 2; hour++) {
        int64_t to = start_ms + hour * (int64_t)HOUR_MS / 2 + 12345; /* between two minutes */
        sim_advance(big, to, 0);
        for (; at < to; at = at + step < to ? at + step : to, step = step * 7 % 100003 + 977)
            sim_advance(small, at, 0);
        while (!sim_advance(small, to, 1))
            ;
        assert_true(facts_hash(big) == facts_hash(small));
        assert_true(facts_hash(big) == facts_hash_sliced(small, 7));
        assert_true(history_hash(big) == history_hash(small));
    }
    sim_free(big);
    sim_free(small);
}

static void orders_are_part_of_the_world(void **state)
{
    uint64_t sums[2];

    (void)state;
    for (int k = 0; k < 2; k++) {
        struct sim *s = world_at(start_ms);
        look(s);
        assert_true(sim_apply(
            s, &(struct sim_order){.kind = SIM_CANCEL, .target = some_job("running", "a-ai")->id, .reason = ""}, NULL));
        assert_true(
            sim_apply(s, &(struct sim_order){.kind = SIM_DRAIN, .target = "b-hpc/hn0003", .reason = "test"}, NULL));
        for (int64_t at = start_ms; k == 1 && at < start_ms + HOUR_MS; at += 12345)
            sim_advance(s, at, 0);
        sim_advance(s, start_ms + HOUR_MS, 0);
        sums[k] = facts_hash(s);
        sim_free(s);
    }
    assert_true(sums[0] == sums[1]);
    struct sim *s = world_at(start_ms + HOUR_MS);
    assert_true(facts_hash(s) != sums[0]);
    sim_free(s);
}

static void seeds_differ(void **state)
{
    struct sim *a = world(1, NULL, 0), *b = world(2, NULL, 0);

    (void)state;
    sim_advance(a, start_ms, 0);
    sim_advance(b, start_ms, 0);
    assert_true(facts_hash(a) != facts_hash(b));
    sim_free(a);
    sim_free(b);
}

static void it_never_goes_back(void **state)
{
    struct sim *s = world_at(start_ms);
    uint64_t sum = facts_hash(s);

    (void)state;
    assert_true(sim_advance(s, start_ms - HOUR_MS, 0));
    assert_true(sim_now(s) == start_ms);
    assert_true(facts_hash(s) == sum);
    sim_free(s);
}

/* --- the world is possible --- */

static void nodes_hold_what_runs_on_them(void **state)
{
    struct sim *s = world(42, script, SCRIPT);

    (void)state;
    for (int64_t at = start_ms - 24 * (int64_t)HOUR_MS; at <= start_ms + 2 * HOUR_MS; at += 37 * MINUTE_MS) {
        sim_advance(s, at, 0);
        check_nodes(s);
    }
    sim_free(s);
}

static void jobs_make_sense(void **state)
{
    struct sim *s = world_at(start_ms + 1234567);
    size_t arrays = 0;

    (void)state;
    look(s);
    for (size_t i = 0; i < seen.n_jobs; i++) {
        const struct seen_job *j = &seen.jobs[i];
        bool over = !has_nodes(j) && !is_pending(j);
        assert_true(state_job(text_of(j->state)) != JOB_UNKNOWN);
        assert_true(j->submitted > 0 && j->submitted <= seen.now_ms);
        assert_true(j->has_reason == is_pending(j));
        assert_true(j->has_ended == over);
        assert_true(is_pending(j) ? !j->has_started : j->has_started || is(j, "cancelled"));
        if (j->has_started)
            assert_true(j->started >= j->submitted && j->started <= seen.now_ms);
        if (over)
            assert_true(j->ended <= seen.now_ms && j->ended > seen.now_ms - 10 * MINUTE_MS);
        if (is(j, "running"))
            assert_true(seen.now_ms - j->started <= j->limit_s * 1000);
        if (j->tasks > 1) {
            arrays++;
            assert_non_null(strchr(j->id, '['));
            assert_true(is_pending(j));
        }
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(seen.jobs[k].id, j->id);
    }
    assert_true(arrays > 0);
    sim_free(s);
}

static void it_counts_what_it_tells(void **state)
{
    struct sim *s = world_at(start_ms);

    (void)state;
    look(s);
    for (int w = JOB_WAITING; w <= JOB_UNKNOWN; w++) {
        const char *word = state_job_word((enum job_state)w);
        size_t all = 0, gen = 0;
        for (size_t i = 0; i < seen.n_jobs; i++) {
            all += is(&seen.jobs[i], word);
            gen += is(&seen.jobs[i], word) && strcmp(seen.jobs[i].scheduler, "a-gen") == 0;
        }
        assert_int_equal(sim_count_jobs(s, NULL, word), all);
        assert_int_equal(sim_count_jobs(s, "a-gen", word), gen);
    }
    assert_int_equal(sim_count_nodes(s, NULL, NULL), 40 + 40 + 20 + 48);
    assert_int_equal(sim_count_jobs(s, NULL, NULL), seen.n_jobs);
    sim_free(s);
}

static void all_of_life_occurs(void **state)
{
    static const char *const words[] = {"waiting", "held", "running", "finishing", "done", "failed", "cancelled"};
    size_t counts[sizeof words / sizeof words[0]] = {0};
    struct sim *s = world(42, NULL, 0);

    (void)state;
    for (int64_t at = start_ms; at <= start_ms + 3 * HOUR_MS; at += 9 * MINUTE_MS) {
        sim_advance(s, at, 0);
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
            counts[i] += sim_count_jobs(s, NULL, words[i]);
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        assert_true(counts[i] > 0);
    assert_true(counts[5] * 10 < counts[4]); /* far more are done than fail */
    sim_free(s);
}

/* What runs is near what fits from the beginning on: no empty world fills up slowly on the screen. */
static void it_begins_in_balance(void **state)
{
    struct sim *s = world(42, NULL, 0);
    size_t first;

    (void)state;
    sim_advance(s, start_ms - 24 * (int64_t)HOUR_MS + MINUTE_MS, 0);
    first = sim_count_jobs(s, NULL, "running");
    for (int64_t at = start_ms - 22 * (int64_t)HOUR_MS; at <= start_ms; at += 2 * HOUR_MS) {
        sim_advance(s, at, 0);
        size_t now = sim_count_jobs(s, NULL, "running"), waiting = sim_count_jobs(s, NULL, "waiting");
        assert_true(now * 2 > first && now < first * 2);
        assert_true(waiting < now);
    }
    assert_true(sim_count_nodes(s, NULL, "idle") < sim_count_nodes(s, NULL, "up"));
    sim_free(s);
}

/* Nothing waits for ever: large jobs get nodes kept, old ones go up. Every reason is told at some time. */
static void nobody_starves(void **state)
{
    static const char *const reasons[] = {"Priority", "Resources", "JobHeldUser", "QOSMaxJobsPerUserLimit"};
    static const struct sim_event e[] = {{0, 6 * HOUR_MS, "arrivals", "a-gen", 3}};
    struct sim *s = world(42, e, 1);
    size_t told[4] = {0};

    (void)state;
    for (int64_t at = start_ms - 10 * HOUR_MS; at <= start_ms + 60 * (int64_t)HOUR_MS; at += HOUR_MS) {
        sim_advance(s, at, 0);
        look(s);
        for (size_t i = 0; i < seen.n_jobs; i++) {
            for (size_t r = 0; r < 4; r++)
                told[r] += strcmp(seen.jobs[i].reason, reasons[r]) == 0;
            if (is(&seen.jobs[i], "waiting") && seen.now_ms - seen.jobs[i].submitted > 30 * (int64_t)HOUR_MS)
                fail_msg("'%s' waits since %ld h", seen.jobs[i].id, (long)((at - seen.jobs[i].submitted) / HOUR_MS));
        }
    }
    for (size_t r = 0; r < 4; r++)
        if (told[r] == 0)
            fail_msg("nobody waits for '%s'", reasons[r]);
    sim_free(s);
}

static void ended_jobs_vanish(void **state)
{
    struct sim *s = world_at(start_ms);
    char id[64];

    (void)state;
    look(s);
    strncpy(id, some_job("running", "b-gen")->id, sizeof id - 1);
    id[sizeof id - 1] = '\0';
    assert_true(sim_apply(s, &(struct sim_order){.kind = SIM_CANCEL, .target = id, .reason = ""}, NULL));
    sim_advance(s, start_ms + MINUTE_MS, 0);
    look(s);
    assert_string_equal(state_of(id), "cancelled");
    sim_advance(s, start_ms + 9 * MINUTE_MS, 0);
    look(s);
    assert_string_equal(state_of(id), "cancelled");
    sim_advance(s, start_ms + 11 * MINUTE_MS, 0);
    look(s);
    assert_string_equal(state_of(id), "absent");
    sim_free(s);
}

/* --- orders --- */

static void jobs_obey(void **state)
{
    struct sim *s = world_at(start_ms);
    char waits[64], runs[64];

    (void)state;
    look(s);
    snprintf(waits, sizeof waits, "%s", some_job("waiting", "a-ai")->id);
    snprintf(runs, sizeof runs, "%s", some_job("running", "a-ai")->id);
    refused(s, SIM_RELEASE, waits);
    refused(s, SIM_HOLD, runs);
    refused(s, SIM_CANCEL, "a-ai/1");
    refused(s, SIM_CANCEL, "nowhere/1");
    assert_true(sim_apply(s, &(struct sim_order){.kind = SIM_HOLD, .target = waits, .reason = ""}, NULL));
    sim_advance(s, start_ms + 24 * (int64_t)HOUR_MS, 0); /* nobody but us releases it */
    look(s);
    assert_string_equal(state_of(waits), "held");
    assert_true(sim_apply(s, &(struct sim_order){.kind = SIM_RELEASE, .target = waits, .reason = ""}, NULL));
    look(s);
    assert_string_not_equal(state_of(waits), "held");
    check_nodes(s);
    sim_free(s);
}

static void nodes_obey(void **state)
{
    struct sim *s = world_at(start_ms);
    const char *id = "b-gen/cn0015";

    (void)state;
    refused(s, SIM_RESUME, id);
    refused(s, SIM_DRAIN, "b-gen/cn0999");
    refused(s, SIM_DRAIN, "b-gen/an0001");
    assert_true(sim_apply(s, &(struct sim_order){.kind = SIM_DRAIN, .target = id, .reason = "swap DIMM"}, NULL));
    look(s);
    assert_true(strncmp(node_state(id), "drain", 5) == 0);
    sim_advance(s, start_ms + 72 * (int64_t)HOUR_MS, 0);
    check_nodes(s);
    assert_string_equal(node_state(id), "drained");
    assert_true(sim_apply(s, &(struct sim_order){.kind = SIM_RESUME, .target = id, .reason = ""}, NULL));
    sim_advance(s, sim_now(s) + 10 * MINUTE_MS, 0);
    look(s);
    assert_string_not_equal(node_state(id), "drained");
    sim_free(s);
}

/* What an order holds is not released by what the owner had planned for it. */
static void a_hold_lasts(void **state)
{
    struct sim *s = world_at(start_ms);
    char ids[20][64];
    size_t n = 0;

    (void)state;
    for (int64_t at = start_ms; n < 3; at += 10 * MINUTE_MS) {
        sim_advance(s, at, 0);
        look(s);
        for (size_t i = 0; i < seen.n_jobs && n < 20; i++) {
            const char *id = seen.jobs[i].id;
            if (!is(&seen.jobs[i], "held") ||
                !sim_apply(s, &(struct sim_order){.kind = SIM_RELEASE, .target = id, .reason = ""}, NULL))
                continue;
            if (sim_apply(s, &(struct sim_order){.kind = SIM_HOLD, .target = id, .reason = ""},
                          NULL)) /* it did not start at once */
                snprintf(ids[n++], sizeof ids[0], "%s", id);
        }
    }
    sim_advance(s, sim_now(s) + 40 * (int64_t)HOUR_MS, 0);
    look(s);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(state_of(ids[i]), "held");
    sim_free(s);
}

/* An order beats the repair that the scenario had planned. */
static void a_drain_lasts(void **state)
{
    static const struct sim_event e[] = {{0, 30 * MINUTE_MS, "node_down", "b-gen/cn0004", 1}};
    struct sim *s = world(42, e, 1);

    (void)state;
    sim_advance(s, start_ms + 10 * MINUTE_MS, 0);
    refused(s, SIM_DRAIN, "b-gen/cn0004");
    assert_true(sim_apply(s, &(struct sim_order){.kind = SIM_RESUME, .target = "b-gen/cn0004", .reason = ""}, NULL));
    assert_true(sim_apply(s, &(struct sim_order){.kind = SIM_DRAIN, .target = "b-gen/cn0004", .reason = "mine"}, NULL));
    sim_advance(s, start_ms + 3 * HOUR_MS, 0);
    look(s);
    assert_true(strncmp(node_state("b-gen/cn0004"), "drain", 5) == 0);
    sim_free(s);
}

/* --- the past --- */

struct told {
    const struct sim *sim;
    size_t n;
    int64_t last_ms, running, waiting, nodes_down;
    int field;
    char id[64];
};

static bool take_sample(void *ctx, enum kind kind, struct safe_text id, int field, int64_t at_ms, double value)
{
    struct told *t = ctx;

    assert_true(at_ms <= sim_now(t->sim) && at_ms >= start_ms - 24 * (int64_t)HOUR_MS);
    assert_true(value >= 0);
    if (t->n++ > 0 && t->field == field && text_is(id, t->id) && kind != KIND_QUEUE)
        assert_true(at_ms > t->last_ms);
    t->field = field;
    t->last_ms = at_ms;
    copy_text(id, t->id, sizeof t->id);
    if (at_ms != sim_now(t->sim) || kind != KIND_HUB)
        return true;
    t->running += field == HUB_JOBS_RUNNING ? (int64_t)value : 0;
    t->waiting += field == HUB_JOBS_WAITING ? (int64_t)value : 0;
    return true;
}

static void the_past_leads_to_the_present(void **state)
{
    struct sim *s = world_at(start_ms + HOUR_MS);
    struct told t = {.sim = s};
    int64_t running = 0, waiting = 0;

    (void)state;
    assert_true(sim_history(s, take_sample, &t));
    look(s);
    for (size_t i = 0; i < seen.n_jobs; i++) {
        running += has_nodes(&seen.jobs[i]);
        waiting += is_pending(&seen.jobs[i]) ? seen.jobs[i].tasks : 0;
    }
    assert_int_equal(t.running, running);
    assert_int_equal(t.waiting, waiting);
    assert_true(t.n > 5000);
    sim_free(s);
}

static bool refuse(void *ctx, const struct row *row, struct err *err)
{
    (void)row;
    return ++*(int *)ctx < 3 || err_set(err, ERR_TRANSIENT, "full");
}

static void a_sink_may_refuse(void **state)
{
    struct sim *s = world_at(start_ms);
    struct err err = {0};
    int64_t at = 0;
    int rows = 0;

    (void)state;
    assert_false(sim_facts(s, KIND_JOB, &at, 100, refuse, &rows, &err));
    assert_int_equal(rows, 3);
    assert_string_equal(err.text, "full");
    sim_free(s);
    sim_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_do_not_matter),
        cmocka_unit_test(orders_are_part_of_the_world),
        cmocka_unit_test(seeds_differ),
        cmocka_unit_test(it_never_goes_back),
        cmocka_unit_test(nodes_hold_what_runs_on_them),
        cmocka_unit_test(jobs_make_sense),
        cmocka_unit_test(it_counts_what_it_tells),
        cmocka_unit_test(all_of_life_occurs),
        cmocka_unit_test(it_begins_in_balance),
        cmocka_unit_test(nobody_starves),
        cmocka_unit_test(ended_jobs_vanish),
        cmocka_unit_test(jobs_obey),
        cmocka_unit_test(nodes_obey),
        cmocka_unit_test(a_hold_lasts),
        cmocka_unit_test(a_drain_lasts),
        cmocka_unit_test(the_past_leads_to_the_present),
        cmocka_unit_test(a_sink_may_refuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
