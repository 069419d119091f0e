#ifndef HUBTOP_DOMAIN_AROUND_H
#define HUBTOP_DOMAIN_AROUND_H

#include <stddef.h>

#include "base/buf.h"
#include "domain/row.h"

/* What an object stands in, is an end of, or goes over. Pure. */

enum { AROUND_MAX = 32 };

/* An object, and how many steps it is away: at most three. */
struct around_thing {
    enum kind kind;
    struct safe_text id;
    int steps;
};

struct around {
    struct around_thing all[AROUND_MAX]; /* the nearest of one begin first */
    size_t count;
    struct buf texts; /* of the ids */
};
/* With room for the texts; around_release() frees it and accepts {0}. */
struct around around_make(void);
void around_release(struct around *a);

/* `find` gives the row of an object, or NULL; its texts are read before the next call. */
struct around_facts {
    const struct row *(*find)(void *ctx, enum kind kind, struct safe_text id);
    void *ctx;
};

/* Adds an object and what is around it: of a node its rack, hall, scheduler, site, cluster; of a transfer or pair its link; of a link
 * its way back, then its ends, and so on. What is in it stays once. An empty id, and what does not fit, is left out. */
void around_add(struct around *a, enum kind kind, struct safe_text id, const struct around_facts *facts);

#endif
