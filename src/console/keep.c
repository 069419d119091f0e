#include "console/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/dir.h"
#include "base/tr.h"

enum { KEEP_CANNOT_WRITE = 73, KEEP_MODE = 0600 };

static bool cannot(struct err *err, enum err_kind kind, const char *what, const char *path, int e)
{
    err_set(err, kind, "%s: '%s': %s", what, path, strerror(e));
    return kind == ERR_INPUT ? err_exit(err, KEEP_CANNOT_WRITE) : false;
}

/* A file of ours, with nothing that opening it would wait for. */
static bool is_ours(int fd, const char *path, struct err *err)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return cannot(err, ERR_CORRUPT, tr("cannot read"), path, errno);
    if (!S_ISREG(st.st_mode) || st.st_uid != geteuid())
        return err_set(err, ERR_CORRUPT, tr("'%s' is no plain file of yours"), path);
    if (st.st_size > KEEP_MAX)
        return err_set(err, ERR_CORRUPT, tr("'%s' is longer than %d bytes"), path, (int)KEEP_MAX);
    if ((st.st_mode & 077) != 0 && fchmod(fd, KEEP_MODE) != 0)
        return cannot(err, ERR_CORRUPT, tr("others can read it"), path, errno);
    return true;
}

static bool read_all(int fd, const char *path, struct buf *out, struct err *err)
{
    char part[4096];
    ssize_t n;

    while ((n = read(fd, part, sizeof part)) > 0)
        if (!buf_put(out, part, (size_t)n, err))
            return false;
    return n == 0 || cannot(err, ERR_CORRUPT, tr("cannot read"), path, errno);
}

bool keep_read(const char *path, struct buf *out, struct err *err)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT || cannot(err, ERR_CORRUPT, tr("cannot read"), path, errno);
    bool ok = is_ours(fd, path, err) && read_all(fd, path, out, err);
    close(fd);
    return ok;
}

static bool put_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, bytes, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        bytes += done;
        n -= (size_t)done;
    }
    return true;
}

bool keep_write(const char *path, const struct buf *content, struct err *err)
{
    char beside[DIR_PATH_MAX];

    if (snprintf(beside, sizeof beside, "%s.%ld", path, (long)getpid()) >= (int)sizeof beside)
        return cannot(err, ERR_INPUT, tr("cannot write"), path, ENAMETOOLONG);
    unlink(beside);
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, KEEP_MODE);
    if (fd < 0)
        return cannot(err, ERR_INPUT, tr("cannot write"), path, errno);
    bool ok = put_all(fd, buf_str(content), content->len) && fsync(fd) == 0;
    int e = errno;
    ok = close(fd) == 0 && ok;
    if (ok && rename(beside, path) == 0)
        return true;
    e = ok ? errno : e;
    unlink(beside);
    return cannot(err, ERR_INPUT, tr("cannot write"), path, e);
}

bool keep_append(const char *path, const char *bytes, size_t n, struct err *err)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, KEEP_MODE);

    if (fd < 0)
        return cannot(err, ERR_INPUT, tr("cannot write"), path, errno);
    bool ok = is_ours(fd, path, err);
    if (ok && !put_all(fd, bytes, n))
        ok = cannot(err, ERR_INPUT, tr("cannot write"), path, errno);
    close(fd);
    return ok;
}

void keep_aside(const char *path, struct err *err)
{
    char beside[DIR_PATH_MAX];
    int n = snprintf(beside, sizeof beside, "%s.damaged", path);

    if (n < (int)sizeof beside && rename(path, beside) == 0)
        err_hint(err, tr("it was set aside as '%s'"), beside);
    else
        err_hint(err, "%s", tr("move it away, and what is kept begins anew"));
}
