#ifndef HUBTOP_SRC_DOMAIN_IDS_H
#define HUBTOP_SRC_DOMAIN_IDS_H

#include "base/arena.h"
#include "base/text.h"

/* Numbers of texts, from 0 in the order in which they came. `{0}` is empty. */
struct ids {
    struct safe_text *all;
    size_t count, cap;
    size_t *slots; /* number + 1; 0: free */
    size_t n_slots;
    struct arena arena;
};

#define IDS_NONE SIZE_MAX

void ids_release(struct ids *ids);
void ids_clear(struct ids *ids); /* keeps the memory */

/* The number of "a/b", or of "a" when `b` is empty; a new one when it is new. */
size_t ids_put(struct ids *ids, struct safe_text a, struct safe_text b);
/* Its number, or IDS_NONE. */
size_t ids_find(const struct ids *ids, struct safe_text a, struct safe_text b);

#endif
