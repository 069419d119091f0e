#ifndef HUBTOP_PLANNER_PLAN_MAKE_H
#define HUBTOP_PLANNER_PLAN_MAKE_H

#include "domain/plan.h"
#include "domain/plan_limits.h"
#include "domain/row.h"

/* A plan from one snapshot: rows in, a plan with its effects, checks, bound and reasons out. Pure: the same rows, in whatever
 * order, limits and wishes give the same plan to the byte. It sends nothing. */
struct plan_facts;

/* Kinds whose rows it reads, ended by KIND_NONE. */
const enum kind *plan_facts_kinds(void);

struct plan_facts *plan_facts_new(void);
void plan_facts_free(struct plan_facts *f); /* accepts NULL */
/* Takes a row, copied; of jobs, those that wait, are held, or run. Rows of other kinds are left alone. */
void plan_facts_take(struct plan_facts *f, const struct row *row);

/* Makes `*out` (zeroed by the caller, released by plan_release(), its texts its own) from what was taken, as of `now_ms`, in
 * about ask->seconds of work, counted in steps. A plan without a move is a plan: `remark` says why. ERR_INPUT when what was
 * asked for makes no sense, such as a drain of something that nobody knows. */
bool plan_make(struct plan_facts *f, const struct plan_ask *ask, const struct plan_limits *limits, int64_t now_ms,
               struct plan *out, struct err *err);

/* What stands now in what `ask->drain` says must be empty, by `ask->by_ms` (in the past: now): `out->stays`, all of them, as plan_make()
 * does; `out` is zeroed by the caller and released by plan_release(). ERR_INPUT when there is no such thing. */
bool plan_make_drain_now(struct plan_facts *f, const struct plan_ask *ask, const struct plan_limits *limits,
                         int64_t now_ms, struct plan *out, struct err *err);

/* How much of a job's kind, or of a queue's jobs one after the other, each scheduler takes now, and which limit ends it. */
struct plan_room {
    struct safe_text scheduler, limit, words;
    int64_t jobs, accels; /* that can be moved there now */
    double delay_ms, cost_cny;
    double mw, data_tb; /* what these draw there, PUE included; the data that must follow them */
};
/* `id`: a job or a queue. At most `max` of them, the most jobs first; how many there are. Texts live until the facts are
 * changed or freed. ERR_INPUT: no such job or queue among those taken. */
bool plan_room(struct plan_facts *f, struct safe_text id, const struct plan_limits *limits, int64_t now_ms,
               struct plan_room *out, size_t max, size_t *count, struct err *err);

#endif
