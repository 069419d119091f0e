#include "store_private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LOOK_EACH = 16, INDEX_SLICE = 512 };

static bool past_us(int64_t until_us)
{
    return clock_mono_us() >= until_us;
}

/* A row of the present as it is in the table; bytes live until the statement is used again. */
struct held {
    int64_t gen, since_ms;
    const char *id, *packed;
    size_t id_len, packed_len;
    sqlite3_stmt *stmt;
};

static bool hold(struct store_batch *b, const struct store_index_entry *e, struct held *h)
{
    sqlite3_stmt *stmt = store_sql_get(&b->s->db, SQL_PRESENT_GET);
    if (stmt)
        sqlite3_bind_int64(stmt, 1, store_key_row(b->part->kind, b->part->source, e->seq));
    if (!stmt || sqlite3_step(stmt) != SQLITE_ROW)
        return store_tx_fail(b->s, &b->err, "read the present");
    h->stmt = stmt;
    h->gen = sqlite3_column_int64(stmt, 0);
    h->since_ms = sqlite3_column_int64(stmt, 1);
    h->id = store_sql_blob(stmt, 2, &h->id_len);
    h->packed = store_sql_blob(stmt, 3, &h->packed_len);
    return true;
}

static bool unpack(struct store_batch *b, const char *id, size_t id_len, const char *packed, size_t n, int64_t since_ms,
                   struct row *row)
{
    bool ok = row_unpack(b->part->kind, packed, n, row, NULL);
    row->kind = b->part->kind;
    row->id = text_from(id, id_len);
    row->source = text_of(b->source);
    row->since_ms = since_ms;
    row->observed_ms = b->now.utc_ms;
    row->age_ms = 0;
    row->stale = false;
    return ok;
}

static void tell(struct store_batch *b, const struct row *was, const struct row *now)
{
    for (size_t i = 0; i < b->s->n_watches; i++)
        b->s->watches[i].watch(b->s->watches[i].ctx, was, now);
}

/* --- the change that a commit is */

static bool write_ops(struct store_batch *b)
{
    struct store *s = b->s;
    if (!b->ops.len)
        return true;
    if (!store_past_change(s, b->part->kind, b->rev, b->now.utc_ms, b->ops.len, &b->err))
        return false;
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_CHANGE_ADD);
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, store_key_change(b->part->kind, b->rev));
        sqlite3_bind_int64(stmt, 2, b->now.utc_ms);
        store_sql_bind(stmt, 3, b->ops.data, b->ops.len);
    }
    if (!store_sql_run(&s->db, stmt))
        return store_tx_fail(s, &b->err, "record changes");
    buf_clear(&b->ops);
    return true;
}

static bool note_op(struct store_batch *b, const struct store_blob_record *r)
{
    if (!store_blob_put(&b->ops, r)) {
        store_tx_rollback(b->s);
        return err_set(&b->err, ERR_TRANSIENT, "cannot record changes of source '%s': no memory", b->source);
    }
    if (b->ops.len < STORE_OPS_MAX)
        return true;
    if (!write_ops(b))
        return false;
    b->rev = store_tx_number(b->s);
    return true;
}

/* --- opening, replacing, closing */

static bool put_row(struct store_batch *b, int64_t seq, int64_t gen, const char *id, size_t id_len,
                    const struct store_stage_record *r)
{
    struct store *s = b->s;
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_PRESENT_ADD);
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, store_key_row(b->part->kind, b->part->source, seq));
        sqlite3_bind_int64(stmt, 2, gen);
        sqlite3_bind_int64(stmt, 3, b->now.utc_ms);
        sqlite3_bind_int64(stmt, 4, b->rev);
        store_sql_bind(stmt, 5, id, id_len);
        store_sql_bind(stmt, 6, r->bytes, r->len);
    }
    if (!store_sql_run(&s->db, stmt))
        return store_tx_fail(s, &b->err, "record a row");
    struct store_blob_record op = {STORE_BLOB_PUT, b->part->source, seq, b->now.utc_ms, id, id_len, r->bytes, r->len};
    return note_op(b, &op);
}

