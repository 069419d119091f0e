#ifndef HUBTOP_SOURCES_HUB_MARK_H
#define HUBTOP_SOURCES_HUB_MARK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* The revisions of a list's items, by id: what an order's target names as seen. Ids are kept as keyed hashes of 8 bytes, and
 * revisions that are whole numbers as such: 16 bytes a slot, seven of eight slots at most in use. */

enum { HUB_MARK_MAX = 128 }; /* bytes of a revision, with its end */

struct hub_mark;
/* Holds at most `max_bytes`; what does not fit is not known. `changes`: it is to be laid over another. */
struct hub_mark *hub_mark_new(size_t max_bytes, bool changes);
void hub_mark_free(struct hub_mark *m);

/* Notes the revision of an id; an empty one, or one that is too long, makes it unknown. */
void hub_mark_put(struct hub_mark *m, struct safe_text id, struct safe_text revision);
/* Lays `changes` over `m`. */
void hub_mark_merge(struct hub_mark *m, const struct hub_mark *changes);
/* False when it is not known. NULL knows none. */
bool hub_mark_get(const struct hub_mark *m, struct safe_text id, char out[HUB_MARK_MAX]);

size_t hub_mark_count(const struct hub_mark *m);
size_t hub_mark_bytes(const struct hub_mark *m); /* NULL: 0 */

#endif
