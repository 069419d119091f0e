#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan_lp_inside.h"

enum {
    SWEEP = 4096, /* groups looked at, at least */
    CHECKS = 8,   /* of an optimum: where rounding says no each time, it will do */
};

static double range_of(const struct plan_model *m, const int64_t *value)
{
    double most = 1;
    for (int32_t g = 0; g < m->problem.groups; g++) {
        int64_t low = INT64_MAX, high = INT64_MIN;
        for (int32_t o = m->problem.group_options[g]; o < m->problem.group_options[g + 1]; o++) {
            low = value[o] < low ? value[o] : low;
            high = value[o] > high ? value[o] : high;
        }
        if (low < high && (double)(high - low) > most)
            most = (double)(high - low);
    }
    return most;
}

static bool option_usable(const struct assign_problem *p, int32_t o)
{
    for (int32_t u = p->option_uses[o]; u < p->option_uses[o + 1]; u++)
        if (p->capacity[p->row[u]] < 0 || p->amount[u] > p->capacity[p->row[u]])
            return false;
    return true;
}

/* The rows that could bind, and a unit of each: the mean amount. */
static void pick_rows(struct plan_lp *l)
{
    const struct assign_problem *p = &l->m->problem;
    int32_t all = p->rows + PLAN_LEVELS_MAX;
    double *most = mem_new((size_t)p->rows, sizeof *most), *sum = mem_new((size_t)p->rows, sizeof *sum);
    double *uses = mem_new((size_t)p->rows, sizeof *uses);
    for (int32_t g = 0; g < p->groups; g++)
        for (int32_t o = p->group_options[g]; o < p->group_options[g + 1]; o++) {
            l->usable[o] = option_usable(p, o);
            for (int32_t u = p->option_uses[o]; l->usable[o] && u < p->option_uses[o + 1]; u++) {
                double jobs = p->group_jobs[g + 1] - p->group_jobs[g];
                most[p->row[u]] += jobs * p->amount[u];
                sum[p->row[u]] += p->amount[u];
                uses[p->row[u]]++;
            }
        }
    for (int32_t r = 0; r < all; r++) {
        bool is_level = r >= p->rows;
        bool binds = is_level ? r < p->rows + l->m->level_count - 1 : most[r] > (double)p->capacity[r];
        l->at[r] = binds ? l->rows : -1;
        if (!binds)
            continue;
        l->row[l->rows] = r;
        l->scale[l->rows] =
            is_level ? 8 / range_of(l->m, l->m->levels[r - p->rows].value) : uses[r] / (sum[r] > 0 ? sum[r] : 1);
        /* A little more than there is, and of each row another little: no two run out at once. */
        double some = 1e-7 * (1 + (double)(r * 7919 % 1009) / 1009);
        l->capacity[l->rows] =
            is_level ? PLAN_LP_FREE : l->scale[l->rows] * (double)p->capacity[r] * (1 + some) + some * 1e-3;
        l->rows++;
    }
    free(most);
    free(sum);
    free(uses);
}

/* Of each group the option that takes least of anything. */
static void pick_keys(struct plan_lp *l)
{
    const struct assign_problem *p = &l->m->problem;
    for (int32_t g = 0; g < p->groups; g++) {
        double least = INFINITY;
        l->key[g] = -1;
        l->jobs[g] = p->group_jobs[g + 1] - p->group_jobs[g];
        l->key_x[g] = l->jobs[g];
        for (int32_t o = p->group_options[g]; o < p->group_options[g + 1]; o++) {
            double part = 0;
            for (int32_t u = p->option_uses[o]; u < p->option_uses[o + 1]; u++)
                part += (double)p->amount[u] / (1 + (double)p->capacity[p->row[u]]);
            if (l->usable[o] && part < least) {
                least = part;
                l->key[g] = o;
            }
        }
    }
}

/* A basis of free and exceeded rows alone. */
static void begin(struct plan_lp *l)
{
    int32_t m = l->rows;
    for (int32_t r = 0; r < m; r++)
        l->x[r] = l->capacity[r];
    for (int32_t g = 0; g < l->m->problem.groups; g++)
        if (l->key[g] >= 0 && l->key_x[g] > 0)
            plan_lp_basis_add(l, l->key[g], -l->key_x[g], l->x);
    memset(l->inverse, 0, (size_t)m * (size_t)m * sizeof *l->inverse);
    for (int32_t r = 0; r < m; r++) {
        bool above = l->x[r] < 0;
        l->basic[r] = above ? -1 - m - r : -1 - r;
        l->group[r] = -1;
        l->where[r] = above ? -1 : r;
        l->where[m + r] = above ? r : -1;
        l->inverse[(size_t)r * (size_t)m + (size_t)r] = above ? -1 : 1;
        l->x[r] = fabs(l->x[r]);
    }
}

