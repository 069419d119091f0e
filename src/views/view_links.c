#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "domain/link.h"
#include "ui/chart.h"
#include "views/cell.h"
#include "views/curve.h"
#include "views/detail.h"
#include "views/ends.h"
#include "views/page.h"
#include "views/worst.h"

enum need { NEED_LINKS, NEED_CLUSTERS, NEED_PLACES, NEED_SOURCES };

static const struct view_need needs[] = {
    [NEED_LINKS] = {.kind = KIND_LINK, .filtered = true},
    [NEED_CLUSTERS] = {.kind = KIND_CLUSTER},
    [NEED_PLACES] = {.kind = KIND_PLACE},
    [NEED_SOURCES] = {.kind = KIND_SOURCE},
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
    [COL_LINK] = {"LINK", 13, 24, 2, 0, -1, false},
    [COL_STATE] = {"STATE", 8, 0, 0, 0, LINK_STATE, false},
    [COL_NOW] = {"NOW ms", 6, 0, 0, 0, LINK_ONE_WAY_MS, true},
    [COL_PROMISED] = {"PROMISED", 8, 0, 0, 1, LINK_RING_CONTRACT_MS, true},
    [COL_P95] = {"P95", 5, 0, 0, 7, LINK_ONE_WAY_P95_MS, true},
    [COL_USUAL] = {"USUAL", 5, 0, 0, 4, LINK_BASELINE_MS, true},
    [COL_MINIMUM] = {"MIN", 5, 0, 0, 9, LINK_PHYSICAL_MIN_MS, true},
    [COL_JITTER] = {"JITTER", 6, 0, 0, 10, LINK_JITTER_MS, true},
    [COL_LOSS] = {"LOSS%", 5, 0, 0, 5, LINK_LOSS_PCT, true},
    [COL_USED] = {"USED%", 5, 0, 0, 8, LINK_USED_PCT, true},
    [COL_LIT] = {"LIT", 5, 0, 0, 6, LINK_PATHS_LIT, true},
    [COL_SINCE] = {"SINCE", 5, 0, 0, 2, LINK_SINCE, true},
    [COL_WHY] = {"WHY", 28, 60, 4, 3, LINK_WHY, false},
    [COL_RTT] = {"RTT ms", 6, 0, 0, 12, LINK_RTT_MS, true},
    [COL_OTHER] = {"ALSO CALLED", 20, 28, 2, 11, TABLE_NO_SORT, false},
    {0},
};

/* "9/13" */
static const char *lit(const struct row *row, char out[CELL_MAX])
{
    const struct value *all = &row->cells[LINK_PATHS], *lit = &row->cells[LINK_PATHS_LIT];
    char a[CELL_MAX], b[CELL_MAX];

    if (!value_known(all) && !value_known(lit))
        return "-";
    snprintf(out, CELL_MAX, "%.20s/%.20s", cell_short(lit, a), cell_short(all, b));
    return out;
}

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
    char n[CELL_MAX];

    paint_names(f, t, c, i, row, role);
    table_text(t, c, i, COL_STATE, sign.role, cell_text(row, LINK_STATE));
    table_puts(t, c, i, COL_NOW, sign.role == ROLE_OK ? role : sign.role, cell_ms(&now, n));
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        table_puts(t, c, i, numbers[k].column, role, numbers[k].text(&row->cells[numbers[k].field], n));
    table_puts(t, c, i, COL_LIT, role, lit(row, n));
    table_puts(t, c, i, COL_SINCE, role, cell_since(&row->cells[LINK_SINCE], f->frame->now.utc_ms, n));
    table_text(t, c, i, COL_WHY, role, cell_text(row, LINK_WHY));
}

static const struct list list = {
    .columns = columns, .paint = paint, .nothing = "no links: a source with probes or the fleet file tells of them"};
static const struct page worst_page = {.title = "Links", .kind = KIND_LINK, .order = "the worst first", .list = &list};
static const struct page id_page = {.title = "Links", .kind = KIND_LINK, .list = &list};

static const struct page *page_of(const struct view_rows *rows)
{
    return rows->count <= WORST_ROWS_MAX ? &worst_page : &id_page;
}

/* --- the chart --- */

enum own { OWN_SPAN, OWN_ZOOM };

static const struct {
    const char *word;
    int64_t ms;
} spans[] = {
    {"1 h", INT64_C(3600) * 1000},
    {"6 h", INT64_C(6) * 3600 * 1000},
    {"24 h", INT64_C(24) * 3600 * 1000},
    {"7 d", INT64_C(7) * 86400 * 1000},
};
enum { SPANS = sizeof spans / sizeof *spans, INTERVAL_S = 60, STEPS_LEAST = 12, LEGEND_LINES = 3, CHART_LEAST = 8 };

