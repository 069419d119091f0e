#ifndef HUBTOP_SIM_HEAP_H
#define HUBTOP_SIM_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is going to happen, ordered by (time, order of insertion). `{0}` is a valid empty heap. */
struct happening {
    int64_t at_ms;
    uint64_t order; /* the heap's own */
    uint16_t what;
    uint32_t index; /* of a job, node, queue …: the receiver's business */
    uint32_t stamp; /* tells a happening that was overtaken */
};

struct heap {
    struct happening *items;
    size_t n, cap;
    uint64_t inserted;
};

void heap_release(struct heap *h);
void heap_add(struct heap *h, struct happening item);
/* Takes the first happening that is due at `until_ms`; false when there is none. */
bool heap_take(struct heap *h, int64_t until_ms, struct happening *out);

#endif
