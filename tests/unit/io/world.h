#ifndef HUBTOP_TESTS_UNIT_IO_WORLD_H
#define HUBTOP_TESTS_UNIT_IO_WORLD_H

/* A loop with HTTP in it, and requests whose end is remembered. Include after cmocka.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "io/http.h"
#include "unit/io/peer.h"

struct world {
    struct loop *loop;
    struct http *http;
    int awaited; /* requests that world_run() waits for */
    int64_t watchdog;
};

/* One request and what came of it. */
struct ask {
    struct world *world;
    struct http_request request;
    struct http_flight *flight;
    int heads, parts, dones;
    int head_status;
    char head_type[64];
    struct http_result result;
    char etag[256], content_type[128], certificate[256];
    char body[4096]; /* its beginning */
    size_t body_len;
    const char *refuses; /* body_part returns false with this text; "" without one */
    void (*in_head)(struct ask *a), (*in_part)(struct ask *a), (*in_done)(struct ask *a);
    struct ask *other;
    struct http_peer *peer;
};

static inline int world_setup(void **state)
{
    static struct world w;
    struct err err = {0};
    memset(&w, 0, sizeof w);
    w.loop = loop_new(&err);
    w.http = w.loop ? http_new(w.loop, &err) : NULL;
    *state = &w;
    return w.http ? 0 : -1;
}

static inline int world_teardown(void **state)
{
    struct world *w = *state;
    http_free(w->http);
    loop_free(w->loop);
    return 0;
}

static inline void world_hangs(void *ctx)
{
    (void)ctx;
    fail_msg("the requests do not come to an end");
}

/* Until all that were begun are done. */
static inline void world_run(struct world *w)
{
    struct err err = {0};
    if (w->awaited == 0)
        return;
    w->watchdog = loop_timer(w->loop, 60000, world_hangs, w);
    assert_true(loop_run(w->loop, &err));
    loop_timer_cancel(w->loop, w->watchdog);
}

static inline void world_stop(void *ctx)
{
    struct world *w = ctx;
    loop_stop(w->loop);
}

/* Lets what is under way go on for a while. */
static inline void world_wait(struct world *w, int64_t delay_ms)
{
    struct err err = {0};
    loop_timer(w->loop, delay_ms, world_stop, w);
    assert_true(loop_run(w->loop, &err));
}

static inline void world_forget(struct world *w)
{
    if (--w->awaited == 0)
        loop_stop(w->loop);
}

static inline void ask_head(void *ctx, int status, const char *content_type)
{
    struct ask *a = ctx;
    a->heads++;
    assert_int_equal(a->parts, 0);
    a->head_status = status;
    snprintf(a->head_type, sizeof a->head_type, "%s", content_type);
    if (a->in_head)
        a->in_head(a);
}

static inline bool ask_part(void *ctx, const char *bytes, size_t n, struct err *err)
{
    struct ask *a = ctx;
    size_t room = sizeof a->body - 1 - a->body_len, take = n < room ? n : room;
    a->parts++;
    memcpy(a->body + a->body_len, bytes, take);
    a->body_len += take;
    a->body[a->body_len] = '\0';
    if (a->in_part)
        a->in_part(a);
    if (a->refuses && a->refuses[0])
        err_set(err, ERR_REFUSED, "%s", a->refuses);
    return !a->refuses;
}

static inline void ask_done(void *ctx, const struct http_result *result)
{
    struct ask *a = ctx;
    a->flight = NULL;
    a->dones++;
    a->result = *result;
    snprintf(a->etag, sizeof a->etag, "%s", result->etag);
    snprintf(a->content_type, sizeof a->content_type, "%s", result->content_type);
    snprintf(a->certificate, sizeof a->certificate, "%s", result->certificate);
    if (a->in_done)
        a->in_done(a);
    world_forget(a->world);
}

/* A GET of "/x" that remembers; the caller may change it before ask_start(). */
static inline struct ask ask_make(struct world *w)
{
    struct ask a = {.world = w};
    a.request =
        (struct http_request){.method = "GET", .path = "/x", .head = ask_head, .body_part = ask_part, .done = ask_done};
    return a;
}

static inline void ask_start(struct ask *a, struct http_peer *peer)
{
    struct err err = {0};
    a->peer = peer;
    a->request.ctx = a;
    a->flight = http_start(peer, &a->request, &err);
    if (!a->flight)
        fail_msg("it did not start: %s", err.text);
    assert_int_equal(a->dones, 0); /* not before it returned */
    a->world->awaited++;
}

static inline void ask_run(struct ask *a, struct http_peer *peer)
{
    ask_start(a, peer);
    world_run(a->world);
    assert_int_equal(a->dones, 1);
}

static inline struct http_peer *peer_of(struct world *w, const char *url)
{
    struct err err = {0};
    struct http_peer *p = http_peer_new(w->http, &(struct http_peer_options){.url = url}, &err);
    if (!p)
        fail_msg("no peer: %s", err.text);
    return p;
}

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
static const char ok[] = OK_HEAD "Content-Length: 2\r\n\r\n{}";

static inline void expect_error(const struct ask *a, enum err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static inline void expect_error(const struct ask *a, enum err_kind kind, const char *fmt, ...)
{
    char text[ERR_TEXT_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    assert_int_equal(a->dones, 1);
    assert_false(a->result.answered);
    assert_string_equal(a->result.err.text, text);
    assert_int_equal(a->result.err.kind, kind);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

#endif
