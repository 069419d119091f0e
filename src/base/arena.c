#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK_BYTES = 256, BLOCK_BYTES_MAX = 1024 * 1024 };

struct arena_block {
    struct arena_block *next;
    size_t size; /* of `bytes` */
    size_t used;
    alignas(max_align_t) unsigned char bytes[];
};

/* Blocks double with the arena, so that a large one is made of few. */
static struct arena_block *block_new(const struct arena *a, size_t n)
{
    size_t size = a->head ? a->head->size * 2 : BLOCK_BYTES;
    if (size > BLOCK_BYTES_MAX)
        size = BLOCK_BYTES_MAX;
    if (size < n)
        size = n;
    size_t total = size > SIZE_MAX - sizeof(struct arena_block) ? SIZE_MAX : sizeof(struct arena_block) + size;
    struct arena_block *block = mem_grow(NULL, total, 1);
    block->next = NULL;
    block->size = size;
    block->used = 0;
    return block;
}

/* A block that holds nothing but one large object goes behind the head: the head's free rest stays in use. */
static struct arena_block *block_with_room(struct arena *a, size_t n)
{
    if (a->head && a->head->size - a->head->used >= n)
        return a->head;
    struct arena_block *block = block_new(a, n);
    if (a->head && n >= BLOCK_BYTES_MAX) {
        block->next = a->head->next;
        a->head->next = block;
    } else {
        block->next = a->head;
        a->head = block;
    }
    return block;
}

static size_t aligned(size_t n)
{
    const size_t unit = alignof(max_align_t);
    return n > SIZE_MAX - unit ? SIZE_MAX : (n + unit - 1) / unit * unit;
}

void *arena_take(struct arena *a, size_t n)
{
    size_t size = aligned(n ? n : 1);
    struct arena_block *block = block_with_room(a, size);
    void *p = block->bytes + block->used;
    block->used += size;
    a->used_bytes += size;
    return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
    return memset(arena_take(a, n), 0, n);
}

char *arena_copy(struct arena *a, const void *bytes, size_t n)
{
    char *copy = arena_take(a, n < SIZE_MAX ? n + 1 : n);
    if (n)
        memcpy(copy, bytes, n);
    copy[n] = '\0';
    return copy;
}

static void free_chain(struct arena_block *block)
{
    while (block) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_reset(struct arena *a)
{
    a->used_bytes = 0;
    if (!a->head)
        return;
    free_chain(a->head->next);
    a->head->next = NULL;
    a->head->used = 0;
}

void arena_release(struct arena *a)
{
    if (!a)
        return;
    free_chain(a->head);
    *a = (struct arena){0};
}
