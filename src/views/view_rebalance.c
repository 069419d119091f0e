#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "views/detail.h"
#include "views/marks.h"
#include "views/page.h"
#include "views/plan_keys.h"
#include "views/rebalance_run.h"
#include "views/worst.h"

static const struct view_need needs[] = {
    [REBALANCE_PLANS] = {.kind = KIND_PLAN, .sort = "-created_at", .filtered = true},
    [REBALANCE_MOVES] = {.kind = KIND_MOVE, .sort = "number", .filtered = true, .scoped = true, .aside = true},
    [REBALANCE_EFFECTS] = {.kind = KIND_EFFECT, .scoped = true, .aside = true},
    [REBALANCE_ALL_PLANS] = {.kind = KIND_PLAN, .sort = "-created_at", .aside = true},
    [REBALANCE_QUEUES] = {.kind = KIND_QUEUE, .scoped = true},
    [REBALANCE_LINKS] = {.kind = KIND_LINK, .scoped = true, .aside = true},
    [REBALANCE_CLUSTERS] = {.kind = KIND_CLUSTER, .scoped = true, .aside = true},
    [REBALANCE_SCHEDULERS] = {.kind = KIND_SCHEDULER, .aside = true},
    [REBALANCE_ACTIONS] = {.kind = KIND_ACTION, .scoped = true, .aside = true},
    [REBALANCE_TROUBLE] = {.kind = KIND_ACTION,
                           .only = "state=refused,unknown,resolved done!=true",
                           .scoped = true,
                           .aside = true},
    [REBALANCE_LOG] = {.kind = KIND_ACTION,
                       .sort = "-ended_at",
                       .only = "state=done,refused,resolved",
                       .scoped = true,
                       .aside = true},
    [REBALANCE_WAITING] = {.kind = KIND_ACTION, .only = "state=previewed", .aside = true},
    {0},
};
_Static_assert(sizeof needs / sizeof *needs == REBALANCE_NEEDS + 1, "the needs of the enum, and an end");
_Static_assert((int)REBALANCE_LISTS <= (int)VIEW_PANELS_MAX, "each list has a place");

enum {
    WIDE = 140,
    TALL = 30,
    RIGHT_WIDTH = 56,
    CHECKS_WIDTH = 28,
    MOVES_NARROW = 6,
    MIDDLE_NARROW = 6,
    LOWER_LEAST = 4,
    RECORD_HEIGHT = 4,
    LEVELS_HEIGHT = 6,
    RECORD_LEAST = 12,
    LINE_BYTES = 1024,
    HEAD_LINES = 2,
    RECORD_GAP = 3,
    RECORD_LEAST_WIDTH = 20,
    NO_PANEL = 0,
};

static bool is_open(const struct view_state *s)
{
    return s->text[0] != '\0';
}

static bool scope(const struct view_state *s, int need, char out[VIEW_FILTER_MAX])
{
    bool curves = need == REBALANCE_QUEUES || need == REBALANCE_LINKS;

    out[0] = '\0';
    if (need == REBALANCE_CLUSTERS) /* where they lie */
        return is_open(s);
    if (curves || !is_open(s) || strchr(s->text, '"') != NULL)
        return false;
    return snprintf(out, VIEW_FILTER_MAX, "plan=\"%s\"", s->text) < VIEW_FILTER_MAX;
}

static size_t listed(const struct view_state *s)
{
    return is_open(s) ? REBALANCE_MOVES : REBALANCE_PLANS;
}

/* --- what its lists hold --- */

/* The preview's lists, as of one frame. */
struct preview {
    struct row plan;
    struct rebalance_members checks, levels, left, advice;
    struct worst effects;
    struct view_rows rows[REBALANCE_LISTS];
};

