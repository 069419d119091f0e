#ifndef HUBTOP_CONSOLE_SHELF_H
#define HUBTOP_CONSOLE_SHELF_H

#include "base/arena.h"
#include "base/dir.h"
#include "domain/runbook.h"

/* The folder of runbooks: NAME.md, and NAME.zh.md in Chinese. Files are looked at when they are wanted, and nothing is kept: what
 * was just written is what is shown. */

enum { SHELF_FILES_MAX = 500 };

struct shelf_names {
    struct arena arena;
    const char **names; /* without .md and .zh.md, each once, sorted */
    size_t count;
    bool cut; /* there are more than SHELF_FILES_MAX */
};

/* What lies in the folder. ERR_INPUT (66) when it cannot be read. Release it in any case. */
bool shelf_list(const char *dir, struct shelf_names *out, struct err *err);
void shelf_names_release(struct shelf_names *names);

/* A runbook by its name, in Chinese where that is wanted and there is one, or where there is no other; its file goes to `path`.
 * NULL with ERR_INPUT (66: it is not there; 78: it is no plain file). The caller frees it. */
struct runbook *shelf_open(const char *dir, const char *name, bool zh, char path[DIR_PATH_MAX], struct err *err);
/* The same in that language alone: NULL without err when there is none. */
struct runbook *shelf_open_in(const char *dir, const char *name, bool zh, char path[DIR_PATH_MAX], struct err *err);

/* The runbook of an alert: the one that it names itself, else the one whose conditions suit best (of equals the first by name).
 * NULL: there is none, or (with err) the folder cannot be read. */
struct runbook *shelf_find(const char *dir, const struct row *alert, bool zh, char name[RUNBOOK_NAME_MAX],
                           char path[DIR_PATH_MAX], struct err *err);

#endif
