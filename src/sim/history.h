#ifndef HUBTOP_SIM_HISTORY_H
#define HUBTOP_SIM_HISTORY_H

#include "sim/world.h"

/* Notes the counters of all schedulers at this full minute of the world. */
void history_keep(struct sim *s);

/* Tells what was noted before now, in the order of time; false when the sample refuses. */
bool history_tell(const struct sim *s, sim_sample *sample, void *ctx);

#endif
