#ifndef HUBTOP_SRC_VIEWS_MAP_SCENE_H
#define HUBTOP_SRC_VIEWS_MAP_SCENE_H

#include "views/map_flow.h"

/* The picture of the map: coast, graticule, rings, links, sites, legend. */

/* What of the view's own state is the picture's, as indexes of view_state.number. All 0: everything that there is fits
 * into the picture. */
enum map_number {
    MAP_MOVED, /* the centre was chosen: MAP_LON, MAP_LAT */
    MAP_LON,
    MAP_LAT,
    MAP_ZOOM, /* steps: two double the scale */
    MAP_RINGS,
    MAP_SHOWN,
    MAP_TOUCHED, /* a key was pressed: the origin stays */
};

enum map_rings { MAP_RINGS_ALL, MAP_RINGS_OFF, MAP_RINGS_1, MAP_RINGS_3, MAP_RINGS_5, MAP_RINGS_20, MAP_RINGS_CHOICES };
/* Links that are promised (all where none is), those of the origin, bad ones only, none, all; bad ones but with OFF. */
enum map_shown { MAP_SHOWN_PROMISED, MAP_SHOWN_ORIGIN, MAP_SHOWN_BAD, MAP_SHOWN_OFF, MAP_SHOWN_ALL, MAP_SHOWN_CHOICES };

struct map_scene {
    const struct map_world *world;
    const struct view_state *state;
    const struct raster_outline *outline; /* NULL: none */
    const struct map_flows *flows; /* what plans that run move: then rings and links that are well stand back; NULL */
    int origin, selected;          /* a site, a link; -1: none */
};

/* Draws the picture in a frame. */
void map_scene_draw(const struct map_scene *m, struct canvas *c, struct area area);

/* Moves the picture by so many tenths of itself, to the east and to the north; makes it larger or smaller around the
 * origin, where that is seen. */
void map_scene_pan(const struct map_scene *m, struct area area, struct view_state *s, int east, int north);
void map_scene_zoom(const struct map_scene *m, struct area area, struct view_state *s, int steps);

#endif
