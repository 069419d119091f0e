#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BYTES = 64 };

struct buf buf_make(size_t max)
{
    return (struct buf){.max = max};
}

void buf_release(struct buf *b)
{
    if (!b)
        return;
    free(b->data);
    *b = buf_make(b->max);
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    if (b->data)
        b->data[0] = '\0';
}

/* The next size for `need` bytes: doubled, but never above the maximum (which may be SIZE_MAX). */
static size_t next_cap(const struct buf *b, size_t need)
{
    size_t cap = b->cap ? b->cap : FIRST_BYTES;
    while (cap < need)
        cap = cap > b->max / 2 ? b->max : cap * 2;
    return cap > b->max ? b->max : cap;
}

bool buf_reserve(struct buf *b, size_t n, struct err *err)
{
    if (n > b->max - b->len)
        return err_set(err, ERR_INPUT, "text is larger than %zu bytes", b->max);
    size_t need = b->len + n;
    if (b->data && need <= b->cap)
        return true;
    size_t cap = next_cap(b, need);
    char *data = cap < (size_t)-1 ? realloc(b->data, cap + 1) : NULL;
    if (!data)
        return err_set(err, ERR_INPUT, "text is larger than %zu bytes of free memory", cap);
    b->data = data;
    b->cap = cap;
    b->data[b->len] = '\0';
    return true;
}

bool buf_put(struct buf *b, const void *bytes, size_t n, struct err *err)
{
    if ((!b->data || n > b->cap - b->len) && !buf_reserve(b, n, err))
        return false;
    if (n)
        memcpy(b->data + b->len, bytes, n);
    b->len += n;
    b->data[b->len] = '\0';
    return true;
}

bool buf_puts(struct buf *b, const char *s, struct err *err)
{
    return buf_put(b, s, strlen(s), err);
}

static bool put_formatted(struct buf *b, struct err *err, const char *fmt, va_list args)
    __attribute__((format(printf, 3, 0)));

static bool put_formatted(struct buf *b, struct err *err, const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (n < 0)
        return err_set(err, ERR_INPUT, "text cannot be formatted");
    if (!buf_reserve(b, (size_t)n, err))
        return false;
    vsnprintf(b->data + b->len, (size_t)n + 1, fmt, args);
    b->len += (size_t)n;
    return true;
}

bool buf_printf(struct buf *b, struct err *err, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    bool ok = put_formatted(b, err, fmt, args);
    va_end(args);
    return ok;
}

void buf_shift(struct buf *b, size_t n)
{
    if (n == 0 || !b->data)
        return;
    if (n > b->len)
        n = b->len;
    b->len -= n;
    memmove(b->data, b->data + n, b->len + 1);
}

const char *buf_str(const struct buf *b)
{
    return b->data ? b->data : "";
}
