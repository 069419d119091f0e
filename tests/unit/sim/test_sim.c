#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "domain/state.h"
#include "sim/sim.h"

enum { HOUR_MS = 3600 * 1000, MINUTE_MS = 60 * 1000, NODES_MAX = 200, JOBS_MAX = 4000 };
static const int64_t start_ms = INT64_C(1795226400000); /* 2026-11-21T02:00:00Z */

static struct fleet_hub hubs[] = {{"W", "West", "西"}, {"E", "East", "东"}};
static struct fleet_cluster clusters[] = {
    {.id = "AAA", .hub = "W", .name = "A", .racks_total = 1000, .racks_used = 600, .pue = 1.2},
    {.id = "BBB", .hub = "E", .name = "B", .racks_total = 500, .racks_used = 400, .pue = 1.25},
};
static struct fleet_site sites[] = {
    {.id = "A-1", .cluster = "AAA", .phase = "operating", .membership = "connected", .security_level = 3},
    {.id = "B-1", .cluster = "BBB", .phase = "building", .membership = "testing", .security_level = -1},
};
static struct fleet_scheduler schedulers[] = {
    {"a-ai", "A-1", "intelligent", 40, 192, 8, "ascend910b", 1.05},
    {"a-gen", "A-1", "general", 40, 128, 0, NULL, 0.95},
    {"b-gen", "B-1", "general", 20, 96, 0, NULL, 0.8},
    {"b-hpc", "B-1", "super", 48, 64, 0, NULL, 1.0},
};
static struct fleet_tenant tenants[] = {{"t-001", "SZ", 3}, {"t-002", "GZ", 20}};
static const struct fleet fleet = {.hubs = hubs,
                                   .clusters = clusters,
                                   .sites = sites,
                                   .schedulers = schedulers,
                                   .tenants = tenants,
                                   .n_hubs = 2,
                                   .n_clusters = 2,
                                   .n_sites = 2,
                                   .n_schedulers = 4,
                                   .n_tenants = 2};

static struct sim *world(uint64_t seed, const struct sim_event *events, size_t n)
{
    struct err err = {0};
    struct sim *s = sim_new(
        &(struct sim_options){
            .fleet = &fleet, .events = events, .event_count = n, .seed = seed, .start_utc_ms = start_ms, .scale = 1},
        &err);

    if (s == NULL)
        fail_msg("%s", err.text);
    return s;
}

static struct sim *world_at(int64_t utc_ms)
{
    struct sim *s = world(42, NULL, 0);

    assert_true(sim_advance(s, utc_ms, 0));
    assert_true(sim_now(s) == utc_ms);
    return s;
}

/* --- facts as bytes --- */

static bool hash_row(void *ctx, const struct row *row, struct err *err)
{
    struct buf packed = buf_make(1 << 16);
    uint64_t *sum = ctx, parts[3] = {*sum};

    assert_true(row_pack(row, &packed, err));
    parts[1] = hash_fnv(packed.data, packed.len);
    parts[2] = hash_fnv(text_bytes(row->id), text_len(row->id));
    *sum = hash_fnv(parts, sizeof parts);
    buf_release(&packed);
    return true;
}

static uint64_t facts_hash_sliced(struct sim *s, size_t slice)
{
    uint64_t sum = 0;

    for (int k = KIND_HUB; k <= KIND_RESERVATION; k++)
        for (int64_t at = 0; at >= 0;)
            assert_true(sim_facts(s, (enum kind)k, &at, slice, hash_row, &sum, NULL));
    return sum;
}

static bool hash_sample(void *ctx, enum kind kind, struct safe_text id, int field, int64_t at_ms, double value)
{
    uint64_t *sum = ctx, parts[] = {*sum,
                                    (uint64_t)kind,
                                    hash_fnv(text_bytes(id), text_len(id)),
                                    (uint64_t)field,
                                    (uint64_t)at_ms,
                                    (uint64_t)(value * 1000)};

    *sum = hash_fnv(parts, sizeof parts);
    return true;
}

