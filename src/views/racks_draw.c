#include "views/racks_draw.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "views/detail.h"
#include "views/racks_elevation.h"
#include "views/racks_look.h"

static const char *const metric_names[RACKS_METRICS] = {
    [RACKS_POWER] = N_("power"), [RACKS_INLET] = N_("inlet"), [RACKS_SPACE] = N_("space"),
    [RACKS_NODES] = N_("nodes"), [RACKS_ACCELS] = N_("GPU"),  [RACKS_TENANT] = N_("tenant"),
};

enum {
    WIDE = 120, /* clusters and halls at the left, racks at the right */
    WIDE_HEIGHT = 20,
    FRAMED_HEIGHT = 4,
    BENEATH_LEAST = 6, /* lines of the row's racks below a grid */
};

/* --- a level in its box --- */

/* "Racks Shaoguan / H2 / R07" */
static void name_level(const struct racks_look *l, enum racks_level level, struct buf *out)
{
    static const char *const names[RACKS_LEVELS] = {N_("Clusters"), N_("Halls"), N_("Rows"), N_("Racks")};
    const struct view_state *s = l->state;
    bool in_hall = level >= RACKS_ROWS && !text_empty(l->hall);
    struct row row = {0};

    buf_puts(out, tr(level == RACKS_ROWS && racks_look_grid(l) ? N_("Hall") : names[level]), NULL);
    if (level == RACKS_CLUSTERS || (level == RACKS_RACKS && text_empty(l->cluster)))
        return;
    buf_puts(out, "  ", NULL);
    if (racks_look_named(l->frame, RACKS_NEED_CLUSTERS, &s->place[RACKS_CLUSTERS], &row))
        text_show(racks_list_label(&row), 20, out);
    if (in_hall) {
        buf_puts(out, " / ", NULL);
        if (racks_look_named(l->frame, RACKS_NEED_HALLS, &s->place[RACKS_HALLS], &row))
            text_show(racks_list_label(&row), 16, out);
    }
    if (in_hall && !text_empty(l->row)) {
        buf_puts(out, " / ", NULL);
        text_show(l->row, 16, out);
    }
}

/* "/tenant=t-003  worst first, then power" */
static void order_words(const struct racks_look *l, enum racks_level level, struct buf *out)
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
    else if (level == RACKS_ROWS)
        buf_puts(out, tr(metric_names[l->metric]), NULL);
    else
        buf_printf(out, NULL, tr("worst first, then %s"), tr(metric_names[l->metric]));
}

/* "384 racks: 3 crit, 5 warn; 89% of their power; warmest 31.5C; 1,402 U free" */
static void draw_sum(const struct racks_look *l, struct canvas *c, int x, int y, int width)
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
static void draw_foot(const struct racks_look *l, enum racks_level level, struct canvas *c, struct area line)
{
    if (level == RACKS_CLUSTERS)
        canvas_puts(c, line.x + 1, line.y, line.width - 2, ROLE_DIM,
                    tr("std racks: planning units of 2.5 kW; occupancy is no alarm"));
    else if (level >= RACKS_ROWS && l->orders[RACKS_RACKS].count > 0)
        draw_sum(l, c, line.x + 1, line.y, line.width - 2);
}

/* They are not read: their own level asks for them. Or too many to pick those of one cluster from them in a frame. */
static bool only_below(const struct racks_look *l)
{
    bool narrowed = l->state->text[0] != '\0' || text_empty(l->cluster);
    char scope[VIEW_FILTER_MAX];

    if (!racks_look_scope(l->state, RACKS_NEED_RACKS, scope))
        return true;
    return l->orders[RACKS_RACKS].whole && (l->level != RACKS_RACKS || !narrowed);
}

/* What the level that has the keys belongs to keeps its place, whatever comes and goes; it is marked. */
static void draw_above(struct racks_list *list, struct list_frame *lf, enum racks_level level, struct canvas *c,
                       struct area in)
{
    struct view_place place = *lf->place;
    int64_t y;

    lf->place = level < racks_look_gone(lf->state) ? &place : lf->place;
    racks_list_draw(list, lf, c, in);
    y = lf->place->position - lf->place->top + 1;
    if (lf->rows->count > 0 && y < in.height)
        canvas_glyph(c, in.x, in.y + (int)y, ROLE_TITLE, GLYPH_CURSOR);
}

