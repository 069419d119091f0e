#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include "base/tr.h"
#include "views/bar.h"
#include "views/map_scene.h"
#include "views/rebalance_run.h"

/* A plan that is carried out: how far each move is, what was refused, what ended last. */

enum {
    WIDE = 140,
    TALL = 30,
    RIGHT_WIDTH = 64,
    LOG_WIDTH = 34,
    LOG_WIDTH_MORE = 52,
    WIDER = 110,
    HEAD_LINES = 2,
    MOVES_HEIGHT = 6,
    TROUBLE_HEIGHT = 4,
    BAR_LEAST = 6,
    BAR_MOST = 40,
    LINE_BYTES = 2048,
    STEP_MAX = 32,
    SHARE_COLUMNS = 5
};

static double share_of(const struct rebalance_tally *t)
{
    return t->all > 0 ? (double)(t->done + t->refused) / (double)t->all : (double)NAN;
}

/* --- moves --- */

enum column { COL_NUMBER, COL_FROM, COL_TO, COL_STATE, COL_DONE, COL_REFUSED, COL_UNKNOWN, COL_PROGRESS, COL_NOW };
static const struct table_column columns[] = {
    [COL_NUMBER] = {"#", 3, 0, 0, 0, TABLE_NO_SORT, true},
    [COL_FROM] = {N_("FROM"), 7, 14, 1, 0, TABLE_NO_SORT, false},
    [COL_TO] = {N_("TO"), 7, 14, 1, 0, TABLE_NO_SORT, false},
    [COL_STATE] = {N_("STATE"), 8, 0, 0, 1, TABLE_NO_SORT, false},
    [COL_DONE] = {N_("DONE"), 8, 0, 0, 0, TABLE_NO_SORT, true},
    [COL_REFUSED] = {N_("REFUSED"), 7, 0, 0, 2, TABLE_NO_SORT, true},
    [COL_UNKNOWN] = {N_("UNKNOWN"), 7, 0, 0, 5, TABLE_NO_SORT, true},
    [COL_PROGRESS] = {N_("PROGRESS"), 11, 26, 2, 3, TABLE_NO_SORT, false},
    [COL_NOW] = {N_("NOW"), 12, 40, 3, 4, TABLE_NO_SORT, false},
    {0},
};

static const struct rebalance_run_move *move_of(const struct list_frame *f, const struct row *row)
{
    const struct rebalance_run *r = f->ctx;
    int64_t at = f->rows->find(f->rows->ctx, row->id, row->source);

    return at >= 0 && (size_t)at < r->move_count ? &r->moves[at] : NULL;
}

static const char *move_state(const struct row *move, const struct rebalance_tally *t)
{
    if (t->all == 0)
        return cell_is(move, MOVE_STATE, "excluded") ? "excluded" : "queued";
    if (t->done == t->all)
        return "done";
    if (t->refused == t->all)
        return "failed";
    if (t->open > 0)
        return "running";
    if (rebalance_tally_left(t) == t->all)
        return "queued";
    return rebalance_tally_left(t) > 0 ? "running" : t->unknown > 0 ? "unknown" : "partly";
}

static const char *step_word(struct safe_text step, char out[STEP_MAX])
{
    static const char *const words[] = {
        NC_("step", "read"),        NC_("step", "move"),       NC_("step", "hold"),      NC_("step", "check"),
        NC_("step", "check_again"), NC_("step", "script"),     NC_("step", "submit"),    NC_("step", "surplus"),
        NC_("step", "hold_copy"),   NC_("step", "check_copy"), NC_("step", "copy_gone"), NC_("step", "cancel"),
        NC_("step", "cancel_copy"), NC_("step", "gone"),       NC_("step", "release"),   NC_("step", "release_source"),
        NC_("step", "there"),       NC_("step", "limit"),      NC_("step", "priority"),  NC_("step", "move_within"),
        NC_("step", "left"),        NC_("step", "arrived"),    NC_("step", "kept")};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(step, words[i]))
            return tr_of("step", words[i]);
    return text_show_in(step, out, STEP_MAX);
}

static void paint_now(const struct table *t, struct canvas *c, int i, const struct rebalance_run_move *m,
                      enum role role)
{
    struct buf now = buf_make(LINE_BYTES);
    char step[STEP_MAX];

    if (!text_empty(m->now)) {
        text_show(m->now, 24, &now);
        buf_printf(&now, NULL, " %s", step_word(m->step, step));
    }
    table_puts(t, c, i, COL_NOW, role, now.len > 0 ? buf_str(&now) : "-");
    buf_release(&now);
}

