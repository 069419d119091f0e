#ifndef HUBTOP_SRC_STORE_FILE_H
#define HUBTOP_SRC_STORE_FILE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"

enum { STORE_FILE_PATH_MAX = 4096 };

enum store_file_state {
    STORE_FILE_ABSENT,  /* or empty */
    STORE_FILE_THERE,   /* looks like a database */
    STORE_FILE_DAMAGED, /* err says how */
    STORE_FILE_REFUSED, /* must not be opened: a symlink, somebody else's; err says so */
};

/* "dir/name" into `path`; ERR_INPUT when it is too long. */
bool store_file_path(const char *dir, const char *name, char path[STORE_FILE_PATH_MAX], struct err *err);
/* Looks at a database file and its -wal, -shm and -journal without opening what could hang. `own` demands that it
 * belongs to this user. */
enum store_file_state store_file_look(const char *dir, const char *name, bool own, struct err *err);
/* Makes the empty file, 0640 where the folder lets its group in, otherwise 0600, under any umask. */
bool store_file_create(const char *dir, const char *name, struct err *err);
/* Moves the file and its companions to NAME.damaged-UTC; `moved` gets the new name. */
bool store_file_set_aside(const char *dir, const char *name, struct instant now, char *moved, size_t moved_size,
                          struct err *err);
/* ERR_INPUT when the folder lies on a file system whose locks and shared memory cannot be trusted. */
bool store_file_local(const char *dir, struct err *err);
/* Leaves a mark that cache.db was found damaged while it was used, and asks for it. */
void store_file_mark(const char *dir);
bool store_file_marked(const char *dir);

/* Opens the connection with everything that keeps a hostile file harmless, for one thread; NULL with err set. */
sqlite3 *store_file_open(const char *dir, const char *name, int flags, struct err *err);

#endif
