#ifndef HUBTOP_SRC_PLANNER_PLAN_FORECAST_LEARN_H
#define HUBTOP_SRC_PLANNER_PLAN_FORECAST_LEARN_H

#include "planner/plan_rule.h"

/* What the last minutes tell of the next hour: how long jobs run, what comes, which queue goes first. From rows alone. */

/* A draw of (0, 1): of chance 0 evenly spread over `i`, else by that chance. */
double plan_forecast_learn_draw(uint64_t chance, uint32_t i);
/* About a normal distribution's, of such a draw. */
double plan_forecast_learn_normal(double draw);

/* Learns it, into the facts: plan_facts.hazard, .recent; fact_queue.pace, .rank; fact_pool.run_share. */
void plan_forecast_learn(const struct plan_case *c);

/* Seconds that a job goes on, if it has run `ran_s`, where the draw `q` of all such jobs are over; never below SECONDS_MIN.
 * `hurry`: how much faster than usual all end. */
int32_t plan_forecast_learn_rest(const struct plan_facts *f, const struct fact_job *j, double ran_s, double q,
                                 double hurry);
/* How many running jobs of a queue end in a second, as thought. */
double plan_forecast_learn_ends(const struct plan_case *c, const struct fact_pool *p, uint32_t queue);

#endif
