#include "console/reading.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/tr.h"
#include "console/shelf.h"
#include "domain/rows.h"

struct reading {
    struct runbook *page;
    struct view_runbook shown;
    struct arena arena;
    char name[RUNBOOK_NAME_MAX], why[2 * ERR_TEXT_MAX];
    bool open;
};

struct reading *reading_new(void)
{
    return mem_new(1, sizeof(struct reading));
}

static void shut(struct reading *r)
{
    runbook_free(r->page);
    arena_release(&r->arena);
    *r = (struct reading){0};
}

void reading_free(struct reading *r)
{
    if (!r)
        return;
    shut(r);
    free(r);
}

/* Where its source names an address, that is what there is. */
static void say_why(struct reading *r, const struct row *alert, const struct err *err)
{
    struct safe_text field = value_text_or(&alert->cells[ALERT_RUNBOOK], "");
    char shown[ERR_TEXT_MAX];
    if (!text_empty(field))
        snprintf(r->why, sizeof r->why, "%s %s", tr("its source names:"), text_show_in(field, shown, sizeof shown));
    else
        snprintf(r->why, sizeof r->why, "%s", err->kind != ERR_NONE ? err->text : tr("no runbook is for that alert"));
}

void reading_open(struct reading *r, const char *dir, const struct row *alert)
{
    struct err err = {0};
    char path[DIR_PATH_MAX];
    shut(r);
    r->page = dir && dir[0] ? shelf_find(dir, alert, tr_is_zh(), r->name, path, &err) : NULL;
    if (!r->page)
        say_why(r, alert, &err);
    r->shown = (struct view_runbook){.page = r->page,
                                     .name = r->name,
                                     .alert = rows_text(&r->arena, alert->id),
                                     .source = rows_text(&r->arena, alert->source),
                                     .why = r->why};
    r->open = true;
}

const struct view_runbook *reading_page(const struct reading *r)
{
    return r->open ? &r->shown : NULL;
}