static bool open_row(struct store_batch *b, const struct store_stage_record *r, int64_t gen, const struct row *was)
{
    struct store_part *p = b->part;
    char id[STORE_KEY_FULL_ID_MAX];
    size_t id_len = r->id_len;
    memcpy(id, r->id, id_len);
    if (gen > 1)
        id_len += (size_t)snprintf(id + id_len, STORE_KEY_FULL_ID_MAX - STORE_KEY_ID_MAX, "~%lld", (long long)gen);
    struct store_index_entry e = {
        .id_hash = r->id_hash, .row_hash = r->row_hash, .seq = p->seq_next, .gen = (uint32_t)gen, .tick = b->s->tick};
    if (e.seq > STORE_KEY_SEQ_MAX) {
        store_tx_rollback(b->s);
        return err_set(&b->err, ERR_TRANSIENT, "cannot record more rows of source '%s': numbers ran out", b->source);
    }
    if (b->s->n_watches) {
        struct row now;
        unpack(b, id, id_len, r->bytes, r->len, b->now.utc_ms, &now);
        tell(b, was, &now);
    }
    if (!put_row(b, e.seq, gen, id, id_len, r))
        return false;
    p->seq_next++;
    store_stage_mark(b, store_index_add(&p->index, &e));
    b->result.opened++;
    return true;
}

/* What tells a job that comes back with the same id from the one that went. */
static bool remember(struct store_batch *b, const struct row *was, const char *id, size_t id_len, int64_t gen)
{
    struct store *s = b->s;
    struct row last = {.kind = KIND_JOB};
    last.cells[JOB_USER] = was->cells[JOB_USER];
    last.cells[JOB_SUBMITTED_AT] = was->cells[JOB_SUBMITTED_AT];
    last.cells[JOB_RESTARTS] = was->cells[JOB_RESTARTS];
    buf_clear(&b->packed);
    sqlite3_stmt *stmt = row_pack(&last, &b->packed, NULL) ? store_sql_get(&s->db, SQL_GONE_PUT) : NULL;
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, b->part->source);
        store_sql_bind(stmt, 2, id, id_len);
        sqlite3_bind_int64(stmt, 3, gen);
        sqlite3_bind_int64(stmt, 4, b->now.utc_ms);
        store_sql_bind(stmt, 5, b->packed.data, b->packed.len);
    }
    if (!store_sql_run(&s->db, stmt))
        return store_tx_fail(s, &b->err, "record a job that went");
    b->part->gone_any = true;
    return true;
}

static bool drop_row(struct store_batch *b, size_t position)
{
    struct store *s = b->s;
    int64_t seq = b->part->index.entries[position].seq;
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_PRESENT_DROP);
    if (stmt)
        sqlite3_bind_int64(stmt, 1, store_key_row(b->part->kind, b->part->source, seq));
    if (!store_sql_run(&s->db, stmt))
        return store_tx_fail(s, &b->err, "close a row");
    store_index_remove(&b->part->index, position);
    b->result.closed++;
    struct store_blob_record op = {.op = STORE_BLOB_CLOSE, .source = b->part->source, .seq = seq};
    return note_op(b, &op);
}

static size_t bare_len(const struct held *h)
{
    char tail[24];
    int n = h->gen > 1 ? snprintf(tail, sizeof tail, "~%lld", (long long)h->gen) : 0;
    return h->id_len - ((size_t)n < h->id_len ? (size_t)n : 0);
}

static bool close_row(struct store_batch *b, size_t position, bool told)
{
    struct held h;
    struct row was;
    bool job = b->part->kind == KIND_JOB;
    if (b->s->n_watches || job) {
        if (!hold(b, &b->part->index.entries[position], &h))
            return false;
        unpack(b, h.id, h.id_len, h.packed, h.packed_len, h.since_ms, &was);
        if (!told)
            tell(b, &was, NULL);
        if (job && !remember(b, &was, h.id, bare_len(&h), h.gen))
            return false;
        sqlite3_reset(h.stmt);
    }
    return drop_row(b, position);
}

