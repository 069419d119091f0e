#ifndef HUBTOP_SRC_STORE_JOURNAL_SWAP_H
#define HUBTOP_SRC_STORE_JOURNAL_SWAP_H

#include <sqlite3.h>

#include "store/journal_check.h"

/* Entries that do not fit their hashes, gathered until all have been looked at: two of them may stand in each other's place. */

enum { JOURNAL_SWAP_MAX = 16 };
struct journal_swap {
    int64_t seqs[JOURNAL_SWAP_MAX];
    size_t n;
    int64_t more; /* that there was no room for */
};

void journal_swap_add(struct journal_swap *s, int64_t seq);
/* Something else explains those from `from` to `to`. */
void journal_swap_drop(struct journal_swap *s, int64_t from, int64_t to);

/* Whether those two stand in each other's place, with their hashes or without. */
bool journal_swap_is(sqlite3 *db, int64_t a, int64_t b);

/* Tells of each pair that is swapped, and of each that is left as edited. */
void journal_swap_tell(struct journal_swap *s, sqlite3 *db,
                       void (*tell)(void *ctx, enum journal_fault fault, int64_t seq, int64_t to), void *ctx);

#endif
