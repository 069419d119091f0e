#include <math.h>
#include <stdio.h>

#include "base/tr.h"
#include "domain/state.h"
#include "domain/wait.h"
#include "views/cell.h"
#include "views/detail.h"
#include "views/jobs_detail.h"
#include "views/marks.h"
#include "views/page.h"
#include "views/plan_keys.h"

enum need { NEED_JOBS, NEED_SCHEDULERS };
static const struct view_need needs[] = {
    [NEED_JOBS] = {.kind = KIND_JOB, .sort = "-submitted_at", .filtered = true},
    [NEED_SCHEDULERS] = {.kind = KIND_SCHEDULER, .aside = true},
    {0},
};

enum job_column {
    COL_JOB,
    COL_USER,
    COL_STATE,
    COL_ACCELS,
    COL_CPUS,
    COL_WAIT,
    COL_DEADLINE,
    COL_RING,
    COL_WHY,
    COL_QUEUE,
    COL_NAME,
    COL_REASON,
    COL_RUNS,
    COL_NODES,
    COL_PRIORITY,
    COL_ACCOUNT,
    COL_TENANT,
    COL_SUBMITTED,
    COL_LIMIT,
    COL_RESTARTS,
};

static const struct table_column columns[] = {
    [COL_JOB] = {N_("JOB"), 15, 22, 1, 0, -1, false},
    [COL_USER] = {N_("USER"), 8, 12, 1, 4, JOB_USER, false},
    [COL_STATE] = {N_("STATE"), 9, 0, 0, 0, JOB_STATE, false},
    [COL_ACCELS] = {N_("ACC"), 4, 0, 0, 3, JOB_ACCELS, true},
    [COL_CPUS] = {N_("CPU"), 5, 0, 0, 9, JOB_CPUS, true},
    [COL_WAIT] = {N_("WAIT"), 4, 0, 0, 2, JOB_WAITED_S, true},
    [COL_DEADLINE] = {N_("DEADL"), 5, 0, 0, 5, JOB_DEADLINE_AT, true},
    [COL_RING] = {N_("RING"), 4, 0, 0, 6, JOB_LATENCY_MS_MAX, true},
    [COL_WHY] = {N_("WHY"), 15, 0, 0, 1, TABLE_NO_SORT, false},
    [COL_QUEUE] = {N_("QUEUE"), 11, 18, 1, 7, JOB_QUEUE, false},
    [COL_NAME] = {N_("NAME"), 14, 30, 2, 8, JOB_NAME, false},
    [COL_REASON] = {N_("REASON"), 18, 40, 2, 17, JOB_REASON, false},
    [COL_RUNS] = {N_("RUNS"), 4, 0, 0, 10, JOB_STARTED_AT, true},
    [COL_NODES] = {N_("NODES"), 5, 0, 0, 16, JOB_NODES, true},
    [COL_PRIORITY] = {N_("PRIO"), 10, 0, 0, 15, JOB_PRIORITY, true},
    [COL_ACCOUNT] = {N_("ACCOUNT"), 11, 14, 1, 11, JOB_ACCOUNT, false},
    [COL_TENANT] = {N_("TENANT"), 8, 12, 1, 12, JOB_TENANT, false},
    [COL_SUBMITTED] = {N_("SUBMITTED"), 9, 0, 0, 14, JOB_SUBMITTED_AT, true},
    [COL_LIMIT] = {N_("LIMIT"), 5, 0, 0, 13, JOB_TIME_LIMIT_S, true},
    [COL_RESTARTS] = {N_("RESTARTS"), 8, 0, 0, 18, JOB_RESTARTS, true},
    {0},
};

static struct value waited(const struct list_frame *f, const struct row *row)
{
    struct value known = row->cells[JOB_WAITED_S];

    return value_known(&known) ? known : row_waited_s(row, f->frame->now.utc_ms);
}

/* How long it runs, or ran. */
static const char *runs(const struct list_frame *f, const struct row *row, char out[CELL_MAX])
{
    const struct value *end = &row->cells[JOB_ENDED_AT];
    bool now = cell_is(row, JOB_STATE, "running") || cell_is(row, JOB_STATE, "suspended") ||
               cell_is(row, JOB_STATE, "finishing");

    if (!now && !value_known(end))
        return "-";
    return cell_since(&row->cells[JOB_STARTED_AT], now ? f->frame->now.utc_ms : value_int_or(end, 0), out);
}

static bool is_pending(const struct row *row)
{
    enum job_state s = state_job(cell_text(row, JOB_STATE));

    return s == JOB_WAITING || s == JOB_HELD;
}

