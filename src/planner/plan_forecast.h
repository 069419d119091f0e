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
    uint64_t chance; /* 0: the middle, all evenly spread; else one of the ways in which it can go */
};

/* So many jobs that don't start are looked at, and no more behind them. */
enum { FORECAST_DEPTH = 64 };

struct forecast_queue {
    int64_t waiting, late;          /* jobs at the end; those that will miss their deadline */
    double p95_s;                   /* NAN: nobody waits */
    int64_t waiting_at[PLAN_MARKS]; /* at each of plan_mark_s that is within the horizon */
    int64_t started_at[PLAN_MARKS]; /* of those that wait now, here or elsewhere, since now */
};

/* Of a user whose jobs in a queue wait for as many as may run: how many of those that wait can start at all within the horizon:
 * those that do, and what is left of what may run. */
struct forecast_user {
    uint32_t queue, user;
    int64_t most;
};

struct forecast {
    int32_t *starts_s;             /* of each job; -1: not within the horizon, or not one that waits */
    struct forecast_queue *queues; /* of each queue */
    int64_t *used;                 /* of each pool, units at the end */
    int64_t *used_at[PLAN_MARKS];
    int64_t started; /* jobs that wait now and start */
    struct forecast_user *users;
    size_t user_count;
};

/* Learns how long jobs run and what comes, for costs and forecasts: once for the facts. */
void plan_forecast_prepare(const struct plan_case *c);
/* The forecast, in memory of `arena`. */
struct forecast plan_forecast(const struct forecast_ask *ask, struct arena *arena);
/* Between which ends each number of it will be, nine times in ten: of starts the soonest and the latest of all ways (-1: more than
 * one in ten have none). Where there is time for enough ways, the numbers of the middle, but its starts, become their means. */
struct forecast_range {
    struct forecast low, high;
};
void plan_forecast_range(const struct forecast_ask *ask, struct forecast *middle, struct forecast_range *out,
                         struct arena *arena);

/* Seconds until each running job of a pool is thought to end, in the order of its list. */
void plan_forecast_ends(const struct forecast_ask *ask, const struct fact_pool *p, int32_t *ends_s);

#endif
