#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "domain/filter.h"
#include "unit/domain/random_row.h"

/* 2026-11-21T03:00:00Z */
static const int64_t now = INT64_C(1795230000000);

static struct row sample_job(void)
{
    struct row job = {.kind = KIND_JOB, .id = text_of("fra/12"), .source = text_of("fra")};

    job.cells[JOB_SCHEDULER] = value_text(text_of("fra"));
    job.cells[JOB_QUEUE] = value_text(text_of("gpu"));
    job.cells[JOB_NAME] = value_text(text_of("Train LLM=7b"));
    job.cells[JOB_USER] = value_text(text_of("anna"));
    job.cells[JOB_STATE] = value_text(text_of("waiting"));
    job.cells[JOB_SUBMITTED_AT] = value_time(now - 20 * 60 * 1000 + 250);
    job.cells[JOB_ACCELS] = value_int(16);
    job.cells[JOB_MOVABLE] = value_bool(true);
    job.cells[JOB_LATENCY_MS_MAX] = value_real(2.5);
    job.cells[JOB_COULD_RUN_AT] = value_list(text_of("ams\x1fsin"));
    job.cells[JOB_ACCOUNT] = value_text(text_of(""));
    return job;
}

static const struct {
    const char *expr;
    bool matches;
} table[] = {
    {"", true},
    {"   ", true},
    /* text, smart case, over id and texts */
    {"train", true},
    {"Train", true},
    {"TRAIN", false},
    {"fra/12", true},
    {"ANNA", false},
    {"sin", true},
    {"nothing", false},
    {"train anna", true},
    {"train boris", false},
    {"\"train llm\"", true},
    {"train\" \"llm", true},
    {"\"llm=7b\"", true},
    {"12=3", false},
    /* not */
    {"!train", false},
    {"!boris", true},
    {"!!train", true},
    {"!state=waiting", false},
    /* patterns */
    {"/re:^train", true},
    {"/re:^Train", true},
    {"/re:^TRAIN", false},
    {"/re:LL\\w=", true},
    {"/re:\"m=\\d+b$\"", true},
    {"re:^fra/[0-9]+$", true},
    {"/re:^train\\W", true}, /* the W is no capital */
    {"!/re:^fra", false},
    /* fuzzy */
    {"~trnllm", true},
    {"~llmtrn", false},
    {"~TrnLLM", true},
    {"!~llmtrn", true},
    /* equality */
    {"state=waiting", true},
    {"state=running", false},
    {"state=held,waiting", true},
    {"state=held,running", false},
    {"state!=waiting", false},
    {"state!=held,running", true},
    {"!state!=waiting", true},
    {"user=ann", false},
    {"user=ANNA", false},
    {"name=\"train llm=7b\"", true},
    {"could_run_at=sin", true},
    {"could_run_at=si", false},
    {"id=fra/12", true},
    {"source=fra", true},
    {"source=ams", false},
    {"partition=gpu", true},
    {"movable=true", true},
    {"movable=no", false},
    /* unknown is not empty, and not zero */
    {"qos=", true},
    {"qos!=", false},
    {"user=", false},
    {"account=", false},
    {"account=\"\"", true},
    {"qos=\"\"", false},
    {"cpus=0", false},
    {"cpus>=0", false},
    {"cpus<1", false},
    {"cpus!=0", true},
    {"qos=,high", true},
    {"user=,anna", true},
    /* numbers */
    {"accels=16", true},
    {"accels=16.0", true},
    {"accels=8,16", true},
    {"accels>15", true},
    {"accels>16", false},
    {"accels>=16", true},
    {"accels<16", false},
    {"accels<=16", true},
    {"accels!=16", false},
    {"gpu>=16", true},
    {"latency_ms_max>2.4", true},
    {"latency_ms_max<2.5", false},
    {"latency=2.5", true},
    {"accels>-5", true},
    /* time */
    {"submitted_at<2026-11-21T02:50:00Z", true},
    {"submitted_at>2026-11-21T02:50:00Z", false},
    {"submitted=2026-11-21T02:40:00Z", true},
    {"submitted>2026-11-21T02:40:00Z", false},
    {"submitted>-15m", false},
    {"submitted<-15m", true},
    {"submitted>-30m", true},
    {"submitted=1795228800", true},
    {"waited_s=1199", true},
    {"wait>19m", true},
    {"wait>20m", false},
    {"wait<2h", true},
    {"started=", true},
};

