#ifndef HUBTOP_UI_PROMPT_H
#define HUBTOP_UI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/canvas.h"
#include "ui/key.h"

/* One line that somebody types: a filter, a command. Keys go in, text comes out. */

enum { PROMPT_MAX = 256 };

struct prompt {
    char text[PROMPT_MAX]; /* UTF-8, NUL-terminated */
    size_t len;
    size_t at; /* the cursor, in bytes, between characters */
};

enum prompt_result {
    PROMPT_IGNORED, /* the key means nothing here */
    PROMPT_MOVED,   /* only the cursor, if anything */
    PROMPT_EDITED,
    PROMPT_DONE,      /* Enter */
    PROMPT_CANCELLED, /* Esc, or Backspace in an empty line */
};

/* Begins with a text (NULL: empty; what does not fit is cut between characters), the cursor at its end. */
void prompt_start(struct prompt *p, const char *text);
/* Home C-a, End C-e, Left C-b, Right C-f, Backspace, Delete C-d, C-u to the start, C-k to the end, C-w a word; other
 * printable characters go in, while there is room. */
enum prompt_result prompt_key(struct prompt *p, uint32_t code);
/* Those keys, for the manual page. */
const struct key_row *prompt_keys(void);
/* Puts text in at the cursor, whole: PROMPT_IGNORED when there is no room for it, it is empty, or no UTF-8. What must not be
 * shown as it is (control, bidi and invisible characters) is left out. */
enum prompt_result prompt_paste(struct prompt *p, const char *text);
/* Puts `text` in the place of what stands from byte `from` to the cursor; false: there is no room for it. */
bool prompt_replace(struct prompt *p, size_t from, const char *text);
/* Draws label and line into `width` columns, scrolled so that the cursor is seen, and puts the canvas's cursor there.
 */
void prompt_draw(const struct prompt *p, struct canvas *c, int x, int y, int width, const char *label);

#endif
