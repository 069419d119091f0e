#ifndef HUBTOP_DOMAIN_BOOK_H
#define HUBTOP_DOMAIN_BOOK_H

#include "base/clock.h"
#include "domain/desk.h"
#include "domain/impact.h"
#include "domain/symptom.h"

/* The alert book: everything that is or lately was wrong, from its first sign until a day after its end. What our own rules find
 * and what others tell becomes rows of KIND_ALERT. Pure: the same calls give the same rows, byte for byte.
 *
 * An alert of ours has source "hubtop" and id "A-" with five Crockford base32 digits of SHA-256 over rule, kind and object: the
 * same problem has the same id for everybody, also after a rebuild. A told one keeps its own.
 *
 * - begins when its rule has held for its span without a break (queue_wait_for, nodes_for); is over when the rule has not held for
 *   clear_for; neither begins nor ends while the data are not fresh or a value is unknown. Spans are of the boot clock: a step of
 *   the wall clock changes none.
 * - comes back within an hour: the same alert, `flaps` counts it; with flap_returns or more it is only over after flap_quiet_for.
 * - has a `parent`, the root of what explains it: alerts about one object have one root, the oldest of ours or else the oldest; a
 *   cause comes before its effect (see book_topology.c). `children` counts; a root is as severe as the worst below it.
 * - is acked as long as the desk's ack of its subject, or of its root's, holds: until its end, until the alert gets worse than it
 *   was, until it is over. What comes back within an hour is `returned` until it is acked anew. acked_at of an alert that is not
 *   acked is that of an ack that ended so.
 * - is silenced by the desk, or in its source's own word. `maintenance` names the window (or reservation) that its object, or what
 *   that stands in, is under; its state stays what it is.
 * - resolved rows stay BOOK_KEEP_MS, at most BOOK_RESOLVED_MAX. More than BOOK_ALERTS_MAX: the least severe and newest are left
 *   out, and an alert of ours (rule "book") says how many. */

#define BOOK_SOURCE    "hubtop"
#define BOOK_PEOPLE    "people"  /* of what it tells of people, likewise */
#define BOOK_JOURNAL   "journal" /* the source of what the collector tells of its own journal: it is always asked */
#define BOOK_RULE_FULL "book"    /* the rule of the alert that says that the book is full */
#define BOOK_KEEP_MS   (INT64_C(24) * 3600000)
#define BOOK_RETURN_MS (INT64_C(3600000)) /* what comes back within it, comes back */
enum { BOOK_ALERTS_MAX = 5000, BOOK_RESOLVED_MAX = 2000 };

struct book;
/* `t` (NULL: the presets) outlives it. */
struct book *book_new(const struct thresholds *t);
void book_free(struct book *b);

/* Before the first look: an alert row as the store remembers it, of ours or of others. */
void book_remember(struct book *b, const struct row *alert);

/* A whole answer of a source about alerts: begin, its rows (copied), end: what is absent then is over. Begun and not ended changes
 * nothing. */
void book_told_begin(struct book *b, struct safe_text source);
void book_told(struct book *b, const struct row *alert);
void book_told_end(struct book *b);

/* What operators decided, as it stands now: call it again after each change. Borrowed until the next call; NULL: nobody decided
 * anything. */
void book_desk(struct book *b, const struct desk *desk);

/* The rows that a look reads: all of these kinds (ended by KIND_NONE), of KIND_NODE those that are down alone, of KIND_RESERVATION
 * those of purpose maintenance alone. `find` gives the row of a node or rack that an alert is about, to see what it stands in
 * (asked once when the alert begins; NULL, or no such function: not known); its texts are read at once. */
struct book_facts {
    struct symptom_facts now;
    const struct row *(*find)(void *ctx, enum kind kind, struct safe_text id);
    void *ctx;
};
extern const enum kind book_kinds[];
void book_look(struct book *b, const struct book_facts *facts, struct instant now);

/* The next look asks anew what explains what: facts that were not there may be now. */
void book_doubt(struct book *b);

/* How many alerts that silence of the desk's hides now, of those that are open since the last look; 0 when it is not active, -1
 * before the first look. */
int64_t book_hides(struct book *b, const struct desk_silence *s, int64_t now_ms);

/* Whether a row came, went or changed since the last book_each(). */
bool book_changed(const struct book *b);
/* All rows by source, then by id, until `each` says false; `changed` against what the call before handed on. Rows live during the
 * call. */
void book_each(struct book *b, bool (*each)(void *ctx, const struct row *alert, bool changed), void *ctx);

/* What others count about an alert: who is hit, and the change nearest before its start (empty: none). They stand in the next rows
 * until they are told anew. */
void book_impact(struct book *b, struct safe_text source, struct safe_text id, const struct impact_sum *sum);
void book_change(struct book *b, struct safe_text source, struct safe_text id, struct safe_text change);

#endif
