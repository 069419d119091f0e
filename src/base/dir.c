#include "base/dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

bool dir_join(char out[DIR_PATH_MAX], const char *folder, const char *name)
{
    int n = snprintf(out, DIR_PATH_MAX, "%s/%s", folder, name);
    return n >= 0 && n < DIR_PATH_MAX;
}

bool dir_expand(const char *path, char out[DIR_PATH_MAX])
{
    const char *home = getenv("HOME");
    bool tilde = path[0] == '~' && (path[1] == '/' || path[1] == '\0') && home;
    int n = snprintf(out, DIR_PATH_MAX, "%s%s", tilde ? home : "", tilde ? path + 1 : path);
    return n >= 0 && n < DIR_PATH_MAX;
}

bool dir_state_own(const char *context, char out[DIR_PATH_MAX], struct err *err)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int n;
    if (state && state[0] == '/')
        n = snprintf(out, DIR_PATH_MAX, "%s/hubtop/%s", state, context);
    else if (home && home[0] == '/')
        n = snprintf(out, DIR_PATH_MAX, "%s/.local/state/hubtop/%s", home, context);
    else {
        err_set(err, ERR_INPUT, "cannot tell where the state is kept: neither XDG_STATE_HOME nor HOME is set");
        return err_hint(err, "give --state-dir DIR");
    }
    if (n < 0 || n >= DIR_PATH_MAX)
        return err_set(err, ERR_INPUT, "the state directory's path is longer than %d bytes", DIR_PATH_MAX - 1);
    return true;
}

static bool make_one(const char *path, struct err *err)
{
    struct stat st;
    if (mkdir(path, 0700) == 0)
        return true;
    if (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return true;
    int e = errno == EEXIST ? ENOTDIR : errno;
    err_set(err, ERR_INPUT, "cannot make the folder '%s': %s", path, strerror(e));
    return err_exit(err, 73);
}

bool dir_make(const char *path, struct err *err)
{
    char part[DIR_PATH_MAX];
    size_t n = strlen(path);
    if (n == 0 || n >= sizeof part)
        return err_set(err, ERR_INPUT, "cannot make the folder '%s': its path is empty or too long", path);
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (!make_one(part, err))
            return false;
    }
    return true;
}

static bool owner_accepted(uid_t owner, const char *collector_user)
{
    if (owner == geteuid() || owner == 0)
        return true;
    const struct passwd *pw = getpwnam(collector_user ? collector_user : "hubtop");
    return pw && pw->pw_uid == owner;
}

static bool refuse(struct err *err, const char *path, const char *why, const char *hint)
{
    err_set(err, ERR_INPUT, "cannot keep the state in '%s': %s", path, why);
    err_hint(err, "%s", hint);
    return err_exit(err, 77);
}

/* Parents may belong to anybody accepted; one that others can write is refused unless it is sticky, where nobody can
 * replace our folder. */
static bool parents_safe(char *path, struct err *err)
{
    for (;;) {
        char *slash = strrchr(path, '/');
        if (!slash || path[1] == '\0')
            return true;
        slash[slash == path ? 1 : 0] = '\0';
        struct stat st;
        if (stat(path, &st) != 0)
            return refuse(err, path, strerror(errno), "give --state-dir DIR");
        if ((st.st_mode & S_IWOTH) && !(st.st_mode & S_ISVTX))
            return refuse(err, path, "others can write to this parent folder", "chmod o-w it, or give --state-dir DIR");
    }
}

bool dir_check(const char *path, const char *collector_user, struct err *err)
{
    struct stat st;
    char real[DIR_PATH_MAX];
    if (lstat(path, &st) != 0)
        return refuse(err, path, strerror(errno), "give --state-dir DIR");
    if (!S_ISDIR(st.st_mode))
        return refuse(err, path, S_ISLNK(st.st_mode) ? "it is a symbolic link" : "it is not a folder",
                      "give the folder itself");
    if (!owner_accepted(st.st_uid, collector_user))
        return refuse(err, path, "it belongs to somebody else", "give a folder of your own with --state-dir DIR");
    if (st.st_mode & S_IWOTH)
        return refuse(err, path, "others can write to it", "chmod o-w it");
    char *resolved = realpath(path, NULL);
    if (!resolved || strlen(resolved) >= sizeof real) {
        free(resolved);
        return refuse(err, path, "its path cannot be resolved", "give --state-dir DIR");
    }
    memcpy(real, resolved, strlen(resolved) + 1);
    free(resolved);
    return parents_safe(real, err);
}

bool dir_temporary(char out[DIR_PATH_MAX], struct err *err)
{
    const char *bases[] = {getenv("XDG_RUNTIME_DIR"), getenv("TMPDIR"), "/tmp"};
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
        if (!bases[i] || bases[i][0] != '/')
            continue;
        int n = snprintf(out, DIR_PATH_MAX, "%s/hubtop.XXXXXX", bases[i]);
        if (n > 0 && n < DIR_PATH_MAX && mkdtemp(out))
            return true;
    }
    err_set(err, ERR_INPUT, "cannot make a temporary folder in '%s': %s", bases[2], strerror(errno));
    return err_exit(err, 73);
}

void dir_remove(const char *path)
{
    DIR *d = opendir(path);
    if (!d)
        return;
    for (struct dirent *e; (e = readdir(d));) {
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            unlinkat(dirfd(d), e->d_name, 0);
    }
    closedir(d);
    rmdir(path);
}

/* Somebody who only asks (dir_locked) holds it for a moment: that is no reason to give up. */
static bool lock_wait(int fd)
{
    for (int tries = 0; tries < 5; tries++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    return false;
}

/* flock(2) rather than fcntl(2): it belongs to the open file, so that it ends with the process and with nothing else.
 */
int dir_lock(const char *dir, struct err *err)
{
    char path[DIR_PATH_MAX], pid[32] = "";
    if (!dir_join(path, dir, "lock"))
        return err_set(err, ERR_INPUT, "the path of the lock in '%s' is too long", dir), -1;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        err_set(err, ERR_INPUT, "cannot open the lock '%s': %s", path, strerror(errno));
        return err_exit(err, 73), -1;
    }
    if (lock_wait(fd)) {
        int n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
        if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)n, 0) != n)
            return err_set(err, ERR_INPUT, "cannot write the lock '%s': %s", path, strerror(errno)), close(fd), -1;
        return fd;
    }
    ssize_t n = pread(fd, pid, sizeof pid - 1, 0);
    pid[n > 0 ? strspn(pid, "0123456789") : 0] = '\0';
    close(fd);
    err_set(err, ERR_TRANSIENT, "another collector (process %s) holds '%s'", pid[0] ? pid : "unknown", path);
    err_hint(err, "one collector polls for all consoles of a context: use that one, or end it first");
    return err_exit(err, 75), -1;
}

bool dir_locked(const char *dir)
{
    char path[DIR_PATH_MAX];
    if (!dir_join(path, dir, "lock"))
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) /* whoever can open it can take it, so that a service's is its own: its socket tells others */
        return errno == EACCES && dir_join(path, dir, "control.sock") && access(path, F_OK) == 0;
    bool held = flock(fd, LOCK_SH | LOCK_NB) != 0;
    close(fd);
    return held;
}
