#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "domain/link.h"
#include "views/cell.h"
#include "views/detail.h"
#include "views/ends.h"
#include "views/history.h"
#include "views/page.h"
#include "views/plan_keys.h"
#include "views/story.h"
#include "views/worst.h"

enum need { NEED_LINKS, NEED_CLUSTERS, NEED_PLACES, NEED_SOURCES };

static const struct view_need needs[] = {
    [NEED_LINKS] = {.kind = KIND_LINK, .filtered = true},
    [NEED_CLUSTERS] = {.kind = KIND_CLUSTER, .aside = true},
    [NEED_PLACES] = {.kind = KIND_PLACE, .aside = true},
    [NEED_SOURCES] = {.kind = KIND_SOURCE, .aside = true},
    {0},
};

static struct ends ends_of(const struct view_frame *f)
{
    return (struct ends){&f->rows[NEED_CLUSTERS], &f->rows[NEED_PLACES]};
}

/* --- the list --- */

enum link_column {
    COL_LINK,
    COL_STATE,
    COL_NOW,
    COL_PROMISED,
    COL_P95,
    COL_USUAL,
    COL_MINIMUM,
    COL_JITTER,
    COL_LOSS,
    COL_USED,
    COL_LIT,
    COL_SINCE,
    COL_WHY,
    COL_RTT,
    COL_OTHER,
};

static const struct table_column columns[] = {
    [COL_LINK] = {N_("LINK"), 13, 24, 2, 0, -1, false},
    [COL_STATE] = {N_("STATE"), 8, 0, 0, 0, LINK_STATE, false},
    [COL_NOW] = {N_("NOW ms"), 6, 0, 0, 0, LINK_ONE_WAY_MS, true},
    [COL_PROMISED] = {N_("PROMISED"), 8, 0, 0, 1, LINK_RING_CONTRACT_MS, true},
    [COL_P95] = {N_("P95"), 5, 0, 0, 7, LINK_ONE_WAY_P95_MS, true},
    [COL_USUAL] = {N_("USUAL"), 5, 0, 0, 4, LINK_BASELINE_MS, true},
    [COL_MINIMUM] = {N_("MIN"), 5, 0, 0, 9, LINK_PHYSICAL_MIN_MS, true},
    [COL_JITTER] = {N_("JITTER"), 6, 0, 0, 10, LINK_JITTER_MS, true},
    [COL_LOSS] = {N_("LOSS%"), 5, 0, 0, 5, LINK_LOSS_PCT, true},
    [COL_USED] = {N_("USED%"), 5, 0, 0, 8, LINK_USED_PCT, true},
    [COL_LIT] = {N_("LIT"), 5, 0, 0, 6, LINK_PATHS_LIT, true},
    [COL_SINCE] = {N_("SINCE"), 5, 0, 0, 2, LINK_SINCE, true},
    [COL_WHY] = {N_("WHY"), 28, 60, 4, 3, LINK_WHY, false},
    [COL_RTT] = {N_("RTT ms"), 6, 0, 0, 12, LINK_RTT_MS, true},
    [COL_OTHER] = {N_("ALSO CALLED"), 20, 28, 2, 11, TABLE_NO_SORT, false},
    {0},
};

