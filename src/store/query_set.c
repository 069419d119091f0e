#include "query_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { SLOTS_MAX = 1 << 27 };

void query_set_release(struct query_set *set)
{
    for (size_t i = 0; i < set->used; i++)
        free(set->rows[i]);
    free(set->rows);
    free(set->flags);
    free(set->table);
    free(set->free);
    free(set->touched);
    memset(set, 0, sizeof *set);
}

static uint64_t key_of(int64_t source, int64_t seq)
{
    return (uint64_t)(source << STORE_KEY_SOURCE_SHIFT | seq);
}

/* splitmix64's finalizer (Steele, Lea, Flood 2014). The numbers are the writer's own, dense from 0. */
static size_t home(const struct query_set *set, uint64_t key)
{
    key = (key ^ key >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    key = (key ^ key >> 27) * UINT64_C(0x94d049bb133111eb);
    return (size_t)(key ^ key >> 31) & (set->table_size - 1);
}

static size_t home_of_slot(const struct query_set *set, uint32_t slot)
{
    return home(set, key_of(set->rows[slot]->source, set->rows[slot]->seq));
}

static void link_slot(struct query_set *set, uint32_t slot)
{
    size_t i = home_of_slot(set, slot);
    while (set->table[i])
        i = (i + 1) & (set->table_size - 1);
    set->table[i] = slot + 1;
}

/* The place in the table of a row that is there, or of the gap that says it is not. */
static size_t find(const struct query_set *set, int64_t source, int64_t seq)
{
    size_t i = home(set, key_of(source, seq));
    for (; set->table[i]; i = (i + 1) & (set->table_size - 1)) {
        const struct query_row *row = set->rows[set->table[i] - 1];
        if (row->seq == seq && row->source == source)
            break;
    }
    return i;
}

bool query_set_has(const struct query_set *set, int64_t source, int64_t seq)
{
    return set->table_size > 0 && set->table[find(set, source, seq)] != 0;
}

static void grow_table(struct query_set *set)
{
    set->table_size = set->table_size ? set->table_size * 2 : 64;
    free(set->table);
    set->table = mem_new(set->table_size, sizeof *set->table);
    for (size_t s = 0; s < set->used; s++)
        if (set->rows[s])
            link_slot(set, (uint32_t)s);
}

static void unlink_hole(struct query_set *set, size_t hole)
{
    size_t mask = set->table_size - 1;
    for (size_t i = (hole + 1) & mask; set->table[i]; i = (i + 1) & mask) {
        size_t want = home_of_slot(set, set->table[i] - 1);
        if (((i - want) & mask) >= ((i - hole) & mask)) {
            set->table[hole] = set->table[i];
            hole = i;
        }
    }
    set->table[hole] = 0;
}

static void touch(struct query_set *set, uint32_t slot, unsigned flags)
{
    if (!(set->flags[slot] & QUERY_SET_TOUCHED)) {
        if (set->touched_n == set->touched_cap) {
            set->touched_cap = set->touched_cap ? set->touched_cap * 2 : 256;
            set->touched = mem_grow(set->touched, set->touched_cap, sizeof *set->touched);
        }
        set->touched[set->touched_n++] = slot;
    }
    set->flags[slot] |= (uint8_t)(QUERY_SET_TOUCHED | flags);
}

static uint32_t new_slot(struct query_set *set)
{
    if (set->free_n)
        return set->free[--set->free_n];
    if (set->used == set->cap) {
        set->cap = set->cap ? set->cap + set->cap / 2 : 64;
        set->rows = mem_grow(set->rows, set->cap, sizeof *set->rows);
        set->flags = mem_grow(set->flags, set->cap, sizeof *set->flags);
    }
    set->rows[set->used] = NULL;
    set->flags[set->used] = 0;
    return (uint32_t)set->used++;
}

static struct query_row *row_of(const struct store_blob_record *r)
{
    struct query_row *row = malloc(sizeof *row + r->id_len + r->packed_len);
    if (!row)
        return mem_new(SIZE_MAX / 2, 2); /* ends the process with the message for that */
    row->since_ms = r->since_ms;
    row->seq = r->seq;
    row->source = (uint16_t)r->source;
    row->id_len = (uint16_t)r->id_len;
    row->packed_len = (uint32_t)r->packed_len;
    memcpy(row->bytes, r->id, r->id_len);
    memcpy(row->bytes + r->id_len, r->packed, r->packed_len);
    return row;
}

static void put(struct query_set *set, const struct store_blob_record *r)
{
    if (set->live + 1 > set->table_size - set->table_size / 4)
        grow_table(set);
    size_t i = find(set, r->source, r->seq);
    if (set->table[i]) {
        uint32_t slot = set->table[i] - 1;
        struct query_row *was = set->rows[slot];
        /* a number that is used again may carry another id */
        bool same = was->id_len == r->id_len && memcmp(was->bytes, r->id, r->id_len) == 0;
        set->rows[slot] = row_of(r);
        free(was);
        touch(set, slot, same ? 0 : QUERY_SET_MOVED);
        return;
    }
    if (set->used >= SLOTS_MAX && !set->free_n)
        return;
    uint32_t slot = new_slot(set);
    set->rows[slot] = row_of(r);
    set->live++;
    link_slot(set, slot);
    touch(set, slot, QUERY_SET_MOVED);
}

static void close_slot(struct query_set *set, const struct store_blob_record *r)
{
    size_t i = set->table_size ? find(set, r->source, r->seq) : 0;
    if (!set->table_size || !set->table[i])
        return;
    uint32_t slot = set->table[i] - 1;
    unlink_hole(set, i);
    free(set->rows[slot]);
    set->rows[slot] = NULL;
    set->live--;
    touch(set, slot, QUERY_SET_MOVED);
}

void query_set_apply(struct query_set *set, const struct store_blob_record *r)
{
    if (r->op == STORE_BLOB_PUT)
        put(set, r);
    else
        close_slot(set, r);
}

void query_set_settle(struct query_set *set)
{
    for (size_t i = 0; i < set->touched_n; i++) {
        uint32_t slot = set->touched[i];
        set->flags[slot] = 0;
        if (set->rows[slot])
            continue;
        if (set->free_n == set->free_cap) {
            set->free_cap = set->free_cap ? set->free_cap * 2 : 64;
            set->free = mem_grow(set->free, set->free_cap, sizeof *set->free);
        }
        set->free[set->free_n++] = slot;
    }
    free(set->touched);
    set->touched = NULL;
    set->touched_n = set->touched_cap = 0;
}
