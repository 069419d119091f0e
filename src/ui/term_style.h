#ifndef HUBTOP_SRC_UI_TERM_STYLE_H
#define HUBTOP_SRC_UI_TERM_STYLE_H

#include <stdbool.h>

#include "ui/canvas.h"
#include "ui/theme.h"

/* How the roles of a theme look on a terminal of so many colours. */

enum { TERM_PAIRS_MAX = 128 };

struct term_style {
    bool ready;
    unsigned attrs; /* of curses */
    short pair;
};

struct term_styles {
    struct theme theme;
    int colors; /* 0: attributes only */
    bool default_colors;
    struct term_style styles[2][ROLE_COUNT]; /* plain, selected */
    struct {
        int fg, bg;
    } pairs[TERM_PAIRS_MAX];
    int n_pairs;
};

/* Another theme: what was made of the former one is forgotten. */
void term_style_theme(struct term_styles *all, const struct theme *theme);
/* How a cell looks; in plain attributes where the terminal has no colours left. */
struct term_style term_style_of(struct term_styles *all, const struct cell *cell);

#endif
