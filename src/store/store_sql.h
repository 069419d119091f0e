#ifndef HUBTOP_SRC_STORE_SQL_H
#define HUBTOP_SRC_STORE_SQL_H

#include "base/text.h"
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Every statement of cache.db; their text stands in a table in store_sql.c. */
enum store_sql {
    SQL_BEGIN,
    SQL_BEGIN_READ,
    SQL_COMMIT,
    SQL_ROLLBACK,
    SQL_REV_GET,
    SQL_REV_SET,
    SQL_NOTE_GET,
    SQL_NOTE_SET,
    SQL_SOURCE_EACH,
    SQL_SOURCE_ADD,
    SQL_SOURCE_INTERVAL,
    SQL_OBSERVED_PUT,
    SQL_OBSERVED_ALL,
    SQL_OBSERVED_EACH,
    SQL_OBSERVED_KINDS,
    SQL_PRESENT_EACH,
    SQL_PRESENT_WITHIN,
    SQL_PRESENT_LAST,
    SQL_PRESENT_GET,
    SQL_PRESENT_ADD,
    SQL_PRESENT_PUT,
    SQL_PRESENT_DROP,
    SQL_GONE_ANY,
    SQL_GONE_GET,
    SQL_GONE_PUT,
    SQL_GONE_DROP,
    SQL_CHANGE_ADD,
    SQL_CHANGE_EACH,
    SQL_CHANGE_REV_AT,
    SQL_CHANGE_BYTES,
    SQL_CHANGE_DROP,
    SQL_SEGMENT_ADD,
    SQL_SEGMENT_OF,
    SQL_SEGMENT_AT,
    SQL_SEGMENT_FIRST,
    SQL_SEGMENT_OLDEST,
    SQL_SEGMENT_VALID,
    SQL_SEGMENT_DOOM,
    SQL_SEGMENT_DOOMED,
    SQL_SEGMENT_DROP,
    SQL_FRAME_ADD,
    SQL_FRAME_EACH,
    SQL_FRAME_DROP,
    SQL_SERIES_PART,
    SQL_SERIES_LAST,
    SQL_SERIES_EACH,
    SQL_SERIES_NEW,
    SQL_SERIES_ID,
    SQL_SERIES_OF,
    SQL_SERIES_ADD,
    SQL_NEWEST_EACH,
    SQL_NEWEST_AT,
    SQL_NEWEST_PUT,
    SQL_NEWEST_DROP,
    SQL_NEWEST_KIND,
    SQL_SAMPLE_ADD,
    SQL_SAMPLES_ADD,
    SQL_SAMPLE_EACH,
    SQL_SAMPLE_FIRST,
    SQL_SAMPLE_BACK,
    SQL_SAMPLE_AT,
    SQL_SAMPLE_DROP,
    SQL_MINUTE_ADD,
    SQL_MINUTE_AT,
    SQL_MINUTE_EACH,
    SQL_MINUTE_FIRST,
    SQL_MINUTE_DROP,
    SQL_QUARTER_ADD,
    SQL_QUARTER_AT,
    SQL_QUARTER_EACH,
    SQL_QUARTER_DROP,
    SQL_PAGES,
    SQL_COUNT
};

/* One connection with its statements, each prepared at its first use. */
struct store_sql_db {
    sqlite3 *db;
    sqlite3_stmt *stmt[SQL_COUNT];
};

/* The statement, reset and unbound; NULL when it cannot be prepared (store_sql_error() tells). */
sqlite3_stmt *store_sql_get(struct store_sql_db *d, enum store_sql which);
/* Runs a statement that gives no rows, and resets it. */
bool store_sql_run(struct store_sql_db *d, sqlite3_stmt *stmt);
/* The same for one without parameters. */
bool store_sql_do(struct store_sql_db *d, enum store_sql which);
/* Sets err from the connection's last error ("cannot WHAT: …"): ERR_CORRUPT for a damaged file, otherwise
 * ERR_TRANSIENT. Returns false always. */
bool store_sql_error(struct store_sql_db *d, struct err *err, const char *what);
/* Whether the last error says that the file is damaged. */
bool store_sql_damaged(struct store_sql_db *d);
/* Finalizes the statements and closes the connection. Accepts a zeroed one. */
void store_sql_close(struct store_sql_db *d);

/* A blob column that may be NULL or of another type in a file that an enemy wrote: "" then. */
const void *store_sql_blob(sqlite3_stmt *stmt, int column, size_t *n);
/* Binds bytes that outlive the step (never NULL). */
void store_sql_bind(sqlite3_stmt *stmt, int at, const void *bytes, size_t n);

/* The same of a text, which lives as the column does. */
struct safe_text store_sql_text(sqlite3_stmt *stmt, int column);
void store_sql_bind_text(sqlite3_stmt *stmt, int at, struct safe_text t);

/* A statement, or NULL; runs one that gives no rows, once, and frees it. */
sqlite3_stmt *store_sql_prepare(sqlite3 *db, const char *sql);
bool store_sql_finish(sqlite3_stmt *stmt);

#endif
