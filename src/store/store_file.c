#include "store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "store_within.h"

enum { BUSY_MS = 250, HEADER = 100, PAGE_COUNT_AT = 28 };

static const char mark_name[] = "cache.db.suspect";

bool store_file_path(const char *dir, const char *name, char path[STORE_FILE_PATH_MAX], struct err *err)
{
    int n = snprintf(path, STORE_FILE_PATH_MAX, "%s/%s", dir, name);
    if (n < 0 || n >= STORE_FILE_PATH_MAX - 64)
        return err_set(err, ERR_INPUT, "the path '%.200s…' is too long", dir);
    return true;
}

/* A database that was not cut: the header's page count is at most what the file holds. */
static bool whole(const unsigned char h[HEADER], off_t size)
{
    uint32_t page = (uint32_t)h[16] << 8 | h[17];
    if (page == 1)
        page = 65536;
    uint32_t pages = (uint32_t)h[PAGE_COUNT_AT] << 24 | (uint32_t)h[PAGE_COUNT_AT + 1] << 16 |
                     (uint32_t)h[PAGE_COUNT_AT + 2] << 8 | h[PAGE_COUNT_AT + 3];
    return page >= 512 && (uint64_t)page * pages <= (uint64_t)size;
}

/* Pages that it lacks may still stand in the -wal of a checkpoint that was killed; or they were never written, because the disk was
 * full, and the -journal of that commit takes it back. */
static bool will_be_whole(const char *dir, const char *name)
{
    static const char *const companions[] = {"-wal", "-journal"};
    char path[STORE_FILE_PATH_MAX];
    struct stat st;
    for (size_t i = 0; i < sizeof companions / sizeof *companions; i++) {
        snprintf(path, sizeof path, "%s/%s%s", dir, name, companions[i]);
        if (stat(path, &st) == 0 && st.st_size > 0)
            return true;
    }
    return false;
}

static enum store_file_state look_inside(int fd, const char *dir, const char *name, off_t size, struct err *err)
{
    unsigned char h[HEADER];
    if (pread(fd, h, sizeof h, 0) != HEADER || memcmp(h, "SQLite format 3", 16) != 0) {
        err_set(err, ERR_CORRUPT, "'%s' is not a database", name);
        return STORE_FILE_DAMAGED;
    }
    if (!whole(h, size) && !will_be_whole(dir, name)) {
        err_set(err, ERR_CORRUPT, "'%s' has been cut", name);
        return STORE_FILE_DAMAGED;
    }
    return STORE_FILE_THERE;
}

static enum store_file_state refuse(struct err *err, const char *name, const char *why)
{
    err_set(err, ERR_INPUT, "'%s' %s", name, why);
    err_hint(err, "look at who put it there, then move it away");
    return STORE_FILE_REFUSED;
}

static enum store_file_state look_one(const char *dir, const char *name, bool own, bool inside, struct err *err)
{
    char path[STORE_FILE_PATH_MAX];
    struct stat st;
    if (!store_file_path(dir, name, path, err))
        return STORE_FILE_REFUSED;
    if (lstat(path, &st) != 0) {
        if (errno == ENOENT)
            return STORE_FILE_ABSENT;
        err_set(err, ERR_INPUT, "cannot look at '%s': %s", path, strerror(errno));
        return STORE_FILE_REFUSED;
    }
    if (S_ISLNK(st.st_mode))
        return refuse(err, path, "is a symbolic link");
    if (!S_ISREG(st.st_mode)) {
        err_set(err, ERR_CORRUPT, "'%s' is not a regular file", name);
        return STORE_FILE_DAMAGED;
    }
    if (own && st.st_uid != geteuid())
        return refuse(err, path, "belongs to another user");
    if (st.st_size == 0 || !inside)
        return st.st_size == 0 ? STORE_FILE_ABSENT : STORE_FILE_THERE;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        err_set(err, ERR_INPUT, "cannot open '%s': %s", path, strerror(errno));
        return STORE_FILE_REFUSED;
    }
    enum store_file_state state = look_inside(fd, dir, name, st.st_size, err);
    close(fd);
    return state;
}

enum store_file_state store_file_look(const char *dir, const char *name, bool own, struct err *err)
{
    static const char *const companions[] = {"-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof companions / sizeof companions[0]; i++) {
        char beside[64];
        snprintf(beside, sizeof beside, "%s%s", name, companions[i]);
        enum store_file_state state = look_one(dir, beside, own, false, err);
        if (state == STORE_FILE_DAMAGED || state == STORE_FILE_REFUSED)
            return state;
    }
    return look_one(dir, name, own, true, err);
}

