#ifndef HUBTOP_CONSOLE_HELLO_H
#define HUBTOP_CONSOLE_HELLO_H

#include <stdbool.h>

#include "base/err.h"
#include "base/json.h"
#include "domain/person.h"
#include "domain/roles.h"
#include "io/control.h"

/* The first frame of a client, and what the collector answers to it. */

/* Says hello as `what` ("console", "command"), and passes along the file in which sshd tells by which key the session was opened
 * (SSH_USER_AUTH), where there is one: the collector judges it. */
bool hello_send(struct control_link *link, const char *what, bool write, struct err *err);

/* What was answered. All zeros: nothing yet. */
struct hello {
    bool known, write;
    unsigned roles;             /* ROLES_… */
    char key[PERSON_KEY_MAX];   /* of the SSH session; "": not known */
    char unknown[ERR_TEXT_MAX]; /* and then why */
};
/* True when the message is that answer. */
bool hello_read(const struct json *message, struct hello *out);

#endif
