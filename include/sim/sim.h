#ifndef HUBTOP_SIM_SIM_H
#define HUBTOP_SIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "domain/fleet.h"
#include "domain/row.h"

/* The deterministic fleet: (fleet, scenario, seed, t) → facts. The same arguments and the same orders give the same
 * world, byte for byte, whatever steps the clock took. It obeys orders (sim_apply). */

struct sim_event {     /* a row of a scenario */
    int64_t at_ms;     /* after the scenario's start */
    int64_t for_ms;    /* 0: for ever */
    const char *event; /* a name of the table of events */
    const char *target;
    double amount; /* how many, how much more, or what percentage: as the event counts */
};

struct sim_options {
    const struct fleet *fleet; /* outlives the sim */
    const struct sim_event *events;
    size_t event_count;
    uint64_t seed;
    int64_t start_utc_ms; /* the scenario's zero; the world exists from 24 h before, above scale 4 from 6 h before */
    int64_t day_ms;       /* how much later than UTC+8 it is in the fleet; 0: the country's own time */
    double scale;         /* of nodes and arrivals; 1: as the fleet says */
    double load;          /* offered load, times what the fleet says; 0: 1 */
    bool calm;            /* no node goes out of service but by an event, an order or a maintenance window */
    const char
        *shared; /* ids of schedulers (VALUE_LIST_SEPARATOR between them) whose queues share all nodes; NULL: none */
    bool near;   /* what promises 5 ms or less is of tenants near by, and may move as far as that allows */
};

struct sim;
/* The world at its beginning; NULL with ERR_INPUT when an event has no known name or target. The caller frees it. */
struct sim *sim_new(const struct sim_options *options, struct err *err);
void sim_free(struct sim *s);

/* Takes the world to `utc_ms`, at most about `budget_us` (0: no limit) of work; true when it is there. It never goes
 * back. */
bool sim_advance(struct sim *s, int64_t utc_ms, int64_t budget_us);
/* Where the world is, UTC in milliseconds. */
int64_t sim_now(const struct sim *s);

/* Takes a fact; its memory lives during the call. */
typedef bool sim_sink(void *ctx, const struct row *fact, struct err *err);

/* Facts of one kind at sim_now(), from position `*at` (0 first), about `max_rows`; false with err when the sink
 * refuses. `*at` becomes -1 at the end. Kinds: hubs clusters sites schedulers nodes queues jobs users reservations
 * links pairs halls racks places; counts that derive makes are left unknown. Links are those of the fleet and, measured
 * alone, one for each direction between two clusters that no link of the fleet tells of. */
bool sim_facts(struct sim *s, enum kind kind, int64_t *at, size_t max_rows, sim_sink *sink, void *ctx, struct err *err);

/* The fact of the one job, node, queue, scheduler, site, transfer or reservation of that id. ERR_REFUSED: there is none;
 * ERR_TRANSIENT: its scheduler does not answer; or the sink refuses. */
bool sim_fact(struct sim *s, enum kind kind, const char *id, sim_sink *sink, void *ctx, struct err *err);

/* The past before sim_now(), in the order of time: the last hour minute by minute, up to 24 h before it by the quarter of
 * an hour, of queues, schedulers, clusters, hubs and the fleet's links; of halls and of links that are measured alone
 * only the quarters. `field` is the kind's. False when the sample refuses. */
typedef bool sim_sample(void *ctx, enum kind kind, struct safe_text id, int field, int64_t at_ms, double value);
bool sim_history(const struct sim *s, sim_sample *sample, void *ctx);

/* What the sim itself counts, by a path that derive does not share: for tests. Jobs (waiting arrays once) or nodes of a
 * scheduler (NULL: all) in that state word (NULL: any). */
size_t sim_count_jobs(const struct sim *s, const char *scheduler, const char *state);
size_t sim_count_nodes(const struct sim *s, const char *scheduler, const char *state);

enum sim_order_kind {
    SIM_HOLD,
    SIM_RELEASE,
    SIM_CANCEL,
    SIM_DRAIN,
    SIM_RESUME,
    SIM_MOVE,
    SIM_PRIORITY,
    SIM_LIMIT,
    SIM_CLOSE, /* the intake of a scheduler, or of one of its queues: what waits goes on waiting, what runs goes on */
    SIM_OPEN,
    SIM_SUSPEND, /* a site: its schedulers take no new work */
    SIM_CONNECT,
    SIM_STAND, /* a transfer stands, until `until_ms` */
    SIM_FLOW,
    SIM_ACTIVATE, /* a disaster-recovery reservation: the services that it is kept for start in it */
    SIM_RETURN,
};
enum { SIM_ID_MAX = 160 };
struct sim_order {
    enum sim_order_kind kind;
    const char *target; /* the id of a job, a node, a queue, a scheduler, a site, a transfer or a reservation */
    const char *reason;
    const char *to; /* SIM_MOVE: SCHEDULER, or SCHEDULER/QUEUE where its queue of the same class of work is not meant */
    int64_t value;  /* SIM_PRIORITY: above 0; SIM_LIMIT: seconds that the job may run in all */
    int64_t until_ms; /* SIM_STAND: UTC; 0: until it is released */
    double data_gbps; /* SIM_MOVE: at what the job's data follow it; 0: SIM_DATA_GBPS */
    char *made;       /* SIM_MOVE: takes the id that the job has then, in SIM_ID_MAX bytes; NULL: not asked for */
};
enum { SIM_DATA_GBPS = 10 };
/* Carries out an order at sim_now(). ERR_REFUSED with the peer's words when it cannot be ("job fra/12 has ended").
 *
 * A job that moves is cancelled where it was and is there at once, with its owner, name, limit, priority and kept back if it
 * was held. It cannot start before its data have followed it. One that runs must have a checkpoint: it goes on from there. */
bool sim_apply(struct sim *s, const struct sim_order *order, struct err *err);

#endif
