#ifndef HUBTOP_PLANNER_MIP_INSIDE_H
#define HUBTOP_PLANNER_MIP_INSIDE_H

#include "mip.h"

__extension__ typedef __int128 mip_wide;

enum { MIP_CUTS_MAX = 160 };

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
    int64_t *multiplier; /* of each row, in 2^-bits */
    int bits;            /* as many as leave room for multipliers of the costs' size */
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
/* Takes away the cuts that do not hold anything where the relaxation stands. */
void mip_lp_drop(struct mip_lp *l);
/* Narrows the bounds of all columns to what an answer below the cutoff can have, as the last proof shows. */
void mip_lp_narrow(struct mip_lp *l, int64_t cutoff);

/* Cuts off where the relaxation stands, with as many rows as make sense; how many. */
int mip_cut(struct mip_lp *l);

/* A bound more than the parent has. */
struct mip_node {
    int64_t bound;         /* of its parent's relaxation, proven */
    double cost, distance; /* of the parent; how far the parent's value is from the bound */
    int32_t parent, column, to;
    bool up;
};

/* What a column's bounds were seen to cost, for each unit. */
struct mip_learnt {
    double sum[2];
    int32_t count[2];
};

enum { MIP_NODES_MAX = 100000, MIP_ROOT = -1 };

struct mip_tree {
    const struct mip *p;
    struct mip_lp lp;
    struct mip_node *node;
    int32_t nodes;
    int32_t *heap, open; /* the least bound first */
    int32_t *root_low, *root_high;
    struct mip_learnt *learnt, all;
    double *x;
    int32_t *best, *now; /* best: or what is known of a good answer above the cutoff */
    int64_t cutoff;
    bool found, deep; /* deep: on from the last open node, by the column that is nearest to whole */
};

/* Open nodes: the one with the least bound. */
void mip_tree_push(struct mip_tree *t, int32_t n);
int32_t mip_tree_pop(struct mip_tree *t);
/* Takes t->now if it is an answer below the cutoff. */
bool mip_tree_take(struct mip_tree *t);
/* The bounds of a node, set; of the root as it is, kept. */
void mip_tree_enter(struct mip_tree *t, int32_t n);
void mip_tree_keep(struct mip_tree *t);
/* Searches on from a node, or where it is below 0 from the best open one. */
void mip_tree_grow(struct mip_tree *t, int32_t n, int64_t steps, int32_t nodes);
/* Searches below the bounds as they are, apart from what is open: for answers alone. */
void mip_tree_nest(struct mip_tree *t, int64_t steps, int32_t nodes);
/* What follows from where the relaxation stands at a node: an answer, or a child to go on with; -1: nothing is left there. */
int32_t mip_tree_follow(struct mip_tree *t, int32_t n, enum mip_state state, int64_t bound);

/* Looks for answers at the root, by rounding one column after the other; near the best and the relaxation at once. True: found a
 * better one. */
bool mip_dive(struct mip_tree *t, int64_t steps);
bool mip_near(struct mip_tree *t, int64_t steps);

#endif
