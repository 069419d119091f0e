#include "planner/plan_model.h"

#include <stddef.h>

static bool has_values(const struct plan_model *m, struct err *err)
{
    const struct assign_problem *p = &m->problem;
    if (m->level_count < 1 || m->level_count > PLAN_LEVELS_MAX)
        return err_set(err, ERR_INPUT, "%d levels are not 1 to %d", m->level_count, PLAN_LEVELS_MAX);
    for (int k = 0; k < m->level_count; k++)
        if (p->groups > 0 && p->group_options != NULL && assign_problem_options(p) > 0 && m->levels[k].value == NULL)
            return err_set(err, ERR_INPUT, "level %d has no values", k);
    return true;
}

/* A level's values for one job, and the sum if every job takes the largest. */
static bool level_fits(const struct plan_model *m, int k, struct err *err)
{
    const struct plan_level *level = &m->levels[k];
    int64_t most = 0, all;
    for (int32_t o = 0; o < assign_problem_options(&m->problem); o++) {
        int64_t value = level->value[o];
        if (value > ASSIGN_COST_MAX || value < -ASSIGN_COST_MAX)
            return err_set(err, ERR_INPUT, "the value of option %d at level %d is above 2^40", (int)o, k);
        most = value > most ? value : -value > most ? -value : most;
    }
    if (__builtin_mul_overflow(most, (int64_t)assign_problem_jobs(&m->problem), &all) || all > ASSIGN_COST_SUM_MAX)
        return err_set(err, ERR_INPUT, "the values of level %d could add up to more than 2^56", k);
    return true;
}

bool plan_model_check(const struct plan_model *m, struct err *err)
{
    const struct assign_problem *p = &m->problem;
    struct assign_problem bare = *p;
    if (!has_values(m, err))
        return false;
    bare.cost = m->levels[0].value;
    if (!assign_problem_check(&bare, err))
        return false;
    for (int k = 0; k < m->level_count; k++)
        if (!level_fits(m, k, err))
            return false;
    /* Each level but the last becomes a row, and a use of each option. */
    if (p->rows > ASSIGN_ROWS_MAX - PLAN_LEVELS_MAX)
        return err_set(err, ERR_INPUT, "%d rows are more than the solver takes", (int)p->rows);
    for (int32_t o = 0; o < assign_problem_options(p); o++)
        if (p->option_uses[o + 1] - p->option_uses[o] > ASSIGN_USES_OF_OPTION_MAX - PLAN_LEVELS_MAX)
            return err_set(err, ERR_INPUT, "option %d uses more than %d rows", (int)o,
                           ASSIGN_USES_OF_OPTION_MAX - PLAN_LEVELS_MAX);
    return true;
}
