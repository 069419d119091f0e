#ifndef HUBTOP_PLANNER_PLAN_INSIDE_H
#define HUBTOP_PLANNER_PLAN_INSIDE_H

#include "plan_lp.h"
#include "planner/plan_solve.h"

/* Where a product needs more than 64 bits. */
__extension__ typedef __int128 plan_wide;

/* The problem of one level: the model's, and a row for each level before it that holds what was reached of it. Of such a row an
 * option uses its value less the least of its group, in units of their greatest common divisor; where that is still
 * above 32 bits, rounded down: then the row is no longer exact but still keeps out nothing that the levels before allow. */
struct plan_rows {
    struct assign_problem problem;
    int32_t *option_uses, *row, *amount; /* the problem's; NULL at level 0, whose arrays are the model's */
    int64_t *capacity;
    double unit[PLAN_LEVELS_MAX]; /* of each level before: a unit of its row is so much of its value */
};

/* `reached`: of each level before `level`. */
void plan_rows_init(struct plan_rows *r, const struct plan_model *m, int level, const int64_t *reached);
void plan_rows_release(struct plan_rows *r);

/* Of an answer (an option of each job), the values of all levels. */
void plan_rows_values(const struct plan_model *m, const int32_t *option, int64_t *values);

/* An answer near the relaxation's: of each option as many whole jobs as the relaxation has, then, the cheapest at its prices first, what
 * is left and what can be made better. False if something finds no place. */
bool plan_round(const struct plan_model *m, const struct plan_lp *l, const int32_t *held, int32_t *option,
                int64_t *used);

/* What is known of a level's relaxation: its prices, of each row of the model and of each level before; and what each option costs at
 * them beyond the best usable one of its group, infinite where it is not usable. */
struct plan_relaxed {
    double *price, *beyond;
    int level;
};

/* Gives the prices to an assignment of the level's rows, of which the model's own are the first. */
struct assign;
void plan_core_price(const struct plan_relaxed *x, const struct plan_rows *rows, int32_t own, struct assign *a);

/* A part of the answer set free: some jobs, those first that lose least by another option, and the options that are near; the rest
 * stays where it is. It is searched as an assignment of its own at `level`, with what was reached of the levels before held.
 * True, with better options in `option`, if it found any. Adds its work to `used`; `chance` is the state of its chance. */
bool plan_core(const struct plan_model *m, const struct plan_relaxed *x, int level, int32_t jobs, int64_t steps,
               uint64_t *chance, int32_t *option, int64_t *used);

/* A level's problem, and what is known of it: an answer of `value`, and prices of the rows in 2^-price_bits of a unit of cost. */
struct plan_exact_ask {
    const struct assign_problem *problem;
    const int32_t *known;
    const int64_t *price;
    int price_bits;
    int64_t value, steps;
};
struct plan_exact_result {
    bool found, finished; /* something better; the best, and `bound` is its value */
    int64_t bound;        /* INT64_MIN: it was too large, or there was no time */
};

/* Looks for the best answer by branch and bound, in about so many steps; a better one than is known is in `option`. */
struct plan_exact_result plan_exact(const struct plan_exact_ask *ask, int32_t *option, int64_t *used);

#endif