static bool matches_packed(const struct filter *f, const struct row *row, const struct buf *b)
{
    return filter_match_held(f, row->kind, row->id, 0, row->source, &(struct row_held){b->data, b->len, NULL});
}

static void the_grammar(void **state)
{
    (void)state;
    struct row job = sample_job();
    struct buf b = buf_make(4096);
    assert_true(row_pack(&job, &b, NULL));

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct err err = {0};
        struct filter *f = filter_new(KIND_JOB, table[i].expr, &err);
        if (f == NULL)
            fail_msg("%s: %s", table[i].expr, err.text);
        filter_set_now(f, now);
        if (filter_match(f, &job) != table[i].matches)
            fail_msg("'%s' should %smatch", table[i].expr, table[i].matches ? "" : "not ");
        if (matches_packed(f, &job, &b) != table[i].matches)
            fail_msg("'%s' should %smatch packed", table[i].expr, table[i].matches ? "" : "not ");
        filter_free(f);
    }
    buf_release(&b);
}

/* The last such hour by the local clock: submitted at 02:40 UTC, which is 10:40 in Shanghai. */
static void times_of_day(void **state)
{
    static const struct {
        const char *expr;
        int64_t now_ms;
        bool matches;
    } cases[] = {
        {"submitted<10:50", INT64_C(1795230000000), true}, /* 11:00 there, the same day */
        {"submitted>10:50", INT64_C(1795230000000), false},
        {"submitted<11:30", INT64_C(1795230000000), false}, /* of the day before */
        {"submitted>11:30", INT64_C(1795230000000), true},
        {"submitted=10:40:00", INT64_C(1795230000000), true},
        {"submitted<10:30", INT64_C(1795230000000), false},
        {"submitted<10:30", INT64_C(1795316400000), true}, /* a day later */
        {"submitted<10:50", 0, false},                     /* nobody knows of which day */
    };
    struct row job = sample_job();
    (void)state;
    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        struct filter *f = filter_new(KIND_JOB, cases[i].expr, &err);
        assert_non_null(f);
        assert_true(filter_needs_now(f));
        filter_set_now(f, cases[i].now_ms);
        if (filter_match(f, &job) != cases[i].matches)
            fail_msg("'%s' should %smatch", cases[i].expr, cases[i].matches ? "" : "not ");
        filter_free(f);
    }
    unsetenv("TZ");
    tzset();
}

static const struct {
    const char *expr, *says, *advises;
} wrong[] = {
    {"usr=anna", "'usr=anna': jobs have no such field", "did you mean 'user'?; the term is at column 1 of: usr=anna"},
    {"train  stat=waiting", "'stat=waiting'", "did you mean 'state'?; the term is at column 8"},
    {"\xe9\x9f\xb6\xe5\x85\xb3 a=1", "'a=1'", "at column 6"}, /* two characters, four columns */
    {"nonsense=1", "no such field", "\"\""},
    {"accels>many", "not a number", "plain number"},
    {"accels>", "not a number", ""},
    {"accels>1,2", "not a number", ""},
    {"accels>99999999999999999999", "not a number", ""},
    {"wait>soon", "not a number", "15m"},
    {"submitted>yesterday", "not a time", "-15m"},
    {"movable=perhaps", "not true or false", ""},
    {"user>anna", "order", "= or !="},
    {"movable>true", "order", ""},
    {"\"open", "quote", "column 1"},
    {"!", "nothing to look for", "column 1"},
    {"a ~", "nothing to look for", "column 3"},
    {"/re:", "nothing to look for", ""},
    {"/re:(", "'/re:('", "column 1"},
};

