#ifndef HUBTOP_TESTS_DRIVER_WORLD_H
#define HUBTOP_TESTS_DRIVER_WORLD_H

/* A driver with answers from texts, as the wiring feeds them; its rows are kept. Include after cmocka.h. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "domain/rows.h"
#include "sources/source.h"

struct driver_world {
    const struct source_driver *driver;
    struct config *config;
    struct source *source;
    struct source_request requests[SOURCE_REQUESTS_MAX];
    size_t request_count;
    struct rows rows;
    struct err err;
};

static inline bool driver_world_sink(void *ctx, const struct row *fact, struct err *err)
{
    struct driver_world *w = ctx;
    struct buf packed = buf_make(1 << 20);
    if (!row_pack(fact, &packed, err))
        fail_msg("a row of %s cannot be stored: %s", kind_info(fact->kind)->name, err->text);
    buf_release(&packed);
    rows_add(&w->rows, fact);
    return true;
}

static inline void driver_world_poll(struct driver_world *w)
{
    rows_clear(&w->rows);
    w->request_count = w->driver->requests(
        w->source, (struct instant){.utc_ms = INT64_C(1795313820000), .boot_ms = 1000}, w->requests);
}

/* `body`: what stands in the source's section; NULL: an ad-hoc source. The error is in `err`; the source may be NULL. */
static inline struct driver_world *driver_world_open(const struct source_driver *driver, const char *body,
                                                     const char *user, const struct secret *token)
{
    static struct config_option options[32];
    static const struct config_option root[] = {
        {.name = "source", .type = CONFIG_SECTION, .children = options, .titled = true}, {0}};
    struct driver_world *w = calloc(1, sizeof *w);
    char text[20000];
    memset(options, 0, sizeof options);
    for (size_t i = 0; driver->settings[i].name; i++)
        options[i] = driver->settings[i];
    w->driver = driver;
    snprintf(text, sizeof text, "source \"it\" {\n%s\n}\n", body ? body : "");
    w->config = config_parse("t.conf", text, root, &w->err);
    if (!w->config)
        return w;
    const struct source_settings settings = {.name = "it",
                                             .url = "http://h:1",
                                             .user = user,
                                             .token = token,
                                             .interval_ms = 10000,
                                             .config = body ? config_section(w->config, "source", 0) : NULL};
    w->source = driver->open(&settings, &w->err);
    return w;
}

static inline struct driver_world *driver_world_new(const struct source_driver *driver, const char *body)
{
    struct driver_world *w = driver_world_open(driver, body, NULL, NULL);
    if (!w->source)
        fail_msg("%s", w->err.text);
    driver_world_poll(w);
    return w;
}

static inline void driver_world_free(struct driver_world *w)
{
    w->driver->close(w->source);
    config_free(w->config);
    rows_release(&w->rows);
    free(w);
}

static inline const struct source_request *driver_world_find(const struct driver_world *w, const char *what)
{
    for (size_t i = 0; i < w->request_count; i++) {
        if (strcmp(w->requests[i].what, what) == 0)
            return &w->requests[i];
    }
    return NULL;
}

static inline struct source_request *driver_world_request(struct driver_world *w, const char *what)
{
    for (size_t i = 0; i < w->request_count; i++) {
        if (strcmp(w->requests[i].what, what) == 0)
            return &w->requests[i];
    }
    fail_msg("'%s' is not asked", what);
    return NULL;
}

struct driver_world_answer {
    struct driver_world *w;
    const struct source_request *r;
};

static inline bool driver_world_element(void *ctx, const struct json *element, struct err *err)
{
    struct driver_world_answer *a = ctx;
    return a->w->driver->decode(a->w->source, a->r, element, driver_world_sink, a->w, err);
}

/* An answer with status 200 in pieces of 1,000 bytes. */
static inline bool driver_world_bytes(struct driver_world *w, const char *what, const char *body, size_t n)
{
    struct driver_world_answer a = {w, driver_world_request(w, what)};
    const struct json_cut_options options = {
        .mode = a.r->mode, .path = a.r->element_path, .keep = a.r->keep, .element = driver_world_element, .ctx = &a};
    struct json_cut *cut = json_cut_new(&options);
    const struct json *rest = NULL;
    bool ok = true;
    w->err = (struct err){0};
    for (size_t i = 0; ok && i < n; i += 1000)
        ok = json_cut_feed(cut, body + i, n - i < 1000 ? n - i : 1000, &w->err);
    ok = ok && json_cut_end(cut, &rest, &w->err) &&
         w->driver->finish(w->source, a.r, rest, (struct instant){0}, driver_world_sink, w, &w->err);
    json_cut_free(cut);
    return ok;
}

static inline bool driver_world_answer(struct driver_world *w, const char *what, const char *body)
{
    return driver_world_bytes(w, what, body, strlen(body));
}

static inline bool driver_world_fails(struct driver_world *w, const char *what, int status, const char *type,
                                      const char *body)
{
    w->err = (struct err){0};
    return !w->driver->failed(w->source, driver_world_request(w, what), status, type, body, strlen(body), &w->err);
}

