#ifndef HUBTOP_SRC_QUERY_ROOM_H
#define HUBTOP_SRC_QUERY_ROOM_H

#include <stddef.h>
#include <stdint.h>

/* Memory for a million small records, each known by a 32-bit place, without the 16 bytes that malloc takes for each. A place is a
 * block and a unit of four bytes in it; what is freed is used again for records of the same size. `{0}` is a valid empty one. */
struct query_room {
    uint32_t **blocks;
    uint32_t n_blocks, cap_blocks;
    uint32_t *spare; /* numbers of blocks to use again */
    uint32_t n_spare, cap_spare;
    uint32_t at, end; /* the rest of the newest block; `end` 0: there is none */
    uint32_t *free;   /* by units: the first free place; in it stands the next one */
};

enum { QUERY_ROOM_UNIT_BITS = 14, QUERY_ROOM_UNITS = 1 << QUERY_ROOM_UNIT_BITS };

void query_room_release(struct query_room *room);

/* A place for `bytes`, not zeroed, aligned to four; never 0. Ends the process when memory is exhausted. */
uint32_t query_room_new(struct query_room *room, size_t bytes);
/* `bytes` is what it was made for. */
void query_room_free(struct query_room *room, uint32_t place, size_t bytes);

static inline void *query_room_at(const struct query_room *room, uint32_t place)
{
    return room->blocks[place >> QUERY_ROOM_UNIT_BITS] + (place & (QUERY_ROOM_UNITS - 1));
}

#endif
