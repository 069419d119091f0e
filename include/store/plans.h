#ifndef HUBTOP_STORE_PLANS_H
#define HUBTOP_STORE_PLANS_H

#include "store/journal.h"

/* Plans in actions.db: each with the journal's entry that made it, in one transaction. */

enum { PLANS_KEPT = 200, PLANS_KEPT_BYTES = 64 << 20 };

struct plans_item {
    int64_t nr, seq, at_ms;                  /* its number, P-NNNN; the entry that proposed it; UTC */
    struct safe_text who, state, hash, body; /* body: the canonical JSON */
    int64_t oldest;
};

/* Appends the entry and the plan (`item->nr` becomes its number), and lets go of the oldest above PLANS_KEPT, or PLANS_KEPT_BYTES
 * of all bodies (`item->oldest` is the first that is kept); their entries in the journal stay. As journal_append(); with AGAIN item->seq is the entry's that was made then. */
enum journal_step plans_add(struct store *s, struct journal_entry *e, struct plans_item *item, struct err *err);

/* Appends the entry and gives the plan of that number another state. */
enum journal_step plans_state(struct store *s, struct journal_entry *e, int64_t nr, struct safe_text state,
                              struct err *err);

/* All that are kept, the oldest first, until `each` says false (with err). Texts live during the call. */
bool plans_each(struct store *s, bool (*each)(void *ctx, const struct plans_item *item, struct err *err), void *ctx,
                struct err *err);

#endif
