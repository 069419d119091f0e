#ifndef HUBTOP_STORE_JOURNAL_H
#define HUBTOP_STORE_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "store/store.h"

/* The journal in actions.db: entries are appended and never changed, each chained to the one before (journal_check.h). What
 * journal_append() said is done is on the disk. */

/* Who asked: what the kernel knows beside the uid, and what the client said of itself. All zeros: nothing is known. */
struct journal_asker {
    bool login_known;
    int64_t login_uid; /* the audit login uid: whoever logged in, whatever became of the uid */
    struct safe_text claimed_login, claimed_ssh; /* the login's name, the address that SSH came from; "": not said */
};

struct journal_entry {
    int64_t seq, at_ms;                         /* its number; UTC */
    int64_t uid;                                /* -1: the collector's own */
    struct safe_text who, op, request_id, body; /* request_id "": none; body: canonical JSON */
    struct safe_text fingerprint;               /* what the request said: the same request has the same */
    struct journal_asker asker;
};

enum journal_step {
    JOURNAL_DONE,
    JOURNAL_AGAIN, /* that request was taken within the last day: `seq` is the entry's that it made then; nothing was written */
    JOURNAL_FAILED
};

/* Appends an entry and makes it durable; `e->seq` becomes its number. A commit that returned an error is read back: what is
 * in the file counts. JOURNAL_FAILED with err: the reason why nothing is recorded: a
 * full disk (TRANSIENT, 74), actions.db cannot be trusted (CORRUPT), its chain is still being verified (TRANSIENT, 75), the same request_id came with another op, uid or fingerprint
 * (INPUT). */
enum journal_step journal_append(struct store *s, struct journal_entry *e, struct err *err);

/* Looks for the request within the day before `now_ms`: JOURNAL_AGAIN with `*seq`, JOURNAL_DONE when it is new, JOURNAL_FAILED
 * as above. */
enum journal_step journal_find(struct store *s, const struct journal_entry *e, int64_t now_ms, int64_t *seq,
                               struct err *err);

/* Entries from `from_seq` on, in their order, also where orders are off because the chain is broken, until `each` says false (with err). Texts live during the call. */
bool journal_each(struct store *s, int64_t from_seq,
                  bool (*each)(void *ctx, const struct journal_entry *e, struct err *err), void *ctx, struct err *err);
/* The same backwards, those before `before_seq` (INT64_MAX: all). */
bool journal_each_back(struct store *s, int64_t before_seq,
                       bool (*each)(void *ctx, const struct journal_entry *e, struct err *err), void *ctx,
                       struct err *err);

#endif
