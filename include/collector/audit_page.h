#ifndef HUBTOP_COLLECTOR_AUDIT_PAGE_H
#define HUBTOP_COLLECTOR_AUDIT_PAGE_H

#include "base/json.h"
#include "store/journal_check.h"

/* What is told of the journal, as JSON: by the collector over its socket, or by a command to itself where no collector runs. */

enum { AUDIT_PAGE_MAX = 900 << 10 };

/* Entries from the newest back: those before "before" (a number), that are not older than "since_ms" (UTC), of the op "wanted", asked for
 * by "user" (a login or a uid), at most "limit"; all of these may be missing. Appends {"entries":[…],"before":SEQ,"more":true}: while there
 * is more, ask again with that "before". Works for a few milliseconds, or (`whole`) as long as it takes. False with err when the journal
 * cannot be read. */
bool audit_page(struct store *s, const struct json *ask, bool whole, struct buf *out, struct err *err);

/* A verdict, appended: {"verified":true,"entries":N,"last":"SEQ:HASH","anchor":"SEQ:HASH","faults":0,"findings":[{"fault":"edited","seq":N,"to":N}]};
 * `last` and `anchor` are null where there is none. */
void audit_page_verdict(const struct journal_verdict *v, struct buf *out);

#endif
