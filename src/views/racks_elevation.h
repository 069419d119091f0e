#ifndef HUBTOP_SRC_VIEWS_RACKS_ELEVATION_H
#define HUBTOP_SRC_VIEWS_RACKS_ELEVATION_H

#include "views/racks.h"

/* One rack from its highest unit to its lowest. */

struct racks_elevation {
    const struct row *rack;
    const struct view_rows *devices, *nodes; /* of that rack; those of others are passed over */
    const struct thresholds *thresholds;     /* NULL: the presets */
    bool rear;                               /* which face is looked at */
};

/* Draws it into the inside of a box; `scroll` is the first line shown and is put into its bounds. Devices whose units
 * overlap, lie outside the rack or are not known are said to do so, each on lines of its own. */
void racks_elevation_draw(const struct racks_elevation *e, int *scroll, struct canvas *c, struct area in);

#endif
