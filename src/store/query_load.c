#include "query_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/reading.h"

enum { LOOK_EACH = 16 }; /* 25 us */

static void take(struct query_rows *r, const struct store_blob_record *record)
{
    struct store_blob_record taken = query_within_take(r, record);
    if (r->scan)
        query_scan_take(r->scan, record);
    else
        query_set_apply(&r->set, &taken);
}

/* Each number is read once: there is nothing to look up. */
static void take_present(struct query_rows *r, const struct store_blob_record *record)
{
    struct store_blob_record taken = query_within_take(r, record);
    if (r->scan)
        query_scan_take(r->scan, record);
    else if (taken.op == STORE_BLOB_PUT)
        query_set_append(&r->set, &taken);
}

/* --- the present */

static bool start_present(struct query_rows *r, struct err *err)
{
    r->rev = query_read_rev(r->q);
    if (r->rev < 0)
        return query_fail(r->q, err, "read the cache");
    r->cursor = store_key_row(r->kind, 0, 0) - 1;
    r->phase = QUERY_ROWS_PRESENT;
    return true;
}

/* Rows are of the moment of their slice; the changes since the first one are applied afterwards. */
static bool present_slice(struct query_rows *r, int64_t until_us, struct err *err)
{
    sqlite3_stmt *stmt = query_within_each(r);
    int rc = SQLITE_ERROR;
    for (unsigned i = 1; stmt && (rc = sqlite3_step(stmt)) == SQLITE_ROW; i++) {
        struct store_blob_record row = {.op = STORE_BLOB_PUT};
        r->cursor = sqlite3_column_int64(stmt, 0);
        row.source = store_key_source(r->cursor);
        row.seq = store_key_seq(r->cursor);
        row.since_ms = sqlite3_column_int64(stmt, 1);
        row.id = store_sql_blob(stmt, 2, &row.id_len);
        row.packed = store_sql_blob(stmt, 3, &row.packed_len);
        if (row.id_len <= STORE_KEY_FULL_ID_MAX && row.packed_len <= STORE_KEY_PACKED_MAX)
            take_present(r, &row);
        if (i % LOOK_EACH == 0 && clock_mono_us() >= until_us)
            break;
    }
    if (stmt)
        sqlite3_reset(stmt);
    if (rc != SQLITE_DONE && rc != SQLITE_ROW)
        return query_fail(r->q, err, "read rows");
    r->link_at = 0;
    if (rc == SQLITE_DONE)
        r->phase = r->scan ? QUERY_ROWS_READY : QUERY_ROWS_LINK;
    return true;
}

/* --- changes */

static void forget_ops(struct query_rows *r)
{
    free(r->ops.bytes);
    r->ops = (struct query_rows_ops){0};
}

/* A commit of many changes takes several slices, with its changes at hand in between. */
static void keep_ops(struct query_rows *r, sqlite3_stmt *stmt)
{
    size_t n;
    const char *bytes = store_sql_blob(stmt, 2, &n);
    r->ops = (struct query_rows_ops){
        .bytes = mem_grow(NULL, n + 1, 1), .n = n, .rev = store_key_rev(sqlite3_column_int64(stmt, 0))};
    memcpy(r->ops.bytes, bytes, n);
}

/* False when the time is over before all of them are applied. */
static bool apply_ops(struct query_rows *r, int64_t until_us)
{
    const char *at = r->ops.bytes + r->ops.at, *end = r->ops.bytes + r->ops.n;
    struct store_blob_record op;
    for (unsigned i = 1; store_blob_next(&at, end, &op); i++) {
        take(r, &op);
        if (i % LOOK_EACH == 0 && clock_mono_us() >= until_us) {
            r->ops.at = (size_t)(at - r->ops.bytes);
            return false;
        }
    }
    r->rev = r->ops.rev;
    forget_ops(r);
    return true;
}

