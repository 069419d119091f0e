#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mip_inside.h"

#define FEASIBLE 1e-7 /* a value may be outside its bounds by so much */
#define PIVOT    1e-8 /* below it nothing can enter */

enum { PIVOTS_MAX = 4000 /* of one relaxation: it circles */, AGED = 3000 /* pivots, then it begins anew */ };

static struct mip_row copy_row(const struct mip *p, int32_t r)
{
    int32_t from = p->start[r], n = p->start[r + 1] - from;
    struct mip_row row = {.length = n, .most = p->most[r], .scale = 1, .whole = true};
    int64_t largest = 1;

    row.column = mem_new((size_t)n, sizeof *row.column);
    row.coefficient = mem_new((size_t)n, sizeof *row.coefficient);
    for (int32_t i = 0; i < n; i++) {
        row.column[i] = p->column[from + i];
        row.coefficient[i] = p->coefficient[from + i];
        largest = llabs(row.coefficient[i]) > largest ? llabs(row.coefficient[i]) : largest;
        row.reach += fabs((double)row.coefficient[i]) * p->upper[row.column[i]];
    }
    row.scale = ldexp(1, -ilogb((double)largest));
    row.whole = largest < INT64_C(1) << 32;
    return row;
}

/* A multiplier may be some hundred times the largest cost: rows have small coefficients too. */
static int bits_for(const struct mip *p)
{
    int64_t most = 1;
    int bits = 46;

    for (int32_t j = 0; j < p->columns; j++)
        most = llabs(p->cost[j]) > most ? llabs(p->cost[j]) : most;
    while (bits > 10 && most > INT64_C(1) << (52 - bits < 0 ? 0 : 52 - bits))
        bits--;
    return bits;
}

void mip_lp_init(struct mip_lp *l, const struct mip *p)
{
    size_t columns = (size_t)p->columns, rows = (size_t)p->rows + MIP_CUTS_MAX;

    *l = (struct mip_lp){.p = p, .columns = p->columns, .rows = p->rows, .rows_max = (int32_t)rows};
    l->row = mem_new(rows, sizeof *l->row);
    l->tableau = mem_new(rows * columns, sizeof *l->tableau);
    l->slope = mem_new(columns, sizeof *l->slope);
    l->value = mem_new(rows, sizeof *l->value);
    l->basic = mem_new(rows, sizeof *l->basic);
    l->nonbasic = mem_new(columns, sizeof *l->nonbasic);
    l->low = mem_new(columns, sizeof *l->low);
    l->high = mem_new(columns, sizeof *l->high);
    l->at_high = mem_new(columns, sizeof *l->at_high);
    l->filled = mem_new(columns, sizeof *l->filled);
    l->reduced = mem_new(columns, sizeof *l->reduced);
    l->multiplier = mem_new(rows, sizeof *l->multiplier);
    for (int32_t r = 0; r < p->rows; r++)
        l->row[r] = copy_row(p, r);
    l->bits = bits_for(p);
    memcpy(l->high, p->upper, columns * sizeof *l->high);
    mip_lp_begin(l);
}

void mip_lp_release(struct mip_lp *l)
{
    for (int32_t r = 0; r < l->rows; r++) {
        free(l->row[r].column);
        free(l->row[r].coefficient);
    }
    free(l->row);
    free(l->tableau);
    free(l->slope);
    free(l->value);
    free(l->basic);
    free(l->nonbasic);
    free(l->low);
    free(l->high);
    free(l->at_high);
    free(l->filled);
    free(l->reduced);
    free(l->multiplier);
}

static double *row_of(const struct mip_lp *l, int32_t r)
{
    return l->tableau + (size_t)r * (size_t)l->columns;
}

void mip_lp_begin(struct mip_lp *l)
{
    memset(l->tableau, 0, (size_t)l->rows * (size_t)l->columns * sizeof *l->tableau);
    for (int32_t j = 0; j < l->columns; j++) {
        l->nonbasic[j] = j;
        l->slope[j] = (double)l->p->cost[j];
        l->at_high[j] = l->slope[j] < 0;
    }
    for (int32_t r = 0; r < l->rows; r++) {
        l->basic[r] = l->columns + r;
        for (int32_t i = 0; i < l->row[r].length; i++)
            row_of(l, r)[l->row[r].column[i]] = (double)l->row[r].coefficient[i] * l->row[r].scale;
    }
    l->pivots = 0;
    l->done += (int64_t)l->rows * l->columns / 8;
    mip_lp_bounds(l);
}

/* What a nonbasic variable has. */
static double bound_of(const struct mip_lp *l, int32_t v)
{
    return v >= l->columns ? 0 : l->at_high[v] ? l->high[v] : l->low[v];
}

