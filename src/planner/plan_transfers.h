#ifndef HUBTOP_SRC_PLANNER_PLAN_TRANSFERS_H
#define HUBTOP_SRC_PLANNER_PLAN_TRANSFERS_H

#include "planner/plan_make_private.h"

/* Bulk transfers that wait for better times: where a link is fuller than it may be, what its live traffic and the data of jobs
 * need is left to them by transfers that may be held. */

/* Fills c->hold and c->held_gbps, before delays and ways are found: of each link over its limit the transfers of the least
 * priority until it is under that limit less the head-room, of one under it until c->wanted_gbps is free; then without those that
 * this needs not. Never one that may not be
 * held, that a job waits for, that would miss its deadline, or that was taken out; nothing in a plan for one queue, pair or
 * drain, or when no move is allowed. */
void plan_transfers_choose(struct plan_case *c);

/* What the data of jobs that wait lack of each link whose budget ended the answer, in Gbit/s over the horizon; the make's. NULL:
 * nothing, or no transfer there may be held. */
const double *plan_transfers_wanted(struct make *m);

/* Gives the plan what was chosen, and tells why; its texts are the plan's. */
void plan_transfers_tell(const struct plan_case *c, struct plan *out);

#endif
