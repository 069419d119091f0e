#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan_inside.h"
#include "planner/assign.h"

enum { OF_CELL = 6, NEAR_MAX = 10 };

/* Jobs of a group that have the same option. */
struct cell {
    double score;
    int32_t group, option, first, jobs; /* first: of the jobs, the others may stand anywhere after it */
};

struct core {
    const struct plan_model *m;
    const struct plan_relaxed *x;
    struct cell *cell;
    int32_t cells;
    struct plan_model sub;
    int32_t *group_jobs, *group_options, *agent, *option_uses, *row, *amount, *real, *job, *known;
    int64_t *value[PLAN_LEVELS_MAX], *capacity;
    int32_t jobs, groups, options, uses;
};

static double part(uint64_t *chance)
{
    uint64_t z = *chance += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ z >> 31) >> 40) / (double)(1 << 24);
}

/* What a job there loses by its next best option. */
static double next_best(const struct core *c, int32_t g, int32_t o)
{
    double least = INFINITY;
    for (int32_t i = c->m->problem.group_options[g]; i < c->m->problem.group_options[g + 1]; i++)
        if (i != o && c->x->beyond[i] < least)
            least = c->x->beyond[i];
    return least;
}

static int by_score(const void *a, const void *b)
{
    const struct cell *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? -1 : 1;
    return x->first < y->first ? -1 : x->first > y->first;
}

/* The cells of the answer, with how little it costs to move their jobs, shaken. */
static void list_cells(struct core *c, const int32_t *option, double mean, uint64_t *chance)
{
    const struct assign_problem *p = &c->m->problem;
    int32_t *at = mem_new((size_t)assign_problem_options(p), sizeof *at);
    for (int32_t g = 0; g < p->groups; g++) {
        for (int32_t j = p->group_jobs[g]; j < p->group_jobs[g + 1]; j++) {
            int32_t o = option[j];
            if (at[o] > 0) {
                c->cell[at[o] - 1].jobs++;
                continue;
            }
            double loses = next_best(c, g, o);
            if (!isfinite(loses))
                continue;
            c->cell[c->cells] = (struct cell){
                .score = (loses + mean) * (0.02 + part(chance)), .group = g, .option = o, .first = j, .jobs = 1};
            at[o] = ++c->cells;
        }
    }
    free(at);
    qsort(c->cell, (size_t)c->cells, sizeof *c->cell, by_score);
}

static void copy_option(struct core *c, int32_t o)
{
    const struct assign_problem *p = &c->m->problem;
    int32_t to = c->options++, n = p->option_uses[o + 1] - p->option_uses[o];
    c->real[to] = o;
    c->agent[to] = p->agent[o];
    for (int k = 0; k < c->m->level_count; k++)
        c->value[k][to] = c->m->levels[k].value[o];
    if (n > 0) {
        memcpy(c->row + c->uses, p->row + p->option_uses[o], (size_t)n * sizeof *c->row);
        memcpy(c->amount + c->uses, p->amount + p->option_uses[o], (size_t)n * sizeof *c->amount);
    }
    c->uses += n;
    c->option_uses[c->options] = c->uses;
}

/* A cell's jobs and the nearest options. */
static void copy_cell(struct core *c, const struct cell *cell, const int32_t *option, double cut)
{
    const struct assign_problem *p = &c->m->problem;
    int32_t g = cell->group, known = c->options;
    copy_option(c, cell->option);
    for (int32_t o = p->group_options[g]; o < p->group_options[g + 1] && c->options - known <= NEAR_MAX; o++)
        if (o != cell->option && c->x->beyond[o] <= cut)
            copy_option(c, o);
    for (int32_t j = cell->first, i = 0; i < cell->jobs && i < OF_CELL; j++)
        if (option[j] == cell->option) {
            c->known[c->jobs] = known;
            c->job[c->jobs++] = j;
            i++;
        }
    c->groups++;
    c->group_jobs[c->groups] = c->jobs;
    c->group_options[c->groups] = c->options;
}

static void make_room(struct core *c, size_t jobs, size_t uses_of_option)
{
    size_t options = jobs * (NEAR_MAX + 2);
    c->group_jobs = mem_new(jobs + 1, sizeof *c->group_jobs);
    c->group_options = mem_new(jobs + 1, sizeof *c->group_options);
    c->agent = mem_new(options, sizeof *c->agent);
    c->option_uses = mem_new(options + 1, sizeof *c->option_uses);
    c->row = mem_new(options * uses_of_option, sizeof *c->row);
    c->amount = mem_new(options * uses_of_option, sizeof *c->amount);
    c->real = mem_new(options, sizeof *c->real);
    c->job = mem_new(jobs, sizeof *c->job);
    c->known = mem_new(jobs, sizeof *c->known);
    for (int k = 0; k < c->m->level_count; k++)
        c->value[k] = mem_new(options, sizeof *c->value[k]);
    c->capacity = mem_new((size_t)c->m->problem.rows, sizeof *c->capacity);
}

