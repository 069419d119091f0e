#include "views/jobs_detail.h"

#include "base/clock.h"
#include "base/tr.h"
#include "domain/state.h"
#include "domain/wait.h"
#include "views/cell.h"
#include "views/detail.h"

enum {
    COLUMNS = 2,
    LIST_LEAST = 6,
    HEIGHT_LEAST = 6,
    HEIGHT_MOST = 25,
    WIDTH_LEAST = 72,    /* of two columns */
    STANDING_LEAST = 20, /* lines that the standing and wide ones need */
    SIGNALS_FROM = 128,
};

/* How each field is said. Those that another one says with it have no line of their own. */
enum how { AS_IT_IS, AS_STATE, AS_REASON, AS_SPAN, AS_MOMENT, AS_EXIT, AS_ACCELS, AS_TASKS, AS_WAIT };

/* First what stands nowhere else. */
static const struct {
    int field;
    enum how how;
} lines[] = {
    {JOB_STATE, AS_STATE},         {JOB_WAITED_S, AS_WAIT},
    {JOB_REASON, AS_REASON},       {JOB_COMMAND, AS_IT_IS},
    {JOB_WORK_DIR, AS_IT_IS},      {JOB_STDOUT, AS_IT_IS},
    {JOB_STDERR, AS_IT_IS},        {JOB_EXIT_CODE, AS_EXIT},
    {JOB_TIME_LIMIT_S, AS_SPAN},   {JOB_DEADLINE_AT, AS_MOMENT},
    {JOB_DEPENDENCY, AS_IT_IS},    {JOB_RESERVATION, AS_IT_IS},
    {JOB_RESTARTS, AS_IT_IS},      {JOB_TASKS, AS_TASKS},
    {JOB_HET, AS_IT_IS},           {JOB_LATENCY_MS_MAX, AS_IT_IS},
    {JOB_MOVABLE, AS_IT_IS},       {JOB_MOVABLE_BY, AS_IT_IS},
    {JOB_DATA_GB, AS_IT_IS},       {JOB_CHECKPOINT_AT, AS_MOMENT},
    {JOB_COMMENT, AS_IT_IS},       {JOB_STARTS_ESTIMATE_AT, AS_MOMENT},
    {JOB_STARTED_AT, AS_MOMENT},   {JOB_ENDED_AT, AS_MOMENT},
    {JOB_SUBMITTED_AT, AS_MOMENT}, {JOB_ELIGIBLE_AT, AS_MOMENT},
    {JOB_NODES, AS_IT_IS},         {JOB_CPUS, AS_IT_IS},
    {JOB_ACCELS, AS_ACCELS},       {JOB_MEMORY_MB, AS_IT_IS},
    {JOB_NODE_LIST, AS_IT_IS},     {JOB_NAME, AS_IT_IS},
    {JOB_QUEUE, AS_IT_IS},         {JOB_USER, AS_IT_IS},
    {JOB_ACCOUNT, AS_IT_IS},       {JOB_TENANT, AS_IT_IS},
    {JOB_QOS, AS_IT_IS},           {JOB_PRIORITY, AS_IT_IS},
    {JOB_LICENSES, AS_IT_IS},      {JOB_SIBLINGS, AS_IT_IS},
    {JOB_WHY, AS_IT_IS},           {JOB_COULD_RUN_AT, AS_IT_IS},
    {JOB_SCHEDULER, AS_IT_IS},     {JOB_CLUSTER, AS_IT_IS},
};
enum { LINES = sizeof lines / sizeof *lines };

/* Where there is room for all, these have their places, known or not, so that the eye finds each where it was in the job
 * before; the others come behind them when they are known. */