static uint64_t history_hash(const struct sim *s)
{
    uint64_t sum = 0;

    assert_true(sim_history(s, hash_sample, &sum));
    return sum;
}

static uint64_t facts_hash(struct sim *s)
{
    return facts_hash_sliced(s, 1000000);
}

/* --- facts read back: what a console would know --- */

struct seen_node {
    char id[64], state[16];
    int64_t cpus, cpus_free, accels, accels_free, jobs;
    int64_t cpus_used, accels_used, jobs_on; /* as the jobs tell */
};
struct seen_job {
    char id[64], state[16], nodes[512], scheduler[32];
    int64_t submitted, started, ended, cpus, accels, node_count, tasks, limit_s;
    int64_t restarts;
    char reason[32], raw[16];
    bool has_reason, has_started, has_ended;
};
struct seen {
    struct seen_node nodes[NODES_MAX];
    struct seen_job jobs[JOBS_MAX];
    size_t n_nodes, n_jobs;
    int64_t now_ms;
};
static struct seen seen;

static void copy_text(struct safe_text t, char *out, size_t size)
{
    assert_true(text_len(t) < size);
    memcpy(out, text_len(t) ? text_bytes(t) : "", text_len(t));
    out[text_len(t)] = '\0';
}

static void copy_cell(const struct row *row, int field, char *out, size_t size)
{
    copy_text(value_text_or(&row->cells[field], ""), out, size);
}

static bool see_node(void *ctx, const struct row *row, struct err *err)
{
    struct seen_node *n = &seen.nodes[seen.n_nodes++];

    (void)ctx;
    (void)err;
    assert_true(seen.n_nodes < NODES_MAX);
    memset(n, 0, sizeof *n);
    copy_text(row->id, n->id, sizeof n->id);
    copy_cell(row, NODE_STATE, n->state, sizeof n->state);
    n->cpus = value_int_or(&row->cells[NODE_CPUS_TOTAL], -1);
    n->cpus_free = value_int_or(&row->cells[NODE_CPUS_FREE], -1);
    n->accels = value_int_or(&row->cells[NODE_ACCELS_TOTAL], -1);
    n->accels_free = value_int_or(&row->cells[NODE_ACCELS_FREE], -1);
    n->jobs = value_int_or(&row->cells[NODE_JOBS], -1);
    bool out = strcmp(n->state, "down") == 0 || strncmp(n->state, "drain", 5) == 0;
    assert_true(value_known(&row->cells[NODE_REASON]) == out);
    assert_true(value_known(&row->cells[NODE_REASON_AT]) == out);
    assert_true(value_int_or(&row->cells[NODE_REASON_AT], 0) <= seen.now_ms);
    return true;
}

static bool see_job(void *ctx, const struct row *row, struct err *err)
{
    struct seen_job *j = &seen.jobs[seen.n_jobs++];

    (void)ctx;
    (void)err;
    assert_true(seen.n_jobs < JOBS_MAX);
    memset(j, 0, sizeof *j);
    copy_text(row->id, j->id, sizeof j->id);
    copy_cell(row, JOB_STATE, j->state, sizeof j->state);
    copy_cell(row, JOB_NODE_LIST, j->nodes, sizeof j->nodes);
    copy_cell(row, JOB_SCHEDULER, j->scheduler, sizeof j->scheduler);
    j->submitted = value_int_or(&row->cells[JOB_SUBMITTED_AT], -1);
    j->started = value_int_or(&row->cells[JOB_STARTED_AT], -1);
    j->ended = value_int_or(&row->cells[JOB_ENDED_AT], -1);
    j->cpus = value_int_or(&row->cells[JOB_CPUS], -1);
    j->accels = value_int_or(&row->cells[JOB_ACCELS], -1);
    j->node_count = value_int_or(&row->cells[JOB_NODES], -1);
    j->tasks = value_int_or(&row->cells[JOB_TASKS], -1);
    j->limit_s = value_int_or(&row->cells[JOB_TIME_LIMIT_S], -1);
    copy_cell(row, JOB_REASON, j->reason, sizeof j->reason);
    copy_cell(row, JOB_STATE_RAW, j->raw, sizeof j->raw);
    j->restarts = value_int_or(&row->cells[JOB_RESTARTS], -1);
    j->has_reason = value_known(&row->cells[JOB_REASON]);
    j->has_started = value_known(&row->cells[JOB_STARTED_AT]);
    j->has_ended = value_known(&row->cells[JOB_ENDED_AT]);
    return true;
}