/* Chinese screens show names, English ones what is typed in a filter; the other form stands where there is room. */
static void paint_names(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                        const struct row *row, enum role role)
{
    struct ends ends = ends_of(f->frame);
    struct buf names = buf_make(VIEW_ID_MAX), ids = buf_make(VIEW_ID_MAX);

    ends_words(&ends, row, false, c, &names);
    ends_words(&ends, row, true, c, &ids);
    table_puts(t, c, i, COL_LINK, role, buf_str(tr_is_zh() ? &names : &ids));
    table_puts(t, c, i, COL_OTHER, role, buf_str(tr_is_zh() ? &ids : &names));
    buf_release(&names);
    buf_release(&ids);
}

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    static const struct {
        int column, field;
        const char *(*text)(const struct value *v, char out[CELL_MAX]);
    } numbers[] = {
        {COL_PROMISED, LINK_RING_CONTRACT_MS, cell_limit},
        {COL_P95, LINK_ONE_WAY_P95_MS, cell_ms},
        {COL_USUAL, LINK_BASELINE_MS, cell_ms},
        {COL_MINIMUM, LINK_PHYSICAL_MIN_MS, cell_ms},
        {COL_JITTER, LINK_JITTER_MS, cell_ms},
        {COL_LOSS, LINK_LOSS_PCT, cell_pct},
        {COL_USED, LINK_USED_PCT, cell_pct},
        {COL_RTT, LINK_RTT_MS, cell_ms},
    };
    struct value now = value_real(link_delay_ms(row)); /* what was published is not what is */
    struct cell_sign sign = cell_sign(row);
    struct buf why = buf_make(1024);
    char n[CELL_MAX];

    paint_names(f, t, c, i, row, role);
    table_puts(t, c, i, COL_STATE, sign.role, cell_word(row, LINK_STATE, n));
    table_puts(t, c, i, COL_NOW, sign.role == ROLE_OK ? role : sign.role, cell_ms(&now, n));
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        table_puts(t, c, i, numbers[k].column, role, numbers[k].text(&row->cells[numbers[k].field], n));
    table_puts(t, c, i, COL_LIT, role, story_lit(row, n));
    table_puts(t, c, i, COL_SINCE, role, cell_since(&row->cells[LINK_SINCE], f->frame->now.utc_ms, n));
    cell_why(row, &why);
    table_puts(t, c, i, COL_WHY, role, buf_str(&why));
    buf_release(&why);
}

static const struct list list = {.columns = columns,
                                 .paint = paint,
                                 .nothing = N_("no links: a source with probes or the fleet file tells of them")};
static const struct page worst_page = {
    .title = N_("Links"), .kind = KIND_LINK, .order = N_("the worst first"), .list = &list};
static const struct page id_page = {.title = N_("Links"), .kind = KIND_LINK, .list = &list};

static const struct page *page_of(const struct view_rows *rows)
{
    return rows->count <= WORST_ROWS_MAX ? &worst_page : &id_page;
}

/* --- the chart in its box --- */

enum { LEGEND_LINES = 3, CHART_LEAST = 8 };

static void title_of(const struct view_frame *f, const struct row *link, const struct canvas *c, struct buf *out)
{
    struct ends ends = ends_of(f);
    struct buf ids = buf_make(VIEW_ID_MAX), names = buf_make(VIEW_ID_MAX);

    ends_words(&ends, link, true, c, &ids);
    ends_words(&ends, link, false, c, &names);
    buf_puts(out, buf_str(&names), NULL);
    if (strcmp(buf_str(&ids), buf_str(&names)) != 0)
        buf_printf(out, NULL, "  %s", buf_str(&ids));
    buf_puts(out, tr("  one-way delay"), NULL);
    buf_release(&ids);
    buf_release(&names);
}

/* As many lines of it as there is room for. */
static void draw_legend(const struct view_frame *f, const struct row *link, struct canvas *c, struct area in, int lines)
{
    struct story_line l = {c, in.x + 1, in.y, in.x + in.width - 1};

    if (lines > 0)
        story_values(l, link, f->past ? tr("then") : tr("now"));
    l.y++;
    if (lines > 1)
        story_origin(l, link);
    l.y++;
    if (lines > 2)
        story_why(l, link, f->now.utc_ms);
}

static void draw_chart(const struct view_frame *f, struct view_state *s, const struct view_rows *rows,
                       const struct row *link, struct canvas *c, struct area area)
{
    struct buf title = buf_make(2 * VIEW_ID_MAX);
    char note[CELL_MAX];
    struct area in;
    int legend;

    title_of(f, link, c, &title);
    in = canvas_box(c, area, buf_str(&title), history_span(s, note, sizeof note));
    legend = in.height - CHART_LEAST < LEGEND_LINES ? in.height - CHART_LEAST : LEGEND_LINES;
    draw_legend(f, link, c, in, legend);
    legend = legend > 0 ? legend : 0;
    history_draw(f, s, rows, &f->rows[NEED_SOURCES], link, c,
                 (struct area){in.x + 1, in.y + legend, in.width - 2, in.height - legend});
    buf_release(&title);
}

/* --- the view --- */

enum own { OWN_ZOOM };

enum { WIDE = 140, DETAIL_WIDTH = 80, LIST_LEAST = 6, BELOW_LEAST = 10, BELOW_MOST = 26 };

/* What the chart takes from below the list: three fifths, but a list must be seen. */
static int height_below(const struct view_frame *f)
{
    int height = f->area.height * 3 / 5;

    height = height > BELOW_MOST ? BELOW_MOST : height;
    return height >= BELOW_LEAST && f->area.height - height >= LIST_LEAST ? height : 0;
}

