#include "store_migrate.h"

#include <stdio.h>

#include "chain.h"
#include "store_private.h"

/* The cache. `present`, `change` and `frame` are keyed as store_key.h says. Times are UTC milliseconds of arrival. */
static const struct store_migrate_step cache_steps[] = {
    {1, "CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
        "INSERT INTO meta VALUES('rev', 0);"
        "CREATE TABLE note(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
        "CREATE TABLE source(nr INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, interval_ms INTEGER NOT NULL);"
        "CREATE TABLE observed(source INTEGER, kind INTEGER, utc_ms INTEGER NOT NULL, boot_id TEXT NOT NULL,"
        " boot_ms INTEGER NOT NULL, interval_ms INTEGER NOT NULL, partial INTEGER NOT NULL,"
        " PRIMARY KEY(kind, source)) WITHOUT ROWID;"
        "CREATE TABLE present(nr INTEGER PRIMARY KEY, gen INTEGER NOT NULL, since_ms INTEGER NOT NULL,"
        " rev INTEGER NOT NULL, id BLOB NOT NULL, row BLOB NOT NULL);"
        "CREATE TABLE gone(source INTEGER, id BLOB, gen INTEGER NOT NULL, at_ms INTEGER NOT NULL, row BLOB NOT NULL,"
        " PRIMARY KEY(source, id)) WITHOUT ROWID;"
        "CREATE TABLE change(nr INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, ops BLOB NOT NULL);"
        "CREATE TABLE segment(nr INTEGER PRIMARY KEY, kind INTEGER NOT NULL, first_rev INTEGER NOT NULL,"
        " first_ms INTEGER NOT NULL, valid_rev INTEGER, valid_ms INTEGER, frame_bytes INTEGER NOT NULL,"
        " doomed INTEGER NOT NULL DEFAULT 0);"
        "CREATE TABLE frame(nr INTEGER PRIMARY KEY, rows BLOB NOT NULL);"
        "CREATE TABLE series(nr INTEGER PRIMARY KEY, kind INTEGER NOT NULL, source INTEGER NOT NULL, id BLOB NOT NULL,"
        " field INTEGER NOT NULL, UNIQUE(kind, id, field, source));"
        "CREATE INDEX series_part ON series(kind, source);"
        "CREATE TABLE newest(kind INTEGER, source INTEGER, vals BLOB NOT NULL, PRIMARY KEY(kind, source));"
        "CREATE TABLE sample(at_ms INTEGER, series INTEGER, value REAL NOT NULL,"
        " PRIMARY KEY(at_ms, series)) WITHOUT ROWID;"
        "CREATE TABLE minute(series INTEGER, at_ms INTEGER, n INTEGER NOT NULL, sum REAL NOT NULL, lo REAL NOT NULL,"
        " hi REAL NOT NULL, PRIMARY KEY(series, at_ms)) WITHOUT ROWID;"
        "CREATE TABLE quarter(series INTEGER, at_ms INTEGER, n INTEGER NOT NULL, sum REAL NOT NULL, lo REAL NOT NULL,"
        " hi REAL NOT NULL, PRIMARY KEY(series, at_ms)) WITHOUT ROWID;"},
    /* what lies in one hall or rack (store_within.h); the newest samples in pieces, by the number of their first series: 0 is all of
       them, as they were before */
    {2, "CREATE INDEX present_within ON present(hubtop_within(nr, row)) WHERE hubtop_within(nr, row) IS NOT NULL;"
        "ALTER TABLE newest RENAME TO newest_whole;"
        "CREATE TABLE newest(kind INTEGER, source INTEGER, first INTEGER, vals BLOB NOT NULL,"
        " PRIMARY KEY(kind, source, first));"
        "INSERT INTO newest SELECT kind, source, 0, vals FROM newest_whole;"
        "DROP TABLE newest_whole;"},
    /* when parts were observed, in pieces of many sources, by the number of the first */
    {3, "ALTER TABLE observed RENAME TO observed_rows;"
        "CREATE TABLE observed(kind INTEGER, first INTEGER, boot_id TEXT NOT NULL, vals BLOB NOT NULL,"
        " PRIMARY KEY(kind, first));"},
};

