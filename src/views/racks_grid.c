#include "views/racks_grid.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tr.h"
#include "views/list.h"
#include "views/racks_rows.h"

enum {
    COLUMNS_MOST = 400, /* a place above it is none */
    LABEL_MOST = 10,
    FOOT_LINES = 3,
    LETTERS = 52,
    LINES_FEW = 64,
    MEAN_WIDTH = 6,
};

/* --- numbers --- */

/* Units in one piece, all that are free where nobody tells of pieces. */
static double free_units(const struct row *rack)
{
    double block = value_real_or(&rack->cells[RACK_UNITS_BLOCK], NAN);
    double total = value_real_or(&rack->cells[RACK_UNITS_TOTAL], NAN);
    double used = value_real_or(&rack->cells[RACK_UNITS_USED], NAN);

    return isnan(block) ? total - used : block;
}

static double number_of(const struct row *rack, enum racks_metric metric)
{
    if (metric == RACKS_SPACE)
        return free_units(rack);
    if (metric == RACKS_NODES)
        return value_real_or(&rack->cells[RACK_NODES_DOWN], NAN);
    return metric == RACKS_TENANT ? NAN : racks_number(rack, metric);
}

/* Below these a number is shown dim: little power, no free unit, nothing that is down, idle. */
static const double dim_below[RACKS_METRICS] = {
    [RACKS_POWER] = 60, [RACKS_INLET] = 18, [RACKS_SPACE] = 1, [RACKS_NODES] = 1, [RACKS_ACCELS] = 10};

static enum role role_of(const struct row *rack, enum racks_metric metric, double number, const struct thresholds *t)
{
    enum role role = racks_role(rack, metric, racks_number(rack, metric), t);

    return role == ROLE_TEXT && number < dim_below[metric] ? ROLE_DIM : role;
}

/* --- what stands where --- */

static int by_place(const void *a, const void *b)
{
    const struct racks_spot *x = a, *y = b;

    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return x->column != y->column ? x->column - y->column : text_cmp(x->id, y->id);
}

/* A place tells where a rack stands unless another has it already; those without one follow. Spots are in order, so that one that has
 * the place of the one before it is known. */
static void place_loose(struct racks_grid *g)
{
    for (size_t i = 0; i < g->line_count; i++) {
        struct racks_line *line = &g->lines[i];
        int last = -1, next = -1;

        for (size_t k = line->first; k < line->first + line->count; k++)
            if (g->spots[k].column < COLUMNS_MOST && g->spots[k].column > next)
                next = g->spots[k].column;
        for (size_t k = line->first; k < line->first + line->count; k++) {
            bool loose = g->spots[k].column >= COLUMNS_MOST || g->spots[k].column == last;

            last = loose ? last : g->spots[k].column;
            g->spots[k].column = loose ? ++next : g->spots[k].column;
            g->loose += loose;
        }
        g->columns = next + 1 > g->columns ? next + 1 : g->columns;
    }
    qsort(g->spots, g->count, sizeof *g->spots, by_place);
}

