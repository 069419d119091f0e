#ifndef HUBTOP_COLLECTOR_ASKED_H
#define HUBTOP_COLLECTOR_ASKED_H

#include "collector/serve.h"
#include "domain/person.h"
#include "domain/roles.h"
#include "store/journal.h"

/* A request that changes something, as plans, orders and the desk read it: who asks, whether they may, and its entry of the journal. */

enum { ASKED_WHO_MAX = 128, ASKED_NOT_ALLOWED = 77 };

struct asked {
    const struct serve_call *call;
    const struct json *message;
    struct journal_entry entry; /* its texts are the frame's, the call's or this struct's */
    char who[ASKED_WHO_MAX], fingerprint[65];
};

/* A text of a frame, "" without. */
struct safe_text asked_member(const struct json *message, const char *key);
/* The login of a uid; the uid where it has none. */
void asked_by(uid_t uid, char out[ASKED_WHO_MAX]);
/* Who asks, as far as the kernel and sshd tell. */
struct person asked_person(const struct serve_call *call);
/* Who asked for what that entry of the journal tells, its key by the entry's body. */
struct person asked_person_of(const struct journal_entry *e, const struct json *body);
/* Whether `me` is somebody other than `by`, called `who`, who proposed `what` ("plan", "order"); else false with err (77). */
bool asked_is_another(const struct person *me, const struct person *by, struct safe_text who, const char *what,
                      struct err *err);

/* Whether the asker has that role and its session may write; else false with err (77), which says what is missing and how to get it. */
bool asked_may(const struct serve_call *call, unsigned role, struct err *err);

/* Whether a request's id is there, and no longer than is kept: false with err (64). */
bool asked_has_id(struct safe_text request_id, struct err *err);
/* Fills `r` (`call` and `message` are set) with who asks and the entry of now; what makes it the same request, its fingerprint, is the
 * caller's to say. Whether they may is asked apart. False with err: orders are off, or it has no request_id (64). */
bool asked_read(struct asked *r, struct store *store, int64_t now_ms, struct err *err);

#endif
