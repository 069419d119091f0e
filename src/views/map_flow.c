#include "views/map_flow.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/tr.h"

enum { FRAME = 2, NAME_COLUMNS = 10, LINE_BYTES = 256 };

static bool runs(const struct row *plan)
{
    return cell_is(plan, PLAN_STATE, "running") || cell_is(plan, PLAN_STATE, "paused");
}

static bool find(const struct view_rows *rows, struct safe_text id, struct row *row)
{
    int64_t at = rows->find(rows->ctx, id, text_of(""));

    return at >= 0 && rows->at(rows->ctx, (size_t)at, row);
}

static bool of_running(const struct map_flow_facts *facts, struct safe_text plan)
{
    struct row row = {0};

    return find(facts->plans, plan, &row) && runs(&row);
}

/* The site that a scheduler, or SCHEDULER/QUEUE, stands in; -1: nobody says. */
static int site_of(const struct map_flow_facts *facts, const struct map_world *world, struct safe_text id)
{
    struct row row = {0};
    struct safe_text scheduler;

    text_split(&id, '/', &scheduler);
    if (!find(facts->schedulers, scheduler, &row))
        return -1;
    return map_world_site(world, value_text_or(&row.cells[SCHEDULER_CLUSTER], ""));
}

static struct map_flow *flow_of(struct map_flows *f, int from, int to, bool held)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->all[i].from == from && f->all[i].to == to && f->all[i].held == held)
            return &f->all[i];
    if (from < 0 || to < 0 || f->count == MAP_FLOWS_MAX)
        return NULL;
    f->all[f->count] = (struct map_flow){.from = from, .to = to, .held = held};
    return &f->all[f->count++];
}

/* A transfer is told by its link, "SHG>SZ/bulk-1". */
static struct map_flow *flow_of_transfer(struct map_flows *f, const struct map_world *world, struct safe_text id)
{
    struct safe_text link = id, rest;

    text_split(&id, '/', &link);
    rest = link;
    text_split(&rest, '>', &link);
    return flow_of(f, map_world_site(world, link), map_world_site(world, rest), true);
}

static void add_move(struct map_flows *f, const struct map_flow_facts *facts, const struct map_world *world,
                     const struct row *move)
{
    struct map_flow *flow;
    int64_t jobs = value_int_or(&move->cells[MOVE_JOBS], 0);

    if (cell_is(move, MOVE_STATE, "excluded") || !of_running(facts, value_text_or(&move->cells[MOVE_PLAN], "")))
        return;
    if (value_known(&move->cells[MOVE_TRANSFER])) {
        flow = flow_of_transfer(f, world, value_text_or(&move->cells[MOVE_TRANSFER], ""));
        if (flow != NULL)
            flow->all++;
        return;
    }
    f->jobs += jobs;
    flow = flow_of(f, site_of(facts, world, value_text_or(&move->cells[MOVE_FROM], "")),
                   site_of(facts, world, value_text_or(&move->cells[MOVE_TO], "")), false);
    if (flow == NULL)
        return;
    flow->all += jobs;
    flow->data_gb += value_real_or(&move->cells[MOVE_DATA_GB], 0);
}

static void add_action(struct map_flows *f, const struct map_flow_facts *facts, const struct map_world *world,
                       const struct row *action)
{
    bool job = cell_is(action, ACTION_KIND, "move");
    struct map_flow *flow;

    if (value_known(&action->cells[ACTION_DONE]) || value_known(&action->cells[ACTION_UNDO_OF]) ||
        !of_running(facts, value_text_or(&action->cells[ACTION_PLAN], "")))
        return;
    f->left += job;
    if (job)
        flow = flow_of(f, site_of(facts, world, value_text_or(&action->cells[ACTION_FROM], "")),
                       site_of(facts, world, value_text_or(&action->cells[ACTION_TO], "")), false);
    else
        flow = flow_of_transfer(f, world, value_text_or(&action->cells[ACTION_TARGET], ""));
    if (flow == NULL)
        return;
    flow->left++;
    flow->open += cell_is(action, ACTION_STATE, "sent") || cell_is(action, ACTION_STATE, "intent");
}

