#ifndef HUBTOP_DOMAIN_PLAN_CHECK_H
#define HUBTOP_DOMAIN_PLAN_CHECK_H

#include "domain/plan.h"
#include "domain/plan_limits.h"
#include "domain/row.h"

/* Whether a plan holds in the present: each limit and each sum anew, by rows, with arithmetic of its own: delays from links, free
 * capacity from nodes, pieces laid on them one by one. It shares nothing with the planner, and what is not known fails its
 * check. */
struct plan_checker;

/* Kinds whose rows it reads, ended by KIND_NONE. */
const enum kind *plan_check_kinds(void);

/* The plan outlives the checker. */
struct plan_checker *plan_check_new(const struct plan *p);
void plan_check_free(struct plan_checker *c); /* accepts NULL */
/* Takes a row of the present, copied where the plan's moves concern it. */
void plan_check_take(struct plan_checker *c, const struct row *row);

/* Not a fault of a plan: who wants to carry it out needs somebody else. */
#define PLAN_CHECK_ALONE "one_person"

/* What it finds of single jobs is found once more of each when its action is made: there it is refused alone. */
#define PLAN_CHECK_JOBS "jobs_now"

/* Jobs (by id, sorted) that a target's own do not count: they came by the plan. They outlive the checker. */
void plan_check_ours(struct plan_checker *c, const struct safe_text *ids, size_t n);
/* While a plan runs: whether each target that jobs of `p` still go to keeps its head-room now, of what they need. */
bool plan_check_kept(struct plan_checker *c, const struct plan_limits *limits, int64_t now_ms, struct arena *arena,
                     struct plan_check *out);

enum { PLAN_CHECKS_MAX = 24 };
/* The checks by name, each with what is wrong, where and by how much; words live in the arena. How many there are. */
size_t plan_check_run(struct plan_checker *c, const struct plan_limits *limits, int64_t now_ms, struct arena *arena,
                      struct plan_check out[PLAN_CHECKS_MAX]);

/* Check number `at` (from 0) alone, for a caller that may not work for long; false when there is no such one. */
bool plan_check_one(struct plan_checker *c, size_t at, const struct plan_limits *limits, int64_t now_ms,
                    struct arena *arena, struct plan_check *out);

#endif
