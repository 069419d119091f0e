#include "views/overview_links.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/tr.h"
#include "ui/chart.h"
#include "views/cell.h"
#include "views/curve.h"
#include "views/list.h"

enum { TREND_MS = 60 * 60 * 1000, NAME_MOST = 20, SPARK_LEAST = 4, SPARK_MOST = 16 };

/* The worst first; what nobody measured says nothing and comes last. */
static const struct {
    const char *word;
    struct cell_sign sign;
} severities[] = {
    {"crit", {ROLE_CRIT, GLYPH_CRIT}}, {"warn", {ROLE_WARN, GLYPH_WARN}},          {"notice", {ROLE_TEXT, GLYPH_WARN}},
    {"ok", {ROLE_OK, GLYPH_OK}},       {"unknown", {ROLE_UNKNOWN, GLYPH_UNKNOWN}},
};
enum { UNKNOWN = sizeof severities / sizeof *severities - 1 };

static int rank_of(const struct row *row)
{
    int i = 0;

    while (i < UNKNOWN && !cell_is(row, LINK_SEVERITY, severities[i].word))
        i++;
    return row->stale ? UNKNOWN : i;
}

static double ratio_of(const struct row *row)
{
    double promised = value_real_or(&row->cells[LINK_RING_CONTRACT_MS], NAN);

    return promised > 0 ? value_real_or(&row->cells[LINK_ONE_WAY_MS], NAN) / promised : NAN;
}

static int worst_first(const void *a, const void *b)
{
    const struct overview_links_entry *x = a, *y = b;
    int c = x->rank - y->rank;

    if (c == 0)
        c = isnan(x->ratio) || isnan(y->ratio) ? isnan(x->ratio) - isnan(y->ratio)
                                               : (x->ratio < y->ratio) - (x->ratio > y->ratio);
    return c != 0 ? c : (x->at > y->at) - (x->at < y->at);
}

struct overview_links overview_links_make(const struct view_rows *links, const struct view_rows *clusters,
                                          const struct view_rows *places)
{
    struct overview_links l = {.told = links, .clusters = clusters, .places = places};

    l.all = arena_alloc(&l.arena, (links->count + 1) * sizeof *l.all);
    for (size_t i = 0; i < links->count; i++) {
        struct row row = {0};

        if (links->at(links->ctx, i, &row))
            l.all[l.count++] = (struct overview_links_entry){i, rank_of(&row), ratio_of(&row)};
    }
    qsort(l.all, l.count, sizeof *l.all, worst_first);
    return l;
}

void overview_links_release(struct overview_links *l)
{
    arena_release(&l->arena);
    *l = (struct overview_links){0};
}

static bool at(void *ctx, size_t i, struct row *row)
{
    const struct overview_links *l = ctx;

    return i < l->count && l->told->at(l->told->ctx, l->all[i].at, row);
}

static int64_t find(void *ctx, struct safe_text id, struct safe_text source)
{
    const struct overview_links *l = ctx;
    int64_t found = l->told->find(l->told->ctx, id, source);

    for (size_t i = 0; found >= 0 && i < l->count; i++)
        if ((int64_t)l->all[i].at == found)
            return (int64_t)i;
    return -1;
}

struct view_rows overview_links_rows(struct overview_links *l)
{
    struct view_rows rows = *l->told;

    rows.count = rows.all = l->count;
    rows.ctx = l;
    rows.at = at;
    rows.find = find;
    rows.series = NULL; /* they take the context of `told` */
    rows.filled = NULL;
    return rows;
}

/* --- words --- */

/* The Chinese name of an end in a Chinese screen; ids stand in the others, and for what has no name. */
static bool named(const struct view_rows *rows, struct safe_text id, int name_zh, struct buf *out)
{
    for (size_t i = 0; tr_is_zh() && i < rows->count; i++) {
        struct row row = {0};

        if (!rows->at(rows->ctx, i, &row) || !text_equal(row.id, id) || !value_known(&row.cells[name_zh]))
            continue;
        text_show(cell_text(&row, name_zh), -1, out);
        return true;
    }
    return false;
}

static void put_end(const struct overview_links *l, const struct row *row, int field, struct buf *out)
{
    struct safe_text id = cell_text(row, field);

    if (!named(l->clusters, id, CLUSTER_NAME_ZH, out) && !named(l->places, id, PLACE_NAME_ZH, out))
        text_show(id, -1, out);
}

/* "SHG→SZ" */
static void put_name(const struct overview_links *l, const struct row *row, const struct canvas *c, struct buf *out)
{
    if (!value_known(&row->cells[LINK_FROM]) || !value_known(&row->cells[LINK_TO])) {
        text_show(row->id, -1, out);
        return;
    }
    put_end(l, row, LINK_FROM, out);
    buf_puts(out, canvas_sign(c, GLYPH_ARROW), NULL);
    put_end(l, row, LINK_TO, out);
}

/* "3.42", "3": at most two digits behind the point. */
static const char *ms(const struct value *v, char out[CELL_MAX])
{
    double n = value_real_or(v, NAN);

    if (!isfinite(n) || fabs(n) >= 1e6)
        return "-";
    snprintf(out, CELL_MAX, "%.*f", fabs(n - round(n)) < 0.005 ? 0 : 2, n);
    return out;
}

static const char *lit(const struct row *row, char out[2 * CELL_MAX])
{
    char a[CELL_MAX], b[CELL_MAX];

    if (!value_known(&row->cells[LINK_PATHS]))
        return "-";
    snprintf(out, 2 * CELL_MAX, "%s/%s", cell_short(&row->cells[LINK_PATHS_LIT], a),
             cell_short(&row->cells[LINK_PATHS], b));
    return out;
}

