#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "sources/source.h"

/* Any bytes as a Prometheus' answer, to any request and with any status. The first byte chooses them. What is believed
 * makes rows and samples that are finite, of the kind that was asked; what is not leaves a message. The same bytes are
 * read as the source's section of a configuration. */

extern const struct source_driver source_prometheus;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check(int holds)
{
    if (!holds)
        abort();
}

static bool sink(void *ctx, const struct row *fact, struct err *err)
{
    struct buf packed = buf_make(64 << 20);
    const struct source_request *r = ctx;
    check(fact->kind == r->covers[0] && !text_empty(fact->id));
    for (size_t i = 0; i < KIND_FIELDS_MAX; i++)
        check(fact->cells[i].type != VALUE_REAL || isfinite(fact->cells[i].as.real));
    check(row_pack(fact, &packed, err));
    buf_release(&packed);
    return true;
}

static bool sample(void *ctx, enum kind kind, struct safe_text id, int field, int64_t at_ms, double value)
{
    (void)ctx;
    check(!text_empty(id) && at_ms > 0 && isfinite(value));
    check(kind_info(kind)->fields[field].flags & FIELD_SAMPLED);
    return true;
}

struct target {
    struct source *source;
    const struct source_request *request;
};

static bool element(void *ctx, const struct json *e, struct err *err)
{
    struct target *t = ctx;
    if (t->request->past)
        return source_prometheus.decode_past(t->source, t->request, e, sample, NULL, err);
    return source_prometheus.decode(t->source, t->request, e, NULL, NULL, err);
}

static bool answer(struct target *t, const char *body, size_t n)
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
              source_prometheus.finish(t->source, t->request, rest, (struct instant){.boot_ms = 5}, NULL, NULL, &err);
    check(ok || err.text[0] != '\0');
    json_cut_free(cut);
    struct buf remark = buf_make(255);
    source_prometheus.remark(t->source, t->request, &remark);
    buf_release(&remark);
    return ok;
}

static void refuse(struct target *t, int status, const char *body, size_t n)
{
    static const char *const types[] = {NULL, "application/json", "text/html", "text/plain"};
    struct err err = {0};
    bool fine = source_prometheus.failed(t->source, t->request, status, types[status % 4], body, n, &err);
    check(fine || err.text[0] != '\0');
    for (const char *p = err.text; *p; p++)
        check((unsigned char)*p >= 0x20 && *p != 0x7f);
}

/* The same body as the answer to each query of a kind: its rows are told. */
static void rows(struct target *t, const struct source_request *requests, size_t count, const char *body, size_t n)
{
    bool ok = true, more = true;
    for (size_t i = 0; i < count; i++) {
        t->request = &requests[i];
        if (!t->request->local && !t->request->past && t->request->element_path)
            ok = answer(t, body, n) && ok;
    }
    for (size_t i = 0; i < count; i++) {
        struct err err = {0};
        if (!requests[i].local)
            continue;
        for (more = true; more;) {
            if (!source_prometheus.produce(t->source, &requests[i], (struct instant){0}, 3, &more, sink,
                                           (void *)(uintptr_t)&requests[i], &err)) {
                check(!ok && err.text[0] != '\0');
                more = false;
            }
        }
    }
}

static void configure(const char *bytes, size_t n)
{
    static struct config_option root[8];
    struct err err = {0};
    size_t count = 0;
    for (const struct config_option *o = source_prometheus.settings; o->name; o++)
        root[count++] = *o;
    char *text = malloc(n + 1);
    memcpy(text, bytes, n);
    text[n] = '\0';
    struct config *c = config_parse("fuzz", text, root, &err);
    const struct source_settings settings = {.name = "s", .url = "http://h", .config = c};
    struct source *s = c ? source_prometheus.open(&settings, &err) : NULL;
    check(s || err_status(&err) == 78);
    source_prometheus.close(s);
    config_free(c);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static struct source_request requests[SOURCE_REQUESTS_MAX];
    const struct source_settings settings = {.name = "s", .url = "http://h", .interval_ms = 1000};
    struct err err = {0};
    if (n < 2)
        return 0;
    struct target t = {.source = source_prometheus.open(&settings, &err)};
    source_prometheus.resume(t.source, 0);
    size_t count = source_prometheus.requests(t.source, (struct instant){.utc_ms = INT64_C(1795313820000)}, requests);
    /* A copy whose end the sanitizer knows. */
    char *body = malloc(n - 1);
    memcpy(body, bytes + 1, n - 1);
    t.request = &requests[bytes[0] % count];
    if (bytes[0] & 0x80)
        refuse(&t, 300 + bytes[0] % 250, body, n - 1);
    else if (bytes[0] == 0x7f)
        configure(body, n - 1);
    else if (t.request->local)
        rows(&t, requests, count, body, n - 1);
    else
        answer(&t, body, n - 1);
    source_prometheus.requests(t.source, (struct instant){.boot_ms = 9}, requests);
    free(body);
    source_prometheus.close(t.source);
    return 0;
}
