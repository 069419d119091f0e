#ifndef HUBTOP_SRC_STORE_BLOB_H
#define HUBTOP_SRC_STORE_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* What changes and keyframes are made of: a list of records, each (op, source, seq) and for a PUT the row. Repeating a
 * list, or beginning it in the middle and repeating it whole, gives the same rows. */

enum store_blob_op { STORE_BLOB_PUT = 1, STORE_BLOB_CLOSE = 2 };

struct store_blob_record {
    enum store_blob_op op;
    int64_t source, seq, since_ms;
    const char *id;
    size_t id_len;
    const char *packed;
    size_t packed_len;
};

/* Little-endian base-128. */
bool store_blob_put_int(struct buf *out, uint64_t v);
/* Reads one number; false at the end or when it makes no sense. */
bool store_blob_get_int(const char **at, const char *end, uint64_t *v);

bool store_blob_put(struct buf *out, const struct store_blob_record *r);
/* The next record of a list, bytes pointing into it. False at the end (`*at == end`) and when the list makes no sense.
 */
bool store_blob_next(const char **at, const char *end, struct store_blob_record *r);

/* A sample in the list of the newest ones. */
bool store_blob_put_sample(struct buf *out, int64_t series, int64_t at_ms, double value);
bool store_blob_next_sample(const char **at, const char *end, int64_t *series, int64_t *at_ms, double *value);

/* When a part was observed last. */
struct store_blob_observed {
    int64_t source; /* its number; 0: never */
    int64_t utc_ms, boot_ms;
    int64_t every_ms; /* 0: the source's interval */
    bool same_boot;   /* boot_ms is of the boot that the list was written in */
    bool partial;     /* … with some of its rows, of a long first load */
};
bool store_blob_put_observed(struct buf *out, const struct store_blob_observed *o);
/* The next of a list; false at the end (`*at == end`) and when the list makes no sense. */
bool store_blob_next_observed(const char **at, const char *end, struct store_blob_observed *o);

#endif