static void spark(const struct overview_links *l, struct view_state *s, const struct row *row, int64_t now_ms,
                  struct canvas *c, int x, int y, int width)
{
    double means[VIEW_CURVE_STEPS];
    size_t n = chart_slots(c, width);

    n = n < VIEW_CURVE_STEPS ? n : VIEW_CURVE_STEPS;
    if (curve_read(s, l->told, row->id, LINK_ONE_WAY_MS, TREND_MS, now_ms, means, n))
        chart_spark(c, x, y, width, row->stale ? ROLE_STALE : ROLE_CHART, means, n, 0);
}

/* --- the list --- */

enum column { COL_LINK, COL_ONE_WAY, COL_PROMISED, COL_LIT, COL_STATE, COL_TREND, COL_WHY };
static const struct table_column columns[] = {
    [COL_LINK] = {N_("LINK"), 10, 24, 1, 0, -1, false},      [COL_ONE_WAY] = {N_("ONE-WAY ms"), 10, 0, 0, 0, -1, true},
    [COL_PROMISED] = {N_("PROMISED"), 8, 0, 0, 1, -1, true}, [COL_LIT] = {N_("LIT"), 5, 0, 0, 2, -1, true},
    [COL_STATE] = {N_("STATE"), 8, 0, 0, 1, -1, false},      [COL_TREND] = {N_("TREND 60m"), 9, 16, 1, 2, -1, false},
    [COL_WHY] = {N_("WHY"), 12, 60, 3, 3, -1, false},        {0},
};

static struct cell_sign sign_of(const struct list_frame *f, const struct row *row)
{
    (void)f;
    return row->stale ? cell_sign(row) : severities[rank_of(row)].sign;
}

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    const struct overview_links *l = f->ctx;
    enum role bad = row->stale ? role : severities[rank_of(row)].sign.role;
    struct buf name = buf_make(512), why = buf_make(1024);
    char n[2 * CELL_MAX];

    put_name(l, row, c, &name);
    table_puts(t, c, i, COL_LINK, role, buf_str(&name));
    table_puts(t, c, i, COL_ONE_WAY, bad, ms(&row->cells[LINK_ONE_WAY_MS], n));
    table_puts(t, c, i, COL_PROMISED, role, ms(&row->cells[LINK_RING_CONTRACT_MS], n));
    table_puts(t, c, i, COL_LIT, role, lit(row, n));
    table_puts(t, c, i, COL_STATE, bad, cell_word(row, LINK_STATE, n));
    cell_why(row, &why);
    table_puts(t, c, i, COL_WHY, role, buf_str(&why));
    if (t->width[COL_TREND] > 0)
        spark(l, f->state, row, f->frame->now.utc_ms, c, t->x[COL_TREND], t->area.y + 1 + i, t->width[COL_TREND]);
    buf_release(&name);
    buf_release(&why);
}

static const struct list list = {.columns = columns, .paint = paint, .nothing = N_("no links"), .sign = sign_of};

void overview_links_draw(struct overview_links *l, const struct view_frame *f, struct view_state *s,
                         struct view_place *place, struct canvas *c, struct area in, bool focused)
{
    struct view_rows rows = overview_links_rows(l);
    struct list_frame lf = {
        .frame = f, .rows = &rows, .place = place, .state = s, .sorted = TABLE_NO_SORT, .focused = focused, .ctx = l};

    list_draw(&list, &lf, c, in);
}

/* --- the line --- */

/* "3.42 ms promised 3 9/13 lit" */
static void put_facts(const struct row *row, struct buf *out)
{
    char a[CELL_MAX], b[2 * CELL_MAX];

    buf_printf(out, NULL, tr("%s ms"), ms(&row->cells[LINK_ONE_WAY_MS], a));
    if (value_known(&row->cells[LINK_RING_CONTRACT_MS]))
        buf_printf(out, NULL, tr(" promised %s"), ms(&row->cells[LINK_RING_CONTRACT_MS], a));
    if (value_known(&row->cells[LINK_PATHS]))
        buf_printf(out, NULL, tr(" %s lit"), lit(row, b));
}

void overview_links_line(struct overview_links *l, struct view_state *s, int64_t now_ms, struct canvas *c,
                         struct area line)
{
    struct row row = {0};
    struct buf name = buf_make(512), facts = buf_make(512);

    if (l->count > 0 && at(l, 0, &row) && line.width > 3) {
        struct cell_sign sign = sign_of(NULL, &row);
        enum role role = row.stale ? ROLE_STALE : sign.role;
        int x = line.x + 3, end = line.x + line.width, room;

        put_name(l, &row, c, &name);
        put_facts(&row, &facts);
        canvas_glyph(c, line.x + 1, line.y, sign.role, sign.glyph);
        x += 1 + canvas_puts(c, x, line.y, end - x < NAME_MOST ? end - x : NAME_MOST, ROLE_TEXT, buf_str(&name));
        room = end - x - text_width(text_of(buf_str(&facts))) - 1;
        room = room > SPARK_MOST ? SPARK_MOST : room;
        if (room >= SPARK_LEAST) {
            spark(l, s, &row, now_ms, c, x, line.y, room);
            x += room + 1;
        }
        canvas_puts(c, x, line.y, end - x, role, buf_str(&facts));
    }
    buf_release(&name);
    buf_release(&facts);
}
