#include "unit/store/fixture.h"

#include <math.h>

/* Rows that are joined from several sources: whose age they have, which samples they keep; gaps that are filled; what is
 * usual. */

enum { MINUTE_MS = 60000, QUARTER_MS = 900000 };

static struct row link_row(const char *id, const char *told_by, double one_way_ms)
{
    struct row row = {.kind = KIND_LINK, .id = text_of(id)};
    row.cells[LINK_TOLD_BY] = value_text(text_of(told_by));
    row.cells[LINK_ONE_WAY_MS] = value_real(one_way_ms);
    return row;
}

static struct row read_link(struct fixture *f, const char *id)
{
    static struct query_rows *r;
    struct row row = {0};
    query_rows_free(r);
    r = query_rows_new(f->query, KIND_LINK, QUERY_NOW);
    fixture_load(f, r);
    int64_t at = query_rows_find(r, text_of(id), text_of("anybody"));
    assert_true(at >= 0);
    assert_true(query_rows_at(r, (size_t)at, &row));
    return row;
}

static void touch(struct fixture *f, const char *source)
{
    assert_true(store_touch(f->store, source, KIND_LINK, f->now, 10000, NULL));
}

static void a_joined_row_is_as_old_as_who_told_it(void **state)
{
    struct fixture *f = *state;
    touch(f, "metrics");
    touch(f, "probes");
    struct store_batch *b = fixture_batch(f, "fleet", KIND_LINK, true);
    store_batch_sparse(b);
    struct row a = link_row("A>B", "metrics", 1), c = link_row("A>C", "probes", 2), d = link_row("A>D", "nobody", 3);
    fixture_add(b, &a);
    fixture_add(b, &c);
    fixture_add(b, &d);
    fixture_apply(f, b, 1000);
    fixture_tick(f, 100000);
    touch(f, "probes");
    struct row row = read_link(f, "A>B");
    assert_true(text_is(row.source, "metrics"));
    assert_int_equal(row.age_ms, 100000);
    assert_true(row.stale);
    row = read_link(f, "A>C");
    assert_true(text_is(row.source, "probes"));
    assert_int_equal(row.age_ms, 0);
    assert_false(row.stale);
    row = read_link(f, "A>D");
    assert_true(row.stale);
    assert_int_equal(row.age_ms, -1);
}

static void a_filter_sees_who_told_it(void **state)
{
    struct fixture *f = *state;
    touch(f, "metrics");
    struct store_batch *b = fixture_batch(f, "fleet", KIND_LINK, true);
    struct row a = link_row("A>B", "metrics", 1), c = link_row("A>C", "probes", 2);
    fixture_add(b, &a);
    fixture_add(b, &c);
    fixture_apply(f, b, 1000);
    struct query_rows *r = query_rows_new(f->query, KIND_LINK, QUERY_NOW);
    query_rows_filter(r, filter_new(KIND_LINK, "source=metrics", NULL));
    fixture_load(f, r);
    assert_int_equal(query_rows_count(r), 1);
    query_rows_free(r);
}

static void only_what_was_observed_anew_is_sampled(void **state)
{
    struct fixture *f = *state;
    touch(f, "metrics");
    struct store_batch *b = fixture_batch(f, "fleet", KIND_LINK, true);
    store_batch_sparse(b);
    struct row a = link_row("A>B", "metrics", 1), c = link_row("A>C", "metrics", 2), kept = a;
    a.cells[LINK_LOSS_PCT] = value_real(0.5);
    fixture_add(b, &a);
    fixture_add(b, &c);
    fixture_apply(f, b, 1000);
    int64_t first_ms = f->now.utc_ms, at_ms = 0;
    fixture_tick(f, 5000);
    b = fixture_batch(f, "fleet", KIND_LINK, true);
    store_batch_sparse(b);
    assert_true(store_batch_keep(b, &kept, NULL));
    fixture_add(b, &c);
    assert_int_equal(fixture_apply(f, b, 1000).samples, 1);
    double value = 0;
    assert_true(query_sample(f->query, KIND_LINK, text_of("A>B"), LINK_ONE_WAY_MS, QUERY_NOW, &value, &at_ms));
    assert_int_equal(at_ms, first_ms);
    struct row row = read_link(f, "A>B");
    assert_true(value_known(&row.cells[LINK_LOSS_PCT]));
    fixture_tick(f, 5000); /* told anew, without the loss: that is unknown now */
    b = fixture_batch(f, "fleet", KIND_LINK, true);
    store_batch_sparse(b);
    fixture_add(b, &kept);
    assert_true(store_batch_keep(b, &c, NULL));
    fixture_apply(f, b, 1000);
    row = read_link(f, "A>B");
    assert_false(value_known(&row.cells[LINK_LOSS_PCT]));
    assert_true(value_known(&row.cells[LINK_ONE_WAY_MS]));
    row = read_link(f, "A>C");
    assert_true(value_known(&row.cells[LINK_ONE_WAY_MS]));
}

static void sample(struct fixture *f, const char *source, int64_t at_ms, double value)
{
    assert_true(store_sample_put(f->store, source, KIND_LINK, text_of("A>B"), LINK_ONE_WAY_MS, at_ms, value, NULL));
}

