#include "unit/store/fixture.h"

#include <math.h>

/* Sampled cells: they never make a version, lie over rows of the present and of the past, and give series. */

enum { MINUTE_MS = 60000 };

static void put(struct fixture *f, const char *id, double power_kw, double racks, struct store_result *result)
{
    struct store_batch *b = fixture_batch(f, "prom", KIND_CLUSTER, true);
    struct row row = {.kind = KIND_CLUSTER, .id = text_of(id)};
    row.cells[CLUSTER_NAME] = value_text(text_of("Chengdu"));
    if (!isnan(power_kw))
        row.cells[CLUSTER_POWER_KW] = value_real(power_kw);
    row.cells[CLUSTER_RACKS_TOTAL] = value_int((int64_t)racks);
    fixture_add(b, &row);
    *result = fixture_apply(f, b, 1000);
}

static double power(struct fixture *f, int64_t at_ms, struct row *row)
{
    struct query_rows *r = query_rows_new(f->query, KIND_CLUSTER, at_ms);
    fixture_load(f, r);
    assert_int_equal(query_rows_count(r), 1);
    assert_true(query_rows_at(r, 0, row));
    double value = value_real_or(&row->cells[CLUSTER_POWER_KW], -1);
    query_rows_free(r);
    return value;
}

static void assert_near(double a, double b)
{
    if (!(fabs(a - b) < 1e-6))
        fail_msg("%g is not %g", a, b);
}

static void samples_are_no_versions(void **state)
{
    struct fixture *f = *state;
    struct store_result done;
    struct row row;
    if (!(kind_info(KIND_CLUSTER)->fields[CLUSTER_POWER_KW].flags & FIELD_SAMPLED))
        fail_msg("power is not sampled");
    int64_t start_ms = f->now.utc_ms;
    for (int i = 0; i < 10; i++) {
        put(f, "CD", 100 + i, 7, &done);
        assert_int_equal(done.opened, i == 0);
        assert_int_equal(done.replaced, 0);
        assert_int_equal(done.samples, 1);
        fixture_tick(f, 1000);
    }
    assert_near(power(f, QUERY_NOW, &row), 109);
    assert_int_equal(row.since_ms, start_ms);
    assert_near(power(f, start_ms + 3000, &row), 103);
    assert_near(power(f, start_ms + 3999, &row), 103);
    assert_int_equal(row.observed_ms, start_ms + 3000);
    assert_int_equal(row.age_ms, 999);
}

static void what_is_not_told_any_more_is_unknown(void **state)
{
    struct fixture *f = *state;
    struct store_result done;
    struct row row;
    put(f, "CD", 100, 7, &done);
    fixture_tick(f, 1000);
    put(f, "CD", NAN, 7, &done);
    power(f, QUERY_NOW, &row);
    assert_false(value_known(&row.cells[CLUSTER_POWER_KW]));
}

static void one_sample(void **state)
{
    struct fixture *f = *state;
    struct store_result done;
    double value;
    int64_t at_ms, start_ms = f->now.utc_ms;
    assert_false(query_sample(f->query, KIND_CLUSTER, text_of("CD"), CLUSTER_POWER_KW, QUERY_NOW, &value, &at_ms));
    put(f, "CD", 5, 7, &done);
    fixture_tick(f, 1000);
    put(f, "CD", 6, 7, &done);
    assert_true(query_sample(f->query, KIND_CLUSTER, text_of("CD"), CLUSTER_POWER_KW, QUERY_NOW, &value, &at_ms));
    assert_near(value, 6);
    assert_int_equal(at_ms, f->now.utc_ms);
    assert_true(query_sample(f->query, KIND_CLUSTER, text_of("CD"), CLUSTER_POWER_KW, start_ms + 500, &value, &at_ms));
    assert_near(value, 5);
    assert_int_equal(at_ms, start_ms);
    assert_false(query_sample(f->query, KIND_CLUSTER, text_of("CD"), CLUSTER_POWER_KW, start_ms - 1, &value, &at_ms));
}