static int by_amount(const void *a, const void *b)
{
    const struct map_flow *x = a, *y = b;

    if (x->held != y->held)
        return x->held ? 1 : -1;
    if (x->all != y->all)
        return x->all > y->all ? -1 : 1;
    return x->from != y->from ? x->from - y->from : x->to - y->to;
}

struct map_flows map_flow_make(const struct map_flow_facts *facts, const struct map_world *world)
{
    struct map_flows f = {.count = 0};
    struct row row = {0};

    for (size_t i = 0; i < facts->plans->count && text_empty(f.plan); i++)
        if (facts->plans->at(facts->plans->ctx, i, &row) && runs(&row))
            f.plan = row.id;
    for (size_t i = 0; !text_empty(f.plan) && i < facts->moves->count; i++)
        if (facts->moves->at(facts->moves->ctx, i, &row))
            add_move(&f, facts, world, &row);
    for (size_t i = 0; !text_empty(f.plan) && i < facts->actions->count; i++)
        if (facts->actions->at(facts->actions->ctx, i, &row))
            add_action(&f, facts, world, &row);
    if (f.count > 0)
        qsort(f.all, f.count, sizeof *f.all, by_amount);
    return f;
}

/* --- as words --- */

static int64_t done_of(int64_t all, int64_t left)
{
    return all > left ? all - left : 0;
}

const char *map_flow_count(const struct map_flow *f, char out[CELL_MAX])
{
    snprintf(out, CELL_MAX, "%lld/%lld", (long long)done_of(f->all, f->left), (long long)f->all);
    return out;
}

void map_flow_title(const struct map_flows *f, struct buf *out)
{
    char id[CELL_MAX];

    buf_printf(out, NULL, tr("Flow %s  %lld/%lld jobs"), text_show_in(f->plan, id, sizeof id),
               (long long)done_of(f->jobs, f->left), (long long)f->jobs);
}

int map_flow_height(const struct map_flows *f)
{
    return f->count > 0 ? (int)f->count + FRAME : 0;
}

/* "> Shaoguan→Tianfu   7/10  443G" */
static void draw_line(const struct map_flow *f, const struct map_world *world, struct canvas *c, struct area in)
{
    struct buf line = buf_make(LINE_BYTES), count = buf_make(LINE_BYTES);
    enum role role = f->left == 0 ? ROLE_OK : f->open > 0 ? ROLE_TITLE : ROLE_TEXT;
    char n[CELL_MAX];

    text_show(world->sites[f->from].name, NAME_COLUMNS, &line);
    buf_puts(&line, canvas_sign(c, GLYPH_ARROW), NULL);
    text_show(world->sites[f->to].name, NAME_COLUMNS, &line);
    if (f->held)
        buf_puts(&count, tr("held "), NULL);
    buf_puts(&count, map_flow_count(f, n), NULL);
    if (f->data_gb >= 1)
        buf_printf(&count, NULL, " %.0fG", f->data_gb);
    if (f->left == 0)
        canvas_glyph(c, in.x, in.y, ROLE_OK, GLYPH_OK);
    else if (f->open > 0)
        canvas_puts(c, in.x, in.y, 1, ROLE_TITLE, ">");
    canvas_puts(c, in.x + 2, in.y, in.width - 2, role, buf_str(&line));
    canvas_right(c, in.x + in.width - text_width(text_of(buf_str(&count))), in.y, text_width(text_of(buf_str(&count))),
                 role, buf_str(&count));
    buf_release(&line);
    buf_release(&count);
}

void map_flow_draw(const struct map_flows *f, const struct map_world *world, struct canvas *c, struct area area)
{
    struct area in = canvas_box(c, area, tr("Moves"), tr("jobs, data"));

    for (size_t i = 0; i < f->count && (int)i < in.height; i++)
        draw_line(&f->all[i], world, c, (struct area){in.x, in.y + (int)i, in.width, 1});
}
