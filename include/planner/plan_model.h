#ifndef HUBTOP_PLANNER_PLAN_MODEL_H
#define HUBTOP_PLANNER_PLAN_MODEL_H

#include "planner/assign_problem.h"

/* What the solver sees of a plan: numbers alone. Identical jobs are a group; an option of theirs is "stay and start",
 * "stay and wait", "stay and run on", or "go to that scheduler and start"; whatever may not be (a ring, a trusted space, a stale
 * end …) is no option. A row is anything with a capacity: what is free of a resource at a scheduler less its head-room, what a
 * scheduler gets back within the horizon, a link's budget for data, the blast radius in jobs, accelerators and tenants, a limit on
 * moves. `problem.cost` is not read.
 *
 * The objectives are lexicographic, all to be made small: of two answers the one with the smaller first objective is
 * better, whatever the others say; among equals of the first the second decides, and so on. An objective that is to be
 * made large (work that starts) is given with its sign turned. */
enum { PLAN_LEVELS_MAX = 4 };

struct plan_level {
    const char *name;     /* for messages: "start", "cost", "moves" */
    const int64_t *value; /* of each option, for one job; within ASSIGN_COST_MAX either way */
};

struct plan_model {
    struct assign_problem problem;
    struct plan_level levels[PLAN_LEVELS_MAX];
    int level_count; /* at least 1 */
};

/* Whether the arrays fit together (assign_problem_check()) and no level's sum can overflow: ERR_INPUT with the first thing
 * that is wrong otherwise. */
bool plan_model_check(const struct plan_model *m, struct err *err);

#endif