#define ENTRIES_FIXED                                                                                                  \
    "CREATE TRIGGER entry_fixed BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries stay as they are'); END;"

static const struct store_migrate_step actions_steps[] = {
    {1, "CREATE TABLE migration(version INTEGER PRIMARY KEY, utc TEXT NOT NULL);"
        "INSERT INTO migration VALUES(1, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'));"},
    {2, "CREATE TABLE entry(seq INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, uid INTEGER NOT NULL,"
        " who BLOB NOT NULL, op BLOB NOT NULL, request_id BLOB, fingerprint BLOB NOT NULL, body BLOB NOT NULL);"
        "CREATE INDEX entry_request ON entry(request_id) WHERE request_id IS NOT NULL;"
        "CREATE TRIGGER entry_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entries stay'); END;" ENTRIES_FIXED
        "INSERT INTO migration VALUES(2, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'));"},
    /* plans; numbers are never given twice, though old plans go */
    {3, "CREATE TABLE plan(nr INTEGER PRIMARY KEY AUTOINCREMENT, seq INTEGER NOT NULL UNIQUE, at_ms INTEGER NOT NULL,"
        " who BLOB NOT NULL, state BLOB NOT NULL, hash BLOB NOT NULL, body BLOB NOT NULL);"
        "INSERT INTO migration VALUES(3, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'));"},
    /* who asked, and the chain of hashes (chain.h); login_uid NULL: not known */
    {4, "ALTER TABLE entry ADD COLUMN login_uid INTEGER;"
        "ALTER TABLE entry ADD COLUMN claimed_login BLOB NOT NULL DEFAULT x'';"
        "ALTER TABLE entry ADD COLUMN claimed_ssh BLOB NOT NULL DEFAULT x'';"
        "ALTER TABLE entry ADD COLUMN hash BLOB;"
        "INSERT INTO migration VALUES(4, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'));"},
    /* orders and their actions */
    {5, "CREATE TABLE run(nr INTEGER PRIMARY KEY AUTOINCREMENT, seq INTEGER NOT NULL UNIQUE, at_ms INTEGER NOT NULL,"
        " uid INTEGER NOT NULL, who BLOB NOT NULL, state BLOB NOT NULL, body BLOB NOT NULL,"
        " ended INTEGER NOT NULL DEFAULT 0);"
        "CREATE TABLE action(nr INTEGER, item INTEGER, state BLOB NOT NULL, body BLOB NOT NULL,"
        " PRIMARY KEY(nr, item)) WITHOUT ROWID;"
        "INSERT INTO migration VALUES(5, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'));"},
};

static bool chain_entries(sqlite3 *db)
{
    return sqlite3_exec(db, "DROP TRIGGER entry_fixed", NULL, NULL, NULL) == SQLITE_OK && chain_fill(db) &&
           sqlite3_exec(db, ENTRIES_FIXED, NULL, NULL, NULL) == SQLITE_OK;
}

/* What a step does to the rows that are there, in its transaction. */
static const struct {
    const struct store_migrate_step *steps;
    int version;
    bool (*fill)(sqlite3 *db);
} fills[] = {{cache_steps, 3, store_observed_fill}, {actions_steps, 4, chain_entries}};

/* The marks are 'hubc' and 'huba'. */
const struct store_migrate_plan store_migrate_cache = {"cache.db", 0x68756263, cache_steps,
                                                       sizeof cache_steps / sizeof cache_steps[0]};
const struct store_migrate_plan store_migrate_actions = {"actions.db", 0x68756261, actions_steps,
                                                         sizeof actions_steps / sizeof actions_steps[0]};

