#ifndef HUBTOP_SRC_VIEWS_DIGITS_H
#define HUBTOP_SRC_VIEWS_DIGITS_H

#include "ui/canvas.h"

/* Digits that are read from five metres: blocks of 3 by 5 dots, a dot being 2 by 1 cells, times `scale`. */

/* Draws "0123456789:" as it is said; other characters are left out. Returns the columns used. What does not fit whole into the
 * canvas is not drawn. */
int digits_draw(struct canvas *c, int x, int y, int scale, enum role role, const char *text);
int digits_width(const char *text, int scale);
int digits_height(int scale);

#endif
