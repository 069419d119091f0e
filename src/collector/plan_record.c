#include "collector/plan_record.h"

#include "base/log.h"
#include "domain/desk.h"
#include "domain/plan_json.h"
#include "domain/plan_look.h"
#include "domain/plan_review.h"
#include "store/plans_record.h"

enum { LATE_S = 300 }; /* so much later it is still that moment */

/* The moment that it is, or -1. */
static int mark_of(const struct plan *p, int64_t now_ms)
{
    for (int k = 0; k < PLAN_MARKS; k++) {
        int64_t at_ms = p->as_of_ms + plan_mark_s[k] * 1000;
        if (now_ms >= at_ms && now_ms < at_ms + LATE_S * 1000 && !plan_review_looked(p, k))
            return k;
    }
    return -1;
}

struct taking {
    struct store *store;
    struct plan_look *look;
    int64_t now_ms;
};

/* Rows of store_each() don't say how old they are; of jobs nobody asks. */
static bool take(void *ctx, const struct row *row, struct err *err)
{
    const struct taking *t = ctx;
    struct row now = *row;
    (void)err;
    if (row->kind != KIND_JOB)
        now.stale = store_stale(t->store, row->source, t->now_ms);
    plan_look_take(t->look, &now);
    return true;
}

static bool look(struct store *s, struct plan *p, int mark, int64_t now_ms, struct err *err)
{
    struct taking t = {s, plan_look_new(p), now_ms};
    bool ok = true;
    /* Jobs, of which there are many, come last: where all else is stale nobody asks for them. */
    for (const enum kind *k = plan_look_kinds(); ok && *k != KIND_NONE; k++)
        ok = (*k == KIND_JOB && !plan_look_told(t.look)) || store_each(s, *k, NULL, take, &t, err);
    if (ok)
        plan_look_note(t.look, p, mark);
    plan_look_free(t.look);
    return ok;
}

static bool save(struct store *s, const struct plan *p, int64_t nr, int64_t now_ms, struct err *err)
{
    struct buf body = buf_make(2 * PLAN_JSON_MAX);
    struct journal_entry e = {.at_ms = now_ms,
                              .uid = -1,
                              .who = text_of(DESK_SOURCE),
                              .op = text_of("plan_reviewed"),
                              .request_id = text_of(""),
                              .body = text_of("{}")};
    bool ok = plan_json_write(p, &body, err) &&
              plans_record_put(s, &e, nr, text_from(buf_str(&body), body.len), err) == JOURNAL_DONE;
    buf_release(&body);
    return ok;
}

bool plan_record_tick(struct store *s, struct plan *p, int64_t nr, int64_t now_ms)
{
    int mark = mark_of(p, now_ms);
    struct err err = {0};
    if (mark < 0 || p->review_count == 0)
        return false;
    if (!look(s, p, mark, now_ms, &err)) {
        log_err(LOG_ERROR, &err);
        return false;
    }
    if (plan_review_looked(p, mark) && !save(s, p, nr, now_ms, &err))
        log_err(LOG_ERROR, &err);
    return plan_review_looked(p, mark);
}

void plan_record_rows(const struct plan *p, struct rows *out)
{
    struct arena arena = {0};
    struct row row;
    for (size_t i = 0; i < p->review_count; i++) {
        plan_review_row(p, i, &arena, &row);
        rows_add(out, &row);
        arena_reset(&arena);
    }
    arena_release(&arena);
}