/* One sample each 10 s whose value is the number of its minute, back-filled in a strange order. */
static void back_fill(struct fixture *f, int64_t from_ms, int minutes)
{
    struct err err = {0};
    assert_true(store_begin(f->store, &err));
    for (int i = 0; i < minutes * 6; i++) {
        int j = i % 2 ? i : minutes * 6 - 2 - i + (minutes * 6) % 2;
        store_sample_put(f->store, "prom", KIND_HUB, text_of("h"), HUB_JOBS_RUNNING, from_ms + j * 10000, j / 6, &err);
    }
    assert_true(store_end(f->store, &err));
    fixture_fail(&err);
}

static void assert_means(struct fixture *f, int64_t from_ms, int minutes)
{
    double means[120];
    assert_true(query_series(f->query, KIND_HUB, text_of("h"), HUB_JOBS_RUNNING, from_ms,
                             from_ms + minutes * (int64_t)MINUTE_MS, means, NULL, (size_t)minutes, NULL));
    for (int m = 0; m < minutes; m++)
        assert_near(means[m], m);
}

static void put_running(struct fixture *f, int64_t at_ms, double value)
{
    struct err err = {0};
    store_sample_put(f->store, "prom", KIND_HUB, text_of("h"), HUB_JOBS_RUNNING, at_ms, value, &err);
    fixture_fail(&err);
}

static void assert_running(struct fixture *f, int64_t at_ms, double wanted)
{
    double value;
    int64_t sampled_ms;
    assert_true(query_sample(f->query, KIND_HUB, text_of("h"), HUB_JOBS_RUNNING, at_ms, &value, &sampled_ms));
    assert_near(value, wanted);
    assert_int_equal(sampled_ms, at_ms);
}

/* As many as several statements of a transaction take, against the order of time. */
static void of_two_for_one_moment_the_first_counts(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    int64_t from_ms = f->now.utc_ms;
    enum { MOMENTS = 40 };
    assert_true(store_begin(f->store, &err));
    for (int twice = 0; twice < 2; twice++)
        for (int i = MOMENTS - 1; i >= 0; i--)
            put_running(f, from_ms + i * 1000, twice ? -1 : i);
    assert_true(store_end(f->store, &err));
    put_running(f, from_ms, -1); /* nor does one of a later transaction */
    for (int i = 0; i < MOMENTS; i++)
        assert_running(f, from_ms + i * 1000, i);
}

/* A batch that is given up while it is applied takes its transaction with it, and what joined that. */
static void a_rollback_drops_samples_that_wait(void **state)
{
    struct fixture *f = *state;
    int64_t from_ms = f->now.utc_ms / MINUTE_MS * MINUTE_MS;
    double mean[2];
    put_running(f, from_ms - MINUTE_MS, 3); /* its series stays */
    struct store_batch *b = fixture_batch(f, "fra", KIND_JOB, true);
    for (int i = 0; i < 500; i++) {
        char id[16];
        snprintf(id, sizeof id, "fra/%d", i);
        struct row job = fixture_job(id, "ann", "running", 4);
        fixture_add(b, &job);
    }
    assert_int_equal(store_batch_apply(b, f->now, 0, NULL, NULL), STORE_MORE);
    if (store_batch_apply(b, f->now, 0, NULL, NULL) != STORE_MORE)
        fail_msg("its transaction is not open any more");
    put_running(f, from_ms, 5);
    store_batch_free(b);
    put_running(f, from_ms + MINUTE_MS, 7);
    assert_true(query_series(f->query, KIND_HUB, text_of("h"), HUB_JOBS_RUNNING, from_ms, from_ms + 2 * MINUTE_MS, mean,
                             NULL, 2, NULL));
    assert_true(isnan(mean[0]));
    assert_near(mean[1], 7);
}

