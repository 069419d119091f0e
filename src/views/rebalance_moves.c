#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "views/marks.h"
#include "views/rebalance.h"

/* The moves of a plan: which stand, why each is made, what else was considered. */

bool rebalance_is_out(const struct view_state *s, const struct row *move)
{
    return cell_is(move, MOVE_STATE, "excluded") != marks_has(s->marks, move);
}

enum column {
    COL_IN,
    COL_NUMBER,
    COL_FROM,
    COL_TO,
    COL_JOBS,
    COL_ACCELS,
    COL_DELAY,
    COL_STARTS,
    COL_HOME,
    COL_DATA,
    COL_TAKES,
    COL_RISK,
    COL_QUEUE,
    COL_RUNNING,
    COL_COST,
    COL_CO2,
    COL_LINK,
    COL_WHY,
};

static const struct table_column columns[] = {
    [COL_IN] = {"", 3, 0, 0, 0, TABLE_NO_SORT, false},
    [COL_NUMBER] = {"#", 3, 0, 0, 3, MOVE_NUMBER, true},
    [COL_FROM] = {N_("FROM"), 7, 14, 1, 0, MOVE_FROM, false},
    [COL_TO] = {N_("TO"), 7, 14, 1, 0, MOVE_TO, false},
    [COL_JOBS] = {N_("JOBS"), 5, 0, 0, 0, MOVE_JOBS, true},
    [COL_ACCELS] = {N_("ACC"), 5, 0, 0, 1, MOVE_ACCELS, true},
    [COL_DELAY] = {N_("ONE-WAY"), 10, 0, 0, 2, MOVE_DELAY_AFTER_MS, true},
    [COL_STARTS] = {N_("STARTS"), 8, 0, 0, 4, MOVE_STARTS_LOW_S, true},
    [COL_HOME] = {N_("HOME"), 5, 0, 0, 5, MOVE_HOME_S, true},
    [COL_DATA] = {N_("DATA"), 6, 0, 0, 6, MOVE_DATA_GB, true},
    [COL_TAKES] = {N_("TAKES"), 5, 0, 0, 8, MOVE_TAKES_S, true},
    [COL_RISK] = {N_("RISK"), 6, 0, 0, 7, MOVE_RISK, false},
    [COL_QUEUE] = {N_("QUEUE"), 10, 20, 1, 9, MOVE_QUEUE, false},
    [COL_RUNNING] = {N_("RUN"), 4, 0, 0, 11, MOVE_RUNNING, true},
    [COL_COST] = {N_("CNY"), 7, 0, 0, 10, MOVE_COST_CNY, true},
    [COL_CO2] = {N_("KG CO2"), 6, 0, 0, 13, MOVE_CO2_KG, true},
    [COL_LINK] = {N_("LINK"), 9, 16, 1, 14, MOVE_LINK, false},
    [COL_WHY] = {N_("WHY"), 14, 60, 4, 12, TABLE_NO_SORT, false},
    {0},
};

enum { IDS_SHOWN = 8, ID_SHOWN = 40, LINE_BYTES = 2048, DAY_MS = 24 * 3600 * 1000 };

static bool is_hold(const struct row *row)
{
    return value_known(&row->cells[MOVE_TRANSFER]);
}

/* Of a transfer that is held: its link's load. */
static const char *delay(const struct row *row, char out[CELL_MAX])
{
    char before[CELL_MAX], after[CELL_MAX];

    if (is_hold(row)) {
        snprintf(out, CELL_MAX, "%.12s>%.12s%%", cell_pct(&row->cells[MOVE_USED_BEFORE_PCT], before),
                 cell_pct(&row->cells[MOVE_USED_AFTER_PCT], after));
        return out;
    }

    snprintf(out, CELL_MAX, "%.12s>%.12s", cell_ms(&row->cells[MOVE_DELAY_BEFORE_MS], before),
             cell_ms(&row->cells[MOVE_DELAY_AFTER_MS], after));
    return out;
}

/* "2m..9m": both ends are told, or none. */
static const char *starts(const struct row *row, char out[CELL_MAX])
{
    char low[CELL_MAX], high[CELL_MAX];

    if (!value_known(&row->cells[MOVE_STARTS_LOW_S]) && !value_known(&row->cells[MOVE_STARTS_HIGH_S]))
        return "-";
    snprintf(out, CELL_MAX, "%.12s..%.12s", cell_span(&row->cells[MOVE_STARTS_LOW_S], low),
             cell_span(&row->cells[MOVE_STARTS_HIGH_S], high));
    return out;
}

