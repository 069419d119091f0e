#ifndef HUBTOP_DOMAIN_DEED_H
#define HUBTOP_DOMAIN_DEED_H

#include "base/json.h"

/* What an entry of the journal did, as the command line that does the same. */

/* Appends "hubtop alert ack 'A-1042' --until … --write" for an entry of that op with that body (a JSON object), words quoted for a POSIX shell
 * where they need it. False, with nothing appended, for what no command does again: outcomes, what the collector does by itself, a plan that
 * was proposed. */
bool deed_command(struct safe_text op, const struct json *body, struct buf *out);

#endif
