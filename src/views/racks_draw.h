#ifndef HUBTOP_SRC_VIEWS_RACKS_DRAW_H
#define HUBTOP_SRC_VIEWS_RACKS_DRAW_H

#include "views/view.h"

/* The racks' screen: the level that has the keys; where it is wide, what is above and below it too. */
void racks_draw(const struct view_frame *f, struct view_state *s, struct canvas *c);

#endif
