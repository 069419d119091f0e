#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "views/list.h"
#include "views/racks.h"
#include "views/tree.h"

/* From the hubs to the jobs of a node; what is below a line is read when it is opened. */

static const struct view_need needs[] = {
    [TREE_HUB] = {.kind = KIND_HUB},
    [TREE_CLUSTER] = {.kind = KIND_CLUSTER},
    [TREE_SITE] = {.kind = KIND_SITE},
    [TREE_HALL] = {.kind = KIND_HALL, .aside = true},
    [TREE_RACK] = {.kind = KIND_RACK, .scoped = true, .aside = true},
    [TREE_NODE] = {.kind = KIND_NODE, .scoped = true, .aside = true},
    [TREE_JOB] = {.kind = KIND_JOB, .scoped = true, .aside = true},
    [TREE_LOOSE_RACKS] = {.kind = KIND_RACK, .scoped = true, .aside = true},
    [TREE_LOOSE_NODES] = {.kind = KIND_NODE, .scoped = true, .aside = true},
    [TREE_SCHEDULERS] = {.kind = KIND_SCHEDULER, .aside = true},
    {0},
};

enum { NONE = -1 };

/* Where each level keeps what the columns show. */
static const struct {
    const char *word;
    int state, running, waiting, accels, accels_free, nodes, down;
} levels[TREE_LEVELS] = {
    [TREE_HUB] = {NC_("level", "hub"), HUB_STATE, HUB_JOBS_RUNNING, HUB_JOBS_WAITING, HUB_ACCELS_TOTAL, HUB_ACCELS_FREE,
                  NONE, NONE},
    [TREE_CLUSTER] = {NC_("level", "cluster"), CLUSTER_STATE, CLUSTER_JOBS_RUNNING, CLUSTER_JOBS_WAITING,
                      CLUSTER_ACCELS_TOTAL, CLUSTER_ACCELS_FREE, CLUSTER_NODES_TOTAL, CLUSTER_NODES_DOWN},
    [TREE_SITE] = {NC_("level", "site"), SITE_PHASE, NONE, NONE, NONE, NONE, NONE, NONE},
    [TREE_HALL] = {NC_("level", "hall"), NONE, NONE, NONE, NONE, NONE, NONE, NONE},
    [TREE_RACK] = {NC_("level", "rack"), RACK_STATE, RACK_JOBS, NONE, NONE, NONE, RACK_NODES_TOTAL, RACK_NODES_DOWN},
    [TREE_NODE] = {NC_("level", "node"), NODE_STATE, NODE_JOBS, NONE, NODE_ACCELS_TOTAL, NODE_ACCELS_FREE, NONE, NONE},
    [TREE_JOB] = {NC_("level", "job"), JOB_STATE, NONE, NONE, JOB_ACCELS, NONE, NONE, NONE},
};

/* --- counts --- */

struct counts {
    struct value running, waiting, accels, free, nodes, down;
};

static struct value value_of(const struct row *row, int field)
{
    return field == NONE ? value_none() : row->cells[field];
}

/* What is not known of one is left out; of none, the sum is unknown. */
static void sum(struct value *to, const struct value *of)
{
    if (value_known(of))
        *to = value_real(value_real_or(to, 0) + value_real_or(of, 0));
}

/* A hub's nodes are those of its clusters. */
static void count_hub(const struct view_frame *f, const struct row *hub, struct counts *c)
{
    const struct view_rows *rows = &f->rows[TREE_CLUSTER];

    for (size_t i = 0; i < rows->count; i++) {
        struct row row = {0};

        if (!rows->at(rows->ctx, i, &row) || !text_equal(value_text_or(&row.cells[CLUSTER_HUB], ""), hub->id))
            continue;
        sum(&c->nodes, &row.cells[CLUSTER_NODES_TOTAL]);
        sum(&c->down, &row.cells[CLUSTER_NODES_DOWN]);
    }
}

