#ifndef HUBTOP_COLLECTOR_ORDER_LIMITS_H
#define HUBTOP_COLLECTOR_ORDER_LIMITS_H

#include "base/clock.h"
#include "domain/plan_limits.h"
#include "store/store.h"

/* Puts limits that are not the presets on record when a collector starts with others than the last one that had such: an entry "limits"
 * of the journal, {"jobs_alone":{"is":500,"preset":200},…}. What cannot be recorded is logged. */
void order_limits_note(struct store *store, const struct clock *clock, const struct plan_limits *limits);

#endif
