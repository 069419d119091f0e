#ifndef HUBTOP_SRC_PLANNER_PLAN_FACTS_H
#define HUBTOP_SRC_PLANNER_PLAN_FACTS_H

#include "base/arena.h"
#include "base/intern.h"
#include "domain/state.h"
#include "domain/wait.h"
#include "planner/plan_make.h"

/* What was taken of the rows: small, names as numbers, all lists in the order of ids once they are closed, so that the order
 * of rows never shows. Numbers of names are in the order of arrival: nothing may be sorted by them. */

#define FACT_NONE UINT32_MAX
enum { FACT_UNITS_MAX = 1 << 18 }; /* accelerators or CPUs of a node, or of a job */

struct facts_list {
    void *all;
    size_t count, cap;
};

struct fact_cluster {
    struct safe_text id;
    int64_t since_ms;
    uint32_t name, hub; /* FACT_NONE: nobody says which */
    bool stale, down;
    double price_cny, pue, green_pct, power_kw, power_cap_kw, storage_tb, storage_free_tb;
    double kwh, quota_kwh; /* of the newest month that is told */
    struct safe_text period;
};

struct fact_site {
    struct safe_text id, spaces, membership, phase;
    int64_t since_ms;
    uint32_t name;
    int privacy; /* -1: nobody says */
    bool stale;
};

struct fact_scheduler {
    struct safe_text id, state, compatible;
    int64_t since_ms, nodes_total, nodes_down, cpus_total, cpus_free, accels_total, accels_free; /* -1: unknown */
    uint32_t name, cluster_name, site_name;
    uint32_t cluster, site; /* places in their lists; FACT_NONE */
    uint32_t first_queue, queue_count, first_node, node_count;
    bool stale, slurm, compatible_told;
    int64_t accels_running, cpus_running;
    int64_t reserved_nodes;
};

struct fact_queue {
    struct safe_text id, state;
    int64_t since_ms, slo_s;
    uint32_t scheduler_name, name, kind; /* names */
    uint32_t scheduler, pool;
    uint32_t part; /* of its pool's nodes; FACT_NONE: all */
    bool stale, told;
    double arrivals, departures, waiting, wait_p95_s; /* by the minute; NAN: unknown */
    double pace; /* its jobs end so much faster than others of the network with such limits */
    uint32_t first_recent, recent_count;
    int rank; /* among those that share its nodes: lower ones go first */
};

struct fact_node {
    struct safe_text name, partitions;
    uint32_t scheduler_name, rack, accel_kind, pool, scheduler, supernode;
    int32_t accels, accels_free, cpus, cpus_free;
    int64_t memory_mb; /* -1: unknown */
    uint64_t parts;    /* of its pool that it lies in */
    bool up, reserved, stale;
};

/* Queues of a scheduler that share nodes. */
struct fact_pool {
    uint32_t scheduler, first_queue; /* its first queue; FACT_NONE */
    uint32_t accel_kind;             /* FACT_NONE: no accelerators; of several kinds the first node's */
    bool by_accels, mixed, known;
    int32_t size; /* accelerators, or CPUs, of its largest node */
    uint32_t first_part, part_count;
    uint32_t *nodes;
    size_t node_count;
    uint32_t *waiting, *running; /* jobs; waiting ones in the order in which they are looked at */
    size_t waiting_count, running_count;
    double departures, arrivals; /* by the minute, of its queues; NAN */
    double run_share;            /* of their time limits that jobs run, as far as departures tell */
    int64_t memory_free_mb;      /* -1: unknown */
};

/* Nodes of a pool that a queue has, which has not all of them. */
struct fact_part {
    uint32_t pool;
    uint64_t bit, within, touches; /* of fact_node.parts: its own; of parts that have all its nodes, or any */
};

/* The last is no bond to its scheduler: it needs one super-node wherever it runs. */
enum fact_fixed {
    FIXED_DEPENDENCY = 1,
    FIXED_ARRAY = 2,
    FIXED_HET = 4,
    FIXED_RESERVATION = 8,
    FIXED_LICENSE = 16,
    FIXED_SUPERNODE = 32
};

struct fact_job {
    struct safe_text id, nodes_text;
    int64_t since_ms, eligible_ms, started_ms, ended_ms, checkpoint_ms, deadline_ms; /* 0: unknown */
    int64_t priority, limit_s, memory_mb;                                            /* limit, memory: -1 unknown */
    uint32_t scheduler_name, queue_name, user, tenant, accel_kind;                   /* names */
    uint32_t residency;                                                              /* the joined list as one name */
    uint32_t scheduler, queue, pool;
    int32_t accels, cpus, nodes, tasks;
    uint32_t first_placed, placed_count; /* its nodes, in plan_facts.placed */
    float latency_ms, data_gb;           /* NAN: unknown */
    uint8_t state, why;                  /* enum job_state, enum wait_why */
    int8_t movable;                      /* -1: nobody says */
    uint8_t fixed;
    bool stale;
};

