#ifndef HUBTOP_STORE_ORDERS_H
#define HUBTOP_STORE_ORDERS_H

#include "store/journal.h"

/* Orders in actions.db: what was decided at once, and its actions, each as far as it is. Whatever changes is written with an entry
 * of the journal in one transaction. Bodies are the canonical JSON of domain/order.h; an order's own is its owner's. */

struct orders_item {
    int64_t nr, item; /* O-NR/ITEM */
    struct safe_text state, body;
};
struct orders_run {
    int64_t nr, seq, at_ms; /* its number; the entry that made it; UTC */
    int64_t uid;
    struct safe_text who, state, body;
    bool ended; /* nothing of it will follow */
};

/* How many ended orders are kept; their entries in the journal stay. */
enum { ORDERS_KEPT = 2000 };

/* The number that the next order gets. */
bool orders_next(struct store *s, int64_t *nr, struct err *err);

/* Appends the entry, the order (`run->nr` as orders_next() said) and its actions. As journal_append(); with AGAIN
 * `run->seq` is the entry's that was made then. */
enum journal_step orders_add(struct store *s, struct journal_entry *e, struct orders_run *run,
                             const struct orders_item *items, size_t n, struct err *err);

/* Writes actions of an order that is not there yet (`nr` as orders_next() says, until the first is written). They are nobody's until
 * orders_add() makes that order: a restart reads none of them. */
bool orders_stage(struct store *s, const struct orders_item *items, size_t n, struct err *err);
/* Forgets the staged actions of that order, or (-1) of all that never became one. */
bool orders_unstage(struct store *s, int64_t nr, struct err *err);

/* Appends the entry, and writes what became of an order (NULL: nothing) and of those actions. */
enum journal_step orders_update(struct store *s, struct journal_entry *e, const struct orders_run *run,
                                const struct orders_item *items, size_t n, struct err *err);

/* All orders, the oldest first; all actions, by number. Until `each` says false (with err); texts live during the call. */
bool orders_each_run(struct store *s, bool (*each)(void *ctx, const struct orders_run *run, struct err *err), void *ctx,
                     struct err *err);
bool orders_each(struct store *s, bool (*each)(void *ctx, const struct orders_item *item, struct err *err), void *ctx,
                 struct err *err);

#endif