static bool preview_make(struct preview *p, const struct view_frame *f, const struct view_state *s)
{
    static const struct {
        enum rebalance_list list;
        int field;
    } lists[] = {{REBALANCE_LIST_CHECKS, PLAN_CHECKS},
                 {REBALANCE_LIST_LEVELS, PLAN_LEVELS},
                 {REBALANCE_LIST_LEFT, PLAN_LEFT},
                 {REBALANCE_LIST_ADVICE, PLAN_ADVICE}};
    struct rebalance_members *members[] = {&p->checks, &p->levels, &p->left, &p->advice};

    p->effects = (struct worst){.of = &f->rows[REBALANCE_EFFECTS]};
    p->plan = (struct row){0};
    if (!rebalance_plan(f, s, &p->plan))
        return false;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        rebalance_members_read(members[i], &p->plan, lists[i].field);
        p->rows[lists[i].list] = rebalance_members_rows(members[i]);
    }
    rebalance_checks_faults_first(&p->checks);
    p->rows[REBALANCE_LIST_MOVES] = f->rows[REBALANCE_MOVES];
    p->rows[REBALANCE_LIST_EFFECTS] = f->rows[REBALANCE_EFFECTS];
    p->rows[REBALANCE_LIST_TROUBLE] = f->rows[REBALANCE_TROUBLE];
    p->rows[REBALANCE_LIST_LOG] = f->rows[REBALANCE_LOG];
    if (f->rows[REBALANCE_EFFECTS].count <= WORST_ROWS_MAX) {
        worst_make_by(&p->effects, &f->rows[REBALANCE_EFFECTS], rebalance_effect_key, f->now.utc_ms);
        p->rows[REBALANCE_LIST_EFFECTS] = p->effects.rows;
    }
    return true;
}

static void preview_release(struct preview *p)
{
    worst_release(&p->effects);
}

/* --- the list of plans --- */

static const struct page plans_page = {.title = N_("Plans"),
                                       .kind = KIND_PLAN,
                                       .sort = "-created_at",
                                       .order = N_("newest first"),
                                       .list = &rebalance_plans};

/* What the cursor is on: a plan, or an action of an order that waits. */
static bool current(const struct view_frame *f, const struct view_state *s, struct row *row)
{
    return rebalance_panel(f, s) == REBALANCE_LIST_WAITING
               ? rebalance_orders_current(f, s, row)
               : list_current(&s->place[REBALANCE_LIST_PLANS], &f->rows[REBALANCE_PLANS], row);
}

static void draw_plans(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    struct area above = f->area, below = f->area;
    struct view_rows plans = f->rows[REBALANCE_PLANS];
    struct row row = {0};

    plans.known = true; /* the collector tells of them, no source: where there is none, none was made */
    below.height = f->area.height >= RECORD_LEAST ? RECORD_HEIGHT : 0;
    above.height -= below.height;
    below.y += above.height;
    canvas_cut_top(&above, rebalance_orders_draw(f, s, c, above));
    if (s->detail && current(f, s, &row)) {
        struct area detail = above;
        detail.height = detail_height(above);
        above.height -= detail.height;
        detail.y += above.height;
        detail_draw(&row, f->now.utc_ms, c, detail.height > 0 ? detail : f->area);
        if (detail.height == 0)
            return;
    }
    page_list(&plans_page, f, &plans, s, c, above);
    if (below.height > 0)
        rebalance_record_draw(f, c, canvas_box(c, below, tr("Forecast and fact"), NULL));
}

/* --- the preview --- */

/* "DRY RUN nothing has been changed; valid 14m" */
static void put_state(const struct view_frame *f, const struct view_state *s, const struct row *plan, struct buf *line)
{
    const struct value *until = &plan->cells[PLAN_EXPIRES_AT];
    double left_ms = (double)value_int_or(until, 0) - (double)f->now.utc_ms;
    struct value left_s = value_real(left_ms / 1000);
    bool dry = cell_is(plan, PLAN_STATE, "proposed") || cell_is(plan, PLAN_STATE, "draft");
    char n[CELL_MAX];

    buf_puts(line, dry ? tr("DRY RUN nothing has been changed") : cell_word(plan, PLAN_STATE, n), NULL);
    if (marks_count(s->marks) > 0)
        buf_printf(line, NULL, tr("; %zu changed: b computes again"), marks_count(s->marks));
    else if (value_known(until) && left_ms > 0)
        buf_printf(line, NULL, tr("; valid %s"), cell_span(&left_s, n));
    else if (value_known(until))
        buf_printf(line, NULL, "; %s", tr("no longer valid"));
}

