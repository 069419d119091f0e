#include "sim/heap.h"

#include <stdlib.h>

#include "base/mem.h"

static bool before(const struct happening *a, const struct happening *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

void heap_release(struct heap *h)
{
    if (h == NULL)
        return;
    free(h->items);
    *h = (struct heap){0};
}

void heap_add(struct heap *h, struct happening item)
{
    size_t at = h->n++;

    if (h->n > h->cap) {
        h->cap = h->cap ? h->cap * 2 : 64;
        h->items = mem_grow(h->items, h->cap, sizeof *h->items);
    }
    item.order = h->inserted++;
    for (size_t up; at > 0 && before(&item, &h->items[up = (at - 1) / 2]); at = up)
        h->items[at] = h->items[up];
    h->items[at] = item;
}

static void sink(struct heap *h, struct happening item)
{
    size_t at = 0;

    for (size_t down; (down = 2 * at + 1) < h->n; at = down) {
        if (down + 1 < h->n && before(&h->items[down + 1], &h->items[down]))
            down++;
        if (!before(&h->items[down], &item))
            break;
        h->items[at] = h->items[down];
    }
    h->items[at] = item;
}

bool heap_take(struct heap *h, int64_t until_ms, struct happening *out)
{
    if (h->n == 0 || h->items[0].at_ms > until_ms)
        return false;
    *out = h->items[0];
    if (--h->n > 0)
        sink(h, h->items[h->n]);
    return true;
}
