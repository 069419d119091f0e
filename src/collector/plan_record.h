#ifndef HUBTOP_COLLECTOR_PLAN_RECORD_H
#define HUBTOP_COLLECTOR_PLAN_RECORD_H

#include "domain/plan.h"
#include "domain/rows.h"
#include "store/store.h"

/* The track record: 15 and 60 minutes after its snapshot a plan is looked at again, whether it was carried out or not, and what is found
 * is kept beside its forecast, in actions.db and as rows. */

/* Looks if it is time, with the store's present at `now_ms`; true if the plan has changed. A moment that nobody looked at in time (no
 * collector ran) stays unknown. Failures are logged. */
bool plan_record_tick(struct store *s, struct plan *p, int64_t nr, int64_t now_ms);

/* Rows of reviews. */
void plan_record_rows(const struct plan *p, struct rows *out);

#endif