/* Changes after r->rev up to `to`; `*end` when all are there. */
static bool change_slice(struct query_rows *r, int64_t to, int64_t until_us, bool *end, struct err *err)
{
    *end = false;
    if (r->ops.bytes && !apply_ops(r, until_us))
        return true;
    sqlite3_stmt *stmt = store_sql_get(&r->q->db, SQL_CHANGE_EACH);
    int rc = SQLITE_ERROR;
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, store_key_change(r->kind, r->rev));
        sqlite3_bind_int64(stmt, 2, store_key_change(r->kind, to));
        while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
            keep_ops(r, stmt);
            if (!apply_ops(r, until_us) || clock_mono_us() >= until_us)
                break;
        }
        sqlite3_reset(stmt);
    }
    if (rc != SQLITE_DONE && rc != SQLITE_ROW)
        return query_fail(r->q, err, "read changes");
    *end = rc == SQLITE_DONE;
    if (*end)
        r->rev = to;
    return true;
}

/* Whether the changes after r->rev are kept still. */
static bool followable(struct query_rows *r)
{
    sqlite3_stmt *stmt = store_sql_get(&r->q->db, SQL_SEGMENT_FIRST);
    bool ok = true;
    if (!stmt)
        return true;
    sqlite3_bind_int(stmt, 1, r->kind);
    if (sqlite3_step(stmt) == SQLITE_ROW)
        ok = sqlite3_column_int64(stmt, 0) <= r->rev + 1;
    sqlite3_reset(stmt);
    return ok;
}

static void forget(struct query_rows *r)
{
    query_set_release(&r->set);
    query_order_forget(&r->order);
    query_within_forget(&r->within);
    forget_ops(r);
    r->load_at = 0;
    r->anew = true;
    r->phase = QUERY_ROWS_START;
}

void query_load_forget(struct query_rows *r)
{
    forget(r);
}

static bool follow(struct query_rows *r, int64_t until_us, bool *end, struct err *err)
{
    int64_t to = query_read_rev(r->q);
    if (to < 0)
        return query_fail(r->q, err, "read the cache");
    *end = to == r->rev;
    if (*end)
        return true;
    if (!followable(r) || to < r->rev) {
        forget(r);
        return true;
    }
    return change_slice(r, to, until_us, end, err);
}

/* --- the past */

