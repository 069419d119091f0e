/* Any bytes, as text from outside: what is shown is valid UTF-8 without a control, bidi or invisible character, and as
 * wide as it says. The first byte is the width that it is cut to. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                            \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int columns_of(const char *shown, size_t n)
{
    int columns = 0;
    uint32_t cp;

    for (size_t at = 0, length; at < n; at += length) {
        length = text_decode(shown + at, n - at, &cp);
        CHECK(length > 0);
        CHECK(cp >= 0x20 && cp != 0x7F && !text_hidden(cp));
        CHECK(!(cp >= 0x200B && cp <= 0x200F) && !(cp >= 0x202A && cp <= 0x202E) && !(cp >= 0x2066 && cp <= 0x2069));
        CHECK(cp != 0x061C && cp != 0xFEFF && cp != 0x2060);
        columns += text_width_of(cp);
    }
    return columns;
}

static void check_cells(struct safe_text t)
{
    struct text_iter it = text_iter_make(t);
    struct text_cell cell;
    int sum = 0;

    while (text_next(&it, &cell)) {
        CHECK(cell.width == 1 || cell.width == 2);
        CHECK(columns_of(cell.utf8, strlen(cell.utf8)) == cell.width);
        sum += cell.width;
    }
    CHECK(sum == text_width(t));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct safe_text t = text_from(data + 1, size - 1);
    struct buf out = buf_make(size * 8);
    int whole = text_width(t), max = data[0];
    char array[40];

    check_cells(t);
    CHECK(text_show(t, -1, &out) == whole);
    CHECK(columns_of(buf_str(&out), out.len) == whole);
    buf_clear(&out);
    CHECK(text_show(t, max, &out) == (whole < max ? whole : max));
    CHECK(columns_of(buf_str(&out), out.len) == (whole < max ? whole : max));
    text_show_in(t, array, 1 + data[0] % sizeof array);
    columns_of(array, strlen(array));
    CHECK(text_contains(t, t, data[0] & 1));
    buf_release(&out);
    return 0;
}
