#include "unit/store/fixture.h"

#include <math.h>

#include "collector/weave.h"
#include "domain/join.h"

/* From the parts of several sources to rows in the store, over restarts. */

enum { MINUTE_MS = 60000, QUARTER_MS = 900000 };

struct world {
    struct fixture f;
    struct loop *loop;
    struct apply *apply;
    struct weave *weave;
    struct clock clock;
    struct fleet *fleet;
    const char *dead; /* a source that is not fresh */
};

static bool is_fresh(void *ctx, const char *source)
{
    const struct world *w = ctx;
    return !w->dead || strcmp(w->dead, source) != 0;
}

/* It stands still there. */
static struct clock clock_at(const struct instant *now)
{
    return (struct clock){.simulated = true, .start_utc_ms = now->utc_ms, .start_boot_ms = now->boot_ms};
}

static void begin(struct world *w)
{
    const struct weave_options options = {
        .loop = w->loop,
        .store = w->f.store,
        .apply = w->apply,
        .clock = &w->clock,
        .fleet = w->fleet,
        .state_dir = w->f.dir,
        .fresh = is_fresh,
        .ctx = w,
    };
    struct err err = {0};
    w->weave = weave_new(&options, &err);
    fixture_fail(&err);
    weave_source(w->weave, "metrics");
    weave_source(w->weave, "fra");
}

static void load_fleet(struct world *w, const char *text)
{
    char path[96];
    struct err err = {0};
    snprintf(path, sizeof path, "%s/fleet.conf", w->f.dir);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    w->fleet = fleet_load(path, &err);
    fixture_fail(&err);
    unlink(path);
}

static void open_world(struct world *w, const char *fleet)
{
    memset(w, 0, sizeof *w);
    fixture_init(&w->f, NULL);
    w->loop = loop_new(NULL);
    w->apply = apply_new(w->loop);
    w->clock = clock_at(&w->f.now);
    if (fleet)
        load_fleet(w, fleet);
    begin(w);
}

static void close_world(struct world *w)
{
    weave_free(w->weave);
    apply_free(w->apply);
    loop_free(w->loop);
    fleet_free(w->fleet);
    fixture_release(&w->f);
}

static void go_to(struct world *w, int64_t later_ms)
{
    fixture_tick(&w->f, later_ms);
    w->clock = clock_at(&w->f.now);
}

static bool settle(void *ctx)
{
    struct world *w = ctx;
    if (apply_waiting(w->apply) > 0 || weave_busy(w->weave))
        return true;
    loop_stop(w->loop);
    return false;
}

static void run(struct world *w)
{
    weave_run(w->weave);
    loop_task(w->loop, settle, w);
    assert_true(loop_run(w->loop, NULL));
}

static void tell_link(struct world *w, const char *source, const char *id, const char *from, const char *to,
                      double rtt_ms)
{
    struct row row = {.kind = KIND_LINK, .id = text_of(id)};
    row.cells[LINK_FROM] = value_text(text_of(from));
    row.cells[LINK_TO] = value_text(text_of(to));
    row.cells[LINK_RTT_MS] = value_real(rtt_ms);
    weave_begin(w->weave, source, KIND_LINK);
    weave_row(w->weave, source, &row);
    weave_end(w->weave, source, KIND_LINK, 10000);
}

static void tell_scheduler(struct world *w, const char *source, const char *id, int64_t running)
{
    struct row row = {.kind = KIND_SCHEDULER, .id = text_of(id)};
    row.cells[SCHEDULER_JOBS_RUNNING] = value_int(running);
    weave_begin(w->weave, source, KIND_SCHEDULER);
    weave_row(w->weave, source, &row);
    weave_end(w->weave, source, KIND_SCHEDULER, 10000);
}

/* The row of an id in the store; a row of KIND_NONE when there is none. Texts live until the next call. */
static struct row stored(struct world *w, enum kind kind, const char *id)
{
    static struct query *q;
    static struct query_rows *rows;
    struct row row = {0};
    query_rows_free(rows);
    query_close(q);
    q = query_open(w->f.dir, NULL);
    rows = query_rows_new(q, kind, QUERY_NOW);
    fixture_load(&w->f, rows);
    int64_t at = query_rows_find(rows, text_of(id), text_of(""));
    if (at >= 0)
        assert_true(query_rows_at(rows, (size_t)at, &row));
    return row;
}

static size_t samples_of(struct world *w, const char *id, int64_t from_ms, int64_t to_ms)
{
    double means[64];
    size_t n = 0;
    struct query *q = query_open(w->f.dir, NULL);
    assert_true(query_series(q, KIND_LINK, text_of(id), LINK_ONE_WAY_MS, from_ms, to_ms, means, NULL, 64, NULL));
    for (size_t i = 0; i < 64; i++)
        n += !isnan(means[i]);
    query_close(q);
    return n;
}

