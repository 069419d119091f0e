#ifndef HUBTOP_BASE_INTERN_H
#define HUBTOP_BASE_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* Texts that come again and again (users, queues, states of a million jobs), each kept once under a number and counted.
 * Numbers are small and dense; one that nobody counts any more is given to another text. `{0}` is a valid empty one. */
struct intern {
    struct intern_word *words; /* by number */
    size_t n_words, cap_words;
    uint32_t *table; /* number + 1, by the text's hash */
    size_t table_size;
    uint32_t free;       /* number + 1 of the first one to give anew; 0: none */
    unsigned generation; /* grows when a number is given to another text: what was remembered by number is void */
};

enum { INTERN_TEXT_MAX = 255 /* bytes: longer texts do not come again */ };
#define INTERN_NONE UINT32_MAX

/* Frees everything; it is empty and valid. */
void intern_release(struct intern *in);

/* The number of a text, or INTERN_NONE; does not count. */
uint32_t intern_find(const struct intern *in, struct safe_text text);

/* The number of a text of at most INTERN_TEXT_MAX bytes, a new one if it has none (`*is_new` tells), and counts one user of it. */
uint32_t intern_take(struct intern *in, struct safe_text text, bool *is_new);

/* One more, one fewer user of a number that was taken. */
void intern_keep(struct intern *in, uint32_t number);
void intern_drop(struct intern *in, uint32_t number);

/* The text of a number: it lives as long as the number is counted. Empty for one that nobody has taken. */
struct safe_text intern_text(const struct intern *in, uint32_t number);

/* All numbers are below this one. */
size_t intern_size(const struct intern *in);

#endif
