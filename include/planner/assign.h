#ifndef HUBTOP_PLANNER_ASSIGN_H
#define HUBTOP_PLANNER_ASSIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "planner/assign_problem.h"

/* The solver of an assignment problem. Prices of the rows come from the Lagrangian that relaxes the capacities
 * (subgradient: Held, Wolfe, Crowder 1974; step to a target level: Goffin, Kiwiel 1999); a first assignment by regret at
 * those prices (Martello, Toth 1981); then a search that shifts a job, or shifts one in and another out (ejection:
 * Yagiura, Ibaraki, Glover 2004), with capacities as penalties that adapt, annealed in cycles that grow. Meanwhile the
 * bound rises by the Lagrangian that relaxes "each job once" and keeps one row of each option as a knapsack (Fisher,
 * Jaikumar, Van Wassenhove 1986). Pure: no clock, no chance but the seed, only integers; the same problem, seed and number of
 * steps give the same assignment, however the steps are sliced. */
struct assign;

enum assign_state {
    ASSIGN_SEARCHING,  /* more steps may make it better */
    ASSIGN_OPTIMAL,    /* the value is the bound: proven */
    ASSIGN_INFEASIBLE, /* proven: no assignment keeps the capacities */
};

/* What is known after some steps. `option` and `price` are the solver's, valid until the next step. */
struct assign_result {
    enum assign_state state;
    bool found;            /* an assignment within all capacities is known; without it `value` means nothing */
    bool bounded;          /* `bound` is known */
    int64_t value;         /* what the assignment costs */
    int64_t bound;         /* no assignment costs less: the dual value in exact integers, rounded up */
    const int32_t *option; /* of each job, an index into the problem's options; NULL unless found */
    const int64_t *price;  /* of a unit of each row, 2^-price_bits of a unit of cost */
    int price_bits;
    int64_t steps; /* done so far */
};

/* A solver of `p`, which must outlive it; NULL with ERR_INPUT if the problem does not pass assign_problem_check(). */
struct assign *assign_new(const struct assign_problem *p, uint64_t seed, struct err *err);

/* Gives it, before the first step, an assignment to begin with: an option of each job. It is never made worse. False, and
 * nothing changes, if it breaks a capacity or an option is not one of the job's group. */
bool assign_known(struct assign *s, const int32_t *option);

/* Gives it, before the first step, prices of the rows, in units of the result's price_bits: it looks for none then. Any that are not
 * below 0 will do; the better they are, the better is the bound. */
void assign_priced(struct assign *s, const int64_t *price);

/* Works until `steps` more are used up; a step is about one look at one option, some 2 ns. Returns false when nothing is
 * left to be done. One piece of work may be as long as a look at every option of the problem; what it took too much is
 * deducted from the next call. */
bool assign_step(struct assign *s, int64_t steps);

/* What is known now. */
struct assign_result assign_result(const struct assign *s);

/* Frees the solver, not the problem. Accepts NULL. */
void assign_free(struct assign *s);

#endif
