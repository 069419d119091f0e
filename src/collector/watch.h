#ifndef HUBTOP_COLLECTOR_WATCH_H
#define HUBTOP_COLLECTOR_WATCH_H

#include "collector/apply.h"
#include "domain/book.h"

/* The alert book with the store at both ends: it looks at what is in the cache, takes what others tell of alerts, and puts
 * the rows of KIND_ALERT of all of them there. Counts who is hit by the worst. */

struct watch_options {
    struct loop *loop;
    struct store *store;
    struct apply *apply;
    const struct clock *clock;
    const char *state_dir;
    const struct thresholds *thresholds;                                                  /* NULL: the presets */
    void (*applied)(void *ctx, const struct store_result *result, const struct err *err); /* of a batch */
    void (*looked)(void *ctx); /* a look ended, its batches are on their way */
    void *ctx;
};

struct watch;
/* Begins with the alerts that the store remembers. */
struct watch *watch_new(const struct watch_options *options, struct err *err);
void watch_free(struct watch *w);

/* Looks at the facts as they are now, in slices: at once, and again when this is called meanwhile. */
void watch_run(struct watch *w);
/* The same when all is there that a first round of polls brings: what could not be explained or counted before is asked anew. */
void watch_settle(struct watch *w);
/* Whether a look or a count is under way, or wanted. */
bool watch_busy(const struct watch *w);

/* How many looks have ended; and how many will have when one has that begins from now on. */
uint64_t watch_looks(const struct watch *w);
uint64_t watch_looks_next(const struct watch *w);

/* A whole answer about alerts: begin, rows (copied; further ones than WATCH_TOLD_MAX are left out), its end or its drop.
 * `every_ms`: how often it comes, 0: with each poll of its source. */
enum { WATCH_TOLD_MAX = 20000 };
void watch_told_begin(struct watch *w, const char *source, int64_t every_ms);
void watch_told(struct watch *w, const char *source, const struct row *alert);
void watch_told_end(struct watch *w, const char *source);
void watch_told_drop(struct watch *w, const char *source);
/* Whole answers so far go into the book, in a look that follows: what their sources told with them is in the store. An alert that
 * goes there before the object that explains it would be news for a moment. */
void watch_stored(struct watch *w);

/* The book, for what operators decide of it; after that comes watch_run(). */
struct book *watch_book(struct watch *w);

#endif
