#include <inttypes.h>
#include <stdio.h>

#include "base/tr.h"
#include "domain/impact.h"
#include "views/ends.h"
#include "views/list.h"

enum need { NEED_CLUSTERS, NEED_PLACES };
static const struct view_need needs[] = {
    [NEED_CLUSTERS] = {.kind = KIND_CLUSTER, .aside = true},
    [NEED_PLACES] = {.kind = KIND_PLACE, .aside = true},
    {0},
};

enum { HEAD_LINES = 3, TEXT_BYTES = 2048 };

/* --- accounts as rows: cells of no kind --- */

enum group_field { GROUP_USERS, GROUP_RUNNING, GROUP_WAITING, GROUP_ACCELS, GROUP_DEADLINE, GROUP_CONTACTS };

struct groups {
    const struct impact_group *all;
    size_t count;
};

static bool at(void *ctx, size_t i, struct row *row)
{
    const struct groups *g = ctx;

    if (i >= g->count)
        return false;
    *row = (struct row){.id = g->all[i].account, .source = g->all[i].tenant};
    row->cells[GROUP_USERS] = value_int((int64_t)g->all[i].users);
    row->cells[GROUP_RUNNING] = value_int(g->all[i].running);
    row->cells[GROUP_WAITING] = value_int(g->all[i].waiting);
    row->cells[GROUP_ACCELS] = value_int(g->all[i].accels);
    row->cells[GROUP_DEADLINE] = g->all[i].deadline_ms > 0 ? value_time(g->all[i].deadline_ms) : value_none();
    row->cells[GROUP_CONTACTS] = value_list(g->all[i].contacts);
    return true;
}

static int64_t find(void *ctx, struct safe_text id, struct safe_text source)
{
    const struct groups *g = ctx;

    for (size_t i = 0; i < g->count; i++)
        if (text_equal(g->all[i].account, id) && text_equal(g->all[i].tenant, source))
            return (int64_t)i;
    return -1;
}

static struct view_rows rows_of(struct groups *g, const struct view_hit *hit)
{
    if (hit != NULL && hit->impact != NULL)
        g->all = impact_groups(hit->impact, &g->count);
    return (struct view_rows){.count = g->count,
                              .all = g->count,
                              .partial = hit != NULL && hit->counting,
                              .known = true,
                              .ctx = g,
                              .at = at,
                              .find = find};
}

/* --- the list --- */

enum column {
    COL_ACCOUNT,
    COL_TENANT,
    COL_USERS,
    COL_RUNNING,
    COL_WAITING,
    COL_ACCELS,
    COL_DEADLINE,
    COL_CONTACTS,
};

static const struct table_column columns[] = {
    [COL_ACCOUNT] = {N_("ACCOUNT"), 12, 30, 2, 0, -1, false},
    [COL_TENANT] = {N_("TENANT"), 8, 16, 1, 3, -1, false},
    [COL_USERS] = {N_("USERS"), 5, 0, 0, 0, -1, true},
    [COL_RUNNING] = {N_("RUN"), 5, 0, 0, 0, -1, true},
    [COL_WAITING] = {N_("WAIT"), 5, 0, 0, 0, -1, true},
    [COL_ACCELS] = {N_("ACC"), 5, 0, 0, 2, -1, true},
    [COL_DEADLINE] = {N_("DEADLINE"), 8, 0, 0, 1, -1, true},
    [COL_CONTACTS] = {N_("CONTACTS"), 20, 80, 4, 1, -1, false},
    {0},
};

