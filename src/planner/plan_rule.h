#ifndef HUBTOP_SRC_PLANNER_PLAN_RULE_H
#define HUBTOP_SRC_PLANNER_PLAN_RULE_H

#include "planner/plan_facts.h"

/* What may not be: hard rules, one entry of a table each, over a job and a target. Beside them what they judge by: delays over
 * measured links, paths for data, room for newcomers, costs. */

/* What a busy accelerator draws with its part of the server around it, and a core of a server without: as the offers of the
 * sample count them. kg of CO2 a kWh: the mean of the country's electricity in 2023 (ministry of ecology, bureau of
 * statistics). A GB over a leased national line: an assumption that `plan show` names. */
#define RULE_ACCEL_KW       0.59
#define RULE_CORE_KW        0.005
#define RULE_CO2_KG_KWH     0.5306
#define RULE_DATA_CNY_GB    0.02
#define RULE_DEAR_SHARE     1.5  /* a target without a known price counts as so much dearer than the dearest */
#define RULE_NODES_DOWN_PCT 20.0 /* a scheduler with more of its nodes out is no target */

enum { RULE_THRESHOLDS = 16, RULE_HOPS = 8 };

/* What is free in pieces of at least t units of one node, for each t: work of n pieces of s takes n * (s / t) of them. With sizes
 * that are powers of two, and nodes filled from the largest down, what keeps all rows fits (each size divides the next). */
struct rule_room {
    int count;
    int32_t at[RULE_THRESHOLDS];
    int64_t total[RULE_THRESHOLDS], now[RULE_THRESHOLDS], newcomers[RULE_THRESHOLDS], kept[RULE_THRESHOLDS];
    int64_t cpus_total, cpus, cpus_newcomers, cpus_kept;
    int64_t memory_mb, memory_newcomers; /* -1: unknown */
    int64_t head_room;                   /* units of the pool */
    bool known, own_job;                 /* the head-room is its own largest waiting job */
};

struct rule_path {
    uint32_t links[RULE_HOPS];
    int count;   /* -1: there is none */
    double gbps; /* what is left of the narrowest, up to the limit */
};

struct plan_case {
    struct plan_facts *f;
    const struct plan_ask *ask;
    const struct plan_limits *limits;
    int64_t now_ms, horizon_s, by_s; /* by_s: a drain's deadline */
    struct arena *arena;
    bool holds;             /* transfers may be held */
    struct plan_hold *hold; /* those that are; by link, then as they are taken */
    size_t hold_count;
    const double *wanted_gbps; /* of each link what data of jobs lack there; NULL: nothing */
    double *held_gbps;         /* of each link what they leave it; NULL: nothing is held */
    double *ms;                /* shortest delay of each two ends; INFINITY: no way */
    uint32_t *via;             /* of each two ends the link for data that comes last; FACT_NONE */
    double *price;             /* of each cluster, CNY/kWh; NAN */
    double dearest;            /* CNY of a kWh of work; NAN: of none is it known */
    bool *leaves;              /* schedulers that must be empty */
    bool *lost;                /* clusters that are thought away */
    bool *node_leaves;         /* nodes likewise */
    bool draining;
    uint32_t lost_from, lost_to; /* ends of a link that is thought away; FACT_NONE */
    uint32_t only_queue;         /* FACT_NONE: any */
    uint32_t pair_from, pair_to;
    struct rule_room *room, *part_room; /* of each pool, of each part of one */
    struct fact_queue *home;
};

/* Checks what was asked for and makes the case; its arrays are `arena`'s. ERR_INPUT when it makes no sense. */
bool plan_rule_case(struct plan_case *c, struct err *err);

struct rule_try {
    const struct plan_case *c;
    const struct fact_job *job;
    uint32_t to, queue_to, pool_to; /* scheduler, queue, pool; FACT_NONE */
    double delay_ms, home_ms, limit_ms, data_gb;
    struct rule_path path;
};

struct plan_rule {
    const char *word;
    bool (*forbids)(const struct rule_try *t);
    struct safe_text (*say)(const struct rule_try *t, struct arena *arena);
};
extern const struct plan_rule plan_rule_all[];
extern const size_t plan_rule_count;

/* The try of a job at a scheduler; the first rule that forbids it, or NULL. */
struct rule_try plan_rule_try(const struct plan_case *c, const struct fact_job *job, uint32_t to);
const struct plan_rule *plan_rule_first(const struct rule_try *t);
/* The rule of that word, or NULL. */
const struct plan_rule *plan_rule_named(const char *word);

/* Its tenant, where a row tells of it; the kind of accelerators it needs, by its own word or by what it is queued for. */
const struct fact_tenant *plan_rule_tenant(const struct rule_try *t);
uint32_t plan_rule_accels(const struct rule_try *t);

/* Whether a job must leave where it is. */
bool plan_rule_must_leave(const struct plan_case *c, const struct fact_job *job);
/* Whether it could start at all if there were room. */
bool plan_rule_can_start(const struct fact_job *job);

/* --- what they judge by (plan_rule_case.c, plan_rule_room.c) --- */

double plan_rule_case_delay(const struct plan_case *c, uint32_t a, uint32_t b); /* of names of ends; NAN: unknown */
struct rule_path plan_rule_case_path(const struct plan_case *c, uint32_t from, uint32_t to);
/* The load of a link in percent, less what is held; NAN: unknown. */
double plan_rule_case_used(const struct plan_case *c, const struct fact_link *l);
/* GB that a link carries within the horizon beside what it does; NAN: unknown. */
double plan_rule_case_budget_gb(const struct plan_case *c, const struct fact_link *l);

/* kW that a job draws; hours that it is thought to run; CNY and kg of it at a cluster, NAN where not known. */
double plan_rule_case_kw(const struct fact_job *j);
double plan_rule_case_hours(const struct plan_case *c, const struct fact_job *j);
double plan_rule_case_cny(const struct plan_case *c, const struct fact_job *j, uint32_t scheduler);
double plan_rule_case_co2(const struct plan_case *c, const struct fact_job *j, uint32_t scheduler);
const struct fact_cluster *plan_rule_case_cluster(const struct plan_case *c, uint32_t scheduler);

/* Whether a link is thought away, or an end of it is. */
bool plan_rule_case_lost(const struct plan_case *c, const struct fact_link *l);

/* --- where data may be, and what is undivided (plan_rule_place.c) --- */

bool plan_rule_place_outside(const struct rule_try *t);
struct safe_text plan_rule_place_say_outside(const struct rule_try *t, struct arena *arena);
/* A super-node that large; one that has so much free. */
bool plan_rule_place_no_supernode(const struct rule_try *t);
struct safe_text plan_rule_place_say_no_supernode(const struct rule_try *t, struct arena *arena);
bool plan_rule_place_supernodes_full(const struct rule_try *t);
struct safe_text plan_rule_place_say_supernodes_full(const struct rule_try *t, struct arena *arena);
/* How many super-nodes of a pool have so many nodes with `each` free now. */
int64_t plan_rule_place_free(const struct plan_case *c, uint32_t pool, int32_t nodes, int32_t each);

/* What is free in a pool, or in a part of it (FACT_NONE: in all of it). */
void plan_rule_room_of(const struct plan_case *c, uint32_t pool, uint32_t part, struct rule_room *out);
/* What a job takes of row `i` of a pool's room. */
int64_t plan_rule_room_takes(const struct rule_room *r, const struct fact_pool *p, const struct fact_job *j, int i);

#endif
