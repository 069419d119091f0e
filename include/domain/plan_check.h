#ifndef HUBTOP_DOMAIN_PLAN_CHECK_H
#define HUBTOP_DOMAIN_PLAN_CHECK_H

#include "domain/plan.h"
#include "domain/plan_limits.h"
#include "domain/row.h"

/* Whether a plan holds in the present: each move and the sums anew, by rows, with arithmetic of its own: it shares nothing with the
 * planner. What is not known fails its check. */
struct plan_checker;

/* Kinds whose rows it reads, ended by KIND_NONE. */
const enum kind *plan_check_kinds(void);

/* The plan outlives the checker. */
struct plan_checker *plan_check_new(const struct plan *p);
void plan_check_free(struct plan_checker *c); /* accepts NULL */
/* Takes a row of the present, copied where the plan's moves concern it. */
void plan_check_take(struct plan_checker *c, const struct row *row);

enum { PLAN_CHECKS_MAX = 16 };
/* The checks by name; words live in the arena. How many there are. */
size_t plan_check_run(struct plan_checker *c, const struct plan_limits *limits, int64_t now_ms, struct arena *arena,
                      struct plan_check out[PLAN_CHECKS_MAX]);

#endif
