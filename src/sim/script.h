#ifndef HUBTOP_SIM_SCRIPT_H
#define HUBTOP_SIM_SCRIPT_H

#include "sim/world.h"

/* The events of a scenario: a table of names and functions. */

/* Checks each event's name and target and plans it; ERR_INPUT says which event makes no sense. */
bool script_plan(struct sim *s, struct err *err);
/* Event number `i` begins or ends for the scheduler. */
void script_happen(struct sim *s, struct scheduler *c, uint32_t i, bool begins);
/* How far the scheduler's facts go at `t_ms`: `t_ms`, or when it was stopped. */
int64_t script_horizon(const struct sim *s, const struct scheduler *c, int64_t t_ms);

/* Whether feed 'A' or 'B' of a rack is lost at `t_ms`. */
bool script_feed_lost(const struct sim *s, const char *rack, char feed, int64_t t_ms);

#endif