/* "11m" until it must have ended, "-16m" after that. */
static const char *deadline(const struct list_frame *f, const struct row *row, char out[CELL_MAX])
{
    const struct value *at = &row->cells[JOB_DEADLINE_AT];
    double s = ((double)value_int_or(at, 0) - (double)f->frame->now.utc_ms) / 1000;
    struct value span = value_real(fabs(s));
    char n[CELL_MAX];

    if (!value_known(at))
        return "-";
    snprintf(out, CELL_MAX, "%s%.20s", s < 0 ? "-" : "", cell_span(&span, n));
    return out;
}

static void paint_deadline(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                           const struct row *row, enum role role)
{
    int64_t now_ms = f->frame->now.utc_ms;
    bool missed = is_pending(row) && value_int_or(&row->cells[JOB_DEADLINE_AT], now_ms) < now_ms;
    char n[CELL_MAX];

    table_puts(t, c, i, COL_DEADLINE, missed && !row->stale ? ROLE_CRIT : role, deadline(f, row, n));
}

static void paint_more(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                       const struct row *row, enum role role)
{
    char n[CELL_MAX];

    table_text(t, c, i, COL_NAME, role, cell_text(row, JOB_NAME));
    table_text(t, c, i, COL_REASON, role, cell_text(row, JOB_REASON));
    table_puts(t, c, i, COL_RUNS, role, runs(f, row, n));
    table_puts(t, c, i, COL_NODES, role, cell_short(&row->cells[JOB_NODES], n));
    table_puts(t, c, i, COL_PRIORITY, role, cell_plain(&row->cells[JOB_PRIORITY], n));
    table_text(t, c, i, COL_ACCOUNT, role, cell_text(row, JOB_ACCOUNT));
    table_text(t, c, i, COL_TENANT, role, cell_text(row, JOB_TENANT));
    table_puts(t, c, i, COL_SUBMITTED, role, cell_clock(&row->cells[JOB_SUBMITTED_AT], f->frame->now.utc_ms, n));
    table_puts(t, c, i, COL_LIMIT, role, cell_span(&row->cells[JOB_TIME_LIMIT_S], n));
    table_puts(t, c, i, COL_RESTARTS, role, cell_short(&row->cells[JOB_RESTARTS], n));
}

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    struct cell_sign sign = cell_sign(row);
    struct value wait = waited(f, row);
    char n[CELL_MAX];

    table_text(t, c, i, COL_JOB, role, row->id);
    table_text(t, c, i, COL_USER, role, cell_text(row, JOB_USER));
    table_puts(t, c, i, COL_STATE, sign.role, cell_word(row, JOB_STATE, n));
    table_puts(t, c, i, COL_ACCELS, role, cell_short(&row->cells[JOB_ACCELS], n));
    table_puts(t, c, i, COL_CPUS, role, cell_short(&row->cells[JOB_CPUS], n));
    table_puts(t, c, i, COL_WAIT, role, cell_span(&wait, n));
    paint_deadline(f, t, c, i, row, role);
    table_puts(t, c, i, COL_RING, role, cell_limit(&row->cells[JOB_LATENCY_MS_MAX], n));
    table_puts(t, c, i, COL_WHY, role, is_pending(row) ? wait_short(wait_why_of(row)) : "-");
    table_text(t, c, i, COL_QUEUE, role, cell_text(row, JOB_QUEUE));
    paint_more(f, t, c, i, row, role);
}

static const struct list list = {.columns = columns, .paint = paint, .nothing = N_("no jobs")};
static const struct page page = {.title = N_("Jobs"), .kind = KIND_JOB, .sort = "-submitted_at", .list = &list};
static const struct key_row keys[] = {
    PAGE_KEYS, PLAN_KEYS("a plan for the queue of the job under the cursor, or of those that are marked"),
    LIST_KEYS, LIST_MARK_KEYS,
    {0},
};

/* --- the view --- */

enum { SCHEDULERS_MOST = 4096, WIDE = 160, TALL = 36 };

/* Which schedulers show only some of their jobs; false: none says so. */
static bool put_hidden(const struct view_rows *schedulers, struct buf *out)
{
    for (size_t i = 0; i < schedulers->count && i < SCHEDULERS_MOST; i++) {
        struct row row = {0};

        if (!schedulers->at(schedulers->ctx, i, &row) || !jobs_detail_hides(&row))
            continue;
        buf_puts(out, out->len > 0 ? ", " : "", NULL);
        text_show(row.id, -1, out);
    }
    return out->len > 0;
}

