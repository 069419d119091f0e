#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "views/detail.h"
#include "views/racks_list.h"

/* Down from the clusters to the halls of one and the racks of one hall: never all racks at once. The cursor of each
 * level is what the level below belongs to. */

enum { NEED_CLUSTERS, NEED_HALLS, NEED_RACKS };
static const struct view_need needs[] = {
    [NEED_CLUSTERS] = {.kind = KIND_CLUSTER, .aside = true},
    [NEED_HALLS] = {.kind = KIND_HALL},
    [NEED_RACKS] = {.kind = KIND_RACK, .filtered = true, .scoped = true},
    {0},
};

_Static_assert((int)RACKS_LEVELS <= (int)VIEW_PANELS_MAX, "each level has a place");
enum { OWN_LEVEL, OWN_METRIC };

static const char *const metric_names[RACKS_METRICS] = {
    [RACKS_POWER] = N_("power"), [RACKS_INLET] = N_("inlet"),   [RACKS_SPACE] = N_("space"),
    [RACKS_NODES] = N_("nodes"), [RACKS_TENANT] = N_("tenant"),
};

enum {
    WIDE = 120, /* clusters and halls at the left, racks at the right */
    WIDE_HEIGHT = 20,
    FRAMED_HEIGHT = 4,
};

/* --- what is looked at --- */

struct look {
    const struct view_frame *frame;
    struct view_state *state;
    enum racks_metric metric;
    enum racks_level level; /* that has the keys */
    struct racks_halls halls;
    struct racks_order orders[RACKS_LEVELS];
    struct row all_halls;           /* the first of the halls: all of them together, without an id */
    struct safe_text cluster, hall; /* what the racks belong to; "": any */
};

static struct safe_text id_of(const struct view_place *p)
{
    return text_from(p->id, p->id_len);
}

static enum racks_metric metric_of(const struct view_state *s)
{
    double n = s->number[OWN_METRIC];

    return n >= 0 && n < RACKS_METRICS ? (enum racks_metric)n : RACKS_POWER;
}

/* As the operator went; with a filter it is its racks that are looked at, wherever they are. */
static enum racks_level level_of(const struct view_state *s)
{
    double n = s->number[OWN_LEVEL];

    return n >= 0 && n < RACKS_LEVELS ? (enum racks_level)n : RACKS_CLUSTERS;
}

static enum racks_level focus_of(const struct view_frame *f, const struct view_state *s)
{
    bool nothing_above = f->rows[NEED_CLUSTERS].count == 0 && f->rows[NEED_RACKS].all > 0;

    return s->filter[0] != '\0' || nothing_above ? RACKS_RACKS : level_of(s);
}

static bool hall_belongs(const void *ctx, const struct row *row)
{
    const struct look *l = ctx;

    return text_equal(value_text_or(&row->cells[HALL_CLUSTER], ""), id_of(&l->state->place[RACKS_CLUSTERS]));
}

static bool rack_belongs(const void *ctx, const struct row *row)
{
    const struct look *l = ctx;

    if (!text_empty(l->hall))
        return text_equal(value_text_or(&row->cells[RACK_HALL], ""), l->hall);
    return text_empty(l->cluster) || text_equal(value_text_or(&row->cells[RACK_CLUSTER], ""), l->cluster);
}

static void look_at_clusters(struct look *l)
{
    l->halls = racks_halls_read(&l->frame->rows[NEED_HALLS]);
    l->orders[RACKS_CLUSTERS] =
        racks_order_make(&l->frame->rows[NEED_CLUSTERS],
                         &(struct racks_wish){.metric = l->metric, .halls = &l->halls, .worst_first = true});
}

/* The halls of the cluster under its cursor, which the draw or key before has put there. */
static void look_at_halls(struct look *l)
{
    struct racks_order *o = &l->orders[RACKS_HALLS];

    *o = racks_order_make(
        &l->frame->rows[NEED_HALLS],
        &(struct racks_wish){.belongs = hall_belongs, .ctx = l, .metric = l->metric, .worst_first = true});
    l->all_halls = (struct row){.kind = KIND_HALL, .observed_ms = l->frame->now.utc_ms};
    if (o->sum.cap_kw > 0) {
        l->all_halls.cells[HALL_POWER_KW] = value_real(o->sum.power_kw);
        l->all_halls.cells[HALL_POWER_CAP_KW] = value_real(o->sum.cap_kw);
    }
    if (o->sum.total > 0) {
        l->all_halls.cells[HALL_RACKS_USED] = value_real(o->sum.used);
        l->all_halls.cells[HALL_RACKS_TOTAL] = value_real(o->sum.total);
    }
    l->all_halls.cells[HALL_INLET_C_MAX] = value_real(o->sum.inlet_c);
}

