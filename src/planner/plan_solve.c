#include "planner/plan_solve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan_inside.h"
#include "planner/assign.h"

/* How the steps are shared: what is left of them among the levels that are left. What a level does not need, because its
 * bound is reached, goes to those after it; and if they do not need it either, to another round. */
enum {
    ROUNDS = 8,
    SLICE = 2000000,   /* of the steps of the whole assignment at once */
    WHOLE_JOBS = 2000, /* up to here the whole is searched, not cores of it */
    NEAR = 5000,       /* an answer within this part of the relaxation is near enough */
    CORE_JOBS = 300,
    CORE_STEPS = 20000000,
};
static const int64_t share[PLAN_LEVELS_MAX] = {4, 4, 1, 1};

struct plan_solver {
    const struct plan_model *m;
    uint64_t seed, chance;
    enum plan_solve_state state;
    int32_t jobs;
    int32_t *option, *other; /* the best answer; room for another */
    bool found, finished;
    int64_t value[PLAN_LEVELS_MAX];
    struct plan_solve_level levels[PLAN_LEVELS_MAX];
    int level, round;
    struct plan_lp *lp;          /* NULL if there are too many rows */
    struct plan_relaxed relaxed; /* of this level */
    struct plan_rows rows;       /* of this level */
    struct assign *assign;       /* of this level; NULL between levels */
    bool tried;                  /* by branch and bound */
    int64_t seen;                /* the value that was last taken from it */
    int64_t asked, done, end;    /* steps granted, done; where this level ends */
    int64_t total;
};

static bool proven(const struct plan_solver *s, int level)
{
    return s->found && s->levels[level].bounded && s->value[level] <= s->levels[level].bound;
}

static bool better(const struct plan_solver *s, const int64_t *value)
{
    for (int k = 0; k < s->m->level_count; k++)
        if (value[k] != s->value[k])
            return value[k] < s->value[k];
    return false;
}

/* Takes an answer that keeps all capacities if it is better. */
static void take(struct plan_solver *s, const int32_t *option)
{
    int64_t value[PLAN_LEVELS_MAX];
    plan_rows_values(s->m, option, value);
    if (s->found && !better(s, value))
        return;
    if (s->jobs > 0)
        memcpy(s->option, option, (size_t)s->jobs * sizeof *option);
    memcpy(s->value, value, sizeof value);
    s->found = true;
}

/* Whether an answer keeps all capacities: said by who would begin with it. */
static bool take_start(struct plan_solver *s, const int32_t *start, struct err *err)
{
    struct plan_rows rows;
    plan_rows_init(&rows, s->m, 0, NULL);
    struct assign *a = assign_new(&rows.problem, s->seed, err);
    bool ok = a != NULL && (assign_known(a, start) ||
                            err_set(err, ERR_INPUT, "the answer to begin with is above a capacity, or no answer"));
    assign_free(a);
    plan_rows_release(&rows);
    if (ok)
        take(s, start);
    return ok;
}

struct plan_solver *plan_solve_new(const struct plan_model *m, const int32_t *start, uint64_t seed, struct err *err)
{
    if (!plan_model_check(m, err))
        return NULL;
    struct plan_solver *s = mem_new(1, sizeof *s);
    s->m = m;
    s->seed = seed;
    s->jobs = assign_problem_jobs(&m->problem);
    s->option = mem_new((size_t)s->jobs, sizeof *s->option);
    s->other = mem_new((size_t)s->jobs, sizeof *s->other);
    s->chance = seed;
    for (int k = 0; k < m->level_count; k++)
        s->levels[k].binding = -1;
    s->lp = plan_lp_new(m);
    s->relaxed.price = mem_new((size_t)(m->problem.rows + PLAN_LEVELS_MAX), sizeof *s->relaxed.price);
    s->relaxed.beyond = mem_new((size_t)assign_problem_options(&m->problem), sizeof *s->relaxed.beyond);
    if (start != NULL && !take_start(s, start, err)) {
        plan_solve_free(s);
        return NULL;
    }
    return s;
}

static void work_relaxation(struct plan_solver *s)
{
    while (s->done < s->total && plan_lp_step(s->lp, s->total - s->done, &s->done))
        ;
}

