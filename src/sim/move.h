#ifndef HUBTOP_SIM_MOVE_H
#define HUBTOP_SIM_MOVE_H

#include "sim/world.h"

/* Datasets that move over the fleet's links. Which there are and how far each is follows from the link, the scenario and
 * the moment alone, so that their past needs no memory; orders that stop some are kept (sim/halt.h). What a scenario's event `load` adds to a link is bulk
 * transfers: together they move as much as it adds. */

enum transit { TRANSIT_NONE, TRANSIT_WAITING, TRANSIT_RUNNING, TRANSIT_DONE, TRANSIT_HELD };

struct move {
    struct move_id id; /* slot: on its line, from 1; cycle: which one of its slot, 0 of bulk */
    enum transit state;
    const char *dataset, *temperature;
    uint64_t key;
    double size_tb, done_pct, rate_gbps;
    int64_t started_ms, eta_ms,
        deadline_ms; /* eta: WORLD_NEVER, as long as nobody releases it; deadline 0: there is none */
    int priority;
    bool holdable;
};

/* How many slots there are; the transfer in one at `t_ms`, TRANSIT_NONE where there is none. */
size_t move_count(const struct sim *s);
struct move move_at(const struct sim *s, size_t index, int64_t t_ms);
/* One that was seen, at any moment: as it is, and as it would be if no order had stopped it. */
struct move move_of(const struct sim *s, const struct move_id *id, int64_t t_ms);
struct move move_planned(const struct sim *s, const struct move_id *id, int64_t t_ms);

/* "SHG>SZ/bulk-1", "SHG>SZ/s2-17". */
const char *move_name(const struct move *m, char *out, size_t size);

#endif
