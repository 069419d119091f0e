#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "domain/derive.h"
#include "sources/source.h"

extern const struct source_driver source_sample;

static const struct instant noon = {.utc_ms = INT64_C(1795233600000), .boot_ms = 1000}; /* 2026-11-21T04:00:00Z */

/* Settings as an ad-hoc URL's query gives them. */
struct query {
    const char *keys[4], *values[4];
};

static const char *look_up(const void *ctx, const char *key)
{
    const struct query *q = ctx;

    for (size_t i = 0; i < 4 && q->keys[i] != NULL; i++)
        if (strcmp(q->keys[i], key) == 0)
            return q->values[i];
    return NULL;
}

static struct source *open_with(const char *url, const struct query *q, struct err *err)
{
    struct source_settings s = {.name = "sample", .url = url, .interval_ms = 5000, .query = look_up, .query_ctx = q};

    return source_sample.open(&s, err);
}

static struct source *open_sample(const struct query *q)
{
    static const struct query none = {{NULL}, {NULL}};
    struct err err = {0};
    struct source *s = open_with("sample-data", q != NULL ? q : &none, &err);

    if (s == NULL)
        fail_msg("%s", err.text);
    return s;
}

struct poll {
    size_t rows[KIND_COUNT], slices;
    int64_t newest_ms; /* of what jobs say */
    struct derive *derive;
    size_t queues_waiting, clusters;
};

static bool take(void *ctx, const struct row *row, struct err *err)
{
    struct poll *p = ctx;

    p->rows[row->kind]++;
    assert_false(text_empty(row->id));
    if (row->kind == KIND_JOB && value_int_or(&row->cells[JOB_SUBMITTED_AT], 0) > p->newest_ms)
        p->newest_ms = value_int_or(&row->cells[JOB_SUBMITTED_AT], 0);
    return p->derive == NULL || derive_row(p->derive, row, err);
}

static void poll(struct source *s, struct instant now, struct poll *p)
{
    struct source_request requests[SOURCE_REQUESTS_MAX];
    size_t n = source_sample.requests(s, now, requests);

    assert_true(n > 0 && n <= SOURCE_REQUESTS_MAX);
    for (size_t i = 0; i < n; i++) {
        bool more = true;
        assert_true(requests[i].local);
        if (p->derive != NULL)
            derive_begin(p->derive, requests[i].covers[0]);
        for (; more; p->slices++) {
            size_t before = p->rows[requests[i].covers[0]];
            assert_true(source_sample.produce(s, &requests[i], now, 200, &more, take, p, NULL));
            assert_true(p->rows[requests[i].covers[0]] - before <= 200);
        }
        assert_int_equal(requests[i].covers[1], KIND_NONE);
        if (p->derive != NULL)
            derive_end(p->derive, requests[i].covers[0], true);
    }
}

static void a_poll_tells_every_kind(void **state)
{
    struct source *s = open_sample(NULL);
    struct poll p = {.slices = 0};

    (void)state;
    poll(s, noon, &p);
    for (int k = KIND_HUB; k <= KIND_RESERVATION; k++)
        assert_true(p.rows[k] > 0);
    for (int k = KIND_LINK; k <= KIND_PLACE; k++)
        assert_true(p.rows[k] > 0);
    assert_int_equal(p.rows[KIND_HUB], 8);
    assert_int_equal(p.rows[KIND_CLUSTER], 11);
    assert_int_equal(p.rows[KIND_CHANGE], 0);
    assert_true(p.rows[KIND_JOB] > 2000);
    assert_true(p.newest_ms <= noon.utc_ms && p.newest_ms > noon.utc_ms - 60 * 1000);
    source_sample.close(s);
}

static void polls_follow_the_clock(void **state)
{
    struct source *s = open_sample(NULL);
    struct instant later = {.utc_ms = noon.utc_ms + 120000};
    struct poll a = {.slices = 0}, b = {.slices = 0};

    (void)state;
    poll(s, noon, &a);
    poll(s, later, &b);
    assert_true(b.newest_ms > noon.utc_ms && b.newest_ms <= later.utc_ms);
    source_sample.close(s);
}

