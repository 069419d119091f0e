#ifndef HUBTOP_SIM_MOVE_H
#define HUBTOP_SIM_MOVE_H

#include "sim/world.h"

/* Datasets that move over the fleet's links. Which there are and how far each is follows from the link, the scenario and
 * the moment alone, so that their past needs no memory. What a scenario's event `load` adds to a link is bulk
 * transfers: together they move as much as it adds. */

enum transit { TRANSIT_NONE, TRANSIT_WAITING, TRANSIT_RUNNING, TRANSIT_DONE };

struct move {
    const struct line *line;
    enum transit state;
    bool bulk;
    const char *dataset, *temperature;
    uint32_t slot; /* on its line */
    int64_t cycle; /* which one of its slot; 0 of bulk transfers */
    uint64_t key;
    double size_tb, done_pct, rate_gbps;
    int64_t started_ms, eta_ms, deadline_ms; /* the last 0: there is none */
    int priority;
    bool holdable;
};

/* How many slots there are; the transfer in one at `t_ms`, TRANSIT_NONE where there is none. */
size_t move_count(const struct sim *s);
struct move move_at(const struct sim *s, size_t index, int64_t t_ms);

/* "SHG>SZ/bulk-1", "SHG>SZ/s2-17". */
const char *move_name(const struct move *m, char *out, size_t size);

#endif