static size_t span_of(const struct view_state *s)
{
    return s->number[OWN_SPAN] >= 0 && s->number[OWN_SPAN] < SPANS ? (size_t)s->number[OWN_SPAN] : 0;
}

/* Steps that hold a poll each, also when one comes late: shorter ones would be a comb. */
static size_t steps_of(const struct view_frame *f, const struct row *link, int64_t span_ms)
{
    const struct view_rows *sources = &f->rows[NEED_SOURCES];
    int64_t at = sources->find(sources->ctx, link->source, text_of("")), interval_s = INTERVAL_S;
    struct row source = {0};
    double steps;

    if (at >= 0 && sources->at(sources->ctx, (size_t)at, &source))
        interval_s = value_int_or(&source.cells[SOURCE_INTERVAL_S], INTERVAL_S);
    steps = interval_s > 0 ? (double)span_ms / ((double)interval_s * 1300) : VIEW_HISTORY_STEPS;
    return steps >= VIEW_HISTORY_STEPS ? VIEW_HISTORY_STEPS : steps < STEPS_LEAST ? STEPS_LEAST : (size_t)steps;
}

static double real(const struct row *row, int field)
{
    return value_real_or(&row->cells[field], NAN);
}

static void draw_curve(const struct view_frame *f, const struct view_history *h, const struct row *link,
                       struct canvas *c, struct area area)
{
    char end[CELL_MAX];
    struct chart_plot p = {
        .values = h->means,
        .filled = h->filled,
        .n = h->n,
        .filled_word = tr("filled afterwards"),
        .from_ms = h->asked_ms - h->span_ms,
        .to_ms = h->asked_ms,
        .zone_ms = clock_zone_ms(h->asked_ms),
        .end = f->past ? clock_local_hms(f->now.utc_ms, end) : tr("now"),
        .unit = "ms",
        .limits = {{real(link, LINK_RING_CONTRACT_MS), tr("promised"), ROLE_TITLE, CHART_SOLID, true},
                   {real(link, LINK_BASELINE_MS), tr("usual"), ROLE_DIM, CHART_DASHED, false},
                   {real(link, LINK_PHYSICAL_MIN_MS), tr("minimum"), ROLE_DIM, CHART_DOTTED, false}},
        .role = ROLE_CHART,
    };

    chart_plot(c, area, &p);
    for (size_t i = 0; i < h->n; i++)
        if (isfinite(h->means[i]))
            return;
    canvas_puts(c, area.x + area.width / 4, area.y + area.height / 2 - 1, area.width / 2, ROLE_DIM,
                tr("nothing was measured in this time"));
}

/* --- its legend --- */

struct line {
    struct canvas *c;
    int x, y, end;
};

static void put(struct line *l, enum role role, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void put(struct line *l, enum role role, const char *fmt, ...)
{
    char text[1024];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    l->x += canvas_puts(l->c, l->x, l->y, l->end - l->x, role, text);
}

/* "  usual 1.66 ms", where it is known, and not in part. */
static void put_number(struct line *l, const char *word, const char *number, const char *unit)
{
    char text[CELL_MAX * 2];

    snprintf(text, sizeof text, "  %.40s %s%s", word, number, unit);
    if (strcmp(number, "-") != 0 && text_width(text_of(text)) <= l->end - l->x)
        put(l, ROLE_TEXT, "%s", text);
}

static void put_values(struct line l, const struct view_frame *f, const struct row *link)
{
    struct cell_sign sign = cell_sign(link);
    struct value now = value_real(link_delay_ms(link));
    char n[CELL_MAX];

    if (sign.glyph != GLYPH_COUNT)
        put(&l, sign.role, "%s ", canvas_sign(l.c, sign.glyph));
    put(&l, sign.role, "%s %s ms", f->past ? tr("then") : tr("now"), cell_ms(&now, n));
    put_number(&l, tr("promised"), cell_limit(&link->cells[LINK_RING_CONTRACT_MS], n), "");
    put_number(&l, tr("usual"), cell_ms(&link->cells[LINK_BASELINE_MS], n), "");
    put_number(&l, tr("physical minimum"), cell_ms(&link->cells[LINK_PHYSICAL_MIN_MS], n), "");
    put_number(&l, "p95", cell_ms(&link->cells[LINK_ONE_WAY_P95_MS], n), "");
    put_number(&l, tr("jitter"), cell_ms(&link->cells[LINK_JITTER_MS], n), "");
    put_number(&l, tr("loss"), cell_pct(&link->cells[LINK_LOSS_PCT], n), " %");
    put_number(&l, tr("used"), cell_pct(&link->cells[LINK_USED_PCT], n), " %");
    put_number(&l, tr("lit"), lit(link, n), "");
}

/* Where the number comes from: half of a round trip is not a one-way delay, and says so. */
static void put_origin(struct line l, const struct row *link)
{
    static const struct {
        const char *basis, *words;
        int field;
    } bases[] = {
        {"measured", "measured one-way", LINK_RTT_MS},
        {"half_rtt", "half of the round-trip time", LINK_RTT_MS},
        {"published", "never measured", LINK_ONE_WAY_MS},
    };
    struct value age = value_real((double)link->age_ms / 1000);
    char n[CELL_MAX], source[128];

    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
        if (!cell_is(link, LINK_ONE_WAY_BASIS, bases[i].basis))
            continue;
        put(&l, ROLE_DIM, "%s", tr(bases[i].words));
        if (value_known(&link->cells[bases[i].field]))
            put(&l, ROLE_DIM, bases[i].field == LINK_RTT_MS ? tr(" (RTT %s ms)") : tr(", published: %s ms"),
                cell_ms(&link->cells[bases[i].field], n));
        put(&l, ROLE_DIM, "  ");
    }
    put(&l, link->stale ? ROLE_STALE : ROLE_DIM, tr("told by %s %s ago"),
        text_show_in(link->source, source, sizeof source), link->age_ms < 0 ? "?" : cell_span(&age, n));
    if (link->stale)
        put(&l, ROLE_STALE, "%s", tr("; stale: it may be different now"));
}

