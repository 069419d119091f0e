#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "collector/order_ops_private.h"

/* Plans become orders: each job that is to move is an action. */

enum { TO_MAX = 4096 };

/* --- another plan --- */

struct lock {
    const struct plan *plan;
    struct safe_text held_by, scheduler;
};

static struct safe_text scheduler_of(struct safe_text to)
{
    struct safe_text head = to, rest = to;
    text_split(&rest, '/', &head);
    return head;
}

/* What closes belongs to a scheduler, by its id. */
static bool closes(const struct plan *p, struct safe_text scheduler)
{
    for (size_t i = 0; i < p->intake_count; i++) {
        if (text_equal(scheduler_of(p->intakes[i].id), scheduler))
            return true;
    }
    return false;
}

bool order_ops_plan_touches(const struct plan *p, struct safe_text from, struct safe_text to)
{
    struct safe_text ends[] = {from, scheduler_of(to)};
    for (size_t k = 0; k < 2; k++) {
        if (!text_empty(ends[k]) && closes(p, ends[k]))
            return true;
    }
    for (size_t i = 0; i < p->move_count; i++) {
        for (size_t k = 0; k < 2; k++) {
            if (!text_empty(ends[k]) && (text_equal(p->moves[i].from, ends[k]) || text_equal(p->moves[i].to, ends[k])))
                return true;
        }
    }
    return false;
}

static bool look_for_lock(void *ctx, const struct order *o, const struct action *a)
{
    struct lock *l = ctx;
    (void)a;
    if (text_empty(o->plan) || order_state_ended(o->state) || !order_ops_plan_touches(l->plan, o->from, o->to))
        return true;
    l->held_by = o->plan;
    l->scheduler = o->from;
    return false;
}

bool order_ops_plan_alone(const struct order_ops *o, const struct plan *p, struct err *err)
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

/* Nor is one on its way. */
static bool is_alone(const struct order_ops *o, const struct plan *p, struct err *err)
{
    char shown[64];
    struct safe_text other = order_ops_making_of(o, p);
    if (text_empty(other))
        return order_ops_plan_alone(o, p, err);
    err_set(err, ERR_REFUSED, "plan '%s' is about to be carried out on the same schedulers",
            text_show_in(other, shown, sizeof shown));
    err_hint(err, "wait until it has ended, or stop it");
    return err_exit(err, ORDER_OPS_LATER);
}

/* --- carrying out --- */

/* Running jobs come last, each in its time: those that wait must not wait for them. */
static void wish_moves(const struct plan_move *m, bool running, int64_t now_ms, struct order_ops_wishes *w)
{
    struct buf to = buf_make(TO_MAX);
    text_copy(&to, m->to);
    if (!text_empty(m->queue_to)) {
        buf_putc(&to, '/', NULL);
        text_copy(&to, m->queue_to);
    }
    for (size_t i = 0; !m->excluded && i < m->job_count; i++) {
        const struct plan_job *j = &m->jobs[i];
        if (j->running == running)
            order_ops_wish(w, "move", j->id, text_from(buf_str(&to), to.len))->begin_ms =
                j->begin_s > 0 ? now_ms + j->begin_s * 1000 : 0;
    }
    buf_release(&to);
}

static void wish_hold(const struct plan_hold *h, struct order_ops_wishes *w)
{
    if (!h->excluded)
        order_ops_wish(w, "transfer-hold", h->transfer, text_of(""))->ends_ms = h->until_ms;
}

static int by_begin(const void *a, const void *b)
{
    const struct order_ops_wish *x = a, *y = b;
    if (x->begin_ms != y->begin_ms)
        return x->begin_ms < y->begin_ms ? -1 : 1;
    return text_cmp(x->target, y->target);
}

/* What closes comes first, all of it, so that nothing starts behind the plan's back. */
static struct order_ops_wishes wishes_of(const struct plan *p, int64_t now_ms)
{
    struct order_ops_wishes w = {0};
    for (size_t i = 0; i < p->intake_count; i++)
        order_ops_wish(&w, "drain", p->intakes[i].id, text_of(""));
    for (size_t i = 0; i < p->hold_count; i++)
        wish_hold(&p->holds[i], &w);
    for (size_t i = 0; i < p->move_count; i++)
        wish_moves(&p->moves[i], false, now_ms, &w);
    size_t first = w.count;
    for (size_t i = 0; i < p->move_count; i++)
        wish_moves(&p->moves[i], true, now_ms, &w);
    if (w.count > first + 1)
        qsort(w.all + first, w.count - first, sizeof *w.all, by_begin);
    return w;
}

bool order_ops_plan(struct order_ops *o, const struct order_ops_carry *carry, const struct journal_entry *e,
                    struct err *err)
{
    const struct plan *p = carry->plan;
    const struct executor_ask ask = {.plan = p->id,
                                     .hash = p->hash,
                                     .action = text_of("plan"),
                                     .reason = carry->reason,
                                     .ref = carry->change,
                                     .first = p->intake_count};
    if (!is_alone(o, p, err))
        return false;
    struct order_ops_wishes w = wishes_of(p, order_ops_now(o).utc_ms);
    if (w.count == 0) {
        order_ops_wishes_release(&w);
        return err_set(err, ERR_INPUT, "the plan moves nothing, holds nothing, and closes nothing");
    }
    order_ops_making(o, carry, e, &ask, &w);
    return true;
}

/* --- back --- */

struct back {
    const struct order_ops_carry *carry;
    struct store *store;
    struct order_ops_wishes wishes;
    size_t opened;
};

/* How each kind of action is taken back; the target of a move is what it made. */
static const struct {
    const char *action, *back;
} backs[] = {{"drain", "resume"}, {"transfer-hold", "transfer-release"}, {"move", "move"}};

static const char *back_of(struct safe_text action)
{
    size_t i = 0;
    while (i + 1 < sizeof backs / sizeof *backs && !text_is(action, backs[i].action))
        i++;
    return backs[i].back;
}

/* What was moved is what its source calls so now: a job that a federation sends back and forth is anew each time. */
static struct safe_text moved_id(const struct back *b, const struct order *o, struct buf *room)
{
    struct row row;
    return store_find_newest(b->store, KIND_JOB, o->made, room, &row) ? row.id : o->made;
}

/* What was moved goes to the queue that it came from; what was held is released, what was closed opens. */
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
    b->opened += text_is(o->action, "drain");
    struct buf room = buf_make(64 << 10);
    struct order_ops_wish *w = order_ops_wish(&b->wishes, back_of(o->action), moved ? moved_id(b, o, &room) : o->target,
                                              text_of(moved ? to : ""));
    buf_release(&room);
    w->undo_of = rows_text(&b->wishes.arena, text_of(order_id(o, id)));
    return true;
}

bool order_ops_plan_undo(struct order_ops *o, const struct order_ops_carry *carry, const struct journal_entry *e,
                         struct err *err)
{
    struct back b = {.carry = carry, .store = o->options.store};
    struct executor_ask ask = {.plan = carry->plan->id,
                               .hash = carry->plan->hash,
                               .action = text_of("undo"),
                               .reason = carry->reason,
                               .ref = carry->change,
                               .undo_of = carry->plan->id};
    if (!is_alone(o, carry->plan, err))
        return false;
    executor_each(o->executor, 0, take_back, &b);
    ask.first = b.opened; /* they stand first, as they did */
    if (b.wishes.count == 0) {
        order_ops_wishes_release(&b.wishes);
        return err_set(err, ERR_INPUT, "there is nothing to undo: the plan has moved nothing");
    }
    order_ops_making(o, carry, e, &ask, &b.wishes);
    return true;
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
