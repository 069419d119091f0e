#ifndef HUBTOP_SIM_PLANT_H
#define HUBTOP_SIM_PLANT_H

#include "sim/world.h"

/* Builds one scheduler's world as it is at the beginning: nodes, queues, reservations, troubles and the jobs that run
 * already. `ordinal` is its place among those of its kind. */
void plant_scheduler(struct scheduler *c, const struct sim_options *options, const struct fleet_scheduler *said,
                     unsigned ordinal, int64_t begin_ms);
void plant_release(struct scheduler *c);

#endif
