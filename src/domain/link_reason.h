#ifndef HUBTOP_SRC_DOMAIN_LINK_REASON_H
#define HUBTOP_SRC_DOMAIN_LINK_REASON_H

#include "base/buf.h"

/* What may be wrong with a link. A reason is kept as its code and its arguments, "over 3.42 3", and said in the
 * interface's language when it is shown: one collector serves operators of all languages. */
enum link_reason {
    LINK_REASON_DOWN,
    LINK_REASON_OVER,     /* delay, promise */
    LINK_REASON_WAS_OVER, /* delay, promise */
    LINK_REASON_NEAR,     /* p95, promise */
    LINK_REASON_DARK,
    LINK_REASON_LIT, /* lit paths, all paths */
    LINK_REASON_LOST,
    LINK_REASON_LOSS,  /* percent, sign, limit */
    LINK_REASON_USED,  /* percent, sign, limit */
    LINK_REASON_N1,    /* percent of what one path less carries, limit */
    LINK_REASON_USUAL, /* baseline, delay */
    LINK_REASON_BELOW, /* delay, minimum */
    LINK_REASON_NEVER, /* promise, minimum */
};

/* The code, which begins the member of LINK_REASONS. */
const char *link_reason_code(enum link_reason reason);

/* Appends a member of LINK_REASONS as a sentence, in English or in the interface's language; false, with nothing
 * appended, for one of an unknown code. */
bool link_reason_put(const char *member, bool english, struct buf *out);

/* Appends what LINK_WHY says in English in the interface's language, as far as it is made of known sentences. */
void link_reason_tell(const char *why, struct buf *out);

#endif
