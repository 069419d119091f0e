#ifndef HUBTOP_SIM_NET_H
#define HUBTOP_SIM_NET_H

#include "sim/world.h"

/* The network. What a line measures is a function of the line, the scenario and the moment alone, so that its past
 * needs no memory. */

/* A line for each link of the fleet, and for each direction between two clusters that no link tells of. */
void net_plant(struct sim *s);
void net_release(struct sim *s);

/* Whether an event can hit that link: one of the fleet, with paths. */
bool net_has(const struct sim *s, const char *link);

/* What is measured on a line at `t_ms` of the scenario; NAN: nothing. */
struct net_reading {
    double paths_lit, used_pct, one_way_ms, jitter_ms, loss_pct;
};
struct net_reading net_read(const struct sim *s, const struct line *l, int64_t t_ms);

/* Its load without a scenario's events, and without what wanders, as a share of all its paths. */
double net_usual(const struct sim *s, const struct line *l, int64_t t_ms);
/* How far what an event adds has come, from 0 to 1 within NET_RAMP_MS. */
enum { NET_RAMP_MS = 10 * 60 * 1000 };
double net_ramp(int64_t since_ms);

/* Its load, as a share of all its paths. */
double net_load(const struct sim *s, const struct line *l, int64_t t_ms);

/* "SHG>SZ". */
const char *net_name(const struct line *l, char *out, size_t size);
/* The line of that id, or NULL. */
const struct line *net_line(const struct sim *s, const char *id);

#endif
