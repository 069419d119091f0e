#ifndef HUBTOP_STORE_JOURNAL_CHECK_H
#define HUBTOP_STORE_JOURNAL_CHECK_H

#include "base/hash.h"
#include "store/journal.h"

/* Whether the journal is as it was written. Each entry has the SHA-256 of the hash before it and of all that it says (chain.h):
 * whoever changes one must change all that follow, and then the last hash is another than an anchor says. */

/* What the journal was at some moment: its last entry, and how many there were. `seq` 0: none. */
struct journal_anchor {
    int64_t seq, entries;
    uint8_t hash[HASH_SHA256];
};

/* "SEQ:HASH", as the system's log and `audit verify --anchor` have it. */
enum { JOURNAL_ANCHOR_TEXT = 96 };
const char *journal_anchor_text(const struct journal_anchor *a, char out[JOURNAL_ANCHOR_TEXT]);
/* ERR_INPUT (64) when it is none. */
bool journal_anchor_parse(const char *text, struct journal_anchor *a, struct err *err);

/* The file audit.anchor beside actions.db: written anew and durably (of the same mode as actions.db), and read. Without one `*there` is
 * false; ERR_CORRUPT for one that makes no sense. */
#define JOURNAL_ANCHOR_FILE "audit.anchor"
bool journal_anchor_write(const char *dir, const struct journal_anchor *a, struct err *err);
bool journal_anchor_read(const char *dir, struct journal_anchor *a, bool *there, struct err *err);

/* The last entry as this process knows it; false while the chain is not verified. */
bool journal_head(const struct store *s, struct journal_anchor *head);

enum journal_fault {
    JOURNAL_WHOLE,
    JOURNAL_EDITED,    /* an entry does not fit its hash */
    JOURNAL_MISSING,   /* entries between two others are gone */
    JOURNAL_SWAPPED,   /* two entries stand in each other's place: seq and to */
    JOURNAL_INSERTED,  /* entries were put between others, or one has no hash */
    JOURNAL_CUT,       /* the last entries are gone */
    JOURNAL_REWRITTEN, /* the chain is whole, and another than an anchor says: `seq` is the anchor's */
    JOURNAL_NO_ANCHOR, /* the anchor beside the file makes no sense */
};

struct journal_finding {
    enum journal_fault fault;
    int64_t seq, to; /* the first and last entry that it is about */
};

enum { JOURNAL_FINDINGS_MAX = 16 };
struct journal_verdict {
    struct journal_anchor last;   /* what the file's last entry is */
    struct journal_anchor beside; /* the anchor beside the file that was looked at; seq 0: there is none */
    int64_t faults;               /* in all; 0: it is whole */
    size_t n;                     /* of them that are told: the first */
    struct journal_finding findings[JOURNAL_FINDINGS_MAX];
};

/* A walk through all entries in slices. It looks at the anchor beside the file, and at `given` unless that is NULL. Entries that come
 * meanwhile are looked at too. The caller frees it before the store. NULL with err when there is no journal that can be read. */
struct journal_check;
struct journal_check *journal_check_new(struct store *s, const struct journal_anchor *given, struct err *err);
void journal_check_free(struct journal_check *c);
/* At most about `budget_us` (INT64_MAX: to the end). STORE_FAILED: it cannot be read. */
enum store_step journal_check_step(struct journal_check *c, int64_t budget_us, struct err *err);
/* After STORE_DONE; before that `last` tells how far it is. */
const struct journal_verdict *journal_check_verdict(const struct journal_check *c);

/* The collector's own check, which store_open() began: until it is done, orders are off. STORE_DONE: they are as
 * store_orders_possible() says. */
enum store_step journal_verify(struct store *s, int64_t budget_us);

/* A copy of the journal of a directory whose lock the caller holds, to be looked at and freed by store_close(); what was half
 * written by a collector that was killed is taken back in the copy alone. The file itself is not opened by SQLite. NULL with err: 66
 * when there is none. */
struct store *journal_copy(const char *dir, struct err *err);

#endif
