#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/tr.h"
#include "domain/change.h"
#include "domain/state.h"
#include "ui/chart.h"
#include "views/cell.h"
#include "views/curve.h"
#include "views/ends.h"
#include "views/hubs.h"
#include "views/list.h"
#include "views/needs.h"
#include "views/overview_hubs.h"
#include "views/overview_links.h"

enum need {
    NEED_SOURCES,
    NEED_SCHEDULERS,
    NEED_CLUSTERS,
    NEED_HUBS,
    NEED_QUEUES,
    NEED_CHANGES,
    NEED_PLACES,
    NEED_LINKS,
    NEED_HALLS,
    NEED_ENERGY,
    NEED_ALERTS
};
static const struct view_need needs[] = {
    [NEED_SOURCES] = {.kind = KIND_SOURCE},
    [NEED_SCHEDULERS] = {.kind = KIND_SCHEDULER},
    [NEED_CLUSTERS] = {.kind = KIND_CLUSTER},
    [NEED_HUBS] = {.kind = KIND_HUB},
    [NEED_QUEUES] = {.kind = KIND_QUEUE, .sort = "-waiting"},
    [NEED_CHANGES] = {.kind = KIND_CHANGE, .sort = "-at"},
    [NEED_PLACES] = {.kind = KIND_PLACE},
    [NEED_LINKS] = {.kind = KIND_LINK},
    [NEED_HALLS] = {.kind = KIND_HALL},
    [NEED_ENERGY] = {.kind = KIND_ENERGY},
    [NEED_ALERTS] = {.kind = KIND_ALERT},
    {0},
};

enum panel { PANEL_NEEDS, PANEL_HUBS, PANEL_CHANGES, PANEL_QUEUES, PANEL_LINKS, PANELS };
_Static_assert((int)PANELS <= (int)VIEW_PANELS_MAX, "each panel has a place");

enum {
    WIDE = 120,       /* two columns of panels from here on */
    LEAST_WIDTH = 70, /* below: the list of what needs somebody, alone */
    LEAST_HEIGHT = 16,
    HUBS_WIDTH = 44, /* of 80 */
    WIDE_HUBS = 60,  /* beside a panel of links */
    TREND_MS = 60 * 60 * 1000,
    CHANGE_BYTES = 2048,
};

/* --- where things stand --- */

struct layout {
    struct area panels[PANELS];
    struct area sources; /* one line */
};

/* The worst link has a line below the hubs, which queues give up. */
static struct layout narrow_layout(struct area a, bool links)
{
    int needs_height = a.height * 9 / 25, middle = (a.height - needs_height + links) / 2, y = a.y + needs_height;
    struct layout l = {.panels = {
                           [PANEL_NEEDS] = {a.x, a.y, a.width, needs_height},
                           [PANEL_HUBS] = {a.x, y, HUBS_WIDTH, middle},
                           [PANEL_CHANGES] = {a.x + HUBS_WIDTH, y, a.width - HUBS_WIDTH, middle},
                           [PANEL_QUEUES] = {a.x, y + middle, a.width, a.height - needs_height - middle},
                       }};

    return l;
}

static struct layout wide_layout(struct area a, bool links)
{
    int left = a.width * 5 / 8, above = a.height * 2 / 5, hubs = a.width * 3 / 8;
    int below = a.height - above, queues = links ? below / 2 : below;
    struct layout l = {.panels = {
                           [PANEL_NEEDS] = {a.x, a.y, left, above},
                           [PANEL_CHANGES] = {a.x + left, a.y, a.width - left, above},
                           [PANEL_HUBS] = {a.x, a.y + above, hubs, a.height - above},
                           [PANEL_QUEUES] = {a.x + hubs, a.y + above, a.width - hubs, queues},
                       }};

    if (links)
        l.panels[PANEL_LINKS] = (struct area){a.x + hubs, a.y + above + queues, a.width - hubs, below - queues};
    return l;
}

static struct layout layout_of(const struct view_frame *f)
{
    struct layout l = {0};
    bool links = f->rows[NEED_LINKS].count > 0;
    struct area a = f->area;
    struct area body = {a.x, a.y, a.width, a.height - 1};

    if (a.height < 3) {
        l.panels[PANEL_NEEDS] = a;
        return l;
    }
    if (a.width < LEAST_WIDTH || a.height < LEAST_HEIGHT)
        l.panels[PANEL_NEEDS] = body;
    else
        l = a.width >= WIDE ? wide_layout(body, links) : narrow_layout(body, links);
    l.sources = (struct area){a.x, a.y + a.height - 1, a.width, 1};
    return l;
}

