#ifndef HUBTOP_BASE_MEM_H
#define HUBTOP_BASE_MEM_H

#include <stddef.h>

/* Zeroed memory for `n` objects of `size` bytes; the caller frees it. Out of memory or an overflow ends the process
 * with a message: no caller could go on. Sizes from outside are checked against a named limit before they come here. */
void *mem_new(size_t n, size_t size);

/* Grows `p` to `n` objects of `size` bytes, new ones not zeroed; ends the process as mem_new(). */
void *mem_grow(void *p, size_t n, size_t size);

/* A copy of the string, or of the first `n` bytes, NUL-terminated; the caller frees it. */
char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t n);

#endif
