#ifndef HUBTOP_SRC_VIEWS_MAP_LINK_H
#define HUBTOP_SRC_VIEWS_MAP_LINK_H

#include "ui/raster.h"
#include "views/cell.h"

/* How the map shows a link: by how bad it is, in colour, in the form of its line, by sign and in a word. */

enum map_state { MAP_OK, MAP_PLANNED, MAP_UNKNOWN, MAP_STALE, MAP_NOTICE, MAP_WARN, MAP_CRIT, MAP_STATES };

struct map_look {
    struct raster_pen pen;
    enum glyph glyph; /* GLYPH_COUNT: none */
    const char *word; /* "crit" */
};

/* Stale before all; the worse, the higher. */
enum map_state map_link_state(const struct row *link);
const struct map_look *map_link_look(enum map_state state);
/* Whether somebody should look at it: notice, warn, crit. */
bool map_link_is_bad(enum map_state state);

/* The promised ring: "3". The measured one: "5", "out" beyond 20 ms. */
const char *map_link_promised(const struct row *link, char out[CELL_MAX]);
const char *map_link_ring(const struct row *link, char out[CELL_MAX]);
/* "9/13" paths lit of all. */
const char *map_link_lit(const struct row *link, char out[CELL_MAX]);

#endif
