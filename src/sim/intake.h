#ifndef HUBTOP_SIM_INTAKE_H
#define HUBTOP_SIM_INTAKE_H

#include "sim/world.h"

/* Whether new work is taken in: by a queue, a scheduler, a site. Orders that find it as they want it change nothing. */

/* A queue, or all of a scheduler's, take nothing in and start nothing; what runs goes on. ERR_REFUSED: no such queue. */
bool intake_close(struct scheduler *c, const struct sim_order *order, struct err *err);
bool intake_open(struct scheduler *c, const struct sim_order *order, struct err *err);

/* The schedulers of a site take nothing in; what waits there starts. ERR_REFUSED: no such site. */
bool intake_suspend(struct sim *s, const struct sim_order *order, struct err *err);
bool intake_connect(struct sim *s, const struct sim_order *order, struct err *err);

#endif
