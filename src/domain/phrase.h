#ifndef HUBTOP_SRC_DOMAIN_PHRASE_H
#define HUBTOP_SRC_DOMAIN_PHRASE_H

#include "base/buf.h"

/* Sentences that are made of a msgid and of arguments that are texts: "%s" is an argument, "%%" a percent sign; a
 * translation may number its arguments ("%2$s"). printf(3) would take a pattern that comes from a catalogue at its
 * word. */

enum { PHRASE_ARGS_MAX = 4 };
struct phrase {
    struct {
        const char *at; /* belongs to whoever made the phrase */
        size_t len;
    } args[PHRASE_ARGS_MAX];
    size_t count;
};

/* Appends one more argument; false when there are PHRASE_ARGS_MAX already. */
bool phrase_add(struct phrase *p, const char *at, size_t len);

/* Whether `text` is made of `pattern` (with unnumbered arguments), and of which arguments: each is as short as it can
 * be, the last one is all that remains where the pattern ends in it. They lie in `text`. */
bool phrase_match(const char *pattern, const char *text, struct phrase *p);

/* Appends the sentence. Arguments that are not there are left out. */
void phrase_put(const char *pattern, const struct phrase *p, struct buf *out);

#endif
