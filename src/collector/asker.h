#ifndef HUBTOP_COLLECTOR_ASKER_H
#define HUBTOP_COLLECTOR_ASKER_H

#include <sys/types.h>

#include "base/json.h"
#include "store/journal.h"

/* Who is at the other end of the control socket, beside the uid: the login uid, which is the kernel's word, and what the client says of
 * itself, which is not. */

enum { ASKER_CLAIM_MAX = 128 };

struct asker {
    bool login_known;
    int64_t login_uid;
    char login[ASKER_CLAIM_MAX], ssh[ASKER_CLAIM_MAX]; /* claimed, as received; "": not said */
};

/* Reads the audit login uid of that process. False where the kernel keeps none, or nobody has logged in: a service. */
bool asker_login_uid(pid_t pid, int64_t *uid);

/* Takes claimed_login and claimed_ssh of a request; what is too long is cut. */
void asker_claims(struct asker *a, const struct json *message);

/* For an entry of the journal; its texts are the asker's. */
struct journal_asker asker_entry(const struct asker *a);

#endif