/* "260 jobs, 880 accelerators, 3 moves; 42 start by it; at most 0.4% from the best" */
static void put_sums(const struct row *plan, struct buf *line)
{
    const struct value *cells = plan->cells;
    char n[4][CELL_MAX];

    buf_printf(line, NULL, tr("%s jobs, %s accelerators, %s moves; %s start by it"),
               cell_count(&cells[PLAN_JOBS], n[0]), cell_count(&cells[PLAN_ACCELS], n[1]),
               cell_count(&cells[PLAN_MOVES], n[2]), cell_count(&cells[PLAN_STARTS], n[3]));
    if (value_int_or(&cells[PLAN_HOLDS], 0) > 0)
        buf_printf(line, NULL, tr("; transfers held: %s"), cell_count(&cells[PLAN_HOLDS], n[0]));
    if (value_known(&cells[PLAN_GAP_PCT]))
        buf_printf(line, NULL, tr("; at most %s%% from the best"), cell_pct(&cells[PLAN_GAP_PCT], n[0]));
}

static void draw_head(const struct view_frame *f, const struct view_state *s, const struct preview *p, struct canvas *c,
                      struct area area)
{
    struct buf line = buf_make(LINE_BYTES);

    put_state(f, s, &p->plan, &line);
    canvas_puts(c, area.x + 1, area.y, area.width - 1, marks_count(s->marks) > 0 ? ROLE_WARN : ROLE_TITLE,
                buf_str(&line));
    buf_clear(&line);
    put_sums(&p->plan, &line);
    if (area.height > 1)
        canvas_puts(c, area.x + 1, area.y + 1, area.width - 1, ROLE_TEXT, buf_str(&line));
    buf_release(&line);
}

static const struct panel {
    enum rebalance_list list;
    const char *title;
    const struct list *rows;
} panels[] = {
    {REBALANCE_LIST_MOVES, N_("Moves"), &rebalance_moves},
    {REBALANCE_LIST_EFFECTS, N_("Effects"), &rebalance_effects},
    {REBALANCE_LIST_CHECKS, N_("Checks"), &rebalance_checks},
    {REBALANCE_LIST_LEVELS, N_("How good it is"), &rebalance_levels},
    {REBALANCE_LIST_LEFT, N_("What it can't help"), &rebalance_left},
    {REBALANCE_LIST_ADVICE, N_("Between regions: could, goes, could still"), &rebalance_advice},
};

static const char *title_of(const struct preview *p, const struct view_state *s, const struct panel *panel,
                            char out[LIST_TITLE_MAX])
{
    if (panel->list != REBALANCE_LIST_CHECKS)
        return list_title(tr(panel->title), &p->rows[panel->list], &s->place[panel->list], out);
    snprintf(out, LIST_TITLE_MAX, "%s %zu/%zu", tr(panel->title), rebalance_checks_ok(&p->checks), p->checks.count);
    return out;
}

static void draw_panel(const struct view_frame *f, struct view_state *s, struct preview *p, enum rebalance_list list,
                       struct canvas *c, struct area area)
{
    const struct panel *panel = &panels[list - REBALANCE_LIST_MOVES];
    bool moves = list == REBALANCE_LIST_MOVES, framed = area.height >= 3;
    struct area in = framed ? canvas_box(c, area, NULL, NULL) : area;
    struct list_frame lf = {.frame = f,
                            .rows = &p->rows[list],
                            .place = &s->place[list],
                            .state = s,
                            .focused = list == rebalance_panel(f, s),
                            .scroll = moves ? s->scroll_x : 0,
                            .sorted = TABLE_NO_SORT};
    char title[LIST_TITLE_MAX], why[LIST_TITLE_MAX];
    struct list shown = *panel->rows;

    if (moves && value_known(&p->plan.cells[PLAN_REMARK]))
        shown.nothing = text_show_in(cell_text(&p->plan, PLAN_REMARK), why, sizeof why);
    list_draw(&shown, &lf, c, in);
    if (framed)
        canvas_box(c, area, title_of(p, s, panel, title),
                   moves                            ? tr("Space include/exclude")
                   : list == REBALANCE_LIST_EFFECTS ? tr("NOTHING: left alone")
                                                    : NULL);
}

/* What belongs to the panel that has the keys. */
static void draw_lower(const struct view_frame *f, struct view_state *s, struct preview *p, struct canvas *c,
                       struct area area)
{
    enum rebalance_list panel = rebalance_panel(f, s);
    struct row effect = {0};

    if (area.height < LOWER_LEAST)
        return;
    if (panel == REBALANCE_LIST_MOVES)
        rebalance_move_draw(f, s, c, area);
    else if (panel != REBALANCE_LIST_EFFECTS)
        draw_panel(f, s, p, panel, c, area);
    else if (list_current(&s->place[panel], &p->rows[panel], &effect))
        rebalance_effect_draw(f, &effect, c, area);
}

