#ifndef HUBTOP_SRC_VIEWS_HUBS_H
#define HUBTOP_SRC_VIEWS_HUBS_H

#include "views/view.h"

/* The hubs in their order and last, where there are such, the clusters outside of them as one row ("unassigned"). The
 * clusters themselves where nobody knows a hub. */
struct hubs {
    const struct view_rows *told; /* of hubs, or of clusters */
    size_t count;                 /* hubs, without that row, or clusters */
    size_t outside;               /* where that row stands in `told`; its count when there is none */
};

struct hubs hubs_make(const struct view_rows *hubs, const struct view_rows *clusters);
/* As rows for a list; `h` must live as long. */
struct view_rows hubs_rows(struct hubs *h);

/* Whether a row is that of the clusters outside. */
bool hubs_is_outside(const struct row *row);

#endif