struct plan_lp *plan_lp_new(const struct plan_model *m)
{
    struct plan_lp *l = mem_new(1, sizeof *l);
    const struct assign_problem *p = &m->problem;
    size_t all = (size_t)(p->rows + PLAN_LEVELS_MAX), groups = (size_t)p->groups;
    l->m = m;
    l->options = assign_problem_options(p);
    l->at = mem_new(all, sizeof *l->at);
    l->row = mem_new(all, sizeof *l->row);
    l->scale = mem_new(all, sizeof *l->scale);
    l->capacity = mem_new(all, sizeof *l->capacity);
    l->price = mem_new(all, sizeof *l->price);
    l->usable = mem_new((size_t)l->options, sizeof *l->usable);
    l->barred = mem_new((size_t)l->options, sizeof *l->barred);
    pick_rows(l);
    if (l->rows > PLAN_LP_ROWS_MAX) {
        plan_lp_free(l);
        return NULL;
    }
    size_t rows = (size_t)l->rows;
    l->key = mem_new(groups, sizeof *l->key);
    l->jobs = mem_new(groups, sizeof *l->jobs);
    l->key_x = mem_new(groups, sizeof *l->key_x);
    l->change = mem_new(groups, sizeof *l->change);
    l->basic = mem_new(rows, sizeof *l->basic);
    l->group = mem_new(rows, sizeof *l->group);
    l->where = mem_new(rows * 2, sizeof *l->where);
    l->x = mem_new(rows, sizeof *l->x);
    l->y = mem_new(rows, sizeof *l->y);
    l->pi = mem_new(rows, sizeof *l->pi);
    l->work = mem_new(rows, sizeof *l->work);
    l->inverse = mem_new(rows * rows, sizeof *l->inverse);
    pick_keys(l);
    begin(l);
    return l;
}

void plan_lp_free(struct plan_lp *l)
{
    if (l == NULL)
        return;
    free(l->at);
    free(l->row);
    free(l->scale);
    free(l->capacity);
    free(l->price);
    free(l->usable);
    free(l->barred);
    free(l->jobs);
    free(l->key);
    free(l->key_x);
    free(l->change);
    free(l->basic);
    free(l->group);
    free(l->where);
    free(l->x);
    free(l->y);
    free(l->pi);
    free(l->work);
    free(l->inverse);
    free(l);
}

/* Below it nothing is gained. */
static double enough(const struct plan_lp *l)
{
    return l->dear * 1e-5 * 1e-9;
}

static void offer(struct plan_lp *l, int32_t column, int32_t group, double score)
{
    if (l->candidates == PLAN_LP_CANDIDATES && score <= l->candidate[PLAN_LP_CANDIDATES - 1].score)
        return;
    int to = l->candidates < PLAN_LP_CANDIDATES ? l->candidates++ : PLAN_LP_CANDIDATES - 1;
    for (; to > 0 && l->candidate[to - 1].score < score; to--)
        l->candidate[to] = l->candidate[to - 1];
    l->candidate[to] = (struct plan_lp_candidate){column, group, score};
}

static void offer_rows(struct plan_lp *l)
{
    for (int32_t c = 0; c < 2 * l->rows; c++) {
        struct plan_lp_candidate one = {.column = -1 - c, .group = -1};
        double d = l->where[c] < 0 ? plan_lp_slope(l, &one) : 0;
        if (d < -enough(l))
            offer(l, one.column, -1, -d);
    }
}

/* Looks at groups from where it stopped until there are candidates enough, or everything was seen. */
static void look(struct plan_lp *l)
{
    const struct assign_problem *p = &l->m->problem;
    int64_t seen = 0;
    l->candidates = 0;
    offer_rows(l);
    int32_t g = l->cursor, n = 0;
    for (; n < p->groups && (n < SWEEP || l->candidates < PLAN_LP_CANDIDATES / 2); n++) {
        int32_t from = p->group_options[g], to = p->group_options[g + 1], best = -1;
        double jobs = l->jobs[g], least = INFINITY;
        for (int32_t o = from; l->key[g] >= 0 && jobs > 0 && to - from > 1 && o < to; o++) {
            double d = l->usable[o] && !l->barred[o] ? plan_lp_cost(l, o) : INFINITY;
            if (d < least) {
                least = d;
                best = o;
            }
        }
        seen += to - from;
        if (best >= 0 && best != l->key[g]) {
            double d = least - plan_lp_key_cost(l, g);
            if (d < -enough(l))
                offer(l, best, g, -d * sqrt(jobs));
        }
        g = g + 1 < p->groups ? g + 1 : 0;
    }
    l->cursor = g;
    l->optimal = n == p->groups && l->candidates == 0;
    l->done += seen * 4 + l->rows;
}