static const int standing[] = {
    JOB_STATE,          JOB_WAITED_S,
    JOB_REASON,         JOB_QUEUE,
    JOB_COMMAND,        JOB_WORK_DIR,
    JOB_STDOUT,         JOB_STDERR,
    JOB_EXIT_CODE,      JOB_RESTARTS,
    JOB_TIME_LIMIT_S,   JOB_DEADLINE_AT,
    JOB_SUBMITTED_AT,   JOB_STARTS_ESTIMATE_AT,
    JOB_STARTED_AT,     JOB_ENDED_AT,
    JOB_NODES,          JOB_CPUS,
    JOB_ACCELS,         JOB_MEMORY_MB,
    JOB_NODE_LIST,      JOB_NAME,
    JOB_USER,           JOB_ACCOUNT,
    JOB_TENANT,         JOB_QOS,
    JOB_PRIORITY,       JOB_MOVABLE,
    JOB_LATENCY_MS_MAX, JOB_SCHEDULER,
    JOB_CLUSTER,
};

static bool is_pending(const struct row *job)
{
    enum job_state s = state_job(value_text_or(&job->cells[JOB_STATE], ""));

    return s == JOB_WAITING || s == JOB_HELD;
}

static void put_other(const struct row *job, int field, struct buf *out)
{
    if (!value_known(&job->cells[field]))
        return;
    buf_puts(out, " (", NULL);
    text_show(value_text_or(&job->cells[field], ""), -1, out);
    buf_puts(out, ")", NULL);
}

/* "10:51:02 (21m ago)", "12:00:00 (in 48m)". */
static void put_moment(const struct value *at, int64_t now_ms, struct buf *out)
{
    int64_t ms = value_int_or(at, 0);
    struct value now = value_time(now_ms);
    char text[CELL_MAX], age[CELL_MAX];
    bool past = ms <= now_ms;

    if (value_int_or(at, 0) / 86400000 == now_ms / 86400000)
        buf_puts(out, cell_clock(at, now_ms, text), NULL);
    else
        buf_puts(out, clock_iso(ms, text), NULL);
    buf_printf(out, NULL, past ? tr(" (%s ago)") : tr(" (in %s)"),
               past ? cell_since(at, now_ms, age) : cell_since(&now, ms, age));
}

static void put_exit(const struct value *code, struct buf *out)
{
    int64_t n = value_int_or(code, 0);
    char text[CELL_MAX];

    buf_puts(out, cell_plain(code, text), NULL);
    if (n > SIGNALS_FROM && n < 2 * SIGNALS_FROM)
        buf_printf(out, NULL, tr(" (signal %d)"), (int)(n - SIGNALS_FROM));
}

static void put_reason(const struct row *job, struct buf *out)
{
    text_show(value_text_or(&job->cells[JOB_REASON], ""), -1, out);
    if (is_pending(job))
        buf_printf(out, NULL, ": %s", wait_words(wait_why_of(job)));
}

static void put_words(const struct row *job, size_t i, int64_t now_ms, struct buf *out)
{
    int field = lines[i].field;
    const struct value *v = &job->cells[field];
    char text[CELL_MAX];

    if (lines[i].how == AS_MOMENT)
        put_moment(v, now_ms, out);
    else if (lines[i].how == AS_SPAN || lines[i].how == AS_WAIT)
        buf_puts(out, cell_span(v, text), NULL);
    else if (lines[i].how == AS_REASON)
        put_reason(job, out);
    else if (lines[i].how == AS_EXIT)
        put_exit(v, out);
    else
        cell_words(job, field, now_ms, out);
    if (lines[i].how == AS_STATE)
        put_other(job, JOB_STATE_RAW, out);
    if (lines[i].how == AS_ACCELS)
        put_other(job, JOB_ACCEL_KIND, out);
}

static enum role role_of(const struct row *job, size_t i, int64_t now_ms)
{
    const struct value *v = &job->cells[lines[i].field];