static void paint_progress(const struct table *t, struct canvas *c, int i, const struct rebalance_tally *tally)
{
    double share = share_of(tally);
    int width = t->width[COL_PROGRESS] - SHARE_COLUMNS;
    char pct[16];

    if (width < 1 || !isfinite(share))
        return;
    snprintf(pct, sizeof pct, "%3.0f%%", 100 * share);
    bar_draw(c, t->x[COL_PROGRESS], t->area.y + 1 + i, width, tally->refused > 0 ? ROLE_WARN : ROLE_OK, share);
    canvas_right(c, t->x[COL_PROGRESS] + width, t->area.y + 1 + i, SHARE_COLUMNS, ROLE_TEXT, pct);
}

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    static const struct rebalance_run_move none;
    const struct rebalance_run_move *m = move_of(f, row);
    char n[CELL_MAX];

    m = m != NULL ? m : &none;
    role = m->tally.all == 0 ? ROLE_DIM : role;
    table_puts(t, c, i, COL_NUMBER, role, cell_short(&row->cells[MOVE_NUMBER], n));
    table_text(t, c, i, COL_FROM, role, cell_text(row, MOVE_FROM));
    table_text(t, c, i, COL_TO, role, cell_text(row, MOVE_TO));
    table_puts(t, c, i, COL_STATE, role, tr_of("state", move_state(row, &m->tally)));
    snprintf(n, sizeof n, "%lld/%lld", (long long)m->tally.done, (long long)m->tally.all);
    table_puts(t, c, i, COL_DONE, role, n);
    table_puts(t, c, i, COL_REFUSED, m->tally.refused > 0 ? ROLE_WARN : role, cell_number(m->tally.refused, n));
    table_puts(t, c, i, COL_UNKNOWN, m->tally.unknown > 0 ? ROLE_WARN : role, cell_number(m->tally.unknown, n));
    paint_progress(t, c, i, &m->tally);
    paint_now(t, c, i, m, role);
}

static struct cell_sign sign(const struct list_frame *f, const struct row *row)
{
    const struct rebalance_run_move *m = move_of(f, row);

    if (m == NULL || m->tally.all == 0)
        return (struct cell_sign){ROLE_TEXT, GLYPH_COUNT};
    if (m->tally.refused + m->tally.unknown > 0)
        return (struct cell_sign){ROLE_WARN, GLYPH_WARN};
    if (m->tally.done == m->tally.all)
        return (struct cell_sign){ROLE_OK, GLYPH_OK};
    return m->tally.open > 0 ? (struct cell_sign){ROLE_OK, GLYPH_ARROW} : (struct cell_sign){ROLE_TEXT, GLYPH_COUNT};
}

static const struct list moves = {.columns = columns, .paint = paint, .nothing = N_("it moves nothing"), .sign = sign};

/* --- what was refused, what is not known --- */

enum { TROUBLE_ID, TROUBLE_JOB, TROUBLE_TO, TROUBLE_STATE, TROUBLE_WORDS };
static const struct table_column trouble_columns[] = {
    [TROUBLE_ID] = {N_("ORDER"), 9, 12, 1, 0, TABLE_NO_SORT, false},
    [TROUBLE_JOB] = {N_("JOB"), 12, 22, 2, 0, TABLE_NO_SORT, false},
    [TROUBLE_TO] = {N_("TO"), 8, 18, 1, 1, TABLE_NO_SORT, false},
    [TROUBLE_STATE] = {N_("STATE"), 7, 0, 0, 0, TABLE_NO_SORT, false},
    [TROUBLE_WORDS] = {N_("IN ITS WORDS"), 34, 160, 9, 0, TABLE_NO_SORT, false},
    {0},
};

static void paint_trouble(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                          const struct row *row, enum role role)
{
    char n[CELL_MAX];

    (void)f;
    table_text(t, c, i, TROUBLE_ID, role, row->id);
    table_text(t, c, i, TROUBLE_JOB, role, cell_text(row, ACTION_TARGET));
    table_text(t, c, i, TROUBLE_TO, role, cell_text(row, ACTION_TO));
    table_puts(t, c, i, TROUBLE_STATE, role, cell_word(row, ACTION_STATE, n));
    table_text(t, c, i, TROUBLE_WORDS, role, cell_text(row, ACTION_RESULT));
}

static struct cell_sign trouble_sign(const struct list_frame *f, const struct row *row)
{
    (void)f;
    return cell_is(row, ACTION_STATE, "unknown") ? (struct cell_sign){ROLE_WARN, GLYPH_WARN}
                                                 : (struct cell_sign){ROLE_CRIT, GLYPH_CRIT};
}

