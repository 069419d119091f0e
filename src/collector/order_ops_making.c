#include <stdlib.h>

#include "base/mem.h"
#include "base/tr.h"
#include "collector/order_ops_private.h"

/* An order of many actions comes to be: each is made on the present, and written; then the entry of the journal makes them one, and
 * only then anything of it may leave. A few milliseconds at a time, so that between two parts other orders go on: what
 * they took meanwhile is theirs. */

enum { BODY_MAX = 1 << 20, SLICE_US = 4000, PART = 200 };

struct order_ops_making {
    struct order_ops *ops;
    struct order_ops_making *next;
    struct serve_call call;
    struct arena arena;
    struct journal_entry entry; /* its texts and those of `ask` are the arena's */
    struct executor_ask ask;
    struct safe_text approved_by;
    struct plan ends; /* only where its moves go to and from: moves of nothing */
    struct order_ops_wishes wishes;
    struct order_ops_rivals rivals;
    size_t at;          /* of the wishes */
    struct order *part; /* made, and not written */
    size_t part_count;
    struct order_guard_noting noting;
    bool noted;
    struct executor_draft *draft;
    int64_t task;
};

/* --- wishes --- */

struct order_ops_wish *order_ops_wish(struct order_ops_wishes *w, const char *action, struct safe_text target,
                                      struct safe_text to)
{
    if (w->count == w->cap) {
        w->cap = w->cap ? 2 * w->cap : 64;
        w->all = mem_grow(w->all, w->cap, sizeof *w->all);
    }
    struct order_ops_wish *one = &w->all[w->count++];
    *one = (struct order_ops_wish){action, rows_text(&w->arena, target), rows_text(&w->arena, to), text_of(""), 0, 0};
    return one;
}

void order_ops_wishes_release(struct order_ops_wishes *w)
{
    arena_release(&w->arena);
    free(w->all);
    *w = (struct order_ops_wishes){0};
}

/* --- one of them --- */

static struct order *part_add(struct order_ops_making *m, const struct order_ops_wish *w)
{
    struct order *o = &m->part[m->part_count++];
    *o = order_make();
    o->action = text_of(w->action);
    o->target = rows_text(&o->arena, w->target);
    o->to = rows_text(&o->arena, w->to);
    o->undo_of = rows_text(&o->arena, w->undo_of);
    o->plan = rows_text(&o->arena, m->ask.plan);
    o->reason = rows_text(&o->arena, m->ask.reason);
    o->ref = rows_text(&o->arena, m->ask.ref);
    o->approved_by = rows_text(&o->arena, m->approved_by);
    o->ends_ms = w->ends_ms;
    o->begin_ms = w->begin_ms;
    return o;
}

/* What is not as it was seen any more stays: it is refused alone, and said. */
static void make_or_refuse(struct order_ops_making *m, struct order *order)
{
    struct err err = {0};
    if (order_ops_is_free(&m->rivals, order->target, &err) && order_ops_make(m->ops, order, &err))
        return;
    if (!text_empty(order->undo_of) && err_status(&err) == ORDER_OPS_NOT_FOUND)
        err_set(&err, ERR_TRANSIENT, "%s",
                tr("its scheduler has not told of it yet, or it is over: undo it again in a moment"));
    order->state = ORDER_REFUSED;
    order->result = rows_text(&order->arena, text_of(err.text));
    order->ended_ms = order_ops_now(m->ops).utc_ms;
}

static bool put_part(struct order_ops_making *m, struct err *err)
{
    bool ok = executor_draft_put(m->draft, &m->entry, m->part, m->part_count, err);
    m->part_count = 0;
    return ok;
}

/* --- all of them --- */

static void forget(struct order_ops_making *m)
{
    struct order_ops_making **at = &m->ops->makings;
    while (*at != m)
        at = &(*at)->next;
    *at = m->next;
    if (m->task)
        loop_task_cancel(m->ops->options.loop, m->task);
    for (size_t i = 0; i < m->part_count; i++)
        order_release(&m->part[i]);
    free(m->part);
    buf_release(&m->noting.out);
    executor_draft_free(m->draft);
    order_ops_wishes_release(&m->wishes);
    order_ops_rivals_release(&m->rivals);
    arena_release(&m->arena);
    free(m);
}

/* What other orders took while this one was made. */
static void refuse_taken(struct order_ops_making *m)
{
    struct order_ops_rivals now = order_ops_rivals_of(m->ops);
    for (size_t i = 0; i < m->wishes.count; i++) {
        struct err err = {0};
        if (!order_ops_is_free(&now, m->wishes.all[i].target, &err))
            executor_draft_refuse(m->draft, (int64_t)i + 1, err.text, order_ops_now(m->ops).utc_ms);
    }
    order_ops_rivals_release(&now);
}

static bool body(struct order_ops_making *m, struct buf *out, struct err *err)
{
    struct safe_text *targets = mem_new(m->wishes.count + 1, sizeof *targets);
    for (size_t i = 0; i < m->wishes.count; i++)
        targets[i] = m->wishes.all[i].target;
    const struct order_ops_said said = {
        .ask = &m->ask, .targets = targets, .count = m->wishes.count, .to = m->wishes.all[0].to, .value = -1};
    bool ok = order_ops_body(&said, out, err);
    free(targets);
    m->entry.body = text_from(buf_str(out), out->len);
    return ok;
}

