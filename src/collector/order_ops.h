#ifndef HUBTOP_COLLECTOR_ORDER_OPS_H
#define HUBTOP_COLLECTOR_ORDER_OPS_H

#include "actions/executor.h"
#include "collector/apply.h"
#include "collector/poller.h"
#include "collector/serve.h"
#include "domain/plan.h"
#include "domain/plan_limits.h"

/* Orders as they are asked for: from the frame to the journal, by the executor to the sources and, as rows, to the cache. */
struct order_ops;

struct order_ops_options {
    struct loop *loop;
    struct store *store;
    struct apply *apply;
    const struct clock *clock;
    struct plan_limits limits;
    void *ctx;
    /* Answers of the control socket: serve_done(), serve_refuse(). */
    void (*done)(void *ctx, const struct serve_call *call, struct safe_text made);
    void (*refuse)(void *ctx, const struct serve_call *call, const struct err *err);
    void (*applied)(void *ctx, const struct store_result *result, const struct err *err); /* may be NULL */
    /* poller_order(), poller_takes_order() of that source; and what it tells is another thing now. */
    bool (*give)(void *ctx, struct safe_text source, const struct source_order *o, bool look, poller_ordered *ended,
                 void *ended_ctx, struct err *err);
    bool (*takes)(void *ctx, struct safe_text source, enum source_order_what what, struct err *err);
    int64_t (*saves_ms)(void *ctx, struct safe_text source); /* poller_saves_ms(); may be NULL */
    /* poller_can_order() of its target; may be NULL */
    bool (*can)(void *ctx, const struct order *o, enum source_order_what what, struct err *err);
    /* poller_moves() of its target, between its sources; may be NULL */
    bool (*moves)(void *ctx, const struct order *o, struct buf *name, struct err *err);
    void (*lacks)(void *ctx, struct safe_text source, enum source_order_what what,
                  struct buf *out); /* poller_order_lacks(); may be NULL */
    void (*poll)(void *ctx, struct safe_text source);
    /* Whether nothing that it touches is frozen: freeze_allows_order(). May be NULL. */
    bool (*allowed)(void *ctx, const struct order *o, struct err *err);
    /* One person gave that order alone, in an emergency: `e` tells of it, and is in the journal. May be NULL. */
    void (*glass)(void *ctx, struct safe_text id, const struct journal_entry *e, const struct person *who,
                  struct safe_text reason);
    /* The order that carries out a plan is in that state now; may be NULL. */
    void (*plan_state)(void *ctx, const struct executor_run_view *run);
};

/* Reads the orders of actions.db, writes all rows, and goes on with what was under way. */
struct order_ops *order_ops_new(const struct order_ops_options *options);
void order_ops_free(struct order_ops *o); /* accepts NULL */

/* Takes a frame: false when it is none of these requests: {"op":"order","action":"hold","targets":["fra/12"],"to":…,"value":…,
 * "reason":…,"ref":…,"dry_run":true}, the same as order_propose (it waits for somebody else) and order_break_glass (alone, in an
 * emergency), order_approve with "ref" and the "hash" that was seen, order_reject with "ref", and order_pause, order_resume, order_stop,
 * order_retry, order_skip with "ref":"O-0012" or "O-0012/3". The answer comes when the order is in the journal and its rows are in the cache; what it does is told by rows. */
bool order_ops_ask(struct order_ops *o, const struct serve_call *call, const struct json *message);

/* A plan that is to be carried out, or undone; whoever waits is answered as above. */
struct order_ops_carry {
    const struct serve_call *call;
    const struct plan *plan;
    struct safe_text reason, change, approved_by;
};
/* Its moves and holds become actions; what is not as it was seen any more is refused alone. It was checked. That takes a while, part
 * by part: whoever waits is refused when another plan came first after all, or nothing could be written. False with err:
 * another runs on the same schedulers. */
bool order_ops_plan(struct order_ops *o, const struct order_ops_carry *carry, const struct journal_entry *e,
                    struct err *err);
/* What it moved and has not started goes back, likewise. False with err: there is nothing. */
bool order_ops_plan_undo(struct order_ops *o, const struct order_ops_carry *carry, const struct journal_entry *e,
                         struct err *err);
/* What a person does to the order that carries out a plan, or to one of its actions: `ref` is P-ID, O-ID or O-ID/N. */
bool order_ops_plan_do(struct order_ops *o, const struct serve_call *call, struct safe_text ref,
                       enum executor_verb verb, struct journal_entry *e, struct err *err);

/* Each second or so. */
void order_ops_tick(struct order_ops *o);

/* Whether a plan is being carried out, or taken back, and is not paused. */
bool order_ops_plan_runs(const struct order_ops *o);

/* Whether something is under way, so that the collector stays. */
bool order_ops_busy(const struct order_ops *o);

#endif
