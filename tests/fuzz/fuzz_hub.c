#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sources/hub.h"
#include "sources/source.h"

/* Any bytes as a hub's answers: they are cut at NULs, each piece is the answer to the request that is next, in one poll
 * after another. The first byte of a piece chooses the status. What is believed makes rows with an id that pack; what is
 * not leaves a message without controls; a poll comes to its end. */

extern const struct source_driver source_hub;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { ANSWERS_MAX = 64 };

static const struct instant now = {.utc_ms = INT64_C(1795320000000), .boot_ms = 5};
static struct source_request requests[SOURCE_REQUESTS_MAX];

struct target {
    struct source *source;
    struct source_request r;
    struct err err;
};

static void check(int holds)
{
    if (!holds)
        abort();
}

static bool sink(void *ctx, const struct row *fact, struct err *err)
{
    struct buf packed = buf_make(64 << 20);
    const struct kind_info *info = kind_info(fact->kind);
    (void)ctx;
    check(text_len(fact->id) > 0);
    for (size_t f = 0; f < KIND_FIELDS_MAX; f++) {
        const struct value *v = &fact->cells[f];
        check(!value_known(v) || (f < info->field_count && v->type == info->fields[f].type));
        bool ours = fact->kind == KIND_SCHEDULER && f == SCHEDULER_DRIVER;
        check(!value_known(v) || ours || hub_field_told(fact->kind, (int)f));
    }
    check(row_pack(fact, &packed, err));
    buf_release(&packed);
    return true;
}

static bool element(void *ctx, const struct json *e, struct err *err)
{
    struct target *t = ctx;
    return source_hub.decode(t->source, &t->r, e, sink, NULL, err);
}

static bool body(struct target *t, const char *bytes, size_t n)
{
    const struct json_cut_options options = {
        .mode = t->r.mode, .path = t->r.element_path, .keep = t->r.keep, .element = element, .ctx = t};
    struct json_cut *cut = json_cut_new(&options);
    const struct json *rest = NULL;
    bool ok = json_cut_feed(cut, bytes, n / 2, &t->err) && json_cut_feed(cut, bytes + n / 2, n - n / 2, &t->err) &&
              json_cut_end(cut, &rest, &t->err) && source_hub.finish(t->source, &t->r, rest, now, sink, NULL, &t->err);
    json_cut_free(cut);
    return ok;
}

static bool produce(struct target *t)
{
    bool more = true, ok = true;
    while (ok && more)
        ok = source_hub.produce(t->source, &t->r, now, 3, &more, sink, NULL, &t->err);
    return ok;
}

static bool answer(struct target *t, const char *bytes, size_t n)
{
    static const int statuses[] = {304, 400, 401, 404, 410, 500, 503, 302};
    int status = n > 0 && (unsigned char)bytes[0] >= 0x80 ? statuses[bytes[0] & 7] : 200;
    t->err = (struct err){0};
    if (t->r.local)
        return produce(t);
    if (status == 200)
        return body(t, bytes, n);
    return source_hub.failed(t->source, &t->r, status, "application/problem+json", bytes + 1, n - 1, &t->err);
}

static void begin(struct target *t)
{
    check(source_hub.requests(t->source, now, requests) == 1);
    t->r = requests[0];
}

/* The request after this one; the poll's next beginning where there is none. */
static void follow(struct target *t, bool ok)
{
    struct source_request out;
    const struct source_ended ended = {.well = ok, .etag = "\"e\"", .now = now};
    struct buf remark = buf_make(255);
    source_hub.remark(t->source, &t->r, &remark);
    buf_release(&remark);
    if (ok && !t->r.local && source_hub.page(t->source, &t->r, &out))
        t->r = out;
    else if ((ok || !t->r.essential) && source_hub.next(t->source, &t->r, &ended, &out))
        t->r = out;
    else
        begin(t);
    check(strlen(t->r.path) < SOURCE_PATH_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const struct source_settings settings = {.name = "s", .scheduler = "s", .url = "https://h"};
    struct target t = {0};
    size_t at = 0;
    t.source = source_hub.open(&settings, &t.err);
    begin(&t);
    for (int i = 0; i < ANSWERS_MAX && at < n; i++) {
        const uint8_t *end = memchr(bytes + at, 0, n - at);
        size_t len = end ? (size_t)(end - bytes) - at : n - at;
        char *piece = malloc(len + 1); /* a copy whose end the sanitizer knows */
        memcpy(piece, bytes + at, len);
        bool ok = answer(&t, piece, len);
        check(ok || t.err.text[0] != '\0');
        for (const char *p = t.err.text; *p; p++)
            check((unsigned char)*p >= 0x20 && *p != 0x7f);
        follow(&t, ok);
        free(piece);
        at += len + (end != NULL);
    }
    source_hub.close(t.source);
    return 0;
}