static void look_at_racks(struct look *l)
{
    const struct view_state *s = l->state;
    enum racks_level level = level_of(s);
    bool anywhere = l->frame->rows[NEED_CLUSTERS].count == 0 || (level == RACKS_CLUSTERS && s->filter[0] != '\0');

    l->cluster = anywhere ? text_of("") : id_of(&s->place[RACKS_CLUSTERS]);
    l->hall = level == RACKS_RACKS || (level == RACKS_HALLS && s->filter[0] == '\0') ? id_of(&s->place[RACKS_HALLS])
                                                                                     : text_of("");
    l->orders[RACKS_RACKS] = racks_order_make(
        &l->frame->rows[NEED_RACKS],
        &(struct racks_wish){
            .belongs = rack_belongs, .ctx = l, .metric = l->metric, .worst_first = s->sort_field == -2});
}

static struct look look_begin(const struct view_frame *f, struct view_state *s)
{
    return (struct look){.frame = f, .state = s, .metric = metric_of(s), .level = focus_of(f, s)};
}

static void look_end(struct look *l)
{
    for (int i = 0; i < RACKS_LEVELS; i++)
        racks_order_release(&l->orders[i]);
    racks_halls_release(&l->halls);
}

/* --- rows of a level --- */

static bool halls_at(void *ctx, size_t i, struct row *row)
{
    struct look *l = ctx;
    struct view_rows rows = racks_order_rows(&l->orders[RACKS_HALLS]);

    *row = l->all_halls;
    return i == 0 || rows.at(rows.ctx, i - 1, row);
}

static int64_t halls_find(void *ctx, struct safe_text id, struct safe_text source)
{
    struct look *l = ctx;
    struct view_rows rows = racks_order_rows(&l->orders[RACKS_HALLS]);
    int64_t i = text_empty(id) ? -1 : rows.find(rows.ctx, id, source);

    return i < 0 ? i : i + 1;
}

static struct view_rows rows_of(struct look *l, enum racks_level level)
{
    struct view_rows rows = racks_order_rows(&l->orders[level]);

    if (level == RACKS_HALLS && rows.count > 0) {
        rows.count++;
        rows.all = rows.count;
        rows.ctx = l;
        rows.at = halls_at;
        rows.find = halls_find;
    }
    if (level == RACKS_RACKS && l->state->filter[0] != '\0')
        rows.all = l->frame->rows[NEED_RACKS].all;
    return rows;
}

/* --- a level in its box --- */

static bool named_row(const struct view_frame *f, int need, const struct view_place *p, struct row *row)
{
    const struct view_rows *rows = &f->rows[need];
    int64_t i = p->id_len > 0 ? rows->find(rows->ctx, id_of(p), text_from(p->source, p->source_len)) : -1;

    return i >= 0 && rows->at(rows->ctx, (size_t)i, row);
}

/* "Racks Shaoguan / H2" */
static void name_level(const struct look *l, enum racks_level level, struct buf *out)
{
    static const char *const names[RACKS_LEVELS] = {N_("Clusters"), N_("Halls"), N_("Racks")};
    struct row row = {0};

    buf_puts(out, tr(names[level]), NULL);
    if (level == RACKS_CLUSTERS || (level == RACKS_RACKS && text_empty(l->cluster)))
        return;
    buf_puts(out, "  ", NULL);
    if (named_row(l->frame, NEED_CLUSTERS, &l->state->place[RACKS_CLUSTERS], &row))
        text_show(racks_list_label(&row), 20, out);
    if (level == RACKS_RACKS && !text_empty(l->hall)) {
        buf_puts(out, " / ", NULL);
        if (named_row(l->frame, NEED_HALLS, &l->state->place[RACKS_HALLS], &row))
            text_show(racks_list_label(&row), 16, out);
    }
}

