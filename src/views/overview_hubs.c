#include "views/overview_hubs.h"

#include <math.h>

#include "base/tr.h"
#include "views/list.h"
#include "views/racks.h"

enum { ENTRY_WIDTH = 21 }; /* of a hub where several stand in a line */

struct hub_fields {
    enum kind kind;
    int name_zh, running, waiting, total, free;
};
static const struct hub_fields hub_fields = {KIND_HUB,         HUB_NAME_ZH,      HUB_JOBS_RUNNING,
                                             HUB_JOBS_WAITING, HUB_ACCELS_TOTAL, HUB_ACCELS_FREE};
static const struct hub_fields cluster_fields = {KIND_CLUSTER,         CLUSTER_NAME_ZH,      CLUSTER_JOBS_RUNNING,
                                                 CLUSTER_JOBS_WAITING, CLUSTER_ACCELS_TOTAL, CLUSTER_ACCELS_FREE};

static const struct hub_fields *fields_of(const struct row *row)
{
    return row->kind == KIND_HUB ? &hub_fields : &cluster_fields;
}

static struct safe_text hub_name(const struct row *row)
{
    int name = fields_of(row)->name_zh;

    return value_known(&row->cells[name]) ? cell_text(row, name) : text_of("");
}

enum hub_column { COL_HUB, COL_NAME, COL_OCCUPIED, COL_POWER, COL_USED, COL_FREE, COL_WAITING, COL_RUNNING };
static const struct table_column hub_columns[] = {
    [COL_HUB] = {N_("HUB"), 6, 14, 1, 0, -1, false},
    [COL_NAME] = {N_("NAME"), 8, 14, 1, 2, -1, false},
    [COL_OCCUPIED] = {N_("OCC"), 4, 0, 0, 4, -1, true},
    [COL_POWER] = {N_("POWER"), 11, 0, 0, 5, -1, true},
    [COL_USED] = {N_("USED"), 4, 0, 0, 0, -1, true},
    [COL_FREE] = {N_("FREE"), 5, 0, 0, 1, -1, true},
    [COL_WAITING] = {N_("WAIT"), 5, 0, 0, 0, -1, true},
    [COL_RUNNING] = {N_("RUN"), 5, 0, 0, 3, -1, true},
    {0},
};

/* The same without what nobody tells of: columns of nothing but "-". */
static const struct table_column bare_columns[] = {
    [COL_HUB] = {N_("HUB"), 6, 14, 1, 0, -1, false},
    [COL_NAME] = {N_("NAME"), 8, 14, 1, 2, -1, false},
    [COL_OCCUPIED] = {"", 0, 0, 0, 9, -1, true},
    [COL_POWER] = {"", 0, 0, 0, 9, -1, true},
    [COL_USED] = {N_("USED"), 4, 0, 0, 0, -1, true},
    [COL_FREE] = {N_("FREE"), 6, 0, 0, 1, -1, true},
    [COL_WAITING] = {N_("WAIT"), 5, 0, 0, 0, -1, true},
    [COL_RUNNING] = {N_("RUN"), 5, 0, 0, 3, -1, true},
    {0},
};

/* Of its clusters, or of itself. */
static struct racks_sum sum_of(const struct view_rows *clusters, const struct row *hub)
{
    struct racks_sum sum = {.inlet_c = NAN};

    if (hub->kind == KIND_CLUSTER)
        racks_sum_add(&sum, hub);
    for (size_t i = 0; hub->kind == KIND_HUB && i < clusters->count; i++) {
        struct row row = {0};

        if (clusters->at(clusters->ctx, i, &row) && !row.stale &&
            text_equal(value_text_or(&row.cells[CLUSTER_HUB], ""), hub->id))
            racks_sum_add(&sum, &row);
    }
    return sum;
}

static void paint_floor(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                        const struct row *row, enum role role)
{
    struct racks_sum sum = sum_of(f->ctx, row);
    struct value power = value_real(sum.power_kw), cap = value_real(sum.cap_kw);
    double occupied = sum.total > 0 ? 100 * sum.used / sum.total : NAN;
    char n[CELL_MAX];

    table_puts(t, c, i, COL_OCCUPIED, role, racks_words(RACKS_SPACE, occupied, n));
    table_puts(t, c, i, COL_POWER, role, sum.cap_kw > 0 ? racks_power(&power, &cap, true, n) : "-");
}

