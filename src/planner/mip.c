#include "mip.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mip_inside.h"

enum { CUT_ROUNDS = 60, IDLE_ROUNDS = 15, FULL = 40, ROOTS = 4 };

static void open_tree(struct mip_tree *t, const struct mip *p, int64_t cutoff)
{
    size_t columns = (size_t)p->columns;

    *t = (struct mip_tree){.p = p, .cutoff = cutoff};
    t->node = mem_new(MIP_NODES_MAX + 2, sizeof *t->node);
    t->heap = mem_new(MIP_NODES_MAX + 2, sizeof *t->heap);
    t->root_low = mem_new(columns, sizeof *t->root_low);
    t->root_high = mem_new(columns, sizeof *t->root_high);
    t->learnt = mem_new(columns, sizeof *t->learnt);
    t->x = mem_new(columns, sizeof *t->x);
    t->best = mem_new(columns, sizeof *t->best);
    t->now = mem_new(columns, sizeof *t->now);
    mip_lp_init(&t->lp, p);
}

static void close_tree(struct mip_tree *t)
{
    mip_lp_release(&t->lp);
    free(t->node);
    free(t->heap);
    free(t->root_low);
    free(t->root_high);
    free(t->learnt);
    free(t->x);
    free(t->best);
    free(t->now);
}

/* Rounds of cuts where the relaxation of the root stands, as long as they help. */
static enum mip_state cut(struct mip_tree *t, int64_t steps, int64_t *bound)
{
    enum mip_state state = mip_lp_solve(&t->lp, t->cutoff, bound);
    int64_t best = *bound;
    int idle = 0;

    for (int i = 0; i < CUT_ROUNDS && idle < IDLE_ROUNDS && state == MIP_OPTIMAL && t->lp.done < steps; i++) {
        double was = mip_lp_cost(&t->lp);
        mip_lp_narrow(&t->lp, t->cutoff);
        if (idle == 0 || t->lp.rows > t->lp.rows_max - FULL)
            mip_lp_drop(&t->lp);
        if (mip_cut(&t->lp) == 0)
            break;
        state = mip_lp_solve(&t->lp, t->cutoff, bound);
        best = *bound > best ? *bound : best;
        idle = mip_lp_cost(&t->lp) > was + fabs(was) * 1e-6 + 1e-6 ? 0 : idle + 1;
    }
    *bound = best;
    return state;
}

/* Cuts and answers at the root: the better the one, the better the other. */
static enum mip_state root(struct mip_tree *t, int64_t steps, int64_t *bound)
{
    enum mip_state state = MIP_LOST;

    for (int i = 0; i < ROOTS; i++) {
        int64_t now;
        state = cut(t, t->lp.done + (steps - t->lp.done) / 3, &now);
        *bound = now > *bound ? now : *bound;
        mip_tree_keep(t);
        if (state != MIP_OPTIMAL)
            break;
        bool better = mip_dive(t, t->lp.done + (steps - t->lp.done) / 4);
        better |= mip_near(t, t->lp.done + (steps - t->lp.done) / 4);
        mip_tree_enter(t, MIP_ROOT);
        state = mip_lp_solve(&t->lp, t->cutoff, &now);
        if (!better || state != MIP_OPTIMAL)
            break;
    }
    return state;
}

struct mip_result mip_solve(const struct mip *p, int64_t cutoff, int64_t steps, int32_t *x, int64_t *used)
{
    struct mip_tree t;
    int64_t bound = INT64_MIN;

    if (p->rows > MIP_ROWS_MAX || (int64_t)p->columns * (p->rows + MIP_CUTS_MAX) > MIP_CELLS_MAX)
        return (struct mip_result){.value = cutoff, .bound = INT64_MIN};
    open_tree(&t, p, cutoff);
    memcpy(t.best, x, (size_t)p->columns * sizeof *x);
    enum mip_state state = root(&t, steps, &bound);
    mip_tree_grow(&t, mip_tree_follow(&t, MIP_ROOT, state, bound), steps, MIP_NODES_MAX);
    int64_t least = t.open > 0 ? t.node[t.heap[0]].bound : t.cutoff;
    least = least < t.cutoff ? least : t.cutoff;
    if (t.found)
        memcpy(x, t.best, (size_t)p->columns * sizeof *x);
    *used += t.lp.done;
    struct mip_result out = {.found = t.found, .finished = least >= t.cutoff, .value = t.cutoff, .bound = least};
    close_tree(&t);
    return out;
}
