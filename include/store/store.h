#ifndef HUBTOP_STORE_STORE_H
#define HUBTOP_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "domain/row.h"

/* The writing side of cache.db (and actions.db): the collector alone opens it. */

struct store;

struct store_options {
    int64_t cache_max_bytes;   /* retention works below it; 0: 4096 MiB */
    int64_t raw_keep_ms;       /* samples as they came; 0: 6 h */
    int64_t minute_keep_ms;    /* rollups of a minute; 0: 3 d */
    int64_t quarter_keep_ms;   /* rollups of 15 minutes; 0: 90 d */
    int64_t segment_min_bytes; /* a segment is not closed below it; 0: 256 KiB */
    bool volatile_cache;       /* the demo's: synchronous off */
};

/* Opens `dir`/cache.db and `dir`/actions.db (0600/0640 as the folder's mode says), creates and migrates them. A damaged
 * cache.db is set aside as cache.db.damaged-UTC and made anew (`*note` tells it, 256 bytes); a damaged actions.db is
 * never replaced: orders stay off and `*note` says so. A newer schema: ERR_INPUT, status 78. A network file system:
 * ERR_INPUT that says so. */
struct store *store_open(const char *dir, const struct store_options *options, struct instant now, char *note,
                         size_t note_size, struct err *err);
void store_close(struct store *s); /* checkpoints; leaves -wal and -shm (PERSIST_WAL) */

int64_t store_rev(const struct store *s); /* number of the last commit */

/* --- staging: one body of one source, applied whole or not at all --- */

/* What a finished body covers: absent rows of that source and kind are closed. `scope` narrows it to ids that begin
 * with it ("" = all). */
struct store_batch;
struct store_batch *store_batch_new(struct store *s, const char *source, enum kind kind, bool covers_all,
                                    struct err *err);
void store_batch_free(struct store_batch *b); /* without a commit nothing of it is seen */
struct store *store_batch_store(const struct store_batch *b);

/* Takes a row (copied). What equals the present costs no memory. Sampled cells become samples of the series (kind, id,
 * field). A job's id is given without a generation; the store finds it. */
bool store_batch_add(struct store_batch *b, const struct row *row, struct err *err);

/* The same for a row that nobody has observed anew: its series stay as they are. */
bool store_batch_keep(struct store_batch *b, const struct row *row, struct err *err);

/* For a batch whose rows are observed at different moments (what is joined from several sources): a sampled cell that a
 * row of store_batch_add() leaves unknown is unknown now, and series of other rows stay as they are. Before the first
 * row. */
void store_batch_sparse(struct store_batch *b);

/* How often such a body comes, in ms, where that is not the source's interval: what it tells counts as present for as
 * many of these. Before it is applied. */
void store_batch_pace(struct store_batch *b, int64_t every_ms);

/* For rows that change though their source did not answer (somebody acknowledged an alert), or that end because it tells of
 * them no more: when it was observed stays as it is. Before it is applied. */
void store_batch_unasked(struct store_batch *b);

/* Closes one row (a tombstone), for sources that tell differences. */
bool store_batch_remove(struct store_batch *b, struct safe_text id, struct err *err);

enum store_step { STORE_DONE, STORE_MORE, STORE_FAILED };

/* What a commit did. */
struct store_result {
    int64_t rev;
    int64_t opened, replaced, closed, samples; /* rows */
};

/* Called for each row that a commit opens, replaces or closes (`was` or `now` NULL), before the commit: for the change
 * feed and the alert book. At most STORE_WATCHES_MAX; one is known by its ctx. */
enum { STORE_WATCHES_MAX = 4 };
typedef void store_watch(void *ctx, const struct row *was, const struct row *now);
void store_watch_add(struct store *s, store_watch *watch, void *ctx);
void store_watch_drop(struct store *s, const void *ctx);

/* Applies the batch in a transaction, at most about `budget_us` of work a call; STORE_MORE: call again (a first load
 * above 20,000 rows is committed in slices, marked partial until the last). After STORE_DONE the (source, kind) is
 * observed at `now`. After STORE_FAILED nothing more may be applied and what was staged is dropped; err tells
 * (ERR_TRANSIENT for a full disk: the store stays usable). */