/* The panel that has the keys, of those that are there. */
static enum panel panel_of(const struct layout *l, const struct view_state *s)
{
    bool there = s->panel > 0 && s->panel < PANELS && l->panels[s->panel].width > 0;

    return there ? (enum panel)s->panel : PANEL_NEEDS;
}

/* A frame is left out where it would leave no room for rows. */
static struct area inside(struct canvas *c, struct area a, const char *title, const char *note)
{
    return a.height < 3 ? a : canvas_box(c, a, title, note);
}

/* --- what needs somebody --- */

enum needs_column { COL_WORD, COL_WHAT, COL_WHERE, COL_TEXT, COL_JOBS, COL_AGE };
static const struct table_column needs_columns[] = {
    [COL_WORD] = {N_("SEV"), 4, 0, 0, 4, -1, false},
    [COL_WHAT] = {N_("WHAT"), 6, 0, 0, 3, -1, false},
    [COL_WHERE] = {N_("WHERE"), 8, 20, 1, 0, -1, false},
    [COL_TEXT] = {"", 18, 90, 3, 0, -1, false},
    [COL_JOBS] = {N_("JOBS"), 10, 0, 0, 2, -1, true},
    [COL_AGE] = {N_("AGE"), 4, 0, 0, 1, -1, true},
    {0},
};

static const struct {
    enum severity severity;
    enum role role;
    enum glyph glyph;
    const char *word;
} severities[] = {
    {SEVERITY_CRIT, ROLE_CRIT, GLYPH_CRIT, N_("CRIT")},
    {SEVERITY_WARN, ROLE_WARN, GLYPH_WARN, N_("WARN")},
    {SEVERITY_NOTICE, ROLE_DIM, GLYPH_OK, N_("NOTE")},
};

static size_t severity_at(const struct row *row)
{
    int64_t severity = value_int_or(&row->cells[NEEDS_SEVERITY], SEVERITY_WARN);
    size_t s = 0;

    while (s + 1 < sizeof severities / sizeof *severities && (int64_t)severities[s].severity != severity)
        s++;
    return s;
}

static void paint_need(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                       const struct row *row, enum role role)
{
    size_t s = severity_at(row);
    const struct value *jobs = &row->cells[NEEDS_JOBS];
    char n[CELL_MAX], line[CELL_MAX + 16];

    (void)f;
    canvas_glyph(c, t->area.x + 1, t->area.y + 1 + i, severities[s].role, severities[s].glyph);
    table_puts(t, c, i, COL_WORD, severities[s].role, tr(severities[s].word));
    table_text(t, c, i, COL_WHAT, ROLE_DIM, cell_text(row, NEEDS_WHAT));
    table_text(t, c, i, COL_WHERE, role, cell_text(row, NEEDS_WHERE));
    table_text(t, c, i, COL_TEXT, role, cell_text(row, NEEDS_TEXT));
    snprintf(line, sizeof line, value_int_or(jobs, 0) == 1 ? tr("%s job") : tr("%s jobs"), cell_short(jobs, n));
    table_puts(t, c, i, COL_JOBS, ROLE_DIM, value_known(jobs) ? line : "-");
    table_puts(t, c, i, COL_AGE, role, cell_span(&row->cells[NEEDS_AGE_S], n));
}

static const struct list needs_list = {
    .columns = needs_columns, .paint = paint_need, .nothing = N_("Nothing needs you."), .headless = true};

static struct needs make_needs(const struct view_frame *f)
{
    return needs_make(&(struct needs_facts){.sources = &f->rows[NEED_SOURCES],
                                            .schedulers = &f->rows[NEED_SCHEDULERS],
                                            .clusters = &f->rows[NEED_CLUSTERS],
                                            .queues = &f->rows[NEED_QUEUES],
                                            .links = &f->rows[NEED_LINKS],
                                            .places = &f->rows[NEED_PLACES],
                                            .halls = &f->rows[NEED_HALLS],
                                            .energy = &f->rows[NEED_ENERGY],
                                            .alerts = &f->rows[NEED_ALERTS],
                                            .now_ms = f->now.utc_ms});
}

