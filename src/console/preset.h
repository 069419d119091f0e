#ifndef HUBTOP_SRC_CONSOLE_PRESET_H
#define HUBTOP_SRC_CONSOLE_PRESET_H

#include "base/err.h"
#include "views/view.h"

/* What somebody wants to see again: a view's filter, order, columns and groups under a name, in DIR/presets. */

enum { PRESET_MAX = 64, PRESET_NAME_MAX = 33, PRESET_SORT_MAX = 65, PRESET_COLUMNS_MAX = 513 };

struct preset {
    char name[PRESET_NAME_MAX], view[PRESET_NAME_MAX];
    char sort[PRESET_SORT_MAX];       /* "": the view's own order */
    char columns[PRESET_COLUMNS_MAX]; /* field,field; "": the view's own */
    char filter[VIEW_FILTER_MAX];
    char group[PRESET_NAME_MAX]; /* "": none */
};

struct preset_list {
    struct preset all[PRESET_MAX];
    size_t count;
};

/* Those of the folder. With err where the file makes no sense: it was set aside, and those before the bad line are there. */
void preset_read(const char *dir, struct preset_list *out, struct err *err);
/* Adds one, or puts it in the place of the one of that name. ERR_INPUT: the name is no word of at most 32 bytes, there are
 * PRESET_MAX, or the file cannot be written (73). */
bool preset_put(const char *dir, const struct preset *p, struct err *err);
/* The one of that name; NULL: there is none. */
const struct preset *preset_named(const struct preset_list *list, const char *name);

#endif
