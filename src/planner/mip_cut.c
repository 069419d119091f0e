#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mip_inside.h"
#include "planner/divisor.h"

/* Mixed-integer rounding of a sum of rows, in whole 2^-BITS: of sum a x + sum k s = b, with x whole and not below 0 (or counted from its
 * upper bound) and s what is free of the rows, follows sum G(a) x + sum G(k) s <= (1 - f) floor(b), f the part of b that is not
 * whole; G(a) = (1 - f) floor(a) + max(0, part(a) - f) for whole variables, min(0, a) for others. Then s is put back. */

enum { BITS = 28, ROUND_MAX = 60, DENSE = 400, CUT_BITS = 20 /* of the largest coefficient of a cut */ };
#define Q        (INT64_C(1) << BITS)
#define BIG      (INT64_C(1) << 55)
#define FRACTION 0.005 /* nearer to whole numbers nothing is rounded */
#define VIOLATED 1e-4

struct cutter {
    struct mip_lp *l;
    mip_wide *a; /* of each column */
    mip_wide most;
    int64_t *by; /* of each row, in 2^-BITS */
    double *x;
};

static int64_t floor_of(mip_wide a)
{
    return (int64_t)(a >> BITS);
}

static int64_t part_of(mip_wide a)
{
    return (int64_t)(a & (Q - 1));
}

static mip_wide rounded(mip_wide a, int64_t f)
{
    int64_t part = part_of(a);
    return (mip_wide)(Q - f) * floor_of(a) + (part > f ? part - f : 0);
}

/* The rows in the tableau's row, each with its multiplier; false if one is too large. */
static bool gather(struct cutter *c, int32_t r, int times)
{
    const struct mip_lp *l = c->l;
    const double *t = l->tableau + (size_t)r * (size_t)l->columns;

    memset(c->by, 0, (size_t)l->rows * sizeof *c->by);
    for (int32_t j = 0; j < l->columns; j++) {
        int32_t k = l->nonbasic[j] - l->columns;
        double by = k >= 0 ? t[j] * l->row[k].scale * times : 0;
        if (fabs(by) > 1e6)
            return false;
        if (k >= 0)
            c->by[k] = (int64_t)floor(by * (double)Q + 0.5);
    }
    if (l->basic[r] >= l->columns) {
        int32_t k = l->basic[r] - l->columns;
        c->by[k] = (int64_t)(l->row[k].scale * (double)Q) * times;
        if (c->by[k] == 0)
            return false;
    }
    return true;
}

/* Adds the rows to c->a and c->most, each times `by`. */
static void add_rows(struct cutter *c, const mip_wide *by)
{
    const struct mip_lp *l = c->l;

    for (int32_t r = 0; r < l->rows; r++) {
        if (by[r] == 0)
            continue;
        c->most += by[r] * l->row[r].most;
        for (int32_t i = 0; i < l->row[r].length; i++)
            c->a[l->row[r].column[i]] += by[r] * l->row[r].coefficient[i];
        c->l->done += l->row[r].length;
    }
}

static bool is_high(const struct cutter *c, int32_t j)
{
    return c->x[j] * 2 > c->l->low[j] + c->l->high[j];
}

/* Counts columns from the bound that they are nearer to, or back. */
static void turn(struct cutter *c, bool back)
{
    for (int32_t j = 0; j < c->l->columns; j++) {
        int64_t from = is_high(c, j) ? c->l->high[j] : c->l->low[j];
        c->most -= (back ? -1 : 1) * c->a[j] * from * (back && is_high(c, j) ? -1 : 1);
        if (is_high(c, j))
            c->a[j] = -c->a[j];
    }
}

/* Rounds what stands in c->a and c->most; then puts back what is free of the rows. False if there is nothing to be rounded. */
static bool round_all(struct cutter *c, mip_wide *by)
{
    const struct mip_lp *l = c->l;
    int64_t f = part_of(c->most);

    if ((double)f < FRACTION * (double)Q || (double)f > (1 - FRACTION) * (double)Q)
        return false;
    for (int32_t j = 0; j < l->columns; j++)
        c->a[j] = rounded(c->a[j], f);
    c->most = (mip_wide)(Q - f) * floor_of(c->most);
    turn(c, true);
    for (int32_t r = 0; r < l->rows; r++)
        by[r] = c->by[r] == 0 ? 0 : l->row[r].whole ? -rounded(c->by[r], f) : c->by[r] < 0 ? -c->by[r] : 0;
    add_rows(c, by);
    return true;
}

/* In numbers of moderate size: what is rounded down of columns that are not below 0 still holds. */
static void shrink(struct cutter *c)
{
    mip_wide largest = 1;
    int by = 0;

    turn(c, false);
    for (int32_t j = 0; j < c->l->columns; j++) {
        mip_wide a = c->a[j] < 0 ? -c->a[j] : c->a[j];
        largest = a > largest ? a : largest;
    }
    while (largest >> by >> CUT_BITS > 0)
        by++;
    for (int32_t j = 0; j < c->l->columns; j++)
        c->a[j] >>= by;
    c->most >>= by;
    turn(c, true);
}