static void note_relaxation(struct plan_solver *s)
{
    const struct assign_problem *p = &s->m->problem;
    for (int32_t r = 0; r < p->rows + s->level; r++)
        s->relaxed.price[r] = plan_lp_price(s->lp, r);
    for (int32_t g = 0; g < p->groups; g++) {
        double least = INFINITY;
        for (int32_t o = p->group_options[g]; o < p->group_options[g + 1]; o++) {
            s->relaxed.beyond[o] = plan_lp_reduced(s->lp, o);
            least = fmin(least, s->relaxed.beyond[o]);
        }
        for (int32_t o = p->group_options[g]; o < p->group_options[g + 1]; o++)
            s->relaxed.beyond[o] = isfinite(least) ? s->relaxed.beyond[o] - least : INFINITY;
    }
}

/* An answer by rounding down one by one, with all levels mixed at twice the rates at which the relaxation would change them: so much
 * that it does not. */
static void dive(struct plan_solver *s)
{
    int32_t *held = mem_new((size_t)assign_problem_options(&s->m->problem), sizeof *held);
    double rate[PLAN_LEVELS_MAX];
    struct plan_lp *l = plan_lp_new(s->m);
    for (int k = 0; k < s->m->level_count - 1; k++)
        rate[k] = 2 * plan_lp_price(s->lp, s->m->problem.rows + k);
    plan_lp_mix(l, s->m->level_count - 1, rate);
    plan_lp_dive(l, held, (s->end - s->done) / 2, &s->done);
    if (plan_round(s->m, l, held, s->other, &s->done))
        take(s, s->other);
    free(held);
    plan_lp_free(l);
}

/* The relaxation of this level; and an answer near that of all later levels too, each at the optimum of those before it: what is best
 * by one alone would be anything by the others. */
static void relax(struct plan_solver *s)
{
    int64_t reached[PLAN_LEVELS_MAX];
    double value[PLAN_LEVELS_MAX], least = 0;
    memcpy(reached, s->value, sizeof reached);
    for (int k = s->level; k < s->m->level_count; k++) {
        plan_lp_level(s->lp, k, reached);
        work_relaxation(s);
        if (k == s->level)
            note_relaxation(s);
        plan_lp_values(s->lp, value);
        least = k == 0 ? value[0] : least;
        reached[k] = (int64_t)ceil(value[k]);
    }
    if (plan_round(s->m, s->lp, NULL, s->other, &s->done))
        take(s, s->other);
    if (s->level == 0 && (!s->found || (double)s->value[0] - least > fabs(least) / NEAR))
        dive(s);
}

/* The row of the model whose price times capacity is the largest. */
static int32_t binding(const struct plan_solver *s, const struct assign_result *r)
{
    plan_wide most = 0;
    int32_t row = -1;
    for (int32_t i = 0; i < s->m->problem.rows; i++) {
        plan_wide worth = (plan_wide)r->price[i] * s->m->problem.capacity[i];
        if (worth > most) {
            most = worth;
            row = i;
        }
    }
    return row;
}

/* What this level knows by now. */
static void harvest(struct plan_solver *s)
{
    struct assign_result r = assign_result(s->assign);
    struct plan_solve_level *level = &s->levels[s->level];
    if (r.found && r.value < s->seen) {
        s->seen = r.value;
        take(s, r.option);
    }
    if (r.bounded && (!level->bounded || r.bound > level->bound)) {
        level->bound = r.bound;
        level->bounded = true;
    }
    level->binding = binding(s, &r);
    if (s->level == 0 && !s->found && r.state == ASSIGN_INFEASIBLE) {
        s->state = PLAN_IMPOSSIBLE;
        s->finished = true;
    }
}

static void begin_level(struct plan_solver *s)
{
    int64_t left = s->total > s->done ? s->total - s->done : 0, shares = 0;
    for (int k = s->level; k < s->m->level_count; k++)
        shares += share[k];
    s->end = s->done + left / shares * share[s->level];
    if (s->lp != NULL)
        relax(s);
    plan_rows_init(&s->rows, s->m, s->level, s->value);
    /* A number of each level and round; the model was checked, and with it what the rows are made of. */
    s->assign = assign_new(&s->rows.problem, s->seed * 31 + (uint64_t)(s->round * PLAN_LEVELS_MAX + s->level), NULL);
    s->seen = INT64_MAX;
    s->tried = false;
    if (s->found)
        assign_known(s->assign, s->option);
    if (s->lp != NULL)
        plan_core_price(&s->relaxed, &s->rows, s->m->problem.rows, s->assign);
    harvest(s);
}

