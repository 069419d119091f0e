#ifndef HUBTOP_SRC_VIEWS_DETAIL_H
#define HUBTOP_SRC_VIEWS_DETAIL_H

#include "domain/row.h"
#include "ui/canvas.h"

/* Everything that is known of one object, in words, in a box: known fields with their names, how old they are and who
 * told them, and the names of what is not known. */
void detail_draw(const struct row *row, int64_t now_ms, struct canvas *c, struct area area);

/* How much of `area` a detail pane takes from below a list: 0 where the list would not be seen any more. */
int detail_height(struct area area);

#endif