static void draw_needs(const struct view_frame *f, struct view_state *s, struct canvas *c, struct area a, bool focused)
{
    struct needs n = make_needs(f);
    struct view_rows rows = needs_rows(&n);
    struct list_frame lf = {
        .frame = f, .rows = &rows, .place = &s->place[PANEL_NEEDS], .sorted = TABLE_NO_SORT, .focused = focused};
    char title[LIST_TITLE_MAX];

    snprintf(title, sizeof title, tr("Needs you now  %u crit / %u warn"), n.found.crit, n.found.warn);
    list_draw(&needs_list, &lf, c, inside(c, a, title, tr("sorted: severity, jobs")));
    needs_release(&n);
}

/* --- hubs, or clusters where nobody knows hubs --- */

static struct hubs make_hubs(const struct view_frame *f)
{
    return hubs_make(&f->rows[NEED_HUBS], &f->rows[NEED_CLUSTERS]);
}

static struct overview_links make_links(const struct view_frame *f)
{
    return overview_links_make(&f->rows[NEED_LINKS], &f->rows[NEED_CLUSTERS], &f->rows[NEED_PLACES]);
}

static void draw_hubs(const struct view_frame *f, struct view_state *s, struct canvas *c, struct area a, bool focused)
{
    struct hubs h = make_hubs(f);
    struct overview_links links = make_links(f);
    bool line = a.width < WIDE_HUBS && links.count > 0;
    const char *name = h.told == &f->rows[NEED_HUBS] ? tr("Hubs") : tr("Clusters");
    char title[LIST_TITLE_MAX], n[CELL_MAX];
    struct area in;

    snprintf(title, sizeof title, tr("%s (%s)  accelerators used / waiting"), name, cell_number((int64_t)h.count, n));
    in = inside(c, a, title, NULL);
    line = line && in.height > 4;
    in.height -= line;
    overview_hubs_draw(&h, &f->rows[NEED_CLUSTERS], f, &s->place[PANEL_HUBS], c, in, focused);
    if (line)
        overview_links_line(&links, s, f->now.utc_ms, c, (struct area){in.x, in.y + in.height, in.width, 1});
    overview_links_release(&links);
}

/* --- links, the worst first --- */

static void draw_links(const struct view_frame *f, struct view_state *s, struct canvas *c, struct area a, bool focused)
{
    struct overview_links links = make_links(f);
    struct view_rows rows = overview_links_rows(&links);
    struct area in = inside(c, a, NULL, NULL);
    char title[LIST_TITLE_MAX];

    overview_links_draw(&links, f, s, &s->place[PANEL_LINKS], c, in, focused);
    inside(c, a, list_title(tr("Links"), &rows, &s->place[PANEL_LINKS], title), tr("worst first"));
    overview_links_release(&links);
}

/* --- queues --- */

enum queue_column {
    COL_QUEUE,
    COL_Q_RUN,
    COL_Q_WAIT,
    COL_P95,
    COL_PROMISE,
    COL_OLDEST,
    COL_IN,
    COL_OUT,
    COL_ASKED,
    COL_TREND
};
static const struct table_column queue_columns[] = {
    [COL_QUEUE] = {N_("QUEUE"), 14, 30, 2, 0, -1, false},
    [COL_Q_RUN] = {N_("RUN"), 5, 0, 0, 1, -1, true},
    [COL_Q_WAIT] = {N_("WAIT"), 5, 0, 0, 0, QUEUE_WAITING, true},
    [COL_P95] = {N_("P95"), 4, 0, 0, 1, -1, true},
    [COL_PROMISE] = {N_("SLO"), 4, 0, 0, 3, -1, true},
    [COL_OLDEST] = {N_("OLDEST"), 6, 0, 0, 2, -1, true},
    [COL_IN] = {N_("IN/min"), 6, 0, 0, 5, -1, true},
    [COL_OUT] = {N_("OUT/min"), 7, 0, 0, 5, -1, true},
    [COL_ASKED] = {N_("ACC ASKED"), 9, 0, 0, 6, -1, true},
    [COL_TREND] = {N_("TREND 60m"), 9, 30, 1, 4, -1, false},
    {0},
};

static const char *per_minute(const struct value *v, char out[CELL_MAX])
{
    if (!value_known(v))
        return "-";
    snprintf(out, CELL_MAX, "%.1f", value_real_or(v, 0));
    return out;
}