static bool replace_row(struct store_batch *b, size_t position, const struct store_stage_record *r,
                        const struct held *h, const struct row *was)
{
    struct store *s = b->s;
    struct store_index_entry *e = &b->part->index.entries[position];
    if (s->n_watches) {
        struct row now;
        unpack(b, h->id, h->id_len, r->bytes, r->len, b->now.utc_ms, &now);
        tell(b, was, &now);
    }
    sqlite3_stmt *stmt = store_sql_get(&s->db, SQL_PRESENT_PUT);
    if (stmt) {
        sqlite3_bind_int64(stmt, 1, store_key_row(b->part->kind, b->part->source, e->seq));
        sqlite3_bind_int64(stmt, 2, b->now.utc_ms);
        sqlite3_bind_int64(stmt, 3, b->rev);
        store_sql_bind(stmt, 4, r->bytes, r->len);
    }
    if (!store_sql_run(&s->db, stmt))
        return store_tx_fail(s, &b->err, "record a row");
    e->row_hash = r->row_hash;
    b->result.replaced++;
    struct store_blob_record op = {STORE_BLOB_PUT, b->part->source, e->seq,   b->now.utc_ms,
                                   h->id,          h->id_len,       r->bytes, r->len};
    return note_op(b, &op);
}

/* A row that differs from the one with its id. */
static bool differs(struct store_batch *b, size_t position, const struct store_stage_record *r)
{
    struct held h;
    struct row was;
    if (!hold(b, &b->part->index.entries[position], &h))
        return false;
    if (bare_len(&h) != r->id_len || memcmp(h.id, r->id, r->id_len) != 0) {
        store_tx_rollback(b->s);
        return err_set(&b->err, ERR_CORRUPT, "two ids of source '%s' cannot be told apart", b->source);
    }
    bool job = b->part->kind == KIND_JOB;
    if (job || b->s->n_watches)
        unpack(b, h.id, h.id_len, h.packed, h.packed_len, h.since_ms, &was);
    if (job) {
        struct row now;
        unpack(b, h.id, h.id_len, r->bytes, r->len, b->now.utc_ms, &now);
        if (row_job_replaced(&was, &now)) {
            int64_t gen = h.gen + 1;
            tell(b, &was, NULL);
            return close_row(b, position, true) && open_row(b, r, gen, NULL);
        }
    }
    store_stage_mark(b, position);
    bool ok = replace_row(b, position, r, &h, b->s->n_watches ? &was : NULL);
    sqlite3_reset(h.stmt);
    return ok;
}

/* A row whose id the present has not: a job may have been there before. */
static bool appears(struct store_batch *b, const struct store_stage_record *r)
{
    int64_t gen = 1;
    if (b->part->kind == KIND_JOB && b->part->gone_any) {
        sqlite3_stmt *stmt = store_sql_get(&b->s->db, SQL_GONE_GET);
        if (stmt) {
            sqlite3_bind_int64(stmt, 1, b->part->source);
            store_sql_bind(stmt, 2, r->id, r->id_len);
        }
        int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
        if (rc == SQLITE_ROW) {
            struct row was, now;
            size_t n;
            const char *packed = store_sql_blob(stmt, 1, &n);
            unpack(b, r->id, r->id_len, packed, n, 0, &was);
            unpack(b, r->id, r->id_len, r->bytes, r->len, 0, &now);
            gen = sqlite3_column_int64(stmt, 0) + (row_job_replaced(&was, &now) ? 1 : 0);
        }
        if (stmt)
            sqlite3_reset(stmt);
        if (rc != SQLITE_ROW && rc != SQLITE_DONE)
            return store_tx_fail(b->s, &b->err, "look up a job that went");
    }
    return open_row(b, r, gen < 1 ? 1 : gen, NULL);
}

/* --- records */

static bool apply_samples(struct store_batch *b, const struct store_stage_record *r)
{
    const struct store_sample_id of = store_sample_id(b->s, r->id, r->id_len);
    for (size_t i = 0; i < r->len / sizeof(struct store_stage_sample); i++) {
        struct store_stage_sample sample;
        memcpy(&sample, r->bytes + i * sizeof sample, sizeof sample);
        if (isnan(sample.value)) {
            if (!store_sample_forget(b->s, b->part, &of, sample.field, &b->err))
                return false;
            continue;
        }
        if (!store_sample_write(b->s, b->part, &of, sample.field, b->now.utc_ms, sample.value, STORE_SAMPLE_NEWEST,
                                &b->err))
            return false;
        b->result.samples++;
    }
    return true;
}

