#include "base/tr.h"
#include "views/cell.h"
#include "views/page.h"

enum node_column {
    COL_NODE,
    COL_STATE,
    COL_REASON,
    COL_BY,
    COL_SINCE,
    COL_SCHEDULER,
    COL_JOBS,
    COL_ACCELS,
    COL_CPUS,
    COL_QUEUES,
    COL_RAW,
    COL_RACK,
};

static const struct table_column columns[] = {
    [COL_NODE] = {N_("NODE"), 12, 24, 2, 0, NODE_NAME, false},
    [COL_STATE] = {N_("STATE"), 8, 0, 0, 0, NODE_STATE, false},
    [COL_REASON] = {N_("REASON"), 16, 60, 4, 1, NODE_REASON, false},
    [COL_BY] = {N_("WHO"), 8, 14, 1, 3, NODE_REASON_BY, false},
    [COL_SINCE] = {N_("SINCE"), 5, 0, 0, 2, NODE_REASON_AT, true},
    [COL_SCHEDULER] = {N_("SCHEDULER"), 9, 16, 1, 4, NODE_SCHEDULER, false},
    [COL_JOBS] = {N_("JOBS"), 4, 0, 0, 5, NODE_JOBS, true},
    [COL_ACCELS] = {N_("ACC"), 7, 0, 0, 7, NODE_ACCELS_TOTAL, true},
    [COL_CPUS] = {N_("CPU"), 9, 0, 0, 8, NODE_CPUS_TOTAL, true},
    [COL_QUEUES] = {N_("QUEUES"), 8, 24, 1, 9, NODE_PARTITIONS, false},
    [COL_RAW] = {N_("SAYS"), 8, 24, 1, 10, NODE_STATE_RAW, false},
    [COL_RACK] = {N_("RACK"), 8, 12, 1, 11, NODE_RACK, false},
    {0},
};

/* "3/8": used of all. */
static const char *used_of(const struct row *row, int total_field, int free_field, char out[CELL_MAX])
{
    const struct value *total = &row->cells[total_field], *free = &row->cells[free_field];
    struct value used = value_real(value_real_or(total, 0) - value_real_or(free, 0));
    char a[CELL_MAX], b[CELL_MAX];
    struct buf text = buf_make(CELL_MAX - 1);

    if (!value_known(total))
        buf_puts(&text, "-", NULL);
    else
        buf_printf(&text, NULL, "%s/%s", value_known(free) ? cell_short(&used, a) : "-", cell_short(total, b));
    text_show_in(text_from(buf_str(&text), text.len), out, CELL_MAX);
    buf_release(&text);
    return out;
}

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    struct cell_sign sign = cell_sign(row);
    struct buf queues = buf_make(256);
    char n[CELL_MAX];

    table_text(t, c, i, COL_NODE, role, value_known(&row->cells[NODE_NAME]) ? cell_text(row, NODE_NAME) : row->id);
    table_puts(t, c, i, COL_STATE, sign.role, cell_word(row, NODE_STATE, n));
    table_text(t, c, i, COL_REASON, role, cell_text(row, NODE_REASON));
    table_text(t, c, i, COL_BY, role, cell_text(row, NODE_REASON_BY));
    table_puts(t, c, i, COL_SINCE, role, cell_since(&row->cells[NODE_REASON_AT], f->frame->now.utc_ms, n));
    table_text(t, c, i, COL_SCHEDULER, role, cell_text(row, NODE_SCHEDULER));
    table_puts(t, c, i, COL_JOBS, role, cell_short(&row->cells[NODE_JOBS], n));
    table_puts(t, c, i, COL_ACCELS, role, used_of(row, NODE_ACCELS_TOTAL, NODE_ACCELS_FREE, n));
    table_puts(t, c, i, COL_CPUS, role, used_of(row, NODE_CPUS_TOTAL, NODE_CPUS_FREE, n));
    cell_words(row, NODE_PARTITIONS, f->frame->now.utc_ms, &queues);
    table_puts(t, c, i, COL_QUEUES, role, buf_str(&queues));
    table_text(t, c, i, COL_RAW, role, cell_text(row, NODE_STATE_RAW));
    table_text(t, c, i, COL_RACK, role, cell_text(row, NODE_RACK));
    buf_release(&queues);
}

static const struct list bad_list = {
    .columns = columns, .paint = paint, .nothing = N_("every node is up; e shows them")};
static const struct list all_list = {.columns = columns, .paint = paint, .nothing = N_("no nodes")};
static const struct page bad_page = {
    .title = N_("Nodes that are not well"), .kind = KIND_NODE, .sort = "-reason_at", .list = &bad_list};
static const struct page all_page = {.title = N_("Nodes"), .kind = KIND_NODE, .sort = "-reason_at", .list = &all_list};

/* What `sinfo -R` answers, and every node with the newest reasons first. */
enum { NEED_BAD, NEED_ALL };
static const struct view_need needs[] = {
    [NEED_BAD] = {.kind = KIND_NODE,
                  .sort = "-reason_at",
                  .filtered = true,
                  .only = "state=draining,drained,down,unknown"},
    [NEED_ALL] = {.kind = KIND_NODE, .sort = "-reason_at", .filtered = true},
    {0},
};

enum { ACT_ALL = 1 };
static const struct key_row keys[] = {{"e", ACT_ALL, "everything", "every node, or only those that are not well"},
                                      PAGE_KEYS,
                                      LIST_KEYS,
                                      LIST_MARK_KEYS,
                                      {0}};

static size_t listed(const struct view_state *s)
{
    return s->all ? NEED_ALL : NEED_BAD;
}

static const struct view_rows *rows_of(const struct view_frame *f, const struct view_state *s)
{
    return &f->rows[listed(s)];
}

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    struct view_rows rows = *rows_of(f, s);

    /* None is bad of many: that is not a filter of the operator's that matches nothing. */
    if (!s->all && s->filter[0] == '\0')
        rows.all = rows.count;
    page_draw(s->all ? &all_page : &bad_page, f, &rows, s, c);
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    if (action != ACT_ALL)
        return page_act(s->all ? &all_page : &bad_page, rows_of(f, s), s, action);
    s->all = !s->all;
    return (struct intent){.kind = INTENT_REDRAW};
}

static void rows_of_list(const struct view_frame *f, struct view_state *s, view_look *look, void *ctx)
{
    look(ctx, rows_of(f, s), &s->place[0]);
}

static bool object(const struct view_frame *f, struct view_state *s, struct row *object)
{
    return list_current(&s->place[0], rows_of(f, s), object);
}

const struct view view_nodes = {
    .name = "nodes",
    .title = "Nodes",
    .help = "which nodes are down or drained, on all schedulers: why, who says so, since when",
    .needs = needs,
    .told_by = "slurm",
    .keys = keys,
    .columns = true,
    .listed = listed,
    .draw = draw,
    .act = act,
    .rows = rows_of_list,
    .object = object,
};