/* A site's are those of the schedulers that lie in it. */
static void count_site(const struct view_frame *f, const struct row *site, struct counts *c)
{
    const struct view_rows *rows = &f->rows[TREE_SCHEDULERS];

    for (size_t i = 0; i < rows->count; i++) {
        struct row row = {0};

        if (!rows->at(rows->ctx, i, &row) || !text_equal(value_text_or(&row.cells[SCHEDULER_SITE], ""), site->id))
            continue;
        sum(&c->running, &row.cells[SCHEDULER_JOBS_RUNNING]);
        sum(&c->waiting, &row.cells[SCHEDULER_JOBS_WAITING]);
        sum(&c->accels, &row.cells[SCHEDULER_ACCELS_TOTAL]);
        sum(&c->free, &row.cells[SCHEDULER_ACCELS_FREE]);
        sum(&c->nodes, &row.cells[SCHEDULER_NODES_TOTAL]);
        sum(&c->down, &row.cells[SCHEDULER_NODES_DOWN]);
    }
}

static struct counts counts_of(const struct view_frame *f, const struct tree_line *line, const struct row *row)
{
    struct counts c = {.running = value_of(row, levels[line->level].running),
                       .waiting = value_of(row, levels[line->level].waiting),
                       .accels = value_of(row, levels[line->level].accels),
                       .free = value_of(row, levels[line->level].accels_free),
                       .nodes = value_of(row, levels[line->level].nodes),
                       .down = value_of(row, levels[line->level].down)};

    if (line->what == TREE_ROW && line->level == TREE_HUB)
        count_hub(f, row, &c);
    if (line->what == TREE_ROW && line->level == TREE_SITE)
        count_site(f, row, &c);
    return c;
}

/* --- the list --- */

enum column {
    COL_NAME,
    COL_STATE,
    COL_LEVEL,
    COL_RUNNING,
    COL_WAITING,
    COL_ACCELS,
    COL_DOWN,
    COL_MEMBER,
    COL_SECURITY
};
static const struct table_column columns[] = {
    [COL_NAME] = {N_("NAME"), 20, 60, 3, 0, TABLE_NO_SORT, false},
    [COL_STATE] = {N_("STATE"), 9, 12, 1, 0, TABLE_NO_SORT, false},
    [COL_LEVEL] = {N_("LEVEL"), 7, 0, 0, 2, TABLE_NO_SORT, false},
    [COL_RUNNING] = {N_("RUN"), 5, 0, 0, 0, TABLE_NO_SORT, true},
    [COL_WAITING] = {N_("WAIT"), 5, 0, 0, 0, TABLE_NO_SORT, true},
    [COL_ACCELS] = {N_("ACC USED"), 9, 0, 0, 0, TABLE_NO_SORT, true},
    [COL_DOWN] = {N_("DOWN"), 7, 0, 0, 0, TABLE_NO_SORT, true},
    [COL_MEMBER] = {N_("JOINED"), 9, 12, 1, 1, TABLE_NO_SORT, false},
    [COL_SECURITY] = {N_("SEC"), 4, 0, 0, 1, TABLE_NO_SORT, true},
    {0},
};

static const struct tree *tree_of(const struct list_frame *f)
{
    return f->ctx;
}

static const struct tree_line *line_of(const struct list_frame *f, int i)
{
    return &tree_of(f)->lines[f->place->top + i];
}

enum { INDENT_WIDE = 32 };

static void paint_name(const struct tree_line *line, const struct table *t, struct canvas *c, int i,
                       const struct row *row, enum role role)
{
    bool leaf = line->what == TREE_NOTE || line->level == TREE_JOB;
    int indent = t->width[COL_NAME] < INDENT_WIDE ? 1 : 2;
    int x = t->x[COL_NAME] + indent * line->depth, end = t->x[COL_NAME] + t->width[COL_NAME];

    if (line->what == TREE_NOTE) /* nothing stands beside it */
        end = t->area.x + t->area.width;
    if (x + 2 >= end)
        x = end > t->x[COL_NAME] + 2 ? end - 3 : t->x[COL_NAME];
    canvas_puts(c, x, t->area.y + 1 + i, end - x, ROLE_DIM, leaf ? " " : line->open ? "-" : "+");
    x += 2;
    int wrote =
        canvas_text(c, x, t->area.y + 1 + i, end - x, line->what == TREE_NOTE ? ROLE_DIM : role, tree_label(line, row));
    if (line->level == TREE_JOB && x + wrote + 1 < end)
        canvas_text(c, x + wrote + 1, t->area.y + 1 + i, end - x - wrote - 1, ROLE_DIM, cell_text(row, JOB_NAME));
}

