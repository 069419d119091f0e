#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/dir.h"
#include "base/mem.h"
#include "store_file.h"
#include "store_migrate.h"
#include "store_private.h"

enum { CHUNK = 1 << 16, EXIT_NO_FILE = 66, EXIT_CANNOT_WRITE = 74 };

static bool copy_bytes(int from, int to)
{
    char chunk[CHUNK];
    ssize_t n;
    while ((n = read(from, chunk, sizeof chunk)) > 0)
        if (write(to, chunk, (size_t)n) != n)
            return false;
    return n == 0;
}

/* A companion that is not there is none. */
static bool copy_one(const char *dir, const char *into, const char *name, bool needed, struct err *err)
{
    char from[STORE_FILE_PATH_MAX], to[STORE_FILE_PATH_MAX];
    if (!store_file_path(dir, name, from, err) || !store_file_path(into, name, to, err))
        return false;
    int in = open(from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (in < 0 && errno == ENOENT && !needed)
        return true;
    if (in < 0) {
        err_set(err, ERR_INPUT, "cannot read '%s': %s", from, strerror(errno));
        return err_exit(err, EXIT_NO_FILE);
    }
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = out >= 0 && copy_bytes(in, out);
    if (!ok) {
        err_set(err, ERR_TRANSIENT, "cannot copy '%s' into '%s': %s", from, into, strerror(errno));
        err_exit(err, EXIT_CANNOT_WRITE);
    }
    close(in);
    if (out >= 0)
        close(out);
    return ok;
}

static bool open_copy(struct store *s, const char *into, struct err *err)
{
    s->actions = store_file_open(into, "actions.db", SQLITE_OPEN_READWRITE, err);
    if (!s->actions)
        return false;
    enum store_migrate_state schema = store_migrate_look(s->actions, &store_migrate_actions, err);
    if (schema == STORE_MIGRATE_OK)
        return true;
    if (schema == STORE_MIGRATE_OLD) {
        err_set(err, ERR_INPUT, "the journal of '%s' was written by an older hubtop and has no chain yet", s->dir);
        err_hint(err, "the next collector gives it one: hubtop collect");
    }
    return false;
}

struct store *journal_copy(const char *dir, struct err *err)
{
    char into[DIR_PATH_MAX];
    enum store_file_state state = store_file_look(dir, "actions.db", false, err);
    if (state == STORE_FILE_ABSENT) {
        err_set(err, ERR_INPUT, "there is no journal in '%s'", dir);
        err_exit(err, EXIT_NO_FILE);
    }
    if (state != STORE_FILE_THERE || !dir_temporary(into, err))
        return NULL;
    struct store *s = mem_new(1, sizeof *s);
    s->dir = mem_strdup(dir);
    err_set(&s->orders_why, ERR_REFUSED, "this is a copy of the journal");
    bool ok = copy_one(dir, into, "actions.db-journal", false, err) && copy_one(dir, into, "actions.db", true, err) &&
              open_copy(s, into, err);
    dir_remove(into);
    if (ok)
        return s;
    store_close(s);
    return NULL;
}