void mip_lp_values(const struct mip_lp *l, double *x)
{
    for (int32_t j = 0; j < l->columns; j++)
        if (l->nonbasic[j] < l->columns)
            x[l->nonbasic[j]] = bound_of(l, l->nonbasic[j]);
    for (int32_t r = 0; r < l->rows; r++)
        if (l->basic[r] < l->columns)
            x[l->basic[r]] = l->value[r];
}

/* Basic values follow from the nonbasic ones by the tableau, up to a constant: that of the free rows' basis, which the rows
 * themselves say. So by solving the rows for what differs. */
void mip_lp_bounds(struct mip_lp *l)
{
    double *rest = mem_new((size_t)l->rows, sizeof *rest), *x = mem_new((size_t)l->columns, sizeof *x);

    /* What could not move while its bounds were one may be at the wrong one now. */
    for (int32_t j = 0; j < l->columns; j++)
        if (l->nonbasic[j] < l->columns) {
            if (l->slope[j] != 0)
                l->at_high[l->nonbasic[j]] = l->slope[j] < 0;
            x[l->nonbasic[j]] = bound_of(l, l->nonbasic[j]);
        }
    for (int32_t r = 0; r < l->rows; r++) {
        double sum = (double)l->row[r].most;
        for (int32_t i = 0; i < l->row[r].length; i++)
            sum -= (double)l->row[r].coefficient[i] * x[l->row[r].column[i]];
        rest[r] = sum * l->row[r].scale;
    }
    /* The inverse of the basis stands in the columns of the free rows; those that are basic are a unit. */
    for (int32_t r = 0; r < l->rows; r++)
        l->value[r] = l->basic[r] >= l->columns ? rest[l->basic[r] - l->columns] : 0;
    for (int32_t j = 0; j < l->columns; j++) {
        int32_t v = l->nonbasic[j];
        if (v < l->columns || rest[v - l->columns] == 0)
            continue;
        for (int32_t r = 0; r < l->rows; r++)
            l->value[r] += row_of(l, r)[j] * rest[v - l->columns];
    }
    l->done += (int64_t)l->rows * l->columns / 6;
    free(rest);
    free(x);
}

/* The basic variable that is furthest outside its bounds; by how much, signed: above 0, above the upper one. */
static int32_t worst_row(const struct mip_lp *l, double *by)
{
    int32_t worst = -1;
    double most = 0;

    for (int32_t r = 0; r < l->rows; r++) {
        int32_t v = l->basic[r];
        double low = v < l->columns ? l->low[v] : 0, high = v < l->columns ? l->high[v] : INFINITY;
        double out = l->value[r] < low ? l->value[r] - low : l->value[r] > high ? l->value[r] - high : 0;
        if (fabs(out) > FEASIBLE * (1 + fabs(l->value[r]) * 1e-3) && fabs(out) > most) {
            most = fabs(out);
            worst = r;
            *by = out;
        }
    }
    return worst;
}

/* The place that enters: of those that bring the row back, the one whose slope allows least; of nearly equal ones the steepest. */
static int32_t entering(const struct mip_lp *l, int32_t r, double by)
{
    const double *t = row_of(l, r);
    int32_t best = -1;
    double least = INFINITY, steepest = 0;

    for (int32_t j = 0; j < l->columns; j++) {
        int32_t v = l->nonbasic[j];
        double a = by > 0 ? t[j] : -t[j];
        bool high = v < l->columns && l->at_high[v];
        if (fabs(a) < PIVOT || (v < l->columns && l->low[v] == l->high[v]) || (high ? a > 0 : a < 0))
            continue;
        double ratio = fabs(l->slope[j]) / fabs(a);
        if (ratio < least - 1e-9 * (1 + least) || (ratio < least + 1e-9 * (1 + least) && fabs(a) > steepest)) {
            least = ratio < least ? ratio : least;
            steepest = fabs(a);
            best = j;
        }
    }
    return best;
}

static void pivot(struct mip_lp *l, int32_t r, int32_t q, double by)
{
    double *t = row_of(l, r), p = t[q], step = by / p, slope = l->slope[q];
    int32_t in = l->nonbasic[q], out = l->basic[r], n = 0;
    double had = bound_of(l, in);

    for (int32_t j = 0; j < l->columns; j++)
        if (t[j] != 0 && j != q) {
            t[j] /= p;
            l->slope[j] -= slope * t[j];
            l->filled[n++] = j;
        }
    l->slope[q] = -slope / p;
    t[q] = 1 / p;
    for (int32_t k = 0; k < l->rows; k++) {
        double *row = row_of(l, k), f = row[q];
        if (k == r || f == 0)
            continue;
        for (int32_t i = 0; i < n; i++) {
            double to = row[l->filled[i]] - f * t[l->filled[i]];
            row[l->filled[i]] = fabs(to) < 1e-12 ? 0 : to;
        }
        row[q] = -f / p;
        l->value[k] -= f * step;
        l->done += n / 2;
    }
    l->value[r] = had + step;
    l->basic[r] = in;
    l->nonbasic[q] = out;
    if (out < l->columns)
        l->at_high[out] = by > 0;
    l->pivots++;
    l->done += (l->columns + l->rows) * 2;
}

