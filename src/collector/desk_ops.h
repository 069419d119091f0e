#ifndef HUBTOP_COLLECTOR_DESK_OPS_H
#define HUBTOP_COLLECTOR_DESK_OPS_H

#include "collector/apply.h"
#include "collector/escalate.h"
#include "collector/poller.h"
#include "collector/serve.h"
#include "domain/desk.h"

/* What operators ask for, from the frame to the journal, the desk, the peers and the cache. */
struct desk_ops;

/* Whether a source takes orders. */
enum desk_ops_peer { DESK_OPS_NO_PEER, DESK_OPS_PEER, DESK_OPS_PEER_FORBIDDEN };

struct desk_ops_options {
    struct loop *loop;
    struct store *store;
    struct apply *apply;
    const struct clock *clock;
    void *ctx;
    /* Answers of the control socket (serve_done(), serve_refuse()). */
    void (*done)(void *ctx, const struct serve_call *call, struct safe_text made);
    void (*refuse)(void *ctx, const struct serve_call *call, const struct err *err);
    /* The desk is another one now: whoever reads it should look. Before its rows are written. May be NULL. */
    void (*changed)(void *ctx, const struct desk *desk);
    /* Rows are in the cache, or failed. May be NULL. */
    void (*applied)(void *ctx, const struct store_result *result, const struct err *err);
    /* How many alerts a silence hides now; -1: not known. May be NULL: nobody knows. */
    int64_t (*hides)(void *ctx, const struct desk_silence *s, int64_t now_ms);
    /* Whether the source that tells of an alert keeps silences itself; FORBIDDEN with err. */
    enum desk_ops_peer (*peer)(void *ctx, struct safe_text source, struct err *err);
    /* poller_order() of that source. */
    bool (*order)(void *ctx, struct safe_text source, const struct source_order *order, bool look,
                  poller_ordered *ended, void *ended_ctx, struct err *err);
    void (*poll)(void *ctx, struct safe_text source); /* what it tells is another thing now */
    struct launcher *launcher;                        /* of escalate_start(); NULL: nothing can be handed on */
};

/* Folds the journal, writes the desk's rows, and asks peers for what came of orders whose outcome is not known. A
 * journal that cannot be read refuses requests, and the desk is empty. */
struct desk_ops *desk_ops_new(const struct desk_ops_options *options);
void desk_ops_free(struct desk_ops *o);

const struct desk *desk_ops_desk(const struct desk_ops *o);

/* Takes a frame: false when it is none of the desk's requests. The answer comes when it is durable, in the cache and, where a peer is
 * asked, when that has answered or 4 s are over. */
bool desk_ops_ask(struct desk_ops *o, const struct serve_call *call, const struct json *message);

/* Other alerts are open now: how many each silence hides is told anew where it changed. */
void desk_ops_looked(struct desk_ops *o);

/* Looks whether a silence or a window begins or ends. Each second or so. */
void desk_ops_tick(struct desk_ops *o);

#endif
