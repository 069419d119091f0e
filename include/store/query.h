#ifndef HUBTOP_STORE_QUERY_H
#define HUBTOP_STORE_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "domain/filter.h"
#include "domain/row.h"

/* The reading side: everything that consoles and commands know comes through here, as of T. Read-only; never blocks the
 * collector. */

struct query;

/* Opens `dir`/cache.db read-only. 66 when there is none ("no cache …"), 76 when it is damaged, 78 when it is newer than
 * this program. */
struct query *query_open(const char *dir, struct err *err);
void query_close(struct query *q);

enum { QUERY_NOW = 0 }; /* T of the present */

/* Whether another file stands at the cache's path by now (a collector set a damaged one aside): close and open again. */
bool query_moved(const struct query *q);

/* The kinds of which some source has answered, KIND_BIT()s: every kind with rows, and those of which there are none.
 * Cheap: asked once a commit; what was known before when the file cannot be read. */
uint64_t query_kinds(struct query *q);

/* What is read between these two is of one moment, and within one transaction that begins with the first reading: for no longer than
 * a slice, as an open one keeps the collector's checkpoints from finishing. */
void query_hold(struct query *q);
void query_let(struct query *q);

/* The past reaches back to this moment for the kind; 0 when there is none. */
int64_t query_kept_since(struct query *q, enum kind kind);

/* A note of the collector's (store_note_set()), into `out` (cleared first): false when there is none. */
#define QUERY_GLASS      "break_glass" /* what was carried out alone and nobody else signed off, a line each; "": nothing */
#define QUERY_ORDERS_OFF "orders_off" /* why it takes no orders; "": it does */
bool query_note(struct query *q, const char *key, struct buf *out);

/* --- a set of rows as of T, followed as commits come --- */

struct query_rows;

/* Rows of a kind as of `at_ms` (QUERY_NOW follows the present). Nothing is read yet. */
struct query_rows *query_rows_new(struct query *q, enum kind kind, int64_t at_ms);
void query_rows_free(struct query_rows *r);

enum query_step { QUERY_DONE, QUERY_MORE, QUERY_FAILED };

/* Loads, or follows ("rows after mine"), then filters and sorts, at most about `budget_us` a call. QUERY_MORE: call
 * again, rows loaded so far can be read already. `now` gives ages. */
enum query_step query_rows_step(struct query_rows *r, struct instant now, int64_t budget_us, struct err *err);

/* Filter (NULL: all; taken over) and order (field -1: id, as people count: 9 before 10; unknown cells are last either
 * way; ties by id). The former order can be read until the new one is made. Cheap to call with what is set already. */
void query_rows_filter(struct query_rows *r, struct filter *f);
void query_rows_sort(struct query_rows *r, int field, bool descending);

size_t query_rows_all(const struct query_rows *r);   /* rows at T */
size_t query_rows_count(const struct query_rows *r); /* rows that pass the filter */
bool query_rows_partial(const struct query_rows *r); /* still loading, here or in the collector */
int64_t query_rows_rev(const struct query_rows *r);  /* the commit that it shows */

/* Row `i` in order (i < count) unpacked into `*row`; its text lives until the next step. False when it cannot be
 * unpacked. */
bool query_rows_at(const struct query_rows *r, size_t i, struct row *row);
/* The position of an id (and source, unless empty or the kind is joined: then there is one row an id), or -1. */
int64_t query_rows_find(const struct query_rows *r, struct safe_text id, struct safe_text source);
/* Whether there is no such row any more, whatever the filter lets pass; false as long as it is not known (while rows load). */
bool query_rows_gone(const struct query_rows *r, struct safe_text id, struct safe_text source);

/* --- rows one after the other, none of them kept: for who looks at each of a million once --- */

struct query_scan;
typedef void query_scan_each(void *ctx, const struct row *row);

/* All rows of a kind as of `at_ms`, in no order that means anything; of the present, sampled cells are left unknown. Of the
 * past only what differs from a keyframe is held in memory. Nothing is read yet. */
struct query_scan *query_scan_new(struct query *q, enum kind kind, int64_t at_ms);
void query_scan_free(struct query_scan *s);

/* Hands further rows to `each`, at most about `budget_us` a call; a row's texts live until `each` returns, which must not
 * use the query. QUERY_MORE: call again. Each row of the present is as of its call: what comes or goes between two calls
 * may be among them or not. QUERY_FAILED with err; ERR_TRANSIENT when retention took what was being read: begin anew. */
enum query_step query_scan_step(struct query_scan *s, struct instant now, int64_t budget_us, query_scan_each *each,
                                void *ctx, struct err *err);

/* --- series --- */

/* The newest sample of (kind, id, field) at or before `at_ms` (QUERY_NOW: the newest); false when there is none. */
bool query_sample(struct query *q, enum kind kind, struct safe_text id, int field, int64_t at_ms, double *value,
                  int64_t *sampled_ms);

/* Means over `n` equal steps of [from_ms, to_ms) from samples or their rollups; NAN where nothing was observed. Samples
 * that fill gaps (of the source QUERY_FILLED) count in steps that have no others; `filled` (NULL, or of n) tells which
 * steps these are. */
bool query_series(struct query *q, enum kind kind, struct safe_text id, int field, int64_t from_ms, int64_t to_ms,
                  double *means, bool *filled, size_t n, struct err *err);

/* The source of samples that were asked for afterwards, to fill a gap of ours: stored apart from what was observed. */
#define QUERY_FILLED "(filled)"

/* What is usual for a series: the median of its means of a quarter of an hour over [from_ms, to_ms), of a minute where
 * less than two hours are known. False with less than 20 minutes (or when it cannot be read): nothing is usual yet. */
bool query_usual(struct query *q, enum kind kind, struct safe_text id, int field, int64_t from_ms, int64_t to_ms,
                 double *usual);

#endif
