#include "query_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "store_file.h"
#include "store_migrate.h"

static bool no_cache(const char *dir, struct err *err)
{
    err_set(err, ERR_INPUT, "no cache in '%s'", dir);
    err_hint(err, "a collector makes it: start `hubtop collect`, or hubtop without --offline");
    return err_exit(err, 66);
}

static bool old_cache(const char *dir, struct err *err)
{
    err_set(err, ERR_INPUT, "the cache in '%s' is empty, or of an earlier hubtop", dir);
    err_hint(err, "a collector brings it up to date: start `hubtop collect`, or hubtop without --offline");
    return err_exit(err, 66);
}

static bool fit(struct query *q, const char *dir, struct err *err)
{
    switch (store_migrate_look(q->db.db, &store_migrate_cache, err)) {
    case STORE_MIGRATE_OK:
        return true;
    case STORE_MIGRATE_OLD:
        return old_cache(dir, err);
    case STORE_MIGRATE_FOREIGN:
        return err_hint(err, "the collector sets it aside and builds it anew");
    case STORE_MIGRATE_NEWER:
    case STORE_MIGRATE_BUSY:
        break;
    }
    return false;
}

struct query *query_open(const char *dir, struct err *err)
{
    switch (store_file_look(dir, "cache.db", false, err)) {
    case STORE_FILE_ABSENT:
        no_cache(dir, err);
        return NULL;
    case STORE_FILE_DAMAGED:
        err_hint(err, "the collector sets it aside and builds it anew");
        return NULL;
    case STORE_FILE_REFUSED:
        return NULL;
    case STORE_FILE_THERE:
        break;
    }
    struct query *q = mem_new(1, sizeof *q);
    q->db.db = store_file_open(dir, "cache.db", SQLITE_OPEN_READONLY, err);
    if (q->db.db && fit(q, dir, err)) {
        sqlite3_exec(q->db.db, "PRAGMA query_only = ON; PRAGMA cache_size = -8192", NULL, NULL, NULL);
        return q;
    }
    query_close(q);
    return NULL;
}

void query_close(struct query *q)
{
    if (!q)
        return;
    store_sql_close(&q->db);
    for (size_t i = 0; i < q->n_names; i++)
        free(q->names[i]);
    free(q->names);
    free(q->name_lens);
    free(q->intervals);
    free(q->nrs);
    free(q);
}

