#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "store/query.h"
#include "store/store.h"

/* The store against bare prepared statements over the same rows in the same run (performance goals 13, 14, 10, 17).
 * Rows come as struct row in both, and packing counts for both: what is compared is what the store adds. */

enum { JOBS = 100000, CHANGED = JOBS / 20, SERIES = 1000, ROUNDS = 5 };

static char dir[64];
static struct instant now = {INT64_C(1790000000000), 1000000};

static void die(const char *what, const struct err *err)
{
    fprintf(stderr, "bench_store: %s: %s\n", what, err ? err->text : "");
    exit(1);
}

struct texts {
    char id[32], name[40], user[16], queue[16], nodes[24], dir[64];
};

static struct row job(int i, int version, struct texts *t)
{
    static const char *const states[] = {"waiting", "running", "done", "failed"};
    snprintf(t->id, sizeof t->id, "fra/%d", 100000 + i);
    snprintf(t->name, sizeof t->name, "train-resnet-%d", i % 977);
    snprintf(t->user, sizeof t->user, "user%03d", i % 311);
    snprintf(t->queue, sizeof t->queue, "gpu-%d", i % 7);
    snprintf(t->nodes, sizeof t->nodes, "node[%04d-%04d]", i % 4000, i % 4000 + 3);
    snprintf(t->dir, sizeof t->dir, "/home/user%03d/runs/%d", i % 311, i);
    struct row row = {.kind = KIND_JOB, .id = text_of(t->id), .source = text_of("fra")};
    row.cells[JOB_SCHEDULER] = value_text(text_of("fra"));
    row.cells[JOB_CLUSTER] = value_text(text_of("CD"));
    row.cells[JOB_QUEUE] = value_text(text_of(t->queue));
    row.cells[JOB_NAME] = value_text(text_of(t->name));
    row.cells[JOB_USER] = value_text(text_of(t->user));
    row.cells[JOB_ACCOUNT] = value_text(text_of("physics"));
    row.cells[JOB_STATE] = value_text(text_of(states[(i + version) % 4]));
    row.cells[JOB_STATE_RAW] = value_text(text_of("PENDING"));
    row.cells[JOB_SUBMITTED_AT] = value_time(INT64_C(1789990000000) + i * 1000);
    row.cells[JOB_TASKS] = value_int(i % 64);
    row.cells[JOB_NODES] = value_int(4);
    row.cells[JOB_NODE_LIST] = value_text(text_of(t->nodes));
    row.cells[JOB_CPUS] = value_int(i % 512);
    row.cells[JOB_ACCELS] = value_int(i % 9);
    row.cells[JOB_MEMORY_MB] = value_int(64000);
    row.cells[JOB_PRIORITY] = value_int(i % 10007);
    row.cells[JOB_TIME_LIMIT_S] = value_int(86400);
    row.cells[JOB_WORK_DIR] = value_text(text_of(t->dir));
    return row;
}

static bool is_changed(int i, int round)
{
    return round && i % 20 == round % 20;
}

/* The round in which a job was changed last. */
static int version_of(int i, int round)
{
    return i % 20 <= round ? i % 20 : 0;
}

static double seconds(int64_t from_us)
{
    return (double)(clock_mono_us() - from_us) / 1e6;
}

/* --- bare: one interval table, as simple as it can be: unique index by id, an index by state */

static sqlite3 *bare;
static sqlite3_stmt *bare_insert, *bare_close, *bare_sample;

static void bare_exec(const char *sql)
{
    if (sqlite3_exec(bare, sql, NULL, NULL, NULL) != SQLITE_OK)
        die(sqlite3_errmsg(bare), NULL);
}

static void bare_open(void)
{
    char path[100];
    snprintf(path, sizeof path, "%s/bare.db", dir);
    sqlite3_open(path, &bare);
    bare_exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
              "CREATE TABLE job(source INTEGER, id BLOB, since INTEGER, until INTEGER, row BLOB);"
              "CREATE INDEX job_id ON job(source, id, until); CREATE INDEX job_since ON job(since);"
              "CREATE TABLE sample(at INTEGER, series INTEGER, value REAL, PRIMARY KEY(at, series)) WITHOUT ROWID");
    sqlite3_prepare_v2(bare, "INSERT INTO job VALUES(1, ?1, ?2, NULL, ?3)", -1, &bare_insert, NULL);
    sqlite3_prepare_v2(bare, "UPDATE job SET until = ?2 WHERE source = 1 AND id = ?1 AND until IS NULL", -1,
                       &bare_close, NULL);
    sqlite3_prepare_v2(bare, "INSERT INTO sample VALUES(?1, ?2, ?3)", -1, &bare_sample, NULL);
}

