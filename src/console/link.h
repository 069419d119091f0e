#ifndef HUBTOP_CONSOLE_LINK_H
#define HUBTOP_CONSOLE_LINK_H

#include "base/json.h"
#include "console/console.h"
#include "console/hello.h"
#include "io/loop.h"

/* The console's tie to its collector: finds it, starts one when there is none and it may, and does so again when it is
 * lost. */
struct link;

struct link_handler {
    void (*clock)(void *ctx, const struct clock *clock); /* the collector's is a simulated one, and is this now */
    void (*committed)(void *ctx);                        /* there is something new in the cache */
    void (*changed)(void *ctx, const char *message);     /* linked, or lost: a sentence for the message line */
    void *ctx;
};

struct link *link_new(struct loop *loop, const struct console_options *options, const struct link_handler *handler);
void link_free(struct link *l);

bool link_is_up(const struct link *l);
/* What the collector said of us; NULL: nothing yet. */
const struct hello *link_hello(const struct link *l);
int64_t link_down_ms(const struct link *l); /* for how long there is none; 0 while it is up */
/* For how long its collector cannot record what it sees (the disk is full, it fails); 0: it can. */
int64_t link_unrecorded_ms(const struct link *l);
/* Sends a frame whose id is 100 or more; false: nobody is there. */
bool link_send(struct link *l, const char *json, size_t n);
/* Answers to such frames go to `reply`; NULL: to nobody. */
void link_replies(struct link *l, void (*reply)(void *ctx, const struct json *message), void *ctx);
/* Tells the collector, now and then, at what we look ("": at nothing that matters to others). Who else looks at it, "li.wei, chen.f"; it
 * lives until the next call. Accepts NULL. */
const char *link_viewing(struct link *l, const char *object);
bool link_poll_now(struct link *l); /* false: nobody to ask */

#endif