static void mistakes_are_pointed_at(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct err err = {0};
        assert_null(filter_new(KIND_JOB, wrong[i].expr, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_int_equal(err_status(&err), 64);
        assert_non_null(strstr(err.text, "cannot understand the filter term"));
        if (strstr(err.text, wrong[i].says) == NULL || strstr(err.hint, wrong[i].advises) == NULL)
            fail_msg("%s\n%s", err.text, err.hint);
    }
    assert_null(filter_new(KIND_JOB, "usr=x", NULL));
}

static void no_filter_matches_all(void **state)
{
    (void)state;
    struct row job = sample_job();

    assert_true(filter_match(NULL, &job));
    assert_true(filter_match_held(NULL, KIND_JOB, job.id, 0, job.source, &(struct row_held){"", 0, NULL}));
    assert_false(filter_needs_samples(NULL));
    filter_set_now(NULL, now);
    filter_free(NULL);
}

static void another_kind_never_matches(void **state)
{
    (void)state;
    struct row job = sample_job();
    struct filter *f = filter_new(KIND_NODE, "", NULL);

    assert_false(filter_match(f, &job));
    assert_false(filter_match_held(f, KIND_JOB, job.id, 0, job.source, &(struct row_held){"", 0, NULL}));
    filter_free(f);
}

/* Without T nobody knows how long it waits, or what 15 minutes ago was. */
static void without_t(void **state)
{
    (void)state;
    struct row job = sample_job();
    static const char *const exprs[] = {"wait>=0", "submitted<-1s", "submitted>-1d"};

    for (size_t i = 0; i < sizeof exprs / sizeof *exprs; i++) {
        struct filter *f = filter_new(KIND_JOB, exprs[i], NULL);
        assert_false(filter_match(f, &job));
        filter_free(f);
    }
}

static void samples_are_asked_for(void **state)
{
    (void)state;
    struct filter *f = filter_new(KIND_QUEUE, "state=up waiting>3", NULL), *g = filter_new(KIND_QUEUE, "gpu", NULL);
    struct row queue = {.kind = KIND_QUEUE};

    queue.cells[QUEUE_STATE] = value_text(text_of("up"));
    queue.cells[QUEUE_WAITING] = value_int(4);
    assert_true(filter_needs_samples(f));
    assert_true(filter_match(f, &queue));
    assert_false(filter_needs_samples(g));
    filter_free(f);
    filter_free(g);
}

/* Rows of one holder, as they come and go, and a filter that is asked about all of them. */
struct held {
    struct row_holder holder;
    struct filter *filters[32];
    char bytes[64][1 << 12];
    size_t n[64], at;
};

static void held_release(struct held *h)
{
    for (size_t i = 0; i < sizeof h->filters / sizeof *h->filters; i++)
        filter_free(h->filters[i]);
    row_holder_release(&h->holder);
}

static void agree_when_held(const struct buf *b, const struct row *row, const char *expr, size_t nr, bool matches,
                            struct held *h)
{
    size_t at = h->at++ % 64;
    row_held_drop(&h->holder, KIND_JOB, h->bytes[at], h->n[at]);
    assert_true(ROW_HELD_ROOM(b->len) <= sizeof h->bytes[at]);
    h->n[at] = row_hold(&h->holder, KIND_JOB, b->data, b->len, h->bytes[at]);
    if (!h->filters[nr])
        h->filters[nr] = filter_new(KIND_JOB, expr, NULL);
    filter_set_now(h->filters[nr], now);
    struct row_held held = {h->bytes[at], h->n[at], &h->holder.words};
    assert_int_equal(matches, filter_match_held(h->filters[nr], KIND_JOB, row->id, text_letters(row->id, false, NULL),
                                                row->source, &held));
}

/* What the letters of an id tell is what reading it would. */
static void letters_tell_what_reading_would(void **state)
{
    static const char *const ids[] = {"",         "fra/17",     "FRA/17",    "a_b-c.d+e:f", "[1-3]~2",
                                      "\xc3\xa9", "shg-ai/501", "x y z\x01", "Zeta/000000", "job{}"};
    static const char *const texts[] = {"1",   "7",   "a",   "A",   "z",     "Z",      "/",   "~", "-",
                                        "é",   "fra", "FRA", "17",  "71",    "{",      " ",   "y", "ai/5",
                                        "~f7", "~71", "_",   "x y", "zeta/", "Zeta/0", "\xa9"};
    (void)state;
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        struct filter *f = filter_new(KIND_JOB, texts[k], NULL);
        for (size_t i = 0; f && i < sizeof ids / sizeof *ids; i++) {
            const struct row_held none = {"", 0, NULL};
            struct safe_text id = text_of(ids[i]), source = text_of("s");
            if (filter_match_held(f, KIND_JOB, id, 0, source, &none) !=
                filter_match_held(f, KIND_JOB, id, text_letters(id, false, NULL), source, &none))
                fail_msg("'%s' in '%s'", texts[k], ids[i]);
        }
        filter_free(f);
    }
}

