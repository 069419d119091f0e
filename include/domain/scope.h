#ifndef HUBTOP_DOMAIN_SCOPE_H
#define HUBTOP_DOMAIN_SCOPE_H

#include "domain/concern.h"

/* "Mine": what a duty looks after. Nothing is hidden that might belong to it. Pure. */

/* A list of values for a key that a scope may name; an empty one is no limit. */
struct scope_list {
    enum concern_key key;
    const struct safe_text *values;
    size_t count;
};

/* The keys of a scope, in the order of its lists, and their words in a configuration ("hubs" …). */
enum { SCOPE_LISTS = 6 };
extern const enum concern_key scope_keys[SCOPE_LISTS];
extern const char *const scope_words[SCOPE_LISTS];

struct scope {
    struct safe_text name;
    struct scope_list lists[SCOPE_LISTS];
    const struct safe_text *users; /* logins whose scope it is */
    size_t user_count;
};

/* Whether it belongs to the scope: for each list that has values, it is one of them, or it is not known which it is. Without
 * a scope (NULL) everything belongs. */
bool scope_has(const struct scope *s, const struct concern *c);
/* The same of a row, and UNKNOWN where it does not say. */
enum concern_answer scope_of_row(const struct scope *s, const struct row *row, const struct row *clusters,
                                 size_t cluster_count);
bool scope_has_row(const struct scope *s, const struct row *row, const struct row *clusters, size_t cluster_count);

/* The scope of that name; the first one of that login; NULL: there is none. */
const struct scope *scope_named(const struct scope *all, size_t n, struct safe_text name);
const struct scope *scope_of_login(const struct scope *all, size_t n, struct safe_text login);

#endif
