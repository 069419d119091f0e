#ifndef HUBTOP_DOMAIN_CONCERN_H
#define HUBTOP_DOMAIN_CONCERN_H

#include "domain/row.h"

/* What an alert or an object is about, as runbooks, contacts and scopes ask for it: a few texts by name. Pure. */

enum concern_key {
    CONCERN_RULE,
    CONCERN_NAME,
    CONCERN_KIND,
    CONCERN_SEVERITY,
    CONCERN_SOURCE,
    CONCERN_WHERE,
    CONCERN_HUB,
    CONCERN_CLUSTER,
    CONCERN_SCHEDULER,
    CONCERN_ACCOUNT,
    CONCERN_TENANT,
    CONCERN_KEYS
};

/* Texts are the row's; empty ones are unknown. A link lies between two places: both are its clusters. */
struct concern {
    struct safe_text is[CONCERN_KEYS];
    struct safe_text to;     /* the other end's cluster */
    struct safe_text to_hub; /* and its hub */
};

/* Of an alert what it says of its object, of any other row itself. */
struct concern concern_of(const struct row *row);
/* Fills the hubs of its clusters, where they are not known yet. */
void concern_hubs(struct concern *c, const struct row *clusters, size_t n);

enum concern_answer { CONCERN_NO, CONCERN_YES, CONCERN_UNKNOWN };
/* Whether it is that: equal texts, of a kind also "link" for "links"; a value that ends in '*' is what it begins with. UNKNOWN
 * where the text is. */
enum concern_answer concern_is(const struct concern *c, enum concern_key key, struct safe_text value);

/* A condition is words KEY=VALUE with spaces between, which must all hold: "rule=link cluster=SHG". False with ERR_INPUT for one
 * that makes no sense, is empty, or has more than CONCERN_WORDS_MAX words. */
enum { CONCERN_WORDS_MAX = 8 };
bool concern_check(struct safe_text condition, struct err *err);
/* How many words hold: 0 unless all do. What is unknown holds not. */
size_t concern_meets(const struct concern *c, struct safe_text condition);

#endif