static void draw_rows(struct racks_look *l, enum racks_level level, const struct view_rows *rows, struct canvas *c,
                      struct area in)
{
    struct racks_list list = racks_list_make(level, l->metric, l->halls);
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

/* "ZJK/H2-R07-12  38.4/40 kW  96%  31.5C  4 U free  t-017  degraded", with its sign. */
static void put_rack(const struct racks_look *l, const struct row *rack, struct canvas *c, struct area line)
{
    double inlet = racks_number(rack, RACKS_INLET), accels = racks_number(rack, RACKS_ACCELS);
    struct racks_state is = racks_judge(rack, inlet, l->frame->thresholds);
    struct cell_sign sign = rack->stale ? (struct cell_sign){ROLE_STALE, GLYPH_STALE} : racks_sign(is.severity);
    char a[CELL_MAX], b[CELL_MAX];
    struct buf words = buf_make(512);

    canvas_glyph(c, line.x, line.y, sign.role, sign.glyph);
    text_show(rack->id, 24, &words);
    buf_printf(&words, NULL, "  %s",
               racks_power(&rack->cells[RACK_POWER_KW], &rack->cells[RACK_POWER_CAP_KW], true, a));
    buf_printf(&words, NULL, " %s  %s", racks_words(RACKS_POWER, racks_number(rack, RACKS_POWER), a),
               racks_words(RACKS_INLET, inlet, b));
    buf_printf(&words, NULL, tr("  %s U in one piece"), cell_short(&rack->cells[RACK_UNITS_BLOCK], a));
    if (!isnan(accels))
        buf_printf(&words, NULL, "  GPU %s", racks_words(RACKS_ACCELS, accels, a));
    buf_puts(&words, "  ", NULL);
    text_show(cell_text(rack, RACK_TENANT), 14, &words);
    buf_printf(&words, NULL, "  %s", is.word[0] != '\0' ? tr(is.word) : cell_word(rack, RACK_STATE, a));
    canvas_puts(c, line.x + 2, line.y, line.width - 2, sign.role == ROLE_OK ? ROLE_TEXT : sign.role, buf_str(&words));
    buf_release(&words);
}

struct of_row {
    const struct racks_look *look;
    struct safe_text name;
};

static bool in_row(const void *ctx, const struct row *rack)
{
    const struct of_row *of = ctx;

    return text_equal(value_text_or(&rack->cells[RACK_HALL], ""), of->look->hall) &&
           text_equal(racks_rows_name(rack), of->name);
}

/* The racks of the row that the cursor is in. */
static void draw_beneath(struct racks_look *l, struct canvas *c, struct area in)
{
    struct view_place place = l->state->place[RACKS_RACKS];
    const struct of_row of = {l, racks_look_id(&l->state->place[RACKS_ROWS])};
    struct racks_order order =
        racks_order_make(&l->frame->rows[RACKS_NEED_RACKS], &(struct racks_wish){.belongs = in_row,
                                                                                 .ctx = &of,
                                                                                 .metric = l->metric,
                                                                                 .worst_first = true,
                                                                                 .thresholds = l->frame->thresholds});
    struct view_rows rows = racks_order_rows(&order);
    struct racks_list list = racks_list_make(RACKS_RACKS, l->metric, l->halls);
    struct list_frame lf = {.frame = l->frame,
                            .rows = &rows,
                            .place = &place,
                            .state = l->state,
                            .sorted = list.sorted,
                            .descending = l->metric != RACKS_TENANT};
    int64_t y;

    place.top = 0;
    racks_list_draw(&list, &lf, c, in);
    y = place.position - place.top + 1;
    if (rows.count > 0 && y < in.height)
        canvas_glyph(c, in.x, in.y + (int)y, ROLE_TITLE, GLYPH_CURSOR);
    racks_order_release(&order);
}

/* The hall from above, its rack under the cursor in words and, where there is room, that rack's row as a list. */
static void draw_grid(struct racks_look *l, struct canvas *c, struct area in)
{
    struct view_state *s = l->state;
    int height = racks_grid_height(&l->grid), left = (int)s->number[RACKS_OWN_LEFT];
    struct area grid = in, beneath = in;
    struct row rack = {0};

    grid.height -= in.height > 2;
    if (grid.height - height >= BENEATH_LEAST)
        grid.height = height;
    racks_grid_draw(&l->grid, &s->place[RACKS_ROWS], &s->place[RACKS_RACKS], &left, l->level == RACKS_ROWS,
                    l->frame->thresholds, c, grid);
    s->number[RACKS_OWN_LEFT] = left;
    if (grid.height < in.height && racks_look_named(l->frame, RACKS_NEED_RACKS, &s->place[RACKS_RACKS], &rack))
        put_rack(l, &rack, c, (struct area){in.x + 1, in.y + grid.height, in.width - 2, 1});
    beneath.y += grid.height + 2;
    beneath.height -= grid.height + 2;
    if (beneath.height >= BENEATH_LEAST - 2)
        draw_beneath(l, c, beneath);
}

static void draw_level(struct racks_look *l, enum racks_level level, struct canvas *c, struct area a)
{
    struct view_rows rows = racks_look_rows(l, level);
    bool framed = a.height >= FRAMED_HEIGHT;
    struct area in = framed ? canvas_box(c, a, NULL, NULL) : a, body = in;
    struct buf name = buf_make(LIST_TITLE_MAX), note = buf_make(2 * LIST_TITLE_MAX);
    char title[LIST_TITLE_MAX];

    body.height -= level != RACKS_HALLS && in.height >= 8;
    if (level == RACKS_ROWS && racks_look_grid(l))
        draw_grid(l, c, body);
    else
        draw_rows(l, level, &rows, c, body);
    if (body.height < in.height)
        draw_foot(l, level, c, (struct area){in.x, in.y + body.height, in.width, 1});
    name_level(l, level, &name);
    order_words(l, level, &note);
    if ((level == RACKS_HALLS || level == RACKS_ROWS) && rows.count > 0) { /* all of them together is none */
        rows.count--;
        rows.all--;
    }
    if (framed)
        canvas_box(c, a,
                   (only_below(l) && level == RACKS_RACKS) || (level == RACKS_ROWS && racks_look_grid(l))
                       ? buf_str(&name)
                       : list_title(buf_str(&name), &rows, &l->state->place[level], title),
                   level == l->level ? buf_str(&note) : NULL);
    buf_release(&name);
    buf_release(&note);
}

/* --- the view --- */

static void draw_detail(struct racks_look *l, struct canvas *c, struct area a)
{
    struct row row = {0};

    if (a.height > 0 && racks_look_current(l, &row))
        detail_draw(&row, l->frame->now.utc_ms, c, a);
}

/* Racks of the hall under the cursor, where it is not they that have the keys: a grid where they make one. */
static enum racks_level right_of(const struct racks_look *l)
{
    return l->level >= RACKS_ROWS ? l->level : racks_look_grid(l) ? RACKS_ROWS : RACKS_RACKS;
}

static void draw_wide(struct racks_look *l, struct canvas *c)
{
    struct area a = l->frame->area;
    int left = a.width * 9 / 20, below = l->state->detail ? detail_height(a) : 0;
    int above = l->level == RACKS_CLUSTERS ? a.height : a.height * 5 / 9;
    struct area right = {a.x + left, a.y, a.width - left, a.height - below};

    draw_level(l, RACKS_CLUSTERS, c, (struct area){a.x, a.y, left, above});
    racks_look_halls(l);
    if (l->level == RACKS_CLUSTERS) {
        draw_level(l, RACKS_HALLS, c, right);
    } else {
        draw_level(l, RACKS_HALLS, c, (struct area){a.x, a.y + above, left, a.height - above});
        racks_look_racks(l);
        draw_level(l, right_of(l), c, right);
    }
    draw_detail(l, c, (struct area){right.x, a.y + a.height - below, right.width, below});
}

static void draw_narrow(struct racks_look *l, struct canvas *c)
{
    struct area list = l->frame->area, below = list;

    racks_look_level(l);
    below.height = l->state->detail ? detail_height(list) : 0;
    list.height -= below.height;
    below.y += list.height;
    draw_level(l, l->level, c, list);
    if (l->state->detail)
        draw_detail(l, c, below.height > 0 ? below : l->frame->area);
}

/* One rack, from its highest unit to its lowest. */
static void draw_rack(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    struct buf name = buf_make(LIST_TITLE_MAX);
    struct area in = f->area.height >= FRAMED_HEIGHT ? canvas_box(c, f->area, NULL, NULL) : f->area;
    struct row row = {0};
    int scroll = (int)s->number[RACKS_OWN_SCROLL];

    buf_puts(&name, tr("Rack"), NULL);
    buf_puts(&name, " ", NULL);
    text_show(racks_look_id(&s->place[RACKS_RACKS]), 40, &name);
    if (racks_look_named(f, RACKS_NEED_RACKS, &s->place[RACKS_RACKS], &row)) {
        const struct racks_elevation e = {&row, &f->rows[RACKS_NEED_DEVICES], &f->rows[RACKS_NEED_NODES],
                                          .thresholds = f->thresholds, .rear = s->number[RACKS_OWN_REAR] > 0};

        racks_elevation_draw(&e, &scroll, c, in);
        s->number[RACKS_OWN_SCROLL] = scroll;
    } else {
        canvas_puts(c, in.x + 2, in.y + in.height / 2, in.width - 2, ROLE_DIM,
                    tr("this rack is not among those told of: Backspace goes up"));
    }
    if (f->area.height >= FRAMED_HEIGHT) {
        struct buf note = buf_make(LIST_TITLE_MAX);

        buf_printf(&note, NULL, "e: %s", s->number[RACKS_OWN_REAR] > 0 ? tr("from the rear") : tr("from the front"));
        canvas_box(c, f->area, buf_str(&name), buf_str(&note));
        buf_release(&note);
    }
    buf_release(&name);
    if (c->cursor_x < 0) {
        c->cursor_x = in.x;
        c->cursor_y = in.y;
    }
}

void racks_draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    struct racks_look l;

    if (s->number[RACKS_OWN_OPEN] > 0) {
        draw_rack(f, s, c);
        return;
    }
    l = racks_look_begin(f, s);
    if (f->area.width >= WIDE && f->area.height >= WIDE_HEIGHT)
        draw_wide(&l, c);
    else
        draw_narrow(&l, c);
    racks_look_end(&l);
}