/* The segment that holds T. */
static bool segment_at(struct query_rows *r, int64_t *nr, int64_t *first_rev, int64_t *valid_rev)
{
    sqlite3_stmt *stmt = store_sql_get(&r->q->db, SQL_SEGMENT_AT);
    if (!stmt)
        return false;
    sqlite3_bind_int(stmt, 1, r->kind);
    sqlite3_bind_int64(stmt, 2, r->at_ms);
    int rc = sqlite3_step(stmt);
    *nr = *first_rev = *valid_rev = 0;
    if (rc == SQLITE_ROW) {
        *nr = sqlite3_column_int64(stmt, 0);
        *first_rev = sqlite3_column_int64(stmt, 1);
        *valid_rev = sqlite3_column_int64(stmt, 2);
    }
    sqlite3_reset(stmt);
    return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

/* The last number at T among the changes since `first_rev`. */
static bool rev_at(struct query_rows *r, int64_t first_rev, int64_t *rev)
{
    sqlite3_stmt *stmt = store_sql_get(&r->q->db, SQL_CHANGE_REV_AT);
    if (!stmt)
        return false;
    sqlite3_bind_int64(stmt, 1, store_key_change(r->kind, first_rev));
    sqlite3_bind_int64(stmt, 2, store_key_change((int)r->kind + 1, 0));
    sqlite3_bind_int64(stmt, 3, r->at_ms);
    int rc = sqlite3_step(stmt);
    *rev = rc == SQLITE_ROW ? store_key_rev(sqlite3_column_int64(stmt, 0)) : 0;
    sqlite3_reset(stmt);
    return rc == SQLITE_ROW;
}

static bool start_past(struct query_rows *r, struct err *err)
{
    int64_t first_rev, valid_rev, rev = 0;
    if (!segment_at(r, &r->segment, &first_rev, &valid_rev) || (r->segment && !rev_at(r, first_rev, &rev)))
        return query_fail(r->q, err, "find the past");
    r->to_rev = rev > valid_rev ? rev : valid_rev;
    r->rev = r->segment ? first_rev - 1 : 0;
    r->cursor = store_key_chunk(r->segment, 0) - 1;
    r->phase = !r->segment ? QUERY_ROWS_READY : r->scan ? QUERY_ROWS_CHANGES : QUERY_ROWS_FRAME;
    return true;
}

static bool still_there(struct query_rows *r)
{
    int64_t nr, first_rev, valid_rev;
    return segment_at(r, &nr, &first_rev, &valid_rev) && nr == r->segment;
}

/* Retention may take the segment between two slices: then the search begins anew, unless rows were handed on. */
static bool begin_anew(struct query_rows *r, struct err *err)
{
    if (r->scan) {
        query_end(r->q);
        return err_set(err, ERR_TRANSIENT, "the past was tidied away while it was read");
    }
    forget(r);
    return true;
}

static bool frame_slice(struct query_rows *r, int64_t until_us, struct err *err)
{
    sqlite3_stmt *stmt = store_sql_get(&r->q->db, SQL_FRAME_EACH);
    int rc = SQLITE_ERROR;
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, r->cursor);
        sqlite3_bind_int64(stmt, 2, store_key_chunk(r->segment + 1, 0));
        while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
            size_t n;
            const char *at = store_sql_blob(stmt, 1, &n), *end = at + n;
            struct store_blob_record row;
            r->cursor = sqlite3_column_int64(stmt, 0);
            while (store_blob_next(&at, end, &row))
                take(r, &row);
            if (clock_mono_us() >= until_us)
                break;
        }
        sqlite3_reset(stmt);
    }
    if (rc != SQLITE_DONE && rc != SQLITE_ROW)
        return query_fail(r->q, err, "read a keyframe");
    if (rc == SQLITE_DONE)
        r->phase = r->scan ? QUERY_ROWS_READY : QUERY_ROWS_CHANGES;
    return true;
}

static bool past_changes(struct query_rows *r, int64_t until_us, struct err *err)
{
    bool end = false;
    if (!change_slice(r, r->to_rev, until_us, &end, err))
        return false;
    if (end)
        r->phase = r->scan ? QUERY_ROWS_FRAME : QUERY_ROWS_READY;
    return true;
}

/* --- one slice of whatever is next; `*end` when nothing is left */

static bool slice(struct query_rows *r, int64_t until_us, bool *end, struct err *err)
{
    bool past = r->at_ms != QUERY_NOW;
    if (past && (r->phase == QUERY_ROWS_FRAME || r->phase == QUERY_ROWS_CHANGES) && !still_there(r))
        return begin_anew(r, err);
    switch (r->phase) {
    case QUERY_ROWS_START:
        return query_sources(r->q, err) && (past ? start_past(r, err) : start_present(r, err));
    case QUERY_ROWS_PRESENT:
        return present_slice(r, until_us, err);
    case QUERY_ROWS_LINK:
        if (query_set_link(&r->set, &r->link_at, until_us))
            r->phase = QUERY_ROWS_READY;
        return true;
    case QUERY_ROWS_FRAME:
        return frame_slice(r, until_us, err);
    case QUERY_ROWS_CHANGES:
        return past_changes(r, until_us, err);
    case QUERY_ROWS_READY:
        *end = past || r->scan;
        return *end || follow(r, until_us, end, err);
    }
    return true;
}

/* The samples of rows that are few, when these are there: of the commit that they show, or a later one. */
static bool lay_few(struct query_rows *r, struct err *err)
{
    if (r->within.len == 0 || r->phase != QUERY_ROWS_READY || !query_laid_kind(r->kind))
        return true;
    int64_t rev = query_read_rev(r->q);
    if (rev == r->laid_rev || (r->at_ms != QUERY_NOW && r->laid_rev != 0))
        return true;
    if (!query_within_lay(r))
        return query_fail(r->q, err, "read samples");
    r->laid_rev = rev;
    if (query_within_full(r))
        forget(r);
    return true;
}

