#ifndef HUBTOP_SIM_HEAT_H
#define HUBTOP_SIM_HEAT_H

#include "sim/world.h"

/* A hall whose cooling failed: it warms up, and its nodes are drained rack by rack when their inlet passes what they
 * bear; when it is cool again they come back. */

enum { HEAT_USUAL_C = 25, HEAT_DRAIN_C = 32, HEAT_RETURN_C = 27, HEAT_MOST_C = 60 };

/* Whether a hall is called so: "ZJK-2/H1". */
bool heat_has(const struct sim *s, const char *hall);
/* How much warmer the hall's hottest inlet is than usual at `t_ms`, in degrees; 0: nothing is wrong. */
double heat_of(const struct sim *s, const struct hall *h, int64_t t_ms);
/* The share of that which reaches a rack, at most 1: some stand farther from the air that is left. */
double heat_share(uint64_t rack_key);

/* At each full minute: drains and returns. */
void heat_tick(struct sim *s);

#endif
