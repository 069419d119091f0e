#ifndef HUBTOP_TESTS_SIM_WATCH_H
#define HUBTOP_TESTS_SIM_WATCH_H

/* A small world for the tests of the simulator, and what a console would know of it. */

#include <math.h>
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
    {.id = "AAA", .hub = "W", .name = "A", .lon = 106, .lat = 26, .racks_total = 1000, .racks_used = 600, .pue = 1.2},
    {.id = "BBB", .hub = "E", .name = "B", .lon = 113, .lat = 25, .racks_total = 500, .racks_used = 400, .pue = 1.25},
};
static struct fleet_site sites[] = {
    {.id = "A-1", .cluster = "AAA", .phase = "operating", .membership = "connected", .security_level = 3},
    {.id = "B-1", .cluster = "BBB", .phase = "building", .membership = "testing", .security_level = -1},
};
static struct fleet_scheduler schedulers[] = {
    {"a-ai", "A-1", NULL, "intelligent", 40, 192, 8, "ascend910b", 1.05, 0},
    {"a-gen", "A-1", NULL, "general", 40, 128, 0, NULL, 0.95, 0},
    {"b-gen", "B-1", NULL, "general", 20, 96, 0, NULL, 0.8, 0},
    {"b-hpc", "B-1", NULL, "super", 48, 64, 0, NULL, 1.0, 0},
};
static struct fleet_tenant tenants[] = {{.id = "t-001", .at = "SZ", .ring_ms = 3},
                                        {.id = "t-002", .at = "GZ", .ring_ms = 20}};
static struct fleet_place places[] = {{.id = "PPP", .name = "P", .name_zh = "城", .lon = 114, .lat = 22.5}};
/* The first two are one cable; nobody knows where NNN is. */
static struct fleet_link links[] = {
    {"BBB>PPP", "BBB", "PPP", "express", NULL, 13, 400, 5, NAN, 1},
    {"PPP>BBB", "PPP", "BBB", "express", NULL, 13, 400, 5, NAN, 1},
    {"AAA>PPP", "AAA", "PPP", "national", NULL, NAN, NAN, 20, 7.5, -1},
    {"AAA>NNN", "AAA", "NNN", "national", NULL, 4, 400, 20, NAN, 0},
};
static struct fleet_pair pairs[] = {{"AAA>BBB", "AAA", "BBB", "cards", "BBB>PPP", 2000, 0}};
static const struct fleet fleet = {.hubs = hubs,
                                   .clusters = clusters,
                                   .sites = sites,
                                   .schedulers = schedulers,
                                   .tenants = tenants,
                                   .places = places,
                                   .links = links,
                                   .pairs = pairs,
                                   .n_places = 1,
                                   .n_links = 4,
                                   .n_pairs = 1,
                                   .n_hubs = 2,
                                   .n_clusters = 2,
                                   .n_sites = 2,
                                   .n_schedulers = 4,
                                   .n_tenants = 2};

static inline struct sim *world(uint64_t seed, const struct sim_event *events, size_t n)
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

static inline struct sim *world_at(int64_t utc_ms)
{
    struct sim *s = world(42, NULL, 0);

    assert_true(sim_advance(s, utc_ms, 0));
    assert_true(sim_now(s) == utc_ms);
    return s;
}

/* --- facts as bytes --- */

static inline bool hash_row(void *ctx, const struct row *row, struct err *err)
{
    struct buf packed = buf_make(1 << 16);
    uint64_t *sum = ctx, parts[3 + KIND_FIELDS_MAX] = {*sum};
    const struct kind_info *info = kind_info(row->kind);

    assert_true(row_pack(row, &packed, err));
    parts[1] = hash_fnv(packed.data, packed.len);
    parts[2] = hash_fnv(text_bytes(row->id), text_len(row->id));
    for (size_t i = 0; i < info->field_count; i++) /* sampled ones are not packed */
        if ((info->fields[i].flags & FIELD_SAMPLED) && value_known(&row->cells[i]))
            parts[3 + i] = (uint64_t)llround(value_real_or(&row->cells[i], 0) * 1000) + 1;
    *sum = hash_fnv(parts, sizeof parts);
    buf_release(&packed);
    return true;
}

static inline uint64_t facts_hash_sliced(struct sim *s, size_t slice)
{
    uint64_t sum = 0;

    for (int k = KIND_HUB; k < KIND_COUNT; k++)
        for (int64_t at = 0; at >= 0;)
            assert_true(sim_facts(s, (enum kind)k, &at, slice, hash_row, &sum, NULL));
    return sum;
}

static inline bool hash_sample(void *ctx, enum kind kind, struct safe_text id, int field, int64_t at_ms, double value)
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

static inline uint64_t history_hash(const struct sim *s)
{
    uint64_t sum = 0;

    assert_true(sim_history(s, hash_sample, &sum));
    return sum;
}

static inline uint64_t facts_hash(struct sim *s)
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

static inline void copy_text(struct safe_text t, char *out, size_t size)
{
    assert_true(text_len(t) < size);
    memcpy(out, text_len(t) ? text_bytes(t) : "", text_len(t));
    out[text_len(t)] = '\0';
}

static inline void copy_cell(const struct row *row, int field, char *out, size_t size)
{
    copy_text(value_text_or(&row->cells[field], ""), out, size);
}

static inline bool see_node(void *ctx, const struct row *row, struct err *err)
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

static inline bool see_job(void *ctx, const struct row *row, struct err *err)
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

static inline void look(struct sim *s)
{
    seen.n_nodes = seen.n_jobs = 0;
    seen.now_ms = sim_now(s);
    for (int64_t at = 0; at >= 0;)
        assert_true(sim_facts(s, KIND_NODE, &at, 50, see_node, NULL, NULL));
    for (int64_t at = 0; at >= 0;)
        assert_true(sim_facts(s, KIND_JOB, &at, 50, see_job, NULL, NULL));
}

static inline bool is(const struct seen_job *j, const char *state)
{
    return strcmp(j->state, state) == 0;
}

static inline bool has_nodes(const struct seen_job *j)
{
    return is(j, "running") || is(j, "finishing");
}

static inline bool is_pending(const struct seen_job *j)
{
    return is(j, "waiting") || is(j, "held");
}

static inline struct seen_node *node_of(const char *scheduler, const char *prefix, unsigned long number)
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
static inline int64_t lay(const struct seen_job *j)
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

static inline void check_nodes(struct sim *s)
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

static inline const struct seen_job *some_job(const char *state, const char *prefix)
{
    for (size_t i = 0; i < seen.n_jobs; i++)
        if (is(&seen.jobs[i], state) && strncmp(seen.jobs[i].id, prefix, strlen(prefix)) == 0)
            return &seen.jobs[i];
    fail_msg("no job is '%s'", state);
    return NULL;
}

static inline const char *state_of(const char *id)
{
    for (size_t i = 0; i < seen.n_jobs; i++)
        if (strcmp(seen.jobs[i].id, id) == 0)
            return seen.jobs[i].state;
    return "absent";
}

static inline const char *node_state(const char *id)
{
    for (size_t i = 0; i < seen.n_nodes; i++)
        if (strcmp(seen.nodes[i].id, id) == 0)
            return seen.nodes[i].state;
    return "absent";
}

static inline void refused(struct sim *s, enum sim_order_kind kind, const char *target)
{
    struct err err = {0};

    assert_false(sim_apply(s, &(struct sim_order){.kind = kind, .target = target, .reason = "r"}, &err));
    assert_int_equal(err.kind, ERR_REFUSED);
    assert_non_null(strstr(err.text, target));
}

#endif