/* The row, if its numbers are small enough and it cuts where the relaxation stands deep enough. */
static bool make(const struct cutter *c, struct mip_row *out)
{
    const struct mip_lp *l = c->l;
    int32_t n = 0;
    int64_t common = 0, largest = 1;
    double sum = 0, norm = 0, reach = 0;

    for (int32_t j = 0; j < l->columns; j++) {
        if (c->a[j] == 0)
            continue;
        if (c->a[j] > BIG || c->a[j] < -BIG || ++n > DENSE)
            return false;
        int64_t a = (int64_t)c->a[j];
        sum += (double)a * c->x[j];
        norm += (double)a * (double)a;
        reach += fabs((double)a) * l->p->upper[j];
        common = divisor_common(llabs(a), common);
        largest = llabs(a) > largest ? llabs(a) : largest;
    }
    if (n == 0 || reach > ldexp(1, 61) || c->most > BIG * 64 || c->most < -BIG * 64 ||
        sum - (double)c->most < VIOLATED * sqrt(norm))
        return false;
    int64_t most = (int64_t)c->most / common - ((int64_t)c->most % common < 0);
    *out = (struct mip_row){.most = most, .reach = reach / (double)common, .whole = largest / common < 1 << 16};
    out->scale = ldexp(1, -ilogb((double)(largest / common)));
    out->column = mem_new((size_t)n, sizeof *out->column);
    out->coefficient = mem_new((size_t)n, sizeof *out->coefficient);
    for (int32_t j = 0; j < l->columns; j++)
        if (c->a[j] != 0) {
            out->column[out->length] = j;
            out->coefficient[out->length++] = (int64_t)c->a[j] / common;
        }
    return true;
}

static bool cut_row(struct cutter *c, int32_t r, int times, mip_wide *by, struct mip_row *out)
{
    const struct mip_lp *l = c->l;

    if (!gather(c, r, times))
        return false;
    memset(c->a, 0, (size_t)l->columns * sizeof *c->a);
    c->most = 0;
    for (int32_t k = 0; k < l->rows; k++)
        by[k] = c->by[k];
    add_rows(c, by);
    turn(c, false);
    c->l->done += l->columns * 8;
    if (!round_all(c, by))
        return false;
    shrink(c);
    return make(c, out);
}

struct source {
    int32_t row;
    double depth;
};

static int by_depth(const void *a, const void *b)
{
    const struct source *x = a, *y = b;
    return x->depth != y->depth ? (x->depth < y->depth) - (x->depth > y->depth) : (x->row > y->row) - (x->row < y->row);
}

/* The rows of the tableau whose variables should be whole and are not, the furthest first. */
static int32_t list_sources(const struct mip_lp *l, struct source *all)
{
    int32_t n = 0;

    for (int32_t r = 0; r < l->rows; r++) {
        bool own = l->basic[r] < l->columns;
        if (!own && !l->row[l->basic[r] - l->columns].whole)
            continue;
        double x = own ? l->value[r] : l->value[r] / l->row[l->basic[r] - l->columns].scale, part = x - floor(x);
        part = part < 0.5 ? part : 1 - part;
        if (part > FRACTION)
            all[n++] = (struct source){r, own ? part + 1 : part};
    }
    qsort(all, (size_t)n, sizeof *all, by_depth);
    return n;
}

/* Whether the tableau's row has a part that need not be whole: then what is rounded up is not what is rounded down. */
static bool is_mixed(const struct mip_lp *l, int32_t r)
{
    for (int32_t j = 0; j < l->columns; j++) {
        int32_t k = l->nonbasic[j] - l->columns;
        if (k >= 0 && !l->row[k].whole && l->tableau[(size_t)r * (size_t)l->columns + (size_t)j] != 0)
            return true;
    }
    return false;
}

int mip_cut(struct mip_lp *l)
{
    /* Times a few, another part of it is not whole (k-cuts: Cornuejols, Li, Vandenbussche 2003). */
    static const int times[] = {1, -1, 2, 3, -2, 5, 7};
    size_t rows = (size_t)l->rows_max, columns = (size_t)l->columns;
    struct cutter c = {.l = l,
                       .a = mem_new(columns, sizeof *c.a),
                       .by = mem_new(rows, sizeof *c.by),
                       .x = mem_new(columns, sizeof *c.x)};
    struct source *all = mem_new(rows, sizeof *all);
    mip_wide *by = mem_new(rows, sizeof *by);
    struct mip_row made[ROUND_MAX];
    int count = 0;

    mip_lp_values(l, c.x);
    int32_t n = list_sources(l, all);
    for (int k = 0; k < 7; k++)
        for (int32_t i = 0; i < n && count < ROUND_MAX && l->rows + count < l->rows_max; i++)
            if (times[k] > 0 || is_mixed(l, all[i].row))
                count += cut_row(&c, all[i].row, times[k], by, &made[count]);
    for (int i = 0; i < count; i++)
        mip_lp_add(l, made[i]);
    free(c.a);
    free(c.by);
    free(c.x);
    free(all);
    free(by);
    return count;
}
