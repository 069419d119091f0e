#ifndef HUBTOP_SRC_VIEWS_MAP_DETAIL_H
#define HUBTOP_SRC_VIEWS_MAP_DETAIL_H

#include "views/map_list.h"

/* What is known of one link, and what changed of late. */

/* The lines that the details take in an area so wide. */
int map_detail_height(const struct map_world *w, int link, int width);
/* The value against its promise, why it is judged so, the values beside it, the last hour: as a chart where there is
 * room for one (`sources` tell how often links are measured), else as one line. */
void map_detail_draw(const struct map_list *l, int link, const struct view_frame *f, const struct view_rows *sources,
                     struct view_state *s, struct canvas *c, struct area in);

/* The newest changes of links, one a line. */
void map_detail_changes(const struct map_world *w, const struct view_rows *changes, struct canvas *c, struct area in);
/* What there is to do where no link is known. */
void map_detail_nothing(const struct view_rows *links, struct canvas *c, struct area in);

#endif
