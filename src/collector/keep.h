#ifndef HUBTOP_COLLECTOR_KEEP_H
#define HUBTOP_COLLECTOR_KEEP_H

#include <stddef.h>

#include "base/arena.h"
#include "domain/row.h"

/* A list of rows that owns their texts. `{0}` is empty. For small kinds: hubs, clusters. */
struct keep {
    struct row *rows;
    size_t count, cap;
    struct arena arena;
};

void keep_release(struct keep *k);
void keep_clear(struct keep *k);
void keep_add(struct keep *k, const struct row *row); /* copies the row and its texts */

#endif
