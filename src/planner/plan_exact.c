#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mip.h"
#include "plan_inside.h"
#include "planner/divisor.h"

/* A level as an integer program: how many jobs of a group take each option, but for one option of each group, which takes the
 * rest. Options that at the prices cost more than any better answer has left are out, and so are rows that can't bind then. */

struct cell {
    int32_t row, column;
    int64_t coefficient;
};

struct exact {
    const struct assign_problem *p;
    const struct plan_exact_ask *ask;
    uint8_t *kept;   /* of each option */
    int32_t *key;    /* of each group; -1: no jobs */
    int32_t *option; /* of each column */
    int32_t columns, cells, cells_max;
    struct cell *cell;
    int64_t *rest;       /* of each row, what the keys leave of it */
    int32_t *group_row;  /* of each group: a row that holds its columns; -1 */
    int64_t fixed, unit; /* cost of all keys; divisor of all costs beyond it */
    struct mip mip;
    int64_t *cost, *coefficient, *most;
    int32_t *upper, *start, *column;
};

static bool is_usable(const struct assign_problem *p, int32_t o)
{
    for (int32_t u = p->option_uses[o]; u < p->option_uses[o + 1]; u++)
        if (p->capacity[p->row[u]] < 0 || p->amount[u] > p->capacity[p->row[u]])
            return false;
    return true;
}

static plan_wide reduced(const struct exact *e, int32_t o)
{
    const struct assign_problem *p = e->p;
    plan_wide sum = p->cost[o] * ((plan_wide)1 << e->ask->price_bits);

    for (int32_t u = p->option_uses[o]; u < p->option_uses[o + 1]; u++)
        sum += (plan_wide)e->ask->price[p->row[u]] * p->amount[u];
    return sum;
}

static plan_wide least_of(const struct exact *e, int32_t g)
{
    plan_wide least = (plan_wide)1 << 120;

    for (int32_t o = e->p->group_options[g]; o < e->p->group_options[g + 1]; o++)
        if (is_usable(e->p, o) && reduced(e, o) < least)
            least = reduced(e, o);
    return least;
}

/* Marks the options that a better answer may have. False if a group has none of them. */
static bool keep(struct exact *e)
{
    const struct assign_problem *p = e->p;
    plan_wide *least = mem_new((size_t)p->groups, sizeof *least), dual = 0;
    bool all = true;

    for (int32_t r = 0; r < p->rows; r++)
        if (p->capacity[r] > 0)
            dual -= (plan_wide)e->ask->price[r] * p->capacity[r];
    for (int32_t g = 0; g < p->groups; g++) {
        least[g] = least_of(e, g);
        if (p->group_jobs[g] < p->group_jobs[g + 1])
            dual += least[g] * (p->group_jobs[g + 1] - p->group_jobs[g]);
    }
    plan_wide room = (e->ask->value - 1) * ((plan_wide)1 << e->ask->price_bits) - dual;
    for (int32_t g = 0; g < p->groups; g++) {
        bool any = p->group_jobs[g] == p->group_jobs[g + 1];
        for (int32_t o = p->group_options[g]; o < p->group_options[g + 1]; o++) {
            e->kept[o] = is_usable(p, o) && reduced(e, o) - least[g] <= room;
            any |= e->kept[o];
        }
        all &= any;
    }
    free(least);
    return all;
}

/* The kept option of a group that most of its jobs have. */
static int32_t key_of(const struct exact *e, int32_t g, int32_t *count)
{
    const struct assign_problem *p = e->p;
    int32_t best = -1;

    for (int32_t j = p->group_jobs[g]; j < p->group_jobs[g + 1]; j++)
        count[e->ask->known[j]]++;
    for (int32_t o = p->group_options[g]; o < p->group_options[g + 1]; o++)
        if (e->kept[o] && (best < 0 || count[o] > count[best]))
            best = o;
    return p->group_jobs[g] < p->group_jobs[g + 1] ? best : -1;
}

static void put(struct exact *e, int32_t row, int32_t column, int64_t coefficient)
{
    if (e->cells == e->cells_max) {
        e->cells_max = e->cells_max * 2 + 256;
        e->cell = mem_grow(e->cell, (size_t)e->cells_max, sizeof *e->cell);
    }
    e->cell[e->cells++] = (struct cell){row, column, coefficient};
}

static int64_t amount_of(const struct assign_problem *p, int32_t o, int32_t row)
{
    for (int32_t u = p->option_uses[o]; u < p->option_uses[o + 1]; u++)
        if (p->row[u] == row)
            return p->amount[u];
    return 0;
}

