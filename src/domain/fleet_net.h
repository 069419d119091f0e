#ifndef HUBTOP_SRC_DOMAIN_FLEET_NET_H
#define HUBTOP_SRC_DOMAIN_FLEET_NET_H

#include "base/config.h"
#include "domain/fleet.h"

/* The network of a fleet file: places, links, pairs, and what names mean. */

extern const struct config_option fleet_net_place_options[], fleet_net_link_options[], fleet_net_pair_options[];

/* The members of a list, joined by VALUE_LIST_SEPARATOR, in the fleet's arena; NULL for none. */
const char *fleet_net_joined(struct fleet *f, const struct config *c, const char *name);

/* Reads them from `f->config` whose other sections are read; false with "FILE:LINE: …". */
bool fleet_net_read(struct fleet *f, const char *path, struct err *err);

#endif
