#include "store_private.h"

#include <string.h>

/* The past of a kind: segments, each a keyframe (all rows of the present, as chunks) and the changes from its first
 * number on. A keyframe is written in slices while changes go on, so that its chunks are of different moments; that
 * does no harm, as all changes since its first number are repeated over it, and it counts only for moments after it
 * was finished. Segments overlap by what came meanwhile: a change is stored once. */

static int64_t change_bytes(struct store *s, int kind, int64_t first_rev)
{
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_CHANGE_BYTES);
    int64_t bytes = 0;
    if (!stmt)
        return 0;
    sqlite3_bind_int64(stmt, 1, store_key_change(kind, first_rev));
    sqlite3_bind_int64(stmt, 2, store_key_change(kind + 1, 0));
    if (sqlite3_step(stmt) == SQLITE_ROW)
        bytes = sqlite3_column_int64(stmt, 0);
    sqlite3_reset(stmt);
    return bytes;
}

static bool doom(struct store *s, int64_t nr)
{
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_SEGMENT_DOOM);
    if (stmt)
        sqlite3_bind_int64(stmt, 1, nr);
    return store_sql_run(&s->db, stmt);
}

bool store_past_load(struct store *s, struct err *err)
{
    int64_t unfinished[KIND_COUNT] = {0}, first_rev[KIND_COUNT] = {0};
    memset(s->past, 0, sizeof s->past);
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_SEGMENT_OF);
    int rc = SQLITE_ERROR;
    while (stmt && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        int kind = sqlite3_column_int(stmt, 1);
        if (kind <= KIND_NONE || kind >= KIND_COUNT)
            continue;
        if (sqlite3_column_type(stmt, 4) == SQLITE_NULL) {
            unfinished[kind] = sqlite3_column_int64(stmt, 0);
            continue;
        }
        s->past[kind].open_nr = sqlite3_column_int64(stmt, 0);
        s->past[kind].frame_bytes = sqlite3_column_int64(stmt, 5);
        first_rev[kind] = sqlite3_column_int64(stmt, 2);
    }
    if (stmt)
        sqlite3_reset(stmt);
    if (rc != SQLITE_DONE)
        return err_set(err, ERR_CORRUPT, "cannot read the segments of 'cache.db'");
    for (int k = KIND_NONE + 1; k < KIND_COUNT; k++) {
        if (s->past[k].open_nr)
            s->past[k].change_bytes = change_bytes(s, k, first_rev[k]);
        if (unfinished[k] && !doom(s, unfinished[k])) /* its writer died: the next one begins again */
            return store_sql_error(&s->db, err, "drop an unfinished keyframe");
    }
    return true;
}

static int64_t add_segment(struct store *s, enum kind kind, int64_t first_rev, int64_t first_ms, bool whole)
{
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_SEGMENT_ADD);
    if (!stmt)
        return 0;
    sqlite3_bind_int(stmt, 1, kind);
    sqlite3_bind_int64(stmt, 2, first_rev);
    sqlite3_bind_int64(stmt, 3, first_ms);
    sqlite3_bind_null(stmt, 4);
    sqlite3_bind_null(stmt, 5);
    if (whole) {
        sqlite3_bind_int64(stmt, 4, first_rev);
        sqlite3_bind_int64(stmt, 5, first_ms);
    }
    return store_sql_run(&s->db, stmt) ? sqlite3_last_insert_rowid(s->db.db) : 0;
}

bool store_past_change(struct store *s, enum kind kind, int64_t rev, int64_t at_ms, size_t bytes, struct err *err)
{
    struct store_past *past = &s->past[kind];
    if (!past->open_nr && !past->next_nr) {
        /* The first change of a kind begins with nothing: an empty keyframe is whole at once. */
        past->open_nr = add_segment(s, kind, rev, at_ms, true);
        if (!past->open_nr)
            return store_tx_fail(s, err, "begin a segment");
    }
    past->change_bytes += (int64_t)bytes;
    past->next_change_bytes += past->next_nr ? (int64_t)bytes : 0;
    return true;
}

static bool wants_next(const struct store *s, const struct store_past *past)
{
    int64_t weight =
        past->frame_bytes > s->options.segment_min_bytes ? past->frame_bytes : s->options.segment_min_bytes;
    return past->open_nr && !past->next_nr && past->change_bytes > weight;
}

