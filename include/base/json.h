#ifndef HUBTOP_BASE_JSON_H
#define HUBTOP_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

/* --- reading: a checking tokenizer that cuts array elements out of a stream
 * ------------------------------------------------
 *
 * The whole grammar of RFC 8259 and UTF-8 are checked before cJSON sees a byte. Bytes may come in any pieces. */

enum json_mode {
    JSON_STRICT,  /* RFC 8259; bytes are UTF-8; lone surrogate escapes are refused */
    JSON_LENIENT, /* the same, but inside strings bytes that are not UTF-8 and lone surrogates are carried and counted
                     (Slurm) */
};

struct json_limits {
    size_t total_bytes;   /* of the whole text; 0: 4 GiB */
    size_t element_bytes; /* of one element that is cut out, and of the rest; 0: 4 MiB */
    unsigned depth;       /* 0: 64 */
    size_t nodes;         /* values in one element or in the rest; 0: 10^6 */
};

/* What was seen in one text; printed by the sources view. */
struct json_counts {
    uint64_t bytes;
    uint64_t elements;
    uint64_t bad_bytes;      /* not UTF-8, inside strings (lenient), lone surrogates, and NULs written as \u0000 */
    uint64_t duplicate_keys; /* the last one wins */
};

struct json; /* a parsed value; valid until the tree that it belongs to is freed */

struct json_cut_options {
    enum json_mode mode;
    struct json_limits limits;
    /* The member of the top-level object whose array is cut, "jobs"; "" cuts a top-level array; a '.' goes deeper
     * ("data.result"); NULL cuts nothing: all is the rest. A member that is absent or null gives no elements, and the
     * rest tells; another type there, or the same member a second time, is an error. */
    const char *path;
    /* Members of an element that are wanted, NULL-terminated; others are checked but never become a tree. NULL wants
     * all. */
    const char *const *keep;
    /* Called for each element; false (with err set) ends the parse with that error. */
    bool (*element)(void *ctx, const struct json *element, struct err *err);
    void *ctx;
};

struct json_cut;

/* A cutter, which the caller frees; it copies `options`, but what they point to must outlive it. */
struct json_cut *json_cut_new(const struct json_cut_options *options);
void json_cut_free(struct json_cut *cut);

/* Takes the next bytes. False: not JSON, a limit was reached, or the element callback refused; the error names the byte
 * offset. After a false nothing more may be fed. */
bool json_cut_feed(struct json_cut *cut, const char *bytes, size_t n, struct err *err);

/* The stream ended: checks that the text is whole. `*rest` (may be NULL) becomes the top-level value without the cut
 * array's elements (the array stands there, empty), owned by `cut`. */
bool json_cut_end(struct json_cut *cut, const struct json **rest, struct err *err);
const struct json_counts *json_cut_counts(const struct json_cut *cut);

/* Parses one whole text, after the same checks. The caller frees it. NULL with err set on failure. */
struct json *json_parse(const char *bytes, size_t n, enum json_mode mode, struct err *err);
void json_free(struct json *tree);

enum json_type { JSON_ABSENT, JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_TEXT, JSON_ARRAY, JSON_OBJECT };

/* All accept NULL, which is JSON_ABSENT: paths can be chained without checks. */
enum json_type json_type(const struct json *value);
const struct json *json_get(const struct json *object, const char *key); /* the last member of that name, or NULL */
const struct json *json_first(const struct json *container);             /* first element or member value */
const struct json *json_next(const struct json *sibling);
const char *json_key(const struct json *member); /* the member's name, or NULL; from outside: show it as safe_text */
size_t json_count(const struct json *container);

/* Values; false when the value is of another type or does not fit. Integers are exact over all of int64 (numbers of
 * more than 15 digits never go through a double); a number such as 3.0 or 1e3 counts as an integer. Text lives as long
 * as the tree. */
bool json_int(const struct json *value, int64_t *out);
bool json_real(const struct json *value, double *out);
bool json_bool(const struct json *value, bool *out);
bool json_text(const struct json *value, struct safe_text *out);
/* An identifier: a string as it is, a number as its decimal digits exactly as they came. */
bool json_ident(const struct json *value, struct safe_text *out);

/* --- writing
 * ----------------------------------------------------------------------------------------------------------------
 * Appends to a buffer; commas and quoting are the writer's business. An error (a full buffer) sticks: check once, at
 * the end. */
struct json_writer {
    struct buf *out;
    struct err err;
    unsigned depth;
    uint64_t comma; /* bit by depth: a comma is due */
    bool after_key;
};
struct json_writer json_writer_make(struct buf *out);
void json_open_object(struct json_writer *w);
void json_close_object(struct json_writer *w);
void json_open_array(struct json_writer *w);
void json_close_array(struct json_writer *w);
void json_put_key(struct json_writer *w, const char *key);
/* Text as a JSON string; bytes that are not UTF-8 become U+FFFD; returns whether that happened (the item is "lossy").
 */
bool json_put_text(struct json_writer *w, struct safe_text t);
/* The same with its bytes as they are: no JSON when they are not UTF-8, but there are peers that take it (Slurm). */
void json_put_bytes(struct json_writer *w, struct safe_text t);
void json_put_str(struct json_writer *w, const char *s);
void json_put_int(struct json_writer *w, int64_t v);
void json_put_real(struct json_writer *w, double v); /* shortest form that reads back; NaN and infinities as null */
void json_put_bool(struct json_writer *w, bool v);
void json_put_null(struct json_writer *w);

/* The version of cJSON. */
const char *json_version(void);

#endif
