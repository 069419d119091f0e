#include "base/tr.h"
#include "views/cell.h"
#include "views/page.h"

enum job_column {
    COL_JOB,
    COL_USER,
    COL_STATE,
    COL_ACCELS,
    COL_CPUS,
    COL_WAIT,
    COL_QUEUE,
    COL_NAME,
    COL_REASON,
    COL_RUNS,
    COL_NODES,
    COL_PRIORITY,
    COL_ACCOUNT,
    COL_SUBMITTED,
    COL_LIMIT,
};

static const struct table_column columns[] = {
    [COL_JOB] = {N_("JOB"), 15, 28, 1, 0, -1, false},
    [COL_USER] = {N_("USER"), 8, 12, 1, 4, JOB_USER, false},
    [COL_STATE] = {N_("STATE"), 9, 0, 0, 0, JOB_STATE, false},
    [COL_ACCELS] = {N_("ACC"), 4, 0, 0, 3, JOB_ACCELS, true},
    [COL_CPUS] = {N_("CPU"), 5, 0, 0, 8, JOB_CPUS, true},
    [COL_WAIT] = {N_("WAIT"), 4, 0, 0, 2, JOB_WAITED_S, true},
    [COL_QUEUE] = {N_("QUEUE"), 7, 20, 1, 6, JOB_QUEUE, false},
    [COL_NAME] = {N_("NAME"), 7, 40, 2, 7, JOB_NAME, false},
    [COL_REASON] = {N_("REASON"), 9, 40, 2, 1, JOB_REASON, false},
    [COL_RUNS] = {N_("RUNS"), 4, 0, 0, 10, JOB_STARTED_AT, true},
    [COL_NODES] = {N_("NODES"), 5, 0, 0, 11, JOB_NODES, true},
    [COL_PRIORITY] = {N_("PRIO"), 10, 0, 0, 12, JOB_PRIORITY, true},
    [COL_ACCOUNT] = {N_("ACCOUNT"), 8, 14, 1, 13, JOB_ACCOUNT, false},
    [COL_SUBMITTED] = {N_("SUBMITTED"), 9, 0, 0, 14, JOB_SUBMITTED_AT, true},
    [COL_LIMIT] = {N_("LIMIT"), 5, 0, 0, 15, JOB_TIME_LIMIT_S, true},
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

static void paint_more(const struct list_frame *f, const struct table *t, struct canvas *c, int i,
                       const struct row *row, enum role role)
{
    char n[CELL_MAX];

    table_puts(t, c, i, COL_RUNS, role, runs(f, row, n));
    table_puts(t, c, i, COL_NODES, role, cell_short(&row->cells[JOB_NODES], n));
    table_puts(t, c, i, COL_PRIORITY, role, cell_plain(&row->cells[JOB_PRIORITY], n));
    table_text(t, c, i, COL_ACCOUNT, role, cell_text(row, JOB_ACCOUNT));
    table_puts(t, c, i, COL_SUBMITTED, role, cell_clock(&row->cells[JOB_SUBMITTED_AT], f->frame->now.utc_ms, n));
    table_puts(t, c, i, COL_LIMIT, role, cell_span(&row->cells[JOB_TIME_LIMIT_S], n));
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
    table_text(t, c, i, COL_QUEUE, role, cell_text(row, JOB_QUEUE));
    table_text(t, c, i, COL_NAME, role, cell_text(row, JOB_NAME));
    table_text(t, c, i, COL_REASON, role, cell_text(row, JOB_REASON));
    paint_more(f, t, c, i, row, role);
}

static const struct list list = {.columns = columns, .paint = paint, .nothing = N_("no jobs")};
static const struct page page = {.title = N_("Jobs"), .kind = KIND_JOB, .sort = "-submitted_at", .list = &list};

static const struct view_need needs[] = {{.kind = KIND_JOB, .sort = "-submitted_at", .filtered = true}, {0}};
static const struct key_row keys[] = {PAGE_KEYS, LIST_KEYS, {0}};

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    page_draw(&page, f, &f->rows[0], s, c);
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    return page_act(&page, &f->rows[0], s, action);
}

static bool object(const struct view_frame *f, struct view_state *s, struct row *object)
{
    return list_current(&s->place[0], &f->rows[0], object);
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
    .object = object,
};