/* "/tenant=t-003  worst first, then power" */
static void order_words(const struct look *l, enum racks_level level, struct buf *out)
{
    const struct view_state *s = l->state;
    char order[LIST_TITLE_MAX];

    if (level == RACKS_RACKS && s->filter[0] != '\0') {
        buf_puts(out, "/", NULL);
        text_show(text_of(s->filter), 30, out);
        buf_puts(out, "  ", NULL);
    }
    if (level == RACKS_RACKS && (s->sort_field != -2 || l->orders[RACKS_RACKS].whole))
        buf_puts(out, list_order(KIND_RACK, s, NULL, order), NULL);
    else if (l->metric == RACKS_TENANT && level == RACKS_RACKS)
        buf_puts(out, tr("by tenant, worst first"), NULL);
    else
        buf_printf(out, NULL, tr("worst first, then %s"), tr(metric_names[l->metric]));
}

/* "384 racks: 3 crit, 5 warn; 89% of their power; warmest 31.5C; 1,402 U free" */
static void draw_sum(const struct look *l, struct canvas *c, int x, int y, int width)
{
    const struct racks_order *o = &l->orders[RACKS_RACKS];
    double percent = o->sum.cap_kw > 0 ? 100 * o->sum.power_kw / o->sum.cap_kw : NAN;
    double free = o->sum.total - o->sum.used;
    char a[CELL_MAX], b[CELL_MAX], n[CELL_MAX];
    struct buf line = buf_make(512);

    buf_printf(&line, NULL, tr("%s racks: %u crit, %u warn"), cell_number((int64_t)o->count, n), o->crit, o->warn);
    buf_printf(&line, NULL, tr("; power %s of limit; warmest %s"), racks_words(RACKS_POWER, percent, a),
               racks_words(RACKS_INLET, o->sum.inlet_c, b));
    if (o->sum.total > 0 && fabs(free) < 1e15)
        buf_printf(&line, NULL, tr("; %s U free"), cell_number((int64_t)free, n));
    canvas_puts(c, x, y, width, o->crit > 0 ? ROLE_CRIT : o->warn > 0 ? ROLE_WARN : ROLE_DIM, buf_str(&line));
    buf_release(&line);
}

/* What stands below the rows of a level, in one line. */
static void draw_foot(const struct look *l, enum racks_level level, struct canvas *c, struct area line)
{
    if (level == RACKS_CLUSTERS)
        canvas_puts(c, line.x + 1, line.y, line.width - 2, ROLE_DIM,
                    tr("std racks: planning units of 2.5 kW; occupancy is no alarm"));
    else if (level == RACKS_RACKS && l->orders[RACKS_RACKS].count > 0)
        draw_sum(l, c, line.x + 1, line.y, line.width - 2);
}

/* Too many to pick those of one cluster from them in a frame: its level asks for them alone. */
static bool only_below(const struct look *l)
{
    bool narrowed = l->state->text[0] != '\0' || text_empty(l->cluster);

    return l->orders[RACKS_RACKS].whole && (l->level != RACKS_RACKS || !narrowed);
}

/* What the level that has the keys belongs to keeps its place, whatever comes and goes; it is marked. */
static void draw_above(struct racks_list *list, struct list_frame *lf, enum racks_level level, struct canvas *c,
                       struct area in)
{
    struct view_place place = *lf->place;
    int64_t y;

    lf->place = level < level_of(lf->state) ? &place : lf->place;
    racks_list_draw(list, lf, c, in);
    y = lf->place->position - lf->place->top + 1;
    if (lf->rows->count > 0 && y < in.height)
        canvas_glyph(c, in.x, in.y + (int)y, ROLE_TITLE, GLYPH_CURSOR);
}

static void draw_rows(struct look *l, enum racks_level level, const struct view_rows *rows, struct canvas *c,
                      struct area in)
{
    struct racks_list list = racks_list_make(level, l->metric, &l->halls);
    struct list_frame lf = {.frame = l->frame,
                            .rows = rows,
                            .place = &l->state->place[level],
                            .state = l->state,
                            .sorted = list.sorted,
                            .descending = l->metric != RACKS_TENANT,
                            .focused = level == l->level,
                            .scroll = level == l->level ? l->state->scroll_x : 0};

    if (level == RACKS_RACKS && only_below(l)) {
        canvas_puts(c, in.x + 2, in.y + in.height / 2, in.width - 2, ROLE_DIM, tr("Enter lists its racks"));
        return;
    }
    if (level == RACKS_RACKS && l->state->sort_field != -2)
        list_sorted(KIND_RACK, l->state, NULL, &lf.sorted, &lf.descending);
    if (level < l->level)
        draw_above(&list, &lf, level, c, in);
    else
        racks_list_draw(&list, &lf, c, in);
}

