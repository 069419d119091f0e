#include "query_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Of the past, what changed since the keyframe is read first: the newest version of a row stands for it, in the keyframe
 * those rows are left out. A closed one is held too, with this moment as its begin. */
#define GONE INT64_MIN

enum { LOOK_EACH = 64 };

struct query_scan {
    struct query_rows rows;
    struct query_set changed;
    size_t changed_at; /* those before it were handed on */
    struct query_row *held;
    size_t held_bytes;
    uint32_t shown; /* the only slot of `rows`, which holds the row that is handed on */
    query_scan_each *each;
    void *ctx;
};

struct query_scan *query_scan_new(struct query *q, enum kind kind, int64_t at_ms)
{
    struct query_scan *s = mem_new(1, sizeof *s);
    s->rows = (struct query_rows){.q = q, .kind = kind, .at_ms = at_ms, .scan = s};
    s->rows.set.rows = &s->held;
    s->rows.order.shown = &s->shown;
    s->rows.order.n_shown = 1;
    return s;
}

void query_scan_free(struct query_scan *s)
{
    if (!s)
        return;
    query_set_release(&s->changed);
    query_laid_release(&s->rows.laid);
    free(s->rows.observed);
    free(s->held);
    free(s);
}

static void hand_on(struct query_scan *s, const struct store_blob_record *r)
{
    struct row row;
    size_t bytes = sizeof *s->held + r->id_len + r->packed_len;
    if (bytes > s->held_bytes) {
        s->held_bytes = bytes * 2;
        s->held = mem_grow(s->held, s->held_bytes, 1);
    }
    *s->held = (struct query_row){.since_ms = r->since_ms,
                                  .seq = r->seq,
                                  .source = (uint16_t)r->source,
                                  .id_len = (uint16_t)r->id_len,
                                  .packed_len = (uint32_t)r->packed_len};
    memcpy(s->held->bytes, r->id, r->id_len);
    memcpy(s->held->bytes + r->id_len, r->packed, r->packed_len);
    if (query_rows_at(&s->rows, 0, &row))
        s->each(s->ctx, &row);
}

void query_scan_take(struct query_scan *s, const struct store_blob_record *r)
{
    if (s->rows.phase == QUERY_ROWS_CHANGES) {
        struct store_blob_record gone = {STORE_BLOB_PUT, r->source, r->seq, GONE, "", 0, "", 0};
        query_set_apply(&s->changed, r->op == STORE_BLOB_PUT ? r : &gone);
    } else if (r->op == STORE_BLOB_PUT && !query_set_has(&s->changed, r->source, r->seq)) {
        hand_on(s, r);
    }
}

static enum query_step hand_changed(struct query_scan *s, int64_t until_us)
{
    const struct query_set *set = &s->changed;
    while (s->changed_at < set->used) {
        const struct query_row *row = set->rows[s->changed_at++];
        if (row->since_ms != GONE)
            hand_on(s, &(struct store_blob_record){STORE_BLOB_PUT, row->source, row->seq, row->since_ms, row->bytes,
                                                   row->id_len, row->bytes + row->id_len, row->packed_len});
        if (s->changed_at % LOOK_EACH == 0 && clock_mono_us() >= until_us)
            break;
    }
    return s->changed_at < set->used ? QUERY_MORE : QUERY_DONE;
}

enum query_step query_scan_step(struct query_scan *s, struct instant now, int64_t budget_us, query_scan_each *each,
                                void *ctx, struct err *err)
{
    int64_t until_us = clock_mono_us() + budget_us;
    struct err why = {0};
    s->each = each;
    s->ctx = ctx;
    s->rows.t_ms = s->rows.at_ms ? s->rows.at_ms : now.utc_ms;
    bool all = query_load_observed(&s->rows, now, &why) && query_load_step(&s->rows, until_us, &why);
    if (why.kind != ERR_NONE) {
        if (err)
            *err = why;
        return QUERY_FAILED;
    }
    return all ? hand_changed(s, until_us) : QUERY_MORE;
}
