#ifndef HUBTOP_SRC_DOMAIN_FLEET_COMPATIBLE_H
#define HUBTOP_SRC_DOMAIN_FLEET_COMPATIBLE_H

#include "base/config.h"
#include "domain/fleet.h"

/* Which schedulers share what, in a fleet file. */

extern const struct config_option fleet_compatible_options[];

/* Reads it from `f->config` whose schedulers are read; false with "FILE:LINE: …" for a section of too many. */
bool fleet_compatible_read(struct fleet *f, const char *path, struct err *err);

#endif
