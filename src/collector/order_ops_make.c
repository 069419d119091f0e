#include "base/tr.h"
#include "collector/order_ops_private.h"

/* What an order is about, as it is in the present. Nothing is sent on what is not fresh: a source that has not answered for max(60 s,
 * 3 polls) may tell of what is no more. */

enum { ROOM = 64 << 10, SHOWN = 160 };

static bool none(struct err *err, enum kind kind, struct safe_text id)
{
    char shown[SHOWN];
    err_set(err, ERR_INPUT, "there is no %s '%s'", kind_info(kind)->singular, text_show_in(id, shown, sizeof shown));
    err_hint(err, "'hubtop get %s' lists those there are", kind_info(kind)->name);
    return err_exit(err, ORDER_OPS_NOT_FOUND);
}

static bool is_fresh(const struct order_ops *o, const struct row *row, struct err *err)
{
    char id[SHOWN], source[SHOWN];
    if (!store_stale(o->options.store, row_teller(row), row->kind, order_ops_now(o)))
        return true;
    err_set(err, ERR_TRANSIENT, "what is known of '%s' is not fresh: '%s' has not answered for too long",
            text_show_in(row->id, id, sizeof id), text_show_in(row_teller(row), source, sizeof source));
    err_hint(err, "nothing is sent on stale data; 'hubtop get sources' shows what is wrong with the source");
    return err_exit(err, ORDER_OPS_LATER);
}

static const enum kind *find(const struct order_ops *o, const struct action *a, struct safe_text id, struct buf *room,
                             struct row *row)
{
    for (const enum kind *k = a->targets; k < a->targets + ACTION_TARGETS && *k != KIND_NONE; k++) {
        if (store_find(o->options.store, *k, id, room, row))
            return k;
    }
    return NULL;
}

/* --- where it goes --- */

/* The scheduler of SCHEDULER or SCHEDULER/QUEUE. */
static struct safe_text scheduler_of(struct safe_text to)
{
    struct safe_text head = to, rest = to;
    text_split(&rest, '/', &head);
    return head;
}

static bool in_scheduler(enum kind kind)
{
    return kind == KIND_NODE || kind == KIND_QUEUE || kind == KIND_SCHEDULER;
}

static bool find_to(struct order_ops *o, struct order *order, struct buf *room, struct err *err)
{
    struct safe_text scheduler = scheduler_of(order->to);
    struct row row;
    char shown[SHOWN];
    if (text_equal(scheduler, order->from)) {
        err_set(err, ERR_INPUT, "the job is in '%s' already", text_show_in(scheduler, shown, sizeof shown));
        return false;
    }
    if (!store_find(o->options.store, KIND_SCHEDULER, scheduler, room, &row))
        return none(err, KIND_SCHEDULER, scheduler);
    if (!text_equal(scheduler, order->to) && !store_find(o->options.store, KIND_QUEUE, order->to, room, &row))
        return none(err, KIND_QUEUE, order->to);
    if (!is_fresh(o, &row, err))
        return false;
    order->source_to = rows_text(&order->arena, row_teller(&row));
    return true;
}

/* In a federation the job is what it is, also its queue. */
static bool keeps_queue(const struct order *order, struct err *err)
{
    struct safe_text rest = order->to, queue = order->to;
    char shown[SHOWN];
    text_split(&rest, '/', &queue);
    if (text_empty(rest) || text_equal(rest, order->seen_queue))
        return true;
    return err_set(err, ERR_REFUSED, "a move within a federation keeps the job's queue, '%s'",
                   text_show_in(order->seen_queue, shown, sizeof shown));
}

/* A federation moves its own jobs. False: it is none of them, or (err) it cannot. */
static bool is_joint(struct order_ops *o, struct order *order, struct err *err)
{
    struct buf name = buf_make(SHOWN);
    bool ok = o->options.moves && o->options.moves(o->options.ctx, order, &name, err);
    if (ok)
        order->to_name = rows_text(&order->arena, text_from(buf_str(&name), name.len));
    buf_release(&name);
    return ok && keeps_queue(order, err);
}

/* Either one peer does all of it, or their federation, or each end does what is asked of it. */
static bool can_move(struct order_ops *o, struct order *order, struct err *err)
{
    static const enum source_order_what from[] = {SOURCE_ORDER_READ, SOURCE_ORDER_HOLD, SOURCE_ORDER_SCRIPT,
                                                  SOURCE_ORDER_CANCEL, SOURCE_ORDER_RELEASE};
    static const enum source_order_what to[] = {SOURCE_ORDER_READ, SOURCE_ORDER_SUBMIT, SOURCE_ORDER_CANCEL};
    struct err why = {0};
    bool joint = is_joint(o, order, &why), ok = why.kind == ERR_NONE;
    if (!ok)
        *err = why;
    order->native = joint || (text_equal(order->source, order->source_to) &&
                              o->options.takes(o->options.ctx, order->source, SOURCE_ORDER_MOVE, NULL));
    for (size_t i = 0; ok && !order->native && i < sizeof from / sizeof *from; i++)
        ok = o->options.takes(o->options.ctx, order->source, from[i], err);
    for (size_t i = 0; ok && !order->native && i < sizeof to / sizeof *to; i++)
        ok = o->options.takes(o->options.ctx, order->source_to, to[i], err);
    return ok;
}

