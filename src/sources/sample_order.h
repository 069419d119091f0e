#ifndef HUBTOP_SOURCES_SAMPLE_ORDER_H
#define HUBTOP_SOURCES_SAMPLE_ORDER_H

#include "sim/sim.h"
#include "sources/source_order.h"

/* The simulator as a peer that takes orders: each key acts once. */

/* What it takes. */
#define SAMPLE_ORDER_BITS                                                                                              \
    (SOURCE_ORDER_BIT(SOURCE_ORDER_READ) | SOURCE_ORDER_BIT(SOURCE_ORDER_HOLD) |                                       \
     SOURCE_ORDER_BIT(SOURCE_ORDER_RELEASE) | SOURCE_ORDER_BIT(SOURCE_ORDER_CANCEL) |                                  \
     SOURCE_ORDER_BIT(SOURCE_ORDER_PRIORITY) | SOURCE_ORDER_BIT(SOURCE_ORDER_LIMIT) |                                  \
     SOURCE_ORDER_BIT(SOURCE_ORDER_MOVE) | SOURCE_ORDER_BIT(SOURCE_ORDER_DRAIN) |                                      \
     SOURCE_ORDER_BIT(SOURCE_ORDER_RESUME) | SOURCE_ORDER_BIT(SOURCE_ORDER_TRANSFER_HOLD) |                            \
     SOURCE_ORDER_BIT(SOURCE_ORDER_TRANSFER_RELEASE) | SOURCE_ORDER_BIT(SOURCE_ORDER_CONNECT) |                        \
     SOURCE_ORDER_BIT(SOURCE_ORDER_SUSPEND) | SOURCE_ORDER_BIT(SOURCE_ORDER_ACTIVATE) |                                \
     SOURCE_ORDER_BIT(SOURCE_ORDER_RETURN))

/* The orders that were carried out, by key. `{0}` is empty. */
struct sample_ledger {
    struct sample_entry *all;
    size_t count;
};
void sample_order_forget(struct sample_ledger *l); /* all of them */

/* Carries the order out, or looks at what became of it: in the ledger, and else in the world, where it is DONE when it is as the
 * order wants it. REFUSED with the simulator's words; UNKNOWN while the target's scheduler does not answer. */
enum source_order_end sample_order(struct sim *s, struct sample_ledger *l, const struct source_order *o, bool look,
                                   struct source_ordered *said, struct err *err);

#endif