/* --- proofs --- */

/* What the columns cost beyond the rows at the multipliers; the least of all, in 2^-bits. */
static mip_wide weigh(struct mip_lp *l, bool with_cost)
{
    mip_wide sum = 0;

    for (int32_t j = 0; j < l->columns; j++)
        l->reduced[j] = with_cost ? l->p->cost[j] * ((mip_wide)1 << l->bits) : 0;
    for (int32_t r = 0; r < l->rows; r++) {
        const struct mip_row *row = &l->row[r];
        if (l->multiplier[r] == 0)
            continue;
        sum -= (mip_wide)l->multiplier[r] * row->most;
        for (int32_t i = 0; i < row->length; i++)
            l->reduced[row->column[i]] += (mip_wide)l->multiplier[r] * row->coefficient[i];
        l->done += row->length;
    }
    for (int32_t j = 0; j < l->columns; j++)
        sum += l->reduced[j] * (l->reduced[j] < 0 ? l->high[j] : l->low[j]);
    l->done += l->columns;
    return sum;
}

/* A multiplier of a row: at most so much that no sum in a proof overflows. */
static int64_t whole_of(const struct mip_row *row, double x)
{
    double most = fmin(4e18, ldexp(1, 115) / (1 + row->reach));

    return x > 0 ? (int64_t)fmin(x, most) : 0;
}

/* Multipliers from the slopes of the free rows; the bound that they prove, rounded up. */
static int64_t prove(struct mip_lp *l)
{
    memset(l->multiplier, 0, (size_t)l->rows * sizeof *l->multiplier);
    for (int32_t j = 0; j < l->columns; j++) {
        int32_t r = l->nonbasic[j] - l->columns;
        if (r >= 0)
            l->multiplier[r] = whole_of(&l->row[r], ldexp(l->slope[j] * l->row[r].scale, l->bits));
    }
    mip_wide up = weigh(l, true) + ((mip_wide)1 << l->bits) - 1, bound = up >> l->bits;
    return bound < -(INT64_C(1) << 62) ? -(INT64_C(1) << 62)
           : bound > INT64_C(1) << 62  ? INT64_C(1) << 62
                                       : (int64_t)bound;
}

/* Whether the row of the tableau whose variable can't come back proves that there is no answer. */
static bool prove_empty(struct mip_lp *l, int32_t r, double by)
{
    const double *t = row_of(l, r);
    double largest = 0, sign = by > 0 ? 1 : -1;

    memset(l->multiplier, 0, (size_t)l->rows * sizeof *l->multiplier);
    for (int32_t j = 0; j < l->columns; j++)
        if (l->nonbasic[j] >= l->columns)
            largest = fmax(largest, fabs(t[j]) * l->row[l->nonbasic[j] - l->columns].scale);
    if (l->basic[r] >= l->columns)
        largest = fmax(largest, l->row[l->basic[r] - l->columns].scale);
    double unit = largest > 0 ? ldexp(1, 40) / largest : 0;
    for (int32_t j = 0; j < l->columns; j++) {
        int32_t k = l->nonbasic[j] - l->columns;
        if (k >= 0)
            l->multiplier[k] = whole_of(&l->row[k], -sign * t[j] * l->row[k].scale * unit);
    }
    if (l->basic[r] >= l->columns)
        l->multiplier[l->basic[r] - l->columns] =
            whole_of(&l->row[l->basic[r] - l->columns], -sign * l->row[l->basic[r] - l->columns].scale * unit);
    return weigh(l, false) > 0;
}

double mip_lp_cost(const struct mip_lp *l)
{
    double sum = 0;

    for (int32_t j = 0; j < l->columns; j++)
        if (l->nonbasic[j] < l->columns)
            sum += (double)l->p->cost[l->nonbasic[j]] * bound_of(l, l->nonbasic[j]);
    for (int32_t r = 0; r < l->rows; r++)
        if (l->basic[r] < l->columns)
            sum += (double)l->p->cost[l->basic[r]] * l->value[r];
    return sum;
}

/* Whether the rows, of which the tableau was made, still say what it says, and the proof too. */
static bool is_true(const struct mip_lp *l, int64_t bound)
{
    double *x = mem_new((size_t)l->columns, sizeof *x), cost = mip_lp_cost(l);
    bool good = cost - (double)bound < 1e-2 + fabs(cost) * 1e-6;

    mip_lp_values(l, x);
    for (int32_t r = 0; r < l->rows && good; r++) {
        double sum = (double)l->row[r].most;
        for (int32_t i = 0; i < l->row[r].length; i++)
            sum -= (double)l->row[r].coefficient[i] * x[l->row[r].column[i]];
        good = sum * l->row[r].scale > -1e-5;
    }
    free(x);
    return good;
}