static void draw_level(struct look *l, enum racks_level level, struct canvas *c, struct area a)
{
    struct view_rows rows = rows_of(l, level);
    bool framed = a.height >= FRAMED_HEIGHT;
    struct area in = framed ? canvas_box(c, a, NULL, NULL) : a, body = in;
    struct buf name = buf_make(LIST_TITLE_MAX), note = buf_make(2 * LIST_TITLE_MAX);
    char title[LIST_TITLE_MAX];

    body.height -= level != RACKS_HALLS && in.height >= 8;
    draw_rows(l, level, &rows, c, body);
    if (body.height < in.height)
        draw_foot(l, level, c, (struct area){in.x, in.y + body.height, in.width, 1});
    name_level(l, level, &name);
    order_words(l, level, &note);
    if (level == RACKS_HALLS && rows.count > 0) { /* all of them together is none */
        rows.count--;
        rows.all--;
    }
    if (framed)
        canvas_box(c, a,
                   only_below(l) && level == RACKS_RACKS
                       ? buf_str(&name)
                       : list_title(buf_str(&name), &rows, &l->state->place[level], title),
                   level == l->level ? buf_str(&note) : NULL);
    buf_release(&name);
    buf_release(&note);
}

/* --- the view --- */

/* The row that has the keys; of all halls together, their cluster. */
static bool current_row(struct look *l, struct row *row)
{
    struct view_rows rows = rows_of(l, l->level);

    if (!list_current(&l->state->place[l->level], &rows, row))
        return false;
    return !text_empty(row->id) || l->level != RACKS_HALLS ||
           named_row(l->frame, NEED_CLUSTERS, &l->state->place[RACKS_CLUSTERS], row);
}

static void draw_detail(struct look *l, struct canvas *c, struct area a)
{
    struct row row = {0};

    if (a.height > 0 && current_row(l, &row))
        detail_draw(&row, l->frame->now.utc_ms, c, a);
}

static void draw_wide(struct look *l, struct canvas *c)
{
    struct area a = l->frame->area;
    int left = a.width * 9 / 20, above = a.height * 5 / 9, below = l->state->detail ? detail_height(a) : 0;

    draw_level(l, RACKS_CLUSTERS, c, (struct area){a.x, a.y, left, above});
    look_at_halls(l);
    draw_level(l, RACKS_HALLS, c, (struct area){a.x, a.y + above, left, a.height - above});
    look_at_racks(l);
    draw_level(l, RACKS_RACKS, c, (struct area){a.x + left, a.y, a.width - left, a.height - below});
    draw_detail(l, c, (struct area){a.x + left, a.y + a.height - below, a.width - left, below});
}

static void draw_narrow(struct look *l, struct canvas *c)
{
    struct area list = l->frame->area, below = list;

    if (l->level == RACKS_HALLS)
        look_at_halls(l);
    if (l->level == RACKS_RACKS)
        look_at_racks(l);
    below.height = l->state->detail ? detail_height(list) : 0;
    list.height -= below.height;
    below.y += list.height;
    draw_level(l, l->level, c, list);
    if (l->state->detail)
        draw_detail(l, c, below.height > 0 ? below : l->frame->area);
}

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    struct look l = look_begin(f, s);

    look_at_clusters(&l);
    if (f->area.width >= WIDE && f->area.height >= WIDE_HEIGHT)
        draw_wide(&l, c);
    else
        draw_narrow(&l, c);
    look_end(&l);
}

enum { ACT_DOWN = 1, ACT_UP, ACT_METRIC, ACT_DETAIL };
static const struct key_row keys[] = {
    {"Enter", ACT_DOWN, "open", "a level down: the cluster's halls, the hall's racks, the rack's detail"},
    {"Backspace", ACT_UP, "up", "a level up"},
    {"m", ACT_METRIC, "metric", "the next metric: power, inlet, space, nodes, tenant"},
    {"d", ACT_DETAIL, "detail", "everything that is known of the row under the cursor, and who told it"},
    LIST_KEYS,
    {0},
};

static const struct intent redraw = {.kind = INTENT_REDRAW};

/* The filter that asks for those racks alone. An id that cannot stand in quotes narrows nothing; a frame then picks its
 * racks from all. */
