#ifndef HUBTOP_PLANNER_PLAN_LP_INSIDE_H
#define HUBTOP_PLANNER_PLAN_LP_INSIDE_H

#include "plan_lp.h"

/* The basis: of each group a key, which takes what its other basic columns leave of the jobs; and a column for each row: an option,
 * less its group's key; what is free of a row; or what a row is exceeded by. */
enum { PLAN_LP_CANDIDATES = 96, PLAN_LP_REFACTOR = 256 /* steps from one inversion to the next */ };

static const double PLAN_LP_FREE = 1e30; /* the capacity of a level's row that holds nothing */

struct plan_lp_candidate {
    int32_t column, group;
    double score;
};

struct plan_lp {
    const struct plan_model *m;
    int32_t rows, options;
    int32_t *at;                  /* of each row of the model and of each level: its place here, -1 if it can't bind */
    int32_t *row;                 /* of each place here */
    double *scale;                /* of each place: amounts are times this */
    double *capacity;             /* scaled */
    uint8_t *usable;              /* of each option */
    const int64_t *cost;          /* of this level */
    double rate[PLAN_LEVELS_MAX]; /* of each level before, that its value is mixed in with */
    int32_t *jobs;                /* of each group, that are not held */
    uint8_t *barred;              /* of each option */
    bool rough;                   /* the optimum need not be exact */
    double *price; /* of each row of the model and of each level, unscaled: what the options are judged by */
    double dear;   /* what exceeding a row costs, scaled */
    double *key_x;
    int32_t *key;
    int32_t *basic; /* a column: an option; -1 - r: free of r; -1 - rows - r: above r */
    int32_t *group; /* of each basic option; -1 */
    int32_t *where; /* of each column of free and above, its position; -1 */
    double *x, *y, *pi, *inverse, *work;
    double *change; /* of each group's key, while a step is measured */
    struct plan_lp_candidate candidate[PLAN_LP_CANDIDATES];
    int candidates;
    int32_t cursor;
    int since, checks; /* pivots since the last inversion; optima looked at again */
    int level;
    bool optimal;
    int64_t done;
};

/* What one job of the option costs at the prices. */
static inline double plan_lp_cost(const struct plan_lp *l, int32_t o)
{
    const struct assign_problem *p = &l->m->problem;
    double sum = (double)l->cost[o];
    for (int32_t u = p->option_uses[o]; u < p->option_uses[o + 1]; u++)
        sum += l->price[p->row[u]] * p->amount[u];
    for (int k = 0; k < l->level; k++)
        sum += (l->price[p->rows + k] + l->rate[k]) * (double)l->m->levels[k].value[o];
    return sum;
}

/* Of a key, which may be barred. */
static inline double plan_lp_key_cost(const struct plan_lp *l, int32_t g)
{
    return plan_lp_cost(l, l->key[g]) + (l->barred[l->key[g]] ? l->dear : 0);
}

static inline double plan_lp_slope(const struct plan_lp *l, const struct plan_lp_candidate *c)
{
    if (c->column >= 0)
        return plan_lp_cost(l, c->column) - plan_lp_key_cost(l, c->group);
    if (c->column >= -l->rows)
        return -l->pi[-1 - c->column];
    return l->dear + l->pi[-1 - l->rows - c->column];
}

/* Adds an option's column, times `by`, to `to`: what one job of it uses of each row. */
void plan_lp_basis_add(const struct plan_lp *l, int32_t o, double by, double *to);

/* Prices of the rows, from the basis and its costs. */
void plan_lp_basis_prices(struct plan_lp *l);

/* The candidate enters, as far as something else lets it, which leaves. False if it can't. */
bool plan_lp_basis_pivot(struct plan_lp *l, const struct plan_lp_candidate *c);

/* The inverse anew, column by column into one of free rows, and what follows from it. */
void plan_lp_basis_invert(struct plan_lp *l);

#endif