/* A screen that has room for both shows the detail by itself, until somebody closes it. */
static bool shows_detail(const struct view_frame *f, const struct view_state *s)
{
    return s->detail || (!s->shut && f->area.width >= WIDE && f->area.height >= TALL && f->rows[NEED_JOBS].count > 0);
}

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    struct area above = f->area, below = f->area;
    struct buf hidden = buf_make(DETAIL_LINE_BYTES);
    struct row job = {0};
    bool detail = shows_detail(f, s), hides = put_hidden(&f->rows[NEED_SCHEDULERS], &hidden);

    below.height = detail ? jobs_detail_height(f->area) : 0;
    above.height -= below.height;
    below.y += above.height;
    hides = hides && above.height > 4;
    above.height -= hides;
    page_list(&page, f, &f->rows[NEED_JOBS], s, c, above);
    if (hides)
        canvas_printf(c, above.x + 1, above.y + above.height, above.width - 2, ROLE_WARN,
                      tr("other users' jobs are hidden (PrivateData) by %s"), buf_str(&hidden));
    if (detail && list_current(&s->place[0], &f->rows[NEED_JOBS], &job))
        jobs_detail_draw(f, &f->rows[NEED_SCHEDULERS], &job, c, below.height > 0 ? below : f->area);
    buf_release(&hidden);
}

/* SCHEDULER/QUEUE, as queues are named; empty where it is not known. */
static struct safe_text queue_of(const struct row *job, struct buf *out)
{
    struct safe_text scheduler = value_text_or(&job->cells[JOB_SCHEDULER], ""),
                     queue = value_text_or(&job->cells[JOB_QUEUE], "");

    buf_clear(out);
    if (text_empty(scheduler) || text_empty(queue) || text_empty(text_copy(out, scheduler)) ||
        !buf_putc(out, '/', NULL) || text_empty(text_copy(out, queue)))
        return text_of("");
    return text_from(out->data, out->len);
}

/* Whether all marked jobs that are listed are of that queue. */
static bool of_one_queue(const struct view_rows *jobs, const struct marks *marks, struct safe_text queue)
{
    struct buf name = buf_make(VIEW_ID_MAX);
    bool one = true;

    for (size_t i = 0; one && i < marks_count(marks); i++) {
        struct safe_text id, source;
        struct row job = {0};

        marks_at(marks, i, &id, &source);
        int64_t at = jobs->find(jobs->ctx, id, source);
        one = at < 0 || !jobs->at(jobs->ctx, (size_t)at, &job) || text_equal(queue_of(&job, &name), queue);
    }
    buf_release(&name);
    return one;
}

static struct intent ask_plan(const struct view_rows *jobs, struct view_state *s)
{
    struct buf name = buf_make(VIEW_ID_MAX);
    struct intent i = {.kind = INTENT_SAY};
    struct row job = {0};
    bool any = list_current(&s->place[0], jobs, &job);
    struct safe_text queue = any ? queue_of(&job, &name) : text_of("");

    if (any && marks_count(s->marks) > 0 && !of_one_queue(jobs, s->marks, queue))
        snprintf(i.text, sizeof i.text, "%s",
                 tr("the marked jobs are of several queues: a plan is for one, or for all"));
    else
        i = plan_keys_line("--only-queue", queue);
    buf_release(&name);
    return i;
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    if (action == PAGE_DETAIL) {
        s->shut = shows_detail(f, s);
        s->detail = !s->shut;
        return (struct intent){.kind = INTENT_REDRAW};
    }
    if (action == PLAN_ASK)
        return ask_plan(&f->rows[NEED_JOBS], s);
    return page_act(&page, &f->rows[NEED_JOBS], s, action);
}

static void rows_of_list(const struct view_frame *f, struct view_state *s, view_look *look, void *ctx)
{
    look(ctx, &f->rows[NEED_JOBS], &s->place[0]);
}

static bool object(const struct view_frame *f, struct view_state *s, struct row *object)
{
    return list_current(&s->place[0], &f->rows[NEED_JOBS], object);
}

const struct view view_jobs = {
    .name = "jobs",
    .title = "Jobs",
    .help = "which work there is, on all schedulers: what it asks for, how long it waits, and why",
    .order = 5,
    .needs = needs,
    .told_by = "slurm",
    .keys = keys,
    .columns = true,
    .draw = draw,
    .act = act,
    .rows = rows_of_list,
    .object = object,
};
