#ifndef HUBTOP_SRC_VIEWS_CHANGES_H
#define HUBTOP_SRC_VIEWS_CHANGES_H

#include "views/list.h"

/* "What changed": the change nearest before the start of an open alert is marked "<<". Its paint and its rows are shared by the
 * panel of the overview and the list of all. */
struct changes {
    const struct view_rows *changes, *alerts, *links, *clusters, *places;
};

enum { CHANGES_MARKED_MAX = 256 };
/* Which changes are marked now: the `ctx` of a list_frame that shows some. */
struct changes_look {
    const struct changes *of;
    struct safe_text marked[CHANGES_MARKED_MAX];
    size_t count;
};
struct changes_look changes_look_of(const struct changes *o);

/* The first columns of a table of changes, in this order. */
enum changes_column { CHANGES_TIME, CHANGES_MARK, CHANGES_WHERE, CHANGES_WHAT, CHANGES_COLUMNS };
/* Paints those of row `i`; `f->ctx` is a struct changes_look. */
void changes_paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                   enum role role);

/* The rows as events: what happened stays true, however long ago somebody told it. `told` must outlive them. */
struct view_rows changes_events(const struct view_rows *told);

/* The panel, the newest first. */
void changes_draw(const struct changes *o, const struct view_frame *f, struct view_place *place, struct canvas *c,
                  struct area area, bool focused);
/* When a change was; 0: it does not say. */
int64_t changes_moment(const struct row *change);
/* When an alert's trouble began: at the change that is marked for it, else by its own word; 0: nobody says. */
int64_t changes_moment_of_alert(const struct row *alert, const struct view_rows *changes);
/* Opens what the change is about. */
struct intent changes_open(const struct row *change);
/* The kind and id of that; false: it does not say. */
bool changes_object(const struct row *change, struct row *object);

#endif