static void put_why(struct line l, const struct view_frame *f, const struct row *link)
{
    struct cell_sign sign = cell_sign(link);
    struct buf why = buf_make(1024);
    char n[CELL_MAX];

    text_show(cell_text(link, LINK_STATE), -1, &why);
    if (value_known(&link->cells[LINK_SINCE]))
        buf_printf(&why, NULL, tr(" for %s"), cell_since(&link->cells[LINK_SINCE], f->now.utc_ms, n));
    if (value_known(&link->cells[LINK_WHY])) {
        buf_puts(&why, ": ", NULL);
        text_show(cell_text(link, LINK_WHY), -1, &why);
    }
    put(&l, sign.role, "%s", buf_str(&why));
    buf_release(&why);
}

/* --- chart and legend in their box --- */

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

static void draw_chart(const struct view_frame *f, struct view_state *s, const struct view_rows *rows,
                       const struct row *link, struct canvas *c, struct area area)
{
    size_t span = span_of(s);
    struct buf title = buf_make(2 * VIEW_ID_MAX);
    char note[CELL_MAX];
    struct area in;
    int legend;

    title_of(f, link, c, &title);
    snprintf(note, sizeof note, tr("last %s"), tr(spans[span].word));
    in = canvas_box(c, area, buf_str(&title), note);
    legend = in.height - CHART_LEAST < LEGEND_LINES ? in.height - CHART_LEAST : LEGEND_LINES;
    struct line l = {c, in.x + 1, in.y, in.x + in.width - 1};
    if (legend > 0)
        put_values(l, f, link);
    l.y++;
    if (legend > 1)
        put_origin(l, link);
    l.y++;
    if (legend > 2)
        put_why(l, f, link);
    legend = legend > 0 ? legend : 0;
    draw_curve(f,
               curve_history(s, rows, link->id, LINK_ONE_WAY_MS, spans[span].ms, f->now.utc_ms,
                             steps_of(f, link, spans[span].ms)),
               link, c, (struct area){in.x + 1, in.y + legend, in.width - 2, in.height - legend});
    buf_release(&title);
}

/* --- the view --- */

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
    {"d", PAGE_DETAIL, "detail", "everything that is known of the link under the cursor"},
    LIST_KEYS,
    {0},
};

static struct intent open_matrix(const struct view_state *s)
{
    struct intent i = {.kind = INTENT_OPEN_VIEW, .text = "matrix"};

    if (s->place[0].id_len < sizeof i.at)
        memcpy(i.at, s->place[0].id, s->place[0].id_len);
    return i;
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
    if (action == ACT_SPAN)
        s->number[OWN_SPAN] = (double)((span_of(s) + 1) % SPANS);
    else if (action == ACT_ZOOM)
        s->number[OWN_ZOOM] = s->number[OWN_ZOOM] > 0 ? 0 : 1;
    else
        return move(f, s, action);
    return (struct intent){.kind = INTENT_REDRAW};
}

const struct view view_links = {
    .name = "links",
    .title = "Links",
    .help = "how long data takes between two ends: now, promised, usual, possible, and how it came to that",
    .needs = needs,
    .keys = keys,
    .draw = draw,
    .act = act,
};
