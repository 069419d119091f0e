#ifndef HUBTOP_UI_THEME_H
#define HUBTOP_UI_THEME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "ui/canvas.h"

enum theme_attr { THEME_BOLD = 1, THEME_DIM = 2, THEME_REVERSE = 4, THEME_UNDERLINE = 8 };

/* How a role looks in each depth of colour; -1 is the terminal's own. */
struct theme_role {
    int fg_rgb, bg_rgb; /* 0xRRGGBB */
    int fg256, bg256, fg16, bg16;
    unsigned mono;  /* theme_attr: without colours */
    unsigned attrs; /* with colours */
    char glyph[8], ascii[4], word[12];
    int line; /* of its file */
};

enum { THEME_NAME_MAX = 64, THEME_NAMES_MAX = 64, THEME_BACKGROUNDS_MAX = 4 };

struct theme {
    char name[THEME_NAME_MAX], title[THEME_NAME_MAX], title_zh[THEME_NAME_MAX];
    int backgrounds[THEME_BACKGROUNDS_MAX]; /* of the terminals that it is made for, 0xRRGGBB */
    int background_count;
    struct theme_role roles[ROLE_COUNT];
};

/* Reads themes/NAME.theme; every role must be given, for 16 and 256 colours and without any; states must differ in sign
 * and word, not only in hue. ERR_INPUT "FILE:LINE: …", status 78 (66: no such file). */
bool theme_load(const char *path, struct theme *out, struct err *err);
/* "map.land": the role as theme files call it. */
const char *theme_role_name(enum role role);
/* Gives the canvas the theme's signs of states, for its glyph set. */
void theme_signs(const struct theme *theme, struct canvas *canvas);

/* Appends a commented theme file of that name with the colours of `from`, to be changed by somebody. */
void theme_template(const struct theme *from, const char *name, struct buf *out);

struct theme_names {
    char all[THEME_NAMES_MAX][THEME_NAME_MAX];
    size_t count;
};
/* The themes in `dirs` (NULL-terminated), each once, sorted. */
void theme_list(const char *const *dirs, struct theme_names *out);
/* The path of a theme by its name in `dirs` (NULL-terminated), into `out`; false lists what there is in the hint. */
bool theme_find(const char *const *dirs, const char *name, char *out, size_t size, struct err *err);

#endif
