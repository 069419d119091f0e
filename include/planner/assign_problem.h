#ifndef HUBTOP_PLANNER_ASSIGN_PROBLEM_H
#define HUBTOP_PLANNER_ASSIGN_PROBLEM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* Limits of a problem. Amounts are 32 bits wide, so that a price times an amount fits 64: the caller picks a unit (GB,
 * not bytes). */
enum {
    ASSIGN_JOBS_MAX = 1 << 22,
    ASSIGN_OPTIONS_MAX = 1 << 26,
    ASSIGN_ROWS_MAX = 1 << 16,
    ASSIGN_AGENTS_MAX = 1 << 16,
    ASSIGN_USES_OF_OPTION_MAX = 64,
};
#define ASSIGN_COST_MAX     (INT64_C(1) << 40)
#define ASSIGN_COST_SUM_MAX (INT64_C(1) << 56) /* the dearest option's cost times the jobs */

/* Jobs to agents (schedulers) at the least cost: a generalized assignment problem with many resources and a sparse list
 * of what is allowed. Identical jobs form a group and share its options; an option is an agent that the group's jobs may
 * go to, what that costs, and what one job then uses of some rows. A row is anything with a capacity: a resource of an
 * agent, a link's budget, a limit on moves. Each job takes exactly one option of its group; what all jobs use of a row is
 * at most its capacity. The classic problem has groups of one job, a row for each agent and one use an option.
 * The arrays are the caller's and outlive the solver; offsets ascend and have one entry more than there are things. */
struct assign_problem {
    int32_t groups, agents, rows;
    const int32_t *group_jobs;    /* offsets: group g has the jobs [group_jobs[g], group_jobs[g + 1]) */
    const int32_t *group_options; /* offsets into the options */
    const int32_t *agent;         /* of each option; an agent stands at most once in a group */
    const int64_t *cost;          /* of each option, for one job; within ASSIGN_COST_MAX either way */
    const int32_t *option_uses;   /* offsets into the uses */
    const int32_t *row;           /* of each use; a row stands at most once in an option */
    const int32_t *amount;        /* of each use, 0 or more */
    const int64_t *capacity;      /* of each row; below 0, no option that uses the row is allowed, not even 0 of it */
};

/* How many jobs, options the problem has: the last offset, 0 in an empty problem. */
int32_t assign_problem_jobs(const struct assign_problem *p);
int32_t assign_problem_options(const struct assign_problem *p);

/* Whether the arrays fit together and no sum that the solver makes can overflow: ERR_INPUT with the first thing that
 * is wrong otherwise. */
bool assign_problem_check(const struct assign_problem *p, struct err *err);

#endif