static void paint_trend(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                        const struct row *row, enum role role)
{
    double means[VIEW_CURVE_STEPS];
    size_t n = chart_slots(c, t->width[COL_TREND]);

    n = n < VIEW_CURVE_STEPS ? n : VIEW_CURVE_STEPS;
    if (!curve_read(f->state, f->rows, row->id, QUEUE_WAITING, TREND_MS, f->frame->now.utc_ms, means, n))
        return;
    chart_spark(c, t->x[COL_TREND], t->area.y + 1 + i, t->width[COL_TREND], role == ROLE_STALE ? role : ROLE_CHART,
                means, n, 0);
}

static enum role wait_role(const struct row *row, enum role role)
{
    return symptom_queue_is_late(row) && role != ROLE_STALE ? ROLE_WARN : role;
}

static void paint_queue(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                        const struct row *row, enum role role)
{
    char n[CELL_MAX];

    table_text(t, c, i, COL_QUEUE, role, row->id);
    table_puts(t, c, i, COL_Q_RUN, role, cell_short(&row->cells[QUEUE_RUNNING], n));
    table_puts(t, c, i, COL_Q_WAIT, role, cell_short(&row->cells[QUEUE_WAITING], n));
    table_puts(t, c, i, COL_P95, wait_role(row, role), cell_span(&row->cells[QUEUE_WAIT_P95_S], n));
    table_puts(t, c, i, COL_PROMISE, role, cell_span(&row->cells[QUEUE_SLO_S], n));
    table_puts(t, c, i, COL_OLDEST, role, cell_span(&row->cells[QUEUE_OLDEST_S], n));
    table_puts(t, c, i, COL_IN, role, per_minute(&row->cells[QUEUE_ARRIVALS_PER_MIN], n));
    table_puts(t, c, i, COL_OUT, role, per_minute(&row->cells[QUEUE_DEPARTURES_PER_MIN], n));
    table_puts(t, c, i, COL_ASKED, role, cell_short(&row->cells[QUEUE_ACCELS_ASKED], n));
    paint_trend(f, t, c, i, row, role);
}

static const struct list queue_list = {.columns = queue_columns, .paint = paint_queue, .nothing = N_("no queues")};

static void draw_queues(const struct view_frame *f, struct view_state *s, struct canvas *c, struct area a, bool focused)
{
    struct list_frame lf = {.frame = f,
                            .rows = &f->rows[NEED_QUEUES],
                            .place = &s->place[PANEL_QUEUES],
                            .state = s,
                            .sorted = QUEUE_WAITING,
                            .descending = true,
                            .focused = focused};
    char title[LIST_TITLE_MAX];
    struct area in = inside(c, a, NULL, NULL);

    list_draw(&queue_list, &lf, c, in);
    inside(c, a, list_title(tr("Queues"), lf.rows, lf.place, title), tr("sort: waiting desc"));
}

/* --- changes --- */

enum change_column { COL_TIME, COL_C_WHERE, COL_C_WHAT };
static const struct table_column change_columns[] = {
    [COL_TIME] = {N_("TIME"), 5, 8, 1, 0, -1, false},
    [COL_C_WHERE] = {N_("WHERE"), 8, 18, 2, 0, -1, false},
    [COL_C_WHAT] = {N_("WHAT"), 10, 60, 3, 0, -1, false},
    {0},
};

/* Links by the names of their ends in a Chinese screen. */
static void put_where(const struct view_frame *f, const struct row *change, const struct canvas *c, struct buf *out)
{
    const struct view_rows *links = &f->rows[NEED_LINKS];
    struct ends ends = {&f->rows[NEED_CLUSTERS], &f->rows[NEED_PLACES]};
    struct safe_text id = cell_text(change, CHANGE_WHERE);
    bool named = tr_is_zh() && cell_is(change, CHANGE_KIND, kind_info(KIND_LINK)->singular);
    int64_t at = named ? links->find(links->ctx, id, text_of("")) : -1;
    struct row link = {0};

    if (at >= 0 && links->at(links->ctx, (size_t)at, &link))
        ends_words(&ends, &link, false, c, out);
    else
        text_show(id, -1, out);
}

static void paint_change(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                         const struct row *row, enum role role)
{
    char time[CLOCK_TEXT_MAX] = "-";
    const struct value *at = &row->cells[CHANGE_AT];
    struct buf where = buf_make(CHANGE_BYTES), what = buf_make(CHANGE_BYTES);

    if (value_known(at))
        clock_local_hms(value_int_or(at, 0), time);
    if (t->width[COL_TIME] < 8 && strlen(time) > 5)
        time[5] = '\0';
    table_puts(t, c, i, COL_TIME, ROLE_DIM, time);
    put_where(f->frame, row, c, &where);
    change_words(row, &what);
    table_puts(t, c, i, COL_C_WHERE, role, buf_str(&where));
    table_puts(t, c, i, COL_C_WHAT, role, buf_str(&what));
    buf_release(&where);
    buf_release(&what);
}

