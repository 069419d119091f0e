#ifndef HUBTOP_SRC_CLI_THEME_PATHS_H
#define HUBTOP_SRC_CLI_THEME_PATHS_H

#include "base/dir.h"
#include "ui/theme.h"

/* Where themes are: the person's own folder before the one that ships. */
struct theme_paths {
    char own[DIR_PATH_MAX], shipped[DIR_PATH_MAX];
    const char *dirs[3]; /* into those above, ended by NULL */
};

/* False when there is neither folder. `p` must not be moved afterwards. */
bool theme_paths_init(struct theme_paths *p, struct err *err);

/* The path of a theme, into `out`: a word with a slash is one already ("~/x.theme"), others are names. False lists what
 * there is in the hint (66). */
bool theme_paths_find(const char *word, char out[DIR_PATH_MAX], struct err *err);

#endif
