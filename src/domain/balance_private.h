#ifndef HUBTOP_SRC_DOMAIN_BALANCE_PRIVATE_H
#define HUBTOP_SRC_DOMAIN_BALANCE_PRIVATE_H

#include "domain/balance.h"
#include "domain/ids.h"
#include "domain/rows.h"

/* A cluster, or whatever else a row names as one or as an end; by number of balance_facts.ids. */
struct balance_end {
    const struct row *cluster; /* NULL: no row tells of it */
    enum balance_region region;
    struct balance_sum incoming, outgoing; /* TB that are still to be moved */
    struct row energy;                     /* of the newest long period; of no kind: none */
};

struct balance_line {
    size_t from, to; /* numbers of ends */
    double ms;       /* NAN: nobody measures it */
    bool cut;        /* down: nothing gets over it */
    double gbps, used_pct;
    bool stale, planned;
};

struct balance_scheduler {
    const struct row *row;
    size_t cluster;      /* number of an end; IDS_NONE */
    unsigned kinds;      /* bits of kinds of compute, as its queues and accelerators tell */
    bool reached, maybe; /* by pending work */
};

struct balance_facts {
    struct balance out;
    struct ids ids;
    struct balance_end *ends;
    size_t end_cap;
    struct rows hubs, clusters, schedulers, queues;
    struct balance_line *lines;
    size_t line_count, line_cap;
    struct balance_scheduler *all;
    size_t all_count;
    struct ids names; /* of schedulers; their numbers are those of `all` */
    struct arena arena;
    bool closed;
};

/* The number of a cluster or end; IDS_NONE for an empty name. */
size_t balance_number(struct balance_facts *f, struct safe_text id);
/* What is free on a scheduler of a kind. */
const struct value *balance_free(const struct row *scheduler, enum balance_kind kind);
/* Finds islands, when all else is summed up. */
void balance_island_find(struct balance_facts *f);

#endif
