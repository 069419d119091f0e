#ifndef HUBTOP_SRC_PLANNER_PLAN_FORECAST_H
#define HUBTOP_SRC_PLANNER_PLAN_FORECAST_H

#include "planner/plan_rule.h"

/* Who starts when: each pool is played through to the horizon, in the order in which its scheduler looks at jobs (priority, then
 * how long they wait), with what leaves and what comes. */

/* What a plan changes: of each job where it goes (a queue; FACT_NONE: nowhere) and in how many seconds it is there. */
struct forecast_ask {
    const struct plan_case *c;
    const uint32_t *goes; /* NULL: nothing is done */
    const int32_t *ready_s;
    double
        pace; /* departures, as a share of what is expected: -1 slow, 0 as expected, 1 fast, by two standard deviations */
};

struct forecast_queue {
    int64_t waiting, late; /* jobs at the end; those that will miss their deadline */
    double p95_s;          /* NAN: nobody waits */
};

struct forecast {
    int32_t *starts_s;             /* of each job; -1: not within the horizon, or not one that waits */
    struct forecast_queue *queues; /* of each queue */
    int64_t *used;                 /* of each pool, units at the end */
    int64_t started;               /* jobs that wait now and start */
};

/* Estimates how much of their limits jobs use, for costs and forecasts: once for the facts. */
void plan_forecast_prepare(const struct plan_case *c);
/* The forecast, in memory of `arena`. */
struct forecast plan_forecast(const struct forecast_ask *ask, struct arena *arena);
/* Seconds until each running job of a pool is thought to end, in the order of its list. */
void plan_forecast_ends(const struct plan_case *c, const struct fact_pool *p, double pace, int32_t *ends_s);

#endif