/* "in 2h"; "-2h" where it was missed that long ago. */
static const char *deadline(const struct value *v, int64_t now_ms, char out[CELL_MAX])
{
    int64_t left_s = (value_int_or(v, now_ms) - now_ms) / 1000;
    struct value span = value_int(left_s < 0 ? -left_s : left_s);
    char n[CELL_MAX];

    if (!value_known(v))
        return "-";
    snprintf(out, CELL_MAX, "%s%.40s", left_s < 0 ? "-" : "", cell_span(&span, n));
    return out;
}

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    const struct value *due = &row->cells[GROUP_DEADLINE];
    struct safe_text rest = value_text_or(&row->cells[GROUP_CONTACTS], ""), member;
    bool missed = value_int_or(due, f->frame->now.utc_ms) < f->frame->now.utc_ms;
    struct buf b = buf_make(TEXT_BYTES);
    char n[CELL_MAX];

    table_text(t, c, i, COL_ACCOUNT, role, text_empty(row->id) ? text_of("-") : row->id);
    table_text(t, c, i, COL_TENANT, role, text_empty(row->source) ? text_of("-") : row->source);
    table_puts(t, c, i, COL_USERS, role, cell_short(&row->cells[GROUP_USERS], n));
    table_puts(t, c, i, COL_RUNNING, role, cell_short(&row->cells[GROUP_RUNNING], n));
    table_puts(t, c, i, COL_WAITING, role, cell_short(&row->cells[GROUP_WAITING], n));
    table_puts(t, c, i, COL_ACCELS, role, cell_short(&row->cells[GROUP_ACCELS], n));
    table_puts(t, c, i, COL_DEADLINE, missed ? ROLE_WARN : role, deadline(due, f->frame->now.utc_ms, n));
    while (value_list_next(&rest, &member)) {
        buf_puts(&b, b.len > 0 ? ", " : "", NULL);
        text_show(member, -1, &b);
    }
    table_puts(t, c, i, COL_CONTACTS, ROLE_DIM, b.len > 0 ? buf_str(&b) : "-");
    buf_release(&b);
}

static struct cell_sign no_sign(const struct list_frame *f, const struct row *row)
{
    (void)f;
    (void)row;
    return (struct cell_sign){ROLE_TEXT, GLYPH_COUNT};
}

static const struct list list = {.columns = columns,
                                 .paint = paint,
                                 .nothing = N_("no job that runs or waits stands or falls with it"),
                                 .sign = no_sign};

/* --- the lines above it --- */

static void put_totals(const struct impact_sum *s, struct buf *out)
{
    char jobs[CELL_MAX], running[CELL_MAX], waiting[CELL_MAX], accels[CELL_MAX];

    buf_printf(out, NULL, tr("%s jobs: %s run, %s wait; %s accelerators"), cell_number(s->jobs, jobs),
               cell_number(s->running, running), cell_number(s->waiting, waiting), cell_number(s->accels, accels));
    buf_printf(out, NULL, tr("; %zu users, %zu accounts, %zu tenants"), s->users, s->accounts, s->tenants);
}

static void put_deadline(const struct impact_sum *s, int64_t now_ms, struct buf *out)
{
    struct value due = value_time(s->deadline_ms), left;
    int64_t left_s = (s->deadline_ms - now_ms) / 1000;
    char clock[CELL_MAX], span[CELL_MAX];

    if (s->deadline_ms <= 0) {
        buf_puts(out, tr("no deadline is known"), NULL);
        return;
    }
    left = value_int(left_s < 0 ? -left_s : left_s);
    buf_printf(out, NULL, left_s < 0 ? tr("first deadline %s, missed for %s: ") : tr("first deadline %s, in %s: "),
               cell_clock(&due, now_ms, clock), cell_span(&left, span));
    text_show(s->deadline_job, -1, out);
}

static void put_doubts(const struct impact_sum *s, struct buf *out)
{
    char n[CELL_MAX];

    if (s->blind != NULL)
        buf_printf(out, NULL, tr("not known: %s"), tr(s->blind));
    else if (s->unplaced > 0)
        buf_printf(out, NULL, tr("not counted: %s jobs of which nobody says where their users are"),
                   cell_number(s->unplaced, n));
    else if (s->unclear)
        buf_puts(out, tr("not counted: running jobs of which nobody says on which nodes"), NULL);
}

static void put_line(struct canvas *c, struct area in, int y, enum role role, struct buf *b)
{
    if (y < in.height)
        canvas_puts(c, in.x + 1, in.y + y, in.width - 2, role, buf_str(b));
    buf_clear(b);
}

