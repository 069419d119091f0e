#include <math.h>
#include <string.h>

#include "mip_inside.h"

#define WHOLE 1e-6

enum { NODES = 300 };

bool mip_dive(struct mip_tree *t, int64_t steps)
{
    int64_t was = t->cutoff;

    mip_tree_enter(t, MIP_ROOT);
    t->deep = true;
    mip_tree_nest(t, steps, NODES);
    t->deep = false;
    return t->cutoff < was;
}

/* Relaxation induced neighbourhood (Danna, Rothberg, Le Pape 2005): what both agree on stays, the rest is searched. */
bool mip_near(struct mip_tree *t, int64_t steps)
{
    int64_t bound, was = t->cutoff;
    int32_t same = 0;

    mip_tree_enter(t, MIP_ROOT);
    if (mip_lp_solve(&t->lp, t->cutoff, &bound) != MIP_OPTIMAL)
        return false;
    mip_lp_values(&t->lp, t->x);
    for (int32_t j = 0; j < t->p->columns; j++)
        if (fabs(t->x[j] - t->best[j]) < WHOLE) {
            t->lp.low[j] = t->lp.high[j] = t->best[j];
            same++;
        }
    if (same * 4 < t->p->columns)
        return false;
    mip_tree_nest(t, steps, NODES);
    return t->cutoff < was;
}
