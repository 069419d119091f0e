#include "base/json_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { SIZE_MIN = 256 };

struct json_keys json_keys_make(uint64_t seed)
{
    return (struct json_keys){.seed = seed};
}

void json_keys_release(struct json_keys *k)
{
    if (k == NULL)
        return;
    free(k->slots);
    free(k->stack);
    *k = (struct json_keys){.seed = k->seed};
}

uint64_t json_keys_open(struct json_keys *k)
{
    return ++k->object;
}

/* The mixing step of MurmurHash3's 64-bit finaliser. */
static uint64_t mix(uint64_t h)
{
    h ^= h >> 33;
    h *= UINT64_C(0xff51afd7ed558ccd);
    h ^= h >> 33;
    h *= UINT64_C(0xc4ceb9fe1a85ec53);
    return h ^ h >> 33;
}

static uint64_t hash_of(uint64_t seed, const char *name, size_t n)
{
    uint64_t h = mix(seed ^ n), word;

    for (; n >= sizeof word; name += sizeof word, n -= sizeof word) {
        memcpy(&word, name, sizeof word);
        h = mix(h ^ word);
    }
    word = 0;
    memcpy(&word, name, n);
    h = mix(h ^ word);
    return h != 0 ? h : 1;
}

/* The slot that holds the hash, or the free one where it belongs. */
static size_t slot_of(const struct json_keys *k, uint64_t hash)
{
    size_t at = hash & (k->size - 1);

    while (k->slots[at] != 0 && k->slots[at] != hash)
        at = (at + 1) & (k->size - 1);
    return at;
}

static void grow(struct json_keys *k)
{
    k->size = k->size != 0 ? k->size * 2 : SIZE_MIN;
    free(k->slots);
    k->slots = mem_new(k->size, sizeof *k->slots);
    k->stack = mem_grow(k->stack, k->size / 2, sizeof *k->stack);
    for (size_t i = 0; i < k->count; i++)
        k->slots[slot_of(k, k->stack[i])] = k->stack[i];
}

bool json_keys_add(struct json_keys *k, uint64_t object, const char *name, size_t n)
{
    uint64_t hash = hash_of(k->seed + object * UINT64_C(0x9e3779b97f4a7c15), name, n);

    if (k->count >= k->size / 2)
        grow(k);
    size_t at = slot_of(k, hash);
    if (k->slots[at] == hash)
        return true;
    k->slots[at] = hash;
    k->stack[k->count++] = hash;
    return false;
}

void json_keys_drop(struct json_keys *k, size_t count)
{
    while (k->count > count)
        k->slots[slot_of(k, k->stack[--k->count])] = 0;
}
