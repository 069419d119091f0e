#include "store_within.h"

#include <string.h>

#include "store_key.h"

static const struct {
    enum kind kind;
    int field;
} fields[] = {{KIND_RACK, RACK_HALL}, {KIND_DEVICE, DEVICE_RACK}, {KIND_NODE, NODE_RACK}};

int store_within_field(enum kind kind)
{
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (fields[i].kind == kind)
            return fields[i].field;
    return -1;
}

size_t store_within_key(struct safe_text text, char out[STORE_WITHIN_MAX])
{
    size_t n = text_len(text) < STORE_WITHIN_MAX ? text_len(text) : STORE_WITHIN_MAX;
    const char *bytes = text_bytes(text);

    for (size_t i = 0; i < n; i++)
        out[i] = bytes[i] >= 'A' && bytes[i] <= 'Z' ? (char)(bytes[i] - 'A' + 'a') : bytes[i];
    return n;
}

size_t store_within_of(enum kind kind, const void *packed, size_t n, char out[STORE_WITHIN_MAX])
{
    int field = store_within_field(kind);
    struct value v = field < 0 ? value_none() : row_peek(kind, packed, n, field);

    return v.type == VALUE_TEXT ? store_within_key(v.as.text, out) : 0;
}

/* hubtop_within(nr, row): NULL for what lies in nothing. */
static void within(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    int64_t kind = sqlite3_value_int64(argv[0]) >> STORE_KEY_KIND_SHIFT;
    char key[STORE_WITHIN_MAX];
    size_t n = 0;

    (void)argc;
    if (kind > KIND_NONE && kind < KIND_COUNT && store_within_field((enum kind)kind) >= 0) {
        const void *packed = sqlite3_value_blob(argv[1]);

        n = packed ? store_within_of((enum kind)kind, packed, (size_t)sqlite3_value_bytes(argv[1]), key) : 0;
    }
    if (n > 0)
        sqlite3_result_blob(ctx, key, (int)n, SQLITE_TRANSIENT);
    else
        sqlite3_result_null(ctx);
}

bool store_within_init(sqlite3 *db)
{
    return sqlite3_create_function_v2(db, "hubtop_within", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                      NULL, within, NULL, NULL, NULL) == SQLITE_OK;
}
