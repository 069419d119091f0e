#ifndef HUBTOP_COLLECTOR_WEAVE_PAST_H
#define HUBTOP_COLLECTOR_WEAVE_PAST_H

#include "collector/apply.h"
#include "io/loop.h"
#include "store/store.h"

/* Samples of the past on their way into the store, as QUERY_FILLED: written in slices, when no batch waits. */
struct weave_past;
struct weave_past *weave_past_new(struct loop *loop, struct store *store, struct apply *apply);
void weave_past_free(struct weave_past *p); /* what waits is dropped */

/* Copies the id. False when too many wait. */
bool weave_past_put(struct weave_past *p, enum kind kind, struct safe_text id, int field, int64_t at_ms, double value);
bool weave_past_busy(const struct weave_past *p);

#endif
