#ifndef HUBTOP_UI_CANVAS_H
#define HUBTOP_UI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/text.h"

/* What a cell means, never what it looks like: themes give colours, attributes and glyphs. */
enum role {
    ROLE_TEXT,
    ROLE_DIM,
    ROLE_TITLE,
    ROLE_SELECT,
    ROLE_OK,
    ROLE_WARN,
    ROLE_CRIT,
    ROLE_UNKNOWN,
    ROLE_STALE,
    ROLE_DANGER,
    ROLE_REPLAY,
    ROLE_BORDER,
    ROLE_KEY,
    ROLE_CHART,
    ROLE_MARK, /* what stands for a character that must not be shown */
    ROLE_LAND, /* a map's coastline */
    ROLE_GRID, /* its graticule */
    ROLE_RING_1,
    ROLE_RING_3,
    ROLE_RING_5,
    ROLE_RING_20, /* latency circles of so many ms */
    ROLE_COUNT,
};

enum glyph_set { GLYPHS_UNICODE, GLYPHS_SAFE, GLYPHS_ASCII };

/* Named signs; a canvas draws them in its glyph set ("✓" or "o"). */
enum glyph {
    GLYPH_OK,
    GLYPH_WARN,
    GLYPH_CRIT,
    GLYPH_UNKNOWN,
    GLYPH_STALE,
    GLYPH_SIGNS, /* those above are a theme's to choose; those below a glyph set's */
    GLYPH_CURSOR = GLYPH_SIGNS,
    GLYPH_ARROW,
    GLYPH_MARKED,
    GLYPH_H,
    GLYPH_V,
    GLYPH_TL,
    GLYPH_TR,
    GLYPH_BL,
    GLYPH_BR,
    GLYPH_SORT_UP,
    GLYPH_SORT_DOWN,
    GLYPH_COUNT,
};

struct cell {
    char utf8[32]; /* one grapheme cluster; "" is the right half of a wide one */
    unsigned char role;
    unsigned char select; /* drawn over ROLE_SELECT */
    unsigned char width;  /* 1 or 2; 0 for the right half */
};

enum { CANVAS_SIDE_MAX = 1000 };

/* A grid of cells. Nothing drawn ever moves a cell outside the field that it was drawn into. */
struct canvas {
    int width, height;
    struct cell *cells; /* row by row */
    enum glyph_set glyphs;
    int cursor_x, cursor_y;     /* where the terminal's cursor belongs: the focused row's first cell; -1: nowhere */
    bool cursor_shown;          /* somebody types there */
    char signs[GLYPH_SIGNS][8]; /* a theme's own, one column each; "": the glyph set's */
};

/* All blank; the cells are the canvas's own until canvas_release(). False, and an empty canvas on which drawing does
 * nothing, for a side below 1 or above CANVAS_SIDE_MAX. */
bool canvas_init(struct canvas *c, int width, int height, enum glyph_set glyphs);
void canvas_release(struct canvas *c);
void canvas_clear(struct canvas *c);

/* A rectangle of the canvas, clipped to it. */
struct area {
    int x, y, width, height;
};
struct area canvas_area(const struct canvas *c);
/* Cuts that many lines off the top of `from`, or columns off its right, as far as it has them. */
struct area canvas_cut_top(struct area *from, int height);
struct area canvas_cut_right(struct area *from, int width);

/* Draws text from outside into at most `width` columns at (x, y), cut with '~', the rest of the field blank; returns
 * the columns used. */
int canvas_text(struct canvas *c, int x, int y, int width, enum role role, struct safe_text text);
/* The same for the program's own words (UTF-8); returns the columns used; does not blank the rest. Cut with '~' too. */
int canvas_puts(struct canvas *c, int x, int y, int width, enum role role, const char *s);
int canvas_printf(struct canvas *c, int x, int y, int width, enum role role, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
/* Right-aligned in the field. */
void canvas_right(struct canvas *c, int x, int y, int width, enum role role, const char *s);
void canvas_glyph(struct canvas *c, int x, int y, enum role role, enum glyph g);
/* The sign itself, one column wide, for the program's own sentences. */
const char *canvas_sign(const struct canvas *c, enum glyph g);
void canvas_fill(struct canvas *c, struct area a, enum role role, char ch);
/* Lays ROLE_SELECT over a row of cells. */
void canvas_select(struct canvas *c, int x, int y, int width);
/* A frame with a title (own words) and a note at its right; the inside is returned. */
struct area canvas_box(struct canvas *c, struct area a, const char *title, const char *note);

/* The canvas as lines of UTF-8 without trailing blanks, each ended by a newline. */
bool canvas_print(const struct canvas *c, struct buf *out, struct err *err);

#endif
