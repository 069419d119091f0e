#ifndef HUBTOP_CLI_ORDER_PAIR_H
#define HUBTOP_CLI_ORDER_PAIR_H

#include "cli/setup.h"
#include "store/query.h"

/* What the commands see of an order that waits for a second person. */

enum { ORDER_PAIR_HASH_MAX = 80 };

/* The hash of the order as it is seen, or the one of --anchor. False with err (67): it is not there, or waits for nobody ("" where
 * the collector may say why). */
bool order_pair_hash(struct query *q, const struct setup *s, const struct options *o, const char *id,
                     char out[ORDER_PAIR_HASH_MAX], struct err *err);

/* Prints what was proposed: who approves it until when and with which hash, and each check; as JSON its rows. */
bool order_pair_told(struct query *q, const struct setup *s, const struct options *o, const char *id, struct err *err);

#endif
