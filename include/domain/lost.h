#ifndef HUBTOP_DOMAIN_LOST_H
#define HUBTOP_DOMAIN_LOST_H

#include "domain/row.h"

/* The nodes that are lost (state down, and not for maintenance) now, and since when: a handful of a million, kept up with what changes. */
struct lost;

enum { LOST_MAX = 20000 }; /* further ones are left out */

/* No node is lost yet. */
struct lost *lost_new(void);
void lost_free(struct lost *l);

/* A node as the store remembers it: lost since its own reason_at, else since its row says so. */
void lost_remember(struct lost *l, const struct row *node);
/* A node changed at `at_ms` (UTC): `was` or `now` is NULL when it appears or goes. */
void lost_see(struct lost *l, const struct row *was, const struct row *now, int64_t at_ms);

/* All of them, with the moment (UTC) when each was lost; valid until the next call of any of these. */
size_t lost_list(struct lost *l, const struct row **rows, const int64_t **lost_ms);

#endif
