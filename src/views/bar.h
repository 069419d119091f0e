#ifndef HUBTOP_SRC_VIEWS_BAR_H
#define HUBTOP_SRC_VIEWS_BAR_H

#include "ui/canvas.h"

/* A bar one row high: `share` of `width` columns, from 0 to 1 (more is full). Nothing is drawn for an unknown share
 * (NAN), so that it is not taken for an empty one. */
void bar_draw(struct canvas *c, int x, int y, int width, enum role role, double share);

#endif