/* "56/64": used of all; "8" where a job has them. */
static void paint_accels(const struct counts *n, const struct table *t, struct canvas *c, int i, enum role role)
{
    struct value used = value_real(value_real_or(&n->accels, NAN) - value_real_or(&n->free, NAN));
    char text[CELL_MAX];

    if (!value_known(&n->free))
        table_puts(t, c, i, COL_ACCELS, role, cell_short(&n->accels, text));
    else
        table_puts(t, c, i, COL_ACCELS, role, racks_share(&used, &n->accels, text));
}

static void paint_site(const struct table *t, struct canvas *c, int i, const struct row *row, enum role role)
{
    char text[CELL_MAX];

    table_puts(t, c, i, COL_MEMBER, role, cell_word(row, SITE_MEMBERSHIP, text));
    table_puts(t, c, i, COL_SECURITY, role, cell_plain(&row->cells[SITE_SECURITY_LEVEL], text));
}

static struct cell_sign sign_of_row(const struct row *row);

static void paint(const struct list_frame *f, const struct table *t, struct canvas *c, int i, const struct row *row,
                  enum role role)
{
    const struct tree_line *line = line_of(f, i);
    int state = levels[line->level].state;
    struct counts n;
    char text[CELL_MAX];

    paint_name(line, t, c, i, row, role);
    if (line->what != TREE_ROW)
        return;
    n = counts_of(f->frame, line, row);
    table_puts(t, c, i, COL_STATE, sign_of_row(row).role, state == NONE ? "-" : cell_word(row, state, text));
    table_puts(t, c, i, COL_LEVEL, ROLE_DIM, tr_of("level", levels[line->level].word));
    table_puts(t, c, i, COL_RUNNING, role, cell_short(&n.running, text));
    table_puts(t, c, i, COL_WAITING, role, cell_short(&n.waiting, text));
    paint_accels(&n, t, c, i, role);
    table_puts(t, c, i, COL_DOWN, value_real_or(&n.down, 0) > 0 ? ROLE_WARN : role,
               racks_share(&n.down, &n.nodes, text));
    if (line->level == TREE_SITE)
        paint_site(t, c, i, row, role);
}

/* The phases of a site; other rows as everywhere. */
static struct cell_sign sign_of_row(const struct row *row)
{
    static const struct {
        const char *phase;
        struct cell_sign sign;
    } phases[] = {
        {"operating", {ROLE_OK, GLYPH_OK}},    {"planned", {ROLE_DIM, GLYPH_COUNT}},
        {"building", {ROLE_DIM, GLYPH_COUNT}}, {"closing", {ROLE_WARN, GLYPH_WARN}},
        {"closed", {ROLE_DIM, GLYPH_COUNT}},
    };

    if (row->kind != KIND_SITE || row->stale)
        return cell_sign(row);
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++)
        if (cell_is(row, SITE_PHASE, phases[i].phase))
            return phases[i].sign;
    return (struct cell_sign){ROLE_UNKNOWN, GLYPH_UNKNOWN};
}

/* "unassigned" and notes are no objects. */
static struct cell_sign sign(const struct list_frame *f, const struct row *row)
{
    (void)f;
    if (text_is(row->source, "unassigned") || text_is(row->source, "note"))
        return (struct cell_sign){ROLE_TEXT, GLYPH_COUNT};
    return sign_of_row(row);
}

static const struct list list = {
    .columns = columns, .paint = paint, .nothing = N_("no hubs and no clusters"), .sign = sign};

/* --- the view --- */

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    struct tree t = tree_make(f, s);
    struct view_rows rows = tree_rows(&t);
    bool framed = f->area.height >= 4;
    struct area in = framed ? canvas_box(c, f->area, NULL, NULL) : f->area;
    struct list_frame lf = {.frame = f,
                            .rows = &rows,
                            .place = &s->place[TREE_CURSOR],
                            .state = s,
                            .sorted = TABLE_NO_SORT,
                            .focused = true,
                            .ctx = &t};
    char title[LIST_TITLE_MAX], note[VIEW_FILTER_MAX], shown[LIST_TITLE_MAX];

    list_draw(&list, &lf, c, in);
    snprintf(note, sizeof note, "/%s", text_show_in(text_of(s->filter), shown, 40));
    rows.all = rows.count;
    if (framed)
        canvas_box(c, f->area, list_title(tr("Tree"), &rows, &s->place[TREE_CURSOR], title),
                   s->filter[0] != '\0' ? note : NULL);
    tree_release(&t);
}

