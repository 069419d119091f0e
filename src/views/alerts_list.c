#include "views/alerts_list.h"

#include <stdio.h>

#include "base/tr.h"
#include "ui/chart.h"
#include "views/curve.h"

enum { TEXT_BYTES = 4096, TREND_MS = 60 * 60 * 1000, EDGES = 9 /* of a box, and what stands between its two titles */ };

enum column {
    COL_SEV,
    COL_ID,
    COL_FOLD,
    COL_AGE,
    COL_STATE,
    COL_WHAT,
    COL_WHERE,
    COL_TEXT,
    COL_JOBS,
    COL_TENANTS,
    COL_TREND,
    COL_OWNER,
    COL_UNTIL,
};

static const struct table_column columns[] = {
    [COL_SEV] = {N_("SEV"), 4, 0, 0, 2, ALERT_SEVERITY, false},
    [COL_ID] = {N_("ID"), 7, 9, 1, 1, -1, false},
    [COL_FOLD] = {"", 3, 4, 1, 0, -1, false},
    [COL_AGE] = {N_("AGE"), 4, 0, 0, 1, ALERT_SINCE, true},
    [COL_STATE] = {N_("STATE"), 9, 0, 0, 9, ALERT_STATE, false},
    [COL_WHAT] = {N_("WHAT"), 6, 8, 1, 11, ALERT_RULE, false},
    [COL_WHERE] = {N_("WHERE"), 10, 22, 2, 0, ALERT_WHERE, false},
    [COL_TEXT] = {N_("WHAT IS WRONG"), 20, 80, 8, 0, ALERT_SUMMARY, false},
    [COL_JOBS] = {N_("JOBS"), 5, 0, 0, 3, ALERT_IMPACT_JOBS, true},
    [COL_TENANTS] = {N_("TENANTS"), 7, 0, 0, 8, ALERT_IMPACT_TENANTS, true},
    [COL_TREND] = {N_("TREND 60m"), 10, 20, 1, 10, TABLE_NO_SORT, false},
    [COL_OWNER] = {N_("OWNER"), 8, 12, 1, 4, ALERT_ACKED_BY, false},
    [COL_UNTIL] = {N_("UNTIL"), 5, 0, 0, 12, ALERT_ACKED_UNTIL, true},
    {0},
};

struct look {
    const struct alerts *alerts;
    const struct alert_words *words;
};

static const struct {
    enum role role;
    enum glyph glyph;
    const char *word;
} severities[] = {
    [SEVERITY_NOTICE] = {ROLE_DIM, GLYPH_OK, N_("NOTE")},
    [SEVERITY_WARN] = {ROLE_WARN, GLYPH_WARN, N_("WARN")},
    [SEVERITY_CRIT] = {ROLE_CRIT, GLYPH_CRIT, N_("CRIT")},
};

/* Who has it, what is hidden and what is over asks for nothing. */
static struct cell_sign sign(const struct list_frame *f, const struct row *row)
{
    enum severity severity = alert_words_severity(row);
    bool quiet = !cell_is(row, ALERT_STATE, "firing") && !cell_is(row, ALERT_STATE, "returned");

    (void)f;
    if (quiet)
        return (struct cell_sign){ROLE_DIM, GLYPH_OK};
    return (struct cell_sign){severities[severity].role, severities[severity].glyph};
}

/* "+37" folded, "-37" unfolded, a branch before what a root explains. */
static void paint_fold(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                       const struct alerts_entry *e)
{
    char n[CELL_MAX];

    if (e->root != e->order) {
        table_puts(t, c, i, COL_FOLD, ROLE_DIM, canvas_sign(c, e->last ? GLYPH_BL : GLYPH_V));
        return;
    }
    if (e->children == 0)
        return;
    snprintf(n, sizeof n, "%c%zu", alerts_is_unfolded(f->state, e->id) ? '-' : '+', e->children);
    table_puts(t, c, i, COL_FOLD, ROLE_KEY, n);
}

