#ifndef HUBTOP_JSON_KEYS_H
#define HUBTOP_JSON_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The names of the members of all objects that are open: a stack of sets in one hash table. Removing in the reverse
 * order of adding leaves every probe chain as it was, so nothing needs a tombstone. It keeps hashes alone: a false
 * duplicate among a million names has a chance of 2^-25. */
struct json_keys {
    uint64_t seed;
    uint64_t *slots; /* 0 is free */
    size_t size;     /* a power of two, at least twice `count` */
    size_t *stack;   /* where they lie, as they were added */
    size_t count;
    uint64_t object; /* number of the last object that was opened */
};

/* Of a name, never 0; whoever knows the seed can make names that collide. */
uint64_t json_keys_hash(uint64_t seed, const char *name, size_t n);

struct json_keys json_keys_make(uint64_t seed);
void json_keys_release(struct json_keys *k);

/* An object begins: its number, for json_keys_add(). */
uint64_t json_keys_open(struct json_keys *k);

/* Adds a name to an open object; true when the object already has it. */
bool json_keys_add(struct json_keys *k, uint64_t object, const char *name, size_t n);

/* Forgets all but the first `count` names. */
void json_keys_drop(struct json_keys *k, size_t count);

#endif
