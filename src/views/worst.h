#ifndef HUBTOP_SRC_VIEWS_WORST_H
#define HUBTOP_SRC_VIEWS_WORST_H

#include "base/arena.h"
#include "views/view.h"

/* Links with the worst first: by severity, then those that are so for the shortest time; the rest as they were. No
 * field of the store can say that, for severities are words. */

enum { WORST_ROWS_MAX = 4096 }; /* of more, which nobody reads to the end, the order stays as it was */

struct worst {
    struct view_rows rows; /* in that order */
    const struct view_rows *of;
    size_t *at, *back; /* positions there, and back */
    struct arena arena;
};

/* `of` and `*w` stay where they are as long as the rows are used. */
void worst_make(struct worst *w, const struct view_rows *of);
void worst_release(struct worst *w);

#endif