static const char *gigabytes(const struct value *v, char out[CELL_MAX])
{
    double gb = value_real_or(v, 0);

    if (!value_known(v))
        return "-";
    snprintf(out, CELL_MAX,
             gb >= 999500                    ? "%.0fT"
             : gb >= 9999.5 || gb <= -9999.5 ? "%.3gT"
             : gb > 0 && gb < 9.95           ? "%.1fG"
                                             : "%.0fG",
             gb >= 9999.5 || gb <= -9999.5 ? gb / 1000 : gb);
    return out;
}

static void paint_more(const struct table *t, struct canvas *c, int i, const struct row *row, enum role role)
{
    char n[CELL_MAX];

    table_text(t, c, i, COL_QUEUE, role, cell_text(row, MOVE_QUEUE));
    table_puts(t, c, i, COL_RUNNING, role, cell_short(&row->cells[MOVE_RUNNING], n));
    table_puts(t, c, i, COL_COST, role, cell_short(&row->cells[MOVE_COST_CNY], n));
    table_puts(t, c, i, COL_CO2, role, cell_short(&row->cells[MOVE_CO2_KG], n));
    table_text(t, c, i, COL_LINK, role, cell_text(row, MOVE_LINK));
    table_text(t, c, i, COL_WHY, role, cell_text(row, MOVE_WHY));
}

static enum role risk_role(const struct row *row, enum role role)
{
    return cell_is(row, MOVE_RISK, "high") ? ROLE_CRIT : cell_is(row, MOVE_RISK, "medium") ? ROLE_WARN : role;
}

static void paint_jobs(const struct table *t, struct canvas *c, int i, const struct row *row, enum role role)
{
    char n[CELL_MAX];

    table_puts(t, c, i, COL_JOBS, role, cell_short(&row->cells[MOVE_JOBS], n));
    table_puts(t, c, i, COL_ACCELS, role, cell_short(&row->cells[MOVE_ACCELS], n));
    table_puts(t, c, i, COL_STARTS, role, starts(row, n));
    table_puts(t, c, i, COL_HOME, role, cell_span(&row->cells[MOVE_HOME_S], n));
    table_puts(t, c, i, COL_DATA, role, gigabytes(&row->cells[MOVE_DATA_GB], n));
    table_puts(t, c, i, COL_TAKES, role, cell_span(&row->cells[MOVE_TAKES_S], n));
}

/* A transfer has no jobs: what is done to it stands there, until when, and what is left of it. */
static void paint_hold(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                       const struct row *row, enum role role)
{
    struct value rest_gb = value_real(1000 * value_real_or(&row->cells[MOVE_REST_TB], (double)NAN));
    char n[CELL_MAX];

    table_puts(t, c, i, COL_JOBS, role, cell_word(row, MOVE_WHAT, n));
    table_puts(t, c, i, COL_STARTS, role, cell_clock(&row->cells[MOVE_UNTIL], f->frame->now.utc_ms, n));
    table_puts(t, c, i, COL_DATA, role, gigabytes(&rest_gb, n));
}

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    bool out = rebalance_is_out(f->state, row);
    char n[CELL_MAX];

    role = out ? ROLE_DIM : role;
    table_puts(t, c, i, COL_IN, role, out ? "[ ]" : "[x]");
    table_puts(t, c, i, COL_NUMBER, role, cell_short(&row->cells[MOVE_NUMBER], n));
    table_text(t, c, i, COL_FROM, role, cell_text(row, MOVE_FROM));
    table_text(t, c, i, COL_TO, role, cell_text(row, MOVE_TO));
    table_puts(t, c, i, COL_DELAY, role, delay(row, n));
    if (is_hold(row))
        paint_hold(f, t, c, i, row, role);
    else
        paint_jobs(t, c, i, row, role);
    table_puts(t, c, i, COL_RISK, out ? role : risk_role(row, role), cell_word(row, MOVE_RISK, n));
    paint_more(t, c, i, row, role);
}

static struct cell_sign sign(const struct list_frame *f, const struct row *row)
{
    bool changed = marks_has(f->state->marks, row);

    return (struct cell_sign){changed ? ROLE_WARN : ROLE_TEXT, changed ? GLYPH_MARKED : GLYPH_COUNT};
}

const struct list rebalance_moves = {
    .columns = columns, .paint = paint, .nothing = N_("it moves nothing"), .sign = sign};

/* --- the one under the cursor --- */