#define FLEET                                                                                                          \
    "cluster \"SHG\" { lon = 113.60 lat = 24.80 aliases = { \"fra\" } }\n"                                             \
    "place \"SZ\" { lon = 114.06 lat = 22.54 aliases = { \"lon\" } }\n"                                                \
    "link \"SHG>SZ\" { ring_ms = 3 }\n"

/* 304: what was told stands, and is as old as that answer. */
static void unchanged_is_observed_anew(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, FLEET);
    tell_link(&w, "metrics", "fra>lon", "fra", "lon", 4);
    run(&w);
    go_to(&w, MINUTE_MS);
    weave_unchanged(w.weave, "metrics", KIND_LINK, 10000);
    weave_unchanged(w.weave, "fra", KIND_LINK, 10000); /* who never told of any tells nothing */
    run(&w);
    struct row row = stored(&w, KIND_LINK, "SHG>SZ");
    assert_true(row.observed_ms == w.f.now.utc_ms);
    assert_true(fabs(value_real_or(&row.cells[LINK_RTT_MS], 0) - 4) < 1e-9);
    assert_int_equal(samples_of(&w, "SHG>SZ", w.f.now.utc_ms - 2 * MINUTE_MS, w.f.now.utc_ms + 1000), 2);
    go_to(&w, MINUTE_MS);
    run(&w);
    row = stored(&w, KIND_LINK, "SHG>SZ");
    assert_true(row.observed_ms == w.f.now.utc_ms - MINUTE_MS);
    close_world(&w);
}

static void names_are_those_of_the_fleet_file(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, FLEET);
    tell_link(&w, "metrics", "fra>lon", "fra", "lon", 4);
    run(&w);
    struct row row = stored(&w, KIND_LINK, "SHG>SZ");
    assert_int_equal(row.kind, KIND_LINK);
    assert_true(text_is(row.source, "metrics"));
    assert_false(row.stale);
    assert_true(fabs(value_real_or(&row.cells[LINK_ONE_WAY_MS], 0) - 2) < 1e-9);
    assert_true(text_is(value_text_or(&row.cells[LINK_ONE_WAY_BASIS], ""), "half_rtt"));
    assert_true(fabs(value_real_or(&row.cells[LINK_RING_CONTRACT_MS], 0) - 3) < 1e-9);
    assert_int_equal(stored(&w, KIND_LINK, "fra>lon").kind, KIND_NONE);
    close_world(&w);
}

static void a_poll_of_one_is_no_reading_of_another(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, NULL);
    int64_t from_ms = w.f.now.utc_ms;
    tell_link(&w, "metrics", "a>b", "a", "b", 4);
    run(&w);
    for (int i = 0; i < 5; i++) {
        go_to(&w, 1000);
        tell_scheduler(&w, "fra", "fra", i);
        run(&w);
    }
    assert_int_equal(samples_of(&w, "metrics/a>metrics/b", from_ms, from_ms + 64000), 1);
    go_to(&w, 1000);
    tell_link(&w, "metrics", "a>b", "a", "b", 5);
    run(&w);
    assert_int_equal(samples_of(&w, "metrics/a>metrics/b", from_ms, from_ms + 64000), 2);
    close_world(&w);
}

static void a_restart_keeps_what_a_dead_source_told(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, FLEET);
    tell_link(&w, "metrics", "fra>lon", "fra", "lon", 4);
    run(&w);
    weave_free(w.weave);
    go_to(&w, 1000000);
    w.dead = "metrics";
    begin(&w);
    tell_scheduler(&w, "fra", "fra", 7);
    run(&w);
    struct row row = stored(&w, KIND_LINK, "SHG>SZ");
    assert_int_equal(row.kind, KIND_LINK);
    assert_true(row.stale);
    assert_true(text_is(row.source, "metrics"));
    assert_true(value_known(&row.cells[LINK_ONE_WAY_MS])); /* the last that was told, and says how old it is */
    row = stored(&w, KIND_CLUSTER, "SHG");
    assert_int_equal(value_int_or(&row.cells[CLUSTER_JOBS_RUNNING], -1), 7);
    close_world(&w);
}

static void a_dropped_body_changes_nothing(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, NULL);
    tell_scheduler(&w, "fra", "fra", 1);
    run(&w);
    weave_begin(w.weave, "fra", KIND_SCHEDULER);
    weave_drop(w.weave, "fra", KIND_SCHEDULER);
    weave_doubt(w.weave);
    run(&w);
    assert_int_equal(stored(&w, KIND_SCHEDULER, "fra").kind, KIND_SCHEDULER);
    assert_int_equal(stored(&w, KIND_CLUSTER, "fra").kind, KIND_CLUSTER);
    close_world(&w);
}