const struct list rebalance_trouble = {.columns = trouble_columns,
                                       .paint = paint_trouble,
                                       .nothing = N_("nothing was refused, and nothing is unknown"),
                                       .headless = true,
                                       .sign = trouble_sign};

/* --- what ended last --- */

enum { LOG_TIME, LOG_JOB, LOG_WORDS };
static const struct table_column log_columns[] = {
    [LOG_TIME] = {N_("TIME"), 8, 0, 0, 0, TABLE_NO_SORT, false},
    [LOG_JOB] = {N_("JOB"), 9, 24, 1, 0, TABLE_NO_SORT, false},
    [LOG_WORDS] = {N_("WHAT CAME OF IT"), 8, 120, 3, 0, TABLE_NO_SORT, false},
    {0},
};

static void paint_log(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                      enum role role)
{
    bool done = value_int_or(&row->cells[ACTION_DONE], 0) == 1;
    struct buf words = buf_make(LINE_BYTES);
    char n[CELL_MAX];

    table_puts(t, c, i, LOG_TIME, ROLE_DIM, cell_clock(&row->cells[ACTION_ENDED_AT], f->frame->now.utc_ms, n));
    table_text(t, c, i, LOG_JOB, role, cell_text(row, ACTION_TARGET));
    buf_puts(&words, done ? tr_of("state", "done") : tr_of("state", "refused"), NULL);
    if (done && value_known(&row->cells[ACTION_MADE])) {
        buf_puts(&words, " > ", NULL);
        text_show(cell_text(row, ACTION_MADE), 24, &words);
    } else if (!done) {
        buf_puts(&words, ": ", NULL);
        text_show(cell_text(row, ACTION_RESULT), -1, &words);
    }
    table_puts(t, c, i, LOG_WORDS, done ? role : ROLE_WARN, buf_str(&words));
    buf_release(&words);
}

static struct cell_sign log_sign(const struct list_frame *f, const struct row *row)
{
    (void)f;
    return value_int_or(&row->cells[ACTION_DONE], 0) == 1 ? (struct cell_sign){ROLE_OK, GLYPH_OK}
                                                          : (struct cell_sign){ROLE_CRIT, GLYPH_CRIT};
}

const struct list rebalance_log = {.columns = log_columns,
                                   .paint = paint_log,
                                   .nothing = N_("nothing has ended yet"),
                                   .headless = true,
                                   .sign = log_sign};

/* --- the head --- */

static const char *span(double s, char out[CELL_MAX])
{
    struct value v = value_real(s);

    return cell_span(&v, out);
}

static bool goes_on(const struct row *plan)
{
    return cell_is(plan, PLAN_STATE, "running") || cell_is(plan, PLAN_STATE, "paused");
}

static void put_begin(const struct rebalance_run *r, const struct row *plan, int64_t now_ms, struct buf *line)
{
    int64_t until_ms = goes_on(plan) ? now_ms : r->last_ms;
    char n[CELL_MAX];

    buf_puts(line, cell_word(plan, PLAN_STATE, n), NULL);
    if (r->began_ms > 0 && until_ms >= r->began_ms)
        buf_printf(line, NULL, " %s", span((double)(until_ms - r->began_ms) / 1000, n));
    buf_printf(line, NULL, tr("  %lld/%lld actions  "), (long long)r->sum.done, (long long)r->sum.all);
}

static void put_rest(const struct rebalance_run *r, const struct row *plan, int64_t now_ms, struct buf *line)
{
    double left_s = rebalance_run_left_s(r, now_ms), share = share_of(&r->sum);
    char n[CELL_MAX];

    if (isfinite(share))
        buf_printf(line, NULL, " %.0f%%", 100 * share);
    if (cell_is(plan, PLAN_STATE, "running") && left_s > 0)
        buf_printf(line, NULL, tr("  about %s left"), span(left_s, n));
    if (r->wave > 0)
        buf_printf(line, NULL, tr("  wave %lld"), (long long)r->wave);
}

static enum role role_of(const struct row *plan)
{
    if (cell_is(plan, PLAN_STATE, "failed"))
        return ROLE_CRIT;
    return cell_is(plan, PLAN_STATE, "paused") || cell_is(plan, PLAN_STATE, "stopped") ||
                   cell_is(plan, PLAN_STATE, "partly")
               ? ROLE_WARN
               : ROLE_TITLE;
}

static void draw_progress(const struct rebalance_run *r, const struct row *plan, int64_t now_ms, struct canvas *c,
                          struct area area)
{
    struct buf line = buf_make(LINE_BYTES), rest = buf_make(LINE_BYTES);
    int x = area.x + 1, width, used;

