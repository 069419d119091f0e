#ifndef HUBTOP_SRC_PLANNER_PLAN_FORECAST_INSIDE_H
#define HUBTOP_SRC_PLANNER_PLAN_FORECAST_INSIDE_H

#include "planner/plan_forecast.h"

/* The play of one pool: its nodes, who holds them until when, who waits for them, and for whom some are kept. */

struct item {
    uint32_t job; /* FACT_NONE: one that comes meanwhile */
    uint32_t queue, quota, draw;
    int32_t each, cpus_each, nodes, tasks, ready_s, rank;
    int32_t run_s;                /* -1: as it is drawn, should it start */
    int64_t priority, eligible_s; /* after now */
    uint64_t part;                /* of the pool's nodes that its queue has; 0: all */
};

struct held {
    uint32_t first, count; /* in `nodes` */
    int32_t each, cpus;
    uint32_t quota;
};

struct leave {
    int32_t at_s;
    uint32_t held;
};

/* A user who has as many jobs as may run of one. */
struct quota {
    uint32_t queue, user;
    int64_t most, runs, starts; /* starts: jobs that wait now and do */
};

/* Nodes that are kept for a large job, so that small ones behind it don't keep it waiting for ever. */
enum { PLAY_CLAIMS = 4 };
struct claim {
    uint32_t item;         /* FACT_NONE: there is none */
    uint32_t first, count; /* in `kept` */
};

/* Who is there and waits, in the order in which they are looked at: a bit for each item, and one for each word of these. */
struct line {
    uint64_t *here, *any;
    size_t words;
};

struct play {
    const struct forecast_ask *ask;
    struct plan_facts *f;
    const struct fact_pool *p;
    struct forecast *out;
    int32_t *left;        /* of the facts' jobs: tasks that have not started */
    int32_t *free, *cpus; /* of each of its nodes */
    int32_t *busy_s;      /* of each: until when its last job is thought to run */
    bool *open;           /* of each: takes jobs */
    uint32_t *at_free;    /* first open node with so much free */
    uint32_t *after, *before;
    int32_t size;
    struct facts_list items, holds, leaves, nodes, kept, quotas;
    struct claim claims[PLAY_CLAIMS];
    uint32_t claimed;   /* nodes */
    int mark;           /* the next that is noted */
    struct line line;   /* of items */
    uint32_t *place_of; /* of the facts' nodes: their place in the pool */
};

/* Seconds that it will run once it has started. */
int32_t plan_forecast_runs(const struct play *w, const struct item *it);

#define ITEM(w, i)  (&((struct item *)(w)->items.all)[i])
#define HELD(w, i)  (&((struct held *)(w)->holds.all)[i])
#define NODE(w, i)  (((uint32_t *)(w)->nodes.all)[i])
#define QUOTA(w, i) (&((struct quota *)(w)->quotas.all)[i])

/* Finds who waits for a limit of its user; the place in `quotas` of a queue's user, or FACT_NONE. */
void plan_forecast_users_set(struct play *w);
uint32_t plan_forecast_users_of(const struct play *w, uint32_t queue, uint32_t user);
/* Appends a struct forecast_user for each, at the end of the play. */
void plan_forecast_users_note(const struct play *w, struct facts_list *users);

/* Of so many items none stands in it. */
void plan_forecast_line_init(struct line *l, size_t items);
void plan_forecast_line_release(struct line *l);
void plan_forecast_line_enter(struct line *l, uint32_t item);
void plan_forecast_line_leave(struct line *l, uint32_t item);
/* The first from `item` on; FACT_NONE: nobody. */
uint32_t plan_forecast_line_next(const struct line *l, uint32_t item);

/* Nodes with what is free of them now, and without claims. */
void plan_forecast_nodes_init(struct play *w);
void plan_forecast_nodes_release(struct play *w);
/* A hold without nodes; one more node for the newest hold. */
uint32_t plan_forecast_nodes_hold(struct play *w, int32_t each, int32_t cpus);
void plan_forecast_nodes_add(struct play *w, uint32_t hold, uint32_t node);
/* That it ends so. */
void plan_forecast_nodes_leave(struct play *w, int32_t at_s, uint32_t hold);
/* The next that ends, and frees what it held; INT32_MAX: nothing does within the horizon. */
int32_t plan_forecast_nodes_next(const struct play *w);
void plan_forecast_nodes_free(struct play *w);
/* Starts a task of it; false where it finds no room. */
bool plan_forecast_nodes_place(struct play *w, const struct item *it, int32_t now_s);
/* Keeps nodes for it; false when no more may be kept. */
bool plan_forecast_nodes_claim(struct play *w, uint32_t item);
/* Whether nodes are kept for it; gives them back when they suffice, or `anyway`. */
bool plan_forecast_nodes_claimed(const struct play *w, uint32_t item);
void plan_forecast_nodes_unclaim(struct play *w, struct claim *c);
bool plan_forecast_nodes_ready(const struct play *w, const struct claim *c);

#endif