static const struct list change_list = {
    .columns = change_columns, .paint = paint_change, .nothing = N_("nothing has changed"), .headless = true};

static void draw_changes(const struct view_frame *f, struct view_state *s, struct canvas *c, struct area a,
                         bool focused)
{
    struct list_frame lf = {.frame = f,
                            .rows = &f->rows[NEED_CHANGES],
                            .place = &s->place[PANEL_CHANGES],
                            .sorted = TABLE_NO_SORT,
                            .focused = focused};

    list_draw(&change_list, &lf, c, inside(c, a, tr("What changed"), tr("newest first")));
}

/* --- sources --- */

/* "fra", or what is wrong with it; live ones show no age, so that a quiet screen stays as it is. */
static int draw_source(const struct row *row, int64_t now_ms, struct canvas *c, int x, int y, int width)
{
    struct cell_sign sign = cell_sign(row);
    bool live = cell_is(row, SOURCE_STATE, "live") && !row->stale;
    char age[CELL_MAX];
    int used = 2;

    if (width < 8)
        return 0;
    if (sign.glyph != GLYPH_COUNT)
        canvas_glyph(c, x, y, sign.role, sign.glyph);
    used += canvas_text(c, x + used, y, width - used < 20 ? width - used : 20, ROLE_TEXT, row->id);
    if (live || width - used < 12)
        return used + 2;
    used += 1 + canvas_puts(c, x + used + 1, y, 8, sign.role, cell_word(row, SOURCE_STATE, age));
    used += 1 + canvas_puts(c, x + used + 1, y, 5, sign.role, cell_since(&row->cells[SOURCE_LAST_OK_AT], now_ms, age));
    return used + 2;
}

static void draw_sources(const struct view_frame *f, struct canvas *c, struct area a)
{
    const struct view_rows *rows = &f->rows[NEED_SOURCES];
    int x = a.x + 1 + canvas_puts(c, a.x + 1, a.y, a.width - 1, ROLE_DIM, tr("sources: ")), end = a.x + a.width;
    char more[CELL_MAX];

    if (a.height < 1)
        return;
    if (rows->count == 0)
        canvas_puts(c, x, a.y, end - x, ROLE_DIM, rows->known ? tr("none") : tr("none has told anything yet"));
    for (size_t i = 0; i < rows->count; i++) {
        struct row row = {0};
        int room = end - x - 10, used; /* room for how many more there are */

        if (!rows->at(rows->ctx, i, &row))
            continue;
        used = draw_source(&row, f->now.utc_ms, c, x, a.y, room);
        if (used > 0) {
            x += used;
            continue;
        }
        snprintf(more, sizeof more, tr("%zu more"), rows->count - i);
        canvas_puts(c, x, a.y, end - x, ROLE_DIM, more);
        return;
    }
}

/* --- the view --- */

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    static void (*const draws[PANELS])(const struct view_frame *, struct view_state *, struct canvas *, struct area,
                                       bool) = {
        [PANEL_NEEDS] = draw_needs,   [PANEL_HUBS] = draw_hubs,   [PANEL_CHANGES] = draw_changes,
        [PANEL_QUEUES] = draw_queues, [PANEL_LINKS] = draw_links,
    };
    struct layout l = layout_of(f);

    for (int i = 0; i < PANELS; i++)
        if (l.panels[i].width > 0)
            draws[i](f, s, c, l.panels[i], panel_of(&l, s) == (enum panel)i);
    draw_sources(f, c, l.sources);
}

enum { ACT_OPEN = 1 };
static const struct key_row keys[] = {
    {"Enter", ACT_OPEN, "open", "what the row under the cursor is about: its jobs, its nodes, its source"},
    LIST_KEYS,
    {0},
};

/* Adds ` field="value"`; a value that cannot stand in quotes narrows nothing. */
static void add_term(struct intent *i, const char *field, const struct value *v)
{
    char value[96];
    size_t len = strlen(i->filter);

    text_show_in(value_text_or(v, ""), value, sizeof value);
    if (value[0] != '\0' && strchr(value, '"') == NULL)
        snprintf(i->filter + len, sizeof i->filter - len, "%s%s=\"%s\"", len > 0 ? " " : "", field, value);
}