static void means_survive_the_rollup(void **state)
{
    struct fixture *f = *state;
    int64_t from_ms = f->now.utc_ms / 3600000 * 3600000;
    f->now.utc_ms = from_ms + 100 * MINUTE_MS;
    back_fill(f, from_ms, 90);
    fixture_maintain(f);
    assert_means(f, from_ms, 90);
    /* late ones count too, once */
    assert_true(store_sample_put(f->store, "prom", KIND_HUB, text_of("h"), HUB_JOBS_RUNNING, from_ms + 5000, 7, NULL));
    assert_true(store_sample_put(f->store, "prom", KIND_HUB, text_of("h"), HUB_JOBS_RUNNING, from_ms + 5000, 7, NULL));
    fixture_maintain(f);
    double mean;
    assert_true(query_series(f->query, KIND_HUB, text_of("h"), HUB_JOBS_RUNNING, from_ms, from_ms + MINUTE_MS, &mean,
                             NULL, 1, NULL));
    assert_near(mean, 1);
    /* the samples themselves go after six hours, the minutes after three days, the quarters stay */
    fixture_tick(f, INT64_C(7) * 3600000);
    fixture_maintain(f);
    double means[3];
    assert_true(query_series(f->query, KIND_HUB, text_of("h"), HUB_JOBS_RUNNING, from_ms + 40 * MINUTE_MS,
                             from_ms + 43 * MINUTE_MS, means, NULL, 3, NULL));
    assert_near(means[1], 41);
    fixture_tick(f, INT64_C(4) * 86400000);
    fixture_maintain(f);
    assert_true(query_series(f->query, KIND_HUB, text_of("h"), HUB_JOBS_RUNNING, from_ms + 30 * MINUTE_MS,
                             from_ms + 45 * MINUTE_MS, means, NULL, 1, NULL));
    assert_near(means[0], 37);
    assert_true(query_series(f->query, KIND_HUB, text_of("h"), HUB_JOBS_RUNNING, from_ms - 15 * MINUTE_MS, from_ms,
                             means, NULL, 1, NULL));
    assert_true(isnan(means[0]));
}

static void rollups_survive_restarts(void **state)
{
    struct fixture *f = *state;
    int64_t from_ms = f->now.utc_ms / 3600000 * 3600000;
    f->now.utc_ms = from_ms + 60 * MINUTE_MS;
    back_fill(f, from_ms, 50);
    for (int i = 0; i < 400; i++) { /* a slice, and another process */
        assert_int_not_equal(store_maintain(f->store, f->now, 0, NULL), STORE_FAILED);
        if (i % 7 == 0) {
            store_close(f->store);
            fixture_open(f, NULL);
        }
    }
    fixture_tick(f, INT64_C(7) * 3600000); /* only rollups are left */
    fixture_maintain(f);
    assert_means(f, from_ms, 50);
}

static void old_cells_lie_over_old_rows(void **state)
{
    struct fixture *f = *state;
    struct store_result done;
    struct row row;
    int64_t start_ms = f->now.utc_ms;
    for (int m = 0; m < 20; m++) {
        put(f, "CD", m, 7, &done);
        fixture_tick(f, MINUTE_MS);
    }
    fixture_maintain(f);
    fixture_tick(f, INT64_C(7) * 3600000);
    put(f, "CD", 99, 8, &done);
    fixture_maintain(f);
    assert_near(power(f, start_ms + 10 * MINUTE_MS, &row), 10);
    assert_int_equal(value_int_or(&row.cells[CLUSTER_RACKS_TOTAL], 0), 7);
    assert_int_equal(row.observed_ms, start_ms + 10 * MINUTE_MS);
}

static void sorting_by_a_sampled_cell(void **state)
{
    struct fixture *f = *state;
    struct query_rows *r = query_rows_new(f->query, KIND_CLUSTER, QUERY_NOW);
    static const char *const ids[] = {"a", "b", "c"};
    query_rows_sort(r, CLUSTER_POWER_KW, true);
    for (int round = 0; round < 3; round++) {
        struct store_batch *b = fixture_batch(f, "prom", KIND_CLUSTER, true);
        for (int i = 0; i < 3; i++) {
            struct row row = {.kind = KIND_CLUSTER, .id = text_of(ids[i])};
            row.cells[CLUSTER_POWER_KW] = value_real((i + round) % 3);
            fixture_add(b, &row);
        }
        fixture_apply(f, b, 1000);
        fixture_tick(f, 1000);
        fixture_load(f, r);
        for (size_t i = 0; i < 3; i++) {
            struct row row;
            assert_true(query_rows_at(r, i, &row));
            assert_near(value_real_or(&row.cells[CLUSTER_POWER_KW], -1), 2 - (double)i);
        }
    }
    query_rows_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(samples_are_no_versions, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(what_is_not_told_any_more_is_unknown, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(one_sample, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(means_survive_the_rollup, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(of_two_for_one_moment_the_first_counts, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_rollback_drops_samples_that_wait, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(rollups_survive_restarts, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(old_cells_lie_over_old_rows, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(sorting_by_a_sampled_cell, fixture_setup_both, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
