#ifndef HUBTOP_SIM_FLOOR_H
#define HUBTOP_SIM_FLOOR_H

#include "sim/world.h"

/* Where nodes stand: halls with the cluster's standard racks among them, and the racks that hold the simulated nodes.
 */

enum { FLOOR_UNITS = 42, FLOOR_ROW_RACKS = 6 };
#define FLOOR_STANDARD_KW 2.5 /* what a standard rack may draw */

/* When the schedulers are planted. */
void floor_plant(struct sim *s);
void floor_release(struct sim *s);

/* "SHG-1/H2" and "SHG-1/H2-B5". Racks of a scheduler are counted from 0. */
const char *floor_hall_id(const struct hall *h, char *out, size_t size);
const char *floor_rack_id(const struct scheduler *c, uint32_t rack, char *out, size_t size);

struct floor_spot {
    const struct hall *hall;
    char row; /* 'A' … */
    uint32_t position;
};
struct floor_spot floor_spot(const struct sim *s, const struct scheduler *c, uint32_t rack);

/* The units in use in a scheduler at some moment. */
typedef double floor_used(const struct scheduler *c, const void *moment);
double floor_used_now(const struct scheduler *c, const void *none);

/* What a hall draws, and the highest inlet temperature of its racks, at `t_ms`; of a rack of it in it. */
double floor_power_kw(const struct sim *s, const struct hall *h, int64_t t_ms, floor_used *used, const void *moment);
double floor_inlet_c(const struct sim *s, const struct hall *h, int64_t t_ms, floor_used *used, const void *moment);
double floor_rack_inlet_c(const struct sim *s, const struct scheduler *c, uint32_t rack, int64_t t_ms);
/* The sum over a cluster's halls. */
double floor_cluster_kw(const struct sim *s, const struct fleet_cluster *cluster, int64_t t_ms, floor_used *used,
                        const void *moment);

/* What the halls of a cluster draw in the mean, with the load that the fleet says, before PUE; NAN: unknown. */
double floor_usual_kw(const struct sim *s, const struct fleet_cluster *cluster);

/* What a rack that draws `kw` takes from its two feeds at `t_ms`; a lost one gives nothing. */
struct floor_feeds {
    double a_kw, b_kw;
};
struct floor_feeds floor_feeds(const struct sim *s, const struct scheduler *c, uint32_t rack, double kw, int64_t t_ms);

/* How busy accelerators really are of which jobs have the share `given`, in percent; that of a cluster, NAN where it has
 * none. */
double floor_busy_pct(uint64_t key, double given, int64_t t_ms);
double floor_cluster_busy_pct(const struct sim *s, const struct fleet_cluster *cluster, int64_t t_ms, floor_used *used,
                              const void *moment);

#endif
