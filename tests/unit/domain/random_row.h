#ifndef HUBTOP_TESTS_RANDOM_ROW_H
#define HUBTOP_TESTS_RANDOM_ROW_H

#include <stdint.h>
#include <string.h>

#include "domain/row.h"

/* Rows made by chance, always the same for a seed. */

static inline uint64_t random_next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static inline struct safe_text random_text(uint64_t *seed)
{
    static const char *const texts[] = {
        "",
        "waiting",
        "running",
        "train-llm",
        "Train-7B",
        "fra/12",
        "\xe9\x9f\xb6\xe5\x85\xb3",
        "anna",
        "a\x1f"
        "b\x1f"
        "c d",
        "gpu",
        "\x1b[31m\xff",
        "x=1",
        "boris",
        "cpu,gpu",
    };
    return text_of(texts[random_next(seed) % (sizeof texts / sizeof *texts)]);
}

static inline int64_t random_int(uint64_t *seed)
{
    static const int64_t edges[] = {0, 1, -1, 63, 64, 127, 128, INT64_MAX, INT64_MIN, INT64_C(1795230000000)};
    uint64_t r = random_next(seed);

    return r % 3 == 0 ? edges[r / 3 % 10] : (int64_t)(r >> (r % 64)) - 1000;
}

static inline double random_real(uint64_t *seed)
{
    uint64_t r = random_next(seed);

    return r % 2 ? (double)(int64_t)(r >> 40) : (double)(int64_t)r / 1024.0 / 1024.0;
}

static inline struct value random_value(uint64_t *seed, enum value_type type)
{
    switch (type) {
    case VALUE_TEXT:
        return value_text(random_text(seed));
    case VALUE_LIST:
        return value_list(random_text(seed));
    case VALUE_INT:
        return value_int(random_int(seed));
    case VALUE_REAL:
        return value_real(random_real(seed));
    case VALUE_TIME:
        return value_time(random_int(seed));
    case VALUE_BOOL:
        return value_bool(random_next(seed) & 1);
    case VALUE_NONE:
        break;
    }
    return value_none();
}

static inline struct row random_row(uint64_t *seed, enum kind kind)
{
    const struct kind_info *info = kind_info(kind);
    struct row row = {.kind = kind};
    uint64_t known = random_next(seed) | (random_next(seed) % 2 ? UINT64_MAX : 0);

    row.id = random_text(seed);
    row.source = random_text(seed);
    for (size_t f = 0; f < info->field_count; f++)
        if (known >> f & 1)
            row.cells[f] = random_value(seed, info->fields[f].type);
    return row;
}

#endif
