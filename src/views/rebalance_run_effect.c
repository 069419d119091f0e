#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "views/curve.h"
#include "views/detail.h"
#include "views/history.h"
#include "views/rebalance_run.h"
#include "views/worst.h"

/* One chart of forecast and fact: of the effect that the plan helps most and that is measured. */

enum { MEASURE_MAX = 48, STEPS = 48, STEPS_LEAST = 8, LINE_BYTES = 1024 };
#define QUARTER_MS (INT64_C(900) * 1000)
#define MOST_MS    (INT64_C(8) * QUARTER_MS)

static const struct {
    const char *kind;
    enum rebalance_need need;
} kinds[] = {{"link", REBALANCE_LINKS}, {"queue", REBALANCE_QUEUES}, {"cluster", REBALANCE_CLUSTERS}};

/* What effects call by another name than the kind. */
static const struct {
    const char *measure, *field;
} named[] = {{"delay_ms", "one_way_ms"}};

struct measured {
    struct row effect;
    enum rebalance_need need;
    int field, rank;
    double change; /* by the plan, as a share */
    char measure[MEASURE_MAX];
};

static bool is_measured(struct measured *m, const struct view_frame *f)
{
    char kind[MEASURE_MAX];
    const char *name = text_show_in(cell_text(&m->effect, EFFECT_MEASURE), m->measure, sizeof m->measure);
    enum kind of = kind_by_name(text_show_in(cell_text(&m->effect, EFFECT_KIND), kind, sizeof kind));
    size_t k = 0;

    while (k < sizeof kinds / sizeof *kinds && strcmp(kinds[k].kind, kind) != 0)
        k++;
    if (k == sizeof kinds / sizeof *kinds || of == KIND_NONE || !value_known(&m->effect.cells[EFFECT_AFTER]))
        return false;
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        name = strcmp(named[i].measure, name) == 0 ? named[i].field : name;
    m->need = kinds[k].need;
    m->field = kind_field(of, name);
    return m->field >= 0 && (kind_info(of)->fields[m->field].flags & FIELD_SAMPLED) != 0 &&
           f->rows[m->need].series != NULL;
}

static double change_of(const struct row *effect)
{
    double after = value_real_or(&effect->cells[EFFECT_AFTER], NAN);
    double undone = value_real_or(&effect->cells[EFFECT_UNDONE], NAN), most = fmax(fabs(after), fabs(undone));

    return most > 0 ? fabs(after - undone) / most : 0;
}

static bool is_better(const struct measured *m, const struct measured *best)
{
    return m->rank != best->rank ? m->rank < best->rank : m->change > best->change;
}

/* What it does not change by a hundredth says nothing. */
static bool find(const struct view_frame *f, struct measured *best)
{
    const struct view_rows *effects = &f->rows[REBALANCE_EFFECTS];
    bool found = false;

    for (size_t i = 0; i < effects->count && i < WORST_ROWS_MAX; i++) {
        struct measured m = {.effect = {0}};

        if (!effects->at(effects->ctx, i, &m.effect) || !is_measured(&m, f))
            continue;
        m.rank = rebalance_effect_key(&m.effect, f->now.utc_ms).rank;
        m.change = change_of(&m.effect);
        if (m.change < 0.01 || (found && !is_better(&m, best)))
            continue;
        *best = m;
        found = true;
    }
    return found;
}

static double newest(const struct view_history *h)
{
    for (size_t i = h->n; i > 0; i--)
        if (isfinite(h->means[i - 1]))
            return h->means[i - 1];
    return NAN;
}

/* "now 71%; forecast 68% (65%..72%); left alone 98%" */
static void put_words(const struct measured *m, double fact, struct buf *line)
{
    struct value now = isfinite(fact) ? value_real(fact) : value_none();
    char n[2][CELL_MAX];

    buf_printf(line, NULL, tr("now %s; forecast %s"), rebalance_measured(m->measure, &now, n[0]),
               rebalance_measured(m->measure, &m->effect.cells[EFFECT_AFTER], n[1]));
    if (value_known(&m->effect.cells[EFFECT_UNDONE]))
        buf_printf(line, NULL, tr("; left alone %s"),
                   rebalance_measured(m->measure, &m->effect.cells[EFFECT_UNDONE], n[0]));
}

