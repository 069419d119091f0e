#ifndef HUBTOP_PLANNER_MIP_INSIDE_H
#define HUBTOP_PLANNER_MIP_INSIDE_H

#include "mip.h"

__extension__ typedef __int128 mip_wide;

enum { MIP_CUTS_MAX = 120, MIP_DUAL_BITS = 46 };

/* The rows of a program and the cuts made from them, each by its own coefficients. */
struct mip_row {
    int32_t *column;
    int64_t *coefficient;
    int32_t length;
    int64_t most;
    double scale; /* a power of 2: coefficients times this are about 1 */
    double reach; /* the sum of all coefficients without signs, each times its column's upper bound: at most 2^62 */
    bool whole;   /* what is free of it is a whole number of moderate size */
};

/* Variables: 0 to columns - 1 are the program's; columns + r is what is free of row r. */
struct mip_lp {
    const struct mip *p;
    struct mip_row *row; /* the program's, then cuts */
    int32_t columns, rows, rows_max;
    double *tableau; /* of each row, of each place of a nonbasic variable */
    double *slope;   /* of each place: what a unit more of it costs */
    double *value;   /* of each row's basic variable */
    int32_t *basic, *nonbasic;
    int32_t *low, *high; /* of each column */
    uint8_t *at_high;    /* of each column, while it is nonbasic */
    int32_t *filled;     /* places where the row of a pivot is not 0 */
    mip_wide *reduced;   /* of each column, in proofs */
    int64_t *multiplier; /* of each row */
    int32_t pivots;      /* since the last beginning */
    int64_t done;
};

enum mip_state { MIP_OPTIMAL, MIP_ABOVE, MIP_EMPTY, MIP_LOST /* no proof was found */ };

void mip_lp_init(struct mip_lp *l, const struct mip *p);
void mip_lp_release(struct mip_lp *l);
/* The basis of free rows alone, at the bounds as they are. */
void mip_lp_begin(struct mip_lp *l);
/* Sets the values of all variables from the bounds as they are. */
void mip_lp_bounds(struct mip_lp *l);
/* Goes to the optimum; or, proven in integers, to where the bound is at least `cutoff` or no answer is left. `bound`: the least cost,
 * rounded up, proven. */
enum mip_state mip_lp_solve(struct mip_lp *l, int64_t cutoff, int64_t *bound);
/* What the relaxation costs where it stands; what each column has there. */
double mip_lp_cost(const struct mip_lp *l);
void mip_lp_values(const struct mip_lp *l, double *x);
/* Adds a row, whose arrays it then owns. */
void mip_lp_add(struct mip_lp *l, struct mip_row row);
/* Narrows the bounds of all columns to what an answer below the cutoff can have, as the last proof shows. */
void mip_lp_narrow(struct mip_lp *l, int64_t cutoff);

/* Cuts off where the relaxation stands, with as many rows as make sense; how many. */
int mip_cut(struct mip_lp *l);

#endif