static void draw_narrow(const struct view_frame *f, struct view_state *s, struct preview *p, struct canvas *c,
                        struct area area)
{
    enum rebalance_list panel = rebalance_panel(f, s);
    struct area middle, checks;

    if (s->detail && panel == REBALANCE_LIST_EFFECTS) {
        draw_panel(f, s, p, panel, c, canvas_cut_top(&area, area.height - LOWER_LEAST));
        draw_lower(f, s, p, c, area);
        return;
    }
    draw_panel(f, s, p, REBALANCE_LIST_MOVES, c, canvas_cut_top(&area, MOVES_NARROW));
    if (!s->detail) {
        middle = canvas_cut_top(&area, MIDDLE_NARROW);
        checks = canvas_cut_right(&middle, panel == REBALANCE_LIST_EFFECTS ? 0 : CHECKS_WIDTH);
        draw_panel(f, s, p, REBALANCE_LIST_EFFECTS, c, middle);
        if (checks.width > 0 && panel != REBALANCE_LIST_CHECKS)
            draw_panel(f, s, p, REBALANCE_LIST_CHECKS, c, checks);
        else if (checks.width > 0)
            draw_panel(f, s, p, REBALANCE_LIST_LEVELS, c, checks);
    }
    draw_lower(f, s, p, c, area);
}

static void draw_wide(const struct view_frame *f, struct view_state *s, struct preview *p, struct canvas *c,
                      struct area area)
{
    struct area right = canvas_cut_right(&area, RIGHT_WIDTH), record;
    struct row effect = {0};
    int third = area.height / 3;

    draw_panel(f, s, p, REBALANCE_LIST_MOVES, c, canvas_cut_top(&area, third));
    draw_panel(f, s, p, REBALANCE_LIST_EFFECTS, c, canvas_cut_top(&area, third));
    if (rebalance_panel(f, s) == REBALANCE_LIST_EFFECTS &&
        list_current(&s->place[REBALANCE_LIST_EFFECTS], &p->rows[REBALANCE_LIST_EFFECTS], &effect))
        rebalance_effect_draw(f, &effect, c, area);
    else
        rebalance_move_draw(f, s, c, area);
    draw_panel(f, s, p, REBALANCE_LIST_CHECKS, c, canvas_cut_top(&right, third));
    draw_panel(f, s, p, REBALANCE_LIST_LEVELS, c, canvas_cut_top(&right, LEVELS_HEIGHT));
    draw_panel(f, s, p, REBALANCE_LIST_LEFT, c, canvas_cut_top(&right, (right.height - RECORD_HEIGHT) / 2));
    draw_panel(f, s, p, REBALANCE_LIST_ADVICE, c, canvas_cut_top(&right, right.height - RECORD_HEIGHT));
    record = canvas_box(c, right, tr("Forecast and fact"), NULL);
    rebalance_record_draw(f, c, record);
}

/* What it was asked for, from which state, how it turned out before. */
static void draw_foot(const struct view_frame *f, const struct preview *p, struct canvas *c, struct area area,
                      bool record)
{
    struct buf line = buf_make(LINE_BYTES);
    char n[CELL_MAX];

    buf_printf(&line, NULL, tr("from the state of %s"), cell_clock(&p->plan.cells[PLAN_AS_OF], f->now.utc_ms, n));
    if (value_known(&p->plan.cells[PLAN_ASKED]) && !text_empty(value_text_or(&p->plan.cells[PLAN_ASKED], ""))) {
        buf_puts(&line, "; ", NULL);
        text_show(cell_text(&p->plan, PLAN_ASKED), 60, &line);
    }
    if (value_known(&p->plan.cells[PLAN_REPLACES])) {
        buf_printf(&line, NULL, tr("; edited from "));
        text_show(cell_text(&p->plan, PLAN_REPLACES), 12, &line);
    }
    int x = canvas_puts(c, area.x + 1, area.y, area.width - 2, ROLE_DIM, buf_str(&line)) + RECORD_GAP;
    if (record && x < area.width - RECORD_LEAST_WIDTH)
        rebalance_record_draw(f, c, (struct area){area.x + x, area.y, area.width - x, 1});
    buf_release(&line);
}