/* Long waits read as minutes. */
static double scale_of(const struct measured *m, const char **unit)
{
    size_t n = strlen(m->measure);
    bool seconds = n > 2 && strcmp(m->measure + n - 2, "_s") == 0;
    bool percent = n > 4 && strcmp(m->measure + n - 4, "_pct") == 0;

    *unit = seconds ? tr("min") : percent ? "%" : n > 3 && strcmp(m->measure + n - 3, "_ms") == 0 ? "ms" : "";
    return seconds ? 60 : 1;
}

static double level(const struct measured *m, int field, double scale)
{
    return value_real_or(&m->effect.cells[field], NAN) / scale;
}

/* A demo that hurries polls seldom on its own clock: steps are merged until none between two values is empty. */
static bool has_gaps(const struct view_history *h)
{
    size_t first = 0, last = h->n;

    while (first < h->n && !isfinite(h->means[first]))
        first++;
    while (last > first && !isfinite(h->means[last - 1]))
        last--;
    for (size_t i = first; i < last; i++)
        if (!isfinite(h->means[i]))
            return true;
    return false;
}

static void merge(struct view_history *h)
{
    for (size_t i = 0; i < h->n / 2; i++) {
        double a = h->means[2 * i], b = h->means[2 * i + 1];

        h->means[i] = !isfinite(a) ? b : !isfinite(b) ? a : (a + b) / 2;
        h->filled[i] = h->filled[2 * i] && h->filled[2 * i + 1];
    }
    h->n /= 2;
}

static void draw_chart(const struct view_frame *f, const struct measured *m, struct view_history h, struct canvas *c,
                       struct area in)
{
    struct chart_plot p = {.unit = ""};
    double scale = scale_of(m, &p.unit);
    const struct chart_limit limits[] = {
        {level(m, EFFECT_AFTER, scale), tr("forecast"), ROLE_OK, CHART_DASHED, false},
        {level(m, EFFECT_UNDONE, scale), tr("left alone"), ROLE_WARN, CHART_DOTTED, false},
        {level(m, EFFECT_LIMIT, scale), tr("allowed"), ROLE_TITLE, CHART_SOLID, true},
    };

    while (h.n > STEPS_LEAST && h.n % 2 == 0 && has_gaps(&h))
        merge(&h);
    for (size_t i = 0; i < h.n; i++)
        h.means[i] /= scale;
    memcpy(p.limits, limits, sizeof limits);
    history_plot(f, &h, p, c, in);
}

void rebalance_run_effect(const struct view_frame *f, struct view_state *s, const struct rebalance_run *r,
                          struct canvas *c, struct area area)
{
    struct measured m;
    struct buf line = buf_make(LINE_BYTES);
    char title[LIST_TITLE_MAX], label[DETAIL_LABEL], what[CELL_MAX];
    int64_t gone_ms = r->began_ms > 0 ? f->now.utc_ms - r->began_ms : 0;
    int64_t span_ms = (gone_ms / QUARTER_MS + 1) * QUARTER_MS;
    struct area in;

    snprintf(title, sizeof title, "%s", tr("Forecast and fact"));
    if (!find(f, &m)) {
        in = canvas_box(c, area, title, NULL);
        canvas_puts(c, in.x + 1, in.y, in.width - 2, ROLE_DIM, tr("nothing that it changes is measured"));
        buf_release(&line);
        return;
    }
    const struct view_history *h = curve_history(s, &f->rows[m.need], value_text_or(&m.effect.cells[EFFECT_WHAT], ""),
                                                 m.field, span_ms < MOST_MS ? span_ms : MOST_MS, f->now.utc_ms, STEPS);
    snprintf(title, sizeof title, "%s: %s %s", tr("Forecast and fact"),
             text_show_in(cell_text(&m.effect, EFFECT_WHAT), what, sizeof what), detail_label(m.measure, label));
    in = canvas_box(c, area, title, NULL);
    put_words(&m, newest(h), &line);
    if (in.height > 0)
        canvas_puts(c, in.x + 1, in.y, in.width - 2, ROLE_TEXT, buf_str(&line));
    in.y += 1;
    in.height -= 1;
    if (in.height > 0)
        draw_chart(f, &m, *h, c, in);
    buf_release(&line);
}
