#include "mip.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mip_inside.h"

#define WHOLE 1e-6

enum { NODES_MAX = 100000, CUT_ROUNDS = 12, ROOT = -1 };

/* A bound more than the parent has. */
struct node {
    int64_t bound;         /* of its parent's relaxation, proven */
    double cost, distance; /* of the parent; how far the parent's value is from the bound */
    int32_t parent, column, to;
    bool up;
};

/* What a column's bounds were seen to cost, for each unit. */
struct learnt {
    double sum[2];
    int32_t count[2];
};

struct mip_tree {
    const struct mip *p;
    struct mip_lp lp;
    struct node *node;
    int32_t nodes;
    int32_t *heap, open; /* the least bound first */
    int32_t *root_low, *root_high;
    struct learnt *learnt, all;
    double *x;
    int32_t *best, *now;
    int64_t cutoff;
    bool found;
};

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

/* Takes t->now if it is an answer below the cutoff. */
static bool take(struct mip_tree *t)
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
    if (t->node[a].bound != t->node[b].bound)
        return t->node[a].bound < t->node[b].bound;
    return a > b; /* the deepest first */
}

static void push(struct mip_tree *t, int32_t n)
{
    int32_t i = t->open++;

    for (; i > 0 && before(t, n, t->heap[(i - 1) / 2]); i = (i - 1) / 2)
        t->heap[i] = t->heap[(i - 1) / 2];
    t->heap[i] = n;
}

static int32_t pop(struct mip_tree *t)
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
    const struct learnt *own = &t->learnt[column];
    double each = own->count[up] > 0     ? own->sum[up] / own->count[up]
                  : t->all.count[up] > 0 ? t->all.sum[up] / t->all.count[up]
                                         : 1;
    return fmax(each * distance, 1e-6);
}

static void learn(struct mip_tree *t, const struct node *n)
{
    double each = fmax(mip_lp_cost(&t->lp) - n->cost, 0) / fmax(n->distance, WHOLE);
    struct learnt *to[] = {&t->learnt[n->column], &t->all};

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
        double score = gain(t, j, false, part) * gain(t, j, true, 1 - part);
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
        t->node[t->nodes++] = (struct node){.bound = bound,
                                            .cost = cost,
                                            .distance = this_up ? 1 - part : part,
                                            .parent = parent,
                                            .column = column,
                                            .to = this_up ? down + 1 : down,
                                            .up = this_up};
    }
    push(t, t->nodes - 2);
    return t->nodes - 1;
}

static void enter(struct mip_tree *t, int32_t n)
{
    size_t bytes = (size_t)t->p->columns * sizeof *t->root_low;

    memcpy(t->lp.low, t->root_low, bytes);
    memcpy(t->lp.high, t->root_high, bytes);
    for (; n != ROOT; n = t->node[n].parent) {
        const struct node *one = &t->node[n];
        if (one->up && one->to > t->lp.low[one->column])
            t->lp.low[one->column] = one->to;
        if (!one->up && one->to < t->lp.high[one->column])
            t->lp.high[one->column] = one->to;
    }
    mip_lp_bounds(&t->lp);
}

/* What follows from where the relaxation stands at a node: an answer, or a child to go on with; -1: nothing is left there. */
static int32_t follow(struct mip_tree *t, int32_t n, enum mip_state state, int64_t bound)
{
    int32_t column = -1;

    if (state == MIP_ABOVE || state == MIP_EMPTY)
        return -1;
    mip_lp_values(&t->lp, t->x);
    if (state == MIP_OPTIMAL) {
        column = broken(t);
        for (int32_t j = 0; column < 0 && j < t->p->columns; j++)
            t->now[j] = (int32_t)floor(t->x[j] + 0.5);
        if (column < 0 && (take(t) || bound >= t->cutoff) && t->cutoff <= bound)
            return -1;
    }
    if (column < 0)
        column = widest(t);
    if (column < 0) { /* one point is left */
        memcpy(t->now, t->lp.low, (size_t)t->p->columns * sizeof *t->now);
        take(t);
        return -1;
    }
    return split(t, n, column, bound);
}

/* --- the whole --- */

static void open_tree(struct mip_tree *t, const struct mip *p, int64_t cutoff)
{
    size_t columns = (size_t)p->columns;

    *t = (struct mip_tree){.p = p, .cutoff = cutoff};
    t->node = mem_new(NODES_MAX + 2, sizeof *t->node);
    t->heap = mem_new(NODES_MAX + 2, sizeof *t->heap);
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

/* The relaxation of the whole, with cuts as long as they help. */
static enum mip_state root(struct mip_tree *t, int64_t steps, int64_t *bound)
{
    enum mip_state state = mip_lp_solve(&t->lp, t->cutoff, bound);
    int64_t best = *bound;
    int idle = 0;

    for (int i = 0; i < CUT_ROUNDS && idle < 3 && state == MIP_OPTIMAL && t->lp.done < steps / 2; i++) {
        double was = mip_lp_cost(&t->lp);
        mip_lp_narrow(&t->lp, t->cutoff);
        if (mip_cut(&t->lp) == 0)
            break;
        state = mip_lp_solve(&t->lp, t->cutoff, bound);
        best = *bound > best ? *bound : best;
        idle = mip_lp_cost(&t->lp) > was + fabs(was) * 1e-6 + 1e-6 ? 0 : idle + 1;
    }
    *bound = best > *bound ? best : *bound;
    return state;
}

static void grow(struct mip_tree *t, int32_t n, int64_t steps)
{
    while (t->lp.done < steps && t->nodes < NODES_MAX) {
        if (n < 0) {
            if (t->open == 0 || t->node[t->heap[0]].bound >= t->cutoff)
                return;
            n = pop(t);
        }
        int64_t bound = 0, had = t->node[n].bound;
        enter(t, n);
        enum mip_state state = had >= t->cutoff ? MIP_ABOVE : mip_lp_solve(&t->lp, t->cutoff, &bound);
        if (state == MIP_OPTIMAL)
            learn(t, &t->node[n]);
        n = follow(t, n, state, bound > had ? bound : had);
    }
    if (n >= 0)
        push(t, n);
}

struct mip_result mip_solve(const struct mip *p, int64_t cutoff, int64_t steps, int32_t *x, int64_t *used)
{
    struct mip_tree t;
    int64_t bound = INT64_MIN;

    if (p->rows > MIP_ROWS_MAX || (int64_t)p->columns * (p->rows + MIP_CUTS_MAX) > MIP_CELLS_MAX)
        return (struct mip_result){.value = cutoff, .bound = INT64_MIN};
    open_tree(&t, p, cutoff);
    enum mip_state state = root(&t, steps, &bound);
    memcpy(t.root_low, t.lp.low, (size_t)p->columns * sizeof *t.root_low);
    memcpy(t.root_high, t.lp.high, (size_t)p->columns * sizeof *t.root_high);
    grow(&t, follow(&t, ROOT, state, bound), steps);
    int64_t least = t.open > 0 ? t.node[t.heap[0]].bound : t.cutoff;
    least = least < t.cutoff ? least : t.cutoff;
    if (t.found)
        memcpy(x, t.best, (size_t)p->columns * sizeof *x);
    *used += t.lp.done;
    struct mip_result out = {.found = t.found, .finished = least >= t.cutoff, .value = t.cutoff, .bound = least};
    close_tree(&t);
    return out;
}