static void end_level(struct plan_solver *s)
{
    assign_free(s->assign);
    s->assign = NULL;
    plan_rows_release(&s->rows);
}

/* The next level, or the first that is not proven if there is enough left for another round. */
static void go_on(struct plan_solver *s)
{
    int count = s->m->level_count;
    end_level(s);
    if (++s->level < count)
        return;
    s->level = 0;
    while (s->level < count && proven(s, s->level))
        s->level++;
    s->round++;
    if (s->level == count)
        s->state = PLAN_SOLVED;
    s->finished = s->level == count || s->round == ROUNDS || s->total - s->done <= s->total / 8;
}

/* The level by branch and bound, where it is small enough. */
static void try_exact(struct plan_solver *s)
{
    struct assign_result r = assign_result(s->assign);
    struct plan_solve_level *level = &s->levels[s->level];
    struct plan_exact_ask ask = {.problem = &s->rows.problem,
                                 .known = s->option,
                                 .price = r.price,
                                 .price_bits = r.price_bits,
                                 .value = s->value[s->level],
                                 .steps = (s->end - s->done) / 2};

    s->tried = true;
    if (ask.steps <= 0)
        return;
    struct plan_exact_result e = plan_exact(&ask, s->other, &s->done);
    if (e.found)
        take(s, s->other);
    if (e.bound > INT64_MIN && (!level->bounded || e.bound > level->bound)) {
        level->bound = e.bound;
        level->bounded = true;
    }
}

/* A part of the answer, searched. */
static void search_core(struct plan_solver *s)
{
    if (s->jobs > 0)
        memcpy(s->other, s->option, (size_t)s->jobs * sizeof *s->option);
    if (plan_core(s->m, &s->relaxed, s->level, CORE_JOBS, CORE_STEPS, &s->chance, s->other, &s->done))
        take(s, s->other);
}

/* One piece of work. The whole assignment's first is its bound, which no level goes without. Nothing can be held of a level of which no answer is known: there the first level goes on to the end. */
static void work(struct plan_solver *s)
{
    if (s->assign == NULL) {
        begin_level(s);
        return;
    }
    struct assign_result r = assign_result(s->assign);
    if (s->found && r.steps > 0 && !s->tried)
        try_exact(s);
    bool ends = s->done >= (s->found ? s->end : s->total), cores = s->found && s->lp != NULL && s->jobs > WHOLE_JOBS;
    if (r.state == ASSIGN_SEARCHING && (r.steps == 0 || (!ends && !cores && !(s->found && proven(s, s->level))))) {
        bool more = assign_step(s->assign, cores ? 1 : SLICE);
        s->done += assign_result(s->assign).steps - r.steps;
        harvest(s);
        if (more || s->finished)
            return;
    }
    if (s->found && (proven(s, s->level) || ends || !cores))
        go_on(s);
    else if (s->found)
        search_core(s);
    else
        s->finished = true;
}

bool plan_solve_step(struct plan_solver *s, int64_t steps, int64_t total)
{
    if (__builtin_add_overflow(s->asked, steps > 0 ? steps : 0, &s->asked))
        s->asked = INT64_MAX;
    s->total = total;
    /* Once all are granted, each level ends by itself; the last ones still get their bounds. */
    while (!s->finished && (s->done < s->asked || s->asked >= total))
        work(s);
    return !s->finished;
}

struct plan_solution plan_solve_result(const struct plan_solver *s)
{
    struct plan_solution out = {.state = s->state, .found = s->found, .option = s->found ? s->option : NULL};
    for (int k = 0; k < s->m->level_count; k++) {
        out.levels[k] = s->levels[k];
        out.levels[k].value = s->value[k];
    }
    out.steps = s->done;
    return out;
}

void plan_solve_free(struct plan_solver *s)
{
    if (s == NULL)
        return;
    assign_free(s->assign);
    plan_lp_free(s->lp);
    plan_rows_release(&s->rows);
    free(s->relaxed.price);
    free(s->relaxed.beyond);
    free(s->option);
    free(s->other);
    free(s);
}