static void add_column(struct exact *e, int32_t g, int32_t o)
{
    const struct assign_problem *p = e->p;
    int32_t c = e->columns++, key = e->key[g];
    int64_t most = p->group_jobs[g + 1] - p->group_jobs[g];

    e->option[c] = o;
    e->cost[c] = p->cost[o] - p->cost[key];
    for (int32_t u = p->option_uses[o]; u < p->option_uses[o + 1]; u++) {
        int64_t more = p->amount[u] - amount_of(p, key, p->row[u]);
        if (more != 0)
            put(e, p->row[u], c, more);
        if (p->amount[u] > 0 && p->capacity[p->row[u]] / p->amount[u] < most)
            most = p->capacity[p->row[u]] / p->amount[u];
    }
    for (int32_t u = p->option_uses[key]; u < p->option_uses[key + 1]; u++)
        if (p->amount[u] > 0 && amount_of(p, o, p->row[u]) == 0)
            put(e, p->row[u], c, -(int64_t)p->amount[u]);
    e->upper[c] = (int32_t)most;
    if (e->group_row[g] >= 0)
        put(e, e->group_row[g], c, 1);
}

static void add_group(struct exact *e, int32_t g, int32_t *rows)
{
    const struct assign_problem *p = e->p;
    int64_t jobs = p->group_jobs[g + 1] - p->group_jobs[g];
    int32_t key = e->key[g], others = -1;

    e->fixed += p->cost[key] * jobs;
    for (int32_t u = p->option_uses[key]; u < p->option_uses[key + 1]; u++)
        e->rest[p->row[u]] -= p->amount[u] * jobs;
    for (int32_t o = p->group_options[g]; o < p->group_options[g + 1]; o++)
        others += e->kept[o];
    e->group_row[g] = others > 1 ? p->rows + (*rows)++ : -1;
    if (others > 1)
        e->rest[e->group_row[g]] = jobs;
    for (int32_t o = p->group_options[g]; o < p->group_options[g + 1]; o++)
        if (e->kept[o] && o != key)
            add_column(e, g, o);
}

static int by_row(const void *a, const void *b)
{
    const struct cell *x = a, *y = b;
    return x->row != y->row ? (x->row > y->row) - (x->row < y->row) : (x->column > y->column) - (x->column < y->column);
}

