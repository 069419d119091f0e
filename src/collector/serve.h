#ifndef HUBTOP_COLLECTOR_SERVE_H
#define HUBTOP_COLLECTOR_SERVE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "io/loop.h"

/* The collector's end of the control socket: who is there, and what they may ask. */
struct serve;

struct serve_options {
    const char *path; /* of the socket */
    const char *context;
    bool shared, write_allowed;
    int64_t hello_ms; /* who has not said hello by then is dropped; 0: 10 s */
    void *ctx;
    int64_t (*rev)(void *ctx);
    size_t (*pending)(
        void *ctx); /* sources that have neither answered nor failed yet, or whose rows are on their way */
    unsigned (*take_kinds)(void *ctx);               /* written since the last call: bits 1u << enum kind */
    void (*poll_now)(void *ctx, const char *source); /* "" = all */
    void (*quit)(void *ctx);
    void (*idle)(void *ctx, bool idle); /* the last client left, or the first came */
};

struct serve *serve_new(struct loop *loop, const struct serve_options *options, struct err *err);
void serve_free(struct serve *s);

/* Tells all clients, at most once in 100 ms, that rows of a source (NULL: of several) are in the store, and
 * of which kinds. */
void serve_committed(struct serve *s, const char *source);
/* The same when something is different from what was told last, by whatever way it came. */
void serve_tick(struct serve *s);

#endif