/* Packed and unpacked rows agree about any expression; sampled cells are in no packed row. */
static void packed_rows_agree(void **state)
{
    (void)state;
    static const char *const exprs[] = {
        "train",   "/re:[a-c]", "~an",    "name=anna,gpu,", "!gpu",         "user!=boris",   "accels>0",     "wait<1h",
        "waited=", "id=fra/12", "a\037b", "could_run_at=b", "priority<=64", "submitted>-1d", "movable=true", "1",
        "/",       "F",         "r",      "~fr1",           "fra/1",        "\xc3\xa9",
    };
    uint64_t seed = 5;
    size_t matched = 0;
    static struct held held;

    for (int i = 0; i < 3000; i++) {
        struct row row = random_row(&seed, KIND_JOB), back = {0};
        struct filter *f = filter_new(KIND_JOB, exprs[(size_t)i % (sizeof exprs / sizeof *exprs)], NULL);
        struct buf b = buf_make(1 << 16);
        assert_non_null(f);
        filter_set_now(f, now);
        assert_true(row_pack(&row, &b, NULL));
        assert_true(row_unpack(KIND_JOB, b.data, b.len, &back, NULL));
        back.id = row.id;
        bool m = filter_match(f, &row);
        assert_int_equal(m, filter_match(f, &back));
        assert_int_equal(m, matches_packed(f, &row, &b));
        matched += m;
        agree_when_held(&b, &row, exprs[(size_t)i % (sizeof exprs / sizeof *exprs)],
                        (size_t)i % (sizeof exprs / sizeof *exprs), m, &held);
        buf_release(&b);
        filter_free(f);
    }
    held_release(&held);
    assert_in_range(matched, 300, 2700);
}

static void orders(void **state)
{
    (void)state;
    static const struct {
        const char *expr;
        int field;
        bool descending;
    } good[] = {
        {"id", -1, false},
        {"-id", -1, true},
        {"wait", JOB_WAITED_S, false},
        {"-wait", JOB_WAITED_S, true},
        {"user", JOB_USER, false},
        {"-submitted", JOB_SUBMITTED_AT, true},
    };
    int field = 99;
    bool descending = false;
    struct err err = {0};

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(filter_sort_parse(KIND_JOB, good[i].expr, &field, &descending, &err));
        assert_int_equal(field, good[i].field);
        assert_int_equal(descending, good[i].descending);
    }
    assert_false(filter_sort_parse(KIND_JOB, "-prority", &field, &descending, &err));
    assert_int_equal(err_status(&err), 64);
    assert_non_null(strstr(err.text, "cannot sort jobs by 'prority'"));
    assert_non_null(strstr(err.hint, "did you mean 'priority'?"));
    assert_non_null(strstr(err.hint, "id, scheduler, cluster"));
    assert_false(filter_sort_parse(KIND_JOB, "", &field, &descending, &err));
    assert_false(filter_sort_parse(KIND_JOB, "source", &field, &descending, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_grammar),
        cmocka_unit_test(times_of_day),
        cmocka_unit_test(mistakes_are_pointed_at),
        cmocka_unit_test(no_filter_matches_all),
        cmocka_unit_test(another_kind_never_matches),
        cmocka_unit_test(without_t),
        cmocka_unit_test(samples_are_asked_for),
        cmocka_unit_test(letters_tell_what_reading_would),
        cmocka_unit_test(packed_rows_agree),
        cmocka_unit_test(orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