static void draw_head(const struct view_hit *hit, int64_t now_ms, struct canvas *c, struct area in)
{
    struct buf b = buf_make(TEXT_BYTES);
    const struct impact_sum *s = hit->impact != NULL ? impact_sum(hit->impact) : NULL;

    if (hit->error != NULL)
        buf_puts(&b, hit->error, NULL);
    else if (s == NULL)
        buf_puts(&b, hit->counting ? tr("looking for what belongs to it") : tr("nothing is known of it"), NULL);
    put_line(c, in, 0, hit->error != NULL ? ROLE_CRIT : ROLE_DIM, &b);
    if (s == NULL) {
        buf_release(&b);
        return;
    }
    put_totals(s, &b);
    put_line(c, in, 0, ROLE_TITLE, &b);
    put_deadline(s, now_ms, &b);
    put_line(c, in, 1, ROLE_TEXT, &b);
    put_doubts(s, &b);
    put_line(c, in, 2, ROLE_WARN, &b);
    buf_release(&b);
}

static void put_object(const struct view_frame *f, const struct canvas *c, struct buf *out)
{
    struct ends ends = {&f->rows[NEED_CLUSTERS], &f->rows[NEED_PLACES]};

    buf_printf(out, NULL, "%s: ", tr("Who is hit"));
    if (f->hit->kind != KIND_NONE) /* else it is looked for, or nothing is called so */
        buf_printf(out, NULL, "%s ", tr(kind_info(f->hit->kind)->singular));
    if (f->hit->kind == KIND_LINK && f->hit->object != NULL && tr_is_zh())
        ends_words(&ends, f->hit->object, false, c, out);
    else if (f->hit->kind == KIND_CLUSTER && tr_is_zh())
        text_show(ends_name(&ends, f->hit->id), -1, out);
    else
        text_show(f->hit->id, 40, out);
}

static void draw_hit(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    struct buf title = buf_make(TEXT_BYTES);
    struct groups groups = {0};
    struct view_rows rows = rows_of(&groups, f->hit);
    struct list_frame lf = {
        .frame = f, .rows = &rows, .place = &s->place[0], .state = s, .sorted = TABLE_NO_SORT, .focused = true};
    char note[CELL_MAX * 2], n[CELL_MAX];
    struct area in;

    put_object(f, c, &title);
    if (f->hit->counting)
        snprintf(note, sizeof note, tr("counting: %s jobs looked at"), cell_number(f->hit->seen, n));
    else
        snprintf(note, sizeof note, tr("as of %s; W counts anew"), clock_local_hms(f->hit->as_of_ms, n));
    in = canvas_box(c, f->area, buf_str(&title), note);
    buf_release(&title);
    draw_head(f->hit, f->now.utc_ms, c, in);
    in.y += HEAD_LINES;
    in.height -= HEAD_LINES;
    if (f->hit->impact != NULL && in.height > 1)
        list_draw(&list, &lf, c, in);
}

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    struct area in;

    if (f->hit != NULL) {
        draw_hit(f, s, c);
        return;
    }
    in = canvas_box(c, f->area, tr("Who is hit"), NULL);
    canvas_puts(c, in.x + 2, in.y + in.height / 2, in.width - 2, ROLE_DIM,
                tr("W on an alert, a link, a node, a rack or a job counts who it hits"));
}

static const struct key_row keys[] = {LIST_KEYS, {0}};

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    struct groups groups = {0};
    struct view_rows rows = rows_of(&groups, f->hit);

    list_move(&s->place[0], &rows, action);
    return (struct intent){.kind = INTENT_REDRAW};
}

static bool object(const struct view_frame *f, struct view_state *s, struct row *row)
{
    (void)s;
    if (f->hit == NULL)
        return false;
    *row = (struct row){.kind = f->hit->kind, .id = f->hit->id};
    return true;
}

const struct view view_impact = {
    .name = "impact",
    .title = "Who is hit",
    .help = "who is hit by an object, by account: jobs, accelerators, the first deadline, whom to call",
    .page = true,
    .needs = needs,
    .keys = keys,
    .prose = true,
    .draw = draw,
    .act = act,
    .object = object,
};
