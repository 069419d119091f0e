#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan_lp_inside.h"

static const double tiny = 1e-9, pivot_least = 1e-7, slack = 1e-7;

void plan_lp_basis_add(const struct plan_lp *l, int32_t o, double by, double *to)
{
    const struct assign_problem *p = &l->m->problem;
    for (int32_t u = p->option_uses[o]; u < p->option_uses[o + 1]; u++) {
        int32_t r = l->at[p->row[u]];
        if (r >= 0)
            to[r] += by * p->amount[u] * l->scale[r];
    }
    for (int k = 0; k < l->m->level_count - 1; k++) {
        int32_t r = l->at[p->rows + k];
        to[r] += by * (double)l->m->levels[k].value[o] * l->scale[r];
    }
}

static double cost_of(const struct plan_lp *l, int32_t o)
{
    double sum = (double)l->cost[o] + (l->barred[o] ? l->dear : 0);
    for (int k = 0; k < l->level; k++)
        sum += l->rate[k] * (double)l->m->levels[k].value[o];
    return sum;
}

static double basic_cost(const struct plan_lp *l, int32_t i)
{
    if (l->basic[i] >= 0)
        return cost_of(l, l->basic[i]) - cost_of(l, l->key[l->group[i]]);
    return l->basic[i] < -l->rows ? l->dear : 0;
}

/* Prices of the rows that the options are judged by. */
static void tell_prices(struct plan_lp *l)
{
    for (int32_t r = 0; r < l->rows; r++)
        l->price[l->row[r]] = -l->pi[r] * l->scale[r];
}

void plan_lp_basis_prices(struct plan_lp *l)
{
    int32_t m = l->rows;
    for (int32_t i = 0; i < m; i++)
        l->work[i] = basic_cost(l, i);
    for (int32_t r = 0; r < m; r++) {
        const double *column = l->inverse + (size_t)r * (size_t)m;
        double sum = 0;
        for (int32_t i = 0; i < m; i++)
            sum += l->work[i] * column[i];
        l->pi[r] = sum;
    }
    tell_prices(l);
    l->done += (int64_t)m * m / 4;
}

/* The basis' inverse times the column. */
static void direct(struct plan_lp *l, const struct plan_lp_candidate *c)
{
    int32_t m = l->rows;
    memset(l->work, 0, (size_t)m * sizeof *l->work);
    if (c->column >= 0) {
        plan_lp_basis_add(l, c->column, 1, l->work);
        plan_lp_basis_add(l, l->key[c->group], -1, l->work);
    } else if (c->column >= -m) {
        l->work[-1 - c->column] = 1;
    } else {
        l->work[-1 - m - c->column] = -1;
    }
    memset(l->y, 0, (size_t)m * sizeof *l->y);
    for (int32_t r = 0; r < m; r++) {
        double by = l->work[r];
        const double *column = l->inverse + (size_t)r * (size_t)m;
        for (int32_t i = 0; by != 0 && i < m; i++)
            l->y[i] += by * column[i];
    }
}

/* Where a step ends: at a position, or at a group's key. */
struct end {
    double step, pivot;
    int32_t position, key;
};

static void consider(struct end *end, double x, double by, int32_t position, int32_t key, double limit)
{
    if (by <= pivot_least || x > limit * by || by <= end->pivot)
        return;
    *end = (struct end){.step = x > 0 ? x / by : 0, .pivot = by, .position = position, .key = key};
}