enum store_step store_batch_apply(struct store_batch *b, struct instant now, int64_t budget_us,
                                  struct store_result *result, struct err *err);

/* Until its end, what is applied, touched and noted shares one transaction: bodies that end together cost one commit. When
 * one of them fails, all that the group had so far is lost with it, which store_group_lost() tells until the next begin.
 * The slices of a first load are committed at once, with what was in the group before. Not while a batch is half
 * applied. */
void store_group_begin(struct store *s);
bool store_group_lost(const struct store *s);
bool store_group_end(struct store *s, struct err *err);

/* The source answered "nothing changed" for that kind: a timestamp. */
bool store_touch(struct store *s, const char *source, enum kind kind, struct instant now, int64_t interval_ms,
                 struct err *err);
/* When the source last answered for anything (UTC), in this collector's life or an earlier one's; 0: never. */
int64_t store_observed_ms(struct store *s, const char *source);
/* Whether it last told of that kind longer ago than max(60 s, 3 of its polls), by the boot clock where it can be, or never did:
 * the rule by which a row of the query is stale. `source` is who told the row: its told_by, where the kind is joined. */
bool store_stale(struct store *s, struct safe_text source, enum kind kind, struct instant now);
/* The source's poll interval, kept for the freshness rule of its rows. */
bool store_interval_set(struct store *s, const char *source, int64_t interval_ms, struct err *err);

/* Samples for the past (a back-fill): one value of a series at `at_ms`; inside store_begin/store_end, in any order. */
bool store_begin(struct store *s, struct err *err);
bool store_end(struct store *s, struct err *err);
bool store_sample_put(struct store *s, const char *source, enum kind kind, struct safe_text id, int field,
                      int64_t at_ms, double value, struct err *err);

/* Rolls up all that is finished, in one transaction and however long it takes: after a back-fill, before anybody reads.
 * Minute by minute the same pages would be written again and again. */
bool store_catch_up(struct store *s, struct instant now, struct err *err);

/* Rollups, retention, keyframes and checkpoints, at most about `budget_us` a call; STORE_MORE while there is work. */
enum store_step store_maintain(struct store *s, struct instant now, int64_t budget_us, struct err *err);

/* Small facts that outlive a process: the pinned name of an ad-hoc source, validators (ETag, update_time). "" when
 * never set. */
bool store_note_set(struct store *s, const char *key, const char *value, struct err *err);
bool store_note_get(struct store *s, const char *key, struct buf *out, struct err *err);

/* Rows of the present with their newest samples, of one source or of all (NULL): for what a starting collector must
 * know. */
bool store_each(struct store *s, enum kind kind, const char *source,
                bool (*each)(void *ctx, const struct row *row, struct err *err), void *ctx, struct err *err);

/* The same in parts, all sources: at most about `budget_us` a call, from where `walk` is ({.kind} at first). STORE_MORE: call again;
 * what is applied meanwhile is seen where the walk was not yet. */
struct store_walk {
    enum kind kind;
    size_t source;
    int64_t nr;
};
enum store_step store_each_for(struct store *s, struct store_walk *walk, int64_t budget_us,
                               bool (*each)(void *ctx, const struct row *row, struct err *err), void *ctx,
                               struct err *err);

/* One row of the present by its id, whoever told it, without its samples; its texts are put into `room` (cleared first).
 * False when there is none, or when nobody has written that kind of its source in this process yet: then only store_each()
 * knows. */
bool store_find(struct store *s, enum kind kind, struct safe_text id, struct buf *room, struct row *row);
/* The same by the id that its source gives it, whatever generation of a job that is now. */
bool store_find_newest(struct store *s, enum kind kind, struct safe_text id, struct buf *room, struct row *row);

/* Whether actions.db can be trusted; false with the reason: no orders. */
bool store_orders_possible(const struct store *s, struct err *why);

/* The version of SQLite. */
const char *store_version(void);

#endif