/* Chart and detail side by side; on a narrow screen one of them. */
static void draw_below(const struct view_frame *f, struct view_state *s, const struct view_rows *rows,
                       const struct row *link, struct canvas *c, struct area area)
{
    struct area chart = area, detail = area;

    if (s->detail && area.width >= WIDE) {
        chart.width -= DETAIL_WIDTH;
        detail.x += chart.width;
        detail.width = DETAIL_WIDTH;
    }
    if (s->detail)
        detail_draw(link, f->now.utc_ms, c, detail);
    if (!s->detail || chart.width < area.width)
        draw_chart(f, s, rows, link, c, chart);
}

static void draw_rows(const struct view_frame *f, struct view_state *s, const struct view_rows *rows, struct canvas *c)
{
    struct area above = f->area, below = f->area;
    struct row link = {0};

    if (s->number[OWN_ZOOM] > 0) {
        list_sync(&s->place[0], rows, s->place[0].page);
        above.height = list_current(&s->place[0], rows, &link) ? 0 : f->area.height;
    } else {
        above.height -= rows->count > 0 ? height_below(f) : 0;
    }
    if (above.height > 0)
        page_list(page_of(rows), f, rows, s, c, above);
    below.y += above.height;
    below.height -= above.height;
    if (s->detail && below.height == 0)
        below = f->area;
    if (below.height > 0 && list_current(&s->place[0], rows, &link))
        draw_below(f, s, rows, &link, c, below);
}

/* The operator's own order, else the worst first. */
static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    struct worst worst;

    worst_make(&worst, &f->rows[NEED_LINKS]);
    draw_rows(f, s, s->sort_field == -2 ? &worst.rows : worst.of, c);
    worst_release(&worst);
}

enum action { ACT_SPAN = 1, ACT_ZOOM, ACT_MATRIX };

static const struct key_row keys[] = {
    {"Enter z", ACT_ZOOM, "zoom", "the chart alone, and back to the list"},
    {"v", ACT_SPAN, "1h-7d", "how far the chart looks back: 1 h, 6 h, 24 h, 7 d"},
    {"x", ACT_MATRIX, "matrix", "all ends against all, with this link under the cursor"},
    PLAN_KEYS(
        "a plan as if the link under the cursor were lost: on the command line, where its options can be changed"),
    {"d", PAGE_DETAIL, "detail", "everything that is known of the link under the cursor"},
    LIST_KEYS,
    LIST_MARK_KEYS,
    {0},
};

static struct intent open_matrix(const struct view_state *s)
{
    return view_open("matrix", text_from(s->place[0].id, s->place[0].id_len));
}

static struct intent move(const struct view_frame *f, struct view_state *s, int action)
{
    struct worst worst;
    struct intent i;

    worst_make(&worst, &f->rows[NEED_LINKS]);
    i = page_act(page_of(worst.of), s->sort_field == -2 ? &worst.rows : worst.of, s, action);
    worst_release(&worst);
    return i;
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    if (action == ACT_MATRIX)
        return open_matrix(s);
    if (action == PLAN_ASK)
        return plan_keys_line("--lost", text_from(s->place[0].id, s->place[0].id_len));
    if (action == ACT_SPAN)
        history_longer(s);
    else if (action == ACT_ZOOM)
        s->number[OWN_ZOOM] = s->number[OWN_ZOOM] > 0 ? 0 : 1;
    else
        return move(f, s, action);
    return (struct intent){.kind = INTENT_REDRAW};
}

static void rows_of_list(const struct view_frame *f, struct view_state *s, view_look *look, void *ctx)
{
    struct worst worst;

    worst_make(&worst, &f->rows[NEED_LINKS]);
    look(ctx, s->sort_field == -2 ? &worst.rows : worst.of, &s->place[0]);
    worst_release(&worst);
}

static bool object(const struct view_frame *f, struct view_state *s, struct row *object)
{
    return list_current(&s->place[0], &f->rows[NEED_LINKS], object);
}

const struct view view_links = {
    .name = "links",
    .title = "Links",
    .help = "how long data takes between two ends: now, promised, usual, possible, and how it came to that",
    .told_by = "prometheus",
    .needs = needs,
    .keys = keys,
    .columns = true,
    .draw = draw,
    .act = act,
    .rows = rows_of_list,
    .object = object,
};
