#ifndef HUBTOP_BASE_ARENA_H
#define HUBTOP_BASE_ARENA_H

#include <stddef.h>

/* Memory that is freed all at once. `{0}` is a valid empty arena. */
struct arena {
    struct arena_block *head;
    size_t used_bytes; /* of all blocks, what was handed out */
};

/* Memory of `n` bytes, zeroed, aligned for any object, owned by the arena. Ends the process with a message when memory
 * is exhausted: nothing smaller than the process can go on then. */
void *arena_alloc(struct arena *a, size_t n);

/* As arena_alloc(), but what the bytes hold is not said: for whoever writes them all. */
void *arena_take(struct arena *a, size_t n);

/* A NUL-terminated copy of `n` bytes, owned by the arena. */
char *arena_copy(struct arena *a, const void *bytes, size_t n);

/* Forgets all that was handed out but keeps one block for reuse. */
void arena_reset(struct arena *a);

/* Frees everything; the arena is empty and valid. Accepts NULL. */
void arena_release(struct arena *a);

#endif
