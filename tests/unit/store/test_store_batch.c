#include "unit/store/fixture.h"

/* What a commit does to the present, and what of it can be read. */

static struct store_result put_jobs(struct fixture *f, const char *source, const char *const (*jobs)[3], size_t n)
{
    struct store_batch *b = fixture_batch(f, source, KIND_JOB, true);
    for (size_t i = 0; i < n; i++) {
        struct row row = fixture_job(jobs[i][0], jobs[i][1], jobs[i][2], 4);
        fixture_add(b, &row);
    }
    return fixture_apply(f, b, 1000);
}

static void assert_job(const struct query_rows *r, const char *id, const char *state)
{
    int64_t at = query_rows_find(r, text_of(id), text_of(""));
    struct row row;
    if (at < 0)
        fail_msg("no job '%s'", id);
    assert_true(query_rows_at(r, (size_t)at, &row));
    assert_true(text_is(row.id, id));
    assert_true(fixture_text_is(&row.cells[JOB_STATE], state));
}

static void opens_replaces_closes(void **state)
{
    struct fixture *f = *state;
    const char *const first[][3] = {
        {"fra/1", "ann", "running"}, {"fra/2", "bob", "waiting"}, {"fra/10", "eve", "held"}};
    const char *const second[][3] = {{"fra/1", "ann", "done"}, {"fra/10", "eve", "held"}, {"fra/11", "eve", "held"}};
    struct query_rows *r = query_rows_new(f->query, KIND_JOB, QUERY_NOW);

    struct store_result done = put_jobs(f, "fra", first, 3);
    assert_int_equal(done.opened, 3);
    assert_int_equal(done.replaced + done.closed, 0);
    assert_int_equal(done.rev, store_rev(f->store));
    fixture_load(f, r);
    assert_int_equal(query_rows_count(r), 3);

    fixture_tick(f, 5000);
    done = put_jobs(f, "fra", second, 3);
    assert_int_equal(done.opened, 1);
    assert_int_equal(done.replaced, 1);
    assert_int_equal(done.closed, 1);
    fixture_load(f, r);
    assert_int_equal(query_rows_rev(r), done.rev);
    assert_int_equal(query_rows_count(r), 3);
    assert_job(r, "fra/1", "done");
    assert_job(r, "fra/10", "held");
    assert_job(r, "fra/11", "held");
    assert_int_equal(query_rows_find(r, text_of("fra/2"), text_of("")), -1);
    query_rows_free(r);
}

static void unchanged_rows_are_no_changes(void **state)
{
    struct fixture *f = *state;
    const char *const jobs[][3] = {{"a/1", "ann", "running"}, {"a/2", "bob", "waiting"}};
    put_jobs(f, "a", jobs, 2);
    fixture_tick(f, 1000);
    struct store_result done = put_jobs(f, "a", jobs, 2);
    assert_int_equal(done.opened + done.replaced + done.closed, 0);
}

static void partial_answers_close_nothing(void **state)
{
    struct fixture *f = *state;
    const char *const jobs[][3] = {{"a/1", "ann", "running"}, {"a/2", "bob", "waiting"}};
    put_jobs(f, "a", jobs, 2);
    struct store_batch *b = fixture_batch(f, "a", KIND_JOB, false);
    struct row row = fixture_job("a/1", "ann", "done", 4);
    fixture_add(b, &row);
    struct store_result done = fixture_apply(f, b, 1000);
    assert_int_equal(done.replaced, 1);
    assert_int_equal(done.closed, 0);
    b = fixture_batch(f, "a", KIND_JOB, false);
    assert_true(store_batch_remove(b, text_of("a/2"), NULL));
    assert_true(store_batch_remove(b, text_of("a/none"), NULL));
    assert_int_equal(fixture_apply(f, b, 1000).closed, 1);
}

