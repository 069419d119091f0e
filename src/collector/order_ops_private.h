#ifndef HUBTOP_SRC_COLLECTOR_ORDER_OPS_PRIVATE_H
#define HUBTOP_SRC_COLLECTOR_ORDER_OPS_PRIVATE_H

#include "collector/asked.h"
#include "collector/order_ops.h"

enum { ORDER_OPS_TARGETS = 1000 };
enum { ORDER_OPS_NOT_FOUND = 67, ORDER_OPS_LATER = 75, ORDER_OPS_NOT_ALLOWED = 77 };

struct order_ops_answer;
struct order_ops_making;
struct order_guard_look;

struct order_ops {
    struct order_ops_options options;
    struct executor *executor;
    struct order_ops_answer *answers;
    struct order_ops_making *makings;
    struct order_guard_look *looks;
    struct order_ops_pair { /* what changed, and is not in the cache yet */
        int64_t nr, item;
    } * changed;
    size_t changed_count, changed_cap;
    int64_t timer, rows_timer, touched_ms;
};

static inline struct instant order_ops_now(const struct order_ops *o)
{
    return clock_now(o->options.clock);
}

/* --- order_ops.c */

/* What orders are changing right now: the same target cannot be in two at a time, whoever came first has it. */
struct order_ops_rival {
    struct safe_text target, by;
    int64_t nr, item;
};
struct order_ops_rivals {
    struct arena arena;
    struct order_ops_rival *all; /* by target */
    size_t count, cap;
};
struct order_ops_rivals order_ops_rivals_of(const struct order_ops *o);
void order_ops_rivals_release(struct order_ops_rivals *r);
/* False with err when another order has the target. */
bool order_ops_is_free(const struct order_ops_rivals *r, struct safe_text target, struct err *err);
/* What was decided, as the entry of the journal tells it. Texts are the caller's. */
struct order_ops_said {
    const struct executor_ask *ask;
    const struct safe_text *targets;
    size_t count;
    struct safe_text to;
    int64_t value;
    const char *id;           /* O-NNNN of what takes two people; NULL: one is enough */
    const struct person *who; /* who asks, of the same: an SSH key goes on record */
};
bool order_ops_body(const struct order_ops_said *said, struct buf *body, struct err *err);

/* The orders of a request, one a target. */
struct order_ops_list {
    struct order *all;
    size_t count;
};
/* False with err: one makes no sense, is being changed already, or is not so that it could be; the list is released all the same. */
bool order_ops_read(struct order_ops *o, const struct asked *r, struct order_ops_list *l, struct err *err);
void order_ops_list_release(struct order_ops_list *l);
struct executor_ask order_ops_ask_of(const struct asked *r);
bool order_ops_is_dry(const struct asked *r);
/* Answers that they could be given. */
void order_ops_possible(struct order_ops *o, const struct asked *r, const struct order_ops_list *l);
/* Makes them an order, and answers; `said->ask`, `id` and `who` are set. False with err. */
bool order_ops_begin(struct order_ops *o, struct asked *r, struct order_ops_said *said, struct order_ops_list *l,
                     struct err *err);

/* The order of a plan is new: its state is told. */
void order_ops_told(struct order_ops *o, int64_t nr);

/* --- order_ops_making.c: many orders at once, some at a time */

/* What an order will be of; texts are the arena's. */
struct order_ops_wish {
    const char *action;
    struct safe_text target, to, undo_of;
    int64_t ends_ms, begin_ms;
};
struct order_ops_wishes {
    struct arena arena;
    struct order_ops_wish *all;
    size_t count, cap;
};
struct order_ops_wish *order_ops_wish(struct order_ops_wishes *w, const char *action, struct safe_text target,
                                      struct safe_text to);
void order_ops_wishes_release(struct order_ops_wishes *w);

/* Begins to make orders of wishes, which are taken over; what is not as it was seen any more is refused alone. Whoever asked is
 * answered when all of them are in the journal and in the cache, or could not be. */