static void paint_text(const struct look *l, const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                       const struct row *row, enum role role)
{
    struct buf where = buf_make(TEXT_BYTES), text = buf_make(TEXT_BYTES);
    int64_t flaps = value_int_or(&row->cells[ALERT_FLAPS], 0);

    (void)f;
    alert_words_where(l->words, row, c, &where);
    if (cell_is(row, ALERT_STATE, "returned"))
        buf_puts(&text, tr("BACK, not taken again: "), NULL);
    else if (alerts_is_forgotten(row, f->frame->now.utc_ms))
        buf_puts(&text, tr("FORGOTTEN? "), NULL);
    if (flaps > 1 && !alert_words_over(row))
        buf_printf(&text, NULL, tr("flaps %lldx: "), (long long)flaps);
    alert_words_text(l->words, row, &text);
    table_puts(t, c, i, COL_WHERE, role, buf_str(&where));
    table_puts(t, c, i, COL_TEXT, role, buf_str(&text));
    buf_release(&where);
    buf_release(&text);
}

bool alerts_list_curve(const struct alert_words *w, const struct row *alert, const struct view_rows **rows, int *field)
{
    static const struct {
        enum kind kind;
        int field;
    } curves[] = {{KIND_LINK, LINK_ONE_WAY_MS}, {KIND_QUEUE, QUEUE_WAITING}, {KIND_HALL, HALL_INLET_C_MAX}};
    enum kind kind = alert_words_kind(alert);

    for (size_t k = 0; k < sizeof curves / sizeof *curves; k++) {
        if (curves[k].kind != kind)
            continue;
        *rows = alert_words_rows(w, kind);
        *field = curves[k].field;
        return *rows != NULL;
    }
    return false;
}

static void paint_trend(const struct look *l, const struct list_frame *f, const struct table *t, struct canvas *c,
                        int i, const struct row *row)
{
    double means[VIEW_CURVE_STEPS];
    const struct view_rows *rows;
    int field, width = t->width[COL_TREND];
    size_t n = chart_slots(c, width);

    n = n < VIEW_CURVE_STEPS ? n : VIEW_CURVE_STEPS;
    if (width > 0 && alerts_list_curve(l->words, row, &rows, &field) &&
        curve_read(f->state, rows, value_text_or(&row->cells[ALERT_WHERE], ""), field, TREND_MS, f->frame->now.utc_ms,
                   means, n))
        chart_spark(c, t->x[COL_TREND], t->area.y + 1 + i, width, ROLE_CHART, means, n, 0);
}

/* When the ack or the silence ends. */
static const struct value *until(const struct row *row)
{
    return &row->cells[cell_is(row, ALERT_STATE, "silenced") ? ALERT_SILENCED_UNTIL : ALERT_ACKED_UNTIL];
}

static const char *until_words(const struct row *row, int64_t now_ms, char out[CELL_MAX])
{
    if (!value_known(until(row)))
        return "-";
    cell_clock(until(row), now_ms, out);
    if (out[2] == ':')
        out[5] = '\0';
    return out;
}

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    const struct look *l = f->ctx;
    const struct alerts_entry *e = alerts_at(l->alerts, (size_t)(f->place->top + i));
    struct cell_sign s = sign(f, row);
    char n[CELL_MAX];

    role = s.role == ROLE_DIM && role != ROLE_STALE ? ROLE_DIM : role;
    table_puts(t, c, i, COL_SEV, s.role, tr(severities[e->severity].word));
    table_text(t, c, i, COL_ID, role, row->id);
    paint_fold(f, t, c, i, e);
    table_puts(t, c, i, COL_AGE, role, cell_since(&row->cells[ALERT_SINCE], f->frame->now.utc_ms, n));
    table_puts(t, c, i, COL_STATE, role, cell_word(row, ALERT_STATE, n));
    table_puts(t, c, i, COL_WHAT, ROLE_DIM, alert_words_what(row));
    paint_text(l, f, t, c, i, row, role);
    table_puts(t, c, i, COL_JOBS, role, cell_short(&row->cells[ALERT_IMPACT_JOBS], n));
    table_puts(t, c, i, COL_TENANTS, role, cell_short(&row->cells[ALERT_IMPACT_TENANTS], n));
    paint_trend(l, f, t, c, i, row);
    table_text(t, c, i, COL_OWNER, role, cell_text(row, ALERT_ACKED_BY));
    table_puts(t, c, i, COL_UNTIL, role, until_words(row, f->frame->now.utc_ms, n));
}

