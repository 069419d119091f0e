#ifndef HUBTOP_SRC_DOMAIN_PLAN_CHECK_PRIVATE_H
#define HUBTOP_SRC_DOMAIN_PLAN_CHECK_PRIVATE_H

#include "domain/plan_check.h"
#include "domain/rows.h"

/* What the checks see: rows of the present as far as the plan's moves concern them, found by id, and sums over all jobs. */

#define CHECK_NONE SIZE_MAX

enum { CHECK_UNITS_MAX = 1 << 18 /* accelerators or CPUs of a node or a job: what is above makes no sense */ };

/* Jobs of one queue at an end. */
struct check_queue {
    struct safe_text name;
    double largest_accels, largest_cpus, largest_mb; /* of those that wait and could start */
    double running_mb;                               /* NAN: of one nobody knows */
};

/* A scheduler that jobs leave or go to. */
struct check_end {
    struct safe_text id;
    bool is_target;
    const struct row *row, *cluster, *site; /* NULL: there is none */
    struct check_queue *queues;
    size_t queue_count;
    double waiting_accels, running_accels, running_cpus;
    size_t first_node, node_count;
    double reserved_nodes, reserved_cores; /* that no list of nodes names */
};

struct check_node {
    size_t end;
    struct safe_text name, partitions, accel_kind, supernode;
    int64_t accels, accels_free, cpus, cpus_free; /* free ones are less as pieces are laid on it */
    double memory_mb;
    bool usable, reserved;
    size_t laid; /* number of the claim that was laid on it last, from 1 */
};

/* A job of the plan; of one that asks for several nodes a piece goes to each. */
struct check_claim {
    const struct plan_move *move;
    const struct plan_job *job;
    const struct row *row; /* NULL: there is none */
    size_t row_at, from, to;
    int64_t accels, cpus, nodes;
    double data_gb; /* NAN: unknown */
    bool tied;      /* why it waits forbids that it is moved */
};

struct plan_checker {
    const struct plan *plan;
    struct check_claim *claims; /* in the order of ids */
    size_t claim_count;
    struct check_end *ends; /* likewise */
    size_t end_count, last_end;
    struct check_node *nodes;
    size_t node_count, node_cap;
    struct rows jobs, schedulers, links, clusters, sites, queues, tenants, reservations, months, moves, transfers;
    struct arena arena;
    bool closed;
    struct check_intake { /* of a node, in the order of ids */
        struct safe_text id;
        bool found, stale;
    } * intakes;
    size_t intake_count;
    const struct safe_text *ours; /* sorted */
    size_t our_count;
};

struct checking {
    struct plan_checker *c;
    const struct plan_limits *limits;
    int64_t now_ms;
    bool kept; /* what is asked for does not count, only what is left */
    char words[400];
};

/* False, with "ID: what is wrong" as the words. */
bool plan_check_no(struct checking *k, struct safe_text id, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* What a check that holds has to say. */
bool plan_check_yes(struct checking *k, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

double plan_check_number(const struct row *row, int field); /* NAN: no row, or unknown */
struct safe_text plan_check_word(const struct row *row, int field);
const struct row *plan_check_row(const struct rows *rows, struct safe_text id);
/* The row of a scheduler's queue, or NULL. */
const struct row *plan_check_queue_row(const struct plan_checker *c, struct safe_text scheduler,
                                       struct safe_text queue);
bool plan_check_in_list(struct safe_text joined, struct safe_text member);
/* Whether a scheduler is that one, or lies in that cluster or site. */
bool plan_check_lies_in(const struct check_end *e, struct safe_text what);
/* Whether a node takes jobs of that queue. */
bool plan_check_serves(const struct check_node *n, struct safe_text queue);
/* The kind of accelerators that a job needs: its own word, or what those of its queue are; empty: nobody says. */
struct safe_text plan_check_place_accels(const struct plan_checker *c, const struct check_claim *a);
/* Seconds within which the plan's data must be there. */
double plan_check_horizon_s(const struct plan *p);

/* What the plan's own holds take off a link's load, in percent of its capacity. */
double plan_check_hold_relief_pct(const struct checking *k, const struct row *link);

/* Nodes that the plan closes, to be found; takes a row of one. */
void plan_check_intake_list(struct plan_checker *c);
void plan_check_intake_take(struct plan_checker *c, const struct row *node);

/* --- the checks (plan_check_job.c, _place.c, _net.c, _room.c, _stay.c, _hold.c, _intake.c) --- */

bool plan_check_job_hold(struct checking *k);
bool plan_check_job_movable(struct checking *k);
bool plan_check_job_asked(struct checking *k);
bool plan_check_job_sums(struct checking *k);
bool plan_check_job_count(struct checking *k);
bool plan_check_job_alone(struct checking *k);
bool plan_check_job_running(struct checking *k);
bool plan_check_job_cool(struct checking *k);
bool plan_check_job_time(struct checking *k);
bool plan_check_place_fresh(struct checking *k);
bool plan_check_place_away(struct checking *k);
bool plan_check_place_health(struct checking *k);
bool plan_check_place_compatible(struct checking *k);
bool plan_check_place_kind(struct checking *k);
bool plan_check_place_space(struct checking *k);
bool plan_check_net_ring(struct checking *k);
bool plan_check_net_links(struct checking *k);
bool plan_check_net_power(struct checking *k);
bool plan_check_room_free(struct checking *k);
bool plan_check_room_gang(struct checking *k);
bool plan_check_stay_residency(struct checking *k);
bool plan_check_stay_supernode(struct checking *k);
bool plan_check_hold_transfers(struct checking *k);
bool plan_check_intake_closes(struct checking *k);

#endif
