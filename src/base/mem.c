#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* EX_OSERR of sysexits(3): the system, not hubtop, has no more. */
enum { EXIT_NO_MEMORY = 71 };

static _Noreturn void no_memory(size_t n, size_t size)
{
    fprintf(stderr, "hubtop: out of memory: %zu objects of %zu bytes cannot be had\n", n, size);
    exit(EXIT_NO_MEMORY);
}

void *mem_new(size_t n, size_t size)
{
    if (n == 0 || size == 0)
        n = size = 1;
    void *p = calloc(n, size);
    if (!p)
        no_memory(n, size);
    return p;
}

void *mem_grow(void *p, size_t n, size_t size)
{
    if (n == 0 || size == 0)
        n = size = 1;
    void *grown = n > PTRDIFF_MAX / size ? NULL : realloc(p, n * size);
    if (!grown)
        no_memory(n, size);
    return grown;
}

char *mem_strdup(const char *s)
{
    return mem_strndup(s, strlen(s));
}

char *mem_strndup(const char *s, size_t n)
{
    size_t len = strnlen(s, n);
    char *copy = mem_new(len + 1, 1);
    memcpy(copy, s, len);
    return copy;
}
