#include "query_private.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { SLOTS_MAX = 1 << 27, BLOCK = 16, TABLE_MIN = 64, LOOK_EACH = 512 };

void query_set_release(struct query_set *set)
{
    query_room_release(&set->room);
    row_holder_release(&set->holder);
    free(set->rows);
    free(set->flags);
    free(set->table);
    free(set->free);
    free(set->touched);
    free(set->held);
    *set = (struct query_set){.kind = set->kind};
}

enum { HEAD_BYTES = offsetof(struct query_row, bytes), LOW_BITS = 32, HELD_LOW_BITS = 16 };

static size_t bytes_of(const struct query_row *row)
{
    return HEAD_BYTES + row->id_len + query_row_held_len(row);
}

static uint64_t key_of(int64_t source, int64_t seq)
{
    return (uint64_t)(source << STORE_KEY_SOURCE_SHIFT | seq);
}

/* splitmix64's finalizer (Steele, Lea, Flood 2014), over blocks of BLOCK: the numbers are the writer's own, dense from 0, and
 * come in order, so that those of a block share a cache line of the table, and the rows that are compared lie together. */
static size_t home(const struct query_set *set, uint64_t key)
{
    size_t in_block = (size_t)(key & (BLOCK - 1));
    key /= BLOCK;
    key = (key ^ key >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    key = (key ^ key >> 27) * UINT64_C(0x94d049bb133111eb);
    return ((size_t)(key ^ key >> 31) * BLOCK + in_block) & (set->table_size - 1);
}

static size_t home_of_slot(const struct query_set *set, uint32_t slot)
{
    const struct query_row *row = query_set_row(set, slot);
    return home(set, key_of(row->source, query_row_seq(row)));
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
        const struct query_row *row = query_set_row(set, set->table[i] - 1);
        if (query_row_seq(row) == seq && row->source == source)
            break;
    }
    return i;
}

bool query_set_has(const struct query_set *set, int64_t source, int64_t seq)
{
    return set->table_size > 0 && set->table[find(set, source, seq)] != 0;
}

static void new_table(struct query_set *set, size_t size)
{
    free(set->table);
    set->table_size = size;
    set->table = mem_new(size, sizeof *set->table);
}

static void grow_table(struct query_set *set)
{
    new_table(set, set->table_size ? set->table_size * 2 : TABLE_MIN);
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
    set->rows[set->used] = 0;
    set->flags[set->used] = 0;
    return (uint32_t)set->used++;
}

static void forget_row(struct query_set *set, uint32_t slot)
{
    struct query_row *row = query_set_row(set, slot);
    row_held_drop(&set->holder, set->kind, row->bytes + row->id_len, query_row_held_len(row));
    query_room_free(&set->room, set->rows[slot], bytes_of(row));
    set->rows[slot] = 0;
}

/* Writes a row into a free slot. */
static void keep_row(struct query_set *set, uint32_t slot, const struct store_blob_record *r)
{
    if (set->room_for_held < ROW_HELD_ROOM(r->packed_len)) {
        set->room_for_held = ROW_HELD_ROOM(r->packed_len) * 2;
        set->held = mem_grow(set->held, set->room_for_held, 1);
    }
    size_t n = row_hold(&set->holder, set->kind, r->packed, r->packed_len, set->held);
    set->rows[slot] = query_room_new(&set->room, HEAD_BYTES + r->id_len + n);
    struct query_row *row = query_set_row(set, slot);
    uint64_t letters = text_letters(text_from(r->id, r->id_len), false, NULL);
    *row = (struct query_row){
        .letters_low = (uint32_t)letters,
        .letters_high = (uint32_t)(letters >> LOW_BITS),
        .since_low = (uint32_t)r->since_ms,
        .since_high = (uint16_t)(r->since_ms >> LOW_BITS),
        .seq_low = (uint32_t)r->seq,
        .seq_high = (uint8_t)(r->seq >> LOW_BITS),
        .source = (uint16_t)r->source,
        .id_len = (uint16_t)r->id_len,
        .held_low = (uint16_t)n,
        .held_high = (uint8_t)(n >> HELD_LOW_BITS),
    };
    memcpy(row->bytes, r->id, r->id_len);
    memcpy(row->bytes + r->id_len, set->held, n);
}

static void put(struct query_set *set, const struct store_blob_record *r)
{
    if (set->live + 1 > set->table_size - set->table_size / 4)
        grow_table(set);
    size_t i = find(set, r->source, r->seq);
    if (set->table[i]) {
        uint32_t slot = set->table[i] - 1;
        const struct query_row *was = query_set_row(set, slot);
        /* a number that is used again may carry another id */
        bool same = was->id_len == r->id_len && memcmp(was->bytes, r->id, r->id_len) == 0;
        forget_row(set, slot);
        keep_row(set, slot, r);
        touch(set, slot, same ? 0 : QUERY_SET_MOVED);
        return;
    }
    if (set->used >= SLOTS_MAX && !set->free_n)
        return;
    uint32_t slot = new_slot(set);
    keep_row(set, slot, r);
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
    forget_row(set, slot);
    set->live--;
    touch(set, slot, QUERY_SET_MOVED);
}

void query_set_append(struct query_set *set, const struct store_blob_record *r)
{
    if (set->used >= SLOTS_MAX && !set->free_n)
        return;
    uint32_t slot = new_slot(set);
    keep_row(set, slot, r);
    set->live++;
}

bool query_set_link(struct query_set *set, size_t *at, int64_t until_us)
{
    if (*at == 0) {
        size_t size = TABLE_MIN;
        while (set->live + 1 > size - size / 4)
            size *= 2;
        new_table(set, size);
    }
    while (*at < set->used) {
        link_slot(set, (uint32_t)(*at)++);
        if (*at % LOOK_EACH == 0 && clock_mono_us() >= until_us)
            return false;
    }
    return true;
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