static void scope(struct view_state *s, const char *field, const struct view_place *p)
{
    bool quotable = p->id_len > 0 && memchr(p->id, '"', p->id_len) == NULL && memchr(p->id, '\0', p->id_len) == NULL &&
                    p->id_len + strlen(field) + 4 < sizeof s->text;

    s->text[0] = '\0';
    if (quotable)
        snprintf(s->text, sizeof s->text, "%s=\"%.*s\"", field, (int)p->id_len, p->id);
}

/* To a level; opened again, the view is answered with the racks of what it went down to. */
static struct intent go(struct view_state *s, enum racks_level level)
{
    struct intent again = {.kind = INTENT_OPEN_VIEW, .text = "racks"};

    s->number[OWN_LEVEL] = level;
    s->scroll_x = 0;
    s->text[0] = '\0';
    if (level == RACKS_RACKS && s->place[RACKS_HALLS].id_len > 0)
        scope(s, "hall", &s->place[RACKS_HALLS]);
    else if (level != RACKS_CLUSTERS)
        scope(s, "cluster", &s->place[RACKS_CLUSTERS]);
    return again;
}

static void forget(struct view_place *p)
{
    *p = (struct view_place){.page = p->page};
}

static struct intent go_down(struct look *l)
{
    struct view_state *s = l->state;
    struct view_rows rows = rows_of(l, l->level);
    struct row row = {0};

    list_sync(&s->place[l->level], &rows, s->place[l->level].page);
    if (!list_current(&s->place[l->level], &rows, &row))
        return redraw;
    if (l->level == RACKS_RACKS) {
        s->detail = !s->detail;
        return redraw;
    }
    if (l->level == RACKS_CLUSTERS && racks_halls_of(&l->halls, row.id) == 0) {
        forget(&s->place[RACKS_HALLS]);
        return go(s, RACKS_RACKS);
    }
    return go(s, l->level + 1);
}

/* A level up: first out of a filter, then over the halls where there are such. */
static struct intent go_up(struct look *l)
{
    struct view_state *s = l->state;
    enum racks_level level = level_of(s);

    if (s->filter[0] != '\0')
        return (struct intent){.kind = INTENT_FILTER};
    if (level == RACKS_CLUSTERS)
        return redraw;
    if (level == RACKS_RACKS && racks_halls_of(&l->halls, id_of(&s->place[RACKS_CLUSTERS])) > 0)
        return go(s, RACKS_HALLS);
    return go(s, RACKS_CLUSTERS);
}

/* What lies below another row begins at its head. */
static void move(struct look *l, int action)
{
    struct view_rows rows = rows_of(l, l->level);

    if (list_move(&l->state->place[l->level], &rows, action)) {
        for (int below = (int)l->level + 1; below < RACKS_LEVELS; below++)
            forget(&l->state->place[below]);
        return;
    }
    l->state->scroll_x += action == LIST_RIGHT ? 1 : -1;
    if (l->state->scroll_x < 0)
        l->state->scroll_x = 0;
    if (l->state->scroll_x > RACKS_LIST_SCROLL_MOST)
        l->state->scroll_x = RACKS_LIST_SCROLL_MOST;
}

static void look_at_level(struct look *l)
{
    look_at_clusters(l);
    if (l->level == RACKS_HALLS)
        look_at_halls(l);
    if (l->level == RACKS_RACKS)
        look_at_racks(l);
}

static struct intent act_looking(struct look *l, int action)
{
    if (action == ACT_DOWN)
        return go_down(l);
    if (action == ACT_UP)
        return go_up(l);
    move(l, action);
    return redraw;
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    struct look l = look_begin(f, s);
    struct intent i = redraw;

    if (action == ACT_METRIC) {
        s->number[OWN_METRIC] = (metric_of(s) + 1) % RACKS_METRICS;
        s->sort_field = -2;
        return redraw;
    }
    if (action == ACT_DETAIL) {
        s->detail = !s->detail;
        return redraw;
    }
    look_at_level(&l);
    i = act_looking(&l, action);
    look_end(&l);
    return i;
}

static bool object(const struct view_frame *f, struct view_state *s, struct row *object)
{
    struct look l = look_begin(f, s);
    bool found;

    look_at_level(&l);
    found = current_row(&l, object);
    look_end(&l);
    return found;
}

const struct view view_racks = {
    .name = "racks",
    .title = "Racks",
    .help = "how full, how loaded and how warm clusters, halls and racks are",
    .order = 3,
    .needs = needs,
    .told_by = "prometheus",
    .keys = keys,
    .draw = draw,
    .act = act,
    .object = object,
};
