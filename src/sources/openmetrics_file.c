#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "sources/openmetrics.h"

/* --- which files */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void openmetrics_file_list_free(char **paths, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(paths[i]);
    free(paths);
}

static char *joined(const char *folder, const char *name)
{
    size_t n = strlen(folder) + strlen(name) + 2;
    char *path = mem_new(n, 1);
    snprintf(path, n, "%s/%s", folder, name);
    return path;
}

static bool take_all(DIR *d, const char *folder, const char *pattern, char ***out, size_t *count, struct err *err)
{
    for (const struct dirent *e = readdir(d); e; e = readdir(d)) {
        if (fnmatch(pattern, e->d_name, FNM_PERIOD | FNM_NOESCAPE) != 0)
            continue;
        if (*count == OPENMETRICS_FILES_MAX) {
            err_set(err, ERR_INPUT, "more than %d files match '%s' in '%s'", OPENMETRICS_FILES_MAX, pattern, folder);
            return err_hint(err, "a narrower pattern, or several sources");
        }
        *out = mem_grow(*out, *count + 1, sizeof **out);
        (*out)[(*count)++] = joined(folder, e->d_name);
    }
    return *count > 0 || err_set(err, ERR_TRANSIENT, "no file in '%s' matches '%s'", folder, pattern);
}

bool openmetrics_file_list(const char *pattern, char ***out, size_t *count, struct err *err)
{
    const char *slash = strrchr(pattern, '/');
    *out = NULL;
    *count = 0;
    if (!strpbrk(slash + 1, "*?[")) {
        *out = mem_new(1, sizeof **out);
        (*out)[(*count)++] = mem_strdup(pattern);
        return true;
    }
    char *folder = mem_strndup(pattern, slash > pattern ? (size_t)(slash - pattern) : 1);
    DIR *d = opendir(folder);
    bool ok = d ? take_all(d, folder, slash + 1, out, count, err)
                : err_set(err, ERR_TRANSIENT, "cannot look into '%s': %s", folder, strerror(errno));
    if (d)
        closedir(d);
    free(folder);
    if (ok)
        qsort(*out, *count, sizeof **out, by_name);
    else {
        openmetrics_file_list_free(*out, *count);
        *out = NULL;
        *count = 0;
    }
    return ok;
}

/* --- one file */

static bool refuse(const char *path, const char *why, const char *hint, struct err *err)
{
    err_set(err, ERR_INPUT, "cannot read '%s': %s", path, why);
    return err_hint(err, "%s", hint);
}

static bool is_read(const char *path, const struct stat *st, struct err *err)
{
    if (S_ISLNK(st->st_mode))
        return refuse(path, "it is a symbolic link", "name the file itself", err);
    if (S_ISDIR(st->st_mode))
        return refuse(path, "it is a folder", "name its files: FOLDER/*.prom", err);
    if (!S_ISREG(st->st_mode))
        return refuse(path, "it is no regular file", "metrics are read from regular files alone", err);
    if (st->st_mode & S_IWOTH)
        return refuse(path, "everybody may change it", "take that right away: chmod o-w FILE", err);
    if (st->st_size > OPENMETRICS_FILE_MAX) {
        err_set(err, ERR_INPUT, "cannot read '%s': it has more than %d MiB", path, OPENMETRICS_FILE_MAX >> 20);
        return err_hint(err, "spread it over several files");
    }
    return true;
}

static int64_t nanoseconds(const struct timespec *t)
{
    return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

static struct openmetrics_stamp stamp_of(const struct stat *st)
{
    return (struct openmetrics_stamp){
        .device = st->st_dev,
        .inode = st->st_ino,
        .size = st->st_size,
        .written_ns = nanoseconds(&st->st_mtim),
        .changed_ns = nanoseconds(&st->st_ctim),
    };
}

bool openmetrics_file_same(const struct openmetrics_stamp *a, const struct openmetrics_stamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size && a->written_ns == b->written_ns &&
           a->changed_ns == b->changed_ns;
}

bool openmetrics_file_stamp(const char *path, struct openmetrics_stamp *out, struct err *err)
{
    struct stat st;
    if (lstat(path, &st) != 0)
        return err_set(err, ERR_TRANSIENT, "cannot read '%s': %s", path, strerror(errno));
    *out = stamp_of(&st);
    return is_read(path, &st, err);
}

static bool still_same(int fd, const char *path, const struct openmetrics_stamp *stamp, struct err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_set(err, ERR_TRANSIENT, "cannot read '%s': %s", path, strerror(errno));
    struct openmetrics_stamp now = stamp_of(&st);
    if (!is_read(path, &st, err))
        return false;
    if (openmetrics_file_same(&now, stamp))
        return true;
    err_set(err, ERR_TRANSIENT, "'%s' was changed while it was read", path);
    return err_hint(err, "write another file and rename it: what is read is then always whole");
}

static bool read_all(int fd, const char *path, char *to, size_t size, struct err *err)
{
    for (size_t n = 0; n < size;) {
        ssize_t got = read(fd, to + n, size - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return err_set(err, ERR_TRANSIENT, "cannot read '%s': %s", path, got ? strerror(errno) : "it was cut");
        n += (size_t)got;
    }
    return true;
}

char *openmetrics_file_read(const char *path, const struct openmetrics_stamp *stamp, struct err *err)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        err_set(err, ERR_TRANSIENT, "cannot read '%s': %s", path, strerror(errno));
        return NULL;
    }
    char *bytes = NULL;
    if (still_same(fd, path, stamp, err)) {
        bytes = mem_new((size_t)stamp->size + 1, 1);
        if (!read_all(fd, path, bytes, (size_t)stamp->size, err) || !still_same(fd, path, stamp, err)) {
            free(bytes);
            bytes = NULL;
        }
    }
    close(fd);
    return bytes;
}