static void bare_run(sqlite3_stmt *stmt)
{
    if (sqlite3_step(stmt) != SQLITE_DONE)
        die(sqlite3_errmsg(bare), NULL);
    sqlite3_reset(stmt);
}

/* Inserts rows; `closing`: closes the version before. `all`: all of them, otherwise those that changed. */
static double bare_jobs(int round, bool closing, bool all)
{
    struct buf packed = buf_make(1 << 20);
    struct texts t;
    int64_t from_us = clock_mono_us();
    bare_exec("BEGIN");
    for (int i = 0; i < JOBS; i++) {
        if (!all && !is_changed(i, round))
            continue;
        struct row row = job(i, version_of(i, round), &t);
        buf_clear(&packed);
        row_pack(&row, &packed, NULL);
        if (closing) {
            sqlite3_bind_blob(bare_close, 1, t.id, (int)strlen(t.id), SQLITE_STATIC);
            sqlite3_bind_int64(bare_close, 2, now.utc_ms);
            bare_run(bare_close);
        }
        sqlite3_bind_blob(bare_insert, 1, t.id, (int)strlen(t.id), SQLITE_STATIC);
        sqlite3_bind_int64(bare_insert, 2, now.utc_ms);
        sqlite3_bind_blob(bare_insert, 3, packed.data, (int)packed.len, SQLITE_STATIC);
        bare_run(bare_insert);
    }
    bare_exec("COMMIT");
    double s = seconds(from_us);
    buf_release(&packed);
    return s;
}

static double bare_samples(int round)
{
    int64_t from_us = clock_mono_us();
    bare_exec("BEGIN");
    for (int i = 0; i < SERIES; i++) {
        sqlite3_bind_int64(bare_sample, 1, now.utc_ms + round);
        sqlite3_bind_int(bare_sample, 2, i);
        sqlite3_bind_double(bare_sample, 3, i + round);
        bare_run(bare_sample);
    }
    bare_exec("COMMIT");
    return seconds(from_us);
}

/* --- the store */

static double apply(struct store_batch *b, double *longest)
{
    struct err err = {0};
    enum store_step step;
    int64_t from_us = clock_mono_us();
    do {
        int64_t slice_us = clock_mono_us();
        step = store_batch_apply(b, now, 10000, NULL, &err);
        double s = seconds(slice_us);
        *longest = s > *longest ? s : *longest;
    } while (step == STORE_MORE);
    if (step == STORE_FAILED)
        die("apply", &err);
    double s = seconds(from_us);
    store_batch_free(b);
    return s;
}

static double store_jobs(struct store *s, int round, double *longest)
{
    struct err err = {0};
    struct texts t;
    int64_t from_us = clock_mono_us();
    struct store_batch *b = store_batch_new(s, "fra", KIND_JOB, true, &err);
    for (int i = 0; b && i < JOBS; i++) {
        struct row row = job(i, version_of(i, round), &t);
        if (!store_batch_add(b, &row, &err))
            die("add", &err);
    }
    if (!b)
        die("batch", &err);
    apply(b, longest);
    return seconds(from_us);
}

static double store_samples(struct store *s, int round)
{
    struct err err = {0};
    struct instant at = now;
    double longest = 0;
    at.utc_ms += round;
    now = at;
    static char ids[SERIES][16];
    struct store_batch *b = store_batch_new(s, "prom", KIND_HUB, true, &err);
    for (int i = 0; b && i < SERIES; i++) {
        snprintf(ids[i], sizeof ids[i], "h%d", i);
        struct row row = {.kind = KIND_HUB, .id = text_of(ids[i])};
        for (size_t f = 0; f < kind_info(KIND_HUB)->field_count; f++)
            if (kind_info(KIND_HUB)->fields[f].flags & FIELD_SAMPLED) {
                row.cells[f] = value_real(i + round);
                break;
            }
        store_batch_add(b, &row, &err);
    }
    return b ? apply(b, &longest) : 0;
}

static void maintain(struct store *s, double *longest)
{
    enum store_step step;
    do {
        int64_t slice_us = clock_mono_us();
        step = store_maintain(s, now, 10000, NULL);
        double t = seconds(slice_us);
        *longest = t > *longest ? t : *longest;
    } while (step == STORE_MORE);
}

