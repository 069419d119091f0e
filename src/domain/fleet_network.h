#ifndef HUBTOP_SRC_DOMAIN_FLEET_NETWORK_H
#define HUBTOP_SRC_DOMAIN_FLEET_NETWORK_H

#include "base/config.h"
#include "domain/fleet.h"

/* Networks of others in a fleet file. */

extern const struct config_option fleet_network_options[];

/* Reads them from `f->config` whose clusters, sites and places are read; false with "FILE:LINE: …" when one meets ours
 * nowhere that the file knows, or has no capacity. Two may not name the same account as their tenant's. */
bool fleet_network_read(struct fleet *f, const char *path, struct err *err);

#endif
