#include <math.h>
#include <stdio.h>

#include "base/tr.h"
#include "domain/symptom.h"
#include "ui/chart.h"
#include "views/curve.h"
#include "views/queues_groups.h"

enum queue_column {
    COL_QUEUE,
    COL_STATE,
    COL_RUN,
    COL_WAIT,
    COL_P95,
    COL_PROMISE,
    COL_IN,
    COL_OUT,
    COL_DRAIN,
    COL_ASKED,
    COL_TREND,
    COL_FREE,
    COL_P50,
    COL_OLDEST,
    COL_KIND,
    COL_CLUSTER,
    COL_NODES,
};

static const struct table_column columns[] = {
    [COL_QUEUE] = {N_("QUEUE"), 14, 28, 3, 0, -1, false},
    [COL_STATE] = {N_("STATE"), 7, 0, 0, 0, QUEUE_STATE, false},
    [COL_RUN] = {N_("RUN"), 5, 0, 0, 5, QUEUE_RUNNING, true},
    [COL_WAIT] = {N_("WAIT"), 5, 0, 0, 0, QUEUE_WAITING, true},
    [COL_P95] = {N_("P95"), 4, 0, 0, 0, QUEUE_WAIT_P95_S, true},
    [COL_PROMISE] = {N_("SLO"), 4, 0, 0, 1, QUEUE_SLO_S, true},
    [COL_IN] = {N_("IN/m"), 4, 0, 0, 3, QUEUE_ARRIVALS_PER_MIN, true},
    [COL_OUT] = {N_("OUT/m"), 5, 0, 0, 3, QUEUE_DEPARTURES_PER_MIN, true},
    [COL_DRAIN] = {N_("DRAIN"), 5, 0, 0, 2, TABLE_NO_SORT, true},
    [COL_ASKED] = {N_("ASKED"), 5, 0, 0, 4, QUEUE_ACCELS_ASKED, true},
    [COL_TREND] = {N_("60 MIN"), 7, 24, 2, 6, TABLE_NO_SORT, false},
    [COL_FREE] = {N_("FREE"), 5, 0, 0, 8, TABLE_NO_SORT, true},
    [COL_P50] = {N_("P50"), 4, 0, 0, 9, QUEUE_WAIT_P50_S, true},
    [COL_OLDEST] = {N_("OLDEST"), 6, 0, 0, 7, QUEUE_OLDEST_S, true},
    [COL_KIND] = {N_("KIND"), 11, 0, 0, 10, QUEUE_KIND, false},
    [COL_CLUSTER] = {N_("CLUSTER"), 7, 16, 1, 11, QUEUE_CLUSTER, false},
    [COL_NODES] = {N_("NODES"), 5, 0, 0, 12, QUEUE_NODES_TOTAL, true},
    {0},
};

/* --- how it is --- */

enum queues_state queues_state_of(const struct row *queue, int64_t now_ms)
{
    enum glyph told = GLYPH_COUNT;

    if (symptom_queue_overdue_s(queue, now_ms) > 0)
        return QUEUES_OVERDUE;
    if (symptom_queue_is_late(queue))
        return QUEUES_LATE;
    told = cell_sign(queue).glyph;
    return told == GLYPH_WARN || told == GLYPH_CRIT ? QUEUES_CLOSED : QUEUES_WELL;
}

struct cell_sign queues_sign(const struct row *queue, int64_t now_ms)
{
    if (!queue->stale && queues_state_of(queue, now_ms) == QUEUES_OVERDUE)
        return (struct cell_sign){ROLE_CRIT, GLYPH_CRIT};
    return cell_sign(queue);
}

const char *queues_word(const struct row *queue, int64_t now_ms, char out[CELL_MAX])
{
    enum queues_state state = queues_state_of(queue, now_ms);

    if (state == QUEUES_OVERDUE)
        return tr("overdue");
    return state == QUEUES_LATE ? tr("late") : cell_word(queue, QUEUE_STATE, out);
}

const char *queues_rate(const struct value *v, char out[CELL_MAX])
{
    double n = value_real_or(v, NAN);

    if (!(fabs(n) < 99.95))
        return cell_short(v, out);
    snprintf(out, CELL_MAX, "%.1f", n);
    return out;
}

const char *queues_drain(const struct row *queue, char out[CELL_MAX])
{
    double waiting = value_real_or(&queue->cells[QUEUE_WAITING], NAN);
    double gain = value_real_or(&queue->cells[QUEUE_DEPARTURES_PER_MIN], NAN) -
                  value_real_or(&queue->cells[QUEUE_ARRIVALS_PER_MIN], NAN);
    struct value s = value_real(60 * waiting / gain);

    if (!(waiting > 0) || isnan(gain))
        return "-";
    if (gain < 0)
        return tr("grows");
    return gain > 0 ? cell_span(&s, out) : tr("stays");
}

