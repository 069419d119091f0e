#ifndef HUBTOP_DOMAIN_PERSON_H
#define HUBTOP_DOMAIN_PERSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who somebody is, as far as the kernel and sshd tell. Pure. */

enum { PERSON_KEY_MAX = 64, PERSON_CERT_MAX = 128, PERSON_AUTH_MAX = 64 << 10 };

struct person {
    int64_t uid;       /* the kernel's word; -1: nobody */
    bool login_known;  /* the audit login uid is */
    int64_t login_uid; /* whoever logged in, whatever became of the uid */
    char key
        [PERSON_KEY_MAX]; /* "SHA256:…" of the SSH key that opened the session, as ssh-keygen -l tells it; "": not known */
    char cert[PERSON_CERT_MAX]; /* the id in the certificate of that key; "": it came without one */
};

enum person_is { PERSON_SAME, PERSON_OTHER, PERSON_UNTOLD };

/* Whether these are two people. UNTOLD: they share an account, and nothing tells them apart; nobody may take that for two. A login uid
 * only ever makes one of two: a process that has none may give itself any. */
enum person_is person_compare(const struct person *a, const struct person *b);

/* Reads the file that sshd writes with ExposeAuthInfo ("publickey ssh-ed25519 AAAA…", a method a line): the first public key, and of a
 * certificate the key that it certifies with the certificate's id. False: there is no key in it, and nothing is set. */
bool person_read_auth(const char *text, size_t n, struct person *out);

#endif
