#ifndef HUBTOP_SIM_WORLD_H
#define HUBTOP_SIM_WORLD_H

#include "domain/fleet.h"
#include "domain/state.h"
#include "sim/catalogue.h"
#include "sim/chance.h"
#include "sim/heap.h"
#include "sim/sim.h"

/* The world inside. Schedulers never touch each other, so each has its own heap and its own stream of chance, and the
 * steps of the clock cannot be seen. Times are milliseconds since the scenario's zero. */

enum {
    WORLD_QUEUES_MAX = 3,
    WORLD_UNITS_MAX = 63, /* of a node: free units are a bit each */
    WORLD_LEVELS = 3,     /* of priority */
    WORLD_CLAIMS = 4,     /* large jobs of a queue for which nodes are kept */
    WORLD_GANG_MAX = 64,  /* nodes of a job */
    WORLD_RESERVATIONS_MAX = 4,
    WORLD_HOUR_MS = 3600 * 1000,
    WORLD_DAY_MS = 24 * WORLD_HOUR_MS,
    WORLD_SHOWN_MS = 600 * 1000, /* an ended job stays visible, as Slurm's MinJobAge */
};
#define WORLD_NONE UINT32_MAX

enum happening_kind {
    HAPPENS_ARRIVAL, /* index: the queue */
    HAPPENS_END,     /* index: the job's slot, and so below */
    HAPPENS_GONE,    /* it has finished to finish */
    HAPPENS_RELEASE,
    HAPPENS_GIVE_UP, /* it is cancelled before it started */
    HAPPENS_TROUBLE, /* some node fails */
    HAPPENS_REPAIR,  /* index: the node */
    HAPPENS_RESERVE, /* index: the reservation; it begins */
    HAPPENS_UNRESERVE,
    HAPPENS_EVENT, /* index: the scenario's event; it begins */
    HAPPENS_EVENT_END,
};

enum node_closed { CLOSED_DRAIN = 1, CLOSED_DOWN = 2, CLOSED_RESERVED = 4, CLOSED_CLAIMED = 8 };

struct node {
    uint32_t prev, next; /* in the list of its queue's nodes with as many free units, while nothing closes it */
    uint32_t gang_next;  /* of the job that has this node and others whole */
    uint32_t claim_next; /* of the gang that waits for this node to run empty */
    uint32_t stamp;      /* of its troubles */
    uint16_t jobs;
    uint8_t units_free;
    uint8_t closed; /* enum node_closed */
    uint8_t queue;
    uint8_t trouble; /* why it is out: a row of the catalogue's … */
    uint16_t trouble_no;
    char *note; /* … or what an order said (owned) */
    const char *note_by;
    int64_t out_ms, boot_ms;
    int64_t busy_until_ms; /* when the last of its jobs is going to end, if all goes as planned */
};

struct job {
    uint32_t prev, next; /* waiting: in its level; ended: in the order of the ends; free: the next free slot */
    uint32_t number;     /* what its scheduler calls it; 0: a free slot */
    uint32_t stamp;
    uint32_t key;             /* of what is fixed of it by chance alone; kept when it moves */
    uint32_t priority;        /* that an order gave it; 0: that of its level */
    uint32_t node;            /* the first it has */
    uint16_t nodes, units;    /* units: on each node */
    uint16_t task, task_last; /* of an array: the first and last that wait, or the one (twice) that runs; 0: none */
    uint16_t work, serial;
    uint16_t restarts, exit_code;
    uint8_t name, user, queue, reason;
    uint8_t qos, level; /* of priority: as submitted, and as it grew with age */
    uint8_t state;      /* enum job_state */
    uint8_t ending;     /* enum job_state: how it is going to end */
    bool node_fail;
    int64_t submitted_ms, eligible_ms, started_ms, ended_ms, run_ms, limit_ms;
};

enum wait_reason { WAITS_PRIORITY, WAITS_RESOURCES, WAITS_USER_LIMIT, WAITS_HELD, WAITS_DATA, WAITS_COUNT };

struct list {
    uint32_t head, tail;
};

struct queue {
    const struct queue_plan *plan;
    const char *name;
    uint32_t first, nodes; /* its nodes */
    struct queue
        *pool; /* in whose lists they stand, and whose claims are kept: itself, or the first of those that share */
    uint64_t free_bits; /* bit u: some open node has u free units */
    uint32_t by_free[WORLD_UNITS_MAX + 1];
    uint32_t whole_free; /* open nodes without a job */
    struct list waiting[WORLD_LEVELS];
    struct claim {
        uint32_t job;  /* none: free */
        uint32_t head; /* of its nodes */
    } claims[WORLD_CLAIMS];
    uint32_t claimed;    /* nodes of all claims */
    double rate;         /* arrivals per ms at the day's mean */
    uint32_t peak_pct;   /* of that, at the day's busiest hour */
    double factor;       /* of a scenario */
    uint32_t stamp;      /* of its arrivals */
    uint32_t patience;   /* waiting jobs above which users turn away … */
    double endurance;    /* … times that, by a scenario */
    bool drained;        /* takes nothing in and starts nothing */
    uint32_t user_limit; /* running jobs of one user */
    uint32_t running_of[CATALOGUE_USERS];
    uint32_t running, pending, held; /* jobs and tasks of arrays; pending is with held ones */
    uint64_t arrivals, starts;       /* since the beginning */
};