    put_begin(r, plan, now_ms, &line);
    put_rest(r, plan, now_ms, &rest);
    used = canvas_puts(c, x, area.y, area.width - 1, role_of(plan), buf_str(&line));
    width = area.width - 2 - used - text_width(text_of(buf_str(&rest)));
    width = width > BAR_MOST ? BAR_MOST : width;
    if (width >= BAR_LEAST)
        bar_draw(c, x + used, area.y, width, r->sum.refused > 0 ? ROLE_WARN : ROLE_OK, share_of(&r->sum));
    x += used + (width >= BAR_LEAST ? width : 0);
    if (x < area.x + area.width)
        canvas_puts(c, x, area.y, area.x + area.width - x, ROLE_TEXT, buf_str(&rest));
    buf_release(&line);
    buf_release(&rest);
}

/* Why it does not go on comes first. */
static void put_sums(const struct rebalance_run *r, const struct row *plan, struct buf *line)
{
    const struct rebalance_tally *t = &r->sum, *b = &r->back;

    if (value_known(&plan->cells[PLAN_REMARK])) {
        text_show(cell_text(plan, PLAN_REMARK), -1, line);
        buf_puts(line, "; ", NULL);
    }
    buf_printf(line, NULL, tr("done %lld, refused %lld, unknown %lld, under way %lld, left %lld"), (long long)t->done,
               (long long)t->refused, (long long)t->unknown, (long long)t->open, (long long)rebalance_tally_left(t));
    if (b->all > 0)
        buf_printf(line, NULL, tr("; taken back %lld of %lld"), (long long)b->done, (long long)b->all);
    else if (cell_is(plan, PLAN_STATE, "running"))
        buf_printf(line, NULL, "; %s", tr("the guards hold"));
}

static void draw_head(const struct rebalance_run *r, const struct row *plan, int64_t now_ms, struct canvas *c,
                      struct area area)
{
    struct buf line = buf_make(LINE_BYTES);

    draw_progress(r, plan, now_ms, c, area);
    put_sums(r, plan, &line);
    if (area.height > 1)
        canvas_puts(c, area.x + 1, area.y + 1, area.width - 1,
                    value_known(&plan->cells[PLAN_REMARK]) ? role_of(plan) : ROLE_TEXT, buf_str(&line));
    buf_release(&line);
}

/* --- the whole --- */

struct shown {
    const struct view_frame *frame;
    struct view_state *state;
    const struct row *plan;
    const struct rebalance_run *run;
    struct canvas *canvas;
};

static const struct panel {
    enum rebalance_list list;
    enum rebalance_need need;
    const char *title, *note;
    const struct list *rows;
} panels[] = {
    {REBALANCE_LIST_MOVES, REBALANCE_MOVES, N_("Moves"), N_("p pause/resume  X stop  U take back"), &moves},
    {REBALANCE_LIST_TROUBLE, REBALANCE_TROUBLE, N_("Refused, unknown"), N_("r try again  K skip"), &rebalance_trouble},
    {REBALANCE_LIST_LOG, REBALANCE_LOG, N_("Log"), N_("the newest first"), &rebalance_log},
};

static void draw_panel(const struct shown *x, size_t at, struct area area)
{
    const struct panel *p = &panels[at];
    const struct view_rows *rows = &x->frame->rows[p->need];
    bool framed = area.height >= 3;
    struct area in = framed ? canvas_box(x->canvas, area, NULL, NULL) : area;
    struct list_frame lf = {.frame = x->frame,
                            .rows = rows,
                            .place = &x->state->place[p->list],
                            .state = x->state,
                            .focused = p->list == rebalance_panel(x->frame, x->state),
                            .sorted = TABLE_NO_SORT,
                            .ctx = x->run};
    struct view_rows known = *rows;
    char title[LIST_TITLE_MAX];

    if (p->list == REBALANCE_LIST_LOG && !lf.focused)
        *lf.place = (struct view_place){0}; /* nobody reads on in it: it shows what ended last */
    known.known = true; /* the collector tells of them, and what is left out is no choice of the operator's */
    known.all = p->need == REBALANCE_MOVES ? known.all : known.count;
    lf.rows = &known;
    list_draw(p->rows, &lf, x->canvas, in);
    if (framed)
        canvas_box(x->canvas, area, list_title(tr(p->title), &known, lf.place, title),
                   at == 0 && !goes_on(x->plan) ? tr("U take back") : tr(p->note));
}

