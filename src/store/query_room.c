#include "query_room.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Larger records have a block of their own. */
enum { UNIT = 4, SMALL_UNITS = 2048, BLOCKS_MAX = 1 << (32 - QUERY_ROOM_UNIT_BITS) };

void query_room_release(struct query_room *room)
{
    for (uint32_t i = 0; i < room->n_blocks; i++)
        free(room->blocks[i]);
    free(room->blocks);
    free(room->spare);
    free(room->free);
    memset(room, 0, sizeof *room);
}

static uint32_t new_block(struct query_room *room, size_t units)
{
    uint32_t number = room->n_blocks;
    if (room->n_spare) {
        number = room->spare[--room->n_spare];
    } else if (room->n_blocks == room->cap_blocks) {
        room->cap_blocks = room->cap_blocks ? room->cap_blocks * 2 : 16;
        room->blocks = mem_grow(room->blocks, room->cap_blocks, sizeof *room->blocks);
    }
    if (number == BLOCKS_MAX)
        units = SIZE_MAX / 2; /* 16 GB: ends the process with the message for that */
    uint32_t *block = malloc(units < SIZE_MAX / UNIT ? units * UNIT : SIZE_MAX);
    room->blocks[number] = block ? block : mem_new(SIZE_MAX / 2, 2);
    room->n_blocks += number == room->n_blocks;
    return number;
}

static uint32_t new_small(struct query_room *room, uint32_t units)
{
    if (!room->free)
        room->free = mem_new(SMALL_UNITS + 1, sizeof *room->free);
    uint32_t place = room->free[units];
    if (place) {
        memcpy(&room->free[units], query_room_at(room, place), sizeof place);
        return place;
    }
    if (!room->end || room->end - room->at < units) {
        room->at = new_block(room, QUERY_ROOM_UNITS) << QUERY_ROOM_UNIT_BITS;
        room->end = room->at + QUERY_ROOM_UNITS;
        room->at += room->at == 0; /* no record has the place 0 */
    }
    place = room->at;
    room->at += units;
    return place;
}

uint32_t query_room_new(struct query_room *room, size_t bytes)
{
    size_t units = (bytes + UNIT - 1) / UNIT;
    if (units <= SMALL_UNITS)
        return new_small(room, (uint32_t)units);
    return new_block(room, units + 1) << QUERY_ROOM_UNIT_BITS | 1;
}

static void free_block(struct query_room *room, uint32_t number)
{
    free(room->blocks[number]);
    room->blocks[number] = NULL;
    if (room->n_spare == room->cap_spare) {
        room->cap_spare = room->cap_spare ? room->cap_spare * 2 : 16;
        room->spare = mem_grow(room->spare, room->cap_spare, sizeof *room->spare);
    }
    room->spare[room->n_spare++] = number;
}

void query_room_free(struct query_room *room, uint32_t place, size_t bytes)
{
    size_t units = (bytes + UNIT - 1) / UNIT;
    if (units > SMALL_UNITS) {
        free_block(room, place >> QUERY_ROOM_UNIT_BITS);
        return;
    }
    memcpy(query_room_at(room, place), &room->free[units], sizeof place);
    room->free[units] = place;
}
