#ifndef HUBTOP_SIM_RELOCATE_H
#define HUBTOP_SIM_RELOCATE_H

#include "sim/world.h"

/* Takes a job of `c` to the scheduler that the order names; ERR_REFUSED in the words of whichever of the two says no,
 * ERR_TRANSIENT when the other does not answer. What is refused changes nothing. */
bool relocate_job(struct sim *s, struct scheduler *c, const struct sim_order *order, struct err *err);

#endif