static double load(struct query_rows *r, double *longest)
{
    struct err err = {0};
    enum query_step step;
    int64_t from_us = clock_mono_us();
    do {
        int64_t slice_us = clock_mono_us();
        step = query_rows_step(r, now, 5000, &err);
        double t = seconds(slice_us);
        *longest = t > *longest ? t : *longest;
    } while (step == QUERY_MORE);
    if (step == QUERY_FAILED)
        die("query", &err);
    return seconds(from_us);
}

static void line(const char *what, double s, double yardstick, const char *than, double goal)
{
    printf("%-44s %9.1f ms", what, s * 1e3);
    if (yardstick > 0)
        printf("  %5.2fx speed of %s%s", yardstick / s, than, goal > 0 ? "" : "");
    if (goal > 0)
        printf(" (goal >= %.2fx)", goal);
    putchar('\n');
}

static double least(double a, double b)
{
    return a <= 0 || b < a ? b : a;
}

static void bench_writes(struct store *s, double *longest)
{
    double poll = 0, bare_all = 0, bare_changed = 0, samples = 0, bare_s = 0, same = 0;
    double bare_first = bare_jobs(0, false, true), first = store_jobs(s, 0, longest);
    for (int round = 1; round <= ROUNDS; round++) {
        now.utc_ms += 60000;
        now.boot_ms += 60000;
        same = least(same, store_jobs(s, round - 1, longest));
        poll = least(poll, store_jobs(s, round, longest));
        bare_changed = least(bare_changed, bare_jobs(round, true, false));
        bare_all = least(bare_all, bare_jobs(round, true, true));
        bare_s = least(bare_s, bare_samples(round));
        samples = least(samples, store_samples(s, round));
        maintain(s, longest);
    }
    line("first load of 100,000 jobs", first, bare_first, "bare inserts", 0.65);
    line("poll, 5 % changed", poll, bare_all, "bare close-and-insert of the poll", 1.0);
    line("  the same, against the changed rows alone", poll, bare_changed, "bare close-and-insert of 5 %", 0);
    line("poll, nothing new", same, 0, "", 0);
    line("commit of 1,000 samples", samples, bare_s, "bare inserts keyed (time, series)", 1 / 1.5);
}

static void bench_reads(double *longest)
{
    struct err err = {0};
    struct query *q = query_open(dir, &err);
    if (!q)
        die("open", &err);
    struct query_rows *r = query_rows_new(q, KIND_JOB, QUERY_NOW);
    line("load the present, ordered by id", load(r, longest), 0, "", 0);
    query_rows_sort(r, JOB_NAME, true);
    line("sort by name", load(r, longest), 0, "", 0);
    query_rows_sort(r, JOB_PRIORITY, false);
    line("sort by priority", load(r, longest), 0, "", 0);
    query_rows_filter(r, filter_new(KIND_JOB, "user=user007", &err));
    line("filter by user", load(r, longest), 0, "", 0);
    query_rows_free(r);
    r = query_rows_new(q, KIND_JOB, now.utc_ms - 90000);
    line("as of 90 s ago", load(r, longest), 0, "", 0);
    printf("%-44s %9zu rows\n", "", query_rows_count(r));
    query_rows_free(r);
    query_close(q);
}

int main(void)
{
    struct err err = {0};
    double write_longest = 0, read_longest = 0;
    const char *tmp = getenv("TMPDIR");
    snprintf(dir, sizeof dir, "%s/hubtop-bench-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(dir))
        die("mkdtemp", NULL);
    struct store *s = store_open(dir, NULL, now, NULL, 0, &err);
    if (!s)
        die("open", &err);
    bare_open();
    printf("the store: %d jobs\n", JOBS);
    bench_writes(s, &write_longest);
    bench_reads(&read_longest);
    printf("longest slice: %.1f ms writing (asked for 10), %.1f ms reading (asked for 5)\n", write_longest * 1e3,
           read_longest * 1e3);
    store_close(s);
    char command[160];
    static const char *const names[] = {"cache.db", "cache.db-wal", "cache.db-shm", "actions.db",
                                        "bare.db",  "bare.db-wal",  "bare.db-shm"};
    sqlite3_finalize(bare_insert);
    sqlite3_finalize(bare_close);
    sqlite3_finalize(bare_sample);
    sqlite3_close(bare);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(command, sizeof command, "%s/%s", dir, names[i]);
        unlink(command);
    }
    rmdir(dir);
    return 0;
}