/* --- the box --- */

static const char *const tab_names[] = {
    [ALERTS_OPEN] = N_("Open"),
    [ALERTS_ACKED] = N_("Acked"),
    [ALERTS_SILENCED] = N_("Silenced"),
    [ALERTS_MAINTENANCE] = N_("Maintenance"),
    [ALERTS_RESOLVED] = N_("Resolved 24h"),
};
static const char *const nothing[] = {
    [ALERTS_OPEN] = N_("Nothing is open."),
    [ALERTS_ACKED] = N_("Nobody has an alert in hand."),
    [ALERTS_SILENCED] = N_("No alert is silenced."),
    [ALERTS_MAINTENANCE] = N_("No alert is about what is in maintenance."),
    [ALERTS_RESOLVED] = N_("Nothing was over in the last 24 hours."),
};

static void title(const struct alerts *a, const struct view_state *s, char *out, size_t size)
{
    size_t n = 0;

    for (int i = 0; i < ALERTS_TABS && n < size; i++) {
        bool here = alerts_tab(s) == (enum alerts_tab)i;
        n += (size_t)snprintf(out + n, size - n, "%s%s%s %zu%s", i > 0 ? "  " : "", here ? "[" : "", tr(tab_names[i]),
                              a->tab_count[i], here ? "]" : "");
    }
}

/* What is left out is said in any case: beside the tabs, or before them. */
static void say_outside(size_t outside, int width, char tabs[LIST_TITLE_MAX], char note[LIST_TITLE_MAX])
{
    struct buf both = buf_make(TEXT_BYTES);
    int room = width - EDGES - text_width(text_of(tabs));

    snprintf(note, LIST_TITLE_MAX, tr("mine; %zu open outside"), outside);
    if (text_width(text_of(note)) <= room)
        return;
    snprintf(note, LIST_TITLE_MAX, tr("mine; +%zu"), outside);
    if (text_width(text_of(note)) <= room)
        return;
    buf_printf(&both, NULL, "%s  %s", note, tabs);
    text_show_in(text_from(buf_str(&both), both.len), tabs, LIST_TITLE_MAX);
    buf_release(&both);
    note[0] = '\0';
}

static void note(const struct alerts *a, const struct view_state *s, int width, char out[LIST_TITLE_MAX])
{
    char order[LIST_TITLE_MAX];

    if (a->forgotten > 0)
        snprintf(out, LIST_TITLE_MAX, tr("%zu forgotten?"), a->forgotten);
    else if (s->sort_field != -2)
        snprintf(out, LIST_TITLE_MAX, "%s", list_order(KIND_ALERT, s, NULL, order));
    else
        snprintf(out, LIST_TITLE_MAX, "%s", width < 120 ? "" : tr("sorted: unacked, severity, impact, age"));
}

void alerts_list_draw(const struct alerts *a, const struct alert_words *w, const struct view_frame *f,
                      struct view_state *s, struct canvas *c, struct area area)
{
    const struct look look = {a, w};
    const struct list list = {.columns = columns,
                              .paint = paint,
                              .nothing = nothing[alerts_tab(s)],
                              .sign = sign,
                              .headless = area.height < 5};
    struct list_frame lf = {.kind = KIND_ALERT,
                            .frame = f,
                            .rows = &a->rows,
                            .place = &s->place[0],
                            .state = s,
                            .sorted = TABLE_NO_SORT,
                            .focused = true,
                            .ctx = &look};
    char tabs[LIST_TITLE_MAX], right[LIST_TITLE_MAX];
    struct area in = area;

    title(a, s, tabs, sizeof tabs);
    note(a, s, area.width, right);
    if (a->scoped)
        say_outside(a->outside, area.width, tabs, right);
    if (area.height >= 3)
        in = canvas_box(c, area, tabs, right);
    if (s->sort_field != -2)
        list_sorted(KIND_ALERT, s, NULL, &lf.sorted, &lf.descending);
    list_draw(&list, &lf, c, in);
}
