#ifndef HUBTOP_COLLECTOR_PLAN_OPS_H
#define HUBTOP_COLLECTOR_PLAN_OPS_H

#include "collector/apply.h"
#include "collector/asked.h"
#include "collector/order_ops.h"
#include "collector/serve.h"
#include "domain/plan_limits.h"

/* Plans as they are proposed and rejected: from the frame to actions.db and, as rows, to the cache. */
struct plan_ops;

/* A plan that one person carried out alone, or (by its O-ID) an order that one gave alone, in an emergency. */
enum { PLAN_GLASS_ID_MAX = 24, PLAN_GLASS_REASON_MAX = 512, PLAN_GLASS_MS = 30 * 60 * 1000 };
struct plan_glass {
    struct plan_glass *next;
    char plan[PLAN_GLASS_ID_MAX], who[ASKED_WHO_MAX], reason[PLAN_GLASS_REASON_MAX];
    struct person by;
    int64_t at_ms; /* UTC; nothing more of it is sent PLAN_GLASS_MS later */
    bool over;     /* that time has come */
};

struct plan_ops_options {
    struct loop *loop;
    struct store *store;
    struct apply *apply;
    const struct clock *clock;
    struct plan_limits limits;
    void *ctx;
    /* Answers of the control socket: serve_done_told(), serve_refuse(). */
    void (*told)(void *ctx, const struct serve_call *call, struct safe_text made, const struct serve_told *told);
    void (*refuse)(void *ctx, const struct serve_call *call, const struct err *err);
    void (*applied)(void *ctx, const struct store_result *result, const struct err *err); /* may be NULL */
    /* Whether changes are frozen now: false with err. May be NULL: never. */
    bool (*allowed)(void *ctx, const struct plan *p, struct err *err);
    /* order_ops_plan(), order_ops_plan_undo(), order_ops_plan_do(). NULL: plans are only kept. */
    bool (*run)(void *ctx, const struct order_ops_carry *carry, const struct journal_entry *e, struct err *err);
    bool (*undo)(void *ctx, const struct order_ops_carry *carry, const struct journal_entry *e, struct err *err);
    bool (*control)(void *ctx, const struct serve_call *call, struct safe_text ref, enum executor_verb verb,
                    struct journal_entry *e, struct err *err);
    /* What was carried out alone and waits for somebody's sign-off is told, the newest first; `is_new`: that one is. Again each 30 s or so. May
     * be NULL. */
    void (*glass)(void *ctx, const struct plan_glass *open, bool is_new);
};

/* Reads the plans of actions.db and writes all rows. A plan that cannot be read is left out and logged. */
struct plan_ops *plan_ops_new(const struct plan_ops_options *options);
void plan_ops_free(struct plan_ops *o); /* accepts NULL */

/* Takes a frame: false when it is none of these requests. The answer comes when the rows are in the cache. A plan that is too large
 * for one frame comes in pieces of its JSON, {"op":"plan_piece","request_id":U,"nr":0,"plan":"…"} from 0 on, each answered; the last
 * stands in the plan_propose of the same request_id, on the same connection; its "hash", where it is given, is the plan's. */
bool plan_ops_ask(struct plan_ops *o, const struct serve_call *call, const struct json *message);

/* One person gave that order alone: order_ops_options.glass. */
void plan_glass_order(struct plan_ops *o, struct safe_text id, const struct journal_entry *e, const struct person *who,
                      struct safe_text reason);

/* The order that carries a plan out is in that state now. */
void plan_run_state(struct plan_ops *o, struct safe_text plan, const char *state, struct safe_text why);

/* Looks whether a plan has expired. Each second or so. */
void plan_ops_tick(struct plan_ops *o);

#endif
