#include "cli/theme_paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/setup.h"

enum { EXIT_NO_FILE = 66 };

bool theme_paths_init(struct theme_paths *p, struct err *err)
{
    const char *xdg = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    *p = (struct theme_paths){.own = ""};
    if (xdg && xdg[0] == '/')
        snprintf(p->own, sizeof p->own, "%s/hubtop/themes", xdg);
    else if (home)
        snprintf(p->own, sizeof p->own, "%s/.local/share/hubtop/themes", home);
    bool found = setup_share("themes", p->shipped, err), has_own = p->own[0] && access(p->own, R_OK | X_OK) == 0;
    size_t n = 0;
    if (has_own)
        p->dirs[n++] = p->own;
    if (found)
        p->dirs[n++] = p->shipped;
    return n > 0;
}

static bool find_path(const char *word, char out[DIR_PATH_MAX], struct err *err)
{
    if (dir_expand(word, out) && access(out, R_OK) == 0)
        return true;
    err_set(err, ERR_INPUT, "cannot read the theme '%s'", word);
    err_hint(err, "a word with a slash is a path, others are names: 'hubtop theme list'");
    return err_exit(err, EXIT_NO_FILE);
}

bool theme_paths_find(const char *word, char out[DIR_PATH_MAX], struct err *err)
{
    struct theme_paths p;
    if (strchr(word, '/'))
        return find_path(word, out, err);
    return theme_paths_init(&p, err) && theme_find(p.dirs, word, out, DIR_PATH_MAX, err);
}