void order_ops_making(struct order_ops *o, const struct order_ops_carry *carry, const struct journal_entry *e,
                      const struct executor_ask *ask, struct order_ops_wishes *wishes);
/* The plan that is being made into an order and moves to or from one of those that `p` does; empty: none. */
struct safe_text order_ops_making_of(const struct order_ops *o, const struct plan *p);
void order_ops_making_free(struct order_ops *o);

/* --- order_guard.c: what pauses a plan by itself */

/* Whether the next wave may begin: `last` was no failure, its jobs are seen where they went, and the ends that what is left uses are
 * as they were. As executor_options.guard. */
enum executor_guard order_guard_ask(struct order_ops *o, const struct executor_wave *last, struct err *err);
void order_guard_free(struct order_ops *o);

/* How the links that a plan's moves use are before it begins: what the guard compares with. */
struct order_guard_noting {
    struct store_walk walk;
    struct safe_text *ends; /* names of a move's both ends, and the link that it names: FROM, TO, LINK */
    size_t count;
    struct buf out;
};
/* Of moves FROM, TO, LINK; texts are the caller's. */
void order_guard_note_begin(struct order_ops *o, const struct plan *p, struct arena *arena,
                            struct order_guard_noting *n);
/* STORE_DONE: `out` is what executor_ask.noted takes. */
enum store_step order_guard_note(struct order_ops *o, struct order_guard_noting *n, int64_t budget_us, struct err *err);

/* --- order_ops_plan.c */

/* Whether an order that moves from the one and to the other lies in the way of a plan. */
bool order_ops_plan_touches(const struct plan *p, struct safe_text from, struct safe_text to);
/* False with err: another plan runs on the same schedulers. */
bool order_ops_plan_alone(const struct order_ops *o, const struct plan *p, struct err *err);

/* --- order_ops_make.c */

/* Looks for the target of an order, and for where it goes, in the present: what was seen goes into it. False with err: there is none, it
 * is stale, or the action makes no sense for it. `o->action`, `target`, `kind` and `to` are set. */
bool order_ops_make(struct order_ops *o, struct order *order, struct err *err);
/* The same right before it is sent: both ends are fresh, and the target is as it was seen. */
bool order_ops_ready(struct order_ops *o, const struct order *order, struct err *err);

/* --- order_ops_radius.c */

/* Who may order these, beside what all operators ordered within ten minutes: jobs, jobs of one tenant, accelerators that wait or run at
 * a scheduler (promises.md 6; `limits`). Above ONE with err. */
enum order_ops_reach {
    ORDER_OPS_ONE,
    ORDER_OPS_TWO,   /* a second person must approve */
    ORDER_OPS_NOBODY /* however many do; or it cannot be told */
};
enum order_ops_reach order_ops_radius(struct order_ops *o, const struct plan_limits *limits, const struct order *all,
                                      size_t count, struct err *err);
bool order_ops_radius_draft(struct order_ops *o, const struct executor_draft *d, struct err *err);

/* --- order_ops_pair.c: orders that take two people */

bool order_ops_pair_propose(struct order_ops *o, struct asked *r, struct err *err);
bool order_ops_pair_glass(struct order_ops *o, struct asked *r, struct err *err);
bool order_ops_pair_approve(struct order_ops *o, struct asked *r, struct err *err);
bool order_ops_pair_reject(struct order_ops *o, struct asked *r, struct err *err);
/* Whose time to be approved is over expires. */
void order_ops_pair_tick(struct order_ops *o);

/* --- order_ops_rows.c */

/* The action of that number is not as it was (0: none is meant). Its row is written soon. */
void order_ops_changed(struct order_ops *o, int64_t nr, int64_t item);
/* The same of actions 1 to `count` of an order that is new. */
void order_ops_rows_new(struct order_ops *o, int64_t nr, size_t count);
/* Writes rows of all actions: what a collector does when it starts. */
void order_ops_rows_all(struct order_ops *o);
/* Answers when all that changed is in the cache. */
void order_ops_answer(struct order_ops *o, const struct serve_call *call, struct safe_text made);
void order_ops_rows_free(struct order_ops *o);

#endif
