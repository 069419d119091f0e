#ifndef HUBTOP_SIM_LUGGAGE_H
#define HUBTOP_SIM_LUGGAGE_H

#include "sim/world.h"

/* What a job has with it: its data, and its checkpoints. Both follow from its key: no stream of chance is touched. */

/* Gives it its key, when its scheduler takes it for the first time. */
void luggage_pack(const struct scheduler *c, struct job *j);

/* GB that must be where it runs; NAN: nobody says. */
double luggage_gb(const struct job *j);
/* When it wrote its last checkpoint; LUGGAGE_NONE: it has none, or does not run. */
int64_t luggage_checkpoint_ms(const struct scheduler *c, const struct job *j);
#define LUGGAGE_NONE INT64_MIN

/* How long its data take at `gbps`. */
int64_t luggage_takes_ms(const struct job *j, double gbps);

#endif
