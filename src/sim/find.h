#ifndef HUBTOP_SIM_FIND_H
#define HUBTOP_SIM_FIND_H

#include "sim/world.h"

/* Things by what they are called, and what they are called. Targets are SCHEDULER or SCHEDULER/NAME. */

enum { FIND_ID_MAX = 160 };

struct scheduler *find_scheduler(const struct sim *s, const char *target); /* or NULL */
/* By its name, or by the class of its work ("serve", "train", "batch", "short", "hpc"); or NULL. */
struct queue *find_queue(struct scheduler *c, const char *target);
uint32_t find_node(const struct scheduler *c, const char *target); /* or WORLD_NONE */
uint32_t find_job(const struct scheduler *c, const char *target);  /* or WORLD_NONE */

const char *find_node_name(const struct scheduler *c, uint32_t node, char *out, size_t size);
/* "17", "19_[3-20]" for what waits of an array, "19_2" for a task. */
const char *find_job_name(const struct job *j, char *out, size_t size);

#endif
