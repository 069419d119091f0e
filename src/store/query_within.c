#include "query_private.h"

#include <string.h>

/* Ids are kept one after the other, each behind its length. */
enum { IDS_MOST = 1 << 24, IDS_SPARE = 4096 };

void query_within_forget(struct query_within *w)
{
    buf_clear(&w->ids);
    w->n_ids = w->done = 0;
    w->series_last = 0;
}

void query_within_release(struct query_within *w)
{
    buf_release(&w->ids);
    *w = (struct query_within){0};
}

bool query_within_set(struct query_rows *r, const struct filter *f)
{
    struct query_within *w = &r->within;
    char key[STORE_WITHIN_MAX];
    struct safe_text text;
    int field = store_within_field(r->kind);
    size_t n = field >= 0 && filter_only(f, field, &text) ? store_within_key(text, key) : 0;

    if (n == w->len && memcmp(key, w->key, n) == 0)
        return false;
    query_within_release(w);
    memcpy(w->key, key, n);
    w->len = n;
    w->ids = buf_make(IDS_MOST);
    return true;
}

sqlite3_stmt *query_within_each(struct query_rows *r)
{
    bool some = r->within.len > 0;
    sqlite3_stmt *stmt = store_sql_get(&r->q->db, some ? SQL_PRESENT_WITHIN : SQL_PRESENT_EACH);

    if (stmt == NULL)
        return NULL;
    sqlite3_bind_int64(stmt, 1, r->cursor);
    sqlite3_bind_int64(stmt, 2, store_key_row((int)r->kind + 1, 0, 0));
    if (some)
        store_sql_bind(stmt, 3, r->within.key, r->within.len);
    return stmt;
}

static void keep_id(struct query_within *w, const char *id, size_t n)
{
    uint16_t len = (uint16_t)n;

    if (buf_put(&w->ids, (const char *)&len, sizeof len, NULL) && buf_put(&w->ids, id, n, NULL))
        w->n_ids++;
}

/* A row that left is closed; one that never was here is closed without effect. */
struct store_blob_record query_within_take(struct query_rows *r, const struct store_blob_record *record)
{
    struct query_within *w = &r->within;
    struct store_blob_record taken = *record;
    char key[STORE_WITHIN_MAX];

    if (w->len == 0 || record->op != STORE_BLOB_PUT)
        return taken;
    if (store_within_of(r->kind, record->packed, record->packed_len, key) == w->len && memcmp(key, w->key, w->len) == 0)
        keep_id(w, record->id, record->id_len);
    else
        taken = (struct store_blob_record){.op = STORE_BLOB_CLOSE, .source = record->source, .seq = record->seq};
    return taken;
}

bool query_within_full(const struct query_rows *r)
{
    return r->within.n_ids > 4 * r->set.live + IDS_SPARE;
}

/* --- samples */

static bool add_series(struct query_rows *r, struct safe_text id)
{
    sqlite3_stmt *stmt = store_sql_get(&r->q->db, SQL_SERIES_ID);
    int rc = SQLITE_ERROR;

    if (stmt == NULL)
        return false;
    sqlite3_bind_int(stmt, 1, r->kind);
    store_sql_bind(stmt, 2, text_bytes(id), text_len(id));
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
        query_laid_add(&r->laid, sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1), id,
                       sqlite3_column_int(stmt, 2));
    sqlite3_reset(stmt);
    return rc == SQLITE_DONE;
}

bool query_within_lay(struct query_rows *r)
{
    struct query_within *w = &r->within;
    int64_t last = query_laid_last(r->q);

    if (last < 0)
        return false;
    if (last != w->series_last) { /* a row may have its first sample of a field */
        w->series_last = last;
        w->done = 0;
        r->laid.n_series = 0;
        r->laid.met_nr = 0;
        if (!add_series(r, text_of("")))
            return false;
    }
    while (w->done < w->ids.len) {
        uint16_t n;

        memcpy(&n, w->ids.data + w->done, sizeof n);
        if (!add_series(r, text_from(w->ids.data + w->done + sizeof n, n)))
            return false;
        w->done += sizeof n + n;
    }
    return query_laid_scoped(&r->laid, r->q, r->kind, r->at_ms);
}
