#ifndef HUBTOP_TESTS_FUZZ_DRIVER_FUZZ_H
#define HUBTOP_TESTS_FUZZ_DRIVER_FUZZ_H

/* Any bytes as the answers of a peer, to one request or to all, with any status, or as its source's settings. The first byte
 * chooses. What is believed makes rows that can be stored, of a kind that is covered; what is not leaves a message. */

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "sources/source.h"

static inline void driver_fuzz_check(int holds)
{
    if (!holds)
        abort();
}

/* A path that asks our peer, and nobody else, whatever it says. */
static const char driver_fuzz_plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/?&=._-%";

struct driver_fuzz {
    const struct source_driver *driver;
    struct source *source;
    const struct source_request *request;
};

static inline bool driver_fuzz_sink(void *ctx, const struct row *fact, struct err *err)
{
    struct driver_fuzz *t = ctx;
    struct buf packed = buf_make(64 << 20);
    bool covered = false;
    for (size_t i = 0; i < SOURCE_COVERS_MAX && t->request->covers[i] != KIND_NONE; i++)
        covered = covered || t->request->covers[i] == fact->kind;
    driver_fuzz_check(covered && !text_empty(fact->id));
    for (size_t i = 0; i < KIND_FIELDS_MAX; i++) {
        driver_fuzz_check(fact->cells[i].type != VALUE_REAL || isfinite(fact->cells[i].as.real));
        driver_fuzz_check(fact->cells[i].type == VALUE_NONE ||
                          fact->cells[i].type == kind_info(fact->kind)->fields[i].type);
    }
    driver_fuzz_check(row_pack(fact, &packed, err));
    buf_release(&packed);
    return true;
}

static inline bool driver_fuzz_element(void *ctx, const struct json *e, struct err *err)
{
    struct driver_fuzz *t = ctx;
    return t->driver->decode(t->source, t->request, e, driver_fuzz_sink, t, err);
}

static inline bool driver_fuzz_answer(struct driver_fuzz *t, const char *body, size_t n)
{
    const struct json_cut_options options = {.mode = t->request->mode,
                                             .path = t->request->element_path,
                                             .keep = t->request->keep,
                                             .element = driver_fuzz_element,
                                             .ctx = t};
    struct json_cut *cut = json_cut_new(&options);
    const struct json *rest = NULL;
    struct err err = {0};
    bool ok = json_cut_feed(cut, body, n / 2, &err) && json_cut_feed(cut, body + n / 2, n - n / 2, &err) &&
              json_cut_end(cut, &rest, &err) &&
              t->driver->finish(t->source, t->request, rest, (struct instant){.boot_ms = 5}, driver_fuzz_sink, t, &err);
    driver_fuzz_check(ok || err.text[0] != '\0');
    json_cut_free(cut);
    struct source_request page = {0};
    if (ok && t->driver->page && t->driver->page(t->source, t->request, &page))
        driver_fuzz_check(page.path[0] == '/' && page.path[1] != '/' &&
                          strspn(page.path, driver_fuzz_plain) == strlen(page.path));
    struct buf remark = buf_make(255);
    t->driver->remark(t->source, t->request, &remark);
    buf_release(&remark);
    return ok;
}

static inline void driver_fuzz_refuse(struct driver_fuzz *t, int status, const char *body, size_t n)
{
    static const char *const types[] = {NULL, "application/json", "text/html", "text/plain"};
    struct err err = {0};
    bool fine = t->driver->failed(t->source, t->request, status, types[status % 4], body, n, &err);
    driver_fuzz_check(fine || err.text[0] != '\0');
    for (const char *p = err.text; *p; p++)
        driver_fuzz_check((unsigned char)*p >= 0x20 && *p != 0x7f);
}

static inline void driver_fuzz_produce(struct driver_fuzz *t)
{
    struct err err = {0};
    for (bool more = true; more;) {
        if (!t->driver->produce(t->source, t->request, (struct instant){0}, 3, &more, driver_fuzz_sink, t, &err)) {
            driver_fuzz_check(err.text[0] != '\0');
            more = false;
        }
    }
}

/* The same body as the answer to every request. */
static inline void driver_fuzz_all(struct driver_fuzz *t, const struct source_request *requests, size_t count,
                                   const char *body, size_t n)
{
    for (size_t i = 0; i < count; i++) {
        t->request = &requests[i];
        if (requests[i].local)
            driver_fuzz_produce(t);
        else
            driver_fuzz_answer(t, body, n);
    }
}

static inline void driver_fuzz_configure(const struct source_driver *driver, const char *bytes, size_t n)
{
    static struct config_option root[32];
    struct err err = {0};
    size_t count = 0;
    for (const struct config_option *o = driver->settings; o->name; o++)
        root[count++] = *o;
    char *text = malloc(n + 1);
    memcpy(text, bytes, n);
    text[n] = '\0';
    struct config *c = config_parse("fuzz", text, root, &err);
    const struct source_settings settings = {.name = "s", .url = "http://h", .config = c};
    struct source *s = c ? driver->open(&settings, &err) : NULL;
    driver_fuzz_check(s || err_status(&err) == 78);
    driver->close(s);
    config_free(c);
    free(text);
}

static inline void driver_fuzz_run(const struct source_driver *driver, const uint8_t *bytes, size_t n)
{
    static struct source_request requests[SOURCE_REQUESTS_MAX];
    const struct source_settings settings = {.name = "s", .url = "http://h", .interval_ms = 1000};
    struct err err = {0};
    if (n < 2)
        return;
    struct driver_fuzz t = {.driver = driver, .source = driver->open(&settings, &err)};
    size_t count = driver->requests(t.source, (struct instant){.utc_ms = INT64_C(1795313820000)}, requests);
    /* A copy whose end the sanitizer knows. */
    char *body = malloc(n - 1);
    memcpy(body, bytes + 1, n - 1);
    t.request = &requests[bytes[0] % count];
    if (bytes[0] & 0x80)
        driver_fuzz_refuse(&t, 300 + bytes[0] % 250, body, n - 1);
    else if (bytes[0] == 0x7f)
        driver_fuzz_configure(driver, body, n - 1);
    else if (t.request->local || bytes[0] >= 0x40)
        driver_fuzz_all(&t, requests, count, body, n - 1);
    else
        driver_fuzz_answer(&t, body, n - 1);
    driver->requests(t.source, (struct instant){.boot_ms = 9}, requests);
    free(body);
    driver->close(t.source);
}

#endif
