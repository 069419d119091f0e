#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/tr.h"
#include "domain/change.h"
#include "domain/state.h"
#include "ui/chart.h"
#include "views/alert_act.h"
#include "views/cell.h"
#include "views/changes.h"
#include "views/curve.h"
#include "views/ends.h"
#include "views/hubs.h"
#include "views/list.h"
#include "views/overview_hubs.h"
#include "views/overview_links.h"
#include "views/overview_needs.h"
#include "views/plan_keys.h"

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
    NEED_ALERTS,
    NEED_WINDOWS
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
    [NEED_WINDOWS] = {.kind = KIND_MAINTENANCE},
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
    NEXT_HEIGHT = 6,
};

/* --- where things stand --- */

struct layout {
    struct area panels[PANELS];
    struct area next;    /* what to do next; empty: it stands where the queues do */
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
    struct layout l = {.panels =
                           {
                               [PANEL_NEEDS] = {a.x, a.y, left, above},
                               [PANEL_CHANGES] = {a.x + left, a.y, a.width - left, above - NEXT_HEIGHT},
                               [PANEL_HUBS] = {a.x, a.y + above, hubs, a.height - above},
                               [PANEL_QUEUES] = {a.x + hubs, a.y + above, a.width - hubs, queues},
                           },
                       .next = {a.x + left, a.y + above - NEXT_HEIGHT, a.width - left, NEXT_HEIGHT}};

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

static struct overview_needs needs_of(const struct view_frame *f)
{
    return (struct overview_needs){.facts = {.sources = &f->rows[NEED_SOURCES],
                                             .schedulers = &f->rows[NEED_SCHEDULERS],
                                             .clusters = &f->rows[NEED_CLUSTERS],
                                             .queues = &f->rows[NEED_QUEUES],
                                             .links = &f->rows[NEED_LINKS],
                                             .places = &f->rows[NEED_PLACES],
                                             .halls = &f->rows[NEED_HALLS],
                                             .energy = &f->rows[NEED_ENERGY],
                                             .alerts = &f->rows[NEED_ALERTS],
                                             .now_ms = f->now.utc_ms},
                                   .windows = &f->rows[NEED_WINDOWS],
                                   .frame = f};
}

static void draw_needs(const struct view_frame *f, struct view_state *s, struct canvas *c, struct area a, bool focused)
{
    struct overview_needs needs_now = needs_of(f);

    overview_needs_draw(&needs_now, f, &s->place[PANEL_NEEDS], c, a, focused);
}

static void draw_changes(const struct view_frame *f, struct view_state *s, struct canvas *c, struct area a,
                         bool focused)
{
    const struct changes o = {&f->rows[NEED_CHANGES], &f->rows[NEED_ALERTS], &f->rows[NEED_LINKS],
                              &f->rows[NEED_CLUSTERS], &f->rows[NEED_PLACES]};

    changes_draw(&o, f, &s->place[PANEL_CHANGES], c, a, focused);
}

/* A frame is left out where it would leave no room for rows. */
static struct area inside(struct canvas *c, struct area a, const char *title, const char *note)
{
    return a.height < 3 ? a : canvas_box(c, a, title, note);
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

/* On a narrow screen the next steps stand where the queues do, unless these have the keys. They are keys: who types words hears the
 * queues. */
static bool draw_next(const struct view_frame *f, const struct view_state *s, const struct layout *l, struct canvas *c)
{
    struct overview_needs needs_now = needs_of(f);
    bool narrow = l->next.height == 0;
    struct area a = narrow ? l->panels[PANEL_QUEUES] : l->next;

    if (f->speech != NULL || a.height == 0 || (narrow && panel_of(l, s) == PANEL_QUEUES))
        return false;
    if (overview_needs_next(&needs_now, &s->place[PANEL_NEEDS], c, a))
        return narrow;
    if (!narrow)
        canvas_box(c, a, tr("Suggested next step"), NULL);
    return false;
}

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    static void (*const draws[PANELS])(const struct view_frame *, struct view_state *, struct canvas *, struct area,
                                       bool) = {
        [PANEL_NEEDS] = draw_needs,   [PANEL_HUBS] = draw_hubs,   [PANEL_CHANGES] = draw_changes,
        [PANEL_QUEUES] = draw_queues, [PANEL_LINKS] = draw_links,
    };
    struct layout l = layout_of(f);
    bool covered = false;

    for (int i = 0; i < PANELS; i++) {
        if (l.panels[i].width > 0 && !(i == PANEL_QUEUES && covered))
            draws[i](f, s, c, l.panels[i], panel_of(&l, s) == (enum panel)i);
        if (i == PANEL_NEEDS)
            covered = draw_next(f, s, &l, c);
    }
    draw_sources(f, c, l.sources);
}

enum { ACT_OPEN = 1 };
static const struct key_row keys[] = {
    ALERT_KEYS,
    ALERT_READ_KEYS,
    {"Enter", ACT_OPEN, "open", "what the row under the cursor is about: its jobs, its nodes, its source"},
    PLAN_KEYS("a plan from what is now; for a place in trouble, one that empties it"),
    LIST_KEYS,
    {0},
};

/* A cluster's jobs; a hub has no view of its own. */
static struct intent open_hub(const struct view_frame *f, const struct view_place *place)
{
    struct hubs h = make_hubs(f);
    struct view_rows rows = hubs_rows(&h);
    struct intent i = {.kind = INTENT_NONE};
    struct row row = {0};

