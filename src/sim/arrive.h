#ifndef HUBTOP_SIM_ARRIVE_H
#define HUBTOP_SIM_ARRIVE_H

#include "sim/world.h"

/* How work comes: a Poisson stream for each queue whose rate follows the hour of the day, and users who turn away from
 * a queue that is too long. */

/* Sets the queue's rate so that its load is what the plan and the fleet ask for. */
void arrive_calibrate(struct scheduler *c, struct queue *q);
/* The jobs that run already when the world begins. */
void arrive_fill(struct scheduler *c, struct queue *q);
/* Plans the next arrival; also after q->factor changed. */
void arrive_plan(struct scheduler *c, struct queue *q);
/* An arrival: a job is submitted, or (off the peak) nobody came. */
void arrive_happen(struct scheduler *c, struct queue *q, int64_t day_zero_ms);

#endif
