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
    LIST_MARK,
    LIST_MARK_RANGE,
    LIST_MARK_SAME,
    LIST_UNMARK,
    LIST_FIND_ON,
};

/* Those of a list in which rows can be marked. */
#define LIST_MARK_KEYS                                                                                                 \
    {"Space", LIST_MARK, NULL, "mark the row under the cursor, or take its mark away, and go one down"},               \
        {"V", LIST_MARK_RANGE, NULL, "mark all rows from the last one that was marked to the cursor"},                 \
        {"*", LIST_MARK_SAME, NULL, "mark all rows that have the same in the column in order as this one"},            \
        {"U", LIST_UNMARK, NULL, "take all marks away"},                                                               \
    {                                                                                                                  \
        "n", LIST_FIND_ON, NULL, "the next row that f found"                                                           \
    }

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

/* Copies a text into `out` and returns its length; one that does not fit is as none: a cursor then keeps its position only. */
size_t list_keep(char *out, size_t size, struct safe_text text);

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

/* Paints row `i` of the table, also the columns that were chosen. */
void list_paint(const struct list *list, const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                const struct row *row, enum role role);

enum { LIST_TITLE_MAX = 160 };
/* What the keys of LIST_MARK_KEYS but `n` do in the rows of the state's first place, of which `sorted` is the field in order (-1: the
 * id; TABLE_NO_SORT: none is); INTENT_NONE for other actions, INTENT_SAY where it could not be done. */
struct intent list_mark(struct view_state *s, const struct view_rows *rows, int action, int sorted);

/* "Jobs 1-14 of 312 of 4,455  loading": what is seen of what there is, as list_sync() left it. */
const char *list_title(const char *name, const struct view_rows *rows, const struct view_place *p,
                       char out[LIST_TITLE_MAX]);
/* "sort: -submitted_at"; the view's own order where the operator chose none. */
const char *list_order(enum kind kind, const struct view_state *s, const char *preset, char out[LIST_TITLE_MAX]);
/* The field and direction in order, for the head. */
void list_sorted(enum kind kind, const struct view_state *s, const char *preset, int *field, bool *descending);
/* Why nothing is listed, in words. */
const char *list_why_empty(const struct view_rows *rows, const char *nothing);
/* The same, in the middle of `in`. */
void list_empty(const struct view_rows *rows, const char *nothing, struct canvas *c, struct area in);

#endif
