#ifndef HUBTOP_DOMAIN_CHANGE_H
#define HUBTOP_DOMAIN_CHANGE_H

#include <stdbool.h>

#include "base/err.h"
#include "domain/row.h"

/* The change feed's line for one version of an object that replaces another, or false when nobody needs to know: nodes
 * drained, down or back, schedulers and sources lost or back, queues opened or closed, reservations that appear or end,
 * jobs preempted, links cut, critical, degraded, down or back (one line a version: paths before all else), racks likewise,
 * alerts that begin, are silenced or end (but for those that nobody need do anything about). `was` or `now` is NULL for an object that appeared or went. The row (KIND_CHANGE) has its texts in
 * `text`, its id from kind, object and `at_ms`. */
bool change_of(const struct row *was, const struct row *now, int64_t at_ms, struct row *change, struct buf *text);

/* Appends what a change says in the interface's language, as far as its words are ours: they are stored in English. Safe
 * to show. */
void change_words(const struct row *change, struct buf *out);

#endif
