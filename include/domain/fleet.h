#ifndef HUBTOP_DOMAIN_FLEET_H
#define HUBTOP_DOMAIN_FLEET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* fleet.conf of formats.md: what no driver sees. Text is UTF-8 and belongs to the fleet; an absent number is NAN, an
 * absent text NULL. */

struct fleet_hub {
    const char *id, *name, *name_zh;
};
struct fleet_cluster {
    const char *id, *hub, *name, *name_zh, *side, *kinds; /* kinds joined by VALUE_LIST_SEPARATOR */
    double lon, lat, price_cny_kwh, pue, pue_limit, green_pct, racks_total, racks_used;
};
struct fleet_site {
    const char *id, *cluster, *area, *name, *operator_name, *phase, *membership;
    int security_level; /* -1: unknown */
};
struct fleet_scheduler {
    const char *id, *site;
    /* For the simulator, absent in real fleets (0 or NULL): what it is made of. */
    const char *kind; /* general, intelligent, super */
    int nodes, cpus_per_node, accels_per_node;
    const char *accel_kind;
    double load; /* offered load, 1 = as much as fits */
};
struct fleet_tenant {
    const char *id, *at;
    double ring_ms;
};

struct fleet {
    struct fleet_hub *hubs;
    struct fleet_cluster *clusters;
    struct fleet_site *sites;
    struct fleet_scheduler *schedulers;
    struct fleet_tenant *tenants;
    size_t n_hubs, n_clusters, n_sites, n_schedulers, n_tenants;
    struct config *config; /* owns the texts */
    struct arena arena;    /* and those that were made of them, and the arrays */
};

/* Reads a fleet file; NULL with "FILE:LINE: …" (status 78; 66 without a file) when an option is unknown, a word is none
 * of formats.md, or a reference names nothing ("cluster \"SHG\": no hub \"GBX\""). Links, pairs and what is compatible
 * are checked but not kept. */
struct fleet *fleet_load(const char *path, struct err *err);
void fleet_free(struct fleet *fleet);

/* The object of that id, or NULL. */
const struct fleet_cluster *fleet_cluster(const struct fleet *f, const char *id);
const struct fleet_site *fleet_site(const struct fleet *f, const char *id);

#endif
