#include "views/changes.h"

#include <string.h>

#include "base/clock.h"
#include "base/tr.h"
#include "domain/change.h"
#include "views/alert_act.h"
#include "views/ends.h"

enum { CHANGE_BYTES = 2048 };

static const struct table_column columns[] = {
    [CHANGES_TIME] = {N_("TIME"), 5, 8, 1, 0, -1, false},
    [CHANGES_MARK] = {"", 2, 0, 0, 1, -1, false},
    [CHANGES_WHERE] = {N_("WHERE"), 7, 18, 2, 0, -1, false},
    [CHANGES_WHAT] = {N_("WHAT"), 10, 60, 3, 0, -1, false},
    {0},
};

static void find_marked(struct changes_look *l)
{
    const struct view_rows *alerts = l->of->alerts;

    for (size_t i = 0; i < alerts->count && l->count < CHANGES_MARKED_MAX; i++) {
        struct row alert = {0};
        if (!alerts->at(alerts->ctx, i, &alert) || alert_words_over(&alert) ||
            !text_empty(value_text_or(&alert.cells[ALERT_PARENT], "")))
            continue;
        l->marked[l->count] = value_text_or(&alert.cells[ALERT_CHANGE], "");
        l->count += !text_empty(l->marked[l->count]);
    }
}

struct changes_look changes_look_of(const struct changes *o)
{
    struct changes_look look = {.of = o};

    find_marked(&look);
    return look;
}

static bool is_marked(const struct changes_look *l, struct safe_text id)
{
    for (size_t i = 0; i < l->count; i++)
        if (text_equal(l->marked[i], id))
            return true;
    return false;
}

/* Links by the names of their ends in a Chinese screen, also where an alert or a window is about one. */
static void put_where(const struct changes *o, const struct row *change, const struct canvas *c, struct buf *out)
{
    struct ends ends = {o->clusters, o->places};
    struct safe_text id = cell_text(change, CHANGE_WHERE);
    int64_t at = tr_is_zh() ? o->links->find(o->links->ctx, id, text_of("")) : -1;
    struct row link = {0};

    if (at >= 0 && o->links->at(o->links->ctx, (size_t)at, &link))
        ends_words(&ends, &link, false, c, out);
    else
        text_show(id, -1, out);
}

void changes_paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                   enum role role)
{
    const struct changes_look *l = f->ctx;
    char time[CLOCK_TEXT_MAX] = "-";
    const struct value *at = &row->cells[CHANGE_AT];
    struct buf where = buf_make(CHANGE_BYTES), what = buf_make(CHANGE_BYTES);
    bool marked = is_marked(l, row->id);

    if (value_known(at))
        clock_local_hms(value_int_or(at, 0), time);
    if (t->width[CHANGES_TIME] < 8 && strlen(time) > 5)
        time[5] = '\0';
    table_puts(t, c, i, CHANGES_TIME, ROLE_DIM, time);
    table_puts(t, c, i, CHANGES_MARK, ROLE_WARN, marked ? "<<" : "");
    put_where(l->of, row, c, &where);
    if (!text_empty(value_text_or(&row->cells[CHANGE_BY], ""))) {
        text_show(cell_text(row, CHANGE_BY), -1, &what);
        buf_puts(&what, ": ", NULL);
    }
    change_words(row, &what);
    table_puts(t, c, i, CHANGES_WHERE, marked ? ROLE_WARN : role, buf_str(&where));
    table_puts(t, c, i, CHANGES_WHAT, marked ? ROLE_WARN : role, buf_str(&what));
    buf_release(&where);
    buf_release(&what);
}

static bool event_at(void *ctx, size_t i, struct row *row)
{
    const struct view_rows *told = ctx;
    bool ok = told->at(told->ctx, i, row);

    row->stale = false;
    return ok;
}

static int64_t event_find(void *ctx, struct safe_text id, struct safe_text source)
{
    const struct view_rows *told = ctx;

    return told->find(told->ctx, id, source);
}

static const struct list list = {
    .columns = columns, .paint = changes_paint, .nothing = N_("nothing has changed"), .headless = true};

struct view_rows changes_events(const struct view_rows *told)
{
    struct view_rows rows = *told;

    rows.ctx = (void *)(uintptr_t)told; /* its functions only read it */
    rows.at = event_at;
    rows.find = event_find;
    return rows;
}

void changes_draw(const struct changes *o, const struct view_frame *f, struct view_place *place, struct canvas *c,
                  struct area area, bool focused)
{
    struct changes_look look = changes_look_of(o);
    struct view_rows rows = changes_events(o->changes);
    struct list_frame lf = {
        .frame = f, .rows = &rows, .place = place, .sorted = TABLE_NO_SORT, .focused = focused, .ctx = &look};

    list_draw(&list, &lf, c, area.height < 3 ? area : canvas_box(c, area, tr("What changed"), tr("newest first")));
}

int64_t changes_moment(const struct row *change)
{
    return value_int_or(&change->cells[CHANGE_AT], 0);
}

int64_t changes_moment_of_alert(const struct row *alert, const struct view_rows *changes)
{
    struct safe_text id = value_text_or(&alert->cells[ALERT_CHANGE], "");
    int64_t at = text_empty(id) ? -1 : changes->find(changes->ctx, id, text_of(""));
    struct row change = {0};

    if (at >= 0 && changes->at(changes->ctx, (size_t)at, &change) && changes_moment(&change) > 0)
        return changes_moment(&change);
    return value_int_or(&alert->cells[ALERT_SINCE], 0);
}

/* The alert's id, of "alert/ID@TIME". */
static struct intent open_alert(const struct row *change)
{
    const char *kind = kind_info(KIND_ALERT)->singular;
    char id[512], *at;

    text_show_in(change->id, id, sizeof id);
    at = strrchr(id, '@');
    if (at == NULL || strncmp(id, kind, strlen(kind)) != 0 || id[strlen(kind)] != '/')
        return view_open("alerts", text_of(""));
    *at = '\0';
    return view_open("alerts", text_of(id + strlen(kind) + 1));
}

bool changes_object(const struct row *change, struct row *object)
{
    char kind[32];

    text_show_in(value_text_or(&change->cells[CHANGE_KIND], ""), kind, sizeof kind);
    *object = (struct row){.kind = kind_by_name(kind), .id = value_text_or(&change->cells[CHANGE_WHERE], "")};
    return object->kind != KIND_NONE && !text_empty(object->id);
}

struct intent changes_open(const struct row *change)
{
    struct row object = {0};

    if (!changes_object(change, &object))
        return alert_act_say(tr("the change does not say what it is about"));
    return object.kind == KIND_ALERT ? open_alert(change) : alert_act_open(object.kind, object.id, NULL);
}
