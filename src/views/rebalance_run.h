#ifndef HUBTOP_SRC_VIEWS_REBALANCE_RUN_H
#define HUBTOP_SRC_VIEWS_REBALANCE_RUN_H

#include "views/rebalance.h"

/* A plan that is carried out, or was: how far its moves are. */

struct rebalance_tally {
    int64_t all, done, refused, unknown, open; /* actions; open: begun and not ended */
};
int64_t rebalance_tally_left(const struct rebalance_tally *t);

struct rebalance_run {
    struct rebalance_tally sum, back; /* what it moves; what is taken back of that */
    struct rebalance_run_move {
        struct rebalance_tally tally;
        struct safe_text now, step; /* what is under way, and at which step; empty: nothing */
    } * moves;                      /* one for each row of REBALANCE_MOVES */
    size_t move_count;
    int64_t began_ms, last_ms, wave; /* 0: nothing has begun, has ended */
    struct safe_text who, approver, change;
};

/* Whether a plan is beyond being proposed and approved: then its execution is shown. */
bool rebalance_run_is(const struct row *plan);
/* Counts the actions of the open plan as of the frame. Release it in any case. */
void rebalance_run_make(struct rebalance_run *r, const struct view_frame *f);
void rebalance_run_release(struct rebalance_run *r);

/* Seconds until all has ended at the pace so far; below 0: nobody knows. */
double rebalance_run_left_s(const struct rebalance_run *r, int64_t now_ms);

/* The whole of it into `area`. */
void rebalance_run_draw(const struct view_frame *f, struct view_state *s, const struct row *plan, struct canvas *c,
                        struct area area);
/* Forecast and fact of the measure that the plan helps most, as a chart with its words. */
void rebalance_run_effect(const struct view_frame *f, struct view_state *s, const struct rebalance_run *r,
                          struct canvas *c, struct area area);

/* What is not done, with the peers' words; what ended last. */
extern const struct list rebalance_trouble, rebalance_log;

/* Puts what is meant into the members of a form's request; `op` is set. False: it does not fit. */
bool rebalance_act_ask(struct intent *i, struct safe_text ref, struct safe_text hash);
/* What a key does to the open plan, `action` of enum view_plan_action: a form, or why not. */
struct intent rebalance_act(const struct view_frame *f, const struct view_state *s, int action);

#endif
