#ifndef HUBTOP_SIM_PASS_H
#define HUBTOP_SIM_PASS_H

#include "sim/world.h"

/* The scheduler's decision: first come, first served by priority; what is behind may go ahead where there is room
 * (backfill), and nodes are kept for large jobs so that they do not starve. */

/* Tries the one job that is new; nothing else changed. */
void pass_one(struct scheduler *c, uint32_t slot);
/* Tries the first jobs of the queue: something became free. */
void pass_queue(struct scheduler *c, struct queue *q);

#endif
