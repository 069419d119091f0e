#ifndef HUBTOP_COLLECTOR_WEAVE_H
#define HUBTOP_COLLECTOR_WEAVE_H

#include <stdbool.h>

#include "collector/apply.h"
#include "domain/fleet.h"
#include "domain/movable.h"
#include "domain/thresholds.h"
#include "io/loop.h"
#include "store/store.h"

/* From what each source tells to the joined rows in the store: domain/join.h with the store at its end. Joined rows are of
 * the source WEAVE_SOURCE there; each says itself who told it. */

#define WEAVE_SOURCE "fleet"

struct weave_options {
    struct loop *loop;
    struct store *store;
    struct apply *apply;
    const struct clock *clock;
    const struct fleet *fleet;                    /* NULL: none */
    const struct thresholds *thresholds;          /* NULL: the presets */
    const struct movable *movable;                /* NULL: none */
    const char *state_dir;                        /* where the history is read that baselines are learned from */
    bool (*fresh)(void *ctx, const char *source); /* whether what it told last counts as present */
    void (*applied)(void *ctx, const struct store_result *result, const struct err *err); /* of a batch; or NULL */
    void *ctx;
};

struct weave;
/* Begins with what the store remembers: until a source answers, what it told before stands. */
struct weave *weave_new(const struct weave_options *options, struct err *err);
void weave_free(struct weave *w);

/* The order of the configuration decides whose value is shown. */
void weave_source(struct weave *w, const char *source);

/* A body of a source that covers a joined kind: begin, rows, its end or its drop. */
void weave_begin(struct weave *w, const char *source, enum kind kind);
void weave_row(struct weave *w, const char *source, const struct row *row);
/* What ends next was observed that long ago, not now. */
void weave_aged(struct weave *w, int64_t age_ms);
void weave_end(struct weave *w, const char *source, enum kind kind, int64_t interval_ms);
void weave_drop(struct weave *w, const char *source, enum kind kind);

/* The source says that what it told of that kind last stands unchanged. */
void weave_unchanged(struct weave *w, const char *source, enum kind kind, int64_t interval_ms);

/* A poll of that source ended well as a whole: of kinds that it did not tell of, nothing is remembered any more. */
void weave_polled(struct weave *w, const char *source);

/* Sets the cluster of a row that belongs to a scheduler, where the fleet file knows it; text of the fleet's. */
void weave_cluster(struct weave *w, struct row *row);
/* Puts the ids of joined rows where a row that is not joined names them (join_refer()); new texts hold until the next
 * call. */
void weave_refer(struct weave *w, const char *source, struct row *row);
/* Judges whether a job may run elsewhere, by the configuration (movable_judge()). */
void weave_movable(const struct weave *w, bool stays, struct row *job);
/* The id by which the fleet file knows a scheduler of that name; the name itself where it does not. */
const char *weave_scheduler(const struct weave *w, const char *name);

/* A sample of the past under its source's own id for the thing: stored as QUERY_FILLED once the thing is known; false when
 * there are too many. */
bool weave_past(struct weave *w, const char *source, enum kind kind, struct safe_text id, int field, int64_t at_ms,
                double value);

/* Some source is not fresh any more, or again: rows may be told by others now. */
void weave_doubt(struct weave *w);

/* Hands the rows of all kinds that may have changed since the last call to the store. */
void weave_run(struct weave *w);

/* Whether baselines are being learned or samples of the past wait. */
bool weave_busy(const struct weave *w);

#endif
