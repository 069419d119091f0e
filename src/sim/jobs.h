#ifndef HUBTOP_SIM_JOBS_H
#define HUBTOP_SIM_JOBS_H

#include "sim/world.h"

/* A job's life. A job is named by its slot, which is another job's after it has vanished; its stamp tells. All happens
 * at the scheduler's now. */

/* Takes a job over into the queue that it names; it waits, or is held. */
uint32_t jobs_submit(struct scheduler *c, const struct job *job);
void jobs_hold(struct scheduler *c, uint32_t slot);
void jobs_release(struct scheduler *c, uint32_t slot);

/* Keeps a job that was just submitted out of its line until then: its data are on their way. */
void jobs_defer(struct scheduler *c, uint32_t slot, int64_t until_ms);
/* As which it is told of: one that is deferred waits. */
enum job_state jobs_state(const struct job *j);

/* Gives a pending job that level, behind those of it, and the priority that is told; it no longer grows with age. */
void jobs_prioritize(struct scheduler *c, uint32_t slot, unsigned level, uint32_t priority);
/* How long a pending or running job may run in all. */
void jobs_limit(struct scheduler *c, uint32_t slot, int64_t limit_ms);
/* How long it runs, if nothing happens to it. */
int64_t jobs_run_ms(const struct job *j);

/* Puts a waiting job behind those of the next level of priority. */
void jobs_lift(struct scheduler *c, uint32_t slot);

/* Starts the job, or the next task of an array, where there is room; false when there is none. */
bool jobs_place(struct scheduler *c, uint32_t slot);
/* Its run is over; it may take some seconds to finish. */
void jobs_end(struct scheduler *c, uint32_t slot);
/* It has finished: its units are free, it stays visible for a while. */
void jobs_gone(struct scheduler *c, uint32_t slot);
/* Ends a waiting, held or running job because somebody wants it. */
void jobs_cancel(struct scheduler *c, uint32_t slot);
/* What happens to the jobs on a node that went down: services are requeued, others fail. */
void jobs_node_lost(struct scheduler *c, uint32_t node);
/* Forgets the jobs that ended long enough ago. */
void jobs_purge(struct scheduler *c);

bool jobs_pending(const struct job *j);   /* waiting or held */
bool jobs_running(const struct job *j);   /* running or finishing */
uint32_t jobs_tasks(const struct job *j); /* of what waits of an array; 1 for other jobs */
bool jobs_shown(const struct job *j, int64_t now_ms);

#endif
