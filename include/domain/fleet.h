#ifndef HUBTOP_DOMAIN_FLEET_H
#define HUBTOP_DOMAIN_FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

/* fleet.conf of formats.md: what no driver sees. Text is UTF-8 and belongs to the fleet; an absent number is NAN, an
 * absent text NULL. */

struct fleet_hub {
    const char *id, *name, *name_zh;
};
struct fleet_cluster {
    const char *id, *hub, *name, *name_zh, *side, *kinds; /* kinds joined by VALUE_LIST_SEPARATOR */
    const char *aliases;                                  /* joined likewise, here and below */
    double lon, lat, price_cny_kwh, pue, pue_limit, green_pct, racks_total, racks_used;
    double storage_tb_total, storage_tb_used;
    double pflops; /* of the whole cluster, at the precision beside it; the file says both or neither */
    const char *pflops_precision;
};
struct fleet_site {
    const char *id, *cluster, *area, *name, *operator_name, *phase, *membership;
    const char *aliases;
    int security_level;         /* -1: unknown */
    int privacy_computing;      /* likewise */
    const char *trusted_spaces; /* joined as aliases are */
};
struct fleet_scheduler {
    const char *id, *site, *aliases;
    /* For the simulator, absent in real fleets (0 or NULL): what it is made of. */
    const char *kind; /* general, intelligent, super */
    int nodes, cpus_per_node, accels_per_node;
    const char *accel_kind;
    double load;             /* offered load, 1 = as much as fits */
    int nodes_per_supernode; /* 0: it has none */
};
/* A city or an exchange where users are: links and pairs end there, no work is ever sent there. */
struct fleet_place {
    const char *id, *name, *name_zh, *aliases;
    double lon, lat;
};
/* One direction. */
struct fleet_link {
    const char *id, *from, *to; /* id is "FROM>TO" as the file says; the ends are ids of clusters, sites or places */
    const char *tier, *aliases;
    double paths, path_gbps, ring_ms, published_one_way_ms;
    int deterministic; /* -1: unknown */
};
struct fleet_pair {
    const char *id, *from, *to, *unit, *link;
    double agreed;
    int64_t until_ms; /* UTC; 0: unknown */
};
struct fleet_tenant {
    const char *id, *at;
    double ring_ms;
    const char *contact, *accounts, *spaces, *residency; /* the last three are joined likewise */
};
/* A computing-power network of somebody else that ours meets: shown, never a place that work is sent to. */
struct fleet_network {
    const char *id, *name, *name_zh, *operator_name, *meets, *state, *kinds, *remark;
    double pflops, accels_total, capacity_gbps;
    const char *pflops_precision;
};
/* What schedulers share: a job of the one finds it at the other. */
enum { FLEET_SHARE_USERS = 1, FLEET_SHARE_FILES = 2, FLEET_SHARE_SOFTWARE = 4 };
struct fleet_compatible {
    const char *schedulers; /* joined */
    unsigned shares;
};

struct fleet {
    struct fleet_hub *hubs;
    struct fleet_cluster *clusters;
    struct fleet_site *sites;
    struct fleet_scheduler *schedulers;
    struct fleet_tenant *tenants;
    struct fleet_place *places;
    struct fleet_link *links;
    struct fleet_pair *pairs;
    struct fleet_network *networks;
    struct fleet_compatible *compatible;
    const char **peers; /* of each scheduler: fleet_compatible_list() */
    size_t n_hubs, n_clusters, n_sites, n_schedulers, n_tenants, n_places, n_links, n_pairs, n_networks, n_compatible;
    struct config *config; /* owns the texts */
    struct arena arena;    /* and those that were made of them, and the arrays */
};

/* Reads a fleet file; NULL with "FILE:LINE: …" (status 78; 66 without a file) when an option is unknown, a word is none
 * of formats.md, or a reference names nothing ("cluster \"SHG\": no hub \"GBX\""), when two of a kind share a
 * name, or when a link's or pair's title is not "FROM>TO" (its ends may be names that the file does not tell more of). */
struct fleet *fleet_load(const char *path, struct err *err);
void fleet_free(struct fleet *fleet);

/* The object of that id, or NULL. */
const struct fleet_cluster *fleet_cluster(const struct fleet *f, const char *id);
const struct fleet_site *fleet_site(const struct fleet *f, const char *id);

/* The tenant of that id, and the one that names the account as its own; NULL: none does. */
const struct fleet_tenant *fleet_tenant(const struct fleet *f, struct safe_text id);
const struct fleet_tenant *fleet_tenant_of_account(const struct fleet *f, struct safe_text account);

/* What the file says that two schedulers share, as bits FLEET_SHARE_*; 0: nothing. */
unsigned fleet_compatible(const struct fleet *f, const char *a, const char *b);
/* The others that a scheduler shares something with, each "ID=users,filesystems,software" (what it is), joined; NULL: none. */
const char *fleet_compatible_list(const struct fleet *f, const char *id);

struct row;
/* What the file says of network `index` (below n_networks), as a row whose texts are the fleet's. */
void fleet_network_row(const struct fleet *f, size_t index, struct row *out);
/* The same of tenant `index`. */
void fleet_tenant_row(const struct fleet *f, size_t index, struct row *out);

/* What a label or a source's name means: an id or an alias of the file, case-sensitive. */
enum fleet_what { FLEET_NOTHING, FLEET_CLUSTER, FLEET_SITE, FLEET_SCHEDULER, FLEET_PLACE };
struct fleet_found {
    enum fleet_what what;
    const char *id;      /* of the object itself */
    const char *cluster; /* that it lies in; NULL for a place, or where the file does not say */
    const char *site;    /* that it lies in, or itself; NULL for clusters and places */
    double lon, lat;     /* of its cluster, or the place's own; NAN: unknown */
};
/* The end of a link: clusters first, then places, sites, schedulers. */
struct fleet_found fleet_end(const struct fleet *f, struct safe_text label);
/* Where racks and nodes stand: sites first, then schedulers (their site), then clusters. */
struct fleet_found fleet_stand(const struct fleet *f, struct safe_text label);
/* A scheduler by id or alias: what its jobs and nodes lie in. One that the file has no section for lies in the site or
 * cluster that is called like it, and is FLEET_SITE or FLEET_CLUSTER; FLEET_NOTHING when there is none either. */
struct fleet_found fleet_scheduler(const struct fleet *f, struct safe_text label);

#endif
