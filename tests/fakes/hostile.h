#ifndef HUBTOP_TESTS_FAKES_HOSTILE_H
#define HUBTOP_TESTS_FAKES_HOSTILE_H

/* Answers that are made to do harm, whatever was asked. */
#include "fakes/answer.h"

static const char hostile_vector[] = "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[";

/* Header lines without end. */
static inline void hostile_headers(struct answer *a)
{
    answer_puts(a, "HTTP/1.1 200 OK\r\n");
    answer_repeat(a, "X-Endless: and one more\r\n", -1);
}

static inline void hostile_bighead(struct answer *a, int64_t n)
{
    answer_puts(a, "HTTP/1.1 200 OK\r\nX-Big: ");
    a->suffix = "\r\nContent-Length: 2\r\n\r\n{}";
    answer_repeat(a, "h", n);
}

/* Says `n` bytes, sends fewer and closes. */
static inline void hostile_wronglength(struct answer *a, int64_t n)
{
    answer_head(a, 200, "application/json", n, "");
    answer_puts(a, hostile_vector);
    a->then_close = true;
}

/* Resets in the middle of the body. */
static inline void hostile_tear(struct answer *a)
{
    hostile_wronglength(a, 100000);
    a->then_reset = true;
}

/* One element of `n` values and more. */
static inline void hostile_nodes(struct answer *a, int64_t n)
{
    a->suffix = "0]]}}";
    answer_head(a, 200, "application/json", (int64_t)sizeof hostile_vector - 1 + 1 + 2 * n + (int64_t)strlen(a->suffix),
                "");
    answer_puts(a, hostile_vector);
    answer_puts(a, "[");
    answer_repeat(a, "0,", n);
}

static inline void hostile_nul(struct answer *a)
{
    static const char rest[] = "{\"metric\":{\"cluster\":\"a\0b\"},\"value\":[1,\"2\"]}]}}";
    answer_head(a, 200, "application/json", (int64_t)(sizeof hostile_vector - 1 + sizeof rest - 1), "");
    answer_puts(a, hostile_vector);
    answer_put(a, rest, sizeof rest - 1);
}

/* A good answer, of a connection that dies with the next request. */
static inline void hostile_mayfly(struct answer *a)
{
    char body[256];
    snprintf(body, sizeof body, "%s]}}", hostile_vector);
    answer_whole(a, 200, "application/json", body);
}

static inline void hostile_storm(struct answer *a, int64_t retry_s)
{
    char line[64];
    snprintf(line, sizeof line, "Retry-After: %" PRId64 "\r\n", retry_s);
    answer_head(a, 503, "text/plain", 0, line);
}

#endif
