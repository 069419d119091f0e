#ifndef HUBTOP_COLLECTOR_PLAN_TAKE_H
#define HUBTOP_COLLECTOR_PLAN_TAKE_H

#include "base/clock.h"
#include "base/err.h"
#include "domain/plan.h"
#include "domain/plan_limits.h"
#include "store/store.h"

/* A plan on its way in: read as its pieces come, checked against the present with the checker that is not the solver, hashed and
 * written out, a few milliseconds at a time: a fleet of 10^6 jobs is looked through in slices, between which orders go on. */
struct plan_take;

struct plan_take *plan_take_new(struct store *store, const struct clock *clock, const struct plan_limits *limits);
void plan_take_free(struct plan_take *t); /* with its plan, unless that was handed over; accepts NULL */

/* The same for a plan that is kept: it stays the caller's, and is only checked against the present. */
struct plan_take *plan_take_look(struct store *store, const struct clock *clock, const struct plan_limits *limits,
                                 struct plan *plan);
/* The checks that failed, in their order: up to `max`. How many there are. */
size_t plan_take_failed(const struct plan_take *t, const struct plan_check *out[], size_t max);

/* Reads the next bytes of its JSON. False: they make no sense, or are too many; nothing more may be given. */
bool plan_take_piece(struct plan_take *t, struct safe_text piece, struct err *err);
/* All pieces are there. */
bool plan_take_close(struct plan_take *t, struct err *err);

/* Works for about `budget_us`: STORE_DONE when the plan is checked and `plan_take_hash()` and `_body()` are its own. */
enum store_step plan_take_step(struct plan_take *t, int64_t budget_us, struct err *err);

struct plan *plan_take_plan(struct plan_take *t); /* it stays the taker's */
struct plan *plan_take_over(struct plan_take *t); /* it becomes the caller's, to be released and freed */
/* Of all pieces so far, as 64 hex digits: the same pieces have the same. */
const char *plan_take_fingerprint(const struct plan_take *t);
const char *plan_take_hash(const struct plan_take *t);
struct safe_text plan_take_body(const struct plan_take *t); /* canonical JSON */

#endif
