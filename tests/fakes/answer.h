#ifndef HUBTOP_TESTS_FAKES_ANSWER_H
#define HUBTOP_TESTS_FAKES_ANSWER_H

/* An answer of a fake server: what is sent, and how fast. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HEADER_LINES_MAX = 1024 };

/* What is sent: `prefix`, then `cycle` `times` times (-1: for ever), then `suffix`. */
struct answer {
    char *prefix;
    size_t prefix_len, prefix_at;
    char cycle[4096];
    size_t cycle_len, cycle_at;
    int64_t times, number;
    bool numbered; /* the cycle is an element with a number of its own */
    const char *suffix;
    size_t paced_from; /* bytes of the prefix that are sent at once */
    int64_t rate;      /* bytes a second after these; 0: as fast as they go */
    int64_t begin_ms, paced;
    bool then_close, then_reset;
};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void *must(void *p)
{
    if (!p)
        abort();
    return p;
}

static void answer_put(struct answer *a, const void *bytes, size_t n)
{
    a->prefix = must(realloc(a->prefix, a->prefix_len + n + 1));
    memcpy(a->prefix + a->prefix_len, bytes, n);
    a->prefix_len += n;
}

static void answer_puts(struct answer *a, const char *s)
{
    answer_put(a, s, strlen(s));
}

/* The head; `length` -1: the body ends with the connection. */
static void answer_head(struct answer *a, int status, const char *type, int64_t length, const char *more)
{
    char text[HEADER_LINES_MAX + 512], size[64] = "Connection: close\r\n";
    if (length >= 0)
        snprintf(size, sizeof size, "Content-Length: %" PRId64 "\r\n", length);
    else
        a->then_close = true;
    snprintf(text, sizeof text, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\n%s%s\r\n", status,
             status < 400 ? "OK" : "Not so", type, size, more);
    answer_puts(a, text);
    a->paced_from = a->prefix_len;
}

static void answer_whole(struct answer *a, int status, const char *type, const char *body)
{
    answer_head(a, status, type, (int64_t)strlen(body), "");
    answer_puts(a, body);
}

static void answer_repeat(struct answer *a, const char *cycle, int64_t times)
{
    a->cycle_len = strlen(cycle);
    memcpy(a->cycle, cycle, a->cycle_len);
    a->times = times;
}

/* The next bytes of the answer; their count is 0 at its end. */
static size_t answer_next(struct answer *a, const char **bytes)
{
    if (a->prefix_at < a->prefix_len) {
        *bytes = a->prefix + a->prefix_at;
        return a->prefix_len - a->prefix_at;
    }
    if (a->numbered && a->cycle_at == a->cycle_len) {
        a->cycle_len = 0;
        for (int i = 0; i < 32; i++)
            a->cycle_len += (size_t)snprintf(a->cycle + a->cycle_len, sizeof a->cycle - a->cycle_len,
                                             "{\"job_id\":%" PRId64 ",\"name\":\"endless\"},", ++a->number);
        a->cycle_at = 0;
    }
    if (a->times && a->cycle_at == a->cycle_len)
        a->cycle_at = 0;
    *bytes = a->times ? a->cycle + a->cycle_at : a->suffix;
    return a->times ? a->cycle_len - a->cycle_at : strlen(a->suffix);
}

static void answer_sent(struct answer *a, size_t n)
{
    if (a->prefix_at < a->prefix_len) {
        a->prefix_at += n;
    } else if (a->times) {
        a->cycle_at += n;
        if (a->cycle_at == a->cycle_len && a->times > 0)
            a->times--;
    } else {
        a->suffix += n;
    }
}

/* How many bytes the pace allows now. */
static size_t answer_allowed(const struct answer *a, size_t n)
{
    if (now_ms() < a->begin_ms)
        return 0;
    if (a->rate <= 0)
        return n;
    if (a->prefix_at < a->paced_from)
        return a->paced_from - a->prefix_at;
    int64_t due = (now_ms() - a->begin_ms) * a->rate / 1000 - a->paced;
    return due <= 0 ? 0 : (uint64_t)due < n ? (size_t)due : n;
}

/* Small pieces of a cycle are gathered, so that "deep:1000000" is not as many packets. */
static size_t answer_gather(const struct answer *a, char *out, size_t room)
{
    struct answer copy = *a;
    size_t len = 0;
    while (len < room && copy.prefix_at >= copy.prefix_len && copy.times) {
        const char *bytes;
        size_t n = answer_next(&copy, &bytes), take = n < room - len ? n : room - len;
        memcpy(out + len, bytes, take);
        answer_sent(&copy, take);
        len += take;
    }
    return len;
}

#endif
