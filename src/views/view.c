#include "views/view.h"

#include <stdio.h>
#include <string.h>

const struct view *view_by_name(const char *name)
{
    for (const struct view *const *v = view_table; *v != NULL; v++)
        if (strcmp((*v)->name, name) == 0)
            return *v;
    return NULL;
}

struct intent view_open(const char *name, struct safe_text at)
{
    struct intent i = {.kind = INTENT_OPEN_VIEW};
    struct buf id = buf_make(sizeof i.at - 1);

    snprintf(i.text, sizeof i.text, "%s", name);
    if (!text_empty(text_copy(&id, at)))
        memcpy(i.at, id.data, id.len);
    buf_release(&id);
    return i;
}

bool view_is_available(const struct view *v, uint64_t kinds)
{
    bool available = v->told_by == NULL;

    for (const struct view_need *n = v->needs; n->kind != KIND_NONE; n++)
        available = available || (!n->aside && (kinds >> n->kind & 1u) != 0);
    return available;
}
