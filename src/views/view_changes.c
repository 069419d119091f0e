#include "base/tr.h"
#include "domain/change.h"
#include "views/changes.h"
#include "views/page.h"

enum column { COL_KIND = CHANGES_COLUMNS, COL_BY, COL_SOURCE };

static const struct table_column columns[] = {
    [CHANGES_TIME] = {N_("TIME"), 8, 8, 0, 0, CHANGE_AT, false},
    [CHANGES_MARK] = {"", 2, 0, 0, 0, -1, false},
    [CHANGES_WHERE] = {N_("WHERE"), 12, 24, 2, 0, CHANGE_WHERE, false},
    [CHANGES_WHAT] = {N_("WHAT"), 36, 90, 6, 0, CHANGE_WHAT, false},
    [COL_KIND] = {N_("KIND"), 11, 0, 0, 1, CHANGE_KIND, false},
    [COL_BY] = {N_("WHO"), 10, 16, 1, 2, CHANGE_BY, false},
    [COL_SOURCE] = {N_("SOURCE"), 10, 16, 1, 3, -1, false},
    {0},
};

static const char *kind_word(const struct row *change, char out[CELL_MAX])
{
    enum kind kind = kind_by_name(text_show_in(cell_text(change, CHANGE_KIND), out, CELL_MAX));

    return kind != KIND_NONE ? tr(kind_info(kind)->singular) : out;
}

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    char kind[CELL_MAX];

    changes_paint(f, t, c, i, row, role);
    table_puts(t, c, i, COL_KIND, ROLE_DIM, kind_word(row, kind));
    table_text(t, c, i, COL_BY, role, cell_text(row, CHANGE_BY));
    table_text(t, c, i, COL_SOURCE, ROLE_DIM, row->source);
}

static const struct list list = {.columns = columns, .paint = paint, .nothing = N_("nothing has changed")};

enum { NEED_CHANGES, NEED_ALERTS, NEED_LINKS, NEED_CLUSTERS, NEED_PLACES };
static const struct view_need needs[] = {
    [NEED_CHANGES] = {.kind = KIND_CHANGE, .sort = "-at", .filtered = true},
    [NEED_ALERTS] = {.kind = KIND_ALERT, .aside = true},
    [NEED_LINKS] = {.kind = KIND_LINK, .aside = true},
    [NEED_CLUSTERS] = {.kind = KIND_CLUSTER, .aside = true},
    [NEED_PLACES] = {.kind = KIND_PLACE, .aside = true},
    {0},
};

enum { ACT_OPEN = 1 };
static const struct key_row keys[] = {
    {"Enter", ACT_OPEN, "open", "what the change is about: its node, its link, its alert"},
    {"d", PAGE_DETAIL, "detail", "everything that is known of the row under the cursor"},
    LIST_KEYS,
    LIST_MARK_KEYS,
    {0},
};

static const struct page page = {
    .title = N_("What changed"), .kind = KIND_CHANGE, .sort = "-at", .order = N_("newest first"), .list = &list};

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    const struct changes told = {&f->rows[NEED_CHANGES], &f->rows[NEED_ALERTS], &f->rows[NEED_LINKS],
                                 &f->rows[NEED_CLUSTERS], &f->rows[NEED_PLACES]};
    struct changes_look look = changes_look_of(&told);
    struct view_rows rows = changes_events(told.changes);
    struct page shown = page;

    shown.ctx = &look;
    page_draw(&shown, f, &rows, s, c);
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    struct row change;

    if (action != ACT_OPEN)
        return page_act(&page, &f->rows[NEED_CHANGES], s, action);
    if (!list_current(&s->place[0], &f->rows[NEED_CHANGES], &change))
        return (struct intent){.kind = INTENT_NONE};
    return changes_open(&change);
}

static void rows_of_list(const struct view_frame *f, struct view_state *s, view_look *look, void *ctx)
{
    look(ctx, &f->rows[NEED_CHANGES], &s->place[0]);
}

/* What the change is about: that is asked who is hit by it. */
static bool object(const struct view_frame *f, struct view_state *s, struct row *object)
{
    struct row change;

    return list_current(&s->place[0], &f->rows[NEED_CHANGES], &change) && changes_object(&change, object);
}

static int64_t moment(const struct view_frame *f, struct view_state *s)
{
    struct row change;

    return list_current(&s->place[0], &f->rows[NEED_CHANGES], &change) ? changes_moment(&change) : 0;
}

const struct view view_changes = {
    .name = "changes",
    .title = "Changes",
    .help = "what changed, the newest first; << stands at the change right before an alert began",
    .needs = needs,
    .keys = keys,
    .columns = true,
    .draw = draw,
    .act = act,
    .rows = rows_of_list,
    .object = object,
    .moment = moment,
};
