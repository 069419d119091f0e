#ifndef HUBTOP_DOMAIN_DERIVE_H
#define HUBTOP_DOMAIN_DERIVE_H

#include <stdbool.h>

#include "base/err.h"
#include "domain/row.h"

/* What is counted from what a source tells: rows of queues, users, schedulers of one source, from its jobs and nodes as
 * they pass. Clusters and hubs count over sources: domain/join.h. Pure: no clock but its arguments, no store. */

/* Takes one row; the row's memory is the caller's and lives only during the call. False with err set ends the work. */
typedef bool derive_sink(void *ctx, const struct row *row, struct err *err);

struct derive;
/* For one source, whose name is copied; NULL is harmless to free. */
struct derive *derive_new(const char *source);
void derive_free(struct derive *d);

/* A body of that kind (jobs or nodes, or what describes queues, users, schedulers: static facts under the counts)
 * begins, gives a row, and ended well or was dropped. Until the end the counts of the last whole body stand. A row
 * outside a body of its kind is not counted. */
void derive_begin(struct derive *d, enum kind kind);
bool derive_row(struct derive *d, const struct row *row, struct err *err);
void derive_end(struct derive *d, enum kind kind, bool whole);

/* Whether anything told of what rows of that kind (queues or users) are made from. */
bool derive_tells(const struct derive *d, enum kind kind);

/* Emits queues, users (ids SCHEDULER/NAME) and schedulers as of `now_utc_ms`: counts from jobs and nodes laid
 * over the described rows; waits and oldest grow with time. What no body has told is unknown. Quantiles are
 * nearest-rank (Hyndman and Fan 1996, definition 1). */
bool derive_emit(const struct derive *d, int64_t now_utc_ms, derive_sink *sink, void *ctx, struct err *err);

#endif
