#ifndef HUBTOP_SRC_VIEWS_RACKS_PATH_H
#define HUBTOP_SRC_VIEWS_RACKS_PATH_H

#include "views/view.h"

/* Goes to "CLUSTER", "CLUSTER/HALL", "…/ROW" or "…/ROW/RACK" (struct view, go): ids and names in either language, letters in either
 * case; a hall also by its id alone, a rack by its id, its name or its place in the row. False: there is no such. A row and a rack are
 * looked for among racks that were read: before they are, they are believed, and the state asks for them. */
bool racks_path_go(const struct view_frame *f, struct view_state *s, struct safe_text where);

#endif
