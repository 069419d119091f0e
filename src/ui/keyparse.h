#ifndef HUBTOP_SRC_UI_KEYPARSE_H
#define HUBTOP_SRC_UI_KEYPARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes from a terminal → keys (ui/key.h). Control sequences that mean no key and replies of the terminal are swallowed
 * whole, pasted text is kept aside, so that nothing but a key that somebody pressed is ever taken for one. (ncurses gives the rest
 * of a sequence that it does not know as letters.) */

enum keyparse_where {
    KEYPARSE_GROUND,
    KEYPARSE_ESC,      /* after ESC */
    KEYPARSE_CSI,      /* after ESC [ */
    KEYPARSE_LINUX_FN, /* after ESC [ [, the Linux console's F1 to F5 */
    KEYPARSE_SS3,      /* after ESC O */
    KEYPARSE_STRING,   /* in an OSC, DCS, APC or PM string */
    KEYPARSE_STRING_ESC,
    KEYPARSE_UTF8, /* inside a character */
    KEYPARSE_PASTE,
    KEYPARSE_MOUSE_REST, /* in a report of the mouse that the line broke in two */
    KEYPARSE_MOUSE_OLD,  /* after ESC [ M: three bytes of a terminal that knows no SGR reports */
};

enum { KEYPARSE_PASTE_MAX = 1024 };

struct keyparse {
    enum keyparse_where where;
    char seq[24]; /* parameters of a CSI, bytes of a character, the tail of a paste */
    size_t len;
    uint32_t then; /* a second key that one byte brought */
    char paste
        [KEYPARSE_PASTE_MAX]; /* the last paste, NUL-terminated, without control characters; "" when it was longer */
    size_t paste_len;         /* of all that was pasted */
    int mouse_x, mouse_y;     /* where the last report of the mouse was, from 0 */
};

/* Takes one byte; returns a key or KEY_CODE_NONE. Then keyparse_more() until it returns none. `{0}` is the start. */
uint32_t keyparse_feed(struct keyparse *p, unsigned char byte);
uint32_t keyparse_more(struct keyparse *p);
/* Whether more bytes decide what the last ones mean: after the Esc delay keyparse_flush() decides without them. */
bool keyparse_pending(const struct keyparse *p);
uint32_t keyparse_flush(struct keyparse *p);
/* What the paste that gave KEY_CODE_PASTE was: "" when it was longer than KEYPARSE_PASTE_MAX or no UTF-8. */
const char *keyparse_pasted(const struct keyparse *p);
/* Inside a bracketed paste: its end may take any time; keyparse_flush() ends it. */
bool keyparse_pasting(const struct keyparse *p);

#endif
