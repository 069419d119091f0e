#ifndef HUBTOP_PLANNER_MIP_H
#define HUBTOP_PLANNER_MIP_H

#include <stdbool.h>
#include <stdint.h>

/* Small integer programs to the end: the least cost * x, with rows of coefficients times x at most `most`, and each x a whole number of 0
 * to `upper`. Linear relaxations by the dual simplex method, with bounds on the variables, in a dense tableau; mixed-integer rounding
 * cuts (Gomory 1960; Nemhauser, Wolsey 1990) at the root; then branch and bound, always on from the open node with the least bound. In
 * floating point nothing is decided: cuts are made, and bounds and contradictions proven, in integers, from multipliers that the
 * tableau suggests. Pure; the same program, cutoff and steps give the same answer wherever double is IEEE 754 and nobody fuses
 * operations. The arrays are the caller's. */
struct mip {
    int32_t columns, rows;
    const int64_t *cost;  /* within 2^40 either way */
    const int32_t *upper; /* 0 or more */
    const int32_t *start; /* offsets of the rows' coefficients, one more than there are rows */
    const int32_t *column;
    const int64_t *coefficient; /* within 2^40 either way */
    const int64_t *most;
};

enum { MIP_ROWS_MAX = 700, MIP_CELLS_MAX = 700000 /* rows times columns */ };

/* What is known of the program. */
struct mip_result {
    bool found;    /* `x` holds an answer of `value`, which is below the cutoff */
    bool finished; /* nothing better is possible: `bound` is the value, or the cutoff if nothing was found */
    int64_t value, bound;
};

/* Looks for the best answer below `cutoff` in about so many steps of 2 ns; `x`, of the columns' length, is its; before, it may hold
 * something near an answer, to look about. Adds what it used to
 * `used`. Where the program is too large, the bound is INT64_MIN and nothing was done. */
struct mip_result mip_solve(const struct mip *p, int64_t cutoff, int64_t steps, int32_t *x, int64_t *used);

#endif