    if (job->stale)
        return ROLE_STALE;
    if (lines[i].how == AS_STATE)
        return cell_sign(job).role;
    if (lines[i].field == JOB_DEADLINE_AT && is_pending(job) && value_int_or(v, now_ms) < now_ms)
        return ROLE_CRIT;
    return lines[i].how == AS_EXIT && value_int_or(v, 0) != 0 ? ROLE_WARN : ROLE_TEXT;
}

static bool is_said(const struct row *job, size_t i)
{
    return value_known(&job->cells[lines[i].field]) &&
           (lines[i].how != AS_TASKS || value_int_or(&job->cells[JOB_TASKS], 1) > 1);
}

/* --- what is hidden --- */

bool jobs_detail_hides(const struct row *scheduler)
{
    struct safe_text rest = value_text_or(&scheduler->cells[SCHEDULER_HIDDEN], ""), member;

    while (value_list_next(&rest, &member))
        if (text_is(member, "jobs"))
            return true;
    return false;
}

static void put_hidden(struct detail_pane *p, const struct view_rows *schedulers, const struct row *job)
{
    struct safe_text id = value_text_or(&job->cells[JOB_SCHEDULER], "");
    int64_t at = text_empty(id) ? -1 : schedulers->find(schedulers->ctx, id, text_of(""));
    struct row scheduler = {0};

    if (at >= 0 && schedulers->at(schedulers->ctx, (size_t)at, &scheduler) && jobs_detail_hides(&scheduler))
        detail_put(p, "hidden", ROLE_WARN, tr("other users' jobs of its scheduler (PrivateData)"));
}

/* --- the whole --- */

int jobs_detail_height(struct area area)
{
    int height = area.height - LIST_LEAST;

    height = height > area.height * 2 / 3 ? area.height * 2 / 3 : height;
    return height > HEIGHT_MOST ? HEIGHT_MOST : height >= HEIGHT_LEAST ? height : 0;
}

struct told {
    const struct row *job;
    int64_t now_ms;
    struct buf *line;
};

static void put_line(struct detail_pane *p, const struct told *t, size_t i)
{
    if (!is_said(t->job, i) || p->standing[lines[i].field])
        return;
    buf_clear(t->line);
    put_words(t->job, i, t->now_ms, t->line);
    detail_put(p, kind_info(KIND_JOB)->fields[lines[i].field].name, role_of(t->job, i, t->now_ms), buf_str(t->line));
}

static void put_standing(struct detail_pane *p, const struct told *t, int field)
{
    size_t i = 0;

    while (i < LINES && lines[i].field != field)
        i++;
    if (i < LINES && is_said(t->job, i))
        put_line(p, t, i);
    else
        detail_put(p, kind_info(KIND_JOB)->fields[field].name, ROLE_TEXT, "-");
    p->standing[field] = true;
}

void jobs_detail_draw(const struct view_frame *f, const struct view_rows *schedulers, const struct row *job,
                      struct canvas *c, struct area area)
{
    struct detail_pane p = detail_begin(job, area.width >= WIDTH_LEAST ? COLUMNS : 1, c, area);
    struct buf line = buf_make(DETAIL_LINE_BYTES);
    struct row known = *job;

    if (!value_known(&known.cells[JOB_WAITED_S]))
        known.cells[JOB_WAITED_S] = row_waited_s(job, f->now.utc_ms);
    if (p.in.height > 0 && p.in.width > 0)
        put_hidden(&p, schedulers, job);
    struct told told = {&known, f->now.utc_ms, &line};
    bool stands = p.columns == COLUMNS && p.in.height >= STANDING_LEAST;
    for (size_t k = 0; stands && k < sizeof standing / sizeof *standing; k++)
        put_standing(&p, &told, standing[k]);
    for (size_t i = 0; p.in.height > 0 && p.in.width > 0 && i < LINES; i++)
        put_line(&p, &told, i);
    if (p.in.height > 0 && p.in.width > 0) {
        detail_put_seen(&p, job, &line);
        detail_end(&p, &known, &line);
    }
    buf_release(&line);
}
