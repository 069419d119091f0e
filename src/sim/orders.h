#ifndef HUBTOP_SIM_ORDERS_H
#define HUBTOP_SIM_ORDERS_H

#include "sim/world.h"

/* The job that the order names, if it waits, is held or runs; ERR_REFUSED otherwise. */
bool orders_live_job(const struct scheduler *c, const struct sim_order *order, uint32_t *slot, struct err *err);

/* Carries out an order at the world's now; ERR_REFUSED in the words that its peer would use, ERR_TRANSIENT when its scheduler
 * does not answer. */
bool orders_apply(struct sim *s, const struct sim_order *order, struct err *err);

#endif