static void freed_batch_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    struct store_batch *b = fixture_batch(f, "a", KIND_JOB, true);
    struct row row = fixture_job("a/1", "ann", "done", 4);
    int64_t before = store_rev(f->store);
    fixture_add(b, &row);
    store_batch_free(b);
    struct query_rows *r = query_rows_new(f->query, KIND_JOB, QUERY_NOW);
    fixture_load(f, r);
    assert_int_equal(query_rows_all(r), 0);
    assert_int_equal(store_rev(f->store), before);
    query_rows_free(r);
}

static void sources_are_apart(void **state)
{
    struct fixture *f = *state;
    const char *const jobs[][3] = {{"x/1", "ann", "running"}};
    const char *const other[][3] = {{"x/1", "bob", "waiting"}};
    put_jobs(f, "one", jobs, 1);
    put_jobs(f, "two", other, 1);
    struct query_rows *r = query_rows_new(f->query, KIND_JOB, QUERY_NOW);
    fixture_load(f, r);
    assert_int_equal(query_rows_count(r), 2);
    struct row row;
    int64_t at = query_rows_find(r, text_of("x/1"), text_of("two"));
    assert_true(at >= 0 && query_rows_at(r, (size_t)at, &row));
    assert_true(fixture_text_is(&row.cells[JOB_USER], "bob"));
    put_jobs(f, "one", NULL, 0);
    fixture_load(f, r);
    assert_int_equal(query_rows_count(r), 1);
    assert_int_equal(query_rows_find(r, text_of("x/1"), text_of("one")), -1);
    query_rows_free(r);
}

static struct row submitted(const char *user, int64_t at_ms, int64_t restarts)
{
    struct row row = fixture_job("s/7", user, "running", 1);
    row.cells[JOB_SUBMITTED_AT] = value_time(at_ms);
    row.cells[JOB_RESTARTS] = value_int(restarts);
    return row;
}

static void put_one(struct fixture *f, const struct row *row)
{
    struct store_batch *b = fixture_batch(f, "s", KIND_JOB, true);
    if (row)
        fixture_add(b, row);
    fixture_apply(f, b, 1000);
    fixture_tick(f, 1000);
}

static void assert_only(struct fixture *f, const char *id)
{
    struct query_rows *r = query_rows_new(f->query, KIND_JOB, QUERY_NOW);
    fixture_load(f, r);
    assert_int_equal(query_rows_count(r), 1);
    assert_int_equal(query_rows_find(r, text_of(id), text_of("s")), 0);
    query_rows_free(r);
}

static void ids_that_come_back(void **state)
{
    struct fixture *f = *state;
    struct row first = submitted("ann", 1000, 0), requeued = submitted("ann", 2000, 1),
               second = submitted("bob", 9000, 0);
    put_one(f, &first);
    put_one(f, &requeued); /* a requeue is the same job */
    assert_only(f, "s/7");
    put_one(f, &second);
    assert_only(f, "s/7~2");
    put_one(f, &second);
    assert_only(f, "s/7~2");
    put_one(f, NULL);
    put_one(f, &second); /* it was only absent from one answer */
    assert_only(f, "s/7~2");
    put_one(f, NULL);
    store_close(f->store); /* what went is remembered over a restart */
    fixture_open(f, NULL);
    put_one(f, &first);
    assert_only(f, "s/7~3");
}

static void restart_keeps_the_present(void **state)
{
    struct fixture *f = *state;
    const char *const jobs[][3] = {{"a/1", "ann", "running"}, {"a/2", "bob", "waiting"}};
    put_jobs(f, "a", jobs, 2);
    int64_t rev = store_rev(f->store);
    store_close(f->store);
    fixture_open(f, NULL);
    assert_int_equal(store_rev(f->store), rev);
    struct store_result done = put_jobs(f, "a", jobs, 1);
    assert_int_equal(done.opened + done.replaced, 0);
    assert_int_equal(done.closed, 1);
}

