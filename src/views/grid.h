#ifndef HUBTOP_SRC_VIEWS_GRID_H
#define HUBTOP_SRC_VIEWS_GRID_H

#include "base/arena.h"
#include "views/ends.h"
#include "views/view.h"

/* All ends against all: clusters, then what else links end at, each by id. A link is one direction. */

enum { GRID_ENDS_MAX = 200, GRID_LINKS_MAX = 20000 }; /* what is beyond is left out, and counted in `all` */

struct grid {
    struct safe_text *ends; /* ids */
    size_t count, all;
    size_t *link; /* [from * count + to]: the link's position in its rows, from 1; 0: there is none */
    size_t links; /* that have a place in it */
    const struct view_rows *rows;
    struct arena arena;
};

/* Texts are the rows'. The caller keeps `links` where it is, and releases the grid. */
void grid_make(struct grid *g, const struct view_rows *links, const struct view_rows *clusters);
void grid_release(struct grid *g);

/* The end of that id, or -1. */
int64_t grid_end(const struct grid *g, struct safe_text id);
/* The link between two ends; false when there is none. */
bool grid_at(const struct grid *g, size_t from, size_t to, struct row *link);
/* Every link that one of the two ends has; the rows are the grid's. */
size_t grid_of(struct grid *g, size_t a, size_t b, struct row **links);

#endif
