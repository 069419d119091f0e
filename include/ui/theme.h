#ifndef HUBTOP_UI_THEME_H
#define HUBTOP_UI_THEME_H

#include <stdbool.h>

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
};

struct theme {
    char name[64];
    struct theme_role roles[ROLE_COUNT];
};

/* Reads themes/NAME.theme; every role must be given, for 16 and 256 colours and without any; states must differ in sign
 * and word, not only in hue. ERR_INPUT "FILE:LINE: …", status 78 (66: no such file). */
bool theme_load(const char *path, struct theme *out, struct err *err);
/* Gives the canvas the theme's signs of states, for its glyph set. */
void theme_signs(const struct theme *theme, struct canvas *canvas);
enum { THEME_NAMES_MAX = 64, THEME_NAME_MAX = 64 };
struct theme_names {
    char all[THEME_NAMES_MAX][THEME_NAME_MAX];
    size_t count;
};
/* The themes in `dirs` (NULL-terminated), each once, sorted. */
void theme_list(const char *const *dirs, struct theme_names *out);
/* The path of a theme by its name in `dirs` (NULL-terminated), into `out`; false lists what there is in the hint. */
bool theme_find(const char *const *dirs, const char *name, char *out, size_t size, struct err *err);

#endif
