#ifndef HUBTOP_SRC_UI_TERM_TERSE_H
#define HUBTOP_SRC_UI_TERM_TERSE_H

#include <stdbool.h>
#include <stddef.h>

/* Says in fewer bytes what ncurses says: movements within a row without the row, colours and attributes by what changes, and only
 * when a character comes that shows them. What it does not know passes as it is. */

struct term_look {
    unsigned attrs; /* bits of the SGR parameters 1 to 8 */
    int fg, bg;     /* -1: the terminal's own */
};

struct term_terse {
    bool able;                                            /* the terminal has the sequences of ECMA-48 */
    bool to_column, to_row, underline_ends, reverse_ends; /* those that not all of them have */
    bool shifts;                                          /* its usual characters are those of SI, not of ESC ( B */
    int width;
    struct term_look is, want;  /* what the terminal does, what ncurses believes */
    bool known;                 /* `is` is true */
    bool plain;                 /* its usual characters are on */
    int row, col, col_max;      /* of its cursor, from 1; 0: unknown; `col_max`: the column is not beyond */
    int wanted_row, wanted_col; /* where it is believed to be, when that is not where it is */
    char *bytes;
    size_t n, size;
};

/* A terminal with the capabilities that `capability` gives by their name in terminfo; NULL: it has none such. */
void term_terse_init(struct term_terse *t, const char *(*capability)(const char *name));
/* Whatever it knew of the terminal may be wrong: somebody else wrote there. */
void term_terse_forget(struct term_terse *t);
/* What to write instead of `n` bytes that ncurses wrote for a terminal that is `width` wide; they are its own, or `bytes`, and live
 * until the next call. */
const char *term_terse_of(struct term_terse *t, int width, const char *bytes, size_t n, size_t *len);
void term_terse_release(struct term_terse *t);

#endif
