#ifndef HUBTOP_DOMAIN_BLAME_H
#define HUBTOP_DOMAIN_BLAME_H

#include <stdbool.h>
#include <stddef.h>

#include "domain/row.h"

/* "Is it the site or the path?" Two ends and what their other links say, as a matrix shows it at a glance: a whole row
 * and column that is bad is a site, one cell is a path. Pure. */

enum blame_what {
    BLAME_NOTHING, /* no direction between the two is bad */
    BLAME_PATH,    /* most other links of both ends are well */
    BLAME_FROM,    /* most other links of this end are bad as well, those of the other are not, or nobody knows */
    BLAME_TO,
    BLAME_BOTH,
    BLAME_UNKNOWN /* the two are not measured, or an end has no other link that is */
};

struct blame_end {
    size_t all, known, bad; /* its links with others, each direction for itself: there are, measured and fresh, bad */
};

enum blame_link { BLAME_NO_LINK, BLAME_NOT_KNOWN, BLAME_WELL, BLAME_BAD };

struct blame {
    enum blame_what what;
    enum blame_link there, back; /* from > to, and to > from */
    struct blame_end from, to;
};

/* What one link says. Bad is one that is critical, warns, or is above its baseline; a stale one, one without severity and one
 * that is faster than light are not known. */
enum blame_link blame_link_of(const struct row *link);

/* Of all link rows, for the ends of those ids. */
struct blame blame_of(const struct row *links, size_t n, struct safe_text from, struct safe_text to);

/* Appends the answer as a sentence without a full stop, safe to show; the ends under the names that are given. One bad
 * direction whose way back is well is said to be the only one. */
void blame_sentence(const struct blame *b, struct safe_text from, struct safe_text to, struct buf *out);

#endif
