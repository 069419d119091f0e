#ifndef HUBTOP_TESTS_UNIT_CLI_THEMES_H
#define HUBTOP_TESTS_UNIT_CLI_THEMES_H

/* The themes of the tree as a person's own: a program of the tests does not stand beside them. Include after stdlib.h. */
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static char themes_home[] = "/tmp/hubtop-test-themes-XXXXXX";

static inline bool themes_begin(void)
{
    char tree[4096], link[64];
    if (!mkdtemp(themes_home) || !getcwd(tree, sizeof tree))
        return false;
    snprintf(link, sizeof link, "%s/hubtop", themes_home);
    setenv("XDG_DATA_HOME", themes_home, 1);
    return symlink(tree, link) == 0;
}

static inline void themes_end(void)
{
    char link[64];
    snprintf(link, sizeof link, "%s/hubtop", themes_home);
    unlink(link);
    rmdir(themes_home);
}

#endif
