#ifndef HUBTOP_CONSOLE_STRIP_H
#define HUBTOP_CONSOLE_STRIP_H

#include "console/console.h"
#include "console/feeds.h"

/* The lines around a view: the status strip and the verdict above it, the message and the key bar below. */

struct strip {
    const struct console_options *options;
    const struct view *view;
    const struct verdict *verdict;
    struct feeds_freshness fresh;
    struct instant now;
    double speed; /* of a demo's clock; 0: it goes as time does */
    int64_t at_ms;
    bool linked;           /* a collector is there */
    int64_t unlinked_ms;   /* for how long there is none */
    int64_t unrecorded_ms; /* for how long the collector has not been able to record; 0: it can */
    const char *message;   /* "" when there is none */
    bool message_is_error;
    const char *user;
    const char *others;  /* who look at the same plan; "": nobody */
    uint64_t kinds;      /* that some source tells of: keys of other views are not on the bar */
    const char *caption; /* of a tour, in place of the keys; NULL: none */
    const char *news;    /* what became critical while the operator looks at something else; NULL: nothing */
    bool write;          /* keys that change something are on the bar */
    bool minutes;        /* the clock shows no seconds */
    int64_t frozen_ms;   /* since when the screen stands still; 0: it does not */
    struct spots *spots; /* takes where the keys stand; NULL: nobody asks */
};

void strip_top(const struct strip *s, struct canvas *c);    /* rows 1 and 2 */
void strip_bottom(const struct strip *s, struct canvas *c); /* rows H-1 and H */

/* How far what is shown can be trusted: "LIVE", "STALE", "REPLAY 02:58:11 …"; `age_ms` -1: it says none. It lives until the next
 * call. */
const char *strip_word(const struct strip *s, int64_t *age_ms);

/* The terminal's title: counts, program, context. */
void strip_title(const struct strip *s, char *out, size_t size);

#endif