/* Among what nearly ends it first, the largest pivot (Harris 1973). */
static struct end ratio(struct plan_lp *l, const struct plan_lp_candidate *c)
{
    struct end end = {.step = INFINITY, .position = -1, .key = -1};
    double limit = INFINITY;
    if (c->column >= 0)
        l->change[c->group] = 1;
    for (int32_t i = 0; i < l->rows; i++)
        if (l->group[i] >= 0)
            l->change[l->group[i]] -= l->y[i];
    for (int pass = 0; pass < 2; pass++) {
        for (int32_t i = -1; i < l->rows; i++) {
            int32_t g = i < 0 ? c->group : l->group[i];
            if (i >= 0 && pass == 0 && l->y[i] > pivot_least)
                limit = fmin(limit, (l->x[i] + slack) / l->y[i]);
            if (g >= 0 && pass == 0 && l->change[g] > pivot_least)
                limit = fmin(limit, (l->key_x[g] + slack) / l->change[g]);
            if (i >= 0 && pass == 1)
                consider(&end, l->x[i], l->y[i], i, -1, limit);
            if (g >= 0 && pass == 1)
                consider(&end, l->key_x[g], l->change[g], -1, g, limit);
        }
    }
    return end;
}

static void walk(struct plan_lp *l, const struct plan_lp_candidate *c, double step)
{
    if (c->column >= 0) {
        l->key_x[c->group] -= step * l->change[c->group];
        l->change[c->group] = 0;
    }
    for (int32_t i = 0; i < l->rows; i++) {
        l->x[i] -= step * l->y[i];
        if (l->group[i] >= 0) {
            l->key_x[l->group[i]] -= step * l->change[l->group[i]];
            l->change[l->group[i]] = 0;
        }
    }
}

/* The group's key changes places with one of its basic options, whose position is returned; -1 if it has none. */
static int32_t change_key(struct plan_lp *l, int32_t g)
{
    int32_t m = l->rows, p = -1;
    for (int32_t i = 0; i < m; i++)
        if (l->group[i] == g && (p < 0 || l->x[i] > l->x[p]))
            p = i;
    if (p < 0)
        return -1;
    for (int32_t r = 0; r < m; r++) {
        double *column = l->inverse + (size_t)r * (size_t)m, sum = 0;
        for (int32_t i = 0; i < m; i++)
            if (l->group[i] == g)
                sum += column[i];
        column[p] = -sum;
    }
    int32_t option = l->basic[p];
    double x = l->x[p];
    l->basic[p] = l->key[g];
    l->x[p] = l->key_x[g];
    l->key[g] = option;
    l->key_x[g] = x;
    l->done += (int64_t)m * m / 2;
    return p;
}

/* The candidate takes the position; the inverse and the prices follow. */
static void enter(struct plan_lp *l, const struct plan_lp_candidate *c, int32_t p, double x)
{
    int32_t m = l->rows;
    double d = plan_lp_slope(l, c), pivot = l->y[p];
    for (int32_t r = 0; r < m; r++) {
        double *column = l->inverse + (size_t)r * (size_t)m, by = column[p] / pivot;
        if (by == 0)
            continue;
        l->pi[r] += d * by;
        for (int32_t i = 0; i < m; i++)
            column[i] -= l->y[i] * by;
        column[p] = by;
        l->done += m / 4;
    }
    if (l->basic[p] < 0)
        l->where[-1 - l->basic[p]] = -1;
    l->basic[p] = c->column;
    l->group[p] = c->group;
    if (c->column < 0)
        l->where[-1 - c->column] = p;
    l->x[p] = x;
    tell_prices(l);
    l->done += m * 2;
}

bool plan_lp_basis_pivot(struct plan_lp *l, const struct plan_lp_candidate *c)
{
    direct(l, c);
    struct end end = ratio(l, c);
    if (end.position < 0 && end.key < 0) {
        walk(l, c, 0);
        return false;
    }
    walk(l, c, end.step);
    l->done += l->rows * 16;
    int32_t p = end.position;
    if (end.key >= 0) {
        p = change_key(l, end.key);
        if (p < 0) {
            l->key[c->group] = c->column;
            l->key_x[c->group] = end.step;
            return true;
        }
        /* The column is less another key now. */
        direct(l, c);
    }
    if (fabs(l->y[p]) < pivot_least / 10) {
        l->since = PLAN_LP_REFACTOR;
        return false;
    }
    enter(l, c, p, end.step);
    l->since++;
    return true;
}