static void look(struct sim *s)
{
    seen.n_nodes = seen.n_jobs = 0;
    seen.now_ms = sim_now(s);
    for (int64_t at = 0; at >= 0;)
        assert_true(sim_facts(s, KIND_NODE, &at, 50, see_node, NULL, NULL));
    for (int64_t at = 0; at >= 0;)
        assert_true(sim_facts(s, KIND_JOB, &at, 50, see_job, NULL, NULL));
}

static bool is(const struct seen_job *j, const char *state)
{
    return strcmp(j->state, state) == 0;
}

static bool has_nodes(const struct seen_job *j)
{
    return is(j, "running") || is(j, "finishing");
}

static bool is_pending(const struct seen_job *j)
{
    return is(j, "waiting") || is(j, "held");
}

static struct seen_node *node_of(const char *scheduler, const char *prefix, unsigned long number)
{
    char id[64];

    snprintf(id, sizeof id, "%s/%.2s%04lu", scheduler, prefix, number);
    for (size_t i = 0; i < seen.n_nodes; i++)
        if (strcmp(seen.nodes[i].id, id) == 0)
            return &seen.nodes[i];
    fail_msg("no node '%s'", id);
    return NULL;
}

/* Lays a job on the nodes of its list, "an0001" or "an[0001-0004,0007]"; returns how many there are. */
static int64_t lay(const struct seen_job *j)
{
    const char *p = j->nodes + 2;
    int64_t n = 0;
    unsigned long last = 0;

    p += *p == '[';
    while (*p != '\0' && *p != ']') {
        char *end;
        unsigned long from = strtoul(p, &end, 10), to = *end == '-' ? strtoul(end + 1, &end, 10) : from;
        assert_true(last == 0 || from > last + 1); /* in order, runs as ranges */
        last = to;
        for (; from <= to; from++, n++) {
            struct seen_node *node = node_of(j->scheduler, j->nodes, from);
            node->cpus_used += j->cpus / j->node_count;
            node->accels_used += j->accels / j->node_count;
            node->jobs_on++;
        }
        p = end + (*end == ',');
    }
    return n;
}

static void check_nodes(struct sim *s)
{
    look(s);
    for (size_t i = 0; i < seen.n_jobs; i++)
        if (has_nodes(&seen.jobs[i]))
            assert_int_equal(lay(&seen.jobs[i]), seen.jobs[i].node_count);
    for (size_t i = 0; i < seen.n_nodes; i++) {
        const struct seen_node *n = &seen.nodes[i];
        assert_true(n->cpus_free >= 0 && n->accels_free >= 0);
        assert_int_equal(n->cpus_used, n->cpus - n->cpus_free);
        assert_int_equal(n->accels_used, n->accels - n->accels_free);
        assert_int_equal(n->jobs_on, n->jobs);
        if (strcmp(n->state, "down") == 0 || strcmp(n->state, "drained") == 0 || strcmp(n->state, "idle") == 0)
            assert_int_equal(n->jobs, 0);
    }
}

static const struct seen_job *some_job(const char *state, const char *prefix)
{
    for (size_t i = 0; i < seen.n_jobs; i++)
        if (is(&seen.jobs[i], state) && strncmp(seen.jobs[i].id, prefix, strlen(prefix)) == 0)
            return &seen.jobs[i];
    fail_msg("no job is '%s'", state);
    return NULL;
}

