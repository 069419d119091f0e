#ifndef HUBTOP_CLI_OUT_H
#define HUBTOP_CLI_OUT_H

#include <stdio.h>

#include "cli/command.h"
#include "domain/row.h"
#include "store/query.h"

/* Items of `get` in every form of interfaces.md. */

enum {
    OUT_FIELDS_MAX = KIND_FIELDS_MAX + 8,
    OUT_ID = -1,
    OUT_SOURCE = -2,
    OUT_OBSERVED = -3,
    OUT_AGE = -4,
    OUT_STALE = -5
};

struct out_plan {
    enum kind kind;
    const char *format; /* text json ndjson csv md html */
    int64_t as_of_ms;
    int fields[OUT_FIELDS_MAX];
    size_t field_count;
    size_t limit;
    const char *const *ids; /* only these, unless there are none */
    size_t id_count;
    bool (*wants)(void *ctx, const struct row *row); /* only those, too; NULL: all */
    void *ctx;
};

/* Which fields, in which order: --fields, or the form's own. ERR_INPUT (64) names the fields there are. */
bool out_plan(struct out_plan *plan, const struct options *o, enum kind kind, int64_t as_of_ms, struct err *err);

/* Appends one row as an item of the JSON form, on one line without its end. */
void out_item(enum kind kind, const struct row *row, struct buf *out);

/* Writes the rows; false with ERR_INPUT (74) when the stream takes no more, without an error when its reader has left. */
bool out_rows(const struct out_plan *plan, const struct query_rows *rows, FILE *to, struct err *err);

/* Where output goes: --output or standard output; out_close() tells what could not be written (a full disk); a pipe
 * whose reader has left is fine. */
FILE *out_open(const struct options *o, struct err *err);
bool out_close(const struct options *o, FILE *f, struct err *err);

#endif
