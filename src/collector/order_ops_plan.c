#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/tr.h"
#include "collector/order_ops_private.h"

/* Plans become orders: each job that is to move is an action. */

enum { BODY_MAX = 1 << 20, TO_MAX = 4096 };

struct list {
    struct order *all;
    size_t count, cap;
};

static void list_release(struct list *l)
{
    for (size_t i = 0; i < l->count; i++)
        order_release(&l->all[i]);
    free(l->all);
}

static struct order *list_add(struct list *l, const struct order_ops_carry *carry, const char *action,
                              struct safe_text target, struct safe_text to)
{
    if (l->count == l->cap) {
        l->cap = l->cap ? 2 * l->cap : 64;
        l->all = mem_grow(l->all, l->cap, sizeof *l->all);
    }
    struct order *o = &l->all[l->count++];
    *o = order_make();
    o->action = text_of(action);
    o->target = rows_text(&o->arena, target);
    o->to = rows_text(&o->arena, to);
    o->plan = rows_text(&o->arena, carry->plan->id);
    o->reason = rows_text(&o->arena, carry->reason);
    o->ref = rows_text(&o->arena, carry->change);
    o->approved_by = rows_text(&o->arena, carry->approved_by);
    return o;
}

/* What is not as it was seen any more stays: it is refused alone, and said. */
static void make_or_refuse(struct order_ops *o, struct order *order)
{
    struct err err = {0};
    if (order_ops_is_free(o, order, &err) && order_ops_make(o, order, &err))
        return;
    if (!text_empty(order->undo_of) && err_status(&err) == ORDER_OPS_NOT_FOUND)
        err_set(&err, ERR_TRANSIENT, "%s",
                tr("its scheduler has not told of it yet, or it is over: undo it again in a moment"));
    order->state = ORDER_REFUSED;
    order->result = rows_text(&order->arena, text_of(err.text));
    order->ended_ms = order_ops_now(o).utc_ms;
}

/* --- another plan --- */

struct lock {
    const struct order_ops *ops;
    const struct plan *plan;
    struct safe_text held_by, scheduler;
};

static bool touches(const struct plan *p, const struct order *o)
{
    for (size_t i = 0; i < p->move_count; i++) {
        const struct plan_move *m = &p->moves[i];
        if (text_equal(m->from, o->from) || text_equal(m->to, o->from) || text_equal(m->from, o->to) ||
            text_equal(m->to, o->to))
            return true;
    }
    return false;
}

static bool look_for_lock(void *ctx, const struct order *o, const struct action *a)
{
    struct lock *l = ctx;
    (void)a;
    if (text_empty(o->plan) || order_state_ended(o->state) || !touches(l->plan, o))
        return true;
    l->held_by = o->plan;
    l->scheduler = o->from;
    return false;
}

static bool is_alone(const struct order_ops *o, const struct plan *p, struct err *err)
{
    struct lock l = {.plan = p};
    char held_by[64], scheduler[128];
    executor_each(o->executor, 0, look_for_lock, &l);
    if (text_empty(l.held_by))
        return true;
    err_set(err, ERR_REFUSED, "plan '%s' is being carried out on '%s'",
            text_show_in(l.held_by, held_by, sizeof held_by), text_show_in(l.scheduler, scheduler, sizeof scheduler));
    err_hint(err, "wait until it has ended, or stop it");
    return err_exit(err, ORDER_OPS_LATER);
}

/* --- carrying out --- */

static void take_move(struct order_ops *o, const struct order_ops_carry *carry, const struct plan_move *m,
                      struct list *l)
{
    struct buf to = buf_make(TO_MAX);
    text_copy(&to, m->to);
    if (!text_empty(m->queue_to)) {
        buf_putc(&to, '/', NULL);
        text_copy(&to, m->queue_to);
    }
    for (size_t i = 0; !m->excluded && i < m->job_count; i++)
        make_or_refuse(o, list_add(l, carry, "move", m->jobs[i].id, text_from(buf_str(&to), to.len)));
    buf_release(&to);
}

static void take_hold(struct order_ops *o, const struct order_ops_carry *carry, const struct plan_hold *h,
                      struct list *l)
{
    if (h->excluded)
        return;
    struct order *order = list_add(l, carry, "transfer-hold", h->transfer, text_of(""));
    order->ends_ms = h->until_ms;
    make_or_refuse(o, order);
}

