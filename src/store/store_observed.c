#include "store_private.h"

#include <string.h>

/* Sources stand in the order of their numbers: the first that is not below. */
static size_t source_from(const struct store *s, int64_t nr)
{
    size_t low = 0, high = s->n_sources;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->sources[middle].nr < nr)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool load_piece(struct store *s, sqlite3_stmt *stmt)
{
    int kind = sqlite3_column_int(stmt, 0);
    const unsigned char *boot = sqlite3_column_text(stmt, 1);
    bool same_boot = boot && strcmp((const char *)boot, clock_boot_id()) == 0;
    size_t n;
    const char *at = store_sql_blob(stmt, 2, &n), *end = at + n;
    struct store_blob_observed seen;
    while (kind > KIND_NONE && kind < KIND_COUNT && store_blob_next_observed(&at, end, &seen)) {
        size_t i = source_from(s, seen.source);
        if (i == s->n_sources || s->sources[i].nr != seen.source)
            continue;
        seen.same_boot = seen.same_boot && same_boot;
        store_part_get(s, &s->sources[i], (enum kind)kind)->seen = seen;
    }
    return at == end;
}

static bool load(struct store *s)
{
    sqlite3_stmt *stmt = s->observed.loaded ? NULL : store_sql_get(&s->db, SQL_OBSERVED_ALL);
    int rc = SQLITE_ERROR;
    while (stmt && (rc = sqlite3_step(stmt)) == SQLITE_ROW && load_piece(s, stmt))
        ;
    sqlite3_reset(stmt);
    s->observed.loaded = s->observed.loaded || rc == SQLITE_DONE;
    return s->observed.loaded;
}

bool store_observed_set(struct store *s, struct store_part *p, struct instant now, int64_t interval_ms, bool partial,
                        struct err *err)
{
    const struct store_sample_id none = store_sample_id(s, "", 0);
    if (!load(s))
        return store_tx_fail(s, err, "read when the sources answered");
    p->seen = (struct store_blob_observed){p->source, now.utc_ms, now.boot_ms, interval_ms, true, partial};
    s->observed.dirty[p->kind][p->source / STORE_OBSERVED_PIECE] = 1;
    s->observed.due = true;
    return store_sample_write(s, p, &none, STORE_SAMPLE_OBSERVED, now.utc_ms, (double)now.utc_ms, STORE_SAMPLE_PAST,
                              err);
}

bool store_observed_get(struct store *s, struct store_source *source, enum kind kind, struct store_blob_observed *seen)
{
    const struct store_part *p = load(s) ? source->parts[kind] : NULL;
    if (!p || !p->seen.source)
        return false;
    *seen = p->seen;
    return true;
}

static int64_t last_ms(const struct store_source *source)
{
    int64_t utc_ms = 0;
    for (int k = 0; k < KIND_COUNT; k++) {
        const struct store_part *p = source->parts[k];
        if (p && p->seen.source && p->seen.utc_ms > utc_ms)
            utc_ms = p->seen.utc_ms;
    }
    return utc_ms;
}

int64_t store_observed_ms(struct store *s, const char *source)
{
    for (size_t i = 0; load(s) && i < s->n_sources; i++)
        if (strcmp(s->sources[i].name, source) == 0)
            return last_ms(&s->sources[i]);
    return 0;
}

/* --- writing --- */

static bool put(sqlite3_stmt *stmt, int kind, int64_t piece, const struct buf *vals)
{
    sqlite3_bind_int(stmt, 1, kind);
    sqlite3_bind_int64(stmt, 2, piece * STORE_OBSERVED_PIECE);
    sqlite3_bind_text(stmt, 3, clock_boot_id(), -1, SQLITE_STATIC);
    store_sql_bind(stmt, 4, vals->data, vals->len);
    return sqlite3_step(stmt) == SQLITE_DONE;
}

static struct buf piece_buf(void)
{
    return buf_make(STORE_OBSERVED_PIECE * 48);
}

