#include "store_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void store_index_release(struct store_index *ix)
{
    free(ix->entries);
    free(ix->table);
    free(ix->free);
    memset(ix, 0, sizeof *ix);
}

static size_t home(const struct store_index *ix, uint64_t id_hash)
{
    return (size_t)id_hash & (ix->table_size - 1);
}

int64_t store_index_find(const struct store_index *ix, uint64_t id_hash)
{
    if (!ix->table_size)
        return -1;
    for (size_t i = home(ix, id_hash); ix->table[i]; i = (i + 1) & (ix->table_size - 1))
        if (ix->entries[ix->table[i] - 1].id_hash == id_hash)
            return ix->table[i] - 1;
    return -1;
}

static void link_position(struct store_index *ix, size_t position)
{
    size_t i = home(ix, ix->entries[position].id_hash);
    while (ix->table[i])
        i = (i + 1) & (ix->table_size - 1);
    ix->table[i] = (uint32_t)position + 1;
}

static void grow_table(struct store_index *ix)
{
    ix->table_size = ix->table_size ? ix->table_size * 2 : 64;
    free(ix->table);
    ix->table = mem_new(ix->table_size, sizeof *ix->table);
    for (size_t p = 0; p < ix->used; p++)
        if (ix->entries[p].seq >= 0)
            link_position(ix, p);
}

size_t store_index_add(struct store_index *ix, const struct store_index_entry *e)
{
    if (ix->live + 1 > ix->table_size - ix->table_size / 4)
        grow_table(ix);
    size_t position;
    if (ix->free_n) {
        position = ix->free[--ix->free_n];
    } else {
        if (ix->used == ix->cap) {
            ix->cap = ix->cap ? ix->cap + ix->cap / 2 : 48;
            ix->entries = mem_grow(ix->entries, ix->cap, sizeof *ix->entries);
        }
        position = ix->used++;
    }
    ix->entries[position] = *e;
    ix->live++;
    link_position(ix, position);
    return position;
}

/* Backward-shift deletion (Knuth, vol. 3, 6.4, algorithm R): no tombstones. */
static void unlink_slot(struct store_index *ix, size_t hole)
{
    size_t mask = ix->table_size - 1;
    for (size_t i = (hole + 1) & mask; ix->table[i]; i = (i + 1) & mask) {
        size_t want = home(ix, ix->entries[ix->table[i] - 1].id_hash);
        if (((i - want) & mask) >= ((i - hole) & mask)) {
            ix->table[hole] = ix->table[i];
            hole = i;
        }
    }
    ix->table[hole] = 0;
}

void store_index_remove(struct store_index *ix, size_t position)
{
    size_t i = home(ix, ix->entries[position].id_hash);
    while (ix->table[i] != (uint32_t)position + 1)
        i = (i + 1) & (ix->table_size - 1);
    unlink_slot(ix, i);
    ix->entries[position].seq = -1;
    if (ix->free_n == ix->free_cap) {
        ix->free_cap = ix->free_cap ? ix->free_cap * 2 : 64;
        ix->free = mem_grow(ix->free, ix->free_cap, sizeof *ix->free);
    }
    ix->free[ix->free_n++] = (uint32_t)position;
    ix->live--;
}
