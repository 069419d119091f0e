#ifndef HUBTOP_COLLECTOR_PLAN_RECORD_H
#define HUBTOP_COLLECTOR_PLAN_RECORD_H

#include "domain/plan.h"
#include "domain/rows.h"
#include "io/loop.h"
#include "store/store.h"

/* The track record: 15 and 60 minutes after its snapshot a plan is looked at again, whether it was carried out or not, and what is found
 * is kept beside its forecast, in actions.db and as rows. In slices, one plan after the other. A moment that nobody looked at
 * in time (no collector ran) stays unknown. Failures are logged. */
struct plan_recorder;

struct plan_record_options {
    struct loop *loop;
    struct store *store;
    const struct clock *clock;
    void *ctx;
    void (*looked)(void *ctx, struct plan *p); /* the plan has new facts */
};

struct plan_recorder *plan_record_new(const struct plan_record_options *options);
void plan_record_free(struct plan_recorder *r); /* accepts NULL */

/* Begins to look at the plan, of that number in actions.db, if it is time and no other is looked at. */
void plan_record_tick(struct plan_recorder *r, struct plan *p, int64_t nr);
/* The plan will be gone: a look at it ends. Accepts NULL. */
void plan_record_forget(struct plan_recorder *r, const struct plan *p);

/* Rows of reviews. */
void plan_record_rows(const struct plan *p, struct rows *out);

#endif
