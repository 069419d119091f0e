#ifndef HUBTOP_BASE_NEAR_H
#define HUBTOP_BASE_NEAR_H

#include <stddef.h>

/* "Did you mean": the known word nearest to `word`, the first of equals, or NULL. Near is at most two letters changed,
 * added, dropped or swapped with their neighbour (Damerau 1964; one letter in words below four), and never the whole
 * word. `next` gives the i-th known word, NULL at the end. Words above 64 bytes are near to none. */
const char *near_word(const char *word, const char *(*next)(const void *ctx, size_t i), const void *ctx);

#endif
