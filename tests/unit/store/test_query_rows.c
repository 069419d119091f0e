#include "unit/store/fixture.h"

/* Order and filter of a set that follows: always what sorting everything anew would give. */

enum { JOBS = 1500, ROUNDS = 30 };

static uint64_t dice_state = 5;

static unsigned dice(unsigned n)
{
    dice_state ^= dice_state >> 12;
    dice_state ^= dice_state << 25;
    dice_state ^= dice_state >> 27;
    return (unsigned)((dice_state * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % n;
}

static void put_random(struct fixture *f, const char *source, unsigned absent_of_ten)
{
    static const char *const names[] = {"",      "a",         "ab",           "train-resnet",  "train-resnet50",
                                        "train", "train-res", "train-resnet", "train-resnet5", "zz\x01"};
    struct store_batch *b = fixture_batch(f, source, KIND_JOB, true);
    for (int i = 0; i < JOBS; i++) {
        char id[32];
        if (dice(10) < absent_of_ten)
            continue;
        snprintf(id, sizeof id, "x/%d", i);
        struct row row = fixture_job(id, dice(2) ? "ann" : "bob", "running", (int64_t)dice(50) - 25);
        if (dice(4))
            row.cells[JOB_NAME] = value_text(text_of(names[dice(10)]));
        if (dice(3) == 0)
            row.cells[JOB_CPUS] = value_none();
        fixture_add(b, &row);
    }
    fixture_apply(f, b, 100000);
}

static int cmp_rows(const struct row *a, const struct row *b, int field, bool descending)
{
    int c = 0;
    if (field >= 0) {
        c = value_cmp(&a->cells[field], &b->cells[field]);
        if (descending && value_known(&a->cells[field]) && value_known(&b->cells[field]))
            c = -c;
    }
    if (c)
        return c;
    long x = strtol(text_bytes(a->id) + 2, NULL, 10), y = strtol(text_bytes(b->id) + 2, NULL, 10);
    c = (x > y) - (x < y);
    return field < 0 && descending ? -c : c;
}

static void assert_ordered(const struct query_rows *r, int field, bool descending, const char *user)
{
    struct row before, row;
    for (size_t i = 0; i < query_rows_count(r); i++) {
        assert_true(query_rows_at(r, i, &row));
        if (user)
            assert_true(fixture_text_is(&row.cells[JOB_USER], user));
        if (i && cmp_rows(&before, &row, field, descending) > 0)
            fail_msg("row %zu is out of order", i);
        int64_t at = query_rows_find(r, row.id, row.source);
        assert_int_equal(at, i);
        before = row;
    }
}

static size_t users(const struct query_rows *r, const char *user)
{
    size_t n = 0;
    struct row row;
    for (size_t i = 0; i < query_rows_count(r); i++)
        n += query_rows_at(r, i, &row) && fixture_text_is(&row.cells[JOB_USER], user);
    return n;
}

static void follow(int field, bool descending, const char *expr, const char *user)
{
    struct fixture f;
    fixture_init(&f, NULL);
    fixture_read(&f);
    struct query_rows *r = query_rows_new(f.query, KIND_JOB, QUERY_NOW);
    query_rows_sort(r, field, descending);
    if (expr)
        query_rows_filter(r, filter_new(KIND_JOB, expr, NULL));
    for (int round = 0; round < ROUNDS; round++) {
        put_random(&f, round % 3 ? "one" : "two", round % 11);
        fixture_tick(&f, 1000);
        fixture_load(&f, r);
        assert_ordered(r, field, descending, user);
        struct query_rows *all = query_rows_new(f.query, KIND_JOB, QUERY_NOW);
        fixture_load(&f, all);
        assert_int_equal(query_rows_all(r), query_rows_count(all));
        assert_int_equal(query_rows_count(r), user ? users(all, user) : query_rows_count(all));
        query_rows_free(all);
    }
    query_rows_free(r);
    fixture_release(&f);
}

static void by_id(void **state)
{
    (void)state;
    follow(-1, false, NULL, NULL);
    follow(-1, true, NULL, NULL);
}

static void by_text(void **state)
{
    (void)state;
    follow(JOB_NAME, false, NULL, NULL);
    follow(JOB_NAME, true, "user=ann", "ann");
}

static void by_number(void **state)
{
    (void)state;
    follow(JOB_CPUS, true, NULL, NULL);
    follow(JOB_CPUS, false, "user=bob", "bob");
}

static void the_order_changes_while_the_former_is_read(void **state)
{
    (void)state;
    struct fixture f;
    struct row row;
    fixture_init(&f, NULL);
    fixture_read(&f);
    put_random(&f, "one", 1);
    struct query_rows *r = query_rows_new(f.query, KIND_JOB, QUERY_NOW);
    fixture_load(&f, r);
    size_t n = query_rows_count(r);
    query_rows_sort(r, JOB_NAME, false);
    bool sliced = false;
    while (query_rows_step(r, f.now, 0, NULL) == QUERY_MORE) {
        sliced = true;
        assert_int_equal(query_rows_count(r), n);
        for (size_t i = 0; i < n; i += 97)
            assert_true(query_rows_at(r, i, &row));
    }
    assert_true(sliced);
    assert_ordered(r, JOB_NAME, false, NULL);
    query_rows_filter(r, filter_new(KIND_JOB, "user=ann", NULL));
    fixture_load(&f, r);
    assert_true(query_rows_count(r) < n && query_rows_count(r) > 0);
    query_rows_filter(r, NULL);
    fixture_load(&f, r);
    assert_int_equal(query_rows_count(r), n);
    query_rows_free(r);
    fixture_release(&f);
}

static size_t count_since(struct query_rows *r, int64_t at_ms)
{
    struct row row;
    size_t n = 0;
    for (size_t i = 0; i < query_rows_count(r); i++)
        n += query_rows_at(r, i, &row) && row.since_ms == at_ms;
    return n;
}

/* More than are placed one by one; none comes, none goes. */
static void all_rows_change_at_once(void **state)
{
    (void)state;
    enum { MANY = 5000, PRIME = 7919 };
    struct fixture f;
    fixture_init(&f, NULL);
    fixture_read(&f);
    struct query_rows *r = query_rows_new(f.query, KIND_JOB, QUERY_NOW);
    query_rows_sort(r, JOB_CPUS, true);
    query_rows_filter(r, filter_new(KIND_JOB, "user=ann", NULL));
    for (int round = 1; round < 4; round++) {
        struct store_batch *b = fixture_batch(&f, "one", KIND_JOB, true);
        for (int i = 0; i < MANY; i++) {
            char id[32];
            snprintf(id, sizeof id, "x/%d", i);
            struct row row = fixture_job(id, i % 3 ? "ann" : "bob", "running", (int64_t)i * round * PRIME % MANY);
            fixture_add(b, &row);
        }
        int64_t at_ms = f.now.utc_ms;
        fixture_apply(&f, b, 100000);
        fixture_tick(&f, 1000);
        bool sliced = round % 2 == 0; /* otherwise all changes in one step */
        for (int steps = 0; query_rows_step(r, f.now, sliced ? 0 : INT64_C(10000000), NULL) == QUERY_MORE; steps++) {
            assert_true(round == 1 || query_rows_all(r) == MANY);
            assert_true(steps > 0 || !sliced ||
                        count_since(r, at_ms) < MANY / 2); /* a commit is not applied in one go */
        }
        assert_int_equal(query_rows_all(r), MANY);
        assert_in_range(query_rows_count(r), MANY * 2 / 3 - 1, MANY * 2 / 3 + 1);
        assert_ordered(r, JOB_CPUS, true, "ann");
    }
    query_rows_free(r);
    fixture_release(&f);
}

/* A console that slept longer than the changes are kept loads anew. */
static void a_late_follower_loads_anew(void **state)
{
    (void)state;
    struct fixture f;
    const struct store_options options = {.segment_min_bytes = 4000, .cache_max_bytes = 1};
    fixture_init(&f, &options);
    fixture_read(&f);
    put_random(&f, "one", 1);
    struct query_rows *r = query_rows_new(f.query, KIND_JOB, QUERY_NOW);
    fixture_load(&f, r);
    for (int i = 0; i < 12; i++) {
        fixture_tick(&f, 60000);
        put_random(&f, "one", 3);
        fixture_maintain(&f);
    }
    fixture_load(&f, r);
    struct query_rows *fresh = query_rows_new(f.query, KIND_JOB, QUERY_NOW);
    fixture_load(&f, fresh);
    assert_int_equal(query_rows_count(r), query_rows_count(fresh));
    for (size_t i = 0; i < query_rows_count(r); i++) {
        struct row a, b;
        assert_true(query_rows_at(r, i, &a) && query_rows_at(fresh, i, &b));
        assert_true(text_equal(a.id, b.id));
        assert_true(value_equal(&a.cells[JOB_CPUS], &b.cells[JOB_CPUS]));
    }
    query_rows_free(r);
    query_rows_free(fresh);
    fixture_release(&f);
}

/* --- what grows with time --- */

static void put_job(struct store_batch *b, const char *id, const char *state, int64_t submitted_ms, int64_t started_ms)
{
    struct row job = {.kind = KIND_JOB, .id = text_of(id), .source = text_of("fra")};
    job.cells[JOB_STATE] = value_text(text_of(state));
    job.cells[JOB_SUBMITTED_AT] = value_time(submitted_ms);
    if (started_ms)
        job.cells[JOB_STARTED_AT] = value_time(started_ms);
    fixture_add(b, &job);
}

static void assert_first(const struct query_rows *r, const char *id, int64_t waited_s)
{
    struct row row;
    assert_true(query_rows_at(r, 0, &row));
    assert_true(text_is(row.id, id));
    assert_int_equal(value_int_or(&row.cells[JOB_WAITED_S], -1), waited_s);
}

/* A job that ran after 90 s waited longer than one that waits since 60 s, and no longer two minutes later. */
static void jobs_wait_longer_as_time_goes(void **state)
{
    struct fixture f;
    struct err err = {0};
    (void)state;
    fixture_init(&f, NULL);
    int64_t t = f.now.utc_ms;
    struct store_batch *b = fixture_batch(&f, "fra", KIND_JOB, true);
    put_job(b, "fra/1", "waiting", t - 60000, 0);
    put_job(b, "fra/2", "running", t - 500000, t - 410000);
    fixture_apply(&f, b, 100000);
    fixture_read(&f);
    struct query_rows *r = query_rows_new(f.query, KIND_JOB, QUERY_NOW);
    query_rows_sort(r, JOB_WAITED_S, true);
    fixture_load(&f, r);
    assert_first(r, "fra/2", 90);
    struct query_rows *late = query_rows_new(f.query, KIND_JOB, QUERY_NOW);
    query_rows_filter(late, filter_new(KIND_JOB, "waited_s>100", &err));
    fixture_load(&f, late);
    assert_int_equal(query_rows_count(late), 0);

    fixture_tick(&f, 120000);
    b = fixture_batch(&f, "fra", KIND_JOB, false);
    put_job(b, "fra/3", "waiting", f.now.utc_ms, 0); /* any commit makes it look again */
    fixture_apply(&f, b, 100000);
    fixture_load(&f, r);
    assert_first(r, "fra/1", 180);
    fixture_load(&f, late);
    assert_int_equal(query_rows_count(late), 1);
    assert_first(late, "fra/1", 180);
    query_rows_free(late);
    query_rows_free(r);
    fixture_release(&f);
}

/* A kind is told of as soon as a source has answered for it, also that there are none. */
static void the_kinds_that_are_told_of(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f, NULL);
    fixture_apply(&f, fixture_batch(&f, "fra", KIND_NODE, true), 1000000);
    fixture_read(&f);
    assert_int_equal(query_kinds(f.query), 1u << KIND_NODE);
    put_random(&f, "fra", 0);
    assert_int_equal(query_kinds(f.query), 1u << KIND_NODE | 1u << KIND_JOB);
    fixture_apply(&f, fixture_batch(&f, "fra", KIND_JOB, true), 1000000);
    assert_int_equal(query_kinds(f.query), 1u << KIND_NODE | 1u << KIND_JOB);
    fixture_release(&f);
}

/* While it is held, a set that is read later shows the moment of the one that was read first. */
static void what_is_held_is_of_one_moment(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f, NULL);
    put_random(&f, "fra", 0);
    fixture_read(&f);
    struct query_rows *first = query_rows_new(f.query, KIND_JOB, QUERY_NOW);
    struct query_rows *later = query_rows_new(f.query, KIND_JOB, QUERY_NOW);
    query_hold(f.query);
    fixture_load(&f, first);
    fixture_apply(&f, fixture_batch(&f, "fra", KIND_JOB, true), 1000000);
    fixture_load(&f, later);
    assert_int_equal(query_rows_count(later), JOBS);
    assert_int_equal(query_rows_rev(later), query_rows_rev(first));
    query_let(f.query);
    fixture_load(&f, later);
    assert_int_equal(query_rows_count(later), 0);
    query_rows_free(first);
    query_rows_free(later);
    fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_id),
        cmocka_unit_test(by_text),
        cmocka_unit_test(by_number),
        cmocka_unit_test(the_order_changes_while_the_former_is_read),
        cmocka_unit_test(all_rows_change_at_once),
        cmocka_unit_test(a_late_follower_loads_anew),
        cmocka_unit_test(jobs_wait_longer_as_time_goes),
        cmocka_unit_test(the_kinds_that_are_told_of),
        cmocka_unit_test(what_is_held_is_of_one_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
