#ifndef HUBTOP_CLI_ORDER_WATCH_H
#define HUBTOP_CLI_ORDER_WATCH_H

#include "cli/setup.h"
#include "store/query.h"

/* How far the actions of an order or a plan are. */
struct order_watch {
    size_t count, done, refused, unknown, open; /* open: not ended */
};

/* Follows the actions of order O-ID (or, with `plan`, of plan P-ID) until all have ended, at most --timeout; `each` is called when
 * something changed, and as long as `more` says so; both may be NULL. False with err when they cannot be read. */
bool order_watch(struct query *q, const struct setup *s, const struct options *o, const char *id, bool plan,
                 struct order_watch *out, void (*each)(void *ctx, const struct order_watch *w), bool (*more)(void *ctx),
                 void *ctx, struct err *err);

/* Prints these actions in the form that the options ask for. */
bool order_watch_print(struct query *q, const struct setup *s, const struct options *o, const char *id, bool plan,
                       struct err *err);

/* The exit status: 0 all were done; 1 partly; 77 all were refused; 75 some are not ended, or unknown. */
int order_watch_status(const struct order_watch *w);

#endif