static bool run(struct order_ops *o, const struct order_ops_carry *carry, struct journal_entry *e,
                const struct executor_ask *ask, struct list *l, struct err *err)
{
    struct buf body = buf_make(BODY_MAX);
    int64_t nr = 0;
    bool ok = order_ops_body(ask, l->all, l->count, &body, err);
    e->body = text_from(buf_str(&body), body.len);
    ok = ok && executor_add(o->executor, e, ask, l->all, l->count, &nr, err) != JOURNAL_FAILED;
    for (size_t i = 1; ok && i <= l->count; i++)
        order_ops_changed(o, nr, (int64_t)i);
    if (ok) {
        order_ops_told(o, nr);
        order_ops_answer(o, carry->call, carry->plan->id);
    }
    buf_release(&body);
    return ok;
}

bool order_ops_plan(struct order_ops *o, const struct order_ops_carry *carry, struct journal_entry *e, struct err *err)
{
    const struct plan *p = carry->plan;
    const struct executor_ask ask = {
        .plan = p->id, .hash = p->hash, .action = text_of("plan"), .reason = carry->reason, .ref = carry->change};
    struct list l = {0};
    if (!is_alone(o, p, err))
        return false;
    for (size_t i = 0; i < p->hold_count; i++)
        take_hold(o, carry, &p->holds[i], &l);
    for (size_t i = 0; i < p->move_count; i++)
        take_move(o, carry, &p->moves[i], &l);
    bool ok = l.count > 0 || err_set(err, ERR_INPUT, "the plan moves nothing, and holds nothing");
    ok = ok && (!text_empty(carry->approved_by) || order_ops_radius(o, l.all, l.count, err));
    ok = ok && run(o, carry, e, &ask, &l, err);
    list_release(&l);
    return ok;
}

/* --- back --- */

struct back {
    struct order_ops *ops;
    const struct order_ops_carry *carry;
    struct list list;
};

/* What was moved goes to the queue that it came from; what was held is released. */
static bool take_back(void *ctx, const struct order *o, const struct action *a)
{
    struct back *b = ctx;
    char id[ORDER_ID_MAX], to[256], from[128], queue[128];
    (void)a;
    if (!o->done || !text_equal(o->plan, b->carry->plan->id) || !text_empty(o->undo_of))
        return true;
    bool moved = text_is(o->action, "move");
    if (moved && text_empty(o->made))
        return true;
    snprintf(to, sizeof to, "%s/%s", text_show_in(o->from, from, sizeof from),
             text_show_in(o->seen_queue, queue, sizeof queue));
    struct order *order = list_add(&b->list, b->carry, moved ? "move" : "transfer-release", moved ? o->made : o->target,
                                   text_of(moved ? to : ""));
    order->undo_of = rows_text(&order->arena, text_of(order_id(o, id)));
    return true;
}

bool order_ops_plan_undo(struct order_ops *o, const struct order_ops_carry *carry, struct journal_entry *e,
                         struct err *err)
{
    struct back b = {.ops = o, .carry = carry};
    const struct executor_ask ask = {.plan = carry->plan->id,
                                     .hash = carry->plan->hash,
                                     .action = text_of("undo"),
                                     .reason = carry->reason,
                                     .ref = carry->change,
                                     .undo_of = carry->plan->id};
    if (!is_alone(o, carry->plan, err))
        return false;
    executor_each(o->executor, 0, take_back, &b);
    for (size_t i = 0; i < b.list.count; i++)
        make_or_refuse(o, &b.list.all[i]);
    bool ok = b.list.count > 0 || err_set(err, ERR_INPUT, "there is nothing to undo: the plan has moved nothing");
    ok = ok && run(o, carry, e, &ask, &b.list, err);
    list_release(&b.list);
    return ok;
}

/* --- while it runs --- */

struct search {
    struct safe_text plan;
    int64_t nr;
};

/* The newest order comes first. */
static bool find_run(void *ctx, const struct executor_run_view *run)
{
    struct search *s = ctx;
    if (text_equal(run->plan, s->plan))
        s->nr = run->nr;
    return s->nr == 0;
}

bool order_ops_plan_do(struct order_ops *o, const struct serve_call *call, struct safe_text ref,
                       enum executor_verb verb, struct journal_entry *e, struct err *err)
{
    struct search s = {.plan = ref};
    char shown[64];
    int64_t nr = 0, item = 0;
    if (!order_id_parse(ref, &nr, &item)) {
        executor_each_run(o->executor, find_run, &s);
        nr = s.nr;
        item = 0;
    }
    if (nr == 0) {
        err_set(err, ERR_INPUT, "the plan '%s' was not carried out", text_show_in(ref, shown, sizeof shown));
        return err_exit(err, ORDER_OPS_NOT_FOUND);
    }
    if (!executor_do(o->executor, e, verb, nr, item, err))
        return false;
    order_ops_answer(o, call, ref);
    return true;
}
