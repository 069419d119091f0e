#ifndef HUBTOP_SOURCES_SAMPLE_ORDER_H
#define HUBTOP_SOURCES_SAMPLE_ORDER_H

#include "sim/sim.h"
#include "sources/source_order.h"

/* The simulator as a peer that takes orders: each key acts once. */

/* The orders that were carried out, by key. `{0}` is empty. */
struct sample_ledger {
    struct sample_entry *all;
    size_t count;
    int64_t takes_ms; /* of the fleet's time, until an order is said to be done; 0: at once */
};
void sample_order_forget(struct sample_ledger *l); /* all of them */

/* Carries the order out, or looks at what became of it: in the ledger, and else in the world, where it is DONE when it is as the
 * order wants it. REFUSED with the simulator's words; UNKNOWN while the target's scheduler does not answer. */
enum source_order_end sample_order(struct sim *s, struct sample_ledger *l, const struct source_order *o, bool look,
                                   struct source_ordered *said, struct err *err);

#endif
