#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "domain/filter.h"

/* A kind's number, an expression, NUL, a packed row. Packed and unpacked rows agree. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void match(const struct filter *f, enum kind kind, const uint8_t *bytes, size_t n)
{
    struct row row = {.id = text_of("fra/12"), .source = text_of("fra")};

    if (!row_unpack(kind, bytes, n, &row, NULL))
        return;
    if (filter_match(f, &row) != filter_match_held(f, kind, row.id, text_letters(row.id, false, NULL), row.source,
                                                   &(struct row_held){bytes, n, NULL}))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 1 ? memchr(data + 1, 0, size - 1) : NULL;
    struct err err = {0};

    if (end == NULL)
        return 0;
    enum kind kind = (enum kind)(1 + data[0] % (KIND_COUNT - 1));
    struct filter *f = filter_new(kind, (const char *)data + 1, &err);
    if (f == NULL) {
        if (err.kind != ERR_INPUT || err.text[0] == '\0' || err_status(&err) != 64)
            abort();
        return 0;
    }
    filter_set_now(f, INT64_C(1795230000000));
    match(f, kind, end + 1, size - (size_t)(end + 1 - data));
    filter_free(f);
    return 0;
}