static void put_list(const struct row *move, int field, int most, struct buf *line)
{
    struct safe_text rest = value_text_or(&move->cells[field], ""), member;
    int n = 0;

    buf_clear(line);
    for (; value_list_next(&rest, &member); n++) {
        if (n < most) {
            buf_puts(line, n > 0 ? " " : "", NULL);
            text_show(member, 24, line);
        }
    }
    if (n == 0)
        return;
    struct buf ids = buf_make(line->max);
    buf_puts(&ids, buf_str(line), NULL);
    buf_clear(line);
    buf_printf(line, NULL,
               field == MOVE_FREES ? tr("frees %d: %s")
               : n == 1            ? tr("%d job: %s")
                                   : tr("%d jobs: %s"),
               n, buf_str(&ids));
    if (n > most)
        buf_printf(line, NULL, tr(" and %d more"), n - most);
    buf_release(&ids);
}

/* The time of day; of what is more than a day ahead how far. */
static const char *ahead(const struct value *time, int64_t now_ms, char out[CELL_MAX])
{
    double left_ms = value_real_or(time, 0) - (double)now_ms;
    struct value left_s = value_real(left_ms / 1000);
    char span[CELL_MAX];

    if (!value_known(time) || left_ms < DAY_MS)
        return cell_clock(time, now_ms, out);
    snprintf(out, CELL_MAX, tr("in %.20s"), cell_span(&left_s, span));
    return out;
}

/* Which it is, and when it would be there. */
static void put_transfer(const struct view_frame *f, const struct row *move, struct buf *line)
{
    int64_t now_ms = f->now.utc_ms;
    char rate[CELL_MAX], a[CELL_MAX], b[CELL_MAX], d[CELL_MAX];

    buf_clear(line);
    text_show(cell_text(move, MOVE_TRANSFER), ID_SHOWN, line);
    buf_printf(line, NULL, tr(": %s Gbit/s; there at %s, then %s, deadline %s"),
               cell_short(&move->cells[MOVE_RATE_GBPS], rate), ahead(&move->cells[MOVE_ETA_BEFORE], now_ms, a),
               ahead(&move->cells[MOVE_ETA_AFTER], now_ms, b), ahead(&move->cells[MOVE_DEADLINE_AT], now_ms, d));
}

/* Why, what it frees, its jobs: a line each, as far as there is room. */
static int put_lines(const struct view_frame *f, const struct row *move, struct canvas *c, struct area in)
{
    static const int lists[] = {MOVE_FREES, MOVE_JOB_IDS};
    struct buf line = buf_make(LINE_BYTES);
    int y = 0;

    text_show(cell_text(move, MOVE_WHY), -1, &line);
    canvas_puts(c, in.x + 1, in.y + y++, in.width - 2, ROLE_TEXT, buf_str(&line));
    if (is_hold(move))
        put_transfer(f, move, &line);
    if (is_hold(move) && y < in.height)
        canvas_puts(c, in.x + 1, in.y + y++, in.width - 2, ROLE_DIM, buf_str(&line));
    for (size_t i = 0; i < sizeof lists / sizeof *lists && y < in.height; i++) {
        put_list(move, lists[i], IDS_SHOWN, &line);
        if (line.len > 0)
            canvas_puts(c, in.x + 1, in.y + y++, in.width - 2, i == 0 ? ROLE_OK : ROLE_DIM, buf_str(&line));
    }
    buf_release(&line);
    return y;
}

void rebalance_move_draw(const struct view_frame *f, struct view_state *s, struct canvas *c, struct area area)
{
    struct row move = {0};
    struct rebalance_members considered;
    struct area in;
    char title[LIST_TITLE_MAX];

    if (!list_current(&s->place[REBALANCE_LIST_MOVES], &f->rows[REBALANCE_MOVES], &move)) {
        canvas_box(c, area, tr("This move"), NULL);
        return;
    }
    snprintf(title, sizeof title, tr("Move %lld"), (long long)value_int_or(&move.cells[MOVE_NUMBER], 0));
    in = canvas_box(c, area, title, NULL);
    if (in.height < 1 || in.width < 1)
        return;
    int lines = put_lines(f, &move, c, in);
    rebalance_members_read(&considered, &move, MOVE_CONSIDERED);
    rebalance_considered_best_first(&considered);
    if (considered.count > 0 && lines == in.height && s->detail == false)
        canvas_right(c, area.x, area.y + area.height - 1, area.width - 2, ROLE_DIM, tr(" d: what was considered "));
    struct view_rows rows = rebalance_members_rows(&considered);
    struct list_frame lf = {
        .frame = f, .rows = &rows, .place = &s->place[REBALANCE_LIST_CONSIDERED], .state = s, .sorted = TABLE_NO_SORT};
    in.y += lines;
    in.height -= lines;
    if (in.height > 1 && !is_hold(&move)) {
        *lf.place = (struct view_place){0};
        list_draw(&rebalance_considered, &lf, c, in);
    }
}