static bool apply_record(struct store_batch *b, const struct store_stage_record *r)
{
    if (r->type == STORE_STAGE_SAMPLES)
        return apply_samples(b, r);
    int64_t at = store_index_find(&b->part->index, r->id_hash);
    if (r->type == STORE_STAGE_REMOVE)
        return at < 0 || close_row(b, (size_t)at, false);
    b->slice_rows++;
    if (at < 0)
        return appears(b, r);
    if (b->part->index.entries[at].row_hash != r->row_hash)
        return differs(b, (size_t)at, r);
    store_stage_mark(b, (size_t)at);
    return true;
}

/* --- the phases */

/* Ends the transaction of this batch or of one slice of it. */
static bool end_slice(struct store_batch *b, bool partial)
{
    struct store *s = b->s;
    if (!write_ops(b))
        return false;
    if (!b->unasked && !store_observed_set(s, b->part, b->now, b->every_ms, partial, &b->err))
        return false;
    if (b->covers_all && !b->sparse && !partial)
        store_sample_drop(s, b->part, b->now.utc_ms);
    b->result.rev = s->tx_rev;
    s->applying = NULL;
    b->slice_rows = 0;
    return partial ? store_tx_commit_now(s, &b->err) : store_tx_commit(s, &b->err);
}

static enum store_step failed(struct store_batch *b)
{
    if (b->s->applying == b)
        b->s->applying = NULL;
    err_prefix(&b->err, "source '%s'", b->source);
    store_stage_release(b);
    b->phase = STORE_BATCH_FAILED;
    return STORE_FAILED;
}

static enum store_step run_index(struct store_batch *b, int64_t until_us)
{
    while (!b->part->ready) {
        if (!store_part_load(b->s, b->part, INDEX_SLICE, &b->err))
            return failed(b);
        if (past_us(until_us))
            return STORE_MORE;
    }
    b->in_slices = b->part->index.live == 0 && b->rows > STORE_FIRST_ROWS;
    b->phase = STORE_BATCH_RECORDS;
    return STORE_DONE;
}

static enum store_step run_records(struct store_batch *b, int64_t until_us)
{
    struct store_stage_record r;
    for (unsigned i = 1; store_stage_next(b, &r); i++) {
        if (!apply_record(b, &r))
            return failed(b);
        if (b->in_slices && b->slice_rows >= STORE_SLICE_ROWS)
            return end_slice(b, true) ? STORE_MORE : failed(b);
        if (i % LOOK_EACH == 0 && past_us(until_us))
            return STORE_MORE;
    }
    b->phase = STORE_BATCH_CLOSING;
    return STORE_DONE;
}

static enum store_step run_closing(struct store_batch *b, int64_t until_us)
{
    struct store_index *ix = &b->part->index;
    for (unsigned i = 1; b->covers_all && b->close_at < ix->used; i++, b->close_at++) {
        if (i % LOOK_EACH == 0 && past_us(until_us))
            return STORE_MORE;
        const struct store_index_entry *e = &ix->entries[b->close_at];
        if (e->seq < 0 || e->tick >= b->tick || store_stage_marked(b, b->close_at))
            continue;
        if (!close_row(b, b->close_at, false))
            return failed(b);
    }
    if (!end_slice(b, false))
        return failed(b);
    b->phase = STORE_BATCH_DONE;
    store_stage_release(b);
    return STORE_DONE;
}

static bool start_slice(struct store_batch *b)
{
    struct store *s = b->s;
    if (b->part->epoch != b->epoch)
        return err_set(&b->err, ERR_TRANSIENT, "cannot record: an earlier write failed while this body arrived");
    if (s->applying == b)
        return true;
    if (!store_tx_begin(s, &b->err))
        return false;
    s->applying = b;
    b->rev = store_tx_number(s);
    return true;
}

enum store_step store_apply_run(struct store_batch *b, int64_t until_us)
{
    if (b->phase == STORE_BATCH_DONE)
        return STORE_DONE;
    if (b->phase == STORE_BATCH_FAILED)
        return STORE_FAILED;
    enum store_step step = STORE_DONE;
    if (b->phase == STORE_BATCH_INDEX)
        step = run_index(b, until_us);
    if (step == STORE_DONE && !start_slice(b))
        return failed(b);
    if (step == STORE_DONE && b->phase == STORE_BATCH_RECORDS)
        step = run_records(b, until_us);
    return step == STORE_DONE ? run_closing(b, until_us) : step;
}
