#ifndef HUBTOP_SRC_VIEWS_RACKS_LOOK_H
#define HUBTOP_SRC_VIEWS_RACKS_LOOK_H

#include "views/racks_grid.h"
#include "views/racks_list.h"

/* Where somebody looks: down from the clusters to the halls of one, the rows of one hall, its racks, and what stands in one rack:
 * never all at once. The cursor of each level is what the level below belongs to. */

enum racks_need { RACKS_NEED_CLUSTERS, RACKS_NEED_HALLS, RACKS_NEED_RACKS, RACKS_NEED_DEVICES, RACKS_NEED_NODES };

/* The state's own numbers. OPEN: the rack under the cursor is open; LIST: a hall's racks are a list rather than a grid; LEFT: the
 * first column of the grid that is seen. */
enum racks_own {
    RACKS_OWN_LEVEL,
    RACKS_OWN_METRIC,
    RACKS_OWN_OPEN,
    RACKS_OWN_REAR,
    RACKS_OWN_SCROLL,
    RACKS_OWN_LIST,
    RACKS_OWN_LEFT
};

struct racks_look {
    const struct view_frame *frame;
    struct view_state *state;
    enum racks_metric metric;
    enum racks_level level; /* that has the keys */
    const struct racks_halls *halls;
    struct racks_order orders[RACKS_LEVELS]; /* of rows: none */
    struct racks_rows rows;                  /* of the hall */
    struct racks_grid grid;                  /* likewise; without spots where it is a list */
    struct row all_halls, all_rows;          /* the first of their lists: all together, without an id */
    struct safe_text cluster, hall, row;     /* what the racks belong to; "": any */
};

/* What is read at once is the clusters and which halls they have. */
struct racks_look racks_look_begin(const struct view_frame *f, struct view_state *s);
void racks_look_end(struct racks_look *l);
/* The halls of the cluster under its cursor, which the draw or key before has put there. */
void racks_look_halls(struct racks_look *l);
/* Racks, and the rows of their hall. */
void racks_look_racks(struct racks_look *l);
/* The level that has the keys, with what it takes. */
void racks_look_level(struct racks_look *l);
/* A level as rows for a list. */
struct view_rows racks_look_rows(struct racks_look *l, enum racks_level level);
/* Whether the racks are a grid. */
bool racks_look_grid(const struct racks_look *l);
/* The rack under the cursor of the level that has the keys; else its hall, cluster. */
bool racks_look_current(struct racks_look *l, struct row *row);
/* A row that is named by a place. */
bool racks_look_named(const struct view_frame *f, enum racks_need need, const struct view_place *p, struct row *row);

/* As the operator went; with a filter it is its racks that are looked at, wherever they are. */
enum racks_level racks_look_gone(const struct view_state *s);
struct safe_text racks_look_id(const struct view_place *p);
void racks_look_forget(struct view_place *p);

/* To a level; opened again, the view is answered with the racks of what it went down to. */
struct intent racks_look_go(struct view_state *s, enum racks_level level);
/* What a need of the view is narrowed to (struct view, scope): above the halls no rack is read, of the halls those of the one under
 * the cursor, of racks what stands in the one that is open. */
bool racks_look_scope(const struct view_state *s, int need, char out[VIEW_FILTER_MAX]);
/* Frees what the state keeps (struct view, forget). */
void racks_look_release(struct view_state *s);

#endif
