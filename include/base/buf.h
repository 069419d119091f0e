#ifndef HUBTOP_BASE_BUF_H
#define HUBTOP_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* A growing byte buffer with a maximum that is set when it is made. `data` is NUL-terminated whenever it is not NULL;
 * the NUL is not counted. `{0}` is a valid buffer that can hold nothing. */
struct buf {
    char *data;
    size_t len;
    size_t cap;
    size_t max; /* bytes it may ever hold */
};

/* An empty buffer that may grow to `max` bytes. Nothing is allocated yet. */
struct buf buf_make(size_t max);

/* Frees the memory and leaves a valid empty buffer with the same maximum. Accepts NULL. */
void buf_release(struct buf *b);

/* Empties the buffer, keeps its memory. */
void buf_clear(struct buf *b);

/* Makes room for `n` more bytes; false (ERR_INPUT "… larger than N bytes") at the maximum or without memory. */
bool buf_reserve(struct buf *b, size_t n, struct err *err);

/* Appends `n` bytes; all or nothing; fails as buf_reserve(). */
bool buf_put(struct buf *b, const void *bytes, size_t n, struct err *err);

/* Appends one byte; fails as buf_put(). */
static inline bool buf_putc(struct buf *b, char c, struct err *err)
{
    if (b->len >= b->cap)
        return buf_put(b, &c, 1, err);
    b->data[b->len++] = c;
    b->data[b->len] = '\0';
    return true;
}

/* Appends a string, or formatted text; fail as buf_put(). */
bool buf_puts(struct buf *b, const char *s, struct err *err);
bool buf_printf(struct buf *b, struct err *err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Drops the first `n` bytes (n <= len). */
void buf_shift(struct buf *b, size_t n);

/* The content as a C string, "" when empty; valid until the next change. */
const char *buf_str(const struct buf *b);

#endif
