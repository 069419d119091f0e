#ifndef HUBTOP_COLLECTOR_AUDIT_H
#define HUBTOP_COLLECTOR_AUDIT_H

#include "collector/apply.h"
#include "collector/serve.h"
#include "collector/watch.h"

/* The collector's care for its journal: that its chain is verified at the start, that anchors of it are kept, that somebody hears of it when
 * orders are off, and what the control socket tells of it. */

/* The source of the one alert that says that orders are off. */
#define AUDIT_SOURCE BOOK_JOURNAL

struct audit_options {
    struct loop *loop;
    struct store *store;
    struct apply *apply;
    struct watch *watch;
    struct serve *serve; /* answers go there; NULL: nobody asks */
    const struct clock *clock;
    const char *state_dir, *context;
    bool keep;          /* anchors, in the file and in the system's log */
    const char *syslog; /* its socket; NULL: /dev/log */
};

struct audit *audit_new(const struct audit_options *options);
void audit_free(struct audit *a); /* keeps a last anchor; accepts NULL */

/* Takes a frame: false when it is neither audit_show (audit_page()) nor audit_verify ({"anchor":"SEQ:HASH"}; the answer is
 * audit_page_verdict()'s, when all has been looked at). Whoever may connect may ask. */
bool audit_ask(struct audit *a, const struct serve_call *call, const struct json *message);

/* Keeps an anchor when one is due: after AUDIT_EACH entries, and a minute after the last where there is any. Tells when orders are off. Each second or
 * so. */
enum { AUDIT_EACH = 32, AUDIT_ANCHOR_MS = 60000 };
void audit_tick(struct audit *a);

#endif
