#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sources/netbox.h"

enum { FIRST_SLOTS = 256 };

void netbox_map_release(struct netbox_map *m)
{
    free(m->keys);
    free(m->slots);
    *m = (struct netbox_map){0};
}

void netbox_map_clear(struct netbox_map *m)
{
    m->count = 0;
    if (m->slot_count > 0)
        memset(m->slots, 0, m->slot_count * sizeof *m->slots);
}

/* splitmix64's finalizer (Steele, Lea, Flood 2014). */
static size_t slot_of(const struct netbox_map *m, int64_t key)
{
    uint64_t x = (uint64_t)key + UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    size_t at = (size_t)(x ^ x >> 31) & (m->slot_count - 1);
    while (m->slots[at] != 0 && m->keys[m->slots[at] - 1] != key)
        at = (at + 1) & (m->slot_count - 1);
    return at;
}

static void grow(struct netbox_map *m)
{
    m->slot_count = m->slot_count > 0 ? 2 * m->slot_count : FIRST_SLOTS;
    free(m->slots);
    m->slots = mem_new(m->slot_count, sizeof *m->slots);
    for (size_t i = 0; i < m->count; i++)
        m->slots[slot_of(m, m->keys[i])] = (uint32_t)(i + 1);
}

size_t netbox_map_put(struct netbox_map *m, int64_t key)
{
    if (2 * (m->count + 1) > m->slot_count)
        grow(m);
    size_t at = slot_of(m, key);
    if (m->slots[at] != 0)
        return m->slots[at] - 1;
    if (m->count == m->cap) {
        m->cap = m->cap > 0 ? 2 * m->cap : FIRST_SLOTS / 2;
        m->keys = mem_grow(m->keys, m->cap, sizeof *m->keys);
    }
    m->keys[m->count++] = key;
    m->slots[at] = (uint32_t)m->count;
    return m->count - 1;
}

size_t netbox_map_find(const struct netbox_map *m, int64_t key)
{
    if (m->count == 0)
        return NETBOX_NONE;
    size_t at = slot_of(m, key);
    return m->slots[at] != 0 ? m->slots[at] - 1 : NETBOX_NONE;
}
