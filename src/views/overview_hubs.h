#ifndef HUBTOP_SRC_VIEWS_OVERVIEW_HUBS_H
#define HUBTOP_SRC_VIEWS_OVERVIEW_HUBS_H

#include "views/hubs.h"

/* The hubs of the overview: a line each where there is room, with the power and the occupancy of their clusters where
 * these are told; otherwise several in a line. `in` is the inside of their box. */
void overview_hubs_draw(struct hubs *h, const struct view_rows *clusters, const struct view_frame *f,
                        struct view_place *place, struct canvas *c, struct area in, bool focused);

#endif