enum { ACT_TOGGLE = 1, ACT_OPEN, ACT_CLOSE };
static const struct key_row keys[] = {
    {"Enter Space", ACT_TOGGLE, "open", "open or close; a job is shown among the jobs"},
    {"l Right", ACT_OPEN, NULL, "open; what was open on that level closes"},
    {"h Left", ACT_CLOSE, NULL, "close, or go to what it is in"},
    LIST_KEYS_UP_DOWN,
    {0},
};

static const struct intent redraw = {.kind = INTENT_REDRAW};

/* Answered anew: what is open decides what is read. */
static const struct intent again = {.kind = INTENT_OPEN_VIEW, .text = "tree"};

/* A job among the jobs; where nothing is listed, the view that lists the level below, of that object. */
static struct intent elsewhere(const struct tree_line *line)
{
    static const struct {
        const char *view, *field;
    } views[TREE_LEVELS] = {
        [TREE_HALL] = {"racks", "hall"},
        [TREE_RACK] = {"nodes", "rack"},
        [TREE_NODE] = {"jobs", NULL},
        [TREE_JOB] = {"jobs", "id"},
    };
    const char *view = views[line->level].view, *field = views[line->level].field;
    char id[VIEW_FILTER_MAX];
    struct intent i;

    if (view == NULL)
        return redraw;
    i = view_open(view, line->level == TREE_JOB ? line->id : text_of(""));
    text_show_in(line->id, id, sizeof id);
    if (field != NULL && strchr(id, '"') == NULL && strlen(id) < sizeof i.filter - 16)
        snprintf(i.filter, sizeof i.filter, "%s=\"%.220s\"", field, id);
    return i;
}

static struct intent toggle(struct view_state *s, const struct tree_line *line, const struct row *row, int action)
{
    if (line->what == TREE_NOTE || line->level == TREE_JOB)
        return action == ACT_TOGGLE ? elsewhere(line) : redraw;
    if (line->open && action == ACT_OPEN)
        return redraw;
    if (line->open)
        tree_close(s, line);
    else
        tree_open(s, line, row);
    return again;
}

static struct intent close(struct tree *t, struct view_state *s, const struct view_rows *rows, size_t at)
{
    int64_t up = tree_parent(t, at);

    if (t->lines[at].open) {
        tree_close(s, &t->lines[at]);
        return again;
    }
    for (int64_t i = (int64_t)at; up >= 0 && i > up; i--)
        list_move(&s->place[TREE_CURSOR], rows, LIST_UP);
    return redraw;
}

static struct intent act_on(struct tree *t, struct view_state *s, int action)
{
    struct view_rows rows = tree_rows(t);
    struct view_place *p = &s->place[TREE_CURSOR];
    struct row row = {0};

    if (list_move(p, &rows, action))
        return redraw;
    list_sync(p, &rows, p->page);
    if (!list_current(p, &rows, &row) || (size_t)p->position >= t->count)
        return redraw;
    return action == ACT_CLOSE ? close(t, s, &rows, (size_t)p->position)
                               : toggle(s, &t->lines[p->position], &row, action);
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    struct tree t = tree_make(f, s);
    struct intent i = act_on(&t, s, action);

    tree_release(&t);
    return i;
}

static bool object(const struct view_frame *f, struct view_state *s, struct row *object)
{
    struct tree t = tree_make(f, s);
    struct view_rows rows = tree_rows(&t);
    struct view_place *p = &s->place[TREE_CURSOR];
    bool found;

    list_sync(p, &rows, p->page);
    found = (size_t)p->position < t.count && t.lines[p->position].what == TREE_ROW &&
            tree_row(&t, (size_t)p->position, object);
    tree_release(&t);
    return found;
}

const struct view view_tree = {
    .name = "tree",
    .title = "Tree",
    .help = "what lies in what, from the hubs to the jobs of a node: state, counts, phase, membership, security level",
    .needs = needs,
    .scope = tree_scope,
    .told_by = "hub",
    .keys = keys,
    .draw = draw,
    .act = act,
    .object = object,
};
