#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "views/detail.h"
#include "views/rebalance.h"
#include "views/worst.h"

/* What a plan does to clusters, schedulers, queues, tenants and links: first what happens if nothing is done. */

enum { EFFECT_MEASURE_MAX = 48 };

static bool ends_in(const char *s, const char *end)
{
    size_t n = strlen(s), e = strlen(end);

    return n >= e && strcmp(s + n - e, end) == 0;
}

/* --- numbers with their unit --- */

static const char *as_pct(const struct value *v, char out[CELL_MAX])
{
    char n[CELL_MAX];

    snprintf(out, CELL_MAX, "%.40s%%", cell_pct(v, n));
    return out;
}

static const char *as_count(const struct value *v, char out[CELL_MAX])
{
    double n = value_real_or(v, 0);

    if (fabs(n) >= 100 || fabs(n - rint(n)) < 0.005)
        return cell_short(v, out);
    snprintf(out, CELL_MAX, "%.3g", n);
    return out;
}

static const struct {
    const char *end;
    const char *(*words)(const struct value *v, char out[CELL_MAX]);
} units[] = {{"_s", cell_span}, {"_pct", as_pct}, {"_ms", cell_ms}};

const char *rebalance_measured(const char *measure, const struct value *v, char out[CELL_MAX])
{
    if (!value_known(v))
        return "-";
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (ends_in(measure, units[i].end))
            return units[i].words(v, out);
    return as_count(v, out);
}

/* --- which matter --- */

/* Those that no kind has as a field, and those whose limit is the least and not the most. */
static const struct {
    const char *name;
    bool least;
} measures[] = {{NC_("field", "accels_used_pct"), false},
                {NC_("field", "cpus_used_pct"), false},
                {NC_("field", "dominant_share_pct"), true},
                {NC_("field", "data_tb"), false},
                {NC_("field", "minutes"), false},
                {NC_("field", "delay_ms"), false},
                {NC_("field", "held_tb"), false}};

static bool has_least(const struct row *e)
{
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        if (cell_is(e, EFFECT_MEASURE, measures[i].name))
            return measures[i].least;
    return false;
}

/* Over what is allowed; of a share that must be kept, below it. */
static bool breaks(const struct row *e, int field)
{
    double v = value_real_or(&e->cells[field], NAN), limit = value_real_or(&e->cells[EFFECT_LIMIT], NAN);

    return has_least(e) ? v < limit : v > limit;
}

static bool changes(const struct row *e)
{
    double undone = value_real_or(&e->cells[EFFECT_UNDONE], NAN), after = value_real_or(&e->cells[EFFECT_AFTER], NAN);

    return fabs(after - undone) > 1e-3 * fmax(fabs(after), fabs(undone));
}

enum effect_rank { EFFECT_HELPED, EFFECT_BROKEN, EFFECT_CHANGED, EFFECT_SAME };

static enum effect_rank rank_of(const struct row *e)
{
    if (breaks(e, EFFECT_AFTER))
        return changes(e) ? EFFECT_BROKEN : EFFECT_SAME;
    if (breaks(e, EFFECT_UNDONE) || breaks(e, EFFECT_NOW))
        return EFFECT_HELPED;
    return changes(e) ? EFFECT_CHANGED : EFFECT_SAME;
}

struct worst_key rebalance_effect_key(const struct row *effect, int64_t now_ms)
{
    (void)now_ms;
    return (struct worst_key){.rank = (int)rank_of(effect)};
}

static struct cell_sign sign(const struct list_frame *f, const struct row *row)
{
    (void)f;
    if (breaks(row, EFFECT_AFTER))
        return (struct cell_sign){ROLE_WARN, GLYPH_WARN};
    return rank_of(row) == EFFECT_HELPED ? (struct cell_sign){ROLE_OK, GLYPH_OK}
                                         : (struct cell_sign){ROLE_TEXT, GLYPH_COUNT};
}

/* --- the list --- */

