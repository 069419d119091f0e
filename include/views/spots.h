#ifndef HUBTOP_VIEWS_SPOTS_H
#define HUBTOP_VIEWS_SPOTS_H

#include "ui/table.h"
#include "views/view.h"

/* What stands where on the screen, as it was drawn last, so that a click means what somebody saw and not what came meanwhile. */

enum { SPOTS_LISTS_MAX = 8, SPOTS_ROWS_MAX = 512, SPOTS_KEYS_MAX = 48 };

struct list_frame;

/* A row that was drawn, by identity. */
struct spots_row {
    char id[VIEW_ID_MAX], source[64];
    size_t id_len, source_len;
    bool drawn;
};

/* A list that was drawn. */
struct spots_list {
    struct area rows;         /* a line each */
    int head;                 /* the line of its titles; -1: it has none */
    struct view_place *place; /* may be gone by now: only to be compared */
    enum kind kind;
    bool focused, descending;
    int sorted; /* the field in order; TABLE_NO_SORT */
    int64_t top;
    size_t count; /* of all its rows */
    int column_count, x[TABLE_COLUMNS_MAX], width[TABLE_COLUMNS_MAX], field[TABLE_COLUMNS_MAX];
    size_t first_row; /* of its rows in the table of them */
};

/* A key on the bar. */
struct spots_key {
    struct area area;
    uint32_t code;
    bool writes; /* it changes something outside */
};

/* Lent to a draw by the frame. */
struct spots {
    struct spots_list lists[SPOTS_LISTS_MAX];
    size_t list_count;
    struct spots_key keys[SPOTS_KEYS_MAX];
    size_t key_count;
    struct spots_row *rows; /* the owner's, SPOTS_ROWS_MAX of them; NULL: which rows were drawn is not kept */
    size_t row_count;
};

/* Before a draw: nothing stands anywhere. */
void spots_clear(struct spots *h);

/* A list, after list_sync() and before its rows; `h` may be NULL: nobody asks. */
void spots_list(struct spots *h, const struct list_frame *f, const struct table *t, bool headless);
/* Row `i` (0 is the first below the head) of the list that came last. */
void spots_row(struct spots *h, int i, const struct row *row);
/* A key of the bar; `h` may be NULL. */
void spots_key(struct spots *h, struct area area, uint32_t code, bool writes);

/* The list at a cell; NULL: there is none. `row`: the row there, -1 where it is the head, or no row stands there. */
const struct spots_list *spots_at(const struct spots *h, int x, int y, int *row);
/* The column whose title is at a cell, by its number in `field`; -1: none is. */
int spots_title(const struct spots_list *l, int x, int y);
/* The key at a cell; NULL: none is. */
const struct spots_key *spots_key_at(const struct spots *h, int x, int y);
/* The list that has the keys; NULL: none of them. */
const struct spots_list *spots_focused(const struct spots *h);

/* Puts a place on row `i` of a list, as it was drawn. False, and nothing is changed, where its identity was not kept. */
bool spots_put(const struct spots *h, const struct spots_list *l, int i, struct view_place *place);

#endif
