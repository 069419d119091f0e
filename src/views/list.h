#ifndef HUBTOP_SRC_VIEWS_LIST_H
#define HUBTOP_SRC_VIEWS_LIST_H

#include "ui/table.h"
#include "views/cell.h"
#include "views/view.h"

/* A list of rows with a cursor that stays on its object. */

enum list_action {
    LIST_DOWN = 1000,
    LIST_UP,
    LIST_HALF_DOWN,
    LIST_HALF_UP,
    LIST_PAGE_DOWN,
    LIST_PAGE_UP,
    LIST_FIRST,
    LIST_LAST,
    LIST_RIGHT,
    LIST_LEFT,
};

/* The rows of a key table that every list has. */
#define LIST_KEYS                                                                                                      \
    LIST_KEYS_UP_DOWN, {"l Right", LIST_RIGHT, NULL, "columns (or the panel) to the right"},                           \
    {                                                                                                                  \
        "h Left", LIST_LEFT, NULL, "columns (or the panel) to the left"                                                \
    }

/* Without those to the sides. */
#define LIST_KEYS_UP_DOWN                                                                                              \
    {"j Down", LIST_DOWN, NULL, "the next row"}, {"k Up", LIST_UP, NULL, "the row before"},                            \
        {"C-d", LIST_HALF_DOWN, NULL, "half a page down"}, {"C-u", LIST_HALF_UP, NULL, "half a page up"},              \
        {"PgDn C-f", LIST_PAGE_DOWN, NULL, "a page down"}, {"PgUp C-b", LIST_PAGE_UP, NULL, "a page up"},              \
        {"g Home", LIST_FIRST, NULL, "the first row"},                                                                 \
    {                                                                                                                  \
        "G End", LIST_LAST, NULL, "the last row"                                                                       \
    }

/* Finds the cursor's object again and chooses what is shown: the object keeps its line on the screen; when it is gone
 * its neighbour takes over; a list that shows its head goes on to. `page` rows fit. */
void list_sync(struct view_place *p, const struct view_rows *rows, int page);
/* Moves the cursor; false for an action that is not a list's, or a sideways one. */
bool list_move(struct view_place *p, const struct view_rows *rows, int action);
/* The object under the cursor; false when there is none, or it is gone since it was drawn. */
bool list_current(const struct view_place *p, const struct view_rows *rows, struct row *row);

struct list_frame;

/* How a kind of rows is painted. */
struct list {
    const struct table_column *columns;
    void (*paint)(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role);
    const char *nothing;                                                         /* what to say when there are none */
    bool headless;                                                               /* no line of titles */
    struct cell_sign (*sign)(const struct list_frame *f, const struct row *row); /* NULL: cell_sign() */
};

/* What else a draw of a list must know. */
struct list_frame {
    enum kind kind; /* KIND_NONE: its columns are the view's own, whatever the operator chose */
    const struct view_frame *frame;
    const struct view_rows *rows;
    struct view_place *place;
    struct view_state *state;
    int sorted; /* the field in order; TABLE_NO_SORT */
    bool descending, focused;
    int scroll;
    const void *ctx; /* the view's own */
};

/* Draws head and rows into the inside of a box. */
void list_draw(const struct list *list, const struct list_frame *f, struct canvas *c, struct area in);

enum { LIST_TITLE_MAX = 160 };
/* "Jobs 1-14 of 312 of 4,455  loading": what is seen of what there is, as list_sync() left it. */
const char *list_title(const char *name, const struct view_rows *rows, const struct view_place *p,
                       char out[LIST_TITLE_MAX]);
/* "sort: -submitted_at"; the view's own order where the operator chose none. */
const char *list_order(enum kind kind, const struct view_state *s, const char *preset, char out[LIST_TITLE_MAX]);
/* The field and direction in order, for the head. */
void list_sorted(enum kind kind, const struct view_state *s, const char *preset, int *field, bool *descending);
/* Why nothing is listed, in the middle of `in`. */
void list_empty(const struct view_rows *rows, const char *nothing, struct canvas *c, struct area in);

#endif
