#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/http_private.h"

/* Stands before each piece; as wide as the strictest alignment, which the bytes behind it have then too. */
union size {
    size_t bytes;
    max_align_t align;
};

void *http_memory_new(size_t size)
{
    union size *s = size < PTRDIFF_MAX - sizeof *s ? malloc(sizeof *s + size) : NULL;
    if (!s)
        return NULL;
    s->bytes = size;
    return s + 1;
}

void *http_memory_zeroed(size_t n, size_t size)
{
    if (size && n > PTRDIFF_MAX / size)
        return NULL;
    void *p = http_memory_new(n * size);
    return p ? memset(p, 0, n * size) : NULL;
}

void http_memory_free(void *p)
{
    if (!p)
        return;
    union size *s = (union size *)p - 1;
    explicit_bzero(p, s->bytes);
    free(s);
}

/* realloc() would leave the old bytes where they were. */
void *http_memory_resize(void *p, size_t size)
{
    void *moved = http_memory_new(size);
    if (moved && p) {
        size_t old = ((union size *)p - 1)->bytes;
        memcpy(moved, p, old < size ? old : size);
        http_memory_free(p);
    }
    return moved;
}

char *http_memory_copy(const char *s)
{
    size_t n = strlen(s) + 1;
    char *copy = http_memory_new(n);
    return copy ? memcpy(copy, s, n) : NULL;
}
