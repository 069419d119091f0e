#include "base/tr.h"
#include "views/cell.h"
#include "views/page.h"

enum source_column {
    COL_SOURCE,
    COL_DRIVER,
    COL_STATE,
    COL_OK,
    COL_EVERY,
    COL_ROWS,
    COL_BYTES,
    COL_MS,
    COL_ERROR,
    COL_ERRORS,
    COL_REQUESTS,
    COL_SKEW,
    COL_URL,
    COL_REMARK,
};

static const struct table_column columns[] = {
    [COL_SOURCE] = {N_("SOURCE"), 8, 20, 2, 0, -1, false},
    [COL_DRIVER] = {N_("DRIVER"), 7, 12, 1, 5, SOURCE_DRIVER, false},
    [COL_STATE] = {N_("STATE"), 8, 0, 0, 0, SOURCE_STATE, false},
    [COL_OK] = {N_("OK"), 4, 0, 0, 1, SOURCE_LAST_OK_AT, true},
    [COL_EVERY] = {N_("EVERY"), 5, 0, 0, 4, SOURCE_INTERVAL_S, true},
    [COL_ROWS] = {N_("ROWS"), 6, 0, 0, 3, SOURCE_ROWS, true},
    [COL_BYTES] = {N_("BYTES"), 6, 0, 0, 6, SOURCE_BYTES, true},
    [COL_MS] = {N_("MS"), 5, 0, 0, 3, SOURCE_LAST_MS, true},
    [COL_ERROR] = {N_("LAST ERROR"), 16, 60, 3, 2, SOURCE_LAST_ERROR, false},
    [COL_ERRORS] = {N_("ERRORS"), 6, 0, 0, 7, SOURCE_ERRORS, true},
    [COL_REQUESTS] = {N_("REQS"), 6, 0, 0, 9, SOURCE_REQUESTS, true},
    [COL_SKEW] = {N_("SKEW"), 6, 0, 0, 10, SOURCE_SKEW_S, true},
    [COL_URL] = {N_("URL"), 20, 48, 2, 8, SOURCE_URL, false},
    [COL_REMARK] = {N_("REMARK"), 16, 80, 3, 11, SOURCE_REMARK, false},
    {0},
};

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    struct cell_sign sign = cell_sign(row);
    const struct value *skew = &row->cells[SOURCE_SKEW_S];
    char n[CELL_MAX];

    table_text(t, c, i, COL_SOURCE, role, row->id);
    table_text(t, c, i, COL_DRIVER, role, cell_text(row, SOURCE_DRIVER));
    table_puts(t, c, i, COL_STATE, sign.role, cell_word(row, SOURCE_STATE, n));
    table_puts(t, c, i, COL_OK, role, cell_since(&row->cells[SOURCE_LAST_OK_AT], f->frame->now.utc_ms, n));
    table_puts(t, c, i, COL_EVERY, role, cell_span(&row->cells[SOURCE_INTERVAL_S], n));
    table_puts(t, c, i, COL_ROWS, role, cell_short(&row->cells[SOURCE_ROWS], n));
    table_puts(t, c, i, COL_BYTES, role, cell_short(&row->cells[SOURCE_BYTES], n));
    table_puts(t, c, i, COL_MS, role, cell_short(&row->cells[SOURCE_LAST_MS], n));
    table_text(t, c, i, COL_ERROR, role, cell_text(row, SOURCE_LAST_ERROR));
    table_puts(t, c, i, COL_ERRORS, role, cell_short(&row->cells[SOURCE_ERRORS], n));
    table_puts(t, c, i, COL_REQUESTS, role, cell_short(&row->cells[SOURCE_REQUESTS], n));
    table_puts(t, c, i, COL_SKEW, role, cell_short(skew, n));
    table_text(t, c, i, COL_URL, role, cell_text(row, SOURCE_URL));
    table_text(t, c, i, COL_REMARK, role, cell_text(row, SOURCE_REMARK));
}

static const struct list list = {
    .columns = columns, .paint = paint, .nothing = N_("no sources: name one with --source")};
static const struct page page = {.title = N_("Sources"), .kind = KIND_SOURCE, .list = &list};

static const struct view_need needs[] = {{.kind = KIND_SOURCE, .filtered = true}, {0}};
static const struct key_row keys[] = {PAGE_KEYS, LIST_KEYS, {0}};

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    page_draw(&page, f, &f->rows[0], s, c);
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    return page_act(&page, &f->rows[0], s, action);
}

const struct view view_sources = {
    .name = "sources",
    .title = "Sources",
    .help = "where everything comes from: whether it answers, how old its news is, what went wrong",
    .needs = needs,
    .keys = keys,
    .draw = draw,
    .act = act,
};
