#include "base/json_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { SIZE_MIN = 64 };

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

static uint64_t load(const char *p, size_t n)
{
    uint64_t word = 0;

    /* Constant sizes: a memcpy() of n bytes would be a call. */
    if (n >= 8) {
        memcpy(&word, p, 8);
    } else if (n >= 4) {
        uint32_t low, high;
        memcpy(&low, p, 4);
        memcpy(&high, p + n - 4, 4);
        word = (uint64_t)high << 32 | low;
    } else if (n > 0) {
        word = (uint64_t)(unsigned char)p[0] << 16 | (uint64_t)(unsigned char)p[n / 2] << 8 | (unsigned char)p[n - 1];
    }
    return word;
}

uint64_t json_keys_hash(uint64_t seed, const char *name, size_t n)
{
    uint64_t h = seed ^ n;

    for (; n > 8; name += 8, n -= 8) {
        h = (h ^ load(name, 8)) * UINT64_C(0xff51afd7ed558ccd);
        h ^= h >> 32;
    }
    h = (h ^ load(name, n)) * UINT64_C(0xc4ceb9fe1a85ec53);
    h ^= h >> 29;
    h *= UINT64_C(0xff51afd7ed558ccd); /* the finaliser of MurmurHash3, nearly */
    h ^= h >> 32;
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
    uint64_t *former = k->slots;

    k->size = k->size != 0 ? k->size * 2 : SIZE_MIN;
    k->slots = mem_new(k->size, sizeof *k->slots);
    k->stack = mem_grow(k->stack, k->size / 2, sizeof *k->stack);
    for (size_t i = 0; i < k->count; i++) {
        uint64_t hash = former[k->stack[i]];

        k->stack[i] = slot_of(k, hash);
        k->slots[k->stack[i]] = hash;
    }
    free(former);
}

bool json_keys_add(struct json_keys *k, uint64_t object, const char *name, size_t n)
{
    uint64_t hash = json_keys_hash(k->seed + object * UINT64_C(0x9e3779b97f4a7c15), name, n);

    if (k->count >= k->size / 2)
        grow(k);
    size_t at = slot_of(k, hash);
    if (k->slots[at] == hash)
        return true;
    k->slots[at] = hash;
    k->stack[k->count++] = at;
    return false;
}

void json_keys_drop(struct json_keys *k, size_t count)
{
    while (k->count > count)
        k->slots[k->stack[--k->count]] = 0;
}
