#ifndef HUBTOP_COLLECTOR_ASKER_H
#define HUBTOP_COLLECTOR_ASKER_H

#include <sys/types.h>

#include "base/json.h"
#include "domain/person.h"
#include "domain/roles.h"
#include "store/journal.h"

/* Who is at the other end of the control socket, beside the uid: the login uid, which is the kernel's word, and what the client says of
 * itself, which is not. */

enum { ASKER_CLAIM_MAX = 128 };

struct asker {
    bool login_known;
    int64_t login_uid;
    char key[PERSON_KEY_MAX], cert[PERSON_CERT_MAX];   /* of the SSH session, as asker_ssh() found it; "": not known */
    char login[ASKER_CLAIM_MAX], ssh[ASKER_CLAIM_MAX]; /* claimed, as received; "": not said */
};

/* Reads the audit login uid of that process. False where the kernel keeps none, or nobody has logged in: a service. */
bool asker_login_uid(pid_t pid, int64_t *uid);

/* The groups of a uid, by the system's tables: up to `max` into `out`; how many. 0: nobody knows that uid. */
size_t asker_groups(uid_t uid, int64_t *out, size_t max);

/* Finds the SSH key that opened the session of a peer, in the file that sshd wrote for it (ExposeAuthInfo), of which the peer passed
 * `fd`; the caller closes that. What the file says counts when the kernel bears it out: a process of root's sshd stands above the peer,
 * and the file, the peer's own and nobody else's to read, was last changed between that process's start and the start of the shell below
 * it: when sshd wrote it. False with why (INPUT) where that is not so. `proc` is "/proc".
 *
 * This proves that who asks came over another connection with another key, not by another terminal of the same session, nor with a file
 * made afterwards. It does not prove it against somebody of the same uid who is bent on deceit: whoever logs in twice can put a file of
 * their own there while the second login is under way, and owns the processes of all who share the uid anyway. Where that matters, people
 * have uids of their own. */
bool asker_ssh(const char *proc, pid_t peer, uid_t uid, int fd, struct asker *a, struct err *why);

/* Takes claimed_login and claimed_ssh of a request; what is too long is cut. */
void asker_claims(struct asker *a, const struct json *message);

/* For an entry of the journal; its texts are the asker's. */
struct journal_asker asker_entry(const struct asker *a);

#endif
