#ifndef HUBTOP_SRC_VIEWS_OVERVIEW_CHANGES_H
#define HUBTOP_SRC_VIEWS_OVERVIEW_CHANGES_H

#include "views/list.h"

/* "What changed", the newest first; the change nearest before the start of an open alert is marked "<<". */
struct overview_changes {
    const struct view_rows *changes, *alerts, *links, *clusters, *places;
};
void overview_changes_draw(const struct overview_changes *o, const struct view_frame *f, struct view_place *place,
                           struct canvas *c, struct area area, bool focused);
/* Opens what the change is about. */
struct intent overview_changes_open(const struct row *change);
/* The kind and id of that; false: it does not say. */
bool overview_changes_object(const struct row *change, struct row *object);

#endif