static void a_broken_poll_leaves_nothing_behind(void **state)
{
    struct source *s = open_sample(NULL);
    struct source_request r[SOURCE_REQUESTS_MAX];
    struct poll broken = {.slices = 0}, whole = {.slices = 0}, again = {.slices = 0};
    bool more = true;

    (void)state;
    poll(s, noon, &whole);
    source_sample.requests(s, noon, r);
    assert_true(source_sample.produce(s, &r[6], noon, 10, &more, take, &broken, NULL));
    assert_true(more);
    poll(s, noon, &again);
    assert_memory_equal(whole.rows, again.rows, sizeof whole.rows);
    source_sample.close(s);
}

static void settings_make_the_world(void **state)
{
    static const struct query big = {{"scale", "seed", "start"}, {"2", "7", "2026-11-21T03:30:00Z"}};
    static const struct query same = {{"scale", "seed", "start"}, {"2", "7", "1795231800000"}};
    struct source *plain = open_sample(NULL), *a = open_sample(&big), *b = open_sample(&same);
    struct poll p = {.slices = 0}, pa = {.slices = 0}, pb = {.slices = 0};

    (void)state;
    poll(plain, noon, &p);
    poll(a, noon, &pa);
    poll(b, noon, &pb);
    assert_int_equal(pa.rows[KIND_NODE], 2 * p.rows[KIND_NODE]);
    assert_memory_equal(pa.rows, pb.rows, sizeof pa.rows);
    assert_true(pa.newest_ms == pb.newest_ms);
    source_sample.close(plain);
    source_sample.close(a);
    source_sample.close(b);
}

/* --- what derive makes of it agrees with the history --- */

struct last {
    int64_t hub_running, queue_waiting, accels_free;
    int64_t samples, oldest_ms;
};

static bool sample(void *ctx, enum kind kind, struct safe_text id, int field, int64_t at_ms, double value)
{
    struct last *l = ctx;

    (void)id;
    l->samples++;
    l->oldest_ms = l->oldest_ms == 0 || at_ms < l->oldest_ms ? at_ms : l->oldest_ms;
    assert_true(at_ms <= noon.utc_ms);
    if (at_ms != noon.utc_ms)
        return true;
    l->hub_running += kind == KIND_SCHEDULER && field == SCHEDULER_JOBS_RUNNING ? (int64_t)value : 0;
    l->accels_free += kind == KIND_SCHEDULER && field == SCHEDULER_ACCELS_FREE ? (int64_t)value : 0;
    l->queue_waiting += kind == KIND_QUEUE && field == QUEUE_WAITING ? (int64_t)value : 0;
    return true;
}

static bool add_derived(void *ctx, const struct row *row, struct err *err)
{
    struct last *l = ctx;

    (void)err;
    if (row->kind == KIND_SCHEDULER) {
        l->hub_running += value_int_or(&row->cells[SCHEDULER_JOBS_RUNNING], 0);
        l->accels_free += value_int_or(&row->cells[SCHEDULER_ACCELS_FREE], 0);
    }
    if (row->kind == KIND_QUEUE)
        l->queue_waiting += value_int_or(&row->cells[QUEUE_WAITING], 0);
    return true;
}

static void the_past_meets_the_present(void **state)
{
    struct source *s = open_sample(NULL);
    struct last past = {.samples = 0}, present = {.samples = 0};
    struct poll p = {.derive = derive_new("sample")};

    (void)state;
    assert_true(source_sample.backfill(s, noon, sample, &past, NULL));
    poll(s, noon, &p);
    assert_true(derive_emit(p.derive, noon.utc_ms, add_derived, &present, NULL));
    assert_int_equal(past.hub_running, present.hub_running);
    assert_int_equal(past.queue_waiting, present.queue_waiting);
    assert_int_equal(past.accels_free, present.accels_free);
    assert_true(past.oldest_ms < noon.utc_ms - 23 * 3600 * 1000);
    derive_free(p.derive);
    source_sample.close(s);
}

