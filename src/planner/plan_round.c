#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan_inside.h"

struct ranked {
    double by;
    int32_t group, option;
};

struct rounding {
    const struct plan_model *m;
    int32_t *count; /* of each option */
    int64_t *load;
    int64_t looked;
};

static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    return x->by != y->by ? (x->by > y->by) - (x->by < y->by) : (x->option > y->option) - (x->option < y->option);
}

/* How many jobs, of `most`, may still take the option; `from`: the one they leave, -1 if none. */
static int64_t fits(struct rounding *a, int32_t o, int64_t most)
{
    const struct assign_problem *p = &a->m->problem;
    for (int32_t u = p->option_uses[o]; u < p->option_uses[o + 1]; u++) {
        int64_t left = p->capacity[p->row[u]] - a->load[p->row[u]];
        if (p->capacity[p->row[u]] < 0)
            return 0;
        if (p->amount[u] > 0 && left / p->amount[u] < most)
            most = left < 0 ? 0 : left / p->amount[u];
    }
    a->looked += 1 + p->option_uses[o + 1] - p->option_uses[o];
    return most;
}

static void put(struct rounding *a, int32_t o, int64_t jobs)
{
    const struct assign_problem *p = &a->m->problem;
    a->count[o] += (int32_t)jobs;
    for (int32_t u = p->option_uses[o]; u < p->option_uses[o + 1]; u++)
        a->load[p->row[u]] += jobs * p->amount[u];
}

/* By all levels, one after the other. */
static bool is_better(const struct plan_model *m, int32_t a, int32_t b)
{
    for (int k = 0; k < m->level_count; k++)
        if (m->levels[k].value[a] != m->levels[k].value[b])
            return m->levels[k].value[a] < m->levels[k].value[b];
    return false;
}

/* The whole jobs of the relaxation; what is left of the group. */
static int64_t place_whole(struct rounding *a, int32_t g, const double *count)
{
    const struct assign_problem *p = &a->m->problem;
    int64_t left = p->group_jobs[g + 1] - p->group_jobs[g];
    for (int32_t o = p->group_options[g]; o < p->group_options[g + 1]; o++) {
        int64_t whole = (int64_t)floor(count[o] + 1e-4);
        if (whole <= 0)
            continue;
        whole = fits(a, o, whole < left ? whole : left);
        put(a, o, whole);
        left -= whole;
    }
    return left;
}

/* What is left goes to the best option that has room. */
static bool place_left(struct rounding *a, int32_t g, int64_t left)
{
    const struct assign_problem *p = &a->m->problem;
    while (left > 0) {
        int32_t best = -1;
        for (int32_t o = p->group_options[g]; o < p->group_options[g + 1]; o++)
            if ((best < 0 || is_better(a->m, o, best)) && fits(a, o, 1) > 0)
                best = o;
        if (best < 0)
            return false;
        int64_t n = fits(a, best, left);
        put(a, best, n);
        left -= n;
    }
    return true;
}

/* Jobs of the group that have worse options take this one, as many as find room. */
static void improve(struct rounding *a, int32_t g, int32_t to)
{
    const struct assign_problem *p = &a->m->problem;
    for (int32_t from = p->group_options[g]; from < p->group_options[g + 1]; from++) {
        while (a->count[from] > 0 && is_better(a->m, to, from)) {
            int32_t had = a->count[from];
            put(a, from, -1);
            int64_t n = fits(a, to, had);
            if (n == 0) {
                put(a, from, 1);
                break;
            }
            put(a, from, 1 - n);
            put(a, to, n);
        }
    }
}

static void spread(const struct rounding *a, int32_t *option)
{
    const struct assign_problem *p = &a->m->problem;
    for (int32_t g = 0; g < p->groups; g++) {
        int32_t j = p->group_jobs[g];
        for (int32_t o = p->group_options[g]; o < p->group_options[g + 1]; o++)
            for (int32_t i = 0; i < a->count[o]; i++)
                option[j++] = o;
    }
}

/* What an option loses at the prices for each that its rows are worth: first the jobs that are nearly worth what they use, not
 * the small ones, which lose little because they are small. */
static double rank(const struct plan_model *m, const struct plan_lp *l, int32_t o, double least)
{
    const struct assign_problem *p = &m->problem;
    double worth = 1e-9;
    for (int32_t u = p->option_uses[o]; u < p->option_uses[o + 1]; u++)
        worth += plan_lp_price(l, p->row[u]) * p->amount[u];
    return (plan_lp_reduced(l, o) - least) / worth;
}

static size_t list_options(const struct plan_model *m, const struct plan_lp *l, struct ranked *order)
{
    const struct assign_problem *p = &m->problem;
    size_t n = 0;
    for (int32_t g = 0; g < p->groups; g++) {
        double least = INFINITY;
        if (p->group_jobs[g] == p->group_jobs[g + 1])
            continue;
        for (int32_t o = p->group_options[g]; o < p->group_options[g + 1]; o++)
            least = fmin(least, plan_lp_reduced(l, o));
        for (int32_t o = p->group_options[g]; o < p->group_options[g + 1]; o++)
            if (isfinite(plan_lp_reduced(l, o)))
                order[n++] = (struct ranked){.by = rank(m, l, o, least), .group = g, .option = o};
    }
    qsort(order, n, sizeof *order, by_rank);
    return n;
}

bool plan_round(const struct plan_model *m, const struct plan_lp *l, const int32_t *held, int32_t *option,
                int64_t *used)
{
    const struct assign_problem *p = &m->problem;
    size_t options = (size_t)assign_problem_options(p), groups = (size_t)p->groups;
    struct rounding a = {
        .m = m, .count = mem_new(options, sizeof *a.count), .load = mem_new((size_t)p->rows, sizeof *a.load)};
    double *count = mem_new(options, sizeof *count);
    int64_t *left = mem_new(groups, sizeof *left);
    struct ranked *order = mem_new(options, sizeof *order);
    bool ok = true;
    plan_lp_counts(l, count);
    for (size_t o = 0; held != NULL && o < options; o++)
        count[o] += held[o];
    for (int32_t g = 0; g < p->groups; g++)
        left[g] = place_whole(&a, g, count);
    /* What must have a place before what could have a better one. */
    for (int32_t g = 0; g < p->groups && ok; g++)
        ok = place_left(&a, g, left[g]);
    size_t n = ok ? list_options(m, l, order) : 0;
    for (size_t i = 0; i < n; i++)
        improve(&a, order[i].group, order[i].option);
    if (ok)
        spread(&a, option);
    *used += (int64_t)options * 60 + a.looked * 2;
    free(a.count);
    free(a.load);
    free(count);
    free(left);
    free(order);
    return ok;
}
