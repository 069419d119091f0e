#include <string.h>

#include "io/http_flight.h"

/* Tens of thousands of requests that begin at once would each keep their handle and buffers until the loop comes around to
 * them: they are begun as fast as answers come, but those that wait for their answer long hold up nobody. A national fleet's
 * sources all fly at once: with 256 of them in flight a sweep over 1,000 took as long again for peers 20 ms away. */
enum {
    YOUNG_MAX = HTTP_SPARES_MAX, /* else handles are made and released with every sweep */
    YOUNG_MS = 50,
    NAMES_MAX = 16, /* names that are resolved at once: each takes a thread of libcurl */
};

void http_queue_put(struct http *h, struct http_flight *f)
{
    f->waiting = true;
    *h->queue_end = f;
    h->queue_end = &f->behind;
}

static void leave_queue(struct http_flight *f)
{
    struct http *h = f->http;
    struct http_flight **at = &h->queue;
    while (*at != f)
        at = &(*at)->behind;
    *at = f->behind;
    if (h->queue_end == &f->behind)
        h->queue_end = at;
    f->waiting = false;
}

static void become_young(struct http_flight *f, int64_t now_ms)
{
    struct http *h = f->http;
    f->is_young = true;
    f->flown_ms = now_ms;
    f->elder = h->youngest;
    *(h->youngest ? &h->youngest->younger : &h->young) = f;
    h->youngest = f;
    h->young_count++;
}

static void leave_young(struct http_flight *f)
{
    struct http *h = f->http;
    *(f->elder ? &f->elder->younger : &h->young) = f->younger;
    *(f->younger ? &f->younger->elder : &h->youngest) = f->elder;
    f->elder = f->younger = NULL;
    f->is_young = false;
    h->young_count--;
}

void http_queue_leave(struct http_flight *f)
{
    if (f->waiting)
        leave_queue(f);
    if (f->is_young)
        leave_young(f);
}

void http_queue_named(struct http_flight *f)
{
    if (f->naming)
        f->http->naming--;
    f->naming = false;
}

static bool needs_name(const struct http_flight *f, int64_t now_ms)
{
    const struct http_peer *p = f->peer;
    return p->named && !(p->resolved_ms && now_ms - p->resolved_ms < (HTTP_NAMES_KEPT_S - 10) * 1000);
}

struct http_flight *http_queue_next(struct http *h, int64_t now_ms)
{
    while (h->young && now_ms - h->young->flown_ms >= YOUNG_MS)
        leave_young(h->young);
    for (struct http_flight *f = h->young_count < YOUNG_MAX ? h->queue : NULL; f; f = f->behind) {
        bool naming = needs_name(f, now_ms);
        if (naming && h->naming >= NAMES_MAX)
            continue;
        leave_queue(f);
        become_young(f, now_ms);
        f->naming = naming;
        h->naming += naming;
        return f;
    }
    return NULL;
}

int64_t http_queue_wait_ms(const struct http *h, int64_t now_ms)
{
    if (!h->queue || h->young_count < YOUNG_MAX)
        return -1;
    int64_t left_ms = h->young->flown_ms + YOUNG_MS - now_ms;
    return left_ms > 0 ? left_ms : 0;
}
