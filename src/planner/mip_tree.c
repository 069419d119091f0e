#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mip_inside.h"

#define WHOLE 1e-6

/* --- answers --- */

static bool keeps_rows(const struct mip *p, const int32_t *x)
{
    for (int32_t r = 0; r < p->rows; r++) {
        mip_wide sum = 0;
        for (int32_t i = p->start[r]; i < p->start[r + 1]; i++)
            sum += (mip_wide)p->coefficient[i] * x[p->column[i]];
        if (sum > p->most[r])
            return false;
    }
    return true;
}

bool mip_tree_take(struct mip_tree *t)
{
    int64_t value = 0;

    for (int32_t j = 0; j < t->p->columns; j++)
        value += t->p->cost[j] * t->now[j];
    if (value >= t->cutoff || !keeps_rows(t->p, t->now))
        return false;
    memcpy(t->best, t->now, (size_t)t->p->columns * sizeof *t->best);
    t->cutoff = value;
    t->found = true;
    return true;
}

/* --- open nodes --- */

static bool before(const struct mip_tree *t, int32_t a, int32_t b)
{
    if (!t->deep && t->node[a].bound != t->node[b].bound)
        return t->node[a].bound < t->node[b].bound;
    return a > b; /* the deepest first */
}

void mip_tree_push(struct mip_tree *t, int32_t n)
{
    int32_t i = t->open++;

    for (; i > 0 && before(t, n, t->heap[(i - 1) / 2]); i = (i - 1) / 2)
        t->heap[i] = t->heap[(i - 1) / 2];
    t->heap[i] = n;
}

int32_t mip_tree_pop(struct mip_tree *t)
{
    int32_t top = t->heap[0], last = t->heap[--t->open], i = 0;

    for (int32_t child = 1; child < t->open; child = i * 2 + 1) {
        if (child + 1 < t->open && before(t, t->heap[child + 1], t->heap[child]))
            child++;
        if (!before(t, t->heap[child], last))
            break;
        t->heap[i] = t->heap[child];
        i = child;
    }
    t->heap[i] = last;
    return top;
}

/* --- branching --- */

static double gain(const struct mip_tree *t, int32_t column, bool up, double distance)
{
    const struct mip_learnt *own = &t->learnt[column];
    double each = own->count[up] > 0     ? own->sum[up] / own->count[up]
                  : t->all.count[up] > 0 ? t->all.sum[up] / t->all.count[up]
                                         : 1;
    return fmax(each * distance, 1e-6);
}

static void learn(struct mip_tree *t, const struct mip_node *n)
{
    double each = fmax(mip_lp_cost(&t->lp) - n->cost, 0) / fmax(n->distance, WHOLE);
    struct mip_learnt *to[] = {&t->learnt[n->column], &t->all};

    for (int i = 0; i < 2; i++) {
        to[i]->sum[n->up] += each;
        to[i]->count[n->up]++;
    }
}

/* The column whose rounding is thought to cost most both ways; -1 if all are whole. */
static int32_t broken(struct mip_tree *t)
{
    int32_t best = -1;
    double most = -1;

    for (int32_t j = 0; j < t->p->columns; j++) {
        double part = t->x[j] - floor(t->x[j]);
        if (t->lp.low[j] == t->lp.high[j] || part < WHOLE || part > 1 - WHOLE)
            continue;
        double score = t->deep ? fabs(part - 0.5) : gain(t, j, false, part) * gain(t, j, true, 1 - part);
        if (score > most) {
            most = score;
            best = j;
        }
    }
    return best;
}

/* Where the relaxation says nothing: the column with the most room, in its middle. */
static int32_t widest(struct mip_tree *t)
{
    int32_t best = -1, most = 0;

    for (int32_t j = 0; j < t->p->columns; j++)
        if (t->lp.high[j] - t->lp.low[j] > most) {
            most = t->lp.high[j] - t->lp.low[j];
            best = j;
        }
    if (best >= 0)
        t->x[best] = t->lp.low[best] + most / 2 + 0.5;
    return best;
}

