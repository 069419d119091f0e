#ifndef HUBTOP_TESTS_STORE_SQL_H
#define HUBTOP_TESTS_STORE_SQL_H

#include "unit/store/fixture.h"

#include <sqlite3.h>

/* Another hand in the databases: "cache.db" and "actions.db" of a state directory, opened for one statement or some. */

static inline sqlite3 *sql_open(const struct fixture *f, const char *file)
{
    char path[128];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/%s", f->dir, file);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    return db;
}

static inline void sql_run(const struct fixture *f, const char *file, const char *text)
{
    sqlite3 *db = sql_open(f, file);
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", text, sqlite3_errmsg(db));
    sqlite3_close(db);
}

/* What the query selects, of the committed. */
static inline int64_t sql_number(const struct fixture *f, const char *file, const char *query)
{
    sqlite3 *db = sql_open(f, file);
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, query, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return n;
}

#endif