static int pragma_int(sqlite3 *db, const char *sql, int *value)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(stmt);
        if (rc == SQLITE_ROW)
            *value = sqlite3_column_int(stmt, 0);
    }
    sqlite3_finalize(stmt);
    return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static enum store_migrate_state unreadable(sqlite3 *db, const char *file, int rc, struct err *err)
{
    rc &= 0xff;
    if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED || rc == SQLITE_NOMEM || rc == SQLITE_CANTOPEN || rc == SQLITE_PERM) {
        err_set(err, ERR_TRANSIENT, "cannot read '%s': %s", file, sqlite3_errmsg(db));
        return STORE_MIGRATE_BUSY;
    }
    err_set(err, ERR_CORRUPT, "'%s' is damaged: %s", file, sqlite3_errmsg(db));
    return STORE_MIGRATE_FOREIGN;
}

/* All three in one transaction: a reader that looks while the collector makes the file sees all of it or nothing. */
static int read_marks(sqlite3 *db, int *id, int *version, int *tables)
{
    bool own = sqlite3_get_autocommit(db) != 0;
    int rc = own ? sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) : SQLITE_OK;
    if (rc == SQLITE_OK)
        rc = pragma_int(db, "PRAGMA application_id", id);
    if (rc == SQLITE_OK)
        rc = pragma_int(db, "PRAGMA user_version", version);
    if (rc == SQLITE_OK)
        rc = pragma_int(db, "SELECT count(*) FROM sqlite_master", tables);
    if (own)
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return rc;
}

enum store_migrate_state store_migrate_look(sqlite3 *db, const struct store_migrate_plan *plan, struct err *err)
{
    int id = 0, version = 0, tables = 0;
    int rc = read_marks(db, &id, &version, &tables);
    if (rc != SQLITE_OK)
        return unreadable(db, plan->file, rc, err);
    int last = plan->steps[plan->n - 1].version;
    if (id == 0 && version == 0 && tables == 0)
        return STORE_MIGRATE_OLD;
    if (id != plan->application_id || version < 0 || (version > 0 && tables == 0)) {
        err_set(err, ERR_CORRUPT, "'%s' is not one of hubtop's", plan->file);
        return STORE_MIGRATE_FOREIGN;
    }
    if (version > last) {
        err_set(err, ERR_INPUT, "'%s' was written by a newer hubtop (schema %d, this one knows %d)", plan->file,
                version, last);
        err_hint(err, "use the newer program, or another state directory");
        err_exit(err, 78);
        return STORE_MIGRATE_NEWER;
    }
    return version < last ? STORE_MIGRATE_OLD : STORE_MIGRATE_OK;
}

static bool fill(sqlite3 *db, const struct store_migrate_plan *plan, int version)
{
    for (size_t i = 0; i < sizeof fills / sizeof *fills; i++)
        if (fills[i].steps == plan->steps && fills[i].version == version)
            return fills[i].fill(db);
    return true;
}

static bool step(sqlite3 *db, const struct store_migrate_plan *plan, const struct store_migrate_step *s,
                 struct err *err)
{
    char head[160];
    snprintf(head, sizeof head, "BEGIN IMMEDIATE; PRAGMA application_id = %d; PRAGMA user_version = %d;",
             plan->application_id, s->version);
    if (sqlite3_exec(db, head, NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_exec(db, s->sql, NULL, NULL, NULL) == SQLITE_OK && fill(db, plan, s->version) &&
        sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return true;
    err_set(err, ERR_TRANSIENT, "cannot migrate '%s' to schema %d: %s", plan->file, s->version, sqlite3_errmsg(db));
    if (!sqlite3_get_autocommit(db))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

bool store_migrate_run(sqlite3 *db, const struct store_migrate_plan *plan, struct err *err)
{
    int version = 0;
    int rc = pragma_int(db, "PRAGMA user_version", &version);
    if (rc != SQLITE_OK) {
        unreadable(db, plan->file, rc, err);
        return false;
    }
    for (size_t i = 0; i < plan->n; i++)
        if (plan->steps[i].version > version && !step(db, plan, &plan->steps[i], err))
            return false;
    return true;
}