enum column { COL_WHAT, COL_MEASURE, COL_UNDONE, COL_NOW, COL_AFTER, COL_LIMIT, COL_RANGE, COL_METHOD };
static const struct table_column columns[] = {
    [COL_WHAT] = {N_("WHAT"), 11, 26, 2, 0, TABLE_NO_SORT, false},
    [COL_MEASURE] = {N_("MEASURE"), 10, 20, 2, 0, TABLE_NO_SORT, false},
    [COL_UNDONE] = {N_("NOTHING"), 7, 0, 0, 0, TABLE_NO_SORT, true},
    [COL_NOW] = {N_("NOW"), 5, 0, 0, 0, TABLE_NO_SORT, true},
    [COL_AFTER] = {N_("AFTER"), 5, 0, 0, 0, TABLE_NO_SORT, true},
    [COL_LIMIT] = {N_("LIMIT"), 5, 0, 0, 1, TABLE_NO_SORT, true},
    [COL_RANGE] = {N_("LIKELY"), 11, 0, 0, 2, TABLE_NO_SORT, true},
    [COL_METHOD] = {N_("METHOD"), 12, 40, 2, 3, TABLE_NO_SORT, false},
    {0},
};

static const char *range(const char *measure, const struct row *row, char out[CELL_MAX])
{
    char low[CELL_MAX], high[CELL_MAX];

    if (!value_known(&row->cells[EFFECT_AFTER_LOW]) && !value_known(&row->cells[EFFECT_AFTER_HIGH]))
        return "-";
    snprintf(out, CELL_MAX, "%.20s..%.20s", rebalance_measured(measure, &row->cells[EFFECT_AFTER_LOW], low),
             rebalance_measured(measure, &row->cells[EFFECT_AFTER_HIGH], high));
    return out;
}

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    struct cell_sign s = sign(f, row);
    char measure[EFFECT_MEASURE_MAX], label[DETAIL_LABEL], n[CELL_MAX];

    text_show_in(cell_text(row, EFFECT_MEASURE), measure, sizeof measure);
    table_text(t, c, i, COL_WHAT, role, cell_text(row, EFFECT_WHAT));
    table_puts(t, c, i, COL_MEASURE, ROLE_DIM, detail_label(measure, label));
    table_puts(t, c, i, COL_UNDONE, breaks(row, EFFECT_UNDONE) ? ROLE_CRIT : role,
               rebalance_measured(measure, &row->cells[EFFECT_UNDONE], n));
    table_puts(t, c, i, COL_NOW, role, rebalance_measured(measure, &row->cells[EFFECT_NOW], n));
    table_puts(t, c, i, COL_AFTER, s.glyph == GLYPH_COUNT ? role : s.role,
               rebalance_measured(measure, &row->cells[EFFECT_AFTER], n));
    table_puts(t, c, i, COL_LIMIT, ROLE_DIM, rebalance_measured(measure, &row->cells[EFFECT_LIMIT], n));
    table_puts(t, c, i, COL_RANGE, ROLE_DIM, range(measure, row, n));
    table_text(t, c, i, COL_METHOD, ROLE_DIM, cell_text(row, EFFECT_METHOD));
}

const struct list rebalance_effects = {
    .columns = columns, .paint = paint, .nothing = N_("it changes nothing that is measured"), .sign = sign};

/* --- one of them --- */

void rebalance_effect_draw(const struct view_frame *f, const struct row *e, struct canvas *c, struct area area)
{
    static const struct {
        int field;
        const char *words;
    } lines[] = {{EFFECT_UNDONE, N_("if nothing is done")},
                 {EFFECT_NOW, N_("now")},
                 {EFFECT_AFTER, N_("if the plan runs")},
                 {EFFECT_LIMIT, N_("allowed")}};
    struct area in = canvas_box(c, area, tr("This effect"), NULL);
    char measure[EFFECT_MEASURE_MAX], label[DETAIL_LABEL], n[CELL_MAX], what[CELL_MAX];
    struct buf line = buf_make(1024);

    (void)f;
    text_show_in(cell_text(e, EFFECT_MEASURE), measure, sizeof measure);
    buf_printf(&line, NULL, "%s %s: ", text_show_in(cell_text(e, EFFECT_WHAT), what, sizeof what),
               detail_label(measure, label));
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (i == 0 || value_known(&e->cells[lines[i].field]))
            buf_printf(&line, NULL, "%s%s %s", i > 0 ? "; " : "", tr(lines[i].words),
                       rebalance_measured(measure, &e->cells[lines[i].field], n));
    canvas_puts(c, in.x + 1, in.y, in.width - 2, ROLE_TEXT, buf_str(&line));
    buf_clear(&line);
    buf_printf(&line, NULL, tr("likely %s; "), range(measure, e, n));
    text_show(cell_text(e, EFFECT_METHOD), -1, &line);
    if (in.height > 1)
        canvas_puts(c, in.x + 1, in.y + 1, in.width - 2, ROLE_DIM, buf_str(&line));
    buf_release(&line);
}
