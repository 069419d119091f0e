#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/row_held.h"
#include "unit/domain/random_row.h"

enum { ROWS = 400 };

static bool is_stored(enum kind kind, size_t field)
{
    return field < kind_info(kind)->field_count && !(kind_info(kind)->fields[field].flags & FIELD_SAMPLED);
}

static void what_is_packed_comes_back(void **state)
{
    (void)state;
    uint64_t seed = 7;

    for (int i = 0; i < ROWS; i++) {
        struct row row = random_row(&seed, (enum kind)(1 + i % (KIND_COUNT - 1))), back = {0};
        struct buf b = buf_make(1 << 16);
        struct value none = value_none();

        assert_true(row_pack(&row, &b, NULL));
        assert_true(row_unpack(row.kind, b.data, b.len, &back, NULL));
        assert_int_equal(back.kind, row.kind);
        for (size_t f = 0; f < KIND_FIELDS_MAX; f++) {
            const struct value *want = is_stored(row.kind, f) ? &row.cells[f] : &none;
            struct value peeked = row_peek(row.kind, b.data, b.len, (int)f);
            assert_true(value_equal(&back.cells[f], want));
            assert_true(value_equal(&peeked, want));
        }
        buf_release(&b);
    }
}

static void equal_rows_have_equal_bytes(void **state)
{
    (void)state;
    uint64_t seed = 11;
    struct row row = random_row(&seed, KIND_JOB), back = {0};
    struct buf a = buf_make(4096), b = buf_make(4096);

    assert_true(row_pack(&row, &a, NULL));
    assert_true(row_unpack(KIND_JOB, a.data, a.len, &back, NULL));
    assert_true(row_pack(&back, &b, NULL));
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.data, b.data, a.len);
    buf_release(&a);
    buf_release(&b);
}

static void jobs_are_small(void **state)
{
    (void)state;
    struct row job = {.kind = KIND_JOB};
    struct buf b = buf_make(4096);
    int64_t t = INT64_C(1795230000000);

    job.cells[JOB_SCHEDULER] = value_text(text_of("fra"));
    job.cells[JOB_CLUSTER] = value_text(text_of("SHG"));
    job.cells[JOB_QUEUE] = value_text(text_of("gpu"));
    job.cells[JOB_NAME] = value_text(text_of("train-7b"));
    job.cells[JOB_USER] = value_text(text_of("tbana"));
    job.cells[JOB_ACCOUNT] = value_text(text_of("lab3"));
    job.cells[JOB_STATE] = value_text(text_of("waiting"));
    job.cells[JOB_STATE_RAW] = value_text(text_of("PENDING"));
    job.cells[JOB_REASON] = value_text(text_of("Resources"));
    job.cells[JOB_SUBMITTED_AT] = value_time(t);
    job.cells[JOB_STARTS_ESTIMATE_AT] = value_time(t + 60000);
    job.cells[JOB_TASKS] = value_int(1);
    job.cells[JOB_NODES] = value_int(4);
    job.cells[JOB_CPUS] = value_int(256);
    job.cells[JOB_ACCELS] = value_int(32);
    job.cells[JOB_MEMORY_MB] = value_int(512000);
    job.cells[JOB_PRIORITY] = value_int(4294901);
    job.cells[JOB_TIME_LIMIT_S] = value_int(86400);
    assert_true(row_pack(&job, &b, NULL));
    assert_in_range(b.len, 60, 150);
    buf_release(&b);
}

static void samples_are_not_packed(void **state)
{
    (void)state;
    struct row queue = {.kind = KIND_QUEUE};
    struct buf b = buf_make(4096);

    queue.cells[QUEUE_WAITING] = value_int(12);
    queue.cells[QUEUE_NAME] = value_text(text_of("gpu"));
    assert_true(row_pack(&queue, &b, NULL));
    struct value waiting = row_peek(KIND_QUEUE, b.data, b.len, QUEUE_WAITING);
    assert_false(value_known(&waiting));
    assert_int_equal(b.len, 5);
    buf_release(&b);
}