/* Few are looked through by their bytes, which is quicker than to compare as people count. */
static size_t line_of(const struct racks_grid *g, struct safe_text name)
{
    size_t lo = 0, hi = g->line_count;

    for (; g->line_count <= LINES_FEW && lo < hi && !text_equal(g->lines[lo].name, name); lo++)
        ;
    while (g->line_count > LINES_FEW && lo < hi) {
        size_t mid = (lo + hi) / 2;

        if (racks_rows_compare(g->lines[mid].name, name) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < g->line_count && text_equal(g->lines[lo].name, name) ? lo : g->line_count;
}

static void add_lines(struct racks_grid *g, const struct racks_rows *rows)
{
    g->lines = arena_alloc(&g->arena, (rows->count + 1) * sizeof *g->lines);
    for (size_t i = 0; i < rows->count; i++)
        g->lines[g->line_count++] =
            (struct racks_line){.name = rows->all[i].id, .worst = SEVERITY_UNKNOWN, .sum = {.inlet_c = NAN}};
}

static bool is_worse(enum severity a, enum severity b)
{
    return b == SEVERITY_UNKNOWN ? a != SEVERITY_UNKNOWN : a != SEVERITY_UNKNOWN && a > b;
}

static void add_spot(struct racks_grid *g, const struct row *row, enum severity severity, const struct thresholds *t)
{
    size_t at = line_of(g, racks_rows_name(row));

    if (at == g->line_count)
        return;
    struct racks_line *line = &g->lines[at];
    double number = number_of(row, g->metric);
    int64_t place = value_int_or(&row->cells[RACK_POSITION], 0);

    g->spots[g->count++] = (struct racks_spot){
        .id = row->id,
        .source = row->source,
        .tenant = value_text_or(&row->cells[RACK_TENANT], ""),
        .line = at,
        .column = place >= 1 && place <= COLUMNS_MOST ? (int)place - 1 : COLUMNS_MOST,
        .number = number,
        .role = role_of(row, g->metric, number, t),
        .severity = severity,
        .stale = row->stale,
    };
    line->count++;
    line->worst = is_worse(severity, line->worst) ? severity : line->worst;
    if (!row->stale)
        racks_sum_add(&line->sum, row);
}

struct racks_grid racks_grid_make(const struct racks_order *racks, const struct racks_rows *rows,
                                  enum racks_metric metric, const struct thresholds *t)
{
    struct racks_grid g = {.metric = metric};
    struct safe_text worst = text_of("");
    enum severity severity = SEVERITY_UNKNOWN;
    size_t first = 0;

    g.spots = arena_alloc(&g.arena, (racks->count + 1) * sizeof *g.spots);
    add_lines(&g, rows);
    for (size_t i = 0; i < racks->count; i++) {
        struct row row = {0};

        if (racks->told->at(racks->told->ctx, racks->all[i].at, &row))
            add_spot(&g, &row, racks->all[i].severity, t);
    }
    for (size_t i = 0; i < g.count; i++)
        if (i == 0 || is_worse(g.spots[i].severity, severity)) {
            worst = g.spots[i].id;
            severity = g.spots[i].severity;
        }
    qsort(g.spots, g.count, sizeof *g.spots, by_place);
    for (size_t i = 0; i < g.line_count; first += g.lines[i++].count)
        g.lines[i].first = first;
    place_loose(&g);
    for (size_t i = 0; i < g.count; i++)
        g.worst = text_equal(g.spots[i].id, worst) ? i : g.worst;
    return g;
}

void racks_grid_release(struct racks_grid *g)
{
    arena_release(&g->arena);
    *g = (struct racks_grid){0};
}

/* --- the cursor --- */

static void put(const struct racks_grid *g, size_t at, struct view_place *row, struct view_place *rack)
{
    const struct racks_spot *spot = &g->spots[at];

    rack->position = (int64_t)at;
    rack->id_len = list_keep(rack->id, sizeof rack->id, spot->id);
    rack->source_len = list_keep(rack->source, sizeof rack->source, spot->source);
    row->position = (int64_t)spot->line;
    row->id_len = list_keep(row->id, sizeof row->id, g->lines[spot->line].name);
    row->source_len = 0;
}

static size_t find(const struct racks_grid *g, struct safe_text id)
{
    size_t i = 0;

    while (i < g->count && !text_equal(g->spots[i].id, id))
        i++;
    return i;
}

size_t racks_grid_sync(const struct racks_grid *g, struct view_place *row, struct view_place *rack)
{
    size_t at = rack->id_len > 0 ? find(g, text_from(rack->id, rack->id_len)) : g->count;
    size_t line = row->id_len > 0 ? line_of(g, text_from(row->id, row->id_len)) : g->line_count;

    if (at == g->count && rack->id_len > 0 && rack->position >= 0 && (size_t)rack->position < g->count)
        at = (size_t)rack->position;
    else if (at == g->count)
        at = line < g->line_count ? g->lines[line].first : g->worst;
    put(g, at, row, rack);
    return at;
}

/* So many lines further, to the rack nearest to the same column. */
static size_t lines_on(const struct racks_grid *g, size_t at, int64_t by)
{
    int64_t to = (int64_t)g->spots[at].line + by, last = (int64_t)g->line_count - 1;
    const struct racks_line *line = &g->lines[to < 0 ? 0 : to > last ? last : to];
    size_t best = line->first;

    for (size_t i = line->first; i < line->first + line->count; i++)
        if (abs(g->spots[i].column - g->spots[at].column) < abs(g->spots[best].column - g->spots[at].column))
            best = i;
    return best;
}

void racks_grid_move(const struct racks_grid *g, struct view_place *row, struct view_place *rack, int action)
{
    int page = row->page > 1 ? row->page : 1;
    const struct {
        int action, by;
    } moves[] = {
        {LIST_DOWN, 1},         {LIST_UP, -1},        {LIST_HALF_DOWN, (page + 1) / 2}, {LIST_HALF_UP, -(page + 1) / 2},
        {LIST_PAGE_DOWN, page}, {LIST_PAGE_UP, -page}};
    size_t at = racks_grid_sync(g, row, rack);
    const struct racks_line *line = &g->lines[g->spots[at].line];

    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (moves[i].action == action)
            at = lines_on(g, at, moves[i].by);
    if (action == LIST_RIGHT && at + 1 < line->first + line->count)
        at++;
    if (action == LIST_LEFT && at > line->first)
        at--;
    if (action == LIST_FIRST || action == LIST_LAST)
        at = action == LIST_FIRST ? 0 : g->count - 1;
    put(g, at, row, rack);
}

/* --- drawing --- */

/* What a drawing of it needs to know. */
struct sheet {
    const struct racks_grid *g;
    struct canvas *c;
    struct area in; /* of the lines */
    size_t at;      /* under the cursor */
    int label, cell, top, left, columns;
    const struct thresholds *t;
};

/* The first that is seen, so that the cursor is. */
static int first(int from, int cursor, int seen, int all)
{
    from = from > cursor ? cursor : from <= cursor - seen ? cursor - seen + 1 : from;
    from = from > all - seen ? all - seen : from;
    return from < 0 ? 0 : from;
}

static int label_width(const struct racks_grid *g)
{
    int widest = 0;

    for (size_t i = 0; i < g->line_count && widest < LABEL_MOST; i++) {
        int n = text_width(g->lines[i].name);

        widest = n > widest ? n : widest;
    }
    return widest < LABEL_MOST ? widest : LABEL_MOST;
}

/* Two digits and a sign, or three where some number has them. */
static int cell_width(const struct racks_grid *g)
{
    for (size_t i = 0; i < g->count; i++)
        if (g->spots[i].number >= 99.5 || g->spots[i].number <= -9.5)
            return 4;
    return 3;
}

/* Tenants are letters, in the order in which they are met. */
static int letter_of(const struct racks_grid *g, size_t at, struct safe_text *tenants, int *count)
{
    for (int i = 0; i < *count; i++)
        if (text_equal(tenants[i], g->spots[at].tenant))
            return i;
    if (*count == LETTERS)
        return LETTERS;
    tenants[*count] = g->spots[at].tenant;
    return (*count)++;
}

static char letter(int i)
{
    return i >= LETTERS ? '*' : (char)(i < LETTERS / 2 ? 'A' + i : 'a' + i - LETTERS / 2);
}

static void put_number(const struct sheet *s, const struct racks_spot *spot, int x, int y, int which)
{
    char n[8] = "-";

    if (s->g->metric == RACKS_TENANT)
        snprintf(n, sizeof n, "%c", text_empty(spot->tenant) ? '-' : letter(which));
    else if (isfinite(spot->number))
        snprintf(n, sizeof n, "%.0f", spot->number > 999 ? 999 : spot->number < -99 ? -99 : spot->number);
    canvas_right(s->c, x, y, s->cell - 1, spot->role, n);
}

static void draw_cell(const struct sheet *s, size_t i, int y, int which)
{
    const struct racks_spot *spot = &s->g->spots[i];
    struct cell_sign sign = racks_sign(spot->severity);
    int x = s->in.x + s->label + (spot->column - s->left) * s->cell;

    put_number(s, spot, x, y, which);
    if (spot->stale)
        canvas_glyph(s->c, x + s->cell - 1, y, ROLE_STALE, GLYPH_STALE);
    else if (spot->severity != SEVERITY_OK)
        canvas_glyph(s->c, x + s->cell - 1, y, sign.role, sign.glyph);
    if (i == s->at)
        canvas_select(s->c, x, y, s->cell);
}

/* "  R07" with its sign and, where there is room, what its racks are together. */
static void draw_line_ends(const struct sheet *s, size_t i, int y)
{
    const struct racks_line *line = &s->g->lines[i];
    double percent = line->sum.cap_kw > 0 ? 100 * line->sum.power_kw / line->sum.cap_kw : NAN;
    struct cell_sign sign = racks_sign(line->worst);
    int end = s->in.x + s->label + s->columns * s->cell + 1;
    char words[CELL_MAX];

    if (line->worst != SEVERITY_OK)
        canvas_glyph(s->c, s->in.x, y, sign.role, sign.glyph);
    canvas_text(s->c, s->in.x + 1, y, s->label - 2, i == s->g->spots[s->at].line ? ROLE_TITLE : ROLE_TEXT, line->name);
    if (end + MEAN_WIDTH > s->in.x + s->in.width)
        return;
    if (s->g->metric == RACKS_POWER)
        canvas_right(s->c, end, y, MEAN_WIDTH, ROLE_DIM, racks_words(RACKS_POWER, percent, words));
    else if (s->g->metric == RACKS_INLET)
        canvas_right(s->c, end, y, MEAN_WIDTH, ROLE_DIM, racks_words(RACKS_INLET, line->sum.inlet_c, words));
}

static void draw_line(const struct sheet *s, size_t i, int y, struct safe_text *tenants, int *count)
{
    const struct racks_line *line = &s->g->lines[i];

    for (int k = 0; k < s->columns; k++)
        canvas_right(s->c, s->in.x + s->label + k * s->cell, y, s->cell - 1, ROLE_DIM, ".");
    for (size_t k = line->first; k < line->first + line->count; k++) {
        bool seen = s->g->spots[k].column >= s->left && s->g->spots[k].column < s->left + s->columns;
        int which = s->g->metric == RACKS_TENANT && seen && !text_empty(s->g->spots[k].tenant)
                        ? letter_of(s->g, k, tenants, count)
                        : LETTERS;

        if (seen)
            draw_cell(s, k, y, which);
    }
    draw_line_ends(s, i, y);
}

static void draw_head(const struct sheet *s)
{
    for (int k = 0; k < s->columns; k++) {
        char n[CELL_MAX];

        snprintf(n, sizeof n, "%02d", s->left + k + 1);
        canvas_right(s->c, s->in.x + s->label + k * s->cell, s->in.y - 1, s->cell - 1, ROLE_DIM, n);
    }
}

/* --- in words --- */

static void put_limits(const struct sheet *s, enum threshold warn, enum threshold crit, struct buf *out)
{
    buf_printf(out, NULL, tr("  %s above %.4g  %s above %.4g"), canvas_sign(s->c, GLYPH_WARN),
               thresholds_at(s->t, warn), canvas_sign(s->c, GLYPH_CRIT), thresholds_at(s->t, crit));
}

static void put_tenants(const struct safe_text *tenants, int count, struct buf *out)
{
    for (int i = 0; i < count; i++) {
        buf_printf(out, NULL, " %c ", letter(i));
        text_show(tenants[i], 14, out);
    }
    buf_puts(out, count > 0 ? " " : "", NULL);
    buf_puts(out, tr(" - nobody"), NULL);
}

/* What the numbers are, with their unit. */
static void put_legend(const struct sheet *s, const struct safe_text *tenants, int count, struct buf *out)
{
    static const char *const said[RACKS_METRICS] = {
        /* xgettext:no-c-format */
        [RACKS_POWER] = N_("power in % of the rack's limit:"),
        [RACKS_INLET] = N_("inlet in degrees Celsius:"),
        [RACKS_SPACE] = N_("free U, the most in one piece"),
        [RACKS_NODES] = N_("nodes that take no work"),
        /* xgettext:no-c-format */
        [RACKS_ACCELS] = N_("GPU: how busy, in %"),
        [RACKS_TENANT] = N_("tenant:"),
    };

    buf_puts(out, tr(said[s->g->metric]), NULL);
    if (s->g->metric == RACKS_POWER)
        put_limits(s, THRESHOLD_FEED_SINGLE_WARN_PCT, THRESHOLD_FEED_SINGLE_CRIT_PCT, out);
    else if (s->g->metric == RACKS_INLET)
        put_limits(s, THRESHOLD_INLET_WARN_C, THRESHOLD_INLET_CRIT_C, out);
    else if (s->g->metric == RACKS_TENANT)
        put_tenants(tenants, count, out);
}

static void put_signs(const struct sheet *s, struct buf *out)
{
    buf_printf(out, NULL, tr("behind it health: %s warns  %s critical  %s unknown  %s stale"),
               canvas_sign(s->c, GLYPH_WARN), canvas_sign(s->c, GLYPH_CRIT), canvas_sign(s->c, GLYPH_UNKNOWN),
               canvas_sign(s->c, GLYPH_STALE));
    buf_puts(out, tr("  . no rack"), NULL);
}

static void draw_foot(const struct sheet *s, const struct safe_text *tenants, int count, int y)
{
    struct buf line = buf_make(1024);

    put_legend(s, tenants, count, &line);
    if (s->g->loose > 0)
        buf_printf(&line, NULL, tr("  without a place: %d"), (int)s->g->loose);
    canvas_puts(s->c, s->in.x + 1, y, s->in.width - 2, ROLE_DIM, buf_str(&line));
    buf_clear(&line);
    put_signs(s, &line);
    canvas_puts(s->c, s->in.x + 1, y + 1, s->in.width - 2, ROLE_DIM, buf_str(&line));
    buf_release(&line);
}

int racks_grid_height(const struct racks_grid *g)
{
    return (int)g->line_count + FOOT_LINES;
}

void racks_grid_draw(const struct racks_grid *g, struct view_place *row, struct view_place *rack, int *left,
                     bool focused, const struct thresholds *t, struct canvas *c, struct area in)
{
    struct sheet s = {.g = g, .c = c, .in = in, .at = racks_grid_sync(g, row, rack), .cell = cell_width(g), .t = t};
    struct safe_text tenants[LETTERS];
    int count = 0, foot = in.height > FOOT_LINES ? FOOT_LINES - 1 : 0;

    s.label = label_width(g) + 3;
    s.in.y++;
    s.in.height -= 1 + foot;
    s.columns = (in.width - s.label) / s.cell;
    s.columns = s.columns > g->columns ? g->columns : s.columns < 1 ? 1 : s.columns;
    if (s.in.height < 1)
        return;
    s.left = *left = first(*left, g->spots[s.at].column, s.columns, g->columns);
    row->page = s.in.height;
    row->top = s.top = first((int)row->top, (int)g->spots[s.at].line, s.in.height, (int)g->line_count);
    draw_head(&s);
    for (int i = 0; i < s.in.height && s.top + i < (int)g->line_count; i++)
        draw_line(&s, (size_t)(s.top + i), s.in.y + i, tenants, &count);
    if (foot > 0) {
        int lines = s.in.height < (int)g->line_count ? s.in.height : (int)g->line_count;

        draw_foot(&s, tenants, count, s.in.y + lines);
    }
    if (focused) {
        int x = in.x + s.label + (g->spots[s.at].column - s.left) * s.cell;

        c->cursor_x = x < in.x + in.width ? x : in.x;
        c->cursor_y = s.in.y + (int)g->spots[s.at].line - s.top;
    }
}
