#include "query_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Of the past, what changed since the keyframe is read first: the newest version of a row stands for it, in the keyframe
 * those rows are left out. A closed one is held too, with this moment as its begin. */
static const int64_t gone_ms = -(INT64_C(1) << 47); /* the least that a row holds */

enum { LOOK_EACH = 64 };

struct query_scan {
    struct query_rows rows;
    struct query_set changed;
    size_t changed_at; /* those before it were handed on */
    query_scan_each *each;
    void *ctx;
};

struct query_scan *query_scan_new(struct query *q, enum kind kind, int64_t at_ms)
{
    struct query_scan *s = mem_new(1, sizeof *s);
    s->rows = (struct query_rows){.q = q, .kind = kind, .at_ms = at_ms, .scan = s};
    s->changed.kind = kind;
    return s;
}

void query_scan_free(struct query_scan *s)
{
    if (!s)
        return;
    query_set_release(&s->changed);
    query_laid_release(&s->rows.laid);
    free(s->rows.ops.bytes);
    free(s->rows.observed);
    free(s);
}

static void hand_on(struct query_scan *s, const struct query_seen *seen)
{
    struct row row;
    if (query_rows_show(&s->rows, seen, &row))
        s->each(s->ctx, &row);
}

static struct query_seen seen_of(const struct store_blob_record *r)
{
    return (struct query_seen){
        .since_ms = r->since_ms,
        .source = r->source,
        .seq = r->seq,
        .id = text_from(r->id, r->id_len),
        .held = {r->packed, r->packed_len, NULL},
    };
}

void query_scan_take(struct query_scan *s, const struct store_blob_record *r)
{
    if (s->rows.phase == QUERY_ROWS_CHANGES) {
        struct store_blob_record gone = {STORE_BLOB_PUT, r->source, r->seq, gone_ms, "", 0, "", 0};
        query_set_apply(&s->changed, r->op == STORE_BLOB_PUT ? r : &gone);
    } else if (r->op == STORE_BLOB_PUT && !query_set_has(&s->changed, r->source, r->seq)) {
        struct query_seen seen = seen_of(r);
        hand_on(s, &seen);
    }
}

static enum query_step hand_changed(struct query_scan *s, int64_t until_us)
{
    const struct query_set *set = &s->changed;
    while (s->changed_at < set->used) {
        struct query_seen seen = query_set_seen(set, (uint32_t)s->changed_at++);
        if (seen.since_ms != gone_ms)
            hand_on(s, &seen);
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
