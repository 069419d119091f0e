#ifndef HUBTOP_TESTS_STORE_FIXTURE_H
#define HUBTOP_TESTS_STORE_FIXTURE_H

#include <dirent.h>
#include <setjmp.h> /* cmocka wants it */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/query.h"
#include "store/store.h"

/* A state directory, a clock and rows, for the tests of the store. */

enum { FIXTURE_START_S = 1790000000 };

struct fixture {
    char dir[64];
    struct store *store;
    struct query *query;
    struct instant now;
    char note[256];
};

static inline void fixture_fail(const struct err *err)
{
    if (err->kind != ERR_NONE)
        fail_msg("%s", err->text);
}

static inline void fixture_open(struct fixture *f, const struct store_options *options)
{
    struct err err = {0};
    f->store = store_open(f->dir, options, f->now, f->note, sizeof f->note, &err);
    fixture_fail(&err);
    assert_non_null(f->store);
}

static inline void fixture_init(struct fixture *f, const struct store_options *options)
{
    memset(f, 0, sizeof *f);
    snprintf(f->dir, sizeof f->dir, "/tmp/hubtop-test-store-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    f->now = (struct instant){.utc_ms = (int64_t)FIXTURE_START_S * 1000, .boot_ms = 5000000};
    fixture_open(f, options);
}

static inline void fixture_read(struct fixture *f)
{
    struct err err = {0};
    f->query = query_open(f->dir, &err);
    fixture_fail(&err);
    assert_non_null(f->query);
}

/* Of what lies in it: no test puts a folder with something in it there. */
static inline void fixture_empty(const char *dir)
{
    char path[600];
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        if (unlink(path) != 0)
            rmdir(path);
    }
    if (d)
        closedir(d);
}

static inline void fixture_release(struct fixture *f)
{
    query_close(f->query);
    store_close(f->store);
    fixture_empty(f->dir);
    rmdir(f->dir);
}

/* For tests that need a store and no more. */
static inline int fixture_setup(void **state)
{
    struct fixture *f = malloc(sizeof *f);
    fixture_init(f, NULL);
    *state = f;
    return 0;
}

/* … and a reader. */
static inline int fixture_setup_both(void **state)
{
    fixture_setup(state);
    fixture_read(*state);
    return 0;
}

static inline int fixture_teardown(void **state)
{
    fixture_release(*state);
    free(*state);
    return 0;
}

static inline void fixture_tick(struct fixture *f, int64_t ms)
{
    f->now.utc_ms += ms;
    f->now.boot_ms += ms;
}

static inline struct row fixture_job(const char *id, const char *user, const char *state, int64_t cpus)
{
    struct row row = {.kind = KIND_JOB, .id = text_of(id)};
    row.cells[JOB_USER] = value_text(text_of(user));
    row.cells[JOB_STATE] = value_text(text_of(state));
    row.cells[JOB_CPUS] = value_int(cpus);
    return row;
}

static inline void fixture_add(struct store_batch *b, const struct row *row)
{
    struct err err = {0};
    store_batch_add(b, row, &err);
    fixture_fail(&err);
}

static inline struct store_batch *fixture_batch(struct fixture *f, const char *source, enum kind kind, bool covers_all)
{
    struct err err = {0};
    struct store_batch *b = store_batch_new(f->store, source, kind, covers_all, &err);
    fixture_fail(&err);
    return b;
}

/* Applies in slices of `budget_us`, frees the batch, and tells what it did. */
static inline struct store_result fixture_apply(struct fixture *f, struct store_batch *b, int64_t budget_us)
{
    struct store_result result = {0};
    struct err err = {0};
    enum store_step step;
    while ((step = store_batch_apply(b, f->now, budget_us, &result, &err)) == STORE_MORE)
        ;
    fixture_fail(&err);
    assert_int_equal(step, STORE_DONE);
    store_batch_free(b);
    return result;
}

static inline void fixture_maintain(struct fixture *f)
{
    struct err err = {0};
    while (store_maintain(f->store, f->now, 1000, &err) == STORE_MORE)
        ;
    fixture_fail(&err);
}

/* Steps until all is there. */
static inline void fixture_load(struct fixture *f, struct query_rows *r)
{
    struct err err = {0};
    enum query_step step;
    while ((step = query_rows_step(r, f->now, 1000, &err)) == QUERY_MORE)
        ;
    fixture_fail(&err);
    assert_int_equal(step, QUERY_DONE);
}

static inline bool fixture_text_is(const struct value *v, const char *s)
{
    return v->type == VALUE_TEXT && text_is(v->as.text, s);
}

#endif
