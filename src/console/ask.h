#ifndef HUBTOP_CONSOLE_ASK_H
#define HUBTOP_CONSOLE_ASK_H

#include <stdbool.h>

#include "console/link.h"
#include "domain/intent.h"

/* What an operator asks of the collector, and what it says to that. One that gets no answer within 5 s is told as such; it may
 * have been done all the same, which the next picture shows. */

struct ask;

struct ask_handler {
    /* A sentence for the message line: done, refused with the collector's words and what to do, or no answer. */
    void (*say)(void *ctx, bool bad, const char *message);
    void *ctx;
};

struct ask *ask_new(struct loop *loop, struct link *link, const struct ask_handler *handler);
void ask_free(struct ask *a);

/* Carries out an INTENT_ASK: false when there is nobody to ask, which is said. */
bool ask_send(struct ask *a, const struct intent *intent);

/* Whether an answer is still to come. */
bool ask_waits(const struct ask *a);

/* Takes back the last own ack, silence, note, step or window of this console that was done. False, and said, when there is none. */
bool ask_undo(struct ask *a);

#endif
