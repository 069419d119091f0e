#ifndef HUBTOP_SRC_VIEWS_REBALANCE_H
#define HUBTOP_SRC_VIEWS_REBALANCE_H

#include "views/list.h"

/* Plans: those that there are, and the preview of one. What the files of that view share. */

enum rebalance_need {
    REBALANCE_PLANS,
    REBALANCE_MOVES,     /* of the open plan */
    REBALANCE_EFFECTS,   /* likewise */
    REBALANCE_ALL_PLANS, /* whatever is filtered, the newest first */
    REBALANCE_QUEUES,    /* without queues there is nothing to plan for; only their curves are read */
    REBALANCE_LINKS,     /* likewise only their curves */
    REBALANCE_CLUSTERS,
    REBALANCE_SCHEDULERS,
    REBALANCE_ACTIONS, /* of the open plan, once it runs */
    REBALANCE_TROUBLE, /* those that were refused or are unknown */
    REBALANCE_LOG,     /* those that ended, the last one first */
    REBALANCE_WAITING, /* of orders that wait for a second person */
    REBALANCE_NEEDS
};

/* Lists, a place each. In the preview those from REBALANCE_MOVES on are panels. */
enum rebalance_list {
    REBALANCE_LIST_PLANS,
    REBALANCE_LIST_MOVES,
    REBALANCE_LIST_EFFECTS,
    REBALANCE_LIST_CHECKS,
    REBALANCE_LIST_LEVELS,
    REBALANCE_LIST_LEFT,
    REBALANCE_LIST_ADVICE,
    REBALANCE_LIST_CONSIDERED, /* of the move under the cursor; no panel */
    REBALANCE_LIST_TROUBLE,    /* panels of a plan that runs, with the moves */
    REBALANCE_LIST_LOG,
    REBALANCE_LIST_WAITING, /* above the plans: orders */
    REBALANCE_LISTS
};

/* The members of a list field as rows of no kind: their text is the first cell. */
enum { REBALANCE_MEMBERS_MAX = 256, REBALANCE_MEMBER = 0 };
struct rebalance_members {
    struct safe_text all[REBALANCE_MEMBERS_MAX];
    size_t count;
};
void rebalance_members_read(struct rebalance_members *m, const struct row *row, int field);
/* They live as long as `m` stays where it is. */
struct view_rows rebalance_members_rows(struct rebalance_members *m);

/* The plan that is open; false: none is, or none of that id is told of. */
bool rebalance_plan(const struct view_frame *f, const struct view_state *s, struct row *plan);
/* The panel that has the keys. */
enum rebalance_list rebalance_panel(const struct view_frame *f, const struct view_state *s);
/* Whether the execution of the open plan is shown, and not its preview. */
bool rebalance_runs(const struct view_frame *f, const struct view_state *s);
/* Whether a move is not made: it is excluded and was not taken in again, or was taken out. */
bool rebalance_is_out(const struct view_state *s, const struct row *move);

extern const struct list rebalance_plans, rebalance_moves, rebalance_effects, rebalance_checks, rebalance_levels,
    rebalance_left, rebalance_advice, rebalance_considered;

/* What helps comes first among effects: over the limit with the plan, then over it only without, then changed, then not. */
struct worst_key;
struct worst_key rebalance_effect_key(const struct row *effect, int64_t now_ms);

/* A number of the measure "wait_p95_s" with its unit's words: "18m", "97%", "3.42 ms"; "-" when unknown. */
const char *rebalance_measured(const char *measure, const struct value *v, char out[CELL_MAX]);

/* Orders that wait for a second person, a line each; how many lines. */
int rebalance_orders_draw(const struct view_frame *f, struct view_state *s, struct canvas *c, struct area in);
bool rebalance_orders_wait(const struct view_frame *f);
/* The first action of the order that their cursor is on; false: it waits no longer. */
bool rebalance_orders_current(const struct view_frame *f, const struct view_state *s, struct row *action);
/* Moves their cursor, or goes from the first plan up to them and back; false: the plans' cursor is meant, or none. */
bool rebalance_orders_move(const struct view_frame *f, struct view_state *s, int action);
/* PLAN_APPROVE, PLAN_STOP: the dialog for the one that the cursor is on, else for the only one, else what chooses one; INTENT_NONE:
 * none waits. */
struct intent rebalance_orders_act(const struct view_frame *f, const struct view_state *s, int action);

/* What forecasts of plans that ran came to, the newest first, a line each, or that none ran; how many lines. */
int rebalance_record_draw(const struct view_frame *f, struct canvas *c, struct area in);

/* The box below the moves: why the move under the cursor is made, what it frees, what was considered. */
void rebalance_move_draw(const struct view_frame *f, struct view_state *s, struct canvas *c, struct area area);
/* The same of an effect: all of it, with its method. */
void rebalance_effect_draw(const struct view_frame *f, const struct row *effect, struct canvas *c, struct area area);

/* What a check, or a rule that forbids a move, is called in the interface's language. */
enum { REBALANCE_WORD_MAX = 96 };
const char *rebalance_check_word(struct safe_text t, char out[REBALANCE_WORD_MAX]);

/* Those that are not met come before the others, which stay in their order. */
void rebalance_checks_faults_first(struct rebalance_members *m);
/* What was chosen comes first, then what could be. */
void rebalance_considered_best_first(struct rebalance_members *m);
/* The number of checks that are well. */
size_t rebalance_checks_ok(const struct rebalance_members *checks);

#endif
