#include "base/tr.h"
#include "domain/state.h"
#include "views/cell.h"
#include "views/page.h"
#include "views/sources_detail.h"
#include "views/worst.h"

enum source_column {
    COL_SOURCE,
    COL_DRIVER,
    COL_STATE,
    COL_OK,
    COL_NEXT,
    COL_EVERY,
    COL_ROWS,
    COL_BYTES,
    COL_MS,
    COL_ERROR,
    COL_FAILED,
    COL_ERRORS,
    COL_REQUESTS,
    COL_UNCHANGED,
    COL_DROPPED,
    COL_BAD,
    COL_TWICE,
    COL_SKEW,
    COL_URL,
    COL_REMARK,
};

static const struct table_column columns[] = {
    [COL_SOURCE] = {N_("SOURCE"), 8, 20, 2, 0, -1, false},
    [COL_DRIVER] = {N_("DRIVER"), 7, 12, 1, 7, SOURCE_DRIVER, false},
    [COL_STATE] = {N_("STATE"), 8, 0, 0, 0, SOURCE_STATE, false},
    [COL_OK] = {N_("OK"), 4, 0, 0, 1, SOURCE_LAST_OK_AT, true},
    [COL_NEXT] = {N_("NEXT"), 4, 0, 0, 3, SOURCE_NEXT_POLL_AT, true},
    [COL_EVERY] = {N_("EVERY"), 5, 0, 0, 8, SOURCE_INTERVAL_S, true},
    [COL_ROWS] = {N_("ROWS"), 6, 0, 0, 4, SOURCE_ROWS, true},
    [COL_BYTES] = {N_("BYTES"), 6, 0, 0, 9, SOURCE_BYTES, true},
    [COL_MS] = {N_("MS"), 5, 0, 0, 5, SOURCE_LAST_MS, true},
    [COL_ERROR] = {N_("WHAT IS WRONG"), 25, 64, 4, 2, SOURCE_ERROR_KIND, false},
    [COL_FAILED] = {N_("IN A ROW"), 8, 0, 0, 10, SOURCE_FAILED_POLLS, true},
    [COL_ERRORS] = {N_("ERRORS"), 6, 0, 0, 6, SOURCE_ERRORS, true},
    [COL_REQUESTS] = {N_("REQS"), 6, 0, 0, 11, SOURCE_REQUESTS, true},
    [COL_UNCHANGED] = {N_("304"), 5, 0, 0, 15, SOURCE_UNCHANGED, true},
    [COL_DROPPED] = {N_("DROPPED"), 7, 0, 0, 13, SOURCE_BODIES_DROPPED, true},
    [COL_BAD] = {N_("BAD"), 5, 0, 0, 14, SOURCE_BAD_BYTES, true},
    [COL_TWICE] = {N_("TWICE"), 5, 0, 0, 16, SOURCE_DUPLICATE_KEYS, true},
    [COL_SKEW] = {N_("SKEW"), 6, 0, 0, 12, SOURCE_SKEW_S, true},
    [COL_URL] = {N_("URL"), 20, 48, 2, 17, SOURCE_URL, false},
    [COL_REMARK] = {N_("REMARK"), 16, 80, 3, 18, SOURCE_REMARK, false},
    {0},
};

static const char *until(const struct value *time, int64_t now_ms, char out[CELL_MAX])
{
    int64_t at_ms = value_int_or(time, 0);
    struct value in = value_real(at_ms > now_ms ? (double)(at_ms - now_ms) / 1000 : 0);

    if (!value_known(time))
        return "-";
    return at_ms <= now_ms ? tr("now") : cell_span(&in, out);
}

/* "denies access: 500: slurmrestd says …" */
static void paint_error(const struct table *t, struct canvas *c, int i, const struct row *row, enum role role)
{
    const char *trouble = sources_detail_trouble(row);
    struct buf words = buf_make(2048);

    buf_puts(&words, trouble != NULL ? trouble : "-", NULL);
    if (trouble != NULL) {
        buf_puts(&words, ": ", NULL);
        text_show(value_text_or(&row->cells[SOURCE_LAST_ERROR], ""), -1, &words);
    }
    table_puts(t, c, i, COL_ERROR, role, buf_str(&words));
    buf_release(&words);
}

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    static const struct {
        int column, field;
    } counts[] = {
        {COL_ROWS, SOURCE_ROWS},           {COL_BYTES, SOURCE_BYTES},
        {COL_MS, SOURCE_LAST_MS},          {COL_FAILED, SOURCE_FAILED_POLLS},
        {COL_ERRORS, SOURCE_ERRORS},       {COL_REQUESTS, SOURCE_REQUESTS},
        {COL_UNCHANGED, SOURCE_UNCHANGED}, {COL_DROPPED, SOURCE_BODIES_DROPPED},
        {COL_BAD, SOURCE_BAD_BYTES},       {COL_TWICE, SOURCE_DUPLICATE_KEYS},
        {COL_SKEW, SOURCE_SKEW_S},
    };
    int64_t now_ms = f->frame->now.utc_ms;
    struct cell_sign sign = cell_sign(row);
    char n[CELL_MAX];

    table_text(t, c, i, COL_SOURCE, role, row->id);
    table_text(t, c, i, COL_DRIVER, role, cell_text(row, SOURCE_DRIVER));
    table_puts(t, c, i, COL_STATE, sign.role, cell_word(row, SOURCE_STATE, n));
    table_puts(t, c, i, COL_OK, role, cell_since(&row->cells[SOURCE_LAST_OK_AT], now_ms, n));
    table_puts(t, c, i, COL_NEXT, role, until(&row->cells[SOURCE_NEXT_POLL_AT], now_ms, n));
    table_puts(t, c, i, COL_EVERY, role, cell_span(&row->cells[SOURCE_INTERVAL_S], n));
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
        table_puts(t, c, i, counts[k].column, role, cell_short(&row->cells[counts[k].field], n));
    paint_error(t, c, i, row, role);
    table_text(t, c, i, COL_URL, role, cell_text(row, SOURCE_URL));
    table_text(t, c, i, COL_REMARK, role, cell_text(row, SOURCE_REMARK));
}

