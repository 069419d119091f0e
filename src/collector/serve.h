#ifndef HUBTOP_COLLECTOR_SERVE_H
#define HUBTOP_COLLECTOR_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/json.h"
#include "collector/asker.h"
#include "domain/value.h"
#include "io/loop.h"

/* The collector's end of the control socket: who is there, and what they may ask. */
struct serve;

/* Who asked what, for an answer that comes later. */
struct serve_call {
    int64_t visitor; /* a number of its own; nobody has it once it left */
    int64_t id;      /* the frame's */
    uid_t uid;       /* the kernel's word */
    unsigned roles;  /* ROLES_… */
    bool write;      /* asked for, configured, and some role may */
    struct asker asker;
};

struct serve_options {
    const char *path; /* of the socket */
    const char *context;
    bool shared, write_allowed;
    const struct roles *roles;                             /* NULL: whoever can connect has all but ROLES_BREAK_GLASS */
    uid_t owner;                                           /* of the state directory */
    size_t (*groups)(uid_t uid, int64_t *out, size_t max); /* NULL: asker_groups() */
    const struct clock *clock; /* told to all who ask, where it is a simulated one; NULL: none is */
    int64_t hello_ms;          /* who has not said hello by then is dropped; 0: 10 s */
    void *ctx;
    int64_t (*rev)(void *ctx);
    size_t (*pending)(
        void *ctx); /* sources that have neither answered nor failed yet, or whose rows are on their way */
    int64_t (*unrecorded_ms)(void *ctx);             /* for how long nothing could be recorded; NULL, 0: it can */
    uint64_t (*take_kinds)(void *ctx);               /* written since the last call: KIND_BIT()s */
    void (*poll_now)(void *ctx, const char *source); /* "" = all */
    /* A request that changes something: true when it is one of these; the answer comes by serve_done() or serve_refuse(), now or
     * later. NULL: there are none. */
    bool (*ask)(void *ctx, const struct serve_call *call, const struct json *message);
    void (*quit)(void *ctx);
    void (*idle)(void *ctx, bool idle); /* the last client left, or the first came */
};

struct serve *serve_new(struct loop *loop, const struct serve_options *options, struct err *err);
void serve_free(struct serve *s);

/* Answers a request, if its visitor is still there: done (`made` the id of what it made, "" without), or refused with err's words,
 * hint and status. */
void serve_done(struct serve *s, const struct serve_call *call, struct safe_text made);
/* The same for a plan: its hash, and the names of the checks that failed, as a list's members. */
struct serve_told {
    struct safe_text hash, failed;
};
void serve_done_told(struct serve *s, const struct serve_call *call, struct safe_text made,
                     const struct serve_told *told);
/* The same with members of one's own: `members` is a JSON object of at most CONTROL_FRAME_MAX less a few bytes. */
void serve_done_with(struct serve *s, const struct serve_call *call, const struct buf *members);
void serve_refuse(struct serve *s, const struct serve_call *call, const struct err *err);

/* Tells all clients, at most once in 100 ms, that rows of a source (NULL: of several) are in the store, and
 * of which kinds. */
void serve_committed(struct serve *s, const char *source);
/* The same when something is different from what was told last, by whatever way it came. */
void serve_tick(struct serve *s);

#endif
