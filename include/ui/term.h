#ifndef HUBTOP_UI_TERM_H
#define HUBTOP_UI_TERM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "ui/canvas.h"
#include "ui/theme.h"

/* The terminal: the one file that knows ncurses. */
struct term;

enum term_color { TERM_COLOR_AUTO, TERM_COLOR_ALWAYS, TERM_COLOR_NEVER };

/* Takes the terminal over (alternate screen, keypad, bracketed paste, focus reports). ERR_INPUT with a hint when TERM
 * is unknown even as xterm-256color, or stdout is no terminal. From now on every catchable death restores it. */
struct term *term_new(enum term_color color, struct err *err);
/* Gives the terminal back as it was. Accepts NULL. */
void term_free(struct term *t);

void term_theme(struct term *t, const struct theme *theme);
void term_size(const struct term *t, int *width, int *height);
int term_fd(const struct term *t); /* readable when keys wait */
/* The next key (ui/key.h), 0 when none waits, KEY_CODE_RESIZE when the size has changed. Waits for nothing but the rest
 * of a control sequence: at most the Esc delay. Call it until it returns 0. */
uint32_t term_key(struct term *t);
/* The bytes that came since the last call and were taken for keys, or for none; at most TERM_SENT_MAX of them; how many. */
enum { TERM_SENT_MAX = 32 };
size_t term_sent(struct term *t, unsigned char out[TERM_SENT_MAX]);
/* What was pasted, after KEY_CODE_PASTE: UTF-8 without control characters, line ends are blanks; "" when it was longer than a
 * line can be, or no text. */
const char *term_pasted(const struct term *t);
/* Whether the terminal reports the mouse (SGR reports of buttons): it does not unless told to. While it does, its own marking of
 * text takes Shift. False: it is not known to have such reports. Suspended or ended, by whatever death, it is told to stop. */
bool term_mouse(struct term *t, bool on);
/* Where the mouse was, in cells from 0, after KEY_CODE_CLICK or one of the wheel. */
void term_mouse_at(const struct term *t, int *x, int *y);
/* How long an Esc waits for what may follow it: 50 ms unless told otherwise. */
void term_esc_delay(struct term *t, int delay_ms);
/* The other side is gone (hung up): term_key() gives none any more, term_draw() returns false. */
bool term_gone(const struct term *t);
/* Draws what differs from the last frame; `title` is the terminal's title (NULL: leave it). Writes nothing when nothing
 * changed, and nothing while the terminal takes nothing. False when the terminal is gone. */
bool term_draw(struct term *t, const struct canvas *canvas, const char *title);
/* Offers text to the terminal's clipboard (OSC 52); nobody tells whether it took it. False: it is not known to understand that,
 * or the text is longer than TERM_COPY_MAX bytes. */
enum { TERM_COPY_MAX = 74994 / 4 * 3 }; /* as base64 what most terminals take at most */
bool term_copy(struct term *t, const char *text);
void term_redraw(struct term *t); /* the next draw starts from a cleared screen */
/* Ctrl-Z: gives the terminal back, stops the process, takes it over again when continued. */
void term_suspend(struct term *t);
/* Asks the terminal how wide 中文 is: whether its encoding is UTF-8 (4 columns); false: use ASCII. Waits at most 300 ms
 * for the answer; without one it is taken for what the locale says. */
bool term_is_utf8(struct term *t);
/* One line for `doctor`: TERM, colours, size. */
const char *term_describe(struct term *t);

/* The version of ncurses. */
const char *term_version(void);

#endif
