#ifndef HUBTOP_SRC_CONSOLE_FLOOR_H
#define HUBTOP_SRC_CONSOLE_FLOOR_H

#include "console/complete.h"
#include "console/console_private.h"

/* Where racks stand, as paths that can be typed: CLUSTER, CLUSTER/HALL, CLUSTER/HALL/ROW, CLUSTER/HALL/ROW/RACK. */

enum { FLOOR_MAX = 200 };

struct floor {
    char all[FLOOR_MAX][COMPLETE_WORD_MAX];
    const char *list[FLOOR_MAX + 1]; /* ended by NULL */
    size_t count;
};

/* Those of the shown view's rows that begin as `typed`, cut behind their next part: there may be a million racks. */
void floor_names(struct console *c, const struct view_rows *rows, const char *typed, struct floor *out);
/* What was meant by a path that leads nowhere; NULL: nothing comes near. Lives as long as `out`. */
const char *floor_near(struct console *c, const struct view_rows *rows, const char *typed, struct floor *out);

#endif
