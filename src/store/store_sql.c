#include "store_sql.h"

#include <string.h>

static const char *const text[SQL_COUNT] = {
    [SQL_BEGIN] = "BEGIN IMMEDIATE",
    [SQL_BEGIN_READ] = "BEGIN",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_REV_GET] = "SELECT value FROM meta WHERE key = 'rev'",
    [SQL_REV_SET] = "UPDATE meta SET value = ?1 WHERE key = 'rev'",
    [SQL_NOTE_GET] = "SELECT value FROM note WHERE key = ?1",
    [SQL_NOTE_SET] = "INSERT OR REPLACE INTO note VALUES(?1, ?2)",
    [SQL_SOURCE_EACH] = "SELECT nr, name, interval_ms FROM source ORDER BY nr",
    [SQL_SOURCE_ADD] = "INSERT OR IGNORE INTO source VALUES(?1, ?2, ?3)",
    [SQL_SOURCE_INTERVAL] = "UPDATE source SET interval_ms = ?2 WHERE nr = ?1",
    [SQL_OBSERVED_PUT] = "INSERT OR REPLACE INTO observed VALUES(?1, ?2, ?3, ?4)",
    [SQL_OBSERVED_ALL] = "SELECT kind, boot_id, vals FROM observed",
    [SQL_OBSERVED_KINDS] = "SELECT DISTINCT kind FROM observed",
    [SQL_OBSERVED_EACH] = "SELECT boot_id, vals FROM observed WHERE kind = ?1",
    [SQL_PRESENT_EACH] = "SELECT nr, since_ms, id, row, gen, rev FROM present WHERE nr > ?1 AND nr < ?2 ORDER BY nr",
    [SQL_PRESENT_WITHIN] = "SELECT nr, since_ms, id, row, gen, rev FROM present WHERE hubtop_within(nr, row) = ?3 AND "
                           "nr > ?1 AND nr < ?2 ORDER BY nr",
    [SQL_PRESENT_LAST] = "SELECT max(nr) FROM present WHERE nr >= ?1 AND nr < ?2",
    [SQL_PRESENT_GET] = "SELECT gen, since_ms, id, row FROM present WHERE nr = ?1",
    [SQL_PRESENT_ADD] = "INSERT INTO present VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
    [SQL_PRESENT_PUT] = "UPDATE present SET since_ms = ?2, rev = ?3, row = ?4 WHERE nr = ?1",
    [SQL_PRESENT_DROP] = "DELETE FROM present WHERE nr = ?1",
    [SQL_GONE_ANY] = "SELECT 1 FROM gone WHERE source = ?1 LIMIT 1",
    [SQL_GONE_GET] = "SELECT gen, row FROM gone WHERE source = ?1 AND id = ?2",
    [SQL_GONE_PUT] = "INSERT OR REPLACE INTO gone VALUES(?1, ?2, ?3, ?4, ?5)",
    [SQL_GONE_DROP] = "DELETE FROM gone WHERE (source, id) IN (SELECT source, id FROM gone WHERE at_ms < ?1 LIMIT ?2)",
    [SQL_CHANGE_ADD] = "INSERT INTO change VALUES(?1, ?2, ?3)",
    [SQL_CHANGE_EACH] = "SELECT nr, at_ms, ops FROM change WHERE nr > ?1 AND nr <= ?2 ORDER BY nr",
    [SQL_CHANGE_REV_AT] = "SELECT max(nr) FROM change WHERE nr >= ?1 AND nr < ?2 AND at_ms <= ?3",
    [SQL_CHANGE_BYTES] = "SELECT total(length(ops)) FROM change WHERE nr >= ?1 AND nr < ?2",
    [SQL_CHANGE_DROP] = "DELETE FROM change WHERE nr IN (SELECT nr FROM change WHERE nr >= ?1 AND nr < ?2 LIMIT ?3)",
    [SQL_SEGMENT_ADD] = "INSERT INTO segment VALUES(NULL, ?1, ?2, ?3, ?4, ?5, 0, 0)",
    [SQL_SEGMENT_OF] = "SELECT nr, kind, first_rev, first_ms, valid_rev, frame_bytes FROM segment WHERE doomed = 0 "
                       "ORDER BY nr",
    [SQL_SEGMENT_AT] = "SELECT nr, first_rev, valid_rev FROM segment WHERE kind = ?1 AND doomed = 0 AND "
                       "valid_ms <= ?2 ORDER BY nr DESC LIMIT 1",
    [SQL_SEGMENT_FIRST] = "SELECT first_rev, valid_ms FROM segment WHERE kind = ?1 AND doomed = 0 AND "
                          "valid_rev IS NOT NULL ORDER BY nr LIMIT 1",
    /* what retention takes next: job rows first, then the oldest; never the last whole one of its kind */
    [SQL_SEGMENT_OLDEST] = "SELECT s.nr FROM segment s WHERE s.doomed = 0 AND EXISTS(SELECT 1 FROM segment n WHERE "
                           "n.kind = s.kind AND n.nr > s.nr AND n.doomed = 0 AND n.valid_rev IS NOT NULL) "
                           "ORDER BY s.kind = ?1 DESC, s.first_ms, s.nr LIMIT 1",
    [SQL_SEGMENT_VALID] = "UPDATE segment SET valid_rev = ?2, valid_ms = ?3, frame_bytes = ?4 WHERE nr = ?1",
    [SQL_SEGMENT_DOOM] = "UPDATE segment SET doomed = 1 WHERE nr = ?1",
    [SQL_SEGMENT_DOOMED] = "SELECT s.nr, s.kind, (SELECT min(n.first_rev) FROM segment n WHERE n.kind = s.kind AND "
                           "n.doomed = 0) FROM segment s WHERE s.doomed = 1 ORDER BY s.nr LIMIT 1",
    [SQL_SEGMENT_DROP] = "DELETE FROM segment WHERE nr = ?1",
    [SQL_FRAME_ADD] = "INSERT INTO frame VALUES(?1, ?2)",
    [SQL_FRAME_EACH] = "SELECT nr, rows FROM frame WHERE nr > ?1 AND nr < ?2 ORDER BY nr",
    [SQL_FRAME_DROP] = "DELETE FROM frame WHERE nr IN (SELECT nr FROM frame WHERE nr >= ?1 AND nr < ?2 LIMIT ?3)",
    [SQL_SERIES_PART] = "SELECT nr, id, field FROM series WHERE kind = ?1 AND source = ?2 ORDER BY nr",
    [SQL_SERIES_LAST] = "SELECT max(nr) FROM series",
    [SQL_SERIES_EACH] = "SELECT nr, source, id, field FROM series WHERE kind = ?1 AND nr > ?2 AND nr <= ?3 ORDER BY nr",
    /* few are new: by number, not by kind */
    [SQL_SERIES_NEW] = "SELECT nr, source, id, field FROM series WHERE +kind = ?1 AND nr > ?2 AND nr <= ?3 ORDER BY nr",
    [SQL_SERIES_ID] = "SELECT nr, source, field FROM series WHERE kind = ?1 AND id = ?2",
    [SQL_SERIES_OF] = "SELECT nr, source FROM series WHERE kind = ?1 AND id = ?2 AND field = ?3",
    [SQL_SERIES_ADD] = "INSERT INTO series VALUES(?1, ?2, ?3, ?4, ?5)",
    [SQL_NEWEST_EACH] = "SELECT vals, first FROM newest WHERE kind = ?1 AND source = ?2 ORDER BY first",
    [SQL_NEWEST_AT] =
        "SELECT vals, first FROM newest WHERE kind = ?1 AND source = ?2 AND first <= ?3 ORDER BY first DESC LIMIT 1",
    [SQL_NEWEST_PUT] = "INSERT OR REPLACE INTO newest VALUES(?1, ?2, ?3, ?4)",
    [SQL_NEWEST_DROP] = "DELETE FROM newest WHERE kind = ?1 AND source = ?2 AND first = ?3",
    [SQL_NEWEST_KIND] = "SELECT vals FROM newest WHERE kind = ?1",
    [SQL_SAMPLE_ADD] = "INSERT OR IGNORE INTO sample VALUES(?1, ?2, ?3)",
    /* STORE_SAMPLES_AT_ONCE of them */
    [SQL_SAMPLES_ADD] = "INSERT OR IGNORE INTO sample VALUES(?,?,?),(?,?,?),(?,?,?),(?,?,?),(?,?,?),(?,?,?),(?,?,?),"
                        "(?,?,?),(?,?,?),(?,?,?),(?,?,?),(?,?,?),(?,?,?),(?,?,?),(?,?,?),(?,?,?)",
    [SQL_SAMPLE_EACH] = "SELECT at_ms, series, value FROM sample WHERE (at_ms, series) > (?1, ?2) AND at_ms < ?3 "
                        "ORDER BY at_ms, series",
    [SQL_SAMPLE_FIRST] = "SELECT min(at_ms) FROM sample",
    [SQL_SAMPLE_BACK] = "SELECT at_ms, series, value FROM sample WHERE at_ms <= ?1 AND at_ms > ?2 ORDER BY at_ms DESC",
    [SQL_SAMPLE_AT] = "SELECT value FROM sample WHERE at_ms = ?1 AND series = ?2",
    [SQL_SAMPLE_DROP] = "DELETE FROM sample WHERE (at_ms, series) IN (SELECT at_ms, series FROM sample WHERE "
                        "at_ms < ?1 ORDER BY at_ms, series LIMIT ?2)",
    [SQL_MINUTE_ADD] = "INSERT INTO minute VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET "
                       "n = n + excluded.n, sum = sum + excluded.sum, lo = min(lo, excluded.lo), "
                       "hi = max(hi, excluded.hi)",
    [SQL_MINUTE_AT] = "SELECT at_ms, n, sum, lo, hi FROM minute WHERE series = ?1 AND at_ms <= ?2 "
                      "ORDER BY at_ms DESC LIMIT 1",
    [SQL_MINUTE_EACH] = "SELECT at_ms, n, sum FROM minute WHERE series = ?1 AND at_ms >= ?2 AND at_ms < ?3",
    [SQL_MINUTE_FIRST] = "SELECT min(at_ms) FROM minute WHERE series = ?1",
    [SQL_MINUTE_DROP] = "DELETE FROM minute WHERE series = ?1 AND at_ms < ?2",
    [SQL_QUARTER_ADD] = "INSERT INTO quarter VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET "
                        "n = n + excluded.n, sum = sum + excluded.sum, lo = min(lo, excluded.lo), "
                        "hi = max(hi, excluded.hi)",
    [SQL_QUARTER_AT] = "SELECT at_ms, n, sum, lo, hi FROM quarter WHERE series = ?1 AND at_ms <= ?2 "
                       "ORDER BY at_ms DESC LIMIT 1",
    [SQL_QUARTER_EACH] = "SELECT at_ms, n, sum FROM quarter WHERE series = ?1 AND at_ms >= ?2 AND at_ms < ?3",
    [SQL_QUARTER_DROP] = "DELETE FROM quarter WHERE series = ?1 AND at_ms < ?2",
    [SQL_PAGES] = "SELECT (SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM "
                  "pragma_freelist_count)",
};