/* Both children; the one to go on with. */
static int32_t split(struct mip_tree *t, int32_t parent, int32_t column, int64_t bound)
{
    double x = t->x[column], part = x - floor(x), cost = mip_lp_cost(&t->lp);
    bool up = part > 0.5;
    int32_t down = (int32_t)floor(x);

    for (int k = 0; k < 2; k++) {
        bool this_up = k == 0 ? !up : up;
        t->node[t->nodes++] = (struct mip_node){.bound = bound,
                                                .cost = cost,
                                                .distance = this_up ? 1 - part : part,
                                                .parent = parent,
                                                .column = column,
                                                .to = this_up ? down + 1 : down,
                                                .up = this_up};
    }
    mip_tree_push(t, t->nodes - 2);
    return t->nodes - 1;
}

void mip_tree_enter(struct mip_tree *t, int32_t n)
{
    size_t bytes = (size_t)t->p->columns * sizeof *t->root_low;

    memcpy(t->lp.low, t->root_low, bytes);
    memcpy(t->lp.high, t->root_high, bytes);
    for (; n != MIP_ROOT; n = t->node[n].parent) {
        const struct mip_node *one = &t->node[n];
        if (one->up && one->to > t->lp.low[one->column])
            t->lp.low[one->column] = one->to;
        if (!one->up && one->to < t->lp.high[one->column])
            t->lp.high[one->column] = one->to;
    }
    mip_lp_bounds(&t->lp);
}

int32_t mip_tree_follow(struct mip_tree *t, int32_t n, enum mip_state state, int64_t bound)
{
    int32_t column = -1;

    if (state == MIP_ABOVE || state == MIP_EMPTY)
        return -1;
    mip_lp_values(&t->lp, t->x);
    if (state == MIP_OPTIMAL) {
        column = broken(t);
        for (int32_t j = 0; column < 0 && j < t->p->columns; j++)
            t->now[j] = (int32_t)floor(t->x[j] + 0.5);
        if (column < 0 && (mip_tree_take(t) || bound >= t->cutoff) && t->cutoff <= bound)
            return -1;
    }
    if (column < 0)
        column = widest(t);
    if (column < 0) { /* one point is left */
        memcpy(t->now, t->lp.low, (size_t)t->p->columns * sizeof *t->now);
        mip_tree_take(t);
        return -1;
    }
    return split(t, n, column, bound);
}

void mip_tree_keep(struct mip_tree *t)
{
    size_t bytes = (size_t)t->p->columns * sizeof *t->root_low;

    memcpy(t->root_low, t->lp.low, bytes);
    memcpy(t->root_high, t->lp.high, bytes);
}

void mip_tree_grow(struct mip_tree *t, int32_t n, int64_t steps, int32_t nodes)
{
    while (t->lp.done < steps && t->nodes < nodes) {
        if (n < 0) {
            if (t->open == 0 || (!t->deep && t->node[t->heap[0]].bound >= t->cutoff))
                return;
            n = mip_tree_pop(t);
        }
        int64_t bound = 0, had = t->node[n].bound;
        mip_tree_enter(t, n);
        enum mip_state state = had >= t->cutoff ? MIP_ABOVE : mip_lp_solve(&t->lp, t->cutoff, &bound);
        if (state == MIP_OPTIMAL)
            learn(t, &t->node[n]);
        n = mip_tree_follow(t, n, state, bound > had ? bound : had);
    }
    if (n >= 0)
        mip_tree_push(t, n);
}

void mip_tree_nest(struct mip_tree *t, int64_t steps, int32_t nodes)
{
    size_t columns = (size_t)t->p->columns;
    int32_t *low = mem_new(columns, sizeof *low), *high = mem_new(columns, sizeof *high), had = t->nodes,
            open = t->open;
    int64_t bound;

    memcpy(low, t->root_low, columns * sizeof *low);
    memcpy(high, t->root_high, columns * sizeof *high);
    mip_tree_keep(t);
    t->heap += open;
    t->open = 0;
    mip_lp_bounds(&t->lp);
    enum mip_state state = mip_lp_solve(&t->lp, t->cutoff, &bound);
    int32_t first = mip_tree_follow(t, MIP_ROOT, state, bound), most = had + nodes;
    mip_tree_grow(t, first, steps, most < MIP_NODES_MAX ? most : MIP_NODES_MAX);
    t->heap -= open;
    t->open = open;
    t->nodes = had;
    memcpy(t->root_low, low, columns * sizeof *low);
    memcpy(t->root_high, high, columns * sizeof *high);
    free(low);
    free(high);
}
