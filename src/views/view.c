#include "views/view.h"

#include <string.h>

const struct view *view_by_name(const char *name)
{
    for (const struct view *const *v = view_table; *v != NULL; v++)
        if (strcmp((*v)->name, name) == 0)
            return *v;
    return NULL;
}
