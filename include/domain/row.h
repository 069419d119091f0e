#ifndef HUBTOP_DOMAIN_ROW_H
#define HUBTOP_DOMAIN_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/intern.h"
#include "domain/kind.h"

/* One object as a source told it: a fact when a driver makes it, a row as of T when the store gives it back. Text
 * belongs to whoever made the row. `{0}` is a row of no kind with every cell unknown. */
struct row {
    enum kind kind;
    struct safe_text id; /* unique in its kind and source; a job's is SCHEDULER/ID, with ~N for a generation above 1 */
    struct safe_text source; /* the source that told it */
    int64_t since_ms;        /* UTC of arrival of this version */
    int64_t observed_ms;     /* UTC of the last successful answer that covers it, at T; 0: never */
    int64_t age_ms;          /* T (or now) minus that, by the boot clock where it can be; -1: unknown */
    bool stale;              /* older than max(60 s, 3 polls): promise 4, one rule for colour, dialog and sending */
    struct value cells[KIND_FIELDS_MAX];
};

/* The source that told it, of a row that several told: the one that told most. */
struct safe_text row_teller(const struct row *row);

/* Packed form: the known, not sampled cells as (field number, type, value) in the order of the fields, little-endian
 * base-128 numbers: equal rows have equal bytes. A reader skips fields that it does not know. Appends to `out`; fails
 * when it is full, with nothing appended. */
bool row_pack(const struct row *row, struct buf *out, struct err *err);

/* Reads packed cells into `row->cells` (cleared first) and sets the kind; text points into `bytes`. ERR_CORRUPT when
 * they make no sense: bytes of an enemy neither crash it nor make it read outside. */
bool row_unpack(enum kind kind, const void *bytes, size_t n, struct row *row, struct err *err);

/* One cell of packed bytes without unpacking the rest; unknown when it is not there (or the bytes before it make no
 * sense). */
struct value row_peek(enum kind kind, const void *bytes, size_t n, int field);

/* Walks packed cells in the order of the fields, also those that this program does not know; false at the end, and
 * (`bad` set) where the bytes make no sense. */
struct row_cursor {
    const unsigned char *at, *end;
    const struct intern *words;              /* of a held row (domain/row_held.h); NULL: every text lies there itself */
    const unsigned char *word_at, *word_end; /* of a held row: the numbers of the texts that follow */
    size_t next;                             /* the field that a tag of distance 0 names */
    uint32_t word; /* the number in `words` of the last cell's text; INTERN_NONE: it has none */
    bool bad;
};
struct row_cursor row_cursor_make(const void *bytes, size_t n);
bool row_cursor_next(struct row_cursor *c, size_t *field, struct value *value);

/* Whether `now` is a new generation of the job `was`, not the same job again: another user, or another submit time
 * without a grown restart count (a requeue is the same job). Unknown cells never make a difference. */
bool row_job_replaced(const struct row *was, const struct row *now);

/* Whole seconds that a job waits (waiting, held: until `at_ms`; 0: unknown) or waited (otherwise: until it started).
 * Unknown without a submit time, or for a job that is over and never started. */
struct value row_waited_s(const struct row *job, int64_t at_ms);

#endif
