#include "domain/rows.h"

#include <stdlib.h>

#include "base/mem.h"

void rows_release(struct rows *r)
{
    free(r->all);
    arena_release(&r->arena);
    *r = (struct rows){0};
}

void rows_clear(struct rows *r)
{
    r->count = 0;
    arena_reset(&r->arena);
}

struct safe_text rows_text(struct arena *arena, struct safe_text t)
{
    size_t n = text_len(t);
    /* A buffer over the arena's memory that never grows: what safe_text does not give without its bytes. */
    struct buf b = {.data = arena_alloc(arena, n + 1), .cap = n, .max = n};

    return text_copy(&b, t);
}

struct value rows_value(struct arena *arena, const struct value *v)
{
    struct value copy = *v;

    if (v->type == VALUE_TEXT || v->type == VALUE_LIST)
        copy.as.text = rows_text(arena, v->as.text);
    return copy;
}

struct row *rows_add(struct rows *r, const struct row *row)
{
    if (r->count == r->cap) {
        r->cap = r->cap > 0 ? 2 * r->cap : 1;
        r->all = mem_grow(r->all, r->cap, sizeof *r->all);
    }
    struct row *copy = &r->all[r->count++];
    *copy = *row;
    copy->id = rows_text(&r->arena, row->id);
    copy->source = rows_text(&r->arena, row->source);
    for (size_t f = 0; f < KIND_FIELDS_MAX; f++)
        copy->cells[f] = rows_value(&r->arena, &row->cells[f]);
    return copy;
}
