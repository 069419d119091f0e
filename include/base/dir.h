#ifndef HUBTOP_BASE_DIR_H
#define HUBTOP_BASE_DIR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/* State directories (control.md). Paths are C strings of at most DIR_PATH_MAX bytes. */
enum { DIR_PATH_MAX = 1024 };

/* "$XDG_STATE_HOME/hubtop/CONTEXT" or "~/.local/state/hubtop/CONTEXT"; ERR_INPUT when neither is known. */
bool dir_state_own(const char *context, char out[DIR_PATH_MAX], struct err *err);

/* Makes the directory and its parents (0700) where they are missing. */
bool dir_make(const char *path, struct err *err);

/* Whether it may hold our state: its owner is me, root or `collector_user` (NULL: "hubtop", where that user exists),
 * and neither it nor a parent can be written by others (a sticky /tmp is fine as a parent). ERR_INPUT with status 77
 * names the folder and what is wrong with it. */
bool dir_check(const char *path, const char *collector_user, struct err *err);

/* A new private folder below $XDG_RUNTIME_DIR or $TMPDIR or /tmp. */
bool dir_temporary(char out[DIR_PATH_MAX], struct err *err);
/* Removes a folder and the files in it (one level), nothing else. */
void dir_remove(const char *path);

/* Takes the lock file `dir`/lock without waiting; the descriptor (close it to give the lock back) or -1: ERR_TRANSIENT
 * with status 75 names who holds it. */
int dir_lock(const char *dir, struct err *err);
/* Whether some process holds the lock of `dir`. */
bool dir_locked(const char *dir);

/* Joins a folder and a name; false when it is too long. */
bool dir_join(char out[DIR_PATH_MAX], const char *folder, const char *name);

/* "~/x" with HOME; other paths as they are. */
bool dir_expand(const char *path, char out[DIR_PATH_MAX]);

#endif
