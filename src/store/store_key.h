#ifndef HUBTOP_SRC_STORE_KEY_H
#define HUBTOP_SRC_STORE_KEY_H

#include <stdbool.h>
#include <stdint.h>

/* Keys of cache.db's tables. A row of the present is (kind, source, seq) in one integer: a kind and a source are
 * ranges of the table, opening a row is an append, and no second index is needed: the writer finds a row's number in
 * memory. A change is (kind, rev); a chunk of a keyframe (segment, seq). */

enum {
    STORE_KEY_KIND_SHIFT = 56,
    STORE_KEY_SOURCE_SHIFT = 40,
    STORE_KEY_CHUNK_SHIFT = 24,
    STORE_KEY_SOURCES_MAX = 0xffff,
    STORE_KEY_PACKED_MAX = 1 << 20,                /* bytes of one packed row; drivers cut elements far below */
    STORE_KEY_ID_MAX = 4096,                       /* bytes of an id as its source gives it */
    STORE_KEY_FULL_ID_MAX = STORE_KEY_ID_MAX + 24, /* with a job's generation */
};

#define STORE_KEY_SEQ_MAX ((INT64_C(1) << STORE_KEY_SOURCE_SHIFT) - 1)
#define STORE_KEY_REV_MAX ((INT64_C(1) << STORE_KEY_KIND_SHIFT) - 1)

static inline int64_t store_key_row(int kind, int64_t source, int64_t seq)
{
    return ((int64_t)kind << STORE_KEY_KIND_SHIFT) | (source << STORE_KEY_SOURCE_SHIFT) | seq;
}

static inline int64_t store_key_change(int kind, int64_t rev)
{
    return ((int64_t)kind << STORE_KEY_KIND_SHIFT) | rev;
}

static inline int64_t store_key_chunk(int64_t segment, int64_t seq)
{
    return (segment << STORE_KEY_CHUNK_SHIFT) | seq;
}

static inline int64_t store_key_source(int64_t key)
{
    return (key >> STORE_KEY_SOURCE_SHIFT) & STORE_KEY_SOURCES_MAX;
}

static inline int64_t store_key_seq(int64_t key)
{
    return key & STORE_KEY_SEQ_MAX;
}

static inline int64_t store_key_rev(int64_t key)
{
    return key & STORE_KEY_REV_MAX;
}

#endif
