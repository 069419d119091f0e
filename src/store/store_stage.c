#include "store_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK = 256 << 10, ALIGN = 8 };

static char *room(struct store_batch *b, size_t n)
{
    n = (n + ALIGN - 1) / ALIGN * ALIGN;
    if (!b->tail || b->tail->size - b->tail->used < n) {
        size_t size = n > BLOCK ? n : BLOCK;
        struct store_stage_block *block = malloc(sizeof *block + size);
        if (!block)
            return NULL;
        block->next = NULL;
        block->used = 0;
        block->size = size;
        *(b->tail ? &b->tail->next : &b->head) = block;
        b->tail = block;
    }
    char *at = b->tail->bytes + b->tail->used;
    b->tail->used += n;
    b->staged_bytes += (int64_t)n;
    return at;
}

bool store_stage_put(struct store_batch *b, const struct store_stage_record *r, struct err *err)
{
    size_t n = sizeof *r + r->id_len + r->len;
    char *at = b->staged_bytes + (int64_t)n > STORE_STAGED_MAX ? NULL : room(b, n);
    if (!at)
        return err_set(err, ERR_TRANSIENT, "cannot take more of source '%s': %lld MiB are staged", b->source,
                       (long long)(b->staged_bytes >> 20));
    memcpy(at, r, sizeof *r);
    memcpy(at + sizeof *r, r->id, r->id_len);
    if (r->len)
        memcpy(at + sizeof *r + r->id_len, r->bytes, r->len);
    return true;
}

bool store_stage_next(struct store_batch *b, struct store_stage_record *r)
{
    if (!b->at_block) {
        b->at_block = b->head;
        b->at = 0;
    }
    while (b->at_block && b->at == b->at_block->used && b->at_block->next) {
        /* what is applied is not needed any more */
        b->at_block = b->at_block->next;
        free(b->head);
        b->head = b->at_block;
        b->at = 0;
    }
    if (!b->at_block || b->at == b->at_block->used)
        return false;
    const char *at = b->at_block->bytes + b->at;
    memcpy(r, at, sizeof *r);
    r->id = at + sizeof *r;
    r->bytes = r->id + r->id_len;
    b->at += (sizeof *r + r->id_len + r->len + ALIGN - 1) / ALIGN * ALIGN;
    return true;
}

void store_stage_release(struct store_batch *b)
{
    for (struct store_stage_block *block = b->head, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    b->head = b->tail = b->at_block = NULL;
    b->staged_bytes = 0;
}

void store_stage_mark(struct store_batch *b, size_t position)
{
    if (position / 8 >= b->seen_size) {
        size_t size = position / 4 + 64;
        b->seen = mem_grow(b->seen, size, 1);
        memset(b->seen + b->seen_size, 0, size - b->seen_size);
        b->seen_size = size;
    }
    b->seen[position / 8] |= (uint8_t)(1u << position % 8);
}

bool store_stage_marked(const struct store_batch *b, size_t position)
{
    return position / 8 < b->seen_size && (b->seen[position / 8] & 1u << position % 8);
}