bool query_load_step(struct query_rows *r, int64_t until_us, struct err *err)
{
    bool end = false;
    do {
        if (!query_begin(r->q, err) || !slice(r, until_us, &end, err) || !lay_few(r, err))
            return false;
        query_end(r->q);
    } while (!end && clock_mono_us() < until_us);
    return end;
}

/* --- how old it is */

static struct query_rows_observed *observed_of(struct query_rows *r, int64_t source)
{
    if ((size_t)source >= r->n_observed) {
        r->observed = mem_grow(r->observed, (size_t)source + 1, sizeof *r->observed);
        for (; r->n_observed <= (size_t)source; r->n_observed++)
            r->observed[r->n_observed] = (struct query_rows_observed){.age_ms = -1, .stale = true};
    }
    return &r->observed[source];
}

static int64_t interval_of(const struct query *q, int64_t source, int64_t own)
{
    if (own > 0)
        return own;
    return (size_t)source < q->n_names && q->names[source] ? q->intervals[source] : 0;
}

static void take_observed(struct query_rows *r, const struct store_blob_observed *seen, struct instant now)
{
    struct query_rows_observed *o = observed_of(r, seen->source);
    int64_t interval_ms = interval_of(r->q, seen->source, seen->every_ms);
    double value;
    if (r->at_ms == QUERY_NOW) {
        o->observed_ms = seen->utc_ms;
        o->age_ms = seen->same_boot ? now.boot_ms - seen->boot_ms : now.utc_ms - o->observed_ms;
        o->partial = seen->partial;
    } else if (query_laid_get(&r->laid, seen->source, text_of(""), QUERY_LAID_OBSERVED, &value)) {
        o->observed_ms = (int64_t)value;
        o->age_ms = r->at_ms - o->observed_ms;
    }
    if (o->age_ms < 0)
        o->age_ms = o->observed_ms ? 0 : -1; /* a wall clock that was set back between two boots */
    o->stale = !o->observed_ms || !reading_is_fresh(o->age_ms, interval_ms);
    r->partial = r->partial || o->partial;
}

/* Of one piece. */
static bool take_piece(struct query_rows *r, sqlite3_stmt *stmt, struct instant now)
{
    const unsigned char *boot = sqlite3_column_text(stmt, 0);
    bool same_boot = boot && strcmp((const char *)boot, clock_boot_id()) == 0;
    size_t n;
    const char *at = store_sql_blob(stmt, 1, &n), *end = at + n;
    struct store_blob_observed seen;
    while (store_blob_next_observed(&at, end, &seen)) {
        seen.same_boot = seen.same_boot && same_boot;
        take_observed(r, &seen, now);
    }
    return at == end;
}

bool query_load_observed(struct query_rows *r, struct instant now, struct err *err)
{
    if (!query_begin(r->q, err) || !query_sources(r->q, err))
        return false;
    int64_t rev = query_read_rev(r->q);
    bool sampled = query_laid_kind(r->kind) && !r->scan &&
                   r->within.len == 0; /* nobody looks through a million rows for a sample */
    if (rev != r->laid_rev && (r->at_ms == QUERY_NOW ? sampled : r->laid_rev == 0 && r->within.len == 0)) {
        if (!query_laid_load(&r->laid, r->q, r->kind, r->at_ms))
            return query_fail(r->q, err, "read samples");
        r->laid_rev = rev;
    }
    sqlite3_stmt *stmt = store_sql_get(&r->q->db, SQL_OBSERVED_EACH);
    int rc = SQLITE_ERROR;
    r->partial = false;
    if (stmt) {
        sqlite3_bind_int(stmt, 1, r->kind);
        while ((rc = sqlite3_step(stmt)) == SQLITE_ROW && take_piece(r, stmt, now))
            ;
        sqlite3_reset(stmt);
    }
    if (rc != SQLITE_DONE)
        return query_fail(r->q, err, "read when the sources answered");
    query_end(r->q);
    return true;
}
