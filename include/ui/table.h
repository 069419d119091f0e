#ifndef HUBTOP_UI_TABLE_H
#define HUBTOP_UI_TABLE_H

#include <stdbool.h>

#include "ui/canvas.h"

/* Columns that fit a width: what a narrow screen leaves out, who gets the room that is over. Knows nothing of rows. */

enum { TABLE_COLUMNS_MAX = 24, TABLE_NO_SORT = -2 };

struct table_column {
    const char *title; /* NULL ends a list of columns */
    int min, max;      /* columns of the screen; max 0: as min */
    int weight;        /* its share of the room that is over; 0: stays at min */
    int rank;          /* the highest rank is left out first; 0 always stays */
    int field;         /* what it shows, by the view's numbers; marks the sorted column */
    bool right;        /* aligned to the right */
};

struct table {
    const struct table_column *columns;
    int count;
    int order[TABLE_COLUMNS_MAX]; /* from the left; what is not in it is not shown */
    int order_count;
    struct area area;             /* the first line is the head */
    int x[TABLE_COLUMNS_MAX];     /* of the screen */
    int width[TABLE_COLUMNS_MAX]; /* 0: left out */
};

/* Lays the columns into `area` after `margin` columns for cursor and sign, a blank between them. The first `scroll`
 * columns after the first one are left out, so that others come into view. */
struct table table_make(const struct table_column *columns, struct area area, int margin, int scroll);

/* The same with the columns that `order` names, in that order; a narrow screen leaves out the last ones first. */
struct table table_make_chosen(const struct table_column *columns, const int *order, int order_count, struct area area,
                               int margin, int scroll);

/* The titles; the column of field `sorted` bears the sign of its order. */
void table_head(const struct table *t, struct canvas *c, int sorted, bool descending);

/* The rows that fit below the head. */
int table_rows(const struct table *t);

/* Own words in a column of row `i` (0 is the first below the head), aligned as the column says. A column that is left
 * out draws nothing. table_text() is for text from outside. */
void table_puts(const struct table *t, struct canvas *c, int i, int column, enum role role, const char *s);
void table_text(const struct table *t, struct canvas *c, int i, int column, enum role role, struct safe_text text);

#endif
