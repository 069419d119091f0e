#ifndef HUBTOP_SRC_COLLECTOR_ORDER_OPS_PRIVATE_H
#define HUBTOP_SRC_COLLECTOR_ORDER_OPS_PRIVATE_H

#include "collector/order_ops.h"

enum { ORDER_OPS_TARGETS = 1000 };
enum { ORDER_OPS_NOT_FOUND = 67, ORDER_OPS_LATER = 75, ORDER_OPS_NOT_ALLOWED = 77 };

struct order_ops_answer;

struct order_ops {
    struct order_ops_options options;
    struct executor *executor;
    struct order_ops_answer *answers;
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

/* False with err when another order has the target: whoever came first keeps it. */
bool order_ops_is_free(const struct order_ops *o, const struct order *order, struct err *err);
/* What was decided, as the entry of the journal tells it. */
bool order_ops_body(const struct executor_ask *ask, const struct order *all, size_t count, struct buf *body,
                    struct err *err);
/* The order of a plan is new: its state is told. */
void order_ops_told(struct order_ops *o, int64_t nr);

/* --- order_ops_make.c */

/* Looks for the target of an order, and for where it goes, in the present: what was seen goes into it. False with err: there is none, it
 * is stale, or the action makes no sense for it. `o->action`, `target`, `kind` and `to` are set. */
bool order_ops_make(struct order_ops *o, struct order *order, struct err *err);
/* The same right before it is sent: both ends are fresh, and the target is as it was seen. */
bool order_ops_ready(struct order_ops *o, const struct order *order, struct err *err);

/* --- order_ops_radius.c */

/* Whether one person may order these, beside what all operators ordered within ten minutes and nobody else approved: jobs, jobs of one
 * tenant, accelerators that wait or run at a scheduler (promises.md 6; `limits`). False with err. */
bool order_ops_radius(struct order_ops *o, const struct order *all, size_t count, struct err *err);

/* --- order_ops_rows.c */

/* The action of that number is not as it was (0: none is meant). Its row is written soon. */
void order_ops_changed(struct order_ops *o, int64_t nr, int64_t item);
/* Writes rows of all actions: what a collector does when it starts. */
void order_ops_rows_all(struct order_ops *o);
/* Answers when all that changed is in the cache. */
void order_ops_answer(struct order_ops *o, const struct serve_call *call, struct safe_text made);
void order_ops_rows_free(struct order_ops *o);

#endif