static void long_first_load_is_partial(void **state)
{
    enum { ROWS = 50000 };
    struct fixture *f = *state;
    struct store_batch *b = fixture_batch(f, "big", KIND_JOB, true);
    for (int i = 0; i < ROWS; i++) {
        char id[32];
        snprintf(id, sizeof id, "big/%d", i);
        struct row row = fixture_job(id, "ann", "waiting", i);
        fixture_add(b, &row);
    }
    struct query_rows *r = query_rows_new(f->query, KIND_JOB, QUERY_NOW);
    struct store_result result;
    enum store_step step;
    bool saw_part = false;
    while ((step = store_batch_apply(b, f->now, 5000, &result, NULL)) == STORE_MORE) {
        assert_int_not_equal(query_rows_step(r, f->now, 1000000, NULL), QUERY_FAILED);
        if (query_rows_all(r) > 0) {
            saw_part = true;
            assert_true(query_rows_all(r) < ROWS);
            assert_true(query_rows_partial(r));
        }
    }
    assert_int_equal(step, STORE_DONE);
    store_batch_free(b);
    assert_true(saw_part);
    fixture_load(f, r);
    assert_int_equal(query_rows_count(r), ROWS);
    assert_false(query_rows_partial(r));
    query_rows_free(r);
}

static void ages_and_staleness(void **state)
{
    struct fixture *f = *state;
    const char *const jobs[][3] = {{"a/1", "ann", "running"}};
    struct row row;
    put_jobs(f, "a", jobs, 1);
    assert_true(store_interval_set(f->store, "a", 30000, NULL));
    struct query_rows *r = query_rows_new(f->query, KIND_JOB, QUERY_NOW);
    fixture_tick(f, 80000);
    fixture_load(f, r);
    assert_true(query_rows_at(r, 0, &row));
    assert_int_equal(row.age_ms, 80000);
    assert_false(row.stale); /* three polls of 30 s */
    f->now.boot_ms += 11000;
    f->now.utc_ms -= 3600000; /* the wall clock is set back: nothing gets younger */
    fixture_load(f, r);
    assert_true(query_rows_at(r, 0, &row));
    assert_int_equal(row.age_ms, 91000);
    assert_true(row.stale);
    assert_true(store_touch(f->store, "a", KIND_JOB, f->now, 0, NULL));
    fixture_load(f, r);
    assert_true(query_rows_at(r, 0, &row));
    assert_int_equal(row.age_ms, 0);
    assert_false(row.stale);
    assert_int_equal(row.since_ms, (int64_t)FIXTURE_START_S * 1000);
    query_rows_free(r);
}

static int watched_open, watched_replaced, watched_closed;

static void watch(void *ctx, const struct row *was, const struct row *now)
{
    assert_string_equal(ctx, "ctx");
    watched_open += !was;
    watched_closed += !now;
    watched_replaced += was && now;
    if (was && now)
        assert_false(value_equal(&was->cells[JOB_STATE], &now->cells[JOB_STATE]));
    assert_true(text_is(now ? now->source : was->source, "w"));
}

static void the_watch_sees_each_change(void **state)
{
    struct fixture *f = *state;
    const char *const first[][3] = {{"w/1", "ann", "running"}, {"w/2", "bob", "waiting"}};
    const char *const second[][3] = {{"w/1", "ann", "done"}, {"w/3", "eve", "held"}};
    char ctx[] = "ctx", other[] = "ctx";
    store_watch_add(f->store, watch, ctx);
    store_watch_add(f->store, watch, other);
    put_jobs(f, "w", first, 2);
    assert_int_equal(watched_open, 2 * 2);
    store_watch_drop(f->store, ctx);
    put_jobs(f, "w", second, 2);
    assert_int_equal(watched_open, 2 * 2 + 1);
    assert_int_equal(watched_replaced, 1);
    assert_int_equal(watched_closed, 1);
    store_watch_drop(f->store, other);
}