static void the_past_comes_under_the_joined_name(void **state)
{
    (void)state;
    struct world w;
    double means[4];
    bool filled[4];
    open_world(&w, FLEET);
    int64_t from_ms = w.f.now.utc_ms - 4 * MINUTE_MS;
    tell_link(&w, "metrics", "fra>lon", "fra", "lon", 4);
    for (int m = 0; m < 3; m++)
        assert_true(
            weave_past(w.weave, "metrics", KIND_LINK, text_of("fra>lon"), LINK_RTT_MS, from_ms + m * MINUTE_MS, 6));
    assert_true(weave_past(w.weave, "metrics", KIND_LINK, text_of("nobody>knows"), LINK_RTT_MS, from_ms, 6));
    run(&w);
    struct query *q = query_open(w.f.dir, NULL);
    assert_true(query_series(q, KIND_LINK, text_of("SHG>SZ"), LINK_ONE_WAY_MS, from_ms, w.f.now.utc_ms, means, filled,
                             4, NULL));
    assert_true(fabs(means[0] - 3) < 1e-9 && filled[0] && filled[2] && !filled[3]);
    query_close(q);
    close_world(&w);
}

static void what_is_usual_is_learned(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, FLEET);
    int64_t from_ms = (w.f.now.utc_ms / QUARTER_MS - 20) * QUARTER_MS;
    for (int i = 0; i < 18; i++)
        assert_true(store_sample_put(w.f.store, WEAVE_SOURCE, KIND_LINK, text_of("SHG>SZ"), LINK_ONE_WAY_MS,
                                     from_ms + i * QUARTER_MS, 1.66, NULL));
    fixture_maintain(&w.f);
    tell_link(&w, "metrics", "fra>lon", "fra", "lon", 4);
    run(&w);
    run(&w); /* once it is known the row has it */
    tell_link(&w, "metrics", "fra>lon", "fra", "lon", 4);
    go_to(&w, 1000);
    tell_link(&w, "metrics", "fra>lon", "fra", "lon", 4);
    run(&w);
    struct row row = stored(&w, KIND_LINK, "SHG>SZ");
    assert_true(fabs(value_real_or(&row.cells[LINK_BASELINE_MS], 0) - 1.66) < 1e-9);
    close_world(&w);
}

static void work_lies_where_its_scheduler_does(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, "cluster \"SHG\" {}\nsite \"SHG-1\" { cluster = \"SHG\" }\n"
                   "scheduler \"shg-a\" { site = \"SHG-1\" aliases = { \"fra\" } }\n");
    struct row job = {.kind = KIND_JOB, .id = text_of("fra/1")};
    job.cells[JOB_SCHEDULER] = value_text(text_of("fra"));
    job.cells[JOB_CLUSTER] = value_text(text_of("fra"));
    weave_cluster(w.weave, &job);
    assert_true(fixture_text_is(&job.cells[JOB_CLUSTER], "SHG"));
    job.cells[JOB_SCHEDULER] = value_text(text_of("ams"));
    job.cells[JOB_CLUSTER] = value_text(text_of("ams"));
    weave_cluster(w.weave, &job);
    assert_true(fixture_text_is(&job.cells[JOB_CLUSTER], "ams"));
    assert_string_equal(weave_scheduler(w.weave, "fra"), "shg-a");
    assert_string_equal(weave_scheduler(w.weave, "ams"), "ams");
    close_world(&w);
}

/* Of networks the file alone tells; what it does not say any more goes. */
static void networks_of_others_come_from_the_file(void **state)
{
    (void)state;
    struct world w;
    open_world(&w, "cluster \"SHG\" { aliases = { \"fra\" } }\n"
                   "network \"N\" { meets = \"fra\"  state = \"up\" }\nnetwork \"M\" {}\n");
    run(&w);
    struct row row = stored(&w, KIND_NETWORK, "N");
    assert_true(fixture_text_is(&row.cells[NETWORK_MEETS], "SHG"));
    assert_true(text_is(row.source, JOIN_FLEET));
    assert_int_equal(stored(&w, KIND_NETWORK, "M").kind, KIND_NETWORK);
    weave_free(w.weave);
    fleet_free(w.fleet);
    load_fleet(&w, "network \"M\" {}\n");
    begin(&w);
    run(&w);
    assert_int_equal(stored(&w, KIND_NETWORK, "N").kind, KIND_NONE);
    assert_int_equal(stored(&w, KIND_NETWORK, "M").kind, KIND_NETWORK);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unchanged_is_observed_anew),
        cmocka_unit_test(names_are_those_of_the_fleet_file),
        cmocka_unit_test(a_poll_of_one_is_no_reading_of_another),
        cmocka_unit_test(a_restart_keeps_what_a_dead_source_told),
        cmocka_unit_test(a_dropped_body_changes_nothing),
        cmocka_unit_test(the_past_comes_under_the_joined_name),
        cmocka_unit_test(what_is_usual_is_learned),
        cmocka_unit_test(work_lies_where_its_scheduler_does),
        cmocka_unit_test(networks_of_others_come_from_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