/* The candidate with the steepest slope now; the others that have none any more are dropped. */
static bool take_candidate(struct plan_lp *l, struct plan_lp_candidate *out)
{
    int best = -1, n = 0;
    double steepest = 0;
    for (int i = 0; i < l->candidates; i++) {
        struct plan_lp_candidate c = l->candidate[i];
        if (c.column >= 0 && l->key[c.group] == c.column)
            continue;
        double d = plan_lp_slope(l, &c);
        double jobs = c.group >= 0 ? l->jobs[c.group] : 1;
        if (d >= -enough(l))
            continue;
        l->candidate[n] = c;
        if (-d * sqrt(jobs) > steepest) {
            steepest = -d * sqrt(jobs);
            best = n;
        }
        n++;
    }
    l->done += l->candidates * 24;
    l->candidates = n;
    if (best < 0)
        return false;
    *out = l->candidate[best];
    l->candidate[best] = l->candidate[--l->candidates];
    return true;
}

bool plan_lp_step(struct plan_lp *l, int64_t steps, int64_t *used)
{
    int64_t from = l->done;
    while (!l->optimal && l->done - from < steps) {
        struct plan_lp_candidate c;
        if (l->since >= PLAN_LP_REFACTOR)
            plan_lp_basis_invert(l);
        if (take_candidate(l, &c)) {
            plan_lp_basis_pivot(l, &c);
            continue;
        }
        look(l);
        /* The optimum is one if exact prices say so. */
        if (l->optimal && l->since > 0 && !l->rough && l->checks++ < CHECKS) {
            plan_lp_basis_invert(l);
            l->optimal = false;
        }
    }
    *used += l->done - from;
    return !l->optimal;
}

double plan_lp_price(const struct plan_lp *l, int32_t row)
{
    double price = l->price[row];
    return price > 0 ? price : 0;
}

double plan_lp_reduced(const struct plan_lp *l, int32_t option)
{
    return l->usable[option] ? plan_lp_cost(l, option) : INFINITY;
}

void plan_lp_counts(const struct plan_lp *l, double *count)
{
    const struct assign_problem *p = &l->m->problem;
    memset(count, 0, (size_t)l->options * sizeof *count);
    for (int32_t g = 0; g < p->groups; g++)
        if (l->key[g] >= 0)
            count[l->key[g]] = l->key_x[g] > 0 ? l->key_x[g] : 0;
    for (int32_t i = 0; i < l->rows; i++)
        if (l->basic[i] >= 0)
            count[l->basic[i]] = l->x[i] > 0 ? l->x[i] : 0;
}

void plan_lp_values(const struct plan_lp *l, double *value)
{
    double *count = mem_new((size_t)l->options, sizeof *count);
    plan_lp_counts(l, count);
    for (int k = 0; k < l->m->level_count; k++) {
        value[k] = 0;
        for (int32_t o = 0; o < l->options; o++)
            value[k] += count[o] * (double)l->m->levels[k].value[o];
    }
    free(count);
}

static void go_to(struct plan_lp *l, int level)
{
    l->level = level;
    l->checks = 0;
    l->optimal = false;
    l->candidates = 0;
    plan_lp_basis_invert(l);
}

/* A level's row gets another capacity. What is free of it must be basic for that: it enters first. */
static void set_capacity(struct plan_lp *l, int32_t r, double capacity)
{
    struct plan_lp_candidate free_of_it = {.column = -1 - r, .group = -1};
    if (l->capacity[r] == capacity)
        return;
    if (l->where[r] < 0 && l->where[l->rows + r] < 0)
        plan_lp_basis_pivot(l, &free_of_it);
    if (l->where[r] >= 0)
        l->x[l->where[r]] += capacity - l->capacity[r];
    l->capacity[r] = capacity;
}

void plan_lp_level(struct plan_lp *l, int level, const int64_t *reached)
{
    l->cost = l->m->levels[level].value;
    l->dear = 1e5 * range_of(l->m, l->cost);
    for (int k = 0; k < l->m->level_count - 1; k++) {
        int32_t r = l->at[l->m->problem.rows + k];
        double capacity = k < level ? l->scale[r] * (double)reached[k] : PLAN_LP_FREE;
        /* A little more: what is as low as it can be has no inside. */
        set_capacity(l, r, k < level ? capacity + fabs(capacity) * 1e-6 + 1e-6 : capacity);
    }
    memset(l->rate, 0, sizeof l->rate);
    go_to(l, level);
}

void plan_lp_mix(struct plan_lp *l, int level, const double *rate)
{
    l->cost = l->m->levels[level].value;
    l->dear = 1e5 * range_of(l->m, l->cost);
    for (int k = 0; k < l->m->level_count - 1; k++) {
        set_capacity(l, l->at[l->m->problem.rows + k], PLAN_LP_FREE);
        l->rate[k] = k < level ? rate[k] : 0;
    }
    for (int k = 0; k < level; k++)
        l->dear += 1e5 * rate[k] * range_of(l->m, l->m->levels[k].value);
    go_to(l, level);
}