/* What the jobs that stay leave of the capacities. */
static void leave(struct core *c, const int32_t *option)
{
    const struct assign_problem *p = &c->m->problem;
    if (p->rows > 0)
        memcpy(c->capacity, p->capacity, (size_t)p->rows * sizeof *c->capacity);
    for (int32_t j = 0; j < assign_problem_jobs(p); j++)
        for (int32_t u = p->option_uses[option[j]]; u < p->option_uses[option[j] + 1]; u++)
            c->capacity[p->row[u]] -= p->amount[u];
    for (int32_t i = 0; i < c->jobs; i++) {
        int32_t o = option[c->job[i]];
        for (int32_t u = p->option_uses[o]; u < p->option_uses[o + 1]; u++)
            c->capacity[p->row[u]] += p->amount[u];
    }
}

static void fill(struct core *c, const int32_t *option, int32_t jobs)
{
    const struct assign_problem *p = &c->m->problem;
    double cut = 0;
    int32_t n = 0, last = 0;
    size_t most = 1;
    for (int32_t o = 0; o < assign_problem_options(p); o++)
        most = (size_t)(p->option_uses[o + 1] - p->option_uses[o]) > most
                   ? (size_t)(p->option_uses[o + 1] - p->option_uses[o])
                   : most;
    for (; last < c->cells && n < jobs; last++) {
        double loses = next_best(c, c->cell[last].group, c->cell[last].option);
        n += c->cell[last].jobs < OF_CELL ? c->cell[last].jobs : OF_CELL;
        cut = loses > cut ? loses : cut;
    }
    make_room(c, (size_t)n + 1, most);
    for (int32_t i = 0; i < last; i++)
        copy_cell(c, &c->cell[i], option, cut);
    leave(c, option);
    c->sub = (struct plan_model){.problem = {.groups = c->groups,
                                             .agents = p->agents,
                                             .rows = p->rows,
                                             .group_jobs = c->group_jobs,
                                             .group_options = c->group_options,
                                             .agent = c->agent,
                                             .option_uses = c->option_uses,
                                             .row = c->row,
                                             .amount = c->amount,
                                             .capacity = c->capacity},
                                 .level_count = c->m->level_count};
    for (int k = 0; k < c->m->level_count; k++)
        c->sub.levels[k] = (struct plan_level){c->m->levels[k].name, c->value[k]};
}

void plan_core_price(const struct plan_relaxed *x, const struct plan_rows *rows, int32_t own, struct assign *a)
{
    int64_t *price = mem_new((size_t)rows->problem.rows, sizeof *price);
    double unit = (double)(INT64_C(1) << assign_result(a).price_bits);
    for (int32_t r = 0; r < rows->problem.rows; r++) {
        double one = x->price[r] * (r < own ? 1 : rows->unit[r - own]) * unit;
        price[r] = one < 4e18 ? (int64_t)(one + 0.5) : INT64_MAX;
    }
    assign_priced(a, price);
    free(price);
}

static bool search(struct core *c, int level, int64_t steps, uint64_t seed, int32_t *option, int64_t *used)
{
    struct plan_rows rows;
    int64_t reached[PLAN_LEVELS_MAX], best[PLAN_LEVELS_MAX];
    plan_rows_values(&c->sub, c->known, reached);
    plan_rows_init(&rows, &c->sub, level, reached);
    struct assign *a = assign_new(&rows.problem, seed, NULL);
    bool better = false;
    if (a != NULL && assign_known(a, c->known)) {
        plan_core_price(c->x, &rows, c->m->problem.rows, a);
        assign_step(a, steps);
        struct assign_result r = assign_result(a);
        plan_rows_values(&c->sub, r.option, best);
        *used += r.steps;
        int k = 0;
        while (k < level && best[k] == reached[k])
            k++;
        better = best[k] < reached[k];
        for (int32_t i = 0; better && i < c->jobs; i++)
            option[c->job[i]] = c->real[r.option[i]];
    }
    assign_free(a);
    plan_rows_release(&rows);
    return better;
}

static double mean_beyond(const struct core *c)
{
    double sum = 0, n = 0;
    for (int32_t o = 0; o < assign_problem_options(&c->m->problem); o++)
        if (isfinite(c->x->beyond[o])) {
            sum += c->x->beyond[o];
            n++;
        }
    return n > 0 ? sum / n : 1;
}

bool plan_core(const struct plan_model *m, const struct plan_relaxed *x, int level, int32_t jobs, int64_t steps,
               uint64_t *chance, int32_t *option, int64_t *used)
{
    struct core c = {.m = m, .x = x};
    int32_t all = assign_problem_jobs(&m->problem), options = assign_problem_options(&m->problem);
    c.cell = mem_new((size_t)(all < options ? all : options), sizeof *c.cell);
    list_cells(&c, option, mean_beyond(&c) * 0.02, chance);
    bool better = false;
    if (c.cells > 0) {
        fill(&c, option, jobs);
        uint64_t seed = *chance;
        better = search(&c, level, steps, seed, option, used);
    }
    *used += (int64_t)options * 8 + (int64_t)all * 8;
    free(c.cell);
    free(c.group_jobs);
    free(c.group_options);
    free(c.agent);
    free(c.option_uses);
    free(c.row);
    free(c.amount);
    free(c.real);
    free(c.job);
    free(c.known);
    free(c.capacity);
    for (int k = 0; k < m->level_count; k++)
        free(c.value[k]);
    return better;
}
