#include "collector/plan_record.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/desk.h"
#include "domain/plan_json.h"
#include "domain/plan_look.h"
#include "domain/plan_review.h"
#include "store/plans_record.h"

enum { LATE_S = 300 }; /* so much later it is still that moment */

enum { SLICE_US = 5000 };

/* A plan that is looked at. */
struct look {
    struct plan *plan; /* NULL: none */
    int64_t nr, task;
    int mark;
    struct plan_look *seen;
    const enum kind *kind;
    struct store_walk walk;
};

struct plan_recorder {
    struct plan_record_options options;
    struct look look;
};

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

static void end(struct plan_recorder *r)
{
    loop_task_cancel(r->options.loop, r->look.task);
    plan_look_free(r->look.seen);
    r->look = (struct look){.plan = NULL};
}

/* Rows of the store don't say how old they are; of jobs nobody asks. */
static bool take(void *ctx, const struct row *row, struct err *err)
{
    const struct plan_recorder *r = ctx;
    struct row now = *row;
    (void)err;
    if (row->kind != KIND_JOB)
        now.stale = store_stale(r->options.store, row->source, row->kind, clock_now(r->options.clock));
    plan_look_take(r->look.seen, &now);
    return true;
}

static bool save(const struct plan_recorder *r, struct err *err)
{
    struct buf body = buf_make(PLAN_JSON_MAX);
    struct journal_entry e = {.at_ms = clock_now(r->options.clock).utc_ms,
                              .uid = -1,
                              .who = text_of(DESK_SOURCE),
                              .op = text_of("plan_reviewed"),
                              .request_id = text_of(""),
                              .body = text_of("{}")};
    bool ok =
        plan_json_write(r->look.plan, &body, err) &&
        plans_record_put(r->options.store, &e, r->look.nr, text_from(buf_str(&body), body.len), err) == JOURNAL_DONE;
    buf_release(&body);
    return ok;
}

/* Jobs, of which there are many, come last: where all else is stale nobody asks for them. */
static enum store_step walk(struct plan_recorder *r, struct err *err)
{
    struct look *l = &r->look;
    bool skipped = *l->kind == KIND_JOB && !plan_look_told(l->seen);
    enum store_step step = skipped ? STORE_DONE : store_each_for(r->options.store, &l->walk, SLICE_US, take, r, err);
    if (step != STORE_DONE)
        return step;
    l->walk = (struct store_walk){.kind = *++l->kind};
    return *l->kind == KIND_NONE ? STORE_DONE : STORE_MORE;
}

static bool go_on(void *ctx)
{
    struct plan_recorder *r = ctx;
    struct err err = {0};
    enum store_step step = walk(r, &err);
    if (step == STORE_MORE)
        return true;
    struct plan *p = r->look.plan;
    if (step == STORE_DONE)
        plan_look_note(r->look.seen, p, r->look.mark);
    bool looked = step == STORE_DONE && plan_review_looked(p, r->look.mark);
    if (looked)
        save(r, &err);
    if (err.kind != ERR_NONE)
        log_err(LOG_ERROR, &err);
    r->look.task = 0;
    end(r);
    if (looked)
        r->options.looked(r->options.ctx, p);
    return false;
}

void plan_record_tick(struct plan_recorder *r, struct plan *p, int64_t nr)
{
    int mark = r->look.plan ? -1 : mark_of(p, clock_now(r->options.clock).utc_ms);
    if (mark < 0 || p->review_count == 0)
        return;
    const enum kind *kinds = plan_look_kinds();
    r->look =
        (struct look){p, nr, loop_task(r->options.loop, go_on, r), mark, plan_look_new(p), kinds, {.kind = *kinds}};
}

void plan_record_forget(struct plan_recorder *r, const struct plan *p)
{
    if (r && r->look.plan == p)
        end(r);
}

struct plan_recorder *plan_record_new(const struct plan_record_options *options)
{
    struct plan_recorder *r = mem_new(1, sizeof *r);
    r->options = *options;
    return r;
}

void plan_record_free(struct plan_recorder *r)
{
    if (r)
        end(r);
    free(r);
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
