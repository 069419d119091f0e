#include "console/shelf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const endings[2] = {".md", ".zh.md"};

/* --- what lies there --- */

/* The name without its ending; false for what is no runbook. */
static bool stem_of(const char *file, char out[RUNBOOK_NAME_MAX])
{
    size_t n = strlen(file);
    for (int zh = 1; zh >= 0; zh--) {
        size_t end = strlen(endings[zh]);
        if (n <= end || n - end >= RUNBOOK_NAME_MAX || strcmp(file + n - end, endings[zh]) != 0)
            continue;
        snprintf(out, RUNBOOK_NAME_MAX, "%.*s", (int)(n - end), file);
        return runbook_name_good(out);
    }
    return false;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add(struct shelf_names *s, const char *stem)
{
    for (size_t i = 0; i < s->count; i++) {
        if (strcmp(s->names[i], stem) == 0)
            return;
    }
    s->cut = s->cut || s->count == SHELF_FILES_MAX;
    if (s->count < SHELF_FILES_MAX)
        s->names[s->count++] = arena_copy(&s->arena, stem, strlen(stem));
}

bool shelf_list(const char *dir, struct shelf_names *out, struct err *err)
{
    char stem[RUNBOOK_NAME_MAX];
    *out = (struct shelf_names){0};
    DIR *d = opendir(dir);
    if (!d) {
        err_set(err, ERR_INPUT, "cannot read the folder of runbooks '%s': %s", dir, strerror(errno));
        err_hint(err, "'runbooks' in the configuration names it");
        return err_exit(err, 66);
    }
    out->names = arena_alloc(&out->arena, SHELF_FILES_MAX * sizeof *out->names);
    for (const struct dirent *e; (e = readdir(d)) != NULL;) {
        if (stem_of(e->d_name, stem))
            add(out, stem);
    }
    closedir(d);
    qsort(out->names, out->count, sizeof *out->names, by_name);
    return true;
}

void shelf_names_release(struct shelf_names *names)
{
    arena_release(&names->arena);
    *names = (struct shelf_names){0};
}

/* --- one of them --- */

static bool unreadable(const char *path, const char *why, struct err *err)
{
    err_set(err, ERR_INPUT, "cannot read the runbook '%s': %s", path, why);
    return err_exit(err, 78);
}

/* One byte more than may be, so that the page says that there was more. */
static struct runbook *read_page(int fd, const char *path, struct err *err)
{
    struct buf all = buf_make(RUNBOOK_BYTES_MAX + 1);
    struct runbook *page = NULL;
    char bytes[8192];
    ssize_t n = 1;
    while (n > 0 && all.len <= RUNBOOK_BYTES_MAX) {
        size_t room = RUNBOOK_BYTES_MAX + 1 - all.len;
        n = read(fd, bytes, room < sizeof bytes ? room : sizeof bytes);
        if (n < 0 && errno == EINTR)
            n = 1;
        else if (n > 0)
            buf_put(&all, bytes, (size_t)n, NULL);
    }
    if (n < 0)
        unreadable(path, strerror(errno), err);
    else
        page = runbook_new(buf_str(&all), all.len);
    buf_release(&all);
    return page;
}

struct runbook *shelf_open_in(const char *dir, const char *name, bool zh, char path[DIR_PATH_MAX], struct err *err)
{
    char file[RUNBOOK_NAME_MAX + 8];
    struct stat st;
    struct runbook *page = NULL;
    snprintf(file, sizeof file, "%.*s%s", RUNBOOK_NAME_MAX - 1, name, endings[zh]);
    if (!runbook_name_good(name) || !dir_join(path, dir, file))
        return NULL;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a pipe must not hold us */
    if (fd < 0) {
        if (errno != ENOENT)
            unreadable(path, strerror(errno), err);
        return NULL;
    }
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        page = read_page(fd, path, err);
    else
        unreadable(path, "it is no plain file", err);
    close(fd);
    return page;
}

struct runbook *shelf_open(const char *dir, const char *name, bool zh, char path[DIR_PATH_MAX], struct err *err)
{
    struct err why = {0};
    struct runbook *page = shelf_open_in(dir, name, zh, path, &why);
    if (!page && why.kind == ERR_NONE)
        page = shelf_open_in(dir, name, !zh, path, &why);
    if (page)
        return page;
    if (why.kind == ERR_NONE) {
        err_set(&why, ERR_INPUT, "there is no runbook '%.*s' in '%s'", RUNBOOK_NAME_MAX, name, dir);
        err_hint(&why, "'hubtop runbook list' shows those there are");
        err_exit(&why, 66);
    }
    if (err)
        *err = why;
    return NULL;
}

/* --- of an alert --- */

static struct runbook *best_of(const char *dir, const struct shelf_names *all, const struct row *alert, bool zh,
                               char name[RUNBOOK_NAME_MAX], char path[DIR_PATH_MAX])
{
    const struct concern c = concern_of(alert);
    struct runbook *best = NULL;
    char at[DIR_PATH_MAX];
    size_t most = 0;
    for (size_t i = 0; i < all->count; i++) {
        struct runbook *page = shelf_open(dir, all->names[i], zh, at, NULL);
        size_t suits = page ? runbook_suits(page, &c) : 0;
        if (suits <= most) {
            runbook_free(page);
            continue;
        }
        runbook_free(best);
        best = page;
        most = suits;
        snprintf(name, RUNBOOK_NAME_MAX, "%s", all->names[i]);
        memcpy(path, at, sizeof at);
    }
    return best;
}

struct runbook *shelf_find(const char *dir, const struct row *alert, bool zh, char name[RUNBOOK_NAME_MAX],
                           char path[DIR_PATH_MAX], struct err *err)
{
    struct shelf_names all;
    struct runbook *page = runbook_named(alert, name) ? shelf_open(dir, name, zh, path, NULL) : NULL;
    if (!page && shelf_list(dir, &all, err)) {
        page = best_of(dir, &all, alert, zh, name, path);
        shelf_names_release(&all);
    }
    return page;
}