bool store_file_create(const char *dir, const char *name, struct err *err)
{
    char path[STORE_FILE_PATH_MAX];
    struct stat st;
    if (!store_file_path(dir, name, path, err))
        return false;
    if (stat(dir, &st) != 0)
        return err_set(err, ERR_INPUT, "cannot look at '%s': %s", dir, strerror(errno));
    int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, ERR_INPUT, "cannot create '%s': %s", path, strerror(errno));
    bool ok = fchmod(fd, (st.st_mode & 0050) == 0050 ? 0640 : 0600) == 0;
    if (!ok)
        err_set(err, ERR_INPUT, "cannot set the mode of '%s': %s", path, strerror(errno));
    close(fd);
    return ok;
}

bool store_file_set_aside(const char *dir, const char *name, struct instant now, char *moved, size_t moved_size,
                          struct err *err)
{
    static const char *const companions[] = {"", "-wal", "-shm", "-journal"};
    char iso[CLOCK_TEXT_MAX], stamp[CLOCK_TEXT_MAX], from[STORE_FILE_PATH_MAX], to[STORE_FILE_PATH_MAX];
    size_t n = 0;
    clock_iso(now.utc_ms, iso);
    for (const char *c = iso; *c; c++)
        if (*c != '-' && *c != ':')
            stamp[n++] = *c;
    stamp[n] = '\0';
    char unique[16] = "";
    struct stat st;
    for (int i = 2; i < 1000; i++) { /* two in one second */
        snprintf(moved, moved_size, "%s.damaged-%s%s", name, stamp, unique);
        if (!store_file_path(dir, moved, to, err))
            return false;
        if (lstat(to, &st) != 0)
            break;
        snprintf(unique, sizeof unique, ".%d", i);
    }
    for (size_t i = 0; i < sizeof companions / sizeof companions[0]; i++) {
        snprintf(from, sizeof from, "%s/%s%s", dir, name, companions[i]);
        snprintf(to, sizeof to, "%s/%s%s", dir, moved, companions[i]);
        if (rename(from, to) != 0 && errno != ENOENT)
            return err_set(err, ERR_INPUT, "cannot set '%s' aside: %s", from, strerror(errno));
    }
    snprintf(from, sizeof from, "%s/%s", dir, mark_name);
    unlink(from);
    return true;
}

bool store_file_local(const char *dir, struct err *err)
{
    static const struct {
        uint32_t magic;
        const char *name;
    } remote[] = {
        {0x6969, "NFS"},      {0xff534d42, "CIFS"},  {0xfe534d42, "SMB2"}, {0x517b, "SMB"},      {0x01021997, "9p"},
        {0x564c, "NCP"},      {0x5346414f, "AFS"},   {0x6b414653, "AFS"},  {0x00c36400, "Ceph"}, {0x0bd00bd0, "Lustre"},
        {0x47504653, "GPFS"}, {0x7461636f, "OCFS2"}, {0x01161970, "GFS2"},
    };
    struct statfs fs;
    if (statfs(dir, &fs) != 0)
        return err_set(err, ERR_INPUT, "cannot look at '%s': %s", dir, strerror(errno));
    for (size_t i = 0; i < sizeof remote / sizeof remote[0]; i++)
        if ((uint32_t)fs.f_type == remote[i].magic) {
            err_set(err, ERR_INPUT, "the state directory '%s' lies on a network file system (%s)", dir, remote[i].name);
            return err_hint(err, "its locks and shared memory cannot be relied on: give --state-dir a local disk");
        }
    return true;
}

void store_file_mark(const char *dir)
{
    char path[STORE_FILE_PATH_MAX];
    if (!store_file_path(dir, mark_name, path, NULL))
        return;
    int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
}

bool store_file_marked(const char *dir)
{
    char path[STORE_FILE_PATH_MAX];
    struct stat st;
    return store_file_path(dir, mark_name, path, NULL) && lstat(path, &st) == 0;
}

sqlite3 *store_file_open(const char *dir, const char *name, int flags, struct err *err)
{
    char path[STORE_FILE_PATH_MAX];
    sqlite3 *db = NULL;
    if (!store_file_path(dir, name, path, err))
        return NULL;
    if (sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE, NULL) !=
        SQLITE_OK) {
        err_set(err, ERR_TRANSIENT, "cannot open '%s': %s", path, db ? sqlite3_errmsg(db) : "no memory");
        sqlite3_close(db);
        return NULL;
    }
    sqlite3_busy_timeout(db, BUSY_MS);
    store_within_init(db); /* what needs it fails without it, and says so */
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    sqlite3_exec(db, "PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY", NULL, NULL, NULL);
    return db;
}