/* Who may move it was said in the configuration, or by the job itself. What its source says of it has nothing to do with sections. */
static bool is_movable(const struct order *order, const struct row *job, struct err *err)
{
    char shown[SHOWN], words[SHOWN];
    struct safe_text by = value_text_or(&job->cells[JOB_MOVABLE_BY], "");
    bool of_section = text_empty(by) || text_contains(by, text_of("section"), false);
    if (value_int_or(&job->cells[JOB_MOVABLE], 0) == 1)
        return true;
    err_set(err, ERR_REFUSED, "'%s' is not movable: %s", text_show_in(order->target, shown, sizeof shown),
            of_section ? "no section movable names it" : text_show_in(by, words, sizeof words));
    if (of_section)
        err_hint(err, "the configuration says which jobs may be moved: movable \"NAME\" { … }");
    return err_exit(err, ORDER_OPS_NOT_ALLOWED);
}

/* --- all of it --- */

static bool give_value(const struct action *a, const struct order *order, struct err *err)
{
    if (a->value == ACTION_VALUE_NONE || a->value == ACTION_VALUE_END || order->value > 0)
        return true;
    return err_usage(err, "the order needs a value above 0",
                     a->value == ACTION_VALUE_SPAN ? "a limit in seconds" : "a priority");
}

/* Whoever comes too late for it is told who was first. */
static bool gone(const struct order_ops *o, const struct action *a, const struct order *order, struct err *err)
{
    none(err, a->targets[0], order->target);
    executor_rival_tell(o->executor, order->target, err);
    return false;
}

static bool can_be_done(const struct order_ops *o, const struct action *a, const struct order *order,
                        const struct row *row, struct err *err)
{
    if (!is_fresh(o, row, err))
        return false;
    if (a->check(order, row, err))
        return give_value(a, order, err);
    executor_rival_tell(o->executor, order->target, err);
    return false;
}

/* What its last step changes. */
static enum source_order_what changes(const struct action *a)
{
    return a->steps[a->step_count - 1].what;
}

static bool can_be_given(const struct order_ops *o, const struct order *order, struct err *err)
{
    const struct action *a = action_by_name(order->action);
    return a->to || !o->options.can || o->options.can(o->options.ctx, order, changes(a), err);
}

static bool look(struct order_ops *o, struct order *order, struct buf *room, struct err *err)
{
    const struct action *a = action_by_name(order->action);
    struct row row;
    const enum kind *kind = find(o, a, order->target, room, &row);
    if (!kind)
        return gone(o, a, order, err);
    if (!can_be_done(o, a, order, &row, err))
        return false;
    order->kind = *kind;
    order->source = rows_text(&order->arena, row_teller(&row));
    if (*kind == KIND_JOB) {
        order_see(order, &row);
        order->stops = (a->severe || a->to) && text_is(value_text_or(&row.cells[JOB_STATE], ""), "running");
        order->from = rows_text(&order->arena, value_text_or(&row.cells[JOB_SCHEDULER], ""));
    } else
        order->from = rows_text(&order->arena, in_scheduler(*kind) ? scheduler_of(order->target) : text_of(""));
    if (!a->to)
        return o->options.takes(o->options.ctx, order->source, changes(a), err) && can_be_given(o, order, err);
    struct buf second = buf_make(ROOM);
    bool ok = is_movable(order, &row, err) && find_to(o, order, &second, err) && can_move(o, order, err);
    buf_release(&second);
    return ok;
}

static bool is_allowed(const struct order_ops *o, const struct order *order, struct err *err)
{
    return !o->options.allowed || o->options.allowed(o->options.ctx, order, err);
}

bool order_ops_make(struct order_ops *o, struct order *order, struct err *err)
{
    struct buf room = buf_make(ROOM);
    bool ok = look(o, order, &room, err) && is_allowed(o, order, err);
    buf_release(&room);
    return ok;
}

/* --- before it is sent --- */

static bool target_ready(struct order_ops *o, const struct order *order, struct buf *room, struct err *err)
{
    const struct action *a = action_by_name(order->action);
    struct row row;
    if (!find(o, a, order->target, room, &row)) {
        char shown[SHOWN];
        return err_set(err, ERR_REFUSED, "'%s' is not there any more",
                       text_show_in(order->target, shown, sizeof shown));
    }
    return is_fresh(o, &row, err) && (row.kind != KIND_JOB || order_same(order, &row, err)) &&
           a->check(order, &row, err) && can_be_given(o, order, err);
}

bool order_ops_ready(struct order_ops *o, const struct order *order, struct err *err)
{
    struct buf room = buf_make(ROOM);
    struct row row;
    bool ok = target_ready(o, order, &room, err);
    if (ok && !text_empty(order->to)) {
        struct safe_text scheduler = scheduler_of(order->to);
        ok = (store_find(o->options.store, KIND_SCHEDULER, scheduler, &room, &row) ||
              none(err, KIND_SCHEDULER, scheduler)) &&
             is_fresh(o, &row, err);
    }
    buf_release(&room);
    return ok && is_allowed(o, order, err);
}
