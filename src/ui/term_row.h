#ifndef HUBTOP_SRC_UI_TERM_ROW_H
#define HUBTOP_SRC_UI_TERM_ROW_H

#include "ui/term_style.h"

/* A canvas's row as ncurses takes it. */

struct term_row {
    struct term_styles *styles;
    int width;  /* of the terminal */
    int corner; /* the row whose last cell cannot be written without scrolling, but by inserting beside it; -1: none */
    bool utf8;
};

/* Gives ncurses the cells of row `y` that differ from `was`, the row that it was given before; NULL: all of them. */
void term_row_draw(const struct term_row *t, const struct canvas *c, const struct cell *was, int y);

#endif
