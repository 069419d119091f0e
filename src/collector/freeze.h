#ifndef HUBTOP_COLLECTOR_FREEZE_H
#define HUBTOP_COLLECTOR_FREEZE_H

#include "domain/desk.h"
#include "domain/order.h"
#include "domain/plan.h"
#include "store/store.h"

/* Change freezes: nothing is changed of what is frozen, nor of what lies in it. */

/* Whether the order may be given at `now_ms`, for its target, where that lies, where it comes from and where it goes. False with err
 * (ERR_TRANSIENT, status 77): which freeze, and why. */
bool freeze_allows_order(const struct desk *desk, struct store *store, const struct order *o, int64_t now_ms,
                         struct err *err);
/* The same for all that a plan moves and holds. */
bool freeze_allows_plan(const struct desk *desk, struct store *store, const struct plan *p, int64_t now_ms,
                        struct err *err);

#endif
