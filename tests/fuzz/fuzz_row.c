#include <stdint.h>
#include <stdlib.h>

#include "domain/row.h"

/* Packed rows from anybody: the first byte is the kind. What can be read is written and read again. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void again(const struct row *row)
{
    struct buf b = buf_make(1 << 20);
    struct row back = {0};

    require(row_pack(row, &b, NULL) && row_unpack(row->kind, b.data, b.len, &back, NULL));
    for (size_t f = 0; f < kind_info(row->kind)->field_count; f++)
        if (!(kind_info(row->kind)->fields[f].flags & FIELD_SAMPLED))
            require(value_equal(&row->cells[f], &back.cells[f]));
    buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct row row = {0};

    if (size == 0)
        return 0;
    enum kind kind = (enum kind)(data[0] % KIND_COUNT);
    bool ok = row_unpack(kind, data + 1, size - 1, &row, NULL);
    for (int f = -1; f <= KIND_FIELDS_MAX; f++) {
        struct value v = row_peek(kind, data + 1, size - 1, f);
        if (ok && f >= 0 && f < KIND_FIELDS_MAX)
            require(value_equal(&v, &row.cells[f]));
    }
    if (ok)
        again(&row);
    return 0;
}