static void draw_preview(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    struct preview p;
    struct area area = f->area, foot;
    char id[CELL_MAX];
    bool wide = f->area.width >= WIDE && f->area.height >= TALL;

    if (!preview_make(&p, f, s)) {
        canvas_printf(c, area.x + 2, area.y + area.height / 2, area.width - 2, ROLE_DIM,
                      tr("no plan %s is told of here; Esc lists those that are"),
                      text_show_in(text_of(s->text), id, sizeof id));
        return;
    }
    if (rebalance_runs(f, s)) {
        rebalance_run_draw(f, s, &p.plan, c, area);
        preview_release(&p);
        return;
    }
    draw_head(f, s, &p, c, canvas_cut_top(&area, HEAD_LINES));
    foot = area;
    area.height -= area.height > 0;
    foot.y += area.height;
    draw_foot(f, &p, c, foot, !wide);
    if (wide)
        draw_wide(f, s, &p, c, area);
    else
        draw_narrow(f, s, &p, c, area);
    preview_release(&p);
}

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    if (is_open(s))
        draw_preview(f, s, c);
    else
        draw_plans(f, s, c);
}

/* --- keys --- */

enum action { ACT_OPEN = 1, ACT_UP, ACT_TURN };

static const struct key_row keys[] = {
    {"Enter", ACT_OPEN, "open",
     "the preview of the plan under the cursor; in it all of what the cursor is on; of one that runs the preview and "
     "back"},
    PLAN_KEYS("a plan from what is now; in a preview the same again without what was taken out"),
    {"Space", ACT_TURN, "in/out",
     "take the move under the cursor out of the plan, or in again; b computes the rest anew"},
    {"d", PAGE_DETAIL, "detail",
     "everything that is known of the plan under the cursor; in a preview more of the lower box; leaves a plan that "
     "runs, which goes on"},
    {"x", PLAN_APPLY, "carry out", "carry out the plan that is shown: first what it touches, then its id is typed"},
    {"A", PLAN_APPROVE, NULL,
     "approve somebody else's plan, as it is shown, for 15 minutes, once; among plans the order under the cursor, or "
     "the only one"},
    {"B", PLAN_GLASS, NULL,
     "break the glass: carry out the plan that is shown alone, in an emergency, with a reason; half as much, told at "
     "once"},
    {"V", PLAN_SIGN, NULL, "sign off the plan that is shown, which somebody else carried out alone"},
    {"p", PLAN_PAUSE, "pause", "pause the plan that runs, or let it go on"},
    {"X", PLAN_STOP, "stop",
     "stop the plan that runs: what was moved stays, nothing more is sent; among plans reject the order under the "
     "cursor, or the only one"},
    {"U", PLAN_UNDO, NULL, "take back what a plan has moved, as far as it has not started; its id is typed"},
    {"r", PLAN_RETRY, NULL, "try again what was refused, where the cursor of that panel is"},
    {"K", PLAN_SKIP, NULL, "give up what is unknown or refused there, and go on with the rest"},
    {"l Right", LIST_RIGHT, "panel",
     "the next panel of a preview: moves, effects, checks, how good, what it can't help, regions"},
    {"h Left", LIST_LEFT, NULL, "the panel before"},
    LIST_KEYS_UP_DOWN,
    {0},
};

static const struct intent redraw = {.kind = INTENT_REDRAW};

/* Opened again, so that the moves of that plan are read. */
static struct intent show(struct view_state *s, const char *id)
{
    snprintf(s->text, sizeof s->text, "%s", id);
    for (int i = REBALANCE_LIST_MOVES; i < REBALANCE_LISTS; i++)
        s->place[i] = (struct view_place){0};
    marks_clear(s->marks);
    s->filter[0] = '\0';
    s->sort_field = -2;
    s->column_count = 0;
    s->scroll_x = 0;
    s->panel = NO_PANEL;
    s->detail = s->all = false;
    return (struct intent){.kind = INTENT_OPEN_VIEW, .text = "rebalance"};
}

static struct intent open_current(const struct view_frame *f, struct view_state *s)
{
    struct row plan = {0};
    char id[VIEW_FILTER_MAX];

    if (rebalance_panel(f, s) == REBALANCE_LIST_WAITING) {
        s->detail = !s->detail;
        return redraw;
    }
    if (!list_current(&s->place[REBALANCE_LIST_PLANS], &f->rows[REBALANCE_PLANS], &plan))
        return redraw;
    return show(s, text_show_in(plan.id, id, sizeof id));
}

static struct intent say(const char *text)
{
    struct intent i = {.kind = INTENT_SAY};

