#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/dir.h"
#include "bench/anon.h"
#include "bench/jobs.h"
#include "store/query.h"
#include "store/store.h"

/* A million jobs in the console's memory, without a screen: loading, sorting by each kind of field, filtering, bytes a job
 * (performance goals 10, 11). Processor time in ms; medians of ROUNDS. Yardsticks: qsort of as many records of texts, and a substring
 * searched in each of as many lines, both in the same run. */

enum { ROUNDS = 3, MANY = 1000000, SLICE_US = 6000 };

static char dir[] = "/tmp/hubtop-bench-rows-XXXXXX";
static struct instant now = {INT64_C(1790000000000), 1000000};
static struct job_texts *all;
static double longest_ms;

static void die(const char *what, const struct err *err)
{
    fprintf(stderr, "bench_rows: %s: %s\n", what, err ? err->text : "");
    exit(1);
}

static double cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double median(double *at)
{
    for (int i = 1; i < ROUNDS; i++)
        for (int j = i; j && at[j] < at[j - 1]; j--) {
            double swap = at[j];
            at[j] = at[j - 1];
            at[j - 1] = swap;
        }
    return at[ROUNDS / 2];
}

static void make_state(void)
{
    struct err err = {0};
    struct store *s = store_open(dir, NULL, now, NULL, 0, &err);
    struct store_batch *b = s ? store_batch_new(s, "fra", KIND_JOB, true, &err) : NULL;
    enum store_step step = STORE_MORE;
    for (int i = 0; b && i < MANY; i++) {
        struct row row = job_row(i, 0, &all[i]);
        if (!store_batch_add(b, &row, &err))
            die("add", &err);
    }
    while (b && step == STORE_MORE)
        step = store_batch_apply(b, now, 20000, NULL, &err);
    if (!b || step == STORE_FAILED)
        die("store", &err);
    store_batch_free(b);
    store_close(s);
}

/* Until everything is made: processor time in ms. */
static double settle(struct query_rows *r)
{
    struct err err = {0};
    double from = cpu_ms();
    enum query_step step = QUERY_MORE;
    while (step == QUERY_MORE) {
        double slice = cpu_ms();
        step = query_rows_step(r, now, SLICE_US, &err);
        slice = cpu_ms() - slice;
        longest_ms = slice > longest_ms ? slice : longest_ms;
    }
    if (step == QUERY_FAILED)
        die("step", &err);
    return cpu_ms() - from;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct job_texts *)a)->name, ((const struct job_texts *)b)->name);
}

static double yard_sort(void)
{
    struct job_texts *copy = malloc(MANY * sizeof *copy);
    if (!copy)
        die("memory", NULL);
    memcpy(copy, all, MANY * sizeof *copy);
    double from = cpu_ms();
    qsort(copy, MANY, sizeof *copy, by_name);
    from = cpu_ms() - from;
    free(copy);
    return from;
}

/* Adds what it found to `found`, so that nobody leaves the work out. */
static double yard_filter(const char *needle, size_t *found)
{
    double from = cpu_ms();
    for (int i = 0; i < MANY; i++)
        *found += strstr(all[i].id, needle) || strstr(all[i].name, needle) || strstr(all[i].user, needle) ||
                  strstr(all[i].queue, needle);
    return cpu_ms() - from;
}

static void line(const char *what, double ms, const char *yardstick, double theirs, double goal)
{
    printf("%-34s %9.1f ms", what, ms);
    if (yardstick)
        printf("  %-34s %9.1f ms %6.2fx", yardstick, theirs, ms / theirs);
    if (goal > 0)
        printf("  <= %.2f  %s", goal, ms / theirs <= goal ? "met" : "MISSED");
    puts("");
}

static void sorts(struct query_rows *r)
{
    static const struct {
        const char *what;
        int field;
        bool descending;
    } orders[] = {
        {"sort by name", JOB_NAME, false},         {"sort by user, descending", JOB_USER, true},
        {"sort by state", JOB_STATE, false},       {"sort by processors", JOB_CPUS, true},
        {"sort by priority", JOB_PRIORITY, false}, {"sort by submit time", JOB_SUBMITTED_AT, true},
        {"sort by id, descending", -1, true},
    };
    double yard[ROUNDS];
    for (int i = 0; i < ROUNDS; i++)
        yard[i] = yard_sort();
    for (size_t k = 0; k < sizeof orders / sizeof orders[0]; k++) {
        double ms[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            query_rows_sort(r, JOB_NODES, false);
            settle(r);
            query_rows_sort(r, orders[k].field, orders[k].descending);
            ms[i] = settle(r);
        }
        line(orders[k].what, median(ms), "qsort by name", median(yard), 0.4);
    }
}

static void filters(struct query_rows *r)
{
    static const char *const exprs[] = {"7", "user12", "resnet-97", "zzz", "state=running", "cpus>200"};
    size_t found = 0;
    for (size_t k = 0; k < sizeof exprs / sizeof exprs[0]; k++) {
        double ms[ROUNDS], yard[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            char what[64];
            query_rows_filter(r, NULL);
            settle(r);
            query_rows_filter(r, filter_new(KIND_JOB, exprs[k], NULL));
            ms[i] = settle(r);
            yard[i] = yard_filter(exprs[k], &found);
            snprintf(what, sizeof what, "filter '%s': %zu", exprs[k], query_rows_count(r));
            if (i == ROUNDS - 1)
                line(what, median(ms), "strstr in each line", median(yard), 0);
        }
    }
    query_rows_filter(r, NULL);
    settle(r);
    printf("(strstr found %zu)\n", found);
}

int main(void)
{
    struct err err = {0};
    all = calloc(MANY, sizeof *all);
    if (!all || !mkdtemp(dir))
        die("begin", NULL);
    make_state();
    long before_kb = anon_kb();
    struct query *q = query_open(dir, &err);
    if (!q)
        die("open", &err);
    struct query_rows *r = query_rows_new(q, KIND_JOB, QUERY_NOW);
    query_rows_sort(r, JOB_SUBMITTED_AT, true);
    printf("%d jobs, medians of %d\n", MANY, ROUNDS);
    line("load and sort by submit time", settle(r), NULL, 0, 0);
    printf("%-34s %9.1f B (RssAnon)\n", "bytes a job, two orders at hand",
           (double)(anon_kb() - before_kb) * 1024 / MANY);
    sorts(r);
    filters(r);
    printf("longest slice %.1f ms (asked for %.1f)\n", longest_ms, SLICE_US / 1e3);
    query_rows_free(r);
    query_close(q);
    free(all);
    dir_remove(dir);
    return 0;
}