/* --- what cannot be opened --- */

static void bad_settings_are_told(void **state)
{
    static const struct {
        const char *url;
        struct query q;
        const char *says;
    } bad[] = {
        {"", {{NULL}, {NULL}}, "sample"},
        {"no-such-folder", {{NULL}, {NULL}}, "no-such-folder/fleet.conf"},
        {"sample-data", {{"scenario"}, {"nothing"}}, "nothing.scenario"},
        {"sample-data", {{"scenario"}, {"../fleet"}}, "../fleet"},
        {"sample-data", {{"scale"}, {"1e9"}}, "scale"},
        {"sample-data", {{"scale"}, {"nan"}}, "scale"},
        {"sample-data", {{"scale"}, {"2x"}}, "scale"},
        {"sample-data", {{"seed"}, {"-1"}}, "seed"},
        {"sample-data", {{"start"}, {"yesterday"}}, "yesterday"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};
        assert_null(open_with(bad[i].url, &bad[i].q, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        if (strstr(err.text, bad[i].says) == NULL)
            fail_msg("'%s' does not name '%s'", err.text, bad[i].says);
    }
    source_sample.close(NULL);
}

static void write_file(const char *dir, const char *name, const char *text)
{
    char path[512];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void a_bad_scenario_is_told_with_its_line(void **state)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"scenario_version = 1\nat \"12m\" { event = \"arrivals\" target = \"fra\" }\n", "x.scenario: line 2"},
        {"scenario_version = 1\nat \"+12m\" { event = \"flood\" target = \"fra\" }\n", "flood"},
        {"scenario_version = 1\nat \"+12m\" { event = \"arrivals\" target = \"ams\" }\n", "ams"},
        {"scenario_version = 1\nat \"+12m\" { event = \"arrivals\" target = \"fra\" for = \"soon\" }\n", "soon"},
        {"scenario_version = 1\nspeed = 3\n", "x.scenario:2"},
    };
    static const struct query x = {{"scenario"}, {"x"}};
    char dir[] = "/tmp/hubtop-test-XXXXXX", path[128];

    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/scenarios", dir);
    assert_int_equal(mkdir(path, 0700), 0);
    write_file(dir, "fleet.conf",
               "fleet_version = 1\nhub \"H\" { }\ncluster \"C\" { hub = \"H\" }\nsite \"S\" { cluster = \"C\" }\n"
               "scheduler \"fra\" { site = \"S\"  kind = \"general\"  nodes = 4  cpus_per_node = 8  load = 0.9 }\n");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = {0};
        write_file(dir, "scenarios/x.scenario", bad[i].text);
        assert_null(open_with(dir, &x, &err));
        if (strstr(err.text, bad[i].says) == NULL)
            fail_msg("'%s' does not say '%s'", err.text, bad[i].says);
    }
    write_file(dir, "scenarios/x.scenario",
               "scenario_version = 1\nat \"+1h30m\" { event = \"arrivals\" target = "
               "\"fra\" factor = 2 for = \"5m\" }\n");
    struct err err = {0};
    struct source *s = open_with(dir, &x, &err);
    assert_non_null(s);
    source_sample.close(s);
    snprintf(path, sizeof path, "%s/scenarios/x.scenario", dir);
    unlink(path);
    snprintf(path, sizeof path, "%s/scenarios", dir);
    rmdir(path);
    snprintf(path, sizeof path, "%s/fleet.conf", dir);
    unlink(path);
    rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_poll_tells_every_kind),
        cmocka_unit_test(polls_follow_the_clock),
        cmocka_unit_test(a_broken_poll_leaves_nothing_behind),
        cmocka_unit_test(settings_make_the_world),
        cmocka_unit_test(the_past_meets_the_present),
        cmocka_unit_test(bad_settings_are_told),
        cmocka_unit_test(a_bad_scenario_is_told_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