sqlite3_stmt *store_sql_get(struct store_sql_db *d, enum store_sql which)
{
    sqlite3_stmt **stmt = &d->stmt[which];
    if (!*stmt && sqlite3_prepare_v3(d->db, text[which], -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL) != SQLITE_OK)
        return NULL;
    sqlite3_reset(*stmt);
    return *stmt;
}

bool store_sql_run(struct store_sql_db *d, sqlite3_stmt *stmt)
{
    (void)d;
    if (!stmt)
        return false;
    int rc = sqlite3_step(stmt);
    sqlite3_reset(stmt);
    return rc == SQLITE_DONE || rc == SQLITE_ROW;
}

bool store_sql_do(struct store_sql_db *d, enum store_sql which)
{
    return store_sql_run(d, store_sql_get(d, which));
}

/* A statement that failed without an error of its own missed a row that another table or our memory promised. */
bool store_sql_damaged(struct store_sql_db *d)
{
    static const int codes[] = {SQLITE_CORRUPT,    SQLITE_NOTADB,   SQLITE_FORMAT, SQLITE_SCHEMA, SQLITE_ERROR,
                                SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_OK,     SQLITE_ROW,    SQLITE_DONE};
    int rc = sqlite3_errcode(d->db) & 0xff;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (rc == codes[i])
            return true;
    return false;
}