/* What came of late: a job, or one of an array's tasks with how many there are. */
struct fact_recent {
    uint32_t job;
    bool over; /* it is one of plan_facts.over */
    int32_t tasks;
    double sight; /* how likely one that came then is still told of */
    double rate;  /* so many like it come in a second */
};

/* Of limits there are so many kinds, by their length; of each so many parts. */
enum { FACT_LIMITS = 6, FACT_PARTS = 20 };

struct fact_reservation {
    struct safe_text name, nodes, purpose, state;
    int64_t starts_ms, ends_ms;
    uint32_t scheduler_name;
    double amount;
    bool in_nodes;
};

struct fact_link {
    struct safe_text id;
    int64_t since_ms;
    uint32_t from, to; /* names */
    bool stale, down;
    double ms, gbps, used_pct, max_ms, baseline_ms;
};

struct fact_transfer {
    struct safe_text id, dataset, job;
    int64_t since_ms, eta_ms, deadline_ms, priority; /* 0: unknown */
    uint32_t link, from, to, tenant;                 /* names */
    bool stale, running, holdable;                   /* running: else it is about to begin */
    double rate_gbps, rest_tb;
};

struct fact_tenant {
    struct safe_text id, spaces, residency;
    int64_t since_ms;
    uint32_t name, at;
    double ring_ms;
};

struct fact_offer {
    uint32_t cluster_name, kind;
    double voucher_pct;
};

struct fact_rack {
    uint32_t name, hall, site;
};

/* A move of a former plan that is under way or was made. */
struct fact_move {
    struct safe_text jobs;
    uint32_t from, to;
    int64_t since_ms;
    bool under_way;
};

/* Where a name stands in the lists. */
struct fact_ref {
    uint32_t cluster, site, scheduler, tenant, end;
};

struct plan_facts {
    struct arena arena;
    struct intern names;
    bool closed;
    struct facts_list clusters, sites, schedulers, queues, nodes, jobs, reservations, links, tenants, offers, racks,
        months, moves, pools, parts, transfers;
    struct facts_list over;                 /* jobs that ended of late, in their order of ids */
    struct facts_list recent;               /* of both, by queue */
    double hazard[FACT_LIMITS][FACT_PARTS]; /* of jobs in that part of their limit so many end in it */
    struct fact_ref *refs;                  /* by name */
    size_t ref_count;
    uint32_t *placed; /* nodes of running jobs */
    size_t placed_count, placed_cap;
    size_t end_count;  /* ends of links, tenants' places, clusters: numbered in the order of their texts */
    uint32_t *ends;    /* their names */
    struct arena room; /* of plan_room()'s texts */
};

#define FACTS(f, type, list, i) (&((struct fact_##type *)(f)->list.all)[i])

/* A zeroed member at the list's end; valid until the next one. */
void *plan_facts_push(struct facts_list *l, size_t size);
/* Sorts all, finds who belongs to whom, forms pools. Once; taking a row opens it again. */
void plan_facts_close(struct plan_facts *f);
/* Finds the parts of pools (plan_facts_parts.c); the bit of a queue's nodes in fact_node.parts, 0: all of its pool. */
void plan_facts_parts(struct plan_facts *f);
uint64_t plan_facts_part(const struct plan_facts *f, uint32_t queue);
/* The number of a name, or FACT_NONE. */
uint32_t plan_facts_name(const struct plan_facts *f, struct safe_text text);
struct safe_text plan_facts_text(const struct plan_facts *f, uint32_t name);
/* Whether a joined list has that member; whether two have one in common. */
bool plan_facts_has(struct safe_text joined, struct safe_text member);
bool plan_facts_share(struct safe_text a, struct safe_text b);

/* Whether it waits and may start; whether it has nodes. */
bool plan_facts_waits(const struct fact_job *j);
bool plan_facts_runs(const struct fact_job *j);

/* In a pool's unit, on each node: accelerators, or CPUs where it asks for none. */
int32_t plan_facts_each(const struct fact_pool *p, const struct fact_job *j);

/* A sentence of the arena. */
struct safe_text plan_facts_say(struct arena *arena, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A text for a sentence: shown in `out`. */
enum { FACT_SHOWN = 96 };
const char *plan_facts_show(struct safe_text t, char out[FACT_SHOWN]);
/* The members of a joined list likewise, with commas, as far as they fit. */
void plan_facts_show_list(struct safe_text joined, char *out, size_t size);

#endif