static void filled_steps_are_marked(void **state)
{
    struct fixture *f = *state;
    int64_t from_ms = f->now.utc_ms / QUARTER_MS * QUARTER_MS;
    double means[4];
    bool filled[4];
    sample(f, "fleet", from_ms + 1000, 1);
    sample(f, QUERY_FILLED, from_ms + 2000, 9); /* observed beats filled */
    sample(f, QUERY_FILLED, from_ms + MINUTE_MS, 5);
    sample(f, "fleet", from_ms + 3 * MINUTE_MS, 3);
    assert_true(query_series(f->query, KIND_LINK, text_of("A>B"), LINK_ONE_WAY_MS, from_ms, from_ms + 4 * MINUTE_MS,
                             means, filled, 4, NULL));
    assert_true(means[0] == 1 && means[1] == 5 && isnan(means[2]) && means[3] == 3);
    assert_true(!filled[0] && filled[1] && !filled[2] && !filled[3]);
    assert_true(query_series(f->query, KIND_LINK, text_of("A>C"), LINK_ONE_WAY_MS, from_ms, from_ms + 4 * MINUTE_MS,
                             means, filled, 4, NULL));
    assert_true(isnan(means[0]) && !filled[0]);
}

/* Five minutes without an answer stay empty, however long ago: the mean of their quarter of an hour is none of theirs. */
static void a_gap_stays_a_gap(void **state)
{
    struct fixture *f = *state;
    int64_t from_ms = f->now.utc_ms / QUARTER_MS * QUARTER_MS;
    double means[15];
    for (int m = 0; m < 15; m++)
        if (m < 5 || m >= 10)
            sample(f, "fleet", from_ms + m * MINUTE_MS, 2);
    f->now.utc_ms = from_ms + 4 * QUARTER_MS;
    fixture_maintain(f);
    assert_true(query_series(f->query, KIND_LINK, text_of("A>B"), LINK_ONE_WAY_MS, from_ms, from_ms + QUARTER_MS, means,
                             NULL, 15, NULL));
    for (int m = 0; m < 15; m++)
        assert_int_equal(isnan(means[m]) != 0, m >= 5 && m < 10);
}

/* What was told by the quarter of an hour stands for all of it. */
static void a_coarse_history_has_no_holes(void **state)
{
    struct fixture *f = *state;
    int64_t from_ms = f->now.utc_ms / QUARTER_MS * QUARTER_MS;
    double means[45];
    for (int i = 0; i < 3; i++)
        sample(f, "fleet", from_ms + i * QUARTER_MS, 2);
    f->now.utc_ms = from_ms + 8 * QUARTER_MS;
    fixture_maintain(f);
    assert_true(query_series(f->query, KIND_LINK, text_of("A>B"), LINK_ONE_WAY_MS, from_ms, from_ms + 3 * QUARTER_MS,
                             means, NULL, 45, NULL));
    for (int m = 0; m < 45; m++)
        assert_true(fabs(means[m] - 2) < 1e-9);
}

static bool usual(struct fixture *f, int64_t from_ms, double *value)
{
    return query_usual(f->query, KIND_LINK, text_of("A>B"), LINK_ONE_WAY_MS, from_ms, f->now.utc_ms, value);
}

static void what_is_usual_needs_twenty_minutes(void **state)
{
    struct fixture *f = *state;
    int64_t from_ms = f->now.utc_ms / QUARTER_MS * QUARTER_MS;
    double value = -1;
    for (int m = 0; m < 18; m++)
        sample(f, "fleet", from_ms + m * MINUTE_MS, 2);
    f->now.utc_ms = from_ms + 18 * MINUTE_MS;
    fixture_maintain(f);
    assert_false(usual(f, from_ms, &value));
    for (int m = 18; m < 30; m++)
        sample(f, "fleet", from_ms + m * MINUTE_MS, m < 28 ? 2 : 50); /* an incident does not move a median */
    f->now.utc_ms = from_ms + 31 * MINUTE_MS;
    fixture_maintain(f);
    assert_true(usual(f, from_ms, &value));
    assert_true(fabs(value - 2) < 1e-9);
}

static void what_is_usual_comes_from_quarters(void **state)
{
    struct fixture *f = *state;
    int64_t from_ms = f->now.utc_ms / QUARTER_MS * QUARTER_MS;
    double value = -1;
    for (int i = 0; i < 20; i++)
        sample(f, "fleet", from_ms + i * QUARTER_MS, i < 12 ? 3 : 8);
    f->now.utc_ms = from_ms + 21 * QUARTER_MS;
    fixture_maintain(f);
    assert_true(usual(f, from_ms, &value));
    assert_true(fabs(value - 3) < 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_joined_row_is_as_old_as_who_told_it, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_filter_sees_who_told_it, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(only_what_was_observed_anew_is_sampled, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(filled_steps_are_marked, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_gap_stays_a_gap, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_coarse_history_has_no_holes, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(what_is_usual_needs_twenty_minutes, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(what_is_usual_comes_from_quarters, fixture_setup_both, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
