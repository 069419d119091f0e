#ifndef HUBTOP_DOMAIN_CAUSE_H
#define HUBTOP_DOMAIN_CAUSE_H

#include <stddef.h>

#include "domain/around.h"
#include "domain/row.h"

/* The change nearest before a problem's start. */

enum { CAUSE_BEFORE_MS = 30 * 60 * 1000 };

struct cause_facts {
    const struct row *changes; /* of KIND_CHANGE, in any order */
    size_t count;
    struct around_facts around;
};

/* The change at or at most CAUSE_BEFORE_MS before the alert's start that is about its object, else about what that stands in
 * or goes over (domain/around.h), the nearest first. Of those equally near the latest one, then the first by
 * id. Changes that only say that an alert begins, ends or is decided on, and changes of anything else, however near in time, are
 * never it. NULL: none, or the alert tells no object or no start. */
const struct row *cause_of(const struct row *alert, const struct cause_facts *facts);

#endif
