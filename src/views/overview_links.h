#ifndef HUBTOP_SRC_VIEWS_OVERVIEW_LINKS_H
#define HUBTOP_SRC_VIEWS_OVERVIEW_LINKS_H

#include "base/arena.h"
#include "views/view.h"

/* The links of the overview: the worst first, by severity, then by their one-way delay against what was promised. */
struct overview_links {
    const struct view_rows *told, *clusters, *places;
    struct arena arena;
    struct overview_links_entry {
        size_t at; /* in `told` */
        int rank;
        double ratio; /* of the promise; NAN: unknown */
    } * all;
    size_t count;
};

/* Clusters and places give the names of the ends. */
struct overview_links overview_links_make(const struct view_rows *links, const struct view_rows *clusters,
                                          const struct view_rows *places);
void overview_links_release(struct overview_links *l);
/* As rows for a list; `l` must live as long. */
struct view_rows overview_links_rows(struct overview_links *l);

/* A list of them in the inside of a box. */
void overview_links_draw(struct overview_links *l, const struct view_frame *f, struct view_state *s,
                         struct view_place *place, struct canvas *c, struct area in, bool focused);
/* The worst one in a line: "✖ SHG→SZ ⣀⣤⣿ 3.42 ms promised 3 9/13 lit". */
void overview_links_line(struct overview_links *l, struct view_state *s, int64_t now_ms, struct canvas *c,
                         struct area line);

#endif
