#include "unit/store/fixture.h"

/* The past: random commits against a model in memory; each commit's moment is read again and compared with what the
 * model, and what a console that followed, held then. */

enum { COMMITS = 260, OBJECTS = 40, SOURCES = 3, KINDS = 2, STEP_MS = 1000 };

static const enum kind kinds[KINDS] = {KIND_JOB, KIND_NODE};
static const char *const sources[SOURCES] = {"fra", "ams", "zrh"};

struct model_row {
    bool there;
    int value;
    int64_t since_ms;
};
struct model {
    struct model_row rows[KINDS][SOURCES][OBJECTS];
    int64_t at_ms, observed_ms[KINDS][SOURCES];
};

static uint64_t dice_state;

static unsigned dice(unsigned n) /* xorshift64* (Vigna 2016) */
{
    dice_state ^= dice_state >> 12;
    dice_state ^= dice_state << 25;
    dice_state ^= dice_state >> 27;
    return (unsigned)((dice_state * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % n;
}

static struct row object(int k, int o, int value)
{
    static char id[32], name[64];
    snprintf(id, sizeof id, "x/%d", o);
    snprintf(name, sizeof name, "value-%d-of-a-row-that-is-long-enough", value);
    struct row row = {.kind = kinds[k], .id = text_of(id)};
    row.cells[kinds[k] == KIND_JOB ? (int)JOB_NAME : (int)NODE_REASON] = value_text(text_of(name));
    row.cells[kinds[k] == KIND_JOB ? (int)JOB_CPUS : (int)NODE_JOBS] = value_int(value);
    return row;
}

/* One random answer of one source, into the store and the model. */
static void commit(struct fixture *f, struct model *m)
{
    int k = (int)dice(KINDS), s = (int)dice(SOURCES);
    bool covers_all = dice(3) > 0;
    struct store_batch *b = fixture_batch(f, sources[s], kinds[k], covers_all);
    for (int o = 0; o < OBJECTS; o++) {
        struct model_row *row = &m->rows[k][s][o];
        unsigned d = dice(10);
        if (d < 2 && covers_all) { /* absent */
            row->there = false;
        } else if (d < 4 && !covers_all) {
            struct row gone = object(k, o, 0);
            assert_true(store_batch_remove(b, gone.id, NULL));
            row->there = false;
        } else if (d < 9 && covers_all && !row->there) {
            continue;
        } else if (d < 7) { /* as it is */
            struct row same = object(k, o, row->value);
            if (row->there)
                fixture_add(b, &same);
        } else {
            row->since_ms = f->now.utc_ms;
            row->value++;
            row->there = true;
            struct row next = object(k, o, row->value);
            fixture_add(b, &next);
        }
    }
    m->observed_ms[k][s] = m->at_ms = f->now.utc_ms;
    fixture_apply(f, b, (int64_t)dice(300));
}

static void compare_row(const struct model *m, int k, const struct row *row)
{
    for (int s = 0; s < SOURCES; s++)
        for (int o = 0; o < OBJECTS; o++) {
            struct row want = object(k, o, m->rows[k][s][o].value);
            if (!text_equal(want.id, row->id) || !text_is(row->source, sources[s]))
                continue;
            assert_true(m->rows[k][s][o].there);
            assert_int_equal(row->since_ms, m->rows[k][s][o].since_ms);
            assert_int_equal(row->observed_ms, m->observed_ms[k][s]);
            for (size_t c = 0; c < kind_info(kinds[k])->field_count; c++)
                assert_true(value_equal(&want.cells[c], &row->cells[c]));
            return;
        }
    fail_msg("a row that nobody gave");
}

static void compare(const struct query_rows *r, const struct model *m, int k)
{
    size_t want = 0;
    for (int s = 0; s < SOURCES; s++)
        for (int o = 0; o < OBJECTS; o++)
            want += m->rows[k][s][o].there;
    assert_int_equal(query_rows_count(r), want);
    for (size_t i = 0; i < query_rows_count(r); i++) {
        struct row row;
        assert_true(query_rows_at(r, i, &row));
        compare_row(m, k, &row);
    }
}

struct scanned {
    const struct model *m;
    int k;
    size_t n;
};

static void scan_row(void *ctx, const struct row *row)
{
    struct scanned *s = ctx;
    compare_row(s->m, s->k, row);
    s->n++;
}

/* Each row once, whatever the keyframe says of it and how often it changed since. */
static void compare_scan(struct fixture *f, const struct model *m, int k, int64_t at_ms, size_t want)
{
    struct scanned s = {.m = m, .k = k};
    struct query_scan *scan = query_scan_new(f->query, kinds[k], at_ms);
    struct err err = {0};
    enum query_step step;
    while ((step = query_scan_step(scan, f->now, 0, scan_row, &s, &err)) == QUERY_MORE)
        ;
    fixture_fail(&err);
    assert_int_equal(step, QUERY_DONE);
    assert_int_equal(s.n, want);
    query_scan_free(scan);
}

static void compare_past(struct fixture *f, const struct model *m, int64_t at_ms)
{
    for (int k = 0; k < KINDS; k++) {
        int64_t since_ms = query_kept_since(f->query, kinds[k]);
        if (!since_ms || at_ms < since_ms)
            continue;
        struct query_rows *r = query_rows_new(f->query, kinds[k], at_ms);
        fixture_load(f, r);
        compare(r, m, k);
        compare_scan(f, m, k, at_ms, query_rows_count(r));
        query_rows_free(r);
    }
}

static void every_commit_can_be_seen_again(void **state)
{
    (void)state;
    static struct model models[COMMITS + 1];
    struct fixture f;
    const struct store_options options = {.segment_min_bytes = 2000};
    fixture_init(&f, &options);
    fixture_read(&f);
    struct query_rows *live[KINDS] = {query_rows_new(f.query, KIND_JOB, QUERY_NOW),
                                      query_rows_new(f.query, KIND_NODE, QUERY_NOW)};
    dice_state = 42;
    memset(models, 0, sizeof models);
    for (int c = 1; c <= COMMITS; c++) {
        models[c] = models[c - 1];
        fixture_tick(&f, STEP_MS);
        commit(&f, &models[c]);
        for (int k = 0; k < KINDS; k++) {
            fixture_load(&f, live[k]);
            compare(live[k], &models[c], k);
        }
        /* keyframes come in slices of their own, between commits */
        if (dice(2))
            assert_int_not_equal(store_maintain(f.store, f.now, dice(2) ? 0 : 200, NULL), STORE_FAILED);
        if (dice(40) == 0) {
            store_close(f.store);
            fixture_open(&f, &options);
        }
    }
    for (int c = 1; c <= COMMITS; c++) {
        compare_past(&f, &models[c], models[c].at_ms);
        compare_past(&f, &models[c], models[c].at_ms + STEP_MS - 1);
    }
    for (int k = 0; k < KINDS; k++)
        query_rows_free(live[k]);
    fixture_release(&f);
}

static void before_the_first_is_nothing(void **state)
{
    (void)state;
    struct fixture f;
    struct model m = {0};
    fixture_init(&f, NULL);
    fixture_read(&f);
    dice_state = 7;
    for (int i = 0; i < 8; i++)
        commit(&f, &m);
    struct query_rows *r = query_rows_new(f.query, KIND_JOB, f.now.utc_ms - 1);
    fixture_load(&f, r);
    assert_int_equal(query_rows_count(r), 0);
    query_rows_free(r);
    assert_int_equal(query_kept_since(f.query, KIND_JOB), f.now.utc_ms);
    assert_int_equal(query_kept_since(f.query, KIND_HUB), 0);
    fixture_release(&f);
}

static void retention_drops_old_segments_of_jobs_first(void **state)
{
    (void)state;
    struct fixture f;
    struct model m = {0};
    const struct store_options options = {.segment_min_bytes = 4000, .cache_max_bytes = 600 << 10};
    struct stat st;
    char path[100];
    fixture_init(&f, &options);
    fixture_read(&f);
    dice_state = 3;
    for (int i = 0; i < 1500; i++) {
        fixture_tick(&f, STEP_MS);
        commit(&f, &m);
        fixture_maintain(&f);
    }
    int64_t jobs = query_kept_since(f.query, KIND_JOB), nodes = query_kept_since(f.query, KIND_NODE);
    assert_true(jobs > (int64_t)FIXTURE_START_S * 1000 + 100 * STEP_MS);
    assert_true(jobs >= nodes);
    snprintf(path, sizeof path, "%s/cache.db", f.dir);
    assert_int_equal(stat(path, &st), 0);
    assert_true(st.st_size < 800 << 10);
    compare_past(&f, &m, f.now.utc_ms);
    struct query_rows *r = query_rows_new(f.query, KIND_NODE, QUERY_NOW);
    fixture_load(&f, r);
    compare(r, &m, 1);
    query_rows_free(r);
    fixture_release(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_commit_can_be_seen_again),
        cmocka_unit_test(before_the_first_is_nothing),
        cmocka_unit_test(retention_drops_old_segments_of_jobs_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