static bool begin_next(struct store *s, enum kind kind, struct instant now, struct err *err)
{
    struct store_past *past = &s->past[kind];
    if (!store_tx_begin(s, err))
        return false;
    past->next_nr = add_segment(s, kind, s->rev + 1, now.utc_ms, false);
    if (!past->next_nr)
        return store_tx_fail(s, err, "begin a segment");
    past->cursor = store_key_row(kind, 0, 0) - 1;
    past->chunk = past->next_bytes = past->next_change_bytes = 0;
    return store_tx_commit(s, err);
}

/* One chunk of rows after the cursor into `chunk`; `*end` when the present has no more. */
static bool read_chunk(struct store *s, enum kind kind, struct buf *chunk, bool *end)
{
    struct store_past *past = &s->past[kind];
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_PRESENT_EACH);
    int rc = SQLITE_ERROR;
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, past->cursor);
    sqlite3_bind_int64(stmt, 2, store_key_row((int)kind + 1, 0, 0));
    while (chunk->len < STORE_CHUNK_BYTES && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        struct store_blob_record r = {.op = STORE_BLOB_PUT};
        past->cursor = sqlite3_column_int64(stmt, 0);
        r.source = store_key_source(past->cursor);
        r.seq = store_key_seq(past->cursor);
        r.since_ms = sqlite3_column_int64(stmt, 1);
        r.id = store_sql_blob(stmt, 2, &r.id_len);
        r.packed = store_sql_blob(stmt, 3, &r.packed_len);
        if (!store_blob_put(chunk, &r))
            break;
    }
    *end = rc == SQLITE_DONE;
    sqlite3_reset(stmt);
    return rc == SQLITE_DONE || rc == SQLITE_ROW;
}

static bool write_chunk(struct store *s, struct store_past *past, const struct buf *chunk)
{
    if (!chunk->len)
        return true;
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_FRAME_ADD);
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, store_key_chunk(past->next_nr, past->chunk++));
    store_sql_bind(stmt, 2, chunk->data, chunk->len);
    past->next_bytes += (int64_t)chunk->len;
    return store_sql_run(&s->db, stmt);
}

static bool finish(struct store *s, struct store_past *past, struct instant now)
{
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_SEGMENT_VALID);
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, past->next_nr);
    sqlite3_bind_int64(stmt, 2, s->rev);
    sqlite3_bind_int64(stmt, 3, now.utc_ms);
    sqlite3_bind_int64(stmt, 4, past->next_bytes);
    if (!store_sql_run(&s->db, stmt))
        return false;
    past->open_nr = past->next_nr;
    past->frame_bytes = past->next_bytes;
    past->change_bytes = past->next_change_bytes;
    past->next_nr = 0;
    return true;
}

static bool keyframe_slice(struct store *s, enum kind kind, struct instant now, int64_t until_us, struct err *err)
{
    struct store_past *past = &s->past[kind];
    struct buf chunk = buf_make(STORE_CHUNK_BYTES + 2 * STORE_KEY_PACKED_MAX);
    bool end = false, ok = store_tx_begin(s, err);
    if (!ok)
        return false;
    do {
        buf_clear(&chunk);
        ok = read_chunk(s, kind, &chunk, &end) && write_chunk(s, past, &chunk) && (!end || finish(s, past, now));
    } while (ok && !end && clock_mono_us() < until_us);
    buf_release(&chunk);
    return ok ? store_tx_commit(s, err) : store_tx_fail(s, err, "write a keyframe");
}

bool store_past_step(struct store *s, struct instant now, int64_t until_us, bool *more, struct err *err)
{
    for (int k = KIND_NONE + 1; k < KIND_COUNT; k++) {
        struct store_past *past = &s->past[k];
        if (wants_next(s, past) && !begin_next(s, (enum kind)k, now, err))
            return false;
        if (!past->next_nr)
            continue;
        if (!keyframe_slice(s, (enum kind)k, now, until_us, err))
            return false;
        if (past->next_nr || clock_mono_us() >= until_us) {
            *more = true;
            return true;
        }
    }
    return true;
}
