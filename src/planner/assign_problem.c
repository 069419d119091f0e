#include "planner/assign_problem.h"

#include <stddef.h>

int32_t assign_problem_jobs(const struct assign_problem *p)
{
    return p->groups > 0 ? p->group_jobs[p->groups] : 0;
}

int32_t assign_problem_options(const struct assign_problem *p)
{
    return p->groups > 0 ? p->group_options[p->groups] : 0;
}

static bool offsets_fit(const int32_t *at, int32_t n, int32_t max, const char *what, struct err *err)
{
    if (n > 0 && (at == NULL || at[0] != 0))
        return err_set(err, ERR_INPUT, "the offsets of the %s do not begin at 0", what);
    for (int32_t i = 0; i < n; i++)
        if (at[i + 1] < at[i] || at[i + 1] > max)
            return err_set(err, ERR_INPUT, "the offsets of the %s descend or are above %d at %d", what, (int)max,
                           (int)i);
    return true;
}

static bool sizes_fit(const struct assign_problem *p, struct err *err)
{
    if (p->groups < 0 || p->groups > ASSIGN_JOBS_MAX || p->agents < 0 || p->agents > ASSIGN_AGENTS_MAX || p->rows < 0 ||
        p->rows > ASSIGN_ROWS_MAX)
        return err_set(err, ERR_INPUT, "%d groups, %d agents, %d rows are more than the solver takes", (int)p->groups,
                       (int)p->agents, (int)p->rows);
    if (p->groups == 0)
        return true;
    if (!offsets_fit(p->group_jobs, p->groups, ASSIGN_JOBS_MAX, "jobs", err) ||
        !offsets_fit(p->group_options, p->groups, ASSIGN_OPTIONS_MAX, "options", err))
        return false;
    return offsets_fit(p->option_uses, assign_problem_options(p), INT32_MAX, "uses", err);
}

static bool option_fits(const struct assign_problem *p, int32_t o, struct err *err)
{
    if (p->agent[o] < 0 || p->agent[o] >= p->agents)
        return err_set(err, ERR_INPUT, "option %d is of an agent that is not there", (int)o);
    if (p->cost[o] > ASSIGN_COST_MAX || p->cost[o] < -ASSIGN_COST_MAX)
        return err_set(err, ERR_INPUT, "the cost of option %d is above 2^40", (int)o);
    if (p->option_uses[o + 1] - p->option_uses[o] > ASSIGN_USES_OF_OPTION_MAX)
        return err_set(err, ERR_INPUT, "option %d uses more than %d rows", (int)o, ASSIGN_USES_OF_OPTION_MAX);
    for (int32_t u = p->option_uses[o]; u < p->option_uses[o + 1]; u++) {
        if (p->row[u] < 0 || p->row[u] >= p->rows)
            return err_set(err, ERR_INPUT, "option %d uses a row that is not there", (int)o);
        if (p->amount[u] < 0)
            return err_set(err, ERR_INPUT, "option %d uses less than nothing of a row", (int)o);
        for (int32_t v = p->option_uses[o]; v < u; v++)
            if (p->row[v] == p->row[u])
                return err_set(err, ERR_INPUT, "option %d uses row %d twice", (int)o, (int)p->row[u]);
    }
    return true;
}

/* All jobs at the dearest option add up to something that leaves room for the scale and the prices. */
static bool sum_fits(const struct assign_problem *p, struct err *err)
{
    int64_t most = 0, all;
    for (int32_t o = 0; o < assign_problem_options(p); o++) {
        int64_t size = p->cost[o] < 0 ? -p->cost[o] : p->cost[o];
        most = size > most ? size : most;
    }
    if (__builtin_mul_overflow(most, (int64_t)assign_problem_jobs(p), &all) || all > ASSIGN_COST_SUM_MAX)
        return err_set(err, ERR_INPUT, "the costs of all jobs could add up to more than 2^56");
    return true;
}

bool assign_problem_check(const struct assign_problem *p, struct err *err)
{
    if (!sizes_fit(p, err))
        return false;
    for (int32_t g = 0; g < p->groups; g++)
        for (int32_t o = p->group_options[g]; o < p->group_options[g + 1]; o++) {
            if (!option_fits(p, o, err))
                return false;
            for (int32_t v = p->group_options[g]; v < o; v++)
                if (p->agent[v] == p->agent[o])
                    return err_set(err, ERR_INPUT, "group %d has agent %d twice", (int)g, (int)p->agent[o]);
        }
    return sum_fits(p, err);
}
