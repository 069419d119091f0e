#include <math.h>
#include <string.h>

#include "plan_lp_inside.h"

/* What a job of the option uses of the rows, at the prices. */
static double worth(const struct plan_lp *l, int32_t o)
{
    const struct assign_problem *p = &l->m->problem;
    double sum = 0;
    for (int32_t u = p->option_uses[o]; u < p->option_uses[o + 1]; u++)
        sum += l->price[p->row[u]] * p->amount[u];
    return sum;
}

static bool is_broken(double count)
{
    return fabs(count - floor(count + 0.5)) > 1e-4;
}

/* Holds so many jobs at the option, where they stand, and bars it for all others. */
static void hold(struct plan_lp *l, int32_t o, int32_t g, int32_t jobs, int32_t *held)
{
    memset(l->work, 0, (size_t)l->rows * sizeof *l->work);
    plan_lp_basis_add(l, o, jobs, l->work);
    for (int32_t r = 0; r < l->rows; r++)
        if (l->capacity[r] < PLAN_LP_FREE / 2)
            l->capacity[r] -= l->work[r];
    held[o] += jobs;
    l->jobs[g] -= jobs;
    l->barred[o] = 1;
    if (l->key[g] == o)
        l->key_x[g] -= jobs;
    for (int32_t i = 0; i < l->rows; i++)
        if (l->basic[i] == o)
            l->x[i] -= jobs;
}

/* Holds the whole jobs of what is broken and not below a size; false if nothing is. */
static bool hold_broken(struct plan_lp *l, double size, int32_t *held)
{
    bool any = false;
    for (int32_t i = 0; i < l->rows; i++)
        for (int key = 0; key < 2 && l->group[i] >= 0; key++) {
            int32_t o = key ? l->key[l->group[i]] : l->basic[i];
            double count = key ? l->key_x[l->group[i]] : l->x[i];
            if (l->barred[o] || !is_broken(count) || worth(l, o) < size)
                continue;
            hold(l, o, l->group[i], (int32_t)floor(count), held);
            any = true;
        }
    return any;
}

/* Holds everything that is not below a size, and lets no more of it in. */
static void close_size(struct plan_lp *l, double size, int32_t *held)
{
    const struct assign_problem *p = &l->m->problem;
    for (int32_t i = 0; i < l->rows; i++)
        if (l->group[i] >= 0 && !l->barred[l->basic[i]] && worth(l, l->basic[i]) >= size)
            hold(l, l->basic[i], l->group[i], (int32_t)floor(l->x[i] + 1e-4), held);
    for (int32_t g = 0; g < p->groups; g++) {
        int32_t o = l->key[g];
        if (o >= 0 && !l->barred[o] && worth(l, o) >= size)
            hold(l, o, g, (int32_t)floor(l->key_x[g] + 1e-4), held);
    }
    for (int32_t o = 0; o < l->options; o++)
        l->barred[o] = l->barred[o] || worth(l, o) >= size;
    l->done += l->options * 8;
}

static void solve_again(struct plan_lp *l, int64_t most, int64_t *used)
{
    plan_lp_basis_prices(l);
    l->optimal = false;
    l->candidates = 0;
    while (*used < most && plan_lp_step(l, most - *used, used))
        ;
}

enum { SIZES = 14, TRIES = 6 };

void plan_lp_dive(struct plan_lp *l, int32_t *held, int64_t steps, int64_t *used)
{
    int64_t most = *used + steps;
    double size = 0;
    l->rough = true;
    solve_again(l, most, used);
    for (int32_t o = 0; o < l->options; o++)
        size = l->usable[o] ? fmax(size, worth(l, o)) : size;
    for (int i = 0; i < SIZES && *used < most; i++) {
        size /= 2;
        for (int k = 0; k < TRIES && *used < most && hold_broken(l, size, held); k++)
            solve_again(l, most, used);
        close_size(l, size, held);
        solve_again(l, most, used);
    }
}
