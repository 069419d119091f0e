#ifndef HUBTOP_DOMAIN_CHANGE_H
#define HUBTOP_DOMAIN_CHANGE_H

#include <stdbool.h>

#include "base/err.h"
#include "domain/row.h"

/* The change feed's line for one version of an object that replaces another, or false when nobody needs to know: nodes
 * drained, down or back, schedulers and sources lost or back, sources that the configuration adds, drops or sets anew, queues opened
 * or closed, reservations that appear, begin or end, jobs preempted, transfers stalled or failed, sites' membership, links cut,
 * critical, degraded, down or back (one line a version: paths before all else), racks likewise, limits of all kinds that are
 * another number (change_limit.c), alerts that begin, are acknowledged, silenced, back or over and acknowledgements that end (but
 * for alerts that nobody need do anything about, that another one explains, or that flap, which is said once), silences and
 * windows of maintenance. A version that says the same makes no line. `was` or `now` is NULL for an object that appeared or went. The
 * row (KIND_CHANGE) has its texts in `text`, its id from kind, object and `at_ms`. */
bool change_of(const struct row *was, const struct row *now, int64_t at_ms, struct row *change, struct buf *text);

/* Appends what a change says in the interface's language, as far as its words are ours: they are stored in English. Safe
 * to show. */
void change_words(const struct row *change, struct buf *out);

/* The words in front of what a change says, without what follows: "drained"; NULL when they are not ours. */
const char *change_words_head(const struct row *change);

/* Two tellings of one event: the same object, CHANGE_SAME_MS apart at most, and `theirs` has our words in it. */
enum { CHANGE_SAME_MS = 2 * 60 * 1000 };
bool change_join_same(const struct row *ours, const struct row *theirs);

/* Lines of which more than CHANGE_STORM come at once are one: `n` objects of one kind, in the scheduler, site or cluster that
 * stands before the "/" of their ids, with the same words in front. The object's group (empty: none); the line that stands for
 * them all, with its texts in `text`; false without room. */
enum { CHANGE_STORM = 10 };
struct safe_text change_join_group(const struct row *change);
bool change_join_storm(const struct row *one, size_t n, struct row *change, struct buf *text);

#endif
