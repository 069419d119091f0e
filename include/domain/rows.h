#ifndef HUBTOP_DOMAIN_ROWS_H
#define HUBTOP_DOMAIN_ROWS_H

#include <stddef.h>

#include "base/arena.h"
#include "domain/row.h"

/* A list of rows that owns their texts. `{0}` is empty. */
struct rows {
    struct row *all;
    size_t count, cap;
    struct arena arena;
};

void rows_release(struct rows *r);
/* Empties it and keeps its memory. */
void rows_clear(struct rows *r);
/* Appends a copy of the row and of its texts; the copy is valid until the next call. */
struct row *rows_add(struct rows *r, const struct row *row);

/* A copy of a text, or of a value with its text, that the arena owns. */
struct safe_text rows_text(struct arena *arena, struct safe_text t);
struct value rows_value(struct arena *arena, const struct value *v);

#endif
