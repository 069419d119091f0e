#ifndef HUBTOP_SRC_VIEWS_RACKS_LIST_H
#define HUBTOP_SRC_VIEWS_RACKS_LIST_H

#include "views/list.h"
#include "views/racks.h"

/* The lists of clusters, halls, rows of racks and racks: their columns, and how a row is painted. */

enum racks_level { RACKS_CLUSTERS, RACKS_HALLS, RACKS_ROWS, RACKS_RACKS, RACKS_LEVELS };

struct racks_list {
    struct list list;
    struct table_column columns[TABLE_COLUMNS_MAX];
    enum racks_metric metric;
    const struct racks_halls *halls;
    int sorted; /* the field of racks whose column is the metric's, at every level */
};

/* The metric's own column is never left out, and the bar bears its name. */
struct racks_list racks_list_make(enum racks_level level, enum racks_metric metric, const struct racks_halls *halls);
/* Draws head and rows; `f` gets its context. */
void racks_list_draw(struct racks_list *l, struct list_frame *f, struct canvas *c, struct area in);

/* A cluster's name in the interface's language, its id where nobody knows it; a hall's id, for each site has a hall "H1";
 * "all halls" and "all rows" for what has no id. */
struct safe_text racks_list_label(const struct row *row);

/* The last column that can be scrolled away to see those behind it. */
enum { RACKS_LIST_SCROLL_MOST = 11 };

#endif
