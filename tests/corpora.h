#ifndef HUBTOP_TESTS_CORPORA_H
#define HUBTOP_TESTS_CORPORA_H

/* Data beside the repository that tests read when it is there: HUBTOP_SHARED names its folder, ../shared by default.
 * Include after cmocka.h. */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct corpora_file {
    char name[256];
    char *bytes; /* on the heap */
    size_t size;
};

/* The path of `below` in the shared folder, in a static array. Skips the test when it is absent, or fails it when the
 * environment's HUBTOP_REQUIRE names `what`. */
static inline const char *corpora_path(const char *what, const char *below)
{
    static char path[1024];
    const char *top = getenv("HUBTOP_SHARED"), *required = getenv("HUBTOP_REQUIRE");

    snprintf(path, sizeof path, "%s/%s", top != NULL ? top : "../shared", below);
    FILE *f = fopen(path, "r");
    if (f != NULL) {
        fclose(f);
        return path;
    }
    if (required != NULL && strstr(required, what) != NULL)
        fail_msg("%s is required and absent", path);
    printf("SKIP: %s is absent\n", path);
    skip();
    return path;
}

static inline struct corpora_file corpora_read(const char *path)
{
    struct corpora_file file = {{0}, NULL, 0};
    FILE *f = fopen(path, "r");
    const char *slash = strrchr(path, '/');
    size_t room = 64 << 10, n;

    if (f == NULL)
        fail_msg("cannot read %s", path);
    snprintf(file.name, sizeof file.name, "%.255s", slash != NULL ? slash + 1 : path);
    file.bytes = malloc(room);
    while ((n = fread(file.bytes + file.size, 1, room - file.size, f)) > 0)
        if ((file.size += n) == room)
            file.bytes = realloc(file.bytes, room *= 2);
    fclose(f);
    return file;
}

/* Calls `each` for every regular file of the folder whose name ends in `suffix`; returns how many there were. */
static inline int corpora_each(const char *folder, const char *suffix,
                               void (*each)(void *ctx, const struct corpora_file *f), void *ctx)
{
    struct dirent **names;
    char top[1024], path[2048];
    int n, count = 0;

    snprintf(top, sizeof top, "%s", folder);
    n = scandir(top, &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        size_t length = strlen(names[i]->d_name), tail = strlen(suffix);

        if (length >= tail && strcmp(names[i]->d_name + length - tail, suffix) == 0 && names[i]->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", top, names[i]->d_name);
            struct corpora_file file = corpora_read(path);
            each(ctx, &file);
            free(file.bytes);
            count++;
        }
        free(names[i]);
    }
    if (n >= 0)
        free(names);
    return count;
}

#endif
