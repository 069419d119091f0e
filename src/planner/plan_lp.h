#ifndef HUBTOP_PLANNER_PLAN_LP_H
#define HUBTOP_PLANNER_PLAN_LP_H

#include "planner/plan_model.h"

/* The linear relaxation of a plan's model, level after level: the primal simplex method with generalized upper bounds (Dantzig, Van
 * Slyke 1967). "Each job once" is no row of the basis, so that it is as large as the rows with a capacity that could bind,
 * however many groups there are; a row may be exceeded at a price that falls on nothing else. In floating point: what is
 * proven by it is proven elsewhere, in integers, from its prices. Pure; the same model and steps give the same numbers wherever
 * double is IEEE 754 and nobody fuses operations. */
struct plan_lp;

enum { PLAN_LP_ROWS_MAX = 1500 };

/* NULL if more than PLAN_LP_ROWS_MAX rows could bind. The model, checked, outlives it. */
struct plan_lp *plan_lp_new(const struct plan_model *m);

/* Goes to a level; `reached`: what the answers at the levels before have, each a row. It begins where it stood. */
void plan_lp_level(struct plan_lp *l, int level, const int64_t *reached);

/* Goes to a level mixed with those before it at these rates, without rows for them. */
void plan_lp_mix(struct plan_lp *l, int level, const double *rate);

/* Rounds down, the large first: what has a part of a large job keeps its whole jobs and gets no more, and the rest is solved
 * anew; then all large jobs stay where they are, and the next smaller ones have their turn (relax and fix). `held`, of each option,
 * zeroed: the jobs that stay. The relaxation is of the rest after it: only for plan_lp_counts(). */
void plan_lp_dive(struct plan_lp *l, int32_t *held, int64_t steps, int64_t *used);

/* Works for about so many steps of 2 ns; false at the optimum. Adds what it used to `used`. */
bool plan_lp_step(struct plan_lp *l, int64_t steps, int64_t *used);

/* What a unit of a row of the model, or of an earlier level (`row` - its rows), costs; 0 or more. */
double plan_lp_price(const struct plan_lp *l, int32_t row);

/* What one job more costs at the prices if it takes the option. */
double plan_lp_reduced(const struct plan_lp *l, int32_t option);

/* What all jobs cost of each level, where the relaxation stands. */
void plan_lp_values(const struct plan_lp *l, double *value);

/* How many jobs take each option: an array of the options' length, filled. */
void plan_lp_counts(const struct plan_lp *l, double *count);

void plan_lp_free(struct plan_lp *l); /* accepts NULL */

#endif