static bool commit(struct order_ops_making *m, struct err *err)
{
    struct order_ops *o = m->ops;
    struct buf out = buf_make(BODY_MAX);
    int64_t nr = 0;
    bool ok = order_ops_plan_alone(o, &m->ends, err) &&
              (!text_empty(m->approved_by) || order_ops_radius_draft(o, m->draft, err)) && body(m, &out, err);
    if (ok) {
        refuse_taken(m);
        ok = executor_draft_commit(m->draft, &m->entry, &nr, err) != JOURNAL_FAILED;
        m->draft = NULL;
    }
    buf_release(&out);
    if (!ok)
        return false;
    order_ops_rows_new(o, nr, m->wishes.count);
    order_ops_told(o, nr);
    order_ops_answer(o, &m->call, m->ask.plan);
    return true;
}

/* The draft takes what was noted. */
static bool note(struct order_ops_making *m, struct err *err)
{
    enum store_step step = order_guard_note(m->ops, &m->noting, SLICE_US, err);
    if (step != STORE_DONE)
        return step == STORE_MORE;
    m->noted = true;
    m->ask.noted = text_from(buf_str(&m->noting.out), m->noting.out.len);
    m->draft = executor_draft_new(m->ops->executor, &m->entry, &m->ask);
    return true;
}

/* True while there is more. */
static bool work(struct order_ops_making *m, bool *ok, struct err *err)
{
    const int64_t until_us = clock_mono_us() + SLICE_US;
    *ok = true;
    if (!m->noted) {
        *ok = note(m, err);
        return *ok;
    }
    if (m->part_count == PART || (m->at == m->wishes.count && m->part_count > 0)) {
        *ok = put_part(m, err);
        return *ok;
    }
    if (m->at == m->wishes.count) {
        *ok = commit(m, err);
        return false;
    }
    while (m->at < m->wishes.count && m->part_count < PART && clock_mono_us() < until_us)
        make_or_refuse(m, part_add(m, &m->wishes.all[m->at++]));
    return true;
}

static bool slice(void *ctx)
{
    struct order_ops_making *m = ctx;
    struct err err = {0};
    bool ok;
    if (work(m, &ok, &err))
        return true;
    m->task = 0;
    if (!ok)
        m->ops->options.refuse(m->ops->options.ctx, &m->call, &err);
    forget(m);
    return false;
}

static void copy_ask(struct order_ops_making *m, const struct executor_ask *ask)
{
    m->ask = *ask;
    m->ask.plan = rows_text(&m->arena, ask->plan);
    m->ask.hash = rows_text(&m->arena, ask->hash);
    m->ask.action = rows_text(&m->arena, ask->action);
    m->ask.reason = rows_text(&m->arena, ask->reason);
    m->ask.ref = rows_text(&m->arena, ask->ref);
    m->ask.undo_of = rows_text(&m->arena, ask->undo_of);
}

static void copy_ends(struct order_ops_making *m, const struct plan *p)
{
    m->ends.intake_count = p->intake_count;
    m->ends.intakes = arena_alloc(&m->arena, (p->intake_count + 1) * sizeof *m->ends.intakes);
    for (size_t i = 0; i < p->intake_count; i++)
        m->ends.intakes[i] = (struct plan_intake){p->intakes[i].kind, rows_text(&m->arena, p->intakes[i].id)};
    m->ends.move_count = p->move_count;
    m->ends.moves = arena_alloc(&m->arena, (p->move_count + 1) * sizeof *m->ends.moves);
    for (size_t i = 0; i < p->move_count; i++) {
        m->ends.moves[i].from = rows_text(&m->arena, p->moves[i].from);
        m->ends.moves[i].to = rows_text(&m->arena, p->moves[i].to);
        m->ends.moves[i].link = rows_text(&m->arena, p->moves[i].link);
    }
}

void order_ops_making(struct order_ops *o, const struct order_ops_carry *carry, const struct journal_entry *e,
                      const struct executor_ask *ask, struct order_ops_wishes *wishes)
{
    struct order_ops_making *m = mem_new(1, sizeof *m);
    *m = (struct order_ops_making){.ops = o, .next = o->makings, .call = *carry->call, .wishes = *wishes};
    *wishes = (struct order_ops_wishes){0};
    m->part = mem_new(PART, sizeof *m->part);
    m->entry = *e;
    m->entry.who = rows_text(&m->arena, e->who);
    m->entry.op = rows_text(&m->arena, e->op);
    m->entry.request_id = rows_text(&m->arena, e->request_id);
    m->entry.fingerprint = rows_text(&m->arena, e->fingerprint);
    m->entry.asker = asker_entry(&m->call.asker);
    m->approved_by = rows_text(&m->arena, carry->approved_by);
    copy_ask(m, ask);
    copy_ends(m, carry->plan);
    m->rivals = order_ops_rivals_of(o);
    order_guard_note_begin(o, &m->ends, &m->arena, &m->noting);
    o->makings = m;
    m->task = loop_task(o->options.loop, slice, m);
}

struct safe_text order_ops_making_of(const struct order_ops *o, const struct plan *p)
{
    for (const struct order_ops_making *m = o->makings; m; m = m->next) {
        bool same = text_equal(m->ask.plan, p->id);
        for (size_t i = 0; !same && i < m->ends.move_count; i++)
            same = order_ops_plan_touches(p, m->ends.moves[i].from, m->ends.moves[i].to);
        for (size_t i = 0; !same && i < m->ends.intake_count; i++)
            same = order_ops_plan_touches(p, text_of(""), m->ends.intakes[i].id);
        if (same)
            return m->ask.plan;
    }
    return text_of("");
}

void order_ops_making_free(struct order_ops *o)
{
    while (o->makings)
        forget(o->makings);
}