bool store_sql_error(struct store_sql_db *d, struct err *err, const char *what)
{
    int rc = sqlite3_errcode(d->db) & 0xff;
    if (store_sql_damaged(d))
        return err_set(err, ERR_CORRUPT, "cannot %s: 'cache.db' is damaged (%s)", what,
                       rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE ? "rows are missing"
                                                                                : sqlite3_errmsg(d->db));
    if (rc == SQLITE_FULL)
        return err_set(err, ERR_TRANSIENT, "cannot %s: disk full", what);
    return err_set(err, ERR_TRANSIENT, "cannot %s: %s", what, sqlite3_errmsg(d->db));
}

void store_sql_close(struct store_sql_db *d)
{
    for (int i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize(d->stmt[i]);
    sqlite3_close(d->db);
    memset(d, 0, sizeof *d);
}

const void *store_sql_blob(sqlite3_stmt *stmt, int column, size_t *n)
{
    const void *bytes = sqlite3_column_blob(stmt, column);
    *n = bytes ? (size_t)sqlite3_column_bytes(stmt, column) : 0;
    return bytes ? bytes : "";
}

void store_sql_bind(sqlite3_stmt *stmt, int at, const void *bytes, size_t n)
{
    sqlite3_bind_blob64(stmt, at, n ? bytes : "", n, SQLITE_STATIC);
}

struct safe_text store_sql_text(sqlite3_stmt *stmt, int column)
{
    size_t n;
    const void *bytes = store_sql_blob(stmt, column, &n);
    return text_from(bytes, n);
}

void store_sql_bind_text(sqlite3_stmt *stmt, int at, struct safe_text t)
{
    store_sql_bind(stmt, at, text_bytes(t), text_len(t));
}

sqlite3_stmt *store_sql_prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    return sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK ? stmt : NULL;
}

bool store_sql_finish(sqlite3_stmt *stmt)
{
    bool ok = sqlite3_step(stmt) == SQLITE_DONE;
    return sqlite3_finalize(stmt) == SQLITE_OK && ok;
}
