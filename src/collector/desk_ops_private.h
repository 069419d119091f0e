#ifndef HUBTOP_COLLECTOR_DESK_OPS_PRIVATE_H
#define HUBTOP_COLLECTOR_DESK_OPS_PRIVATE_H

#include "collector/asked.h"
#include "collector/desk_ops.h"
#include "domain/rows.h"
#include "store/journal.h"

/* The inside: a request's way is desk_ops.c, what it is about desk_ops_find.c, rows and answers desk_ops_rows.c, orders to peers
 * desk_ops_peer.c, escalations desk_ops_hand.c. */

enum { DESK_OPS_NOT_FOUND = 67, DESK_OPS_LATER = 75, DESK_OPS_NOT_ALLOWED = 77 };

struct desk_ops {
    struct desk_ops_options options;
    struct desk *desk;
    int64_t next_ms, touched_ms;       /* when rows change by time alone; when they were observed last; UTC */
    uint64_t hidden;                   /* a mark of how many alerts each silence hides, as written */
    struct desk_ops_answer *answers;   /* that wait for their rows */
    struct desk_ops_order *orders;     /* to peers, not settled */
    struct desk_ops_handing *handings; /* escalations whose command runs */
};

/* A request on its way; texts of `entry` are the frame's or these buffers'. */
struct desk_ops_request {
    struct serve_call call;
    struct desk_entry entry;
    struct rows found; /* the alert and what else was looked up */
    struct row alert;  /* KIND_NONE: it is about none */
    struct buf subject;
    char id[DESK_ID_MAX], who[ASKED_WHO_MAX], fingerprint[DESK_FINGERPRINT_SIZE];
};

static inline struct instant desk_ops_now(const struct desk_ops *o)
{
    return clock_now(o->options.clock);
}

/* Finds the alert, and which silence a request to end one means; false with err. */
bool desk_ops_find(struct desk_ops *o, struct desk_ops_request *r, struct err *err);

/* Writes an entry into the journal and folds it; its number goes to e->seq. `asker` NULL: nobody asked, it is the collector's own. */
bool desk_ops_record(struct desk_ops *o, struct desk_entry *e, const struct asker *asker, const char *fingerprint,
                     struct err *err);

/* Writes the rows; then answers `call` (NULL: nobody) for the entry of that number, which made `id`. */
void desk_ops_rows(struct desk_ops *o, const struct serve_call *call, int64_t seq, struct safe_text id);
void desk_ops_rows_free(struct desk_ops *o);
/* Says what became of that entry's request. */
void desk_ops_answer(struct desk_ops *o, const struct serve_call *call, int64_t seq, struct safe_text id);

/* Runs the command of an escalation, which is in the journal; answers when it has ended, or says after 4 s that it has not. What
 * fails is journaled: the alert was handed to nobody. */
void desk_ops_hand_on(struct desk_ops *o, const struct desk_ops_request *r);
void desk_ops_hand_free(struct desk_ops *o);

/* The order of that entry, for a silence that a peer keeps; `call` waits for it (NULL: nobody). */
void desk_ops_peer_start(struct desk_ops *o, int64_t seq, const struct serve_call *call);
/* After the fold: all whose outcome is not known. */
void desk_ops_peer_resume(struct desk_ops *o);
void desk_ops_peer_free(struct desk_ops *o);

#endif
