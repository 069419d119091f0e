#ifndef HUBTOP_CLI_WAIT_H
#define HUBTOP_CLI_WAIT_H

#include "cli/setup.h"
#include "store/query.h"

/* For commands that want fresh data: starts a collector when none holds the lock (unless --offline or --at), waits
 * until each source has answered once or failed, at most --timeout, and opens the cache. NULL with err when there is
 * nothing to read. */
struct query *wait_for_data(struct setup *s, const struct options *o, struct err *err);

/* Whether the command only reads what is there. */
bool wait_is_offline(const struct setup *s, const struct options *o);

/* Loads a whole set of rows; false with err. The set's text lives until it is freed. */
bool wait_for_rows(struct query_rows *rows, struct instant now, struct err *err);

/* The exit status that the sources' rows ask for: 0; 69 with err when one never answered; 75 when all is stale. */
int wait_status(struct query *q, const struct setup *s, struct err *err);

/* Whether the source of that row has answered lately: its state is what a collector last wrote, and when that has ended, time
 * goes on. */
bool wait_is_live(const struct setup *s, const struct row *source);

/* Asks the collector of the state directory to end, and waits until it has (the demo's goes with its console). */
void wait_for_end(const struct setup *s);

#endif