static void paint_hub(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                      enum role role)
{
    const struct hub_fields *h = fields_of(row);
    char n[CELL_MAX];

    if (hubs_is_outside(row) && f->frame->speech != NULL) {
        table_puts(t, c, i, COL_HUB, role, tr("outside the hubs"));
    } else if (hubs_is_outside(row)) { /* it has no name: its words may take that column too */
        const char *words = tr("outside the hubs");
        int room = t->x[COL_OCCUPIED] - t->x[COL_HUB] - 1;

        canvas_puts(c, t->x[COL_HUB], t->area.y + 1 + i, room, role,
                    text_width(text_of(words)) <= room ? words : tr("outside"));
    } else {
        table_text(t, c, i, COL_HUB, role, row->id);
        table_text(t, c, i, COL_NAME, role, hub_name(row));
    }
    table_puts(t, c, i, COL_USED, role, cell_used(&row->cells[h->total], &row->cells[h->free], n));
    table_puts(t, c, i, COL_FREE, role, cell_short(&row->cells[h->free], n));
    table_puts(t, c, i, COL_WAITING, role, cell_short(&row->cells[h->waiting], n));
    table_puts(t, c, i, COL_RUNNING, role, cell_short(&row->cells[h->running], n));
    if (t->width[COL_OCCUPIED] > 0)
        paint_floor(f, t, c, i, row, role);
}

static void draw_entry(const struct row *row, struct canvas *c, int x, int y, int width)
{
    const struct hub_fields *h = fields_of(row);
    struct cell_sign sign = cell_sign(row);
    enum role role = row->stale ? ROLE_STALE : ROLE_TEXT;
    int label = width - 11, used;
    char n[CELL_MAX];

    if (sign.glyph != GLYPH_COUNT)
        canvas_glyph(c, x + 1, y, sign.role, sign.glyph);
    used = canvas_text(c, x + 3, y, text_empty(hub_name(row)) ? label : 4, role,
                       hubs_is_outside(row) ? text_of(tr("outside")) : row->id);
    if (!text_empty(hub_name(row)))
        canvas_text(c, x + 3 + (used < 4 ? 4 : 5), y, label - 4, role, hub_name(row));
    canvas_right(c, x + width - 8, y, 4, role, cell_used(&row->cells[h->total], &row->cells[h->free], n));
    canvas_right(c, x + width - 4, y, 4, role, cell_short(&row->cells[h->waiting], n));
}

/* Several hubs in a line, filled column by column. */
static void draw_grid(const struct view_rows *rows, struct view_place *place, struct canvas *c, struct area in,
                      bool focused)
{
    int columns = in.width / ENTRY_WIDTH > 1 ? in.width / ENTRY_WIDTH : 1, width = in.width / columns;

    list_sync(place, rows, in.height * columns);
    for (int i = 0; i < in.height * columns && place->top + i < (int64_t)rows->count; i++) {
        int x = in.x + i / in.height * width, y = in.y + i % in.height;
        struct row row = {0};

        if (!rows->at(rows->ctx, (size_t)(place->top + i), &row))
            continue;
        draw_entry(&row, c, x, y, width);
        if (!focused || place->top + i != place->position)
            continue;
        canvas_glyph(c, x, y, ROLE_TITLE, GLYPH_CURSOR);
        canvas_select(c, x, y, width);
        c->cursor_x = x;
        c->cursor_y = y;
    }
}

/* Whether anybody tells of power or racks at all. */
static bool floor_is_told(const struct view_rows *clusters)
{
    bool told = false;

    for (size_t i = 0; i < clusters->count && !told; i++) {
        struct row row = {0};

        told = clusters->at(clusters->ctx, i, &row) &&
               (!isnan(racks_number(&row, RACKS_POWER)) || !isnan(racks_number(&row, RACKS_SPACE)));
    }
    return told;
}

void overview_hubs_draw(struct hubs *h, const struct view_rows *clusters, const struct view_frame *f,
                        struct view_place *place, struct canvas *c, struct area in, bool focused)
{
    struct list list = {
        .columns = floor_is_told(clusters) ? hub_columns : bare_columns, .paint = paint_hub, .nothing = N_("no hubs")};
    struct view_rows rows = hubs_rows(h);
    struct list_frame lf = {
        .frame = f, .rows = &rows, .place = place, .sorted = TABLE_NO_SORT, .focused = focused, .ctx = clusters};

    if (f->speech == NULL && rows.count > 0 && (int64_t)rows.count > in.height - 1 && in.height > 0)
        draw_grid(&rows, place, c, in, focused);
    else
        list_draw(&list, &lf, c, in);
}
