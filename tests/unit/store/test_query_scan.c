#include "unit/store/fixture.h"

/* Rows one after the other: each of the present once, in slices, while commits go on. */

enum { JOBS = 1000 };

struct seen {
    unsigned times[JOBS];
    size_t n, calls;
};

static void see(void *ctx, const struct row *row)
{
    struct seen *s = ctx;
    char id[32];
    text_show_in(row->id, id, sizeof id);
    int i = atoi(id + strlen("j")); /* of the test's own ids */
    assert_in_range(i, 0, JOBS - 1);
    assert_true(text_is(row->source, i % 2 ? "fra" : "ams"));
    assert_int_equal(value_int_or(&row->cells[JOB_CPUS], 0), i);
    assert_false(row->stale);
    s->times[i]++;
    s->n++;
}

static void put_jobs(struct fixture *f, const char *source, int from, int step, int until)
{
    struct store_batch *b = fixture_batch(f, source, KIND_JOB, true);
    char id[32];
    for (int i = from; i < until; i += step) {
        snprintf(id, sizeof id, "j%d", i);
        struct row job = fixture_job(id, "li", "running", i);
        fixture_add(b, &job);
    }
    fixture_apply(f, b, 100000);
}

static enum query_step slice(struct fixture *f, struct query_scan *scan, struct seen *s)
{
    struct err err = {0};
    enum query_step step = query_scan_step(scan, f->now, 0, see, s, &err);
    fixture_fail(&err);
    s->calls++;
    return step;
}

static void each_row_once_in_slices(void **state)
{
    struct fixture f;
    struct seen s = {.n = 0};
    (void)state;
    fixture_init(&f, NULL);
    put_jobs(&f, "ams", 0, 2, JOBS);
    put_jobs(&f, "fra", 1, 2, JOBS);
    fixture_read(&f);
    struct query_scan *scan = query_scan_new(f.query, KIND_JOB, QUERY_NOW);
    while (slice(&f, scan, &s) == QUERY_MORE)
        ;
    for (int i = 0; i < JOBS; i++)
        assert_int_equal(s.times[i], 1);
    assert_true(s.calls > 5);
    query_scan_free(scan);
    fixture_release(&f);
}

/* What stays is seen once, whatever goes meanwhile. */
static void commits_go_on(void **state)
{
    struct fixture f;
    struct seen s = {.n = 0};
    (void)state;
    fixture_init(&f, NULL);
    put_jobs(&f, "ams", 0, 2, JOBS);
    put_jobs(&f, "fra", 1, 2, JOBS);
    fixture_read(&f);
    struct query_scan *scan = query_scan_new(f.query, KIND_JOB, QUERY_NOW);
    assert_int_equal(slice(&f, scan, &s), QUERY_MORE);
    put_jobs(&f, "ams", 0, 4, JOBS);
    put_jobs(&f, "fra", 1, 2, JOBS / 2);
    while (slice(&f, scan, &s) == QUERY_MORE)
        ;
    for (int i = 0; i < JOBS; i++) {
        bool stays = i % 4 == 0 || (i % 2 == 1 && i < JOBS / 2);
        assert_true(stays ? s.times[i] == 1 : s.times[i] <= 1);
    }
    query_scan_free(scan);
    fixture_release(&f);
}

static void nothing_is_nothing(void **state)
{
    struct fixture f;
    struct seen s = {.n = 0};
    (void)state;
    fixture_init(&f, NULL);
    fixture_read(&f);
    for (int64_t at_ms = QUERY_NOW; at_ms <= f.now.utc_ms; at_ms += f.now.utc_ms) {
        struct query_scan *scan = query_scan_new(f.query, KIND_RACK, at_ms);
        while (slice(&f, scan, &s) == QUERY_MORE)
            ;
        query_scan_free(scan);
    }
    assert_int_equal(s.n, 0);
    fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_once_in_slices),
        cmocka_unit_test(commits_go_on),
        cmocka_unit_test(nothing_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
