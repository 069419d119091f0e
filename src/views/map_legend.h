#ifndef HUBTOP_SRC_VIEWS_MAP_LEGEND_H
#define HUBTOP_SRC_VIEWS_MAP_LEGEND_H

#include "views/map_world.h"

/* What the map's lines and signs mean, of those that are drawn; its scale; what it does not show. */
struct map_legend {
    const struct map_world *world;
    double dot_km;
    unsigned states; /* of links, as bits */
    bool origin;
};

void map_legend_draw(const struct map_legend *l, struct canvas *c, struct area area);

/* The sign of a site, or of the origin. */
const char *map_legend_sign(const struct canvas *c, bool origin);

#endif