static int64_t floor_part(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

struct reach {
    int64_t low, high, common; /* least and most of the row; divisor of its coefficients */
};

static struct reach reach_of(const struct exact *e, int32_t from, int32_t to)
{
    struct reach out = {0};

    for (int32_t i = from; i < to; i++) {
        int64_t a = e->cell[i].coefficient, most = a * e->upper[e->cell[i].column];
        out.low += most < 0 ? most : 0;
        out.high += most > 0 ? most : 0;
        out.common = divisor_common(llabs(a), out.common);
    }
    return out;
}

/* Upper bounds that follow from a row. False if nothing can keep it. */
static bool tighten(struct exact *e, int32_t from, int32_t to)
{
    struct reach reach = reach_of(e, from, to);
    int64_t left = e->rest[e->cell[from].row] - reach.low;

    for (int32_t i = from; i < to && left >= 0; i++) {
        int64_t a = e->cell[i].coefficient;
        if (a > 0 && left / a < e->upper[e->cell[i].column])
            e->upper[e->cell[i].column] = (int32_t)(left / a);
    }
    return left >= 0;
}

/* A row, unless it can't bind. What a column has above the part of the row that can bind is taken from both (coefficient
 * reduction: Savelsbergh 1994). */
static bool add_row(struct exact *e, int32_t from, int32_t to)
{
    struct reach reach = reach_of(e, from, to);
    int64_t rest = e->rest[e->cell[from].row], common = 0;

    if (reach.high <= rest)
        return true;
    int32_t at = e->start[e->mip.rows];
    rest = floor_part(rest, reach.common);
    int64_t over = reach.high / reach.common - rest;
    for (int32_t i = from; i < to; i++) {
        int64_t a = e->cell[i].coefficient / reach.common, cut = llabs(a) > over ? over : llabs(a);
        rest -= a > 0 ? (a - cut) * e->upper[e->cell[i].column] : 0;
        e->column[at + i - from] = e->cell[i].column;
        e->coefficient[at + i - from] = a > 0 ? cut : -cut;
        common = divisor_common(cut, common);
    }
    for (int32_t i = 0; i < to - from; i++)
        e->coefficient[at + i] /= common;
    e->most[e->mip.rows++] = floor_part(rest, common);
    e->start[e->mip.rows] = at + to - from;
    return true;
}

static bool each_row(struct exact *e, bool (*what)(struct exact *, int32_t, int32_t))
{
    bool good = true;

    for (int32_t from = 0, to; from < e->cells && good; from = to) {
        for (to = from + 1; to < e->cells && e->cell[to].row == e->cell[from].row; to++)
            ;
        good = what(e, from, to);
    }
    return good;
}

/* Rows without a cell are kept by the keys alone or by nobody. */
static bool add_rows(struct exact *e, int32_t rows)
{
    uint8_t *seen = mem_new((size_t)rows, sizeof *seen);
    bool good = true;

    qsort(e->cell, (size_t)e->cells, sizeof *e->cell, by_row);
    for (int32_t i = 0; i < e->cells; i++)
        seen[e->cell[i].row] = 1;
    for (int32_t r = 0; r < e->p->rows; r++)
        good &= seen[r] || e->rest[r] >= 0 || e->p->capacity[r] < 0;
    free(seen);
    return good && each_row(e, tighten) && each_row(e, tighten) && each_row(e, add_row);
}

static void make_room(struct exact *e)
{
    const struct assign_problem *p = e->p;
    size_t options = (size_t)assign_problem_options(p), groups = (size_t)p->groups, rows = (size_t)p->rows + groups;

    e->kept = mem_new(options, sizeof *e->kept);
    e->key = mem_new(groups, sizeof *e->key);
    e->group_row = mem_new(groups, sizeof *e->group_row);
    e->option = mem_new(options, sizeof *e->option);
    e->cost = mem_new(options, sizeof *e->cost);
    e->upper = mem_new(options, sizeof *e->upper);
    e->rest = mem_new(rows, sizeof *e->rest);
    for (int32_t r = 0; r < p->rows; r++)
        e->rest[r] = p->capacity[r];
}

static void release(struct exact *e)
{
    free(e->kept);
    free(e->key);
    free(e->group_row);
    free(e->option);
    free(e->cost);
    free(e->upper);
    free(e->rest);
    free(e->cell);
    free(e->start);
    free(e->column);
    free(e->coefficient);
    free(e->most);
}

/* The program; false if it is proven that nothing is better. */
static bool build(struct exact *e)
{
    const struct assign_problem *p = e->p;
    int32_t *count = mem_new((size_t)assign_problem_options(p), sizeof *count), rows = 0;

    for (int32_t g = 0; g < p->groups; g++) {
        e->key[g] = key_of(e, g, count);
        e->group_row[g] = -1;
        if (e->key[g] >= 0)
            add_group(e, g, &rows);
    }
    free(count);
    e->start = mem_new((size_t)(p->rows + rows) + 1, sizeof *e->start);
    e->most = mem_new((size_t)(p->rows + rows), sizeof *e->most);
    e->column = mem_new((size_t)e->cells, sizeof *e->column);
    e->coefficient = mem_new((size_t)e->cells, sizeof *e->coefficient);
    if (!add_rows(e, p->rows + rows))
        return false;
    for (int32_t c = 0; c < e->columns; c++)
        e->unit = divisor_common(llabs(e->cost[c]), e->unit);
    e->unit = e->unit > 0 ? e->unit : 1;
    for (int32_t c = 0; c < e->columns; c++)
        e->cost[c] /= e->unit;
    e->mip.columns = e->columns;
    e->mip.cost = e->cost;
    e->mip.upper = e->upper;
    e->mip.start = e->start;
    e->mip.column = e->column;
    e->mip.coefficient = e->coefficient;
    e->mip.most = e->most;
    return true;
}

/* What is known, in columns. */
static void gather(const struct exact *e, int32_t *x)
{
    const struct assign_problem *p = e->p;
    int32_t *count = mem_new((size_t)assign_problem_options(p), sizeof *count);

    for (int32_t j = 0; j < assign_problem_jobs(p); j++)
        count[e->ask->known[j]]++;
    for (int32_t c = 0; c < e->columns; c++)
        x[c] = count[e->option[c]];
    free(count);
}

/* Jobs of a group in order: first those of its columns, the rest has its key. */
static void spread(const struct exact *e, const int32_t *x, int32_t *option)
{
    const struct assign_problem *p = e->p;
    int32_t c = 0;

    for (int32_t g = 0; g < p->groups; g++) {
        int32_t j = p->group_jobs[g];
        for (; c < e->columns && e->option[c] < p->group_options[g + 1]; c++)
            for (int32_t i = 0; i < x[c]; i++)
                option[j++] = e->option[c];
        while (j < p->group_jobs[g + 1])
            option[j++] = e->key[g];
    }
}

struct plan_exact_result plan_exact(const struct plan_exact_ask *ask, int32_t *option, int64_t *used)
{
    struct exact e = {.p = ask->problem, .ask = ask};
    struct plan_exact_result out = {.bound = INT64_MIN};

    make_room(&e);
    *used += (int64_t)ask->problem->option_uses[assign_problem_options(ask->problem)] * 4;
    if (!keep(&e) || !build(&e)) {
        out.finished = true;
        out.bound = ask->value;
    } else {
        int32_t *x = mem_new((size_t)e.columns, sizeof *x);
        gather(&e, x);
        int64_t cutoff = floor_part(ask->value - 1 - e.fixed, e.unit) + 1;
        struct mip_result r = mip_solve(&e.mip, cutoff, ask->steps, x, used);
        out.found = r.found;
        out.finished = r.finished;
        if (r.found)
            spread(&e, x, option);
        if (r.bound > INT64_MIN / 4 / e.unit)
            out.bound = r.finished && !r.found ? ask->value : e.fixed + e.unit * r.bound;
        if (out.bound > ask->value)
            out.bound = ask->value;
        free(x);
    }
    release(&e);
    return out;
}