bool queues_scheduler(const struct view_frame *f, const struct row *queue, struct row *scheduler)
{
    const struct view_rows *rows = &f->rows[QUEUES_SCHEDULERS];
    struct safe_text id = value_text_or(&queue->cells[QUEUE_SCHEDULER], "");
    int64_t at = text_empty(id) ? -1 : rows->find(rows->ctx, id, text_of(""));

    return at >= 0 && rows->at(rows->ctx, (size_t)at, scheduler);
}

bool queues_has_accels(const struct row *queue)
{
    return cell_is(queue, QUEUE_KIND, "intelligent") || value_int_or(&queue->cells[QUEUE_ACCELS_ASKED], 0) > 0;
}

/* --- its line --- */

enum { TREND_MS = 60 * 60 * 1000 };

static void paint_trend(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                        const struct row *row, enum role role)
{
    double means[VIEW_CURVE_STEPS];
    size_t n = chart_slots(c, t->width[COL_TREND]);

    if (t->width[COL_TREND] == 0)
        return;
    n = n < VIEW_CURVE_STEPS ? n : VIEW_CURVE_STEPS;
    /* More curves than the state keeps would all be asked for again in each frame. */
    if (i >= VIEW_CURVES_MAX ||
        !curve_read(f->state, f->rows, row->id, QUEUE_WAITING, TREND_MS, f->frame->now.utc_ms, means, n))
        return;
    chart_spark(c, t->x[COL_TREND], t->area.y + 1 + i, t->width[COL_TREND], role == ROLE_STALE ? role : ROLE_CHART,
                means, n, 0);
}

/* Chinese screens show names. */
static struct safe_text cluster_name(const struct view_frame *f, struct safe_text id)
{
    const struct view_rows *rows = &f->rows[QUEUES_CLUSTERS];
    int64_t at = tr_is_zh() ? rows->find(rows->ctx, id, text_of("")) : -1;
    struct row row = {0};

    return at >= 0 && rows->at(rows->ctx, (size_t)at, &row) && value_known(&row.cells[CLUSTER_NAME_ZH])
               ? cell_text(&row, CLUSTER_NAME_ZH)
               : id;
}

static void paint_counts(const struct table *t, struct canvas *c, int i, const struct row *row, enum role role)
{
    static const struct {
        int column, field;
        const char *(*text)(const struct value *v, char out[CELL_MAX]);
    } cells[] = {
        {COL_RUN, QUEUE_RUNNING, cell_short},
        {COL_WAIT, QUEUE_WAITING, cell_short},
        {COL_PROMISE, QUEUE_SLO_S, cell_span},
        {COL_IN, QUEUE_ARRIVALS_PER_MIN, queues_rate},
        {COL_OUT, QUEUE_DEPARTURES_PER_MIN, queues_rate},
        {COL_ASKED, QUEUE_ACCELS_ASKED, cell_short},
        {COL_P50, QUEUE_WAIT_P50_S, cell_span},
        {COL_OLDEST, QUEUE_OLDEST_S, cell_span},
        {COL_NODES, QUEUE_NODES_TOTAL, cell_short},
    };
    char n[CELL_MAX];

    for (size_t k = 0; k < sizeof cells / sizeof *cells; k++)
        table_puts(t, c, i, cells[k].column, role, cells[k].text(&row->cells[cells[k].field], n));
}

/* What hurts bears the role of the row's sign. */
static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    int64_t now_ms = f->frame->now.utc_ms;
    struct cell_sign sign = queues_sign(row, now_ms);
    bool late = !row->stale && symptom_queue_is_late(row);
    struct row scheduler = {0};
    const struct value *free = &scheduler.cells[queues_has_accels(row) ? SCHEDULER_ACCELS_FREE : SCHEDULER_CPUS_FREE];
    char n[CELL_MAX];

    if (queues_is_heading(row)) {
        queues_heading_paint(f, t, c, i, row);
        return;
    }
    queues_scheduler(f->frame, row, &scheduler);
    table_text(t, c, i, COL_QUEUE, role, row->id);
    table_puts(t, c, i, COL_STATE, sign.role, queues_word(row, now_ms, n));
    paint_counts(t, c, i, row, role);
    table_puts(t, c, i, COL_P95, late ? ROLE_WARN : role, cell_span(&row->cells[QUEUE_WAIT_P95_S], n));
    table_puts(t, c, i, COL_DRAIN, role, queues_drain(row, n));
    table_puts(t, c, i, COL_FREE, role, cell_short(free, n));
    table_puts(t, c, i, COL_KIND, role, cell_word(row, QUEUE_KIND, n));
    table_text(t, c, i, COL_CLUSTER, role, cluster_name(f->frame, cell_text(row, QUEUE_CLUSTER)));
    paint_trend(f, t, c, i, row, role);
}

static struct cell_sign sign_of(const struct list_frame *f, const struct row *row)
{
    return queues_is_heading(row) ? queues_heading_sign(row) : queues_sign(row, f->frame->now.utc_ms);
}

const struct list queues_list = {.columns = columns, .paint = paint, .nothing = N_("no queues"), .sign = sign_of};