/* All of them, up to a third. */
static int moves_height(const struct shown *x, int height)
{
    size_t wanted = x->frame->rows[REBALANCE_MOVES].count + 3;
    int most = height / 3 > MOVES_HEIGHT ? height / 3 : MOVES_HEIGHT;

    return wanted < MOVES_HEIGHT ? MOVES_HEIGHT : wanted < (size_t)most ? (int)wanted : most;
}

static void draw_narrow(const struct shown *x, struct area area)
{
    enum rebalance_list panel = rebalance_panel(x->frame, x->state);
    struct area side;

    draw_panel(x, 0, canvas_cut_top(&area, moves_height(x, area.height)));
    if (panel == REBALANCE_LIST_TROUBLE) {
        draw_panel(x, 1, area);
        return;
    }
    draw_panel(x, 1, canvas_cut_top(&area, TROUBLE_HEIGHT));
    if (panel == REBALANCE_LIST_LOG) {
        draw_panel(x, 2, area);
        return;
    }
    side = canvas_cut_right(&area, area.width >= WIDER ? LOG_WIDTH_MORE : LOG_WIDTH);
    rebalance_run_effect(x->frame, x->state, x->run, x->canvas, area);
    draw_panel(x, 2, side);
}

/* Beside the chart, as long as something goes from one cluster to another; returns what is left of the area. */
static struct area draw_flow(const struct shown *x, struct area area)
{
    static const struct view_rows no_rows = {.count = 0};
    static const struct view_state still = {.text = ""};
    const struct view_rows *rows = x->frame->rows;
    struct map_world world = map_world_make(&rows[REBALANCE_CLUSTERS], &no_rows, &no_rows);
    struct map_flows flows =
        map_flow_make(&(struct map_flow_facts){&rows[REBALANCE_ALL_PLANS], &rows[REBALANCE_MOVES],
                                               &rows[REBALANCE_ACTIONS], &rows[REBALANCE_SCHEDULERS]},
                      &world);
    const struct map_scene scene = {&world, &still, x->frame->outline, &flows, -1, -1};

    if (flows.count > 0)
        map_scene_draw(&scene, x->canvas, canvas_cut_right(&area, area.width / 2));
    map_world_release(&world);
    return area;
}

static void draw_wide(const struct shown *x, struct area area)
{
    struct area right = canvas_cut_right(&area, RIGHT_WIDTH);

    draw_panel(x, 0, canvas_cut_top(&area, area.height / 2));
    if (goes_on(x->plan))
        area = draw_flow(x, area);
    rebalance_run_effect(x->frame, x->state, x->run, x->canvas, area);
    draw_panel(x, 1, canvas_cut_top(&right, right.height / 3));
    draw_panel(x, 2, right);
}

/* How it can be undone, and on whose word it runs. */
static void draw_foot(const struct shown *x, struct area area)
{
    static const struct {
        size_t offset;
        const char *words;
    } said[] = {{offsetof(struct rebalance_run, who), N_("by")},
                {offsetof(struct rebalance_run, approver), N_("approved by")},
                {offsetof(struct rebalance_run, change), N_("change")}};
    struct buf line = buf_make(LINE_BYTES);
    char shown[CELL_MAX];

    buf_puts(&line,
             goes_on(x->plan) ? tr("d leaves, it goes on; U moves back what has not started by then")
                              : tr("U moves back what has not started by then; Enter shows the plan"),
             NULL);
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        struct safe_text t = *(const struct safe_text *)(const void *)((const char *)x->run + said[i].offset);

        if (text_empty(t))
            continue;
        buf_printf(&line, NULL, "; %s %s", tr(said[i].words), text_show_in(t, shown, sizeof shown));
    }
    canvas_puts(x->canvas, area.x + 1, area.y, area.width - 2, ROLE_DIM, buf_str(&line));
    buf_release(&line);
}

void rebalance_run_draw(const struct view_frame *f, struct view_state *s, const struct row *plan, struct canvas *c,
                        struct area area)
{
    struct rebalance_run run;
    struct shown x = {f, s, plan, &run, c};
    struct area foot;
    bool wide = area.width >= WIDE && area.height >= TALL;

    rebalance_run_make(&run, f);
    draw_head(&run, plan, f->now.utc_ms, c, canvas_cut_top(&area, HEAD_LINES));
    foot = area;
    area.height -= area.height > 0;
    foot.y += area.height;
    foot.height -= area.height;
    if (wide)
        draw_wide(&x, area);
    else
        draw_narrow(&x, area);
    if (foot.height > 0)
        draw_foot(&x, foot);
    rebalance_run_release(&run);
}
