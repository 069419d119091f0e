#ifndef HUBTOP_VIEWS_MARKS_H
#define HUBTOP_VIEWS_MARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "domain/row.h"

/* The rows that somebody marked in a view's list: by identity, so that they stay marked wherever an order or a filter puts them. A
 * look-up costs the same with one mark and with the most. */

enum { MARKS_MAX = 10000 };

struct marks; /* NULL: nothing was ever marked */

enum marks_result { MARKS_ADDED, MARKS_FULL, MARKS_TOO_LONG /* an id that no cursor keeps, either */ };

size_t marks_count(const struct marks *m);
bool marks_has(const struct marks *m, const struct row *row);
/* Marks a row, which is then the last one, marked before or not. `*m` is made when it is NULL; marks_free() ends it. */
enum marks_result marks_add(struct marks **m, const struct row *row);
void marks_remove(struct marks *m, const struct row *row);
void marks_clear(struct marks *m);
void marks_free(struct marks *m);
/* Mark `i` in the order in which they were made (i < count); the texts live until the marks change. The source is empty where there is
 * one row an id. */
void marks_at(const struct marks *m, size_t i, struct safe_text *id, struct safe_text *source);
/* The one that was marked last, likewise; false: none is. */
bool marks_last(const struct marks *m, struct safe_text *id, struct safe_text *source);
/* Lets go of the marks of which `there` says no; how many those were. */
typedef bool marks_there(void *ctx, struct safe_text id, struct safe_text source);
size_t marks_keep(struct marks *m, marks_there *there, void *ctx);

#endif