/* An operator's word changes a row, and makes what its source said no younger. */
static void who_was_not_asked_is_not_observed(void **state)
{
    struct fixture *f = *state;
    const char *const first[][3] = {{"w/1", "ann", "running"}};
    struct row job = fixture_job("w/1", "ann", "done", 4), row;
    put_jobs(f, "w", first, 1);
    fixture_tick(f, 47000);
    struct store_batch *b = fixture_batch(f, "w", KIND_JOB, true);
    store_batch_unasked(b);
    fixture_add(b, &job);
    assert_int_equal(fixture_apply(f, b, 100000).replaced, 1);
    struct query_rows *r = query_rows_new(f->query, KIND_JOB, QUERY_NOW);
    fixture_load(f, r);
    assert_true(query_rows_at(r, 0, &row));
    assert_true(fixture_text_is(&row.cells[JOB_STATE], "done"));
    assert_int_equal(row.age_ms, 47000);
    query_rows_free(r);
}

static void one_row_by_its_id(void **state)
{
    struct fixture *f = *state;
    const char *const jobs[][3] = {{"w/1", "ann", "running"}, {"w/2", "bob", "waiting"}};
    struct buf room = buf_make(1 << 16);
    struct row row;
    assert_false(store_find(f->store, KIND_JOB, text_of("w/2"), &room, &row));
    put_jobs(f, "w", jobs, 2);
    assert_true(store_find(f->store, KIND_JOB, text_of("w/2"), &room, &row));
    assert_true(text_is(row.id, "w/2"));
    assert_true(text_is(row.source, "w"));
    assert_true(fixture_text_is(&row.cells[JOB_USER], "bob"));
    assert_false(store_find(f->store, KIND_JOB, text_of("w/3"), &room, &row));
    assert_false(store_find(f->store, KIND_NODE, text_of("w/2"), &room, &row));
    assert_true(store_find_newest(f->store, KIND_JOB, text_of("w/2"), &room, &row));
    assert_false(store_find_newest(f->store, KIND_JOB, text_of("w/3"), &room, &row));
    const char *const other[][3] = {{"w/2", "eve", "waiting"}};
    put_jobs(f, "w", other, 1); /* another user's: another generation */
    assert_false(store_find(f->store, KIND_JOB, text_of("w/2"), &room, &row));
    assert_true(store_find_newest(f->store, KIND_JOB, text_of("w/2"), &room, &row));
    assert_true(text_is(row.id, "w/2~2"));
    put_jobs(f, "w", jobs, 1);
    assert_false(store_find(f->store, KIND_JOB, text_of("w/2"), &room, &row));
    buf_release(&room);
}

static void two_batches_take_turns(void **state)
{
    struct fixture *f = *state;
    struct store_batch *a = fixture_batch(f, "a", KIND_JOB, true), *b = fixture_batch(f, "b", KIND_JOB, true);
    for (int i = 0; i < 3000; i++) {
        char id[32];
        snprintf(id, sizeof id, "j/%d", i);
        struct row row = fixture_job(id, "ann", "waiting", i);
        fixture_add(a, &row);
        fixture_add(b, &row);
    }
    enum store_step sa = STORE_MORE, sb = STORE_MORE;
    for (int i = 0; (sa == STORE_MORE || sb == STORE_MORE) && i < 100000; i++) {
        if (sa == STORE_MORE)
            sa = store_batch_apply(a, f->now, 0, NULL, NULL);
        if (sb == STORE_MORE)
            sb = store_batch_apply(b, f->now, 0, NULL, NULL);
        assert_true(store_touch(f->store, "c", KIND_NODE, f->now, 0, NULL));
    }
    assert_int_equal(sa, STORE_DONE);
    assert_int_equal(sb, STORE_DONE);
    store_batch_free(a);
    store_batch_free(b);
    struct query_rows *r = query_rows_new(f->query, KIND_JOB, QUERY_NOW);
    fixture_load(f, r);
    assert_int_equal(query_rows_count(r), 6000);
    query_rows_free(r);
}

