#ifndef HUBTOP_UI_KEY_H
#define HUBTOP_UI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A key as the tables name it: a printable code point, or a named key. */
enum key_code {
    KEY_CODE_NONE = 0,
    /* code points below 0x110000 stand for themselves; C-a to C-z are 1 to 26 */
    KEY_CODE_NAMED = 0x110000,
    KEY_CODE_UP,
    KEY_CODE_DOWN,
    KEY_CODE_LEFT,
    KEY_CODE_RIGHT,
    KEY_CODE_HOME,
    KEY_CODE_END,
    KEY_CODE_PGUP,
    KEY_CODE_PGDN,
    KEY_CODE_ENTER,
    KEY_CODE_ESC,
    KEY_CODE_TAB,
    KEY_CODE_BACKTAB,
    KEY_CODE_BACKSPACE,
    KEY_CODE_DELETE,
    KEY_CODE_SPACE,
    KEY_CODE_F1,
    KEY_CODE_F2,
    KEY_CODE_F3,
    KEY_CODE_F4,
    KEY_CODE_F5,
    KEY_CODE_F6,
    KEY_CODE_F7,
    KEY_CODE_F8,
    KEY_CODE_F9,
    KEY_CODE_F10,
    KEY_CODE_RESIZE,
    KEY_CODE_PASTE, /* a bracketed paste: its text waits to be asked for (term_pasted()), and is no key */
    KEY_CODE_FOCUS_IN,
    KEY_CODE_FOCUS_OUT,
    KEY_CODE_CLICK, /* the left button went down: term_mouse_at() says where */
    KEY_CODE_WHEEL_UP,
    KEY_CODE_WHEEL_DOWN,
};

enum { KEY_NAME_MAX = 16 };

/* "j", "C-d", "F5", "PgDn", "Enter": the name of a key, and back (0 for an unknown name). Full-width letters count as
 * their ASCII twins. */
const char *key_name(uint32_t code, char out[KEY_NAME_MAX]);
uint32_t key_parse(const char *name);

/* The ASCII twin of what a Chinese input method sends in full-width mode (0xFF01 to 0xFF5E, 0x3000); others as they are. */
uint32_t key_ascii(uint32_t code);

/* The UTF-8 of a code point below KEY_CODE_NAMED, not terminated; returns its length. */
size_t key_utf8(uint32_t cp, char out[4]);

/* One row of a key table. Help, footer and `hubtop keys` are printed from these. */
struct key_row {
    const char *keys;  /* names separated by blanks: "j Down"; NULL ends a table */
    int action;        /* the table's owner's number, > 0 */
    const char *label; /* for the bar, short: "sort"; NULL: not on the bar */
    const char *help;  /* one sentence */
};

/* The action of a key in a table, or 0. */
int key_action(const struct key_row *table, uint32_t code);

#endif
