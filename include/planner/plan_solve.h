#ifndef HUBTOP_PLANNER_PLAN_SOLVE_H
#define HUBTOP_PLANNER_PLAN_SOLVE_H

#include "planner/plan_model.h"

/* The lexicographic solver of a plan's model: level after level by planner/assign.h, what was reached of a level being a
 * row of the next. Pure: no clock, no chance but the seed; the same model, seed and steps give the same answer, however
 * they are sliced. */
struct plan_solver;

enum plan_solve_state { PLAN_SOLVING, PLAN_SOLVED, PLAN_IMPOSSIBLE };

/* What is known of a level. A level's bound holds among all answers that have the values that were reached of the levels
 * before it. */
struct plan_solve_level {
    int64_t value, bound; /* no answer is below `bound` */
    bool bounded;
    int32_t binding; /* the row whose price times capacity is the largest; -1: none binds */
};

struct plan_solution {
    enum plan_solve_state state;
    bool found;            /* an answer within all capacities is known; PLAN_IMPOSSIBLE: proven that there is none */
    const int32_t *option; /* of each job, an index into the model's options; the solver's, until the next step */
    struct plan_solve_level levels[PLAN_LEVELS_MAX];
    int64_t steps;
};

/* A solver of `m`, which must outlive it. `start`: an answer to begin with (an option of each job, such as "nobody moves"), or
 * NULL; it is never made worse. NULL with ERR_INPUT if the model does not pass plan_model_check() or `start` breaks a capacity. */
struct plan_solver *plan_solve_new(const struct plan_model *m, const int32_t *start, uint64_t seed, struct err *err);

/* Works until `steps` (of about 2 ns) of all that are granted are used up; `total` is how many there will be in all, and
 * decides how they are shared among the levels. False when nothing is left to be done. */
bool plan_solve_step(struct plan_solver *s, int64_t steps, int64_t total);
struct plan_solution plan_solve_result(const struct plan_solver *s);
/* Frees the solver, not the model. Accepts NULL. */
void plan_solve_free(struct plan_solver *s);

#endif
