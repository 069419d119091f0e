#ifndef HUBTOP_CLI_AUDIT_ASK_H
#define HUBTOP_CLI_AUDIT_ASK_H

#include "base/json.h"
#include "cli/setup.h"

/* What the journal says (collector/audit_page.h), from whoever may open it: the collector, over its socket; where none runs, this process,
 * which takes the collector's lock for as long as it copies the file and looks at the copy. A collector is not started for it: it would
 * write to what is to be looked at. */

/* Entries from the newest back: `take` is called with each page. `ask` is the request as a JSON object without "before". */
bool audit_ask_entries(const struct setup *s, const struct options *o, const char *ask,
                       void (*take)(void *ctx, const struct json *page), void *ctx, struct err *err);

/* The verdict, against `anchor` too unless it is NULL. */
bool audit_ask_verdict(const struct setup *s, const struct options *o, const char *anchor,
                       void (*take)(void *ctx, const struct json *verdict), void *ctx, struct err *err);

#endif
