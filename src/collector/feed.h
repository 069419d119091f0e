#ifndef HUBTOP_COLLECTOR_FEED_H
#define HUBTOP_COLLECTOR_FEED_H

#include "base/clock.h"
#include "collector/apply.h"
#include "store/store.h"

/* The change feed: what operators want to know of rows that open, change and close, kept as rows of changes. What a hub tells
 * as its own change is not told again (domain/change.h says when two lines are the same), and many alike are one line. */
struct feed;
struct feed *feed_new(struct store *store, struct apply *apply, const struct clock *clock, struct err *err);
void feed_free(struct feed *f);

/* From now on changes of that source's rows are told: before its first poll everything is new and nothing is news. */
void feed_arm(struct feed *f, const char *source);

/* Hands what gathered to the store, and drops lines beyond the newest 5,000. */
void feed_flush(struct feed *f);
/* Lines that gathered since. */
size_t feed_waiting(const struct feed *f);

#endif