/* One column of the basis, which has unit columns elsewhere, at the place with the largest pivot that is not taken; false if there
 * is none. */
static bool place_column(struct plan_lp *l, int32_t option, int32_t group, uint8_t *taken)
{
    int32_t m = l->rows, p = -1;
    struct plan_lp_candidate one = {.column = option, .group = group};
    direct(l, &one);
    for (int32_t i = 0; i < m; i++)
        if (!taken[i] && fabs(l->y[i]) > (p < 0 ? tiny : fabs(l->y[p])))
            p = i;
    if (p < 0)
        return false;
    for (int32_t r = 0; r < m; r++) {
        double *column = l->inverse + (size_t)r * (size_t)m, by = column[p] / l->y[p];
        for (int32_t i = 0; by != 0 && i < m; i++)
            column[i] -= l->y[i] * by;
        if (by != 0)
            column[p] = by;
    }
    taken[p] = 1;
    l->basic[p] = option;
    l->group[p] = group;
    l->done += (int64_t)m * m / 4;
    return true;
}

/* What the basic columns take, from what the keys leave. */
static void find_x(struct plan_lp *l)
{
    int32_t m = l->rows;
    const struct assign_problem *p = &l->m->problem;
    memcpy(l->work, l->capacity, (size_t)m * sizeof *l->work);
    for (int32_t g = 0; g < p->groups; g++) {
        l->key_x[g] = l->jobs[g];
        if (l->key[g] >= 0 && l->key_x[g] > 0)
            plan_lp_basis_add(l, l->key[g], -l->key_x[g], l->work);
    }
    memset(l->x, 0, (size_t)m * sizeof *l->x);
    for (int32_t r = 0; r < m; r++) {
        const double *column = l->inverse + (size_t)r * (size_t)m;
        for (int32_t i = 0; i < m; i++)
            l->x[i] += l->work[r] * column[i];
    }
    for (int32_t i = 0; i < m; i++) {
        if (l->x[i] < 0 && l->x[i] > -1e-5)
            l->x[i] = 0;
        if (l->group[i] >= 0)
            l->key_x[l->group[i]] -= l->x[i];
    }
    l->done += (int64_t)p->groups * 8 + (int64_t)m * m / 2;
}

/* A row that is free of less than nothing is exceeded. */
static void sort_rows(struct plan_lp *l)
{
    int32_t m = l->rows;
    for (int32_t c = 0; c < 2 * m; c++)
        l->where[c] = -1;
    for (int32_t i = 0; i < m; i++) {
        if (l->basic[i] >= 0)
            continue;
        if (l->x[i] < 0) {
            for (int32_t r = 0; r < m; r++)
                l->inverse[(size_t)r * (size_t)m + (size_t)i] *= -1;
            l->x[i] = -l->x[i];
            l->basic[i] = -1 - m - i;
        }
        l->where[-1 - l->basic[i]] = i;
    }
}

void plan_lp_basis_invert(struct plan_lp *l)
{
    int32_t m = l->rows, n = 0, *option = mem_new((size_t)m, sizeof *option),
            *group = mem_new((size_t)m, sizeof *group);
    uint8_t *taken = mem_new((size_t)m, sizeof *taken);
    for (int32_t i = 0; i < m; i++)
        if (l->basic[i] >= 0) {
            option[n] = l->basic[i];
            group[n++] = l->group[i];
        } else {
            taken[(-1 - l->basic[i]) % m] = 1;
        }
    memset(l->inverse, 0, (size_t)m * (size_t)m * sizeof *l->inverse);
    for (int32_t r = 0; r < m; r++) {
        l->inverse[(size_t)r * (size_t)m + (size_t)r] = 1;
        l->basic[r] = -1 - r;
        l->group[r] = -1;
    }
    for (int32_t i = 0; i < n; i++)
        place_column(l, option[i], group[i], taken);
    find_x(l);
    sort_rows(l);
    plan_lp_basis_prices(l);
    l->since = 0;
    free(option);
    free(group);
    free(taken);
}
