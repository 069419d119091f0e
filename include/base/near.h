#ifndef HUBTOP_BASE_NEAR_H
#define HUBTOP_BASE_NEAR_H

#include <stddef.h>

/* "Did you mean": the known word nearest to `word` (Levenshtein's distance, at most 2), the first of equals, or NULL.
 * `next` gives the i-th known word, NULL at the end. Words above 64 bytes are near to none. */
const char *near_word(const char *word, const char *(*next)(size_t i));

#endif
