/* Any bytes, as one JSON text: what the strict mode takes, the lenient one takes, cJSON takes and the writer writes
 * again; pieces of any size change nothing. The first byte chooses path, keep and the size of the pieces. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                            \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

enum { OUT_MAX = 16 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_tree(struct json_writer *w, const struct json *v)
{
    enum json_type type = json_type(v);
    struct safe_text t;
    int64_t i;
    double d;
    bool b;

    if (type == JSON_OBJECT || type == JSON_ARRAY) {
        (type == JSON_OBJECT ? json_open_object : json_open_array)(w);
        for (const struct json *m = json_first(v); m != NULL; m = json_next(m)) {
            if (type == JSON_OBJECT) {
                CHECK(json_get(v, json_key(m)) != NULL);
                json_put_key(w, json_key(m));
            }
            write_tree(w, m);
        }
        (type == JSON_OBJECT ? json_close_object : json_close_array)(w);
    } else if (json_text(v, &t) || json_ident(v, &t)) {
        json_put_text(w, t);
        if (json_int(v, &i) && json_real(v, &d))
            CHECK(d == (double)i);
    } else if (json_bool(v, &b)) {
        json_put_bool(w, b);
    } else {
        CHECK(type == JSON_NULL);
        json_put_null(w);
    }
}

static bool take(void *ctx, const struct json *element, struct err *err)
{
    struct buf *out = ctx;
    struct json_writer w = json_writer_make(out);

    write_tree(&w, element);
    return w.err.kind == ERR_NONE && buf_putc(out, '\n', err);
}

struct outcome {
    bool ok;
    struct err err;
    struct buf out;
    struct json_counts counts;
};

static struct outcome cut(enum json_mode mode, unsigned choice, size_t piece, const char *bytes, size_t n)
{
    static const char *const keep[] = {"id", "a", "", NULL};
    static const char *const paths[] = {"jobs", "", "a.b", NULL};
    struct outcome o = {.ok = true, .out = buf_make(OUT_MAX)};
    struct json_cut_options options = {
        .mode = mode,
        .limits = {.depth = 32, .element_bytes = 4096, .nodes = 500, .total_bytes = 8192},
        .path = paths[choice & 3],
        .keep = (choice & 4) != 0 ? keep : NULL,
        .element = take,
        .ctx = &o.out};
    struct json_cut *cut = json_cut_new(&options);
    const struct json *rest;

    for (size_t at = 0, step; o.ok && at < n; at += step) {
        step = piece < n - at ? piece : n - at;
        char *block = malloc(step); /* its own, so that a read past the piece is seen */
        memcpy(block, bytes + at, step);
        o.ok = json_cut_feed(cut, block, step, &o.err);
        free(block);
    }
    if (o.ok && (o.ok = json_cut_end(cut, &rest, &o.err)))
        take(&o.out, rest, NULL);
    o.counts = *json_cut_counts(cut);
    json_cut_free(cut);
    CHECK(o.ok == (o.err.kind == ERR_NONE));
    return o;
}

static void check_same(const struct outcome *a, const struct outcome *b)
{
    CHECK(a->ok == b->ok);
    CHECK(strcmp(a->err.text, b->err.text) == 0);
    CHECK(strcmp(buf_str(&a->out), buf_str(&b->out)) == 0);
    CHECK(a->counts.elements == b->counts.elements);
    CHECK(a->counts.bad_bytes == b->counts.bad_bytes);
    CHECK(a->counts.duplicate_keys == b->counts.duplicate_keys);
}

static void check_whole(const char *bytes, size_t n)
{
    struct err err = {0};
    struct json *strict = json_parse(bytes, n, JSON_STRICT, &err);
    struct json *lenient = json_parse(bytes, n, JSON_LENIENT, NULL);

    CHECK(strstr(err.text, "makes no tree") == NULL);
    if (strict != NULL) {
        struct buf out = buf_make(OUT_MAX);

        CHECK(lenient != NULL);
        CHECK(text_is_utf8(text_from(bytes, n)));
        take(&out, strict, NULL);
        struct json *again = json_parse(out.data, out.len, JSON_STRICT, &err);
        CHECK(again != NULL || n > 10000);
        json_free(again);
        buf_release(&out);
    }
    json_free(strict);
    json_free(lenient);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data + 1;

    if (size < 1)
        return 0;
    for (int mode = JSON_STRICT; mode <= JSON_LENIENT; mode++) {
        struct outcome whole = cut((enum json_mode)mode, data[0], size, bytes, size - 1);
        struct outcome pieces = cut((enum json_mode)mode, data[0], 1 + (data[0] >> 3), bytes, size - 1);

        check_same(&whole, &pieces);
        buf_release(&whole.out);
        buf_release(&pieces.out);
    }
    check_whole(bytes, size - 1);
    return 0;
}