static void a_full_buffer_is_left_alone(void **state)
{
    (void)state;
    uint64_t seed = 3;
    struct row row = random_row(&seed, KIND_JOB);
    struct buf all = buf_make(4096);
    assert_true(row_pack(&row, &all, NULL));

    for (size_t max = 2; max < all.len + 2; max++) {
        struct buf b = buf_make(max);
        struct err err = {0};
        assert_true(buf_puts(&b, "ab", NULL));
        assert_false(row_pack(&row, &b, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_string_equal(buf_str(&b), "ab");
        buf_release(&b);
    }
    buf_release(&all);
}

/* Reads bytes in a block of exactly their size, so that the address sanitizer sees a byte too far. */
static bool survives(enum kind kind, const char *bytes, size_t n)
{
    char *exact = malloc(n > 0 ? n : 1);
    struct row row;
    struct err err = {0};

    assert_non_null(exact);
    memcpy(exact, bytes, n);
    bool ok = row_unpack(kind, exact, n, &row, &err);
    if (!ok)
        assert_int_equal(err.kind, ERR_CORRUPT);
    for (int f = -1; f <= KIND_FIELDS_MAX; f++) {
        struct value v = row_peek(kind, exact, n, f);
        if (ok && f >= 0 && f < KIND_FIELDS_MAX)
            assert_true(value_equal(&v, &row.cells[f]));
        if (v.type == VALUE_TEXT)
            assert_true(text_len(v.as.text) <= n);
    }
    free(exact);
    return ok;
}

static void corrupt_bytes_never_crash(void **state)
{
    (void)state;
    uint64_t seed = 99;

    for (int k = 1; k < KIND_COUNT; k++) {
        struct row row = random_row(&seed, (enum kind)k);
        struct buf b = buf_make(1 << 16);
        assert_true(row_pack(&row, &b, NULL));
        for (size_t n = 0; n <= b.len; n++)
            survives(row.kind, buf_str(&b), n);
        for (size_t i = 0; i < b.len; i++)
            for (int flip = 1; flip < 256; flip++) {
                b.data[i] = (char)(b.data[i] ^ flip);
                survives(row.kind, b.data, b.len);
                b.data[i] = (char)(b.data[i] ^ flip);
            }
        buf_release(&b);
    }
}

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
    } bad[] = {
        {"\x00", 1}, /* no type */
        {"\x01\x05"
         "abcd",
         6},                                                      /* text beyond the end */
        {"\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11},     /* text of 2^64 - 1 bytes */
        {"\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 11},     /* more than 64 bits */
        {"\x03\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 12}, /* more than ten bytes */
        {"\x03", 1},                                              /* no number */
        {"\x04\x00\x00\x00\x00\x00\x00\xf0", 8},                  /* a real of seven bytes */
        {"\xfb\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00", 11},     /* field 2^61 */
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(survives(KIND_JOB, bad[i].bytes, bad[i].n));
}

static void fields_of_tomorrow_are_skipped(void **state)
{
    (void)state;
    /* Job name "x" (field 3), then field 50 "new", which no job has today. */
    static const char bytes[] = "\x19\x01"
                                "x\xf1\x02\x03"
                                "new";
    struct row row;

    assert_true(row_unpack(KIND_JOB, bytes, sizeof bytes - 1, &row, NULL));
    assert_true(text_is(value_text_or(&row.cells[JOB_NAME], ""), "x"));
}

/* --- generations --- */

struct generation {
    const char *what;
    const char *user[2];
    int64_t submitted[2], restarts[2]; /* -1: unknown */
    bool replaced;
};

static const struct generation generations[] = {
    {"nothing differs", {"anna", "anna"}, {1000, 1000}, {0, 0}, false},
    {"another user", {"anna", "boris"}, {1000, 1000}, {0, 0}, true},
    {"another user and a grown count", {"anna", "boris"}, {1000, 2000}, {0, 1}, true},
    {"another submit time", {"anna", "anna"}, {1000, 2000}, {0, 0}, true},
    {"another submit time after counted restarts", {"anna", "anna"}, {1000, 2000}, {2, 2}, true},
    {"the count fell", {"anna", "anna"}, {1000, 2000}, {2, 0}, true},
    {"a requeue", {"anna", "anna"}, {1000, 2000}, {0, 1}, false},
    {"a requeue that keeps its time", {"anna", "anna"}, {1000, 1000}, {0, 1}, false},
    {"the user is not told", {"anna", NULL}, {1000, 1000}, {0, 0}, false},
    {"the user was not told", {NULL, "anna"}, {1000, 1000}, {0, 0}, false},
    {"the time is not told", {"anna", "anna"}, {1000, -1}, {0, 0}, false},
    {"the time was not told", {"anna", "anna"}, {-1, 1000}, {0, 0}, false},
    {"another time, no counts", {"anna", "anna"}, {1000, 2000}, {-1, -1}, true},
    {"another time, the count was not told", {"anna", "anna"}, {1000, 2000}, {-1, 1}, false},
    {"nothing is known", {NULL, NULL}, {-1, -1}, {-1, -1}, false},
};

static struct row job_of(const struct generation *g, int i)
{
    struct row job = {.kind = KIND_JOB};

    if (g->user[i] != NULL)
        job.cells[JOB_USER] = value_text(text_of(g->user[i]));
    if (g->submitted[i] >= 0)
        job.cells[JOB_SUBMITTED_AT] = value_time(g->submitted[i]);
    if (g->restarts[i] >= 0)
        job.cells[JOB_RESTARTS] = value_int(g->restarts[i]);
    return job;
}

static void generations_of_jobs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof generations / sizeof *generations; i++) {
        struct row was = job_of(&generations[i], 0), now = job_of(&generations[i], 1);
        if (row_job_replaced(&was, &now) != generations[i].replaced)
            fail_msg("%s", generations[i].what);
    }
}

/* --- waits --- */

static int64_t waited(const char *word, int64_t submitted, int64_t started, int64_t now)
{
    struct row job = {.kind = KIND_JOB};
    struct buf b = buf_make(4096);

    job.cells[JOB_STATE] = value_text(text_of(word));
    if (submitted >= 0)
        job.cells[JOB_SUBMITTED_AT] = value_time(submitted);
    if (started >= 0)
        job.cells[JOB_STARTED_AT] = value_time(started);
    struct value v = row_waited_s(&job, now);
    assert_true(row_pack(&job, &b, NULL));
    struct value peeked = row_held_waited((struct row_held){b.data, b.len, NULL}, now);
    assert_true(value_equal(&v, &peeked));
    buf_release(&b);
    return value_int_or(&v, -1);
}

static void how_long_a_job_waits(void **state)
{
    (void)state;
    assert_int_equal(waited("waiting", 1000, -1, 61999), 60);
    assert_int_equal(waited("held", 1000, -1, 61999), 60);
    assert_int_equal(waited("waiting", 1000, 5000, 61999), 60); /* it was requeued: it waits again */
    assert_int_equal(waited("running", 1000, 31000, 61999), 30);
    assert_int_equal(waited("done", 1000, 31000, 61999), 30);
    assert_int_equal(waited("cancelled", 1000, -1, 61999), -1);
    assert_int_equal(waited("waiting", -1, -1, 61999), -1);
    assert_int_equal(waited("waiting", 1000, -1, 0), -1);     /* T is not known */
    assert_int_equal(waited("waiting", 90000, -1, 61999), 0); /* its clock is ahead of ours */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_packed_comes_back),
        cmocka_unit_test(equal_rows_have_equal_bytes),
        cmocka_unit_test(jobs_are_small),
        cmocka_unit_test(samples_are_not_packed),
        cmocka_unit_test(a_full_buffer_is_left_alone),
        cmocka_unit_test(corrupt_bytes_never_crash),
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(fields_of_tomorrow_are_skipped),
        cmocka_unit_test(generations_of_jobs),
        cmocka_unit_test(how_long_a_job_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
