#include "views/history.h"

#include <math.h>
#include <stdio.h>

#include "base/tr.h"
#include "ui/chart.h"
#include "views/cell.h"
#include "views/curve.h"

static const struct {
    const char *word;
    int64_t ms;
} spans[] = {
    {N_("1 h"), INT64_C(3600) * 1000},
    {N_("6 h"), INT64_C(6) * 3600 * 1000},
    {N_("24 h"), INT64_C(24) * 3600 * 1000},
    {N_("7 d"), INT64_C(7) * 86400 * 1000},
};
enum { SPANS = sizeof spans / sizeof *spans, INTERVAL_S = 60, STEPS_LEAST = 12 };

static size_t span_of(const struct view_state *s)
{
    return s->number[HISTORY_SPAN] >= 0 && s->number[HISTORY_SPAN] < SPANS ? (size_t)s->number[HISTORY_SPAN] : 0;
}

const char *history_span(const struct view_state *s, char *out, size_t size)
{
    snprintf(out, size, tr("last %s"), tr(spans[span_of(s)].word));
    return out;
}

void history_longer(struct view_state *s)
{
    s->number[HISTORY_SPAN] = (double)((span_of(s) + 1) % SPANS);
}

/* Steps that hold a poll each, also when one comes late: shorter ones would be a comb. */
static size_t steps_of(const struct view_rows *sources, const struct row *link, int64_t span_ms)
{
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

void history_plot(const struct view_frame *f, const struct view_history *h, struct chart_plot p, struct canvas *c,
                  struct area area)
{
    char end[CELL_MAX];

    p.values = h->means;
    p.filled = h->filled;
    p.n = h->n;
    p.filled_word = tr("filled afterwards");
    p.from_ms = h->asked_ms - h->span_ms;
    p.to_ms = h->asked_ms;
    p.zone_ms = clock_zone_ms(h->asked_ms);
    p.end = f->past ? clock_local_hms(f->now.utc_ms, end) : tr("now");
    p.role = ROLE_CHART;
    chart_plot(c, area, &p);
    for (size_t i = 0; i < h->n; i++)
        if (isfinite(h->means[i]))
            return;
    canvas_puts(c, area.x + area.width / 4, area.y + area.height / 2 - 1, area.width / 2, ROLE_DIM,
                tr("nothing was measured in this time"));
}

static struct chart_plot limits_of(const struct row *link)
{
    return (struct chart_plot){
        .unit = "ms",
        .limits = {{real(link, LINK_RING_CONTRACT_MS), tr("promised"), ROLE_TITLE, CHART_SOLID, true},
                   {real(link, LINK_BASELINE_MS), tr("usual"), ROLE_DIM, CHART_DASHED, false},
                   {real(link, LINK_PHYSICAL_MIN_MS), tr("minimum"), ROLE_DIM, CHART_DOTTED, false}},
    };
}

void history_draw(const struct view_frame *f, struct view_state *s, const struct view_rows *links,
                  const struct view_rows *sources, const struct row *link, struct canvas *c, struct area area)
{
    int64_t span_ms = spans[span_of(s)].ms;

    history_plot(
        f, curve_history(s, links, link->id, LINK_ONE_WAY_MS, span_ms, f->now.utc_ms, steps_of(sources, link, span_ms)),
        limits_of(link), c, area);
}
