#ifndef HUBTOP_SRC_VIEWS_MAP_WORLD_H
#define HUBTOP_SRC_VIEWS_MAP_WORLD_H

#include "base/arena.h"
#include "views/map_link.h"
#include "views/view.h"

/* What the map has to show, from the rows of one frame: sites, and the links between them. Texts are those rows'. */

enum { MAP_SITES_MAX = 2000, MAP_LINKS_MAX = 2000 };

struct map_site {
    struct safe_text id;
    struct safe_text name; /* of the interface's language: the id but in Chinese */
    struct safe_text full; /* its name where the map says the id, else empty */
    double lon, lat;       /* NAN: nobody says where it lies */
    struct cell_sign sign;
    bool cluster;
    int out, promised, paths; /* links that begin there, those with a promise, and all their optical paths */
};

struct map_link {
    struct row row;
    enum map_state state;
    bool promised; /* or with optical paths: what somebody runs, and not a delay alone that somebody measures */
    int from, to;  /* sites; -1: it does not say */
    int back;      /* the link of the other direction, -1: none is known */
};

struct map_world {
    struct arena arena;
    struct map_site *sites; /* by id */
    struct map_link *links; /* as the rows come */
    int site_count, link_count;
    int promised; /* links */
    size_t rest;  /* links above the limit, which are not shown */
};

/* Clusters, and whatever else a link begins or ends at: places, and ends of which nothing is known. */
struct map_world map_world_make(const struct view_rows *clusters, const struct view_rows *places,
                                const struct view_rows *links);
void map_world_release(struct map_world *w);

/* The site of that id, or -1. */
int map_world_site(const struct map_world *w, struct safe_text id);
/* Where a look at the map begins: at the begin of the worst link, else at the site with most promised links, most links
 * and most paths, in this order; -1: no link. */
int map_world_origin(const struct map_world *w);
/* Whether a link that begins there is in that state. */
bool map_world_has(const struct map_world *w, int site, enum map_state state);
bool map_world_placed(const struct map_world *w, int site);
/* Links with an end of which nobody knows where it lies. */
int map_world_unplaced(const struct map_world *w);

/* The links that begin at a site (-1: all), the worst first and of these the promised ones, or in the order of their
 * rows; their numbers into `out`
 * of MAP_LINKS_MAX. */
int map_world_list(const struct map_world *w, int from, bool worst_first, int *out);

#endif