static bool write_piece(struct store *s, int kind, int64_t piece)
{
    struct buf vals = piece_buf();
    bool ok = true;
    int64_t from = piece * STORE_OBSERVED_PIECE, to = from + STORE_OBSERVED_PIECE;
    for (size_t i = source_from(s, from); ok && i < s->n_sources && s->sources[i].nr < to; i++) {
        const struct store_part *p = s->sources[i].parts[kind];
        ok = !p || !p->seen.source || store_blob_put_observed(&vals, &p->seen);
    }
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_OBSERVED_PUT);
    ok = ok && stmt && put(stmt, kind, piece, &vals);
    sqlite3_reset(stmt);
    buf_release(&vals);
    return ok;
}

bool store_observed_write(struct store *s, struct err *err)
{
    for (int k = 0; s->observed.due && k < KIND_COUNT; k++) {
        uint8_t *dirty = s->observed.dirty[k];
        for (int64_t i = 0; i < STORE_OBSERVED_PIECES; i++) {
            if (dirty[i] && !write_piece(s, k, i))
                return store_tx_fail(s, err, "record when a source answered");
            dirty[i] = 0;
        }
    }
    s->observed.due = false;
    return true;
}

void store_observed_forget(struct store *s)
{
    memset(&s->observed, 0, sizeof s->observed);
}

/* --- what a former version wrote --- */

static bool row_of(sqlite3_stmt *stmt, struct store_blob_observed *seen)
{
    const unsigned char *boot = sqlite3_column_text(stmt, 3);
    *seen = (struct store_blob_observed){.source = sqlite3_column_int64(stmt, 1),
                                         .utc_ms = sqlite3_column_int64(stmt, 2),
                                         .boot_ms = sqlite3_column_int64(stmt, 4),
                                         .every_ms = sqlite3_column_int64(stmt, 5),
                                         .same_boot = boot && strcmp((const char *)boot, clock_boot_id()) == 0,
                                         .partial = sqlite3_column_int(stmt, 6) != 0};
    return seen->source > 0 && seen->source <= STORE_KEY_SOURCES_MAX;
}

/* The rows come in the order of the pieces. */
static bool fill(sqlite3_stmt *rows, sqlite3_stmt *insert)
{
    struct buf vals = piece_buf();
    struct store_blob_observed seen;
    int64_t piece = 0;
    int kind = KIND_NONE, rc;
    bool ok = true;
    while (ok && (rc = sqlite3_step(rows)) == SQLITE_ROW) {
        int row_kind = sqlite3_column_int(rows, 0);
        if (!row_of(rows, &seen))
            continue;
        if (vals.len > 0 && (kind != row_kind || piece != seen.source / STORE_OBSERVED_PIECE)) {
            ok = put(insert, kind, piece, &vals);
            sqlite3_reset(insert);
            buf_clear(&vals);
        }
        kind = row_kind;
        piece = seen.source / STORE_OBSERVED_PIECE;
        ok = ok && store_blob_put_observed(&vals, &seen);
    }
    ok = ok && rc == SQLITE_DONE && (vals.len == 0 || put(insert, kind, piece, &vals));
    buf_release(&vals);
    return ok;
}

bool store_observed_fill(sqlite3 *db)
{
    sqlite3_stmt *rows = store_sql_prepare(db, "SELECT kind, source, utc_ms, boot_id, boot_ms, interval_ms, partial "
                                               "FROM observed_rows ORDER BY kind, source");
    sqlite3_stmt *insert = store_sql_prepare(db, "INSERT INTO observed VALUES(?1, ?2, ?3, ?4)");
    bool ok = rows && insert && fill(rows, insert);
    sqlite3_finalize(rows);
    sqlite3_finalize(insert);
    return ok && sqlite3_exec(db, "DROP TABLE observed_rows", NULL, NULL, NULL) == SQLITE_OK;
}
