#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sources/source.h"

/* Any bytes as slurmrestd's answer, to any request of any version and with any status. The first byte chooses them. What is believed
 * makes whole rows of the scheduler that was asked; what is not leaves a message. A URL is read from the same bytes. */

extern const struct source_driver source_slurm;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check(int holds)
{
    if (!holds)
        abort();
}

static bool sink(void *ctx, const struct row *fact, struct err *err)
{
    struct buf packed = buf_make(64 << 20);
    (void)ctx;
    check(text_len(fact->id) >= 3 && memcmp(text_bytes(fact->id), "fra", 3) == 0);
    check(row_pack(fact, &packed, err));
    buf_release(&packed);
    return true;
}

struct target {
    struct source *source;
    const struct source_request *request;
};

static bool element(void *ctx, const struct json *e, struct err *err)
{
    struct target *t = ctx;
    return source_slurm.decode(t->source, t->request, e, sink, NULL, err);
}

static void answer(struct target *t, const char *body, size_t n)
{
    const struct json_cut_options options = {.mode = t->request->mode,
                                             .path = t->request->element_path,
                                             .keep = t->request->keep,
                                             .element = element,
                                             .ctx = t};
    struct json_cut *cut = json_cut_new(&options);
    const struct json *rest = NULL;
    struct err err = {0};
    bool ok = json_cut_feed(cut, body, n / 2, &err) && json_cut_feed(cut, body + n / 2, n - n / 2, &err) &&
              json_cut_end(cut, &rest, &err) &&
              (source_slurm.unchanged(t->source, t->request, rest) ||
               source_slurm.finish(t->source, t->request, rest, (struct instant){.boot_ms = 5}, sink, NULL, &err));
    check(ok || err.text[0] != '\0');
    json_cut_free(cut);
}

static void refuse(struct target *t, int status, const char *body, size_t n)
{
    static const char *const types[] = {NULL, "application/json", "text/html", "text/plain"};
    struct err err = {0};
    bool fine = source_slurm.failed(t->source, t->request, status, types[status % 4], body, n, &err);
    check(fine || err.text[0] != '\0');
    for (const char *p = err.text; *p; p++)
        check((unsigned char)*p >= 0x20 && *p != 0x7f);
}

static void url(const char *bytes, size_t n)
{
    char text[4096], value[64];
    struct source_url parsed;
    struct err err = {0};
    n = n < sizeof text - 1 ? n : sizeof text - 1;
    memcpy(text, bytes, n);
    text[n] = '\0';
    if (source_url_parse(text, &parsed, &err))
        source_url_query(&parsed, "token_file", value, sizeof value);
    else
        check(err_status(&err) == 64);
}

static const char *api_of(const void *ctx, const char *key)
{
    return strcmp(key, "api") == 0 ? ctx : NULL;
}

/* The one that is asked for, with those before it answered as far as that is needed. */
static const struct source_request *choose(struct source *s, struct source_request *requests, size_t count, size_t at)
{
    static const char fine[] = "{\"errors\":[]}";
    struct json *rest = json_parse(fine, sizeof fine - 1, JSON_STRICT, NULL);
    struct err err = {0};
    for (size_t i = 0; i < at % count; i++) {
        if (source_slurm.prepare(s, &requests[i]) && strcmp(requests[i].what, "slurmdbd") == 0)
            source_slurm.finish(s, &requests[i], rest, (struct instant){0}, sink, NULL, &err);
    }
    json_free(rest);
    source_slurm.prepare(s, &requests[at % count]);
    return &requests[at % count];
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const char *const apis[] = {"v0.0.38", "auto", "v0.0.44", "v0.0.41"};
    struct source_request requests[SOURCE_REQUESTS_MAX];
    struct err err = {0};
    if (n < 2)
        return 0;
    const struct source_settings settings = {
        .name = "s", .scheduler = "fra", .url = "http://h", .query = api_of, .query_ctx = apis[bytes[0] >> 5 & 3]};
    struct target t = {.source = source_slurm.open(&settings, &err)};
    size_t count = source_slurm.requests(t.source, (struct instant){0}, requests);
    t.request = choose(t.source, requests, count, bytes[0] & 0x1f);
    /* A copy whose end the sanitizer knows. */
    char *body = malloc(n - 1);
    memcpy(body, bytes + 1, n - 1);
    if (bytes[0] & 0x80)
        refuse(&t, 300 + bytes[0] % 250, body, n - 1);
    else
        answer(&t, body, n - 1);
    url(body, n - 1);
    source_slurm.requests(t.source, (struct instant){.boot_ms = 9}, requests);
    free(body);
    source_slurm.close(t.source);
    return 0;
}
