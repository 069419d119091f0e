#ifndef HUBTOP_DOMAIN_BALANCE_H
#define HUBTOP_DOMAIN_BALANCE_H

#include "domain/row.h"

/* Supply and demand of compute, storage and transport by region; islands; what energy costs. Pure. What nobody tells is
 * unknown (NAN), never 0. */

/* The side of a cluster, else that of its hub; NOWHERE: nobody tells. */
enum balance_region { BALANCE_EAST, BALANCE_MIDDLE, BALANCE_WEST, BALANCE_NOWHERE, BALANCE_REGIONS };

/* In its own unit each: CPUs of general (stated in FP32) and super (FP64) compute, accelerators of intelligent compute
 * (FP16), TB of storage, Gbit/s of transport. */
enum balance_kind {
    BALANCE_GENERAL,
    BALANCE_INTELLIGENT,
    BALANCE_SUPER,
    BALANCE_STORAGE,
    BALANCE_TRANSPORT,
    BALANCE_KINDS,
    BALANCE_COMPUTE = BALANCE_STORAGE /* those before it are kinds of compute */
};

/* What is known of a sum. */
struct balance_sum {
    double amount; /* NAN: of none */
    bool some;     /* of some of its parts it is not known: it is at least so much */
    bool stale;    /* a part is stale */
};

/* Of a region's schedulers, clusters, and links that leave its clusters (the paths that are lit). `asked` is what waits:
 * CPUs or accelerators of pending jobs, TB that are still to come; of transport the TB that are still to leave. */
struct balance_cell {
    struct balance_sum total, free, asked;
    struct balance_sum pflops; /* of compute: of clusters that state it at the kind's precision */
};

/* 算力孤岛 of the domain's facts: free capacity that no pending work of its kind can reach, or pending work that no free
 * capacity can reach. Reached is a scheduler of the same kind at a one-way delay that is observed and that the ring of
 * at least one of the jobs keeps, or the queue's own scheduler while the queue is open. */
struct balance_island {
    struct row row; /* the scheduler whose capacity is free, or the queue that waits; text is the balance's */
    int64_t amount; /* free CPUs or accelerators; waiting jobs */
    enum balance_kind kind;
    enum balance_region region;
    struct safe_text cluster;
};

/* What a cluster's energy is. Of the newest month or year of its energy rows, where there is one. */
struct balance_cluster {
    struct safe_text id;
    enum balance_region region;
    double pue; /* in the mean of that period, else as reported now */
    bool pue_is_mean;
    double green_pct; /* of that period, else of the cluster */
    double kwh, quota_kwh, quota_pct;
    struct safe_text period; /* "2026-11"; empty: none is told */
    double
        energy_cny; /* what the electricity of 1 kWh of work costs: PUE x price, the first part of the domain's formula
                         * (cost of work = energy x PUE x price - voucher - green subsidy + moving its data) */
    double cost_index; /* that in percent of the mean of the clusters in the east; NAN without one */
};

struct balance {
    struct balance_cell at[BALANCE_REGIONS][BALANCE_KINDS];
    size_t sideless;                /* clusters whose side nobody tells */
    size_t kindless;                /* schedulers and waiting queues whose kind nobody tells: they are not counted */
    struct balance_island *islands; /* what most is lost with comes first, queues before capacity */
    size_t island_count;
    size_t unjudged; /* that may be islands: a delay, a ring or what is free is not known */
    struct balance_cluster *clusters;
    size_t cluster_count;
};

/* Takes rows of hubs, clusters, schedulers, queues, links, transfers and energy, in any order, copied; others are left
 * alone. */
struct balance_facts;
struct balance_facts *balance_facts_new(void);
void balance_facts_free(struct balance_facts *f); /* NULL is none */
void balance_take(struct balance_facts *f, const struct row *row);
/* Sums up what was taken, once; the result lives as long as the facts. */
const struct balance *balance_of(struct balance_facts *f);

/* The cluster of that id, or NULL. */
const struct balance_cluster *balance_cluster(const struct balance *b, struct safe_text id);
/* The word of a region or kind, in English: "east", "general"; "" for NOWHERE. */
const char *balance_region_word(enum balance_region region);
const char *balance_kind_word(enum balance_kind kind);
/* The kind of that word; BALANCE_KINDS for another. */
enum balance_kind balance_kind_of(struct safe_text word);

#endif
