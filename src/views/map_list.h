#ifndef HUBTOP_SRC_VIEWS_MAP_LIST_H
#define HUBTOP_SRC_VIEWS_MAP_LIST_H

#include "views/list.h"
#include "views/map_world.h"

/* Links of the map as a list: those that begin at a site, or all of them. */

enum { MAP_CURVE_MS = 60 * 60 * 1000 };

struct map_list {
    const struct map_world *world;
    const struct view_rows *told; /* the rows of the frame */
    int from;                     /* a site; -1: all */
    int count, at[MAP_LINKS_MAX];
};

/* The worst first, unless the operator chose an order. They are used as long as `l` and the world are. */
void map_list_make(struct map_list *l, const struct map_world *world, const struct view_rows *told, int from,
                   const struct view_state *s);
struct view_rows map_list_rows(struct map_list *l);
/* The link under the cursor, or -1. */
int map_list_current(const struct map_list *l, const struct view_place *place);

/* Draws the list into the inside of a box, with titles. */
void map_list_draw(struct map_list *l, const struct view_frame *f, struct view_state *s, struct view_place *place,
                   bool focused, struct canvas *c, struct area in);
/* The delay's curve of the last hour (MAP_CURVE_MS); blank where nothing is known. */
void map_list_curve(const struct view_rows *told, const struct view_frame *f, struct view_state *s,
                    const struct row *link, struct canvas *c, int x, int y, int width);

#endif
