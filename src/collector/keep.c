#include "collector/keep.h"

#include <stdlib.h>

#include "base/mem.h"

/* What safe_text cannot give without its bytes is copied through a buffer of the text's own length. */
static struct safe_text own(struct arena *a, struct safe_text t)
{
    struct buf copy = buf_make(text_len(t) + 1);
    struct safe_text in_copy = text_copy(&copy, t);
    struct safe_text owned = text_from(arena_copy(a, buf_str(&copy), text_len(in_copy)), text_len(in_copy));
    buf_release(&copy);
    return owned;
}

void keep_release(struct keep *k)
{
    free(k->rows);
    arena_release(&k->arena);
    *k = (struct keep){0};
}

void keep_clear(struct keep *k)
{
    k->count = 0;
    arena_reset(&k->arena);
}

void keep_add(struct keep *k, const struct row *row)
{
    if (k->count == k->cap) {
        k->cap = k->cap ? 2 * k->cap : 16;
        k->rows = mem_grow(k->rows, k->cap, sizeof *k->rows);
    }
    struct row *r = &k->rows[k->count++];
    *r = *row;
    r->id = own(&k->arena, row->id);
    r->source = own(&k->arena, row->source);
    for (size_t i = 0; i < KIND_FIELDS_MAX; i++) {
        if (r->cells[i].type == VALUE_TEXT || r->cells[i].type == VALUE_LIST)
            r->cells[i].as.text = own(&k->arena, r->cells[i].as.text);
    }
}