    snprintf(i.text, sizeof i.text, "%s", text);
    return i;
}

static struct intent turn_move(const struct view_frame *f, struct view_state *s)
{
    const struct view_rows *moves = &f->rows[REBALANCE_MOVES];
    struct view_place *place = &s->place[REBALANCE_LIST_MOVES];
    struct row move = {0};

    if (rebalance_panel(f, s) != REBALANCE_LIST_MOVES || !list_current(place, moves, &move))
        return redraw;
    if (marks_has(s->marks, &move))
        marks_remove(s->marks, &move);
    else if (marks_add(&s->marks, &move) != MARKS_ADDED)
        return say(tr("no more moves can be taken out"));
    list_move(place, moves, LIST_DOWN);
    return redraw;
}

/* "FROM>TO/QUEUE" of each move that is out now. */
static bool add_exclusions(const struct view_frame *f, const struct view_state *s, struct intent *i)
{
    const struct view_rows *moves = &f->rows[REBALANCE_MOVES];
    struct buf what = buf_make(INTENT_TEXT_MAX);
    bool ok = true;

    for (size_t k = 0; ok && k < moves->count; k++) {
        struct row move = {0};

        if (!moves->at(moves->ctx, k, &move) || !rebalance_is_out(s, &move))
            continue;
        buf_clear(&what);
        if (value_known(&move.cells[MOVE_TRANSFER])) {
            ok = plan_keys_add(i, "--exclude", value_text_or(&move.cells[MOVE_TRANSFER], ""));
            continue;
        }
        ok = !text_empty(text_copy(&what, value_text_or(&move.cells[MOVE_FROM], ""))) && buf_putc(&what, '>', NULL) &&
             !text_empty(text_copy(&what, value_text_or(&move.cells[MOVE_TO], ""))) && buf_putc(&what, '/', NULL) &&
             !text_empty(text_copy(&what, value_text_or(&move.cells[MOVE_QUEUE], "")));
        ok = ok && plan_keys_add(i, "--exclude", text_from(what.data, what.len));
    }
    buf_release(&what);
    return ok;
}

/* An option that is being read from what a plan was asked for. */
struct asked {
    char name[64]; /* "": none yet */
    struct buf value;
};

static bool add_one(struct asked *a, struct intent *i)
{
    bool told_anew = strcmp(a->name, "--exclude") == 0 || strcmp(a->name, "--replaces") == 0;
    bool ok = a->name[0] == '\0' || told_anew || plan_keys_add(i, a->name, text_from(buf_str(&a->value), a->value.len));

    a->name[0] = '\0';
    buf_clear(&a->value);
    return ok;
}

/* The options that it was asked for stay; exclusions are told anew. A value may hold blanks. */
static bool add_asked(const struct row *plan, struct intent *i)
{
    struct safe_text rest = value_text_or(&plan->cells[PLAN_ASKED], ""), word, name;
    struct asked a = {.value = buf_make(INTENT_TEXT_MAX)};
    bool ok = true;

    while (ok && text_split(&rest, ' ', &word)) {
        if (text_begins(word, text_of("--"))) {
            ok = add_one(&a, i);
            text_split(&word, '=', &name);
            text_show_in(name, a.name, sizeof a.name);
        } else if (a.value.len > 0)
            buf_putc(&a.value, ' ', NULL);
        text_copy(&a.value, word);
    }
    ok = ok && add_one(&a, i);
    buf_release(&a.value);
    return ok;
}

static struct intent ask(const struct view_frame *f, struct view_state *s)
{
    struct intent i = plan_keys_ask();
    struct row plan = {0};

    if (!is_open(s))
        return i;
    if (s->filter[0] != '\0')
        return say(tr("a filter hides some moves: Esc takes it away, then b computes again"));
    if (!rebalance_plan(f, s, &plan) || f->rows[REBALANCE_MOVES].partial)
        return say(tr("the plan is still being read"));
    if (!add_asked(&plan, &i) || !add_exclusions(f, s, &i) || !plan_keys_add(&i, "--replaces", plan.id))
        return say(tr("too much is taken out for one request: name queues or clusters with :plan"));
    return i;
}

static struct intent step_panel(const struct view_frame *f, struct view_state *s, int by)
{
    static const int run[] = {REBALANCE_LIST_MOVES, REBALANCE_LIST_TROUBLE, REBALANCE_LIST_LOG};
    int first = REBALANCE_LIST_MOVES, n = REBALANCE_LIST_CONSIDERED - first, at = 0, runs = sizeof run / sizeof *run;

