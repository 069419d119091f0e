#ifndef HUBTOP_SIM_ORDERS_H
#define HUBTOP_SIM_ORDERS_H

#include "sim/world.h"

/* Carries out an order on a scheduler that answers; ERR_REFUSED in the words that its peer would use. */
bool orders_apply(struct scheduler *c, const struct sim_order *order, struct err *err);

#endif
