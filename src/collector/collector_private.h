#ifndef HUBTOP_SRC_COLLECTOR_COLLECTOR_PRIVATE_H
#define HUBTOP_SRC_COLLECTOR_COLLECTOR_PRIVATE_H

#include "collector/apply.h"
#include "collector/audit.h"
#include "collector/collector.h"
#include "collector/desk_ops.h"
#include "collector/feed.h"
#include "collector/order_ops.h"
#include "collector/plan_ops.h"
#include "collector/poller.h"
#include "collector/serve.h"
#include "collector/watch.h"
#include "collector/weave.h"

struct collector {
    const struct collector_options *options;
    struct loop *loop;
    struct store *store;
    struct apply *apply;
    struct feed *feed;
    struct weave *weave;
    struct watch *watch;
    struct desk_ops *desk;
    struct plan_ops *plans;
    struct order_ops *orders;
    struct audit *audit;
    struct serve *serve;
    struct http *http;
    struct clock clock; /* as the options say, at the pace of now */
    struct poller_world world;
    struct poller **pollers;
    size_t count;
    int lock;
    int64_t tick, idle_timer, maintain_task, maintained_ms, gather;
    unsigned seen_version;
    size_t ended;                                        /* polls, since what they lead to was done */
    size_t gathering;                                    /* as many had ended when it was waited for more last */
    int gather_quiet;                                    /* looks since then that saw no other */
    int64_t gather_from_ms, gathered_us, gather_took_us; /* the last of them */
    const char *told;                                    /* the source whose poll ended last; NULL: several have */
    bool looked;                                         /* once: the alert book had the last word */
    uint64_t settled; /* the look that saw what all sources told first; 0: not all have */
    bool *armed;      /* by poller: its changes are news */
    size_t fresh_at;  /* where a source's poller was found last */
    size_t busy_at;   /* where one that polls was */
    struct err failure;
};

static inline struct instant collector_now(const struct collector *c)
{
    return clock_now(&c->clock);
}

/* Rows are in the store, or failed: clients hear of it. An apply_done. */
void collector_applied(void *ctx, const struct store_result *result, const struct err *err);

/* --- collector_ops.c: what operators ask for */

void collector_ops_open(struct collector *c);
/* A frame that changes something: serve_options.ask. */
bool collector_ops_ask(void *ctx, const struct serve_call *call, const struct json *message);

#endif