    if (!is_open(s)) {
        s->scroll_x += by;
        s->scroll_x = s->scroll_x < 0 ? 0 : s->scroll_x > 11 ? 11 : s->scroll_x;
    } else if (rebalance_runs(f, s)) {
        while (at + 1 < runs && run[at] != (int)rebalance_panel(f, s))
            at++;
        s->panel = run[(at + by + runs) % runs];
    } else
        s->panel = first + ((int)rebalance_panel(f, s) - first + by + n) % n;
    return redraw;
}

/* Of a plan that runs: its preview, and back. */
static struct intent turn_page(const struct view_frame *f, struct view_state *s)
{
    struct row plan = {0};

    if (rebalance_plan(f, s, &plan) && rebalance_run_is(&plan)) {
        s->all = !s->all;
        s->panel = NO_PANEL;
    } else
        s->detail = !s->detail;
    return redraw;
}

/* The collector goes on. */
static struct intent detach(struct view_state *s)
{
    struct intent i = view_open("overview", text_of(""));

    show(s, "");
    return i;
}

static struct intent move(const struct view_frame *f, struct view_state *s, int action)
{
    enum rebalance_list panel = rebalance_panel(f, s);
    struct preview p;
    bool moved;

    if (!is_open(s) && rebalance_orders_move(f, s, action)) {
        moved = true;
    } else if (!is_open(s)) {
        moved = list_move(&s->place[panel], &f->rows[REBALANCE_PLANS], action);
    } else {
        moved = preview_make(&p, f, s) && list_move(&s->place[panel], &p.rows[panel], action);
        preview_release(&p);
    }
    return (struct intent){.kind = moved ? INTENT_REDRAW : INTENT_NONE};
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    switch (action) {
    case ACT_UP:
        return show(s, "");
    case ACT_OPEN:
        return is_open(s) ? turn_page(f, s) : open_current(f, s);
    case PAGE_DETAIL:
        if (rebalance_runs(f, s))
            return detach(s);
        s->detail = !s->detail;
        return redraw;
    case ACT_TURN:
        return is_open(s) && !rebalance_runs(f, s) ? turn_move(f, s)
                                                   : say(tr("moves are taken out in a plan's preview: Enter opens it"));
    case PLAN_ASK:
        return ask(f, s);
    case LIST_RIGHT:
    case LIST_LEFT:
        return step_panel(f, s, action == LIST_RIGHT ? 1 : -1);
    default:
        return action >= PLAN_APPLY && action < PLAN_ACTIONS_END ? rebalance_act(f, s, action) : move(f, s, action);
    }
}

static bool object(const struct view_frame *f, struct view_state *s, struct row *object)
{
    if (is_open(s))
        return rebalance_panel(f, s) == REBALANCE_LIST_MOVES &&
               list_current(&s->place[REBALANCE_LIST_MOVES], &f->rows[REBALANCE_MOVES], object);
    return current(f, s, object);
}

static void rows_of_list(const struct view_frame *f, struct view_state *s, view_look *look, void *ctx)
{
    bool open = is_open(s);

    look(ctx, &f->rows[open ? REBALANCE_MOVES : REBALANCE_PLANS],
         &s->place[open ? REBALANCE_LIST_MOVES : REBALANCE_LIST_PLANS]);
}

/* The plan of that id; one that was just made may not be told of yet. */
static bool go(const struct view_frame *f, struct view_state *s, struct safe_text where)
{
    char id[VIEW_FILTER_MAX];

    (void)f;
    if (!text_begins(where, text_of("P-")))
        return false;
    if (strcmp(s->text, text_show_in(where, id, sizeof id)) != 0)
        show(s, id);
    return true;
}

static int inside(const struct view_state *s)
{
    return is_open(s) ? ACT_UP : 0;
}

const struct view view_rebalance = {
    .name = "rebalance",
    .title = "Rebalance",
    .help = "which work should go where: plans, what each would do, how good it is, what it can't help",
    .order = 6,
    .needs = needs,
    .scope = scope,
    .told_by = "slurm",
    .keys = keys,
    .listed = listed,
    .prose = true,
    .inside = inside,
    .go = go,
    .draw = draw,
    .act = act,
    .rows = rows_of_list,
    .object = object,
};