static bool count_row(void *ctx, const struct row *row, struct err *err)
{
    (void)err;
    assert_true(text_is(row->source, "a"));
    ++*(int *)ctx;
    return true;
}

static void each_and_notes(void **state)
{
    struct fixture *f = *state;
    const char *const jobs[][3] = {{"a/1", "ann", "running"}, {"a/2", "bob", "waiting"}};
    int n = 0;
    put_jobs(f, "a", jobs, 2);
    put_jobs(f, "b", jobs, 2);
    assert_true(store_each(f->store, KIND_JOB, "a", count_row, &n, NULL));
    assert_int_equal(n, 2);
    struct buf out = buf_make(100);
    assert_true(store_note_get(f->store, "etag", &out, NULL));
    assert_string_equal(buf_str(&out), "");
    assert_true(store_note_set(f->store, "etag", "\"abc\"", NULL));
    assert_true(store_note_get(f->store, "etag", &out, NULL));
    assert_string_equal(buf_str(&out), "\"abc\"");
    buf_release(&out);
}

static bool count_any(void *ctx, const struct row *row, struct err *err)
{
    (void)row;
    (void)err;
    ++*(int *)ctx;
    return true;
}

/* Each row once, however little is done at a time, over all sources. */
static void each_in_parts(void **state)
{
    struct fixture *f = *state;
    struct store_walk walk = {.kind = KIND_JOB};
    enum store_step step;
    int n = 0, parts = 1;
    const char *const sources[] = {"a", "b"};
    for (int k = 0; k < 2; k++) {
        struct store_batch *b = fixture_batch(f, sources[k], KIND_JOB, true);
        for (int i = 0; i < 1000; i++) {
            char id[16];
            snprintf(id, sizeof id, "%s/%d", sources[k], i);
            struct row row = fixture_job(id, "ann", "waiting", 4);
            fixture_add(b, &row);
        }
        fixture_apply(f, b, 100000);
    }
    for (; (step = store_each_for(f->store, &walk, 0, count_any, &n, NULL)) == STORE_MORE; parts++)
        assert_true(n <= 2000);
    assert_int_equal(step, STORE_DONE);
    assert_int_equal(n, 2000);
    assert_true(parts > 10);
}

/* The same rule as a row's: by kind, and by how often that kind comes. */
static void stale_by_kind(void **state)
{
    struct fixture *f = *state;
    assert_true(store_stale(f->store, text_of("a"), KIND_JOB, f->now));
    assert_true(store_touch(f->store, "a", KIND_JOB, f->now, 100000, NULL)); /* each 100 s: fresh for 300 */
    assert_true(store_touch(f->store, "a", KIND_LINK, f->now, 1000, NULL));
    fixture_tick(f, 61000);
    assert_false(store_stale(f->store, text_of("a"), KIND_JOB, f->now));
    assert_true(store_stale(f->store, text_of("a"), KIND_LINK, f->now));
    assert_true(store_stale(f->store, text_of("a"), KIND_NODE, f->now)); /* it never told of any */
    f->now.utc_ms -= 3600000; /* the wall clock is set back: ages are the boot clock's */
    assert_true(store_stale(f->store, text_of("a"), KIND_LINK, f->now));
    fixture_tick(f, 240000);
    assert_true(store_stale(f->store, text_of("a"), KIND_JOB, f->now));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(opens_replaces_closes, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(unchanged_rows_are_no_changes, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(partial_answers_close_nothing, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(freed_batch_leaves_nothing, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(sources_are_apart, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(ids_that_come_back, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(restart_keeps_the_present, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(long_first_load_is_partial, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(ages_and_staleness, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(the_watch_sees_each_change, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(who_was_not_asked_is_not_observed, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(one_row_by_its_id, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(two_batches_take_turns, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(each_and_notes, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(each_in_parts, fixture_setup_both, fixture_teardown),
        cmocka_unit_test_setup_teardown(stale_by_kind, fixture_setup_both, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
