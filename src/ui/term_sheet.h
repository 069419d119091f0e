#ifndef HUBTOP_SRC_UI_TERM_SHEET_H
#define HUBTOP_SRC_UI_TERM_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Where ncurses writes instead of to the terminal. It writes anew after each movement of the cursor, some fifty times a
 * picture; of memory that costs little, and the terminal gets the picture whole. */
struct term_sheet {
    FILE *file; /* what newterm() is given */
    char *bytes;
    size_t size;
};

/* False with errno set when the system gives no memory for it. */
bool term_sheet_open(struct term_sheet *s);
/* What was written since the last time; it is the sheet's and lives until the next call. */
const char *term_sheet_take(struct term_sheet *s, size_t *n);
void term_sheet_close(struct term_sheet *s);

#endif