static struct intent open_queue(const struct row *row)
{
    struct intent i = view_open("jobs", text_of(""));

    add_term(&i, "queue", &row->cells[QUEUE_NAME]);
    add_term(&i, "scheduler", &row->cells[QUEUE_SCHEDULER]);
    return i;
}

static struct intent open_finding(const struct finding *found)
{
    struct intent i = {.kind = INTENT_NONE};

    if (found->what == FINDING_SOURCE)
        return view_open("sources", text_of(""));
    if (found->what == FINDING_QUEUE && found->row->kind == KIND_QUEUE)
        return open_queue(found->row);
    if (found->what == FINDING_LINK)
        return view_open("links", found->symptom.where);
    if (found->what == FINDING_HEAT || found->what == FINDING_FEED) {
        struct value hall = value_text(found->symptom.where);

        i = view_open("racks", text_of(""));
        add_term(&i, "hall", &hall);
    }
    if (found->what == FINDING_SCHED || found->what == FINDING_NODES) {
        struct value id = value_text(found->symptom.where);

        i = view_open("nodes", text_of(""));
        add_term(&i, "scheduler", &id);
    }
    return i;
}

static struct intent open_need(const struct view_frame *f, const struct view_place *place)
{
    struct needs n = make_needs(f);
    struct view_rows rows = needs_rows(&n);
    struct intent i = {.kind = INTENT_NONE};
    struct row row = {0};

    if (list_current(place, &rows, &row))
        i = open_finding(needs_at(&n, rows.find(rows.ctx, row.id, row.source)));
    needs_release(&n);
    return i;
}

/* A cluster's jobs; a hub has no view of its own. */
static struct intent open_hub(const struct view_frame *f, const struct view_place *place)
{
    struct hubs h = make_hubs(f);
    struct view_rows rows = hubs_rows(&h);
    struct intent i = {.kind = INTENT_NONE};
    struct row row = {0};

    if (h.told == &f->rows[NEED_CLUSTERS] && list_current(place, &rows, &row)) {
        struct value id = value_text(row.id);

        i = view_open("jobs", text_of(""));
        add_term(&i, "cluster", &id);
    }
    return i;
}

static struct intent open_current(const struct view_frame *f, const struct view_state *s, enum panel panel)
{
    const struct view_place *place = &s->place[panel];
    struct row row = {0};

    if (panel == PANEL_NEEDS)
        return open_need(f, place);
    if (panel == PANEL_HUBS)
        return open_hub(f, place);
    if (panel == PANEL_QUEUES && list_current(place, &f->rows[NEED_QUEUES], &row))
        return open_queue(&row);
    if (panel == PANEL_LINKS && list_current(place, &f->rows[NEED_LINKS], &row))
        return view_open("links", row.id);
    return (struct intent){.kind = INTENT_NONE};
}

static void step_panel(const struct layout *l, struct view_state *s, int by)
{
    int panel = (int)panel_of(l, s);

    do
        panel = (panel + by + PANELS) % PANELS;
    while (l->panels[panel].width == 0);
    s->panel = panel;
}

static void move(const struct view_frame *f, struct view_state *s, enum panel panel, int action)
{
    struct needs n = {0};
    struct hubs h = make_hubs(f);
    struct overview_links links = {0};
    struct view_rows rows = f->rows[panel == PANEL_QUEUES ? NEED_QUEUES : NEED_CHANGES];

    if (panel == PANEL_NEEDS) {
        n = make_needs(f);
        rows = needs_rows(&n);
    } else if (panel == PANEL_HUBS) {
        rows = hubs_rows(&h);
    } else if (panel == PANEL_LINKS) {
        links = make_links(f);
        rows = overview_links_rows(&links);
    }
    list_move(&s->place[panel], &rows, action);
    needs_release(&n);
    overview_links_release(&links);
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    struct layout l = layout_of(f);
    enum panel panel = panel_of(&l, s);

    if (action == ACT_OPEN)
        return open_current(f, s, panel);
    if (action == LIST_LEFT || action == LIST_RIGHT)
        step_panel(&l, s, action == LIST_RIGHT ? 1 : -1);
    else
        move(f, s, panel, action);
    return (struct intent){.kind = INTENT_REDRAW};
}

const struct view view_overview = {
    .name = "overview",
    .title = "Overview",
    .help = "what needs somebody now, how full the hubs are, where work waits, what changed",
    .order = 1,
    .needs = needs,
    .keys = keys,
    .draw = draw,
    .act = act,
};