/* What a local request makes, in slices of `max`. */
static inline bool driver_world_produce(struct driver_world *w, const char *what, size_t max)
{
    bool more = true, ok = true;
    w->err = (struct err){0};
    while (ok && more)
        ok = w->driver->produce(w->source, driver_world_request(w, what), (struct instant){0}, max, &more,
                                driver_world_sink, w, &w->err);
    return ok;
}

static inline size_t driver_world_count(const struct driver_world *w, enum kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < w->rows.count; i++)
        n += w->rows.all[i].kind == kind;
    return n;
}

static inline const struct row *driver_world_row(const struct driver_world *w, enum kind kind, const char *id)
{
    for (size_t i = 0; i < w->rows.count; i++) {
        if (w->rows.all[i].kind == kind && text_is(w->rows.all[i].id, id))
            return &w->rows.all[i];
    }
    return NULL;
}

/* A cell as text, "?" where it is unknown; valid until the next but seven. */
static inline const char *driver_world_cell(const struct driver_world *w, enum kind kind, const char *id,
                                            const char *field)
{
    static char texts[8][600];
    static unsigned next;
    char *out = texts[next++ % 8];
    const struct row *row = driver_world_row(w, kind, id);
    int f = kind_field(kind, field);
    if (!row || f < 0)
        fail_msg("there is no %s of '%s'", field, id);
    const struct value *v = &row->cells[f];
    switch (v->type) {
    case VALUE_NONE:
        return "?";
    case VALUE_TEXT:
    case VALUE_LIST:
        return text_show_in(v->as.text, out, sizeof texts[0]);
    case VALUE_INT:
    case VALUE_BOOL:
        snprintf(out, sizeof texts[0], "%lld", (long long)v->as.i);
        return out;
    case VALUE_REAL:
        snprintf(out, sizeof texts[0], "%g", v->as.real);
        return out;
    case VALUE_TIME: {
        char time[CLOCK_TEXT_MAX];
        snprintf(out, sizeof texts[0], "%s", clock_iso(v->as.i, time));
        return out;
    }
    }
    return "?";
}

static inline void driver_world_is(const struct driver_world *w, enum kind kind, const char *id, const char *field,
                                   const char *wanted)
{
    const char *got = driver_world_cell(w, kind, id, field);
    if (strcmp(got, wanted) != 0)
        fail_msg("%s of '%s' is '%s', not '%s'", field, id, got, wanted);
}

static inline void driver_world_remark(struct driver_world *w, const char *what, const char *expected)
{
    struct buf out = buf_make(255);
    w->driver->remark(w->source, driver_world_request(w, what), &out);
    assert_string_equal(buf_str(&out), expected);
    buf_release(&out);
}

/* --- mutations: an answer in which one member stands otherwise --- */

enum { DRIVER_WORLD_HUGE = 10000 };

struct driver_world_mutation {
    const char *name, *with; /* %k: the key, %v: the value, %h: a huge text; NULL: the member is missing */
    bool told;               /* it may be told, as another value */
};

static const struct driver_world_mutation driver_world_mutations[] = {
    {"missing", "", false},
    {"null", "\"%k\":null,", false},
    {"true", "\"%k\":true,", false},
    {"an empty text", "\"%k\":\"\",", false},
    {"an empty array", "\"%k\":[],", false},
    {"an empty object", "\"%k\":{},", false},
    {"an array of it", "\"%k\":[[%v]],", false},
    {"a number beyond all", "\"%k\":1e999,", false},
    {"a huge number", "\"%k\":123456789012345678901234567890,", true},
    {"a negative number", "\"%k\":-7,", true},
    {"another text", "\"%k\":\"\\u001b[31mother\\u0000\",", true},
    {"a huge text", "\"%k\":\"%h\",", true},
    {"renamed", "\"%k_\":%v,", false},
    {"duplicated, at last null", "\"%k\":%v,\"%k\":null,", false},
    {"duplicated", "\"%k\":%v,\"%k\":%v,", true},
};
enum { DRIVER_WORLD_MUTATIONS = sizeof driver_world_mutations / sizeof *driver_world_mutations };

static inline void driver_world_put(struct buf *out, const char *with, const char *key, const char *value)
{
    for (; *with; with++) {
        if (*with == '%' && with[1] == 'k')
            buf_puts(out, key, NULL);
        else if (*with == '%' && with[1] == 'v')
            buf_puts(out, value, NULL);
        else if (*with == '%' && with[1] == 'h') {
            for (int i = 0; i < DRIVER_WORLD_HUGE; i++)
                buf_putc(out, 'h', NULL);
        } else {
            buf_putc(out, *with, NULL);
            continue;
        }
        with++;
    }
}

/* The text with its one `"key":value,` mutated; the caller frees it. */
static inline char *driver_world_mutate(const char *text, const char *key, const char *value,
                                        const struct driver_world_mutation *m)
{
    struct buf member = buf_make(1 << 16), out = buf_make(1 << 20);
    driver_world_put(&member, "\"%k\":%v,", key, value);
    const char *at = strstr(text, buf_str(&member));
    if (!at || strstr(at + 1, buf_str(&member)))
        fail_msg("'%s' does not stand once in the answer", buf_str(&member));
    buf_put(&out, text, (size_t)(at - text), NULL);
    driver_world_put(&out, m->with, key, value);
    buf_puts(&out, at + member.len, NULL);
    buf_release(&member);
    return out.data;
}

#endif
