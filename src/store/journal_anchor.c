#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/journal_check.h"
#include "store_file.h"

/* The file is "ENTRIES SEQ:HASH" and a line end. */
enum { FILE_MAX = 256, EXIT_USAGE = 64, EXIT_CANNOT_WRITE = 74 };

const char *journal_anchor_text(const struct journal_anchor *a, char out[JOURNAL_ANCHOR_TEXT])
{
    char hex[65];
    hash_hex(a->hash, hex);
    snprintf(out, JOURNAL_ANCHOR_TEXT, "%" PRId64 ":%s", a->seq, hex);
    return out;
}

static bool number(const char **at, int64_t *n)
{
    char *end;
    errno = 0;
    *n = strtoll(*at, &end, 10);
    bool ok = end != *at && (*at)[0] >= '0' && (*at)[0] <= '9' && errno == 0;
    *at = end;
    return ok;
}

bool journal_anchor_parse(const char *text, struct journal_anchor *a, struct err *err)
{
    const char *at = text;
    *a = (struct journal_anchor){0};
    if (number(&at, &a->seq) && *at == ':' && a->seq > 0 && hash_from_hex(at + 1, a->hash))
        return true;
    err_set(err, ERR_INPUT, "the anchor '%.100s' is none", text);
    err_hint(err, "it is SEQ:HASH, a number and 64 hex digits, as the system's log has it");
    return err_exit(err, EXIT_USAGE);
}

static bool cannot(struct err *err, const char *what, const char *path)
{
    err_set(err, ERR_TRANSIENT, "cannot %s '%s': %s", what, path, strerror(errno));
    return err_exit(err, EXIT_CANNOT_WRITE);
}

/* --- the file --- */

static bool write_all(const char *path, mode_t mode, const char *line, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    size_t n = strlen(line);
    if (fd < 0)
        return cannot(err, "write", path);
    bool ok = fchmod(fd, mode) == 0 && write(fd, line, n) == (ssize_t)n && fsync(fd) == 0;
    if (!ok)
        cannot(err, "write", path);
    close(fd);
    return ok;
}

static bool put_in_place(const char *dir, const char *from, const char *to, struct err *err)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && rename(from, to) == 0 && fsync(fd) == 0;
    if (!ok)
        cannot(err, "write", to);
    if (fd >= 0)
        close(fd);
    return ok;
}

bool journal_anchor_write(const char *dir, const struct journal_anchor *a, struct err *err)
{
    char path[STORE_FILE_PATH_MAX], fresh[STORE_FILE_PATH_MAX], text[JOURNAL_ANCHOR_TEXT], line[FILE_MAX];
    struct stat st;
    if (!store_file_path(dir, JOURNAL_ANCHOR_FILE, path, err) ||
        !store_file_path(dir, JOURNAL_ANCHOR_FILE ".new", fresh, err))
        return false;
    if (stat(dir, &st) != 0)
        return cannot(err, "look at", dir);
    snprintf(line, sizeof line, "%" PRId64 " %s\n", a->entries, journal_anchor_text(a, text));
    return write_all(fresh, (st.st_mode & 0050) == 0050 ? 0640 : 0600, line, err) &&
           put_in_place(dir, fresh, path, err);
}

static bool read_line(const char *path, char line[FILE_MAX], bool *there, struct err *err)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    *there = fd >= 0 || errno != ENOENT;
    if (fd < 0)
        return !*there || cannot(err, "read", path);
    ssize_t n = read(fd, line, FILE_MAX - 1);
    close(fd);
    if (n < 0)
        return cannot(err, "read", path);
    line[n] = '\0';
    return true;
}

bool journal_anchor_read(const char *dir, struct journal_anchor *a, bool *there, struct err *err)
{
    char path[STORE_FILE_PATH_MAX], line[FILE_MAX];
    const char *at = line;
    int64_t entries;
    *there = false;
    if (!store_file_path(dir, JOURNAL_ANCHOR_FILE, path, err) || !read_line(path, line, there, err))
        return false;
    if (!*there)
        return true;
    size_t n = strlen(line);
    if (n > 0 && line[n - 1] == '\n')
        line[n - 1] = '\0';
    if (!number(&at, &entries) || *at != ' ' || !journal_anchor_parse(at + 1, a, NULL))
        return err_set(err, ERR_CORRUPT, "'%s' makes no sense", path);
    a->entries = entries;
    return true;
}