    if (h.told == &f->rows[NEED_CLUSTERS] && list_current(place, &rows, &row)) {
        i = alert_act_open(KIND_CLUSTER, row.id, &row);
    }
    return i;
}

static struct intent open_current(const struct view_frame *f, const struct view_state *s, enum panel panel)
{
    const struct view_place *place = &s->place[panel];
    struct row row = {0};

    struct overview_needs needs_now = needs_of(f);

    if (panel == PANEL_NEEDS)
        return overview_needs_open(&needs_now, place);
    if (panel == PANEL_HUBS)
        return open_hub(f, place);
    if (panel == PANEL_CHANGES && list_current(place, &f->rows[NEED_CHANGES], &row))
        return changes_open(&row);
    if (panel == PANEL_QUEUES && list_current(place, &f->rows[NEED_QUEUES], &row))
        return alert_act_open(KIND_QUEUE, row.id, &row);
    if (panel == PANEL_LINKS && list_current(place, &f->rows[NEED_LINKS], &row))
        return alert_act_open(KIND_LINK, row.id, &row);
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
    struct overview_needs needs_now = needs_of(f);
    struct hubs h = make_hubs(f);
    struct overview_links links = {0};
    struct view_rows rows = f->rows[panel == PANEL_QUEUES ? NEED_QUEUES : NEED_CHANGES];

    if (panel == PANEL_NEEDS) {
        overview_needs_move(&needs_now, &s->place[panel], action);
        return;
    }
    if (panel == PANEL_HUBS) {
        rows = hubs_rows(&h);
    } else if (panel == PANEL_LINKS) {
        links = make_links(f);
        rows = overview_links_rows(&links);
    }
    list_move(&s->place[panel], &rows, action);
    overview_links_release(&links);
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    struct overview_needs needs_now = needs_of(f);
    struct layout l = layout_of(f);
    enum panel panel = panel_of(&l, s);

    if (action == PLAN_ASK)
        return overview_needs_plan(&needs_now, &s->place[PANEL_NEEDS]);
    if (action >= ALERT_READ)
        return overview_needs_act(&needs_now, &s->place[PANEL_NEEDS], action);
    if (action == ACT_OPEN)
        return open_current(f, s, panel);
    if (action == LIST_LEFT || action == LIST_RIGHT)
        step_panel(&l, s, action == LIST_RIGHT ? 1 : -1);
    else
        move(f, s, panel, action);
    return (struct intent){.kind = INTENT_REDRAW};
}

static bool object(const struct view_frame *f, struct view_state *s, struct row *object)
{
    struct overview_needs needs_now = needs_of(f);
    struct layout l = layout_of(f);
    enum panel panel = panel_of(&l, s);
    struct hubs h = make_hubs(f);
    struct view_rows hubs = hubs_rows(&h);
    struct row change = {0};

    if (panel == PANEL_NEEDS)
        return overview_needs_object(&needs_now, &s->place[panel], object);
    if (panel == PANEL_HUBS)
        return list_current(&s->place[panel], &hubs, object) && object->kind != KIND_NONE;
    if (panel == PANEL_CHANGES)
        return list_current(&s->place[panel], &f->rows[NEED_CHANGES], &change) && changes_object(&change, object);
    return list_current(&s->place[panel], &f->rows[panel == PANEL_QUEUES ? NEED_QUEUES : NEED_LINKS], object);
}

static bool current_alert(const struct view_frame *f, struct view_state *s, struct row *alert)
{
    struct overview_needs needs_now = needs_of(f);

    return overview_needs_alert(&needs_now, &s->place[PANEL_NEEDS], alert);
}

static int64_t moment(const struct view_frame *f, struct view_state *s)
{
    struct layout l = layout_of(f);
    struct row row = {0};

    if (panel_of(&l, s) == PANEL_CHANGES)
        return list_current(&s->place[PANEL_CHANGES], &f->rows[NEED_CHANGES], &row) ? changes_moment(&row) : 0;
    return current_alert(f, s, &row) ? changes_moment_of_alert(&row, &f->rows[NEED_CHANGES]) : 0;
}

const struct view view_overview = {
    .name = "overview",
    .title = "Overview",
    .help = "what needs somebody now, how full the hubs are, where work waits, what changed",
    .order = 1,
    .mine = true,
    .panels = true,
    .needs = needs,
    .keys = keys,
    .draw = draw,
    .act = act,
    .object = object,
    .alert = current_alert,
    .moment = moment,
};