static const char *state_of(const char *id)
{
    for (size_t i = 0; i < seen.n_jobs; i++)
        if (strcmp(seen.jobs[i].id, id) == 0)
            return seen.jobs[i].state;
    return "absent";
}

static const char *node_state(const char *id)
{
    for (size_t i = 0; i < seen.n_nodes; i++)
        if (strcmp(seen.nodes[i].id, id) == 0)
            return seen.nodes[i].state;
    return "absent";
}

/* --- the world is a function of its arguments --- */

static const struct sim_event script[] = {
    {20 * MINUTE_MS, 15 * MINUTE_MS, "node_down", "a-ai", 3},
    {30 * MINUTE_MS, 20 * MINUTE_MS, "arrivals", "a-gen", 4},
    {40 * MINUTE_MS, 10 * MINUTE_MS, "scheduler_stop", "b-gen", 0},
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
        assert_true(sim_apply(s, &(struct sim_order){SIM_CANCEL, some_job("running", "a-ai")->id, ""}, NULL));
        assert_true(sim_apply(s, &(struct sim_order){SIM_DRAIN, "b-hpc/hn0003", "test"}, NULL));
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
    assert_true(sim_apply(s, &(struct sim_order){SIM_CANCEL, id, ""}, NULL));
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

static void refused(struct sim *s, enum sim_order_kind kind, const char *target)
{
    struct err err = {0};

    assert_false(sim_apply(s, &(struct sim_order){kind, target, "r"}, &err));
    assert_int_equal(err.kind, ERR_REFUSED);
    assert_non_null(strstr(err.text, target));
}

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
    assert_true(sim_apply(s, &(struct sim_order){SIM_HOLD, waits, ""}, NULL));
    sim_advance(s, start_ms + 24 * (int64_t)HOUR_MS, 0); /* nobody but us releases it */
    look(s);
    assert_string_equal(state_of(waits), "held");
    assert_true(sim_apply(s, &(struct sim_order){SIM_RELEASE, waits, ""}, NULL));
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
    assert_true(sim_apply(s, &(struct sim_order){SIM_DRAIN, id, "swap DIMM"}, NULL));
    look(s);
    assert_true(strncmp(node_state(id), "drain", 5) == 0);
    sim_advance(s, start_ms + 72 * (int64_t)HOUR_MS, 0);
    check_nodes(s);
    assert_string_equal(node_state(id), "drained");
    assert_true(sim_apply(s, &(struct sim_order){SIM_RESUME, id, ""}, NULL));
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
            if (!is(&seen.jobs[i], "held") || !sim_apply(s, &(struct sim_order){SIM_RELEASE, id, ""}, NULL))
                continue;
            if (sim_apply(s, &(struct sim_order){SIM_HOLD, id, ""}, NULL)) /* it did not start at once */
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
    assert_true(sim_apply(s, &(struct sim_order){SIM_RESUME, "b-gen/cn0004", ""}, NULL));
    assert_true(sim_apply(s, &(struct sim_order){SIM_DRAIN, "b-gen/cn0004", "mine"}, NULL));
    sim_advance(s, start_ms + 3 * HOUR_MS, 0);
    look(s);
    assert_true(strncmp(node_state("b-gen/cn0004"), "drain", 5) == 0);
    sim_free(s);
}

/* --- scenarios --- */

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
    assert_false(sim_apply(s, &(struct sim_order){SIM_DRAIN, "a-ai/an0001", ""}, &err));
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
        {0, 0, "earthquake", "a-ai", 0}, {0, 0, "node_down", "nowhere", 0}, {0, 0, "node_down", "a-ai/an9999", 0},
        {0, 0, "arrivals", NULL, 0},     {0, 0, NULL, "a-ai", 0},
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
        cmocka_unit_test(lost_nodes_lose_jobs),
        cmocka_unit_test(nodes_go_down_and_come_back),
        cmocka_unit_test(more_work_arrives),
        cmocka_unit_test(a_stopped_scheduler_stands_still),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(the_past_leads_to_the_present),
        cmocka_unit_test(a_sink_may_refuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
