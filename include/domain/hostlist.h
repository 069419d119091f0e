#ifndef HUBTOP_DOMAIN_HOSTLIST_H
#define HUBTOP_DOMAIN_HOSTLIST_H

#include <stdbool.h>

#include "base/text.h"

/* Node lists as Slurm writes them (slurm.conf(5), NodeName): "tux[0-3,07-09],big", "rack[1-2]n[01-16]". */

enum { HOSTLIST_NAMES_MAX = 65536, HOSTLIST_NAME_BYTES = 256, HOSTLIST_BRACKETS_MAX = 4 };

/* Takes one name, which lives during the call; false: no more of them. */
typedef bool hostlist_name(void *ctx, struct safe_text name);

/* Hands the names of the list on, in its order. False when the list makes no sense from some place on or has more than
 * HOSTLIST_NAMES_MAX names: those before were handed on. */
bool hostlist_each(struct safe_text list, hostlist_name *name, void *ctx);

#endif