bool query_moved(const struct query *q)
{
    int moved = 0;
    return sqlite3_file_control(q->db.db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0;
}

bool query_begin(struct query *q, struct err *err)
{
    if (q->held && !sqlite3_get_autocommit(q->db.db))
        return true;
    return store_sql_do(&q->db, SQL_BEGIN_READ) || query_fail(q, err, "read the cache");
}

void query_end(struct query *q)
{
    if (!q->held && !sqlite3_get_autocommit(q->db.db))
        store_sql_do(&q->db, SQL_COMMIT);
}

void query_hold(struct query *q)
{
    q->held = true;
}

void query_let(struct query *q)
{
    q->held = false;
    query_end(q);
}

bool query_fail(struct query *q, struct err *err, const char *what)
{
    store_sql_error(&q->db, err, what);
    for (int i = 0; i < SQL_COUNT; i++)
        if (q->db.stmt[i])
            sqlite3_reset(q->db.stmt[i]);
    if (!sqlite3_get_autocommit(q->db.db))
        store_sql_do(&q->db, SQL_ROLLBACK);
    return false;
}

int64_t query_read_rev(struct query *q)
{
    sqlite3_stmt *stmt = store_sql_get(&q->db, SQL_REV_GET);
    int64_t rev = -1;
    if (stmt && sqlite3_step(stmt) == SQLITE_ROW)
        rev = sqlite3_column_int64(stmt, 0);
    if (stmt)
        sqlite3_reset(stmt);
    return rev;
}

int64_t query_kept_since(struct query *q, enum kind kind)
{
    sqlite3_stmt *stmt = store_sql_get(&q->db, SQL_SEGMENT_FIRST);
    int64_t since_ms = 0;
    if (!stmt)
        return 0;
    sqlite3_bind_int(stmt, 1, kind);
    if (sqlite3_step(stmt) == SQLITE_ROW)
        since_ms = sqlite3_column_int64(stmt, 1);
    sqlite3_reset(stmt);
    return since_ms;
}

uint64_t query_kinds(struct query *q)
{
    int64_t rev = query_read_rev(q);
    if (rev < 0 || (q->kinds && rev == q->kinds_rev))
        return q->kinds;
    sqlite3_stmt *stmt = store_sql_get(&q->db, SQL_OBSERVED_KINDS);
    uint64_t kinds = 0;
    int rc = SQLITE_ERROR;
    while (stmt && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        int kind = sqlite3_column_int(stmt, 0);
        if (kind > KIND_NONE && kind < KIND_COUNT)
            kinds |= KIND_BIT(kind);
    }
    if (stmt)
        sqlite3_reset(stmt);
    if (rc != SQLITE_DONE)
        return q->kinds;
    q->kinds = kinds;
    q->kinds_rev = rev;
    return kinds;
}

/* The slot of that name: its own, or the free one where it belongs. */
static uint32_t *slot_of(const struct query *q, const char *name, size_t n)
{
    size_t at = (size_t)hash_sip(name, n, hash_process_key()) & (q->nrs_size - 1);
    while (q->nrs[at] && (q->name_lens[q->nrs[at]] != n || memcmp(q->names[q->nrs[at]], name, n) != 0))
        at = (at + 1) & (q->nrs_size - 1);
    return &q->nrs[at];
}

/* At most half of the slots are taken. */
static void link_name(struct query *q, int64_t nr)
{
    if (2 * (q->n_known + 1) > q->nrs_size) {
        q->nrs_size = q->nrs_size ? 2 * q->nrs_size : 64;
        free(q->nrs);
        q->nrs = mem_new(q->nrs_size, sizeof *q->nrs);
        for (size_t i = 1; i < q->n_names; i++) {
            if (q->names[i] && i != (size_t)nr)
                *slot_of(q, q->names[i], q->name_lens[i]) = (uint32_t)i;
        }
    }
    *slot_of(q, q->names[nr], q->name_lens[nr]) = (uint32_t)nr;
    q->n_known++;
}

static void take_source(struct query *q, int64_t nr, const void *name, size_t n, int64_t interval_ms)
{
    if ((size_t)nr >= q->n_names) {
        q->names = mem_grow(q->names, (size_t)nr + 1, sizeof *q->names);
        q->name_lens = mem_grow(q->name_lens, (size_t)nr + 1, sizeof *q->name_lens);
        q->intervals = mem_grow(q->intervals, (size_t)nr + 1, sizeof *q->intervals);
        for (; q->n_names <= (size_t)nr; q->n_names++)
            q->names[q->n_names] = NULL;
    }
    if (!q->names[nr]) {
        q->names[nr] = mem_strndup(name, n);
        q->name_lens[nr] = n;
        link_name(q, nr);
    }
    q->intervals[nr] = interval_ms;
}

/* Whether nobody has written since the names were read. The first reading of a transaction settles what it sees. */
static bool sources_are_read(struct query *q, unsigned *version)
{
    return query_read_rev(q) >= 0 &&
           sqlite3_file_control(q->db.db, "main", SQLITE_FCNTL_DATA_VERSION, version) == SQLITE_OK &&
           *version == q->version;
}

bool query_sources(struct query *q, struct err *err)
{
    unsigned version = 0;
    if (sources_are_read(q, &version))
        return true;
    sqlite3_stmt *stmt = store_sql_get(&q->db, SQL_SOURCE_EACH);
    int rc = SQLITE_ERROR;
    while (stmt && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        size_t n;
        const void *name = store_sql_blob(stmt, 1, &n);
        int64_t nr = sqlite3_column_int64(stmt, 0);
        if (nr > 0 && nr <= STORE_KEY_SOURCES_MAX)
            take_source(q, nr, name, n, sqlite3_column_int64(stmt, 2));
    }
    if (stmt)
        sqlite3_reset(stmt);
    if (rc != SQLITE_DONE)
        return query_fail(q, err, "read the sources");
    q->version = version;
    return true;
}

int64_t query_source_nr(const struct query *q, struct safe_text name)
{
    return q->nrs_size ? *slot_of(q, text_bytes(name), text_len(name)) : 0;
}

struct safe_text query_source_name(const struct query *q, int64_t nr)
{
    if (nr <= 0 || (size_t)nr >= q->n_names || !q->names[nr])
        return text_of("");
    return text_from(q->names[nr], q->name_lens[nr]);
}