/* --- the worst first --- */

static struct worst_key key_of(const struct row *row, int64_t now_ms)
{
    static const int ranks[] = {
        [SOURCE_DENIED] = 0, [SOURCE_OFFLINE] = 1, [SOURCE_STALE] = 2, [SOURCE_LIVE] = 4, [SOURCE_DISABLED] = 5};
    int rank = ranks[state_source(value_text_or(&row->cells[SOURCE_STATE], ""))];
    bool fails = value_int_or(&row->cells[SOURCE_FAILED_POLLS], 0) > 0;

    (void)now_ms;
    return (struct worst_key){.rank = rank == ranks[SOURCE_LIVE] && fails ? rank - 1 : rank};
}

static const struct list list = {
    .columns = columns, .paint = paint, .nothing = N_("no sources: name one with --source")};
static const struct page worst_page = {
    .title = N_("Sources"), .kind = KIND_SOURCE, .order = N_("the worst first"), .list = &list};
static const struct page id_page = {.title = N_("Sources"), .kind = KIND_SOURCE, .list = &list};

static const struct page *page_of(const struct view_rows *rows)
{
    return rows->count <= WORST_ROWS_MAX ? &worst_page : &id_page;
}

static const struct view_need needs[] = {{.kind = KIND_SOURCE, .filtered = true}, {0}};
static const struct key_row keys[] = {PAGE_KEYS, LIST_KEYS, LIST_MARK_KEYS, {0}};

/* --- the view --- */

enum { LIST_LEAST = 6, DETAIL_LEAST = 8, DETAIL_MOST = 18 };

static int height_below(struct area area)
{
    int height = area.height - LIST_LEAST;

    height = height > DETAIL_MOST ? DETAIL_MOST : height;
    return height >= DETAIL_LEAST ? height : 0;
}

static void draw_rows(const struct view_frame *f, struct view_state *s, const struct view_rows *rows, struct canvas *c)
{
    struct area above = f->area, below = f->area;
    struct row row = {0};

    below.height = s->detail ? height_below(f->area) : 0;
    above.height -= below.height;
    below.y += above.height;
    page_list(page_of(&f->rows[0]), f, rows, s, c, above);
    if (s->detail && list_current(&s->place[0], rows, &row))
        sources_detail_draw(&row, f->now.utc_ms, c, below.height > 0 ? below : f->area);
}

/* The operator's own order, else the worst first. */
static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    struct worst worst;

    worst_make_by(&worst, &f->rows[0], key_of, f->now.utc_ms);
    draw_rows(f, s, s->sort_field == -2 ? &worst.rows : worst.of, c);
    worst_release(&worst);
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    struct worst worst;
    struct intent i;

    worst_make_by(&worst, &f->rows[0], key_of, f->now.utc_ms);
    i = page_act(page_of(worst.of), s->sort_field == -2 ? &worst.rows : worst.of, s, action);
    worst_release(&worst);
    return i;
}

static void rows_of_list(const struct view_frame *f, struct view_state *s, view_look *look, void *ctx)
{
    struct worst worst;

    worst_make_by(&worst, &f->rows[0], key_of, f->now.utc_ms);
    look(ctx, s->sort_field == -2 ? &worst.rows : worst.of, &s->place[0]);
    worst_release(&worst);
}

static bool object(const struct view_frame *f, struct view_state *s, struct row *object)
{
    return list_current(&s->place[0], &f->rows[0], object);
}

const struct view view_sources = {
    .name = "sources",
    .title = "Sources",
    .help = "where everything comes from: whether it answers, when it did and will be asked again, what is wrong and "
            "what to do",
    .needs = needs,
    .keys = keys,
    .columns = true,
    .draw = draw,
    .act = act,
    .rows = rows_of_list,
    .object = object,
};