struct reservation {
    const char *name;
    bool kept;     /* kept empty; else a maintenance window */
    bool recovery; /* kept for work that its own site lost */
    bool active;   /* that work runs in it, since `activated_ms` */
    uint32_t first, nodes;
    int64_t from_ms, to_ms, activated_ms;
};

/* What is kept of the past, at one moment. */
struct past_queue {
    int32_t running, pending;
    uint32_t arrivals, starts; /* since the beginning, modulo 2^32 */
};
struct past {
    int32_t nodes_out, cpus_free, accels_free, units_used;
    struct past_queue queues[WORLD_QUEUES_MAX];
};
enum {
    PAST_FINE = 71, /* an hour, and what its first rates count from */
    PAST_COARSE = 4 * 24 + 2,
    PAST_COARSE_MINUTES = 15
};

/* Where racks stand: a site, or a scheduler that no site is told of. */
struct stand {
    const char *id;
    const struct fleet_site *site;       /* or NULL */
    const struct fleet_cluster *cluster; /* or NULL */
    uint32_t racks, halls, hall_racks;   /* racks that the simulator fills; halls; of those racks in each hall */
    size_t first_hall;
};
struct hall {
    const struct stand *stand;
    uint32_t number;                /* from 1 */
    double racks_total, racks_used; /* its part of the cluster's standard racks; NAN: unknown */
    uint64_t key;
};

/* One direction between two ends: a link of the fleet, or two clusters that only measure the delay between them. */
struct line {
    const struct fleet_link *said; /* NULL: measured alone */
    const char *from, *to;
    size_t back;    /* the line in the other direction, or this one where there is none */
    double base_ms; /* one-way, without load; NAN: nobody knows where the ends are */
    double peak;    /* load at the day's busiest hour, as a share of all paths */
    uint64_t key;
};

/* A transfer of a line; and how long one stood, because an order said so. */
struct move_id {
    const struct line *line;
    const struct sim_event *event; /* that its bulk is of; NULL: one of those that come and go */
    uint32_t slot;
    int64_t cycle;
};
#define WORLD_NEVER INT64_MAX
struct halt {
    struct move_id id;
    int64_t from_ms, to_ms; /* WORLD_NEVER: until it is released */
};

struct scheduler {
    const struct fleet_scheduler *said;
    const struct fleet_site *site;       /* or NULL */
    const struct fleet_cluster *cluster; /* or NULL */
    enum compute compute;
    double load; /* offered; 1: as much as fits */
    uint8_t
        near[CATALOGUE_ACCOUNTS]; /* accounts of tenants whose users are at the other end of a link of its cluster */
    uint32_t near_count;          /* 0: work comes from anywhere */
    bool suspended;               /* its site is: it takes nothing in */
    struct chance chance;
    struct heap heap;
    int64_t now_ms;
    struct node *nodes;
    uint32_t node_count;
    uint32_t units;                  /* of a node */
    uint32_t unit_cpus, unit_accels; /* of a unit */
    struct job *jobs;
    uint32_t job_count, job_cap, free_job;
    struct list ended;
    uint32_t next_number;
    struct queue queues[WORLD_QUEUES_MAX];
    uint32_t queue_count;
    struct reservation reservations[WORLD_RESERVATIONS_MAX];
    uint32_t reservation_count;
    const struct stand *stand;
    uint32_t rack_first, rack_count, rack_nodes; /* of the stand's racks; nodes in each */
    uint32_t nodes_out, units_used_up;           /* nodes down or drained; units in use on the others */
    double trouble_rate;                         /* per ms, of all nodes together */
    struct past fine[PAST_FINE], coarse[PAST_COARSE];
};

struct sim {
    const struct fleet *fleet;
    struct sim_event *events; /* a copy of the table; its texts are the caller's */
    size_t event_count;
    int64_t start_utc_ms, now_ms, begin_ms;
    int64_t day_zero_ms; /* start_utc_ms, as the hours of the fleet's day count */
    struct scheduler *schedulers;
    size_t scheduler_count;
    uint64_t seed;
    struct stand *stands;
    size_t stand_count;
    struct hall *halls;
    size_t hall_count;
    struct line *lines;
    size_t line_count;
    const char **memberships; /* of the fleet's sites, where an order changed it; else NULL */
    struct halt *halts;       /* in the order of time */
    size_t halt_count;
    const struct fleet_tenant *tenants[CATALOGUE_ACCOUNTS]; /* of the catalogue's accounts; NULL: none */
};

static inline bool node_out(const struct node *n)
{
    return (n->closed & (CLOSED_DRAIN | CLOSED_DOWN)) != 0;
}

#endif
