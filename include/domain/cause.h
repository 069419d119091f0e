#ifndef HUBTOP_DOMAIN_CAUSE_H
#define HUBTOP_DOMAIN_CAUSE_H

#include <stddef.h>

#include "domain/row.h"

/* The change nearest before a problem's start. */

enum { CAUSE_BEFORE_MS = 30 * 60 * 1000 };

/* Rows that tell what an object stands in: `find` gives the row of an object, or NULL; its texts are read before the next
 * call. */
struct cause_facts {
    const struct row *changes; /* of KIND_CHANGE, in any order */
    size_t count;
    const struct row *(*find)(void *ctx, enum kind kind, struct safe_text id);
    void *ctx;
};

/* The change at or at most CAUSE_BEFORE_MS before the alert's start that is about its object, else about what that stands in
 * or goes over, the nearest first: of a node its rack, hall, scheduler, site, cluster; of a transfer or pair its link; of a link
 * its way back, then its ends, and so on, three steps at most. Of those equally near the latest one, then the first by
 * id. Changes that only say that an alert begins, ends or is decided on, and changes of anything else, however near in time, are
 * never it. NULL: none, or the alert tells no object or no start. */
const struct row *cause_of(const struct row *alert, const struct cause_facts *facts);

#endif