static enum mip_state descend(struct mip_lp *l, int64_t cutoff, int64_t *bound)
{
    for (int n = 0; n < PIVOTS_MAX; n++) {
        double by = 0;
        int32_t r = worst_row(l, &by), q = r < 0 ? -1 : entering(l, r, by);
        l->done += l->rows + (r < 0 ? 0 : l->columns * 2);
        if (r < 0) {
            *bound = prove(l);
            return *bound >= cutoff ? MIP_ABOVE : MIP_OPTIMAL;
        }
        if (q < 0)
            return prove_empty(l, r, by) ? MIP_EMPTY : MIP_LOST;
        pivot(l, r, q, by);
        if (n % 8 == 7 && mip_lp_cost(l) > (double)cutoff) {
            *bound = prove(l);
            if (*bound >= cutoff)
                return MIP_ABOVE;
        }
    }
    return MIP_LOST;
}

enum mip_state mip_lp_solve(struct mip_lp *l, int64_t cutoff, int64_t *bound)
{
    *bound = INT64_MIN;
    if (l->pivots > AGED)
        mip_lp_begin(l);
    enum mip_state state = descend(l, cutoff, bound);
    if (l->pivots > 0 && (state == MIP_LOST || (state == MIP_OPTIMAL && !is_true(l, *bound)))) {
        mip_lp_begin(l);
        state = descend(l, cutoff, bound);
    }
    return state == MIP_OPTIMAL && !is_true(l, *bound) ? MIP_LOST : state;
}

void mip_lp_add(struct mip_lp *l, struct mip_row row)
{
    int32_t r = l->rows++;
    double *t = row_of(l, r), *a = mem_new((size_t)l->columns, sizeof *a), *x = mem_new((size_t)l->columns, sizeof *x);

    mip_lp_values(l, x);
    double sum = (double)row.most;
    for (int32_t i = 0; i < row.length; i++) {
        a[row.column[i]] = (double)row.coefficient[i] * row.scale;
        sum -= (double)row.coefficient[i] * x[row.column[i]];
    }
    for (int32_t j = 0; j < l->columns; j++)
        t[j] = l->nonbasic[j] < l->columns ? a[l->nonbasic[j]] : 0;
    for (int32_t k = 0; k < r; k++) {
        double by = l->basic[k] < l->columns ? a[l->basic[k]] : 0;
        for (int32_t j = 0; by != 0 && j < l->columns; j++)
            t[j] -= by * row_of(l, k)[j];
    }
    l->row[r] = row;
    l->basic[r] = l->columns + r;
    l->value[r] = sum * row.scale;
    l->done += (int64_t)l->columns * 4;
    free(a);
    free(x);
}

/* Row `r`, whose own free part is basic at place `at`, goes; the last one takes its number. */
static void take_out(struct mip_lp *l, int32_t r, int32_t at)
{
    int32_t last = --l->rows;

    free(l->row[r].column);
    free(l->row[r].coefficient);
    l->row[r] = l->row[last];
    if (at != last) {
        memcpy(row_of(l, at), row_of(l, last), (size_t)l->columns * sizeof *l->tableau);
        l->basic[at] = l->basic[last];
        l->value[at] = l->value[last];
    }
    for (int32_t i = 0; i < l->rows; i++)
        if (l->basic[i] == l->columns + last)
            l->basic[i] = l->columns + r;
    for (int32_t j = 0; j < l->columns; j++)
        if (l->nonbasic[j] == l->columns + last)
            l->nonbasic[j] = l->columns + r;
}

void mip_lp_drop(struct mip_lp *l)
{
    for (int32_t at = l->rows - 1; at >= 0; at--) {
        int32_t r = l->basic[at] - l->columns;
        if (r >= l->p->rows && l->value[at] > 1e-4)
            take_out(l, r, at);
    }
    l->done += l->columns;
}

void mip_lp_narrow(struct mip_lp *l, int64_t cutoff)
{
    prove(l);
    mip_wide room = (cutoff - 1) * ((mip_wide)1 << l->bits) - weigh(l, true);

    for (int32_t j = 0; j < l->columns && room >= 0; j++) {
        mip_wide by = l->reduced[j] < 0 ? -l->reduced[j] : l->reduced[j];
        if (by == 0 || room / by >= l->high[j] - l->low[j])
            continue;
        if (l->reduced[j] > 0)
            l->high[j] = l->low[j] + (int32_t)(room / by);
        else
            l->low[j] = l->high[j] - (int32_t)(room / by);
    }
    mip_lp_bounds(l);
}
