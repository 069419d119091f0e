#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "views/plan_keys.h"
#include "views/racks_draw.h"
#include "views/racks_look.h"
#include "views/racks_path.h"

static const struct view_need needs[] = {
    [RACKS_NEED_CLUSTERS] = {.kind = KIND_CLUSTER, .aside = true},
    [RACKS_NEED_HALLS] = {.kind = KIND_HALL},
    [RACKS_NEED_RACKS] = {.kind = KIND_RACK, .filtered = true, .scoped = true},
    [RACKS_NEED_DEVICES] = {.kind = KIND_DEVICE, .scoped = true, .aside = true},
    [RACKS_NEED_NODES] = {.kind = KIND_NODE, .scoped = true, .aside = true},
    {0},
};

_Static_assert((int)RACKS_LEVELS <= (int)VIEW_PANELS_MAX, "each level has a place");
_Static_assert((int)RACKS_OWN_LEFT < (int)VIEW_OWN_MAX, "each number has a place");

enum { ACT_DOWN = 1, ACT_UP, ACT_METRIC, ACT_DETAIL, ACT_FIT, ACT_FACE, ACT_GRID };
static const struct key_row keys[] = {
    {"Enter", ACT_DOWN, "open",
     "a level down: the cluster's halls, the hall's rows, the row's racks, what stands in the rack"},
    {"Backspace", ACT_UP, "up", "a level up"},
    {"m", ACT_METRIC, "metric", "the next metric: power, inlet, space, nodes, GPU, tenant"},
    {"v", ACT_GRID, "grid", "the hall from above, a cell for each rack, or its rows as a list"},
    {"F", ACT_FIT, "fit", "finds racks with room: asks how many units and kW, \"8U 12kW\""},
    {"d", ACT_DETAIL, "detail", "everything that is known of the row under the cursor, and who told it"},
    {"b", PLAN_ASK, NULL,
     "a plan that empties the hall or cluster under the cursor: on the command line; add --by=TIME"},
    {"e", ACT_FACE, NULL, "the rack from its other face: front or rear"},
    LIST_KEYS,
    {0},
};

static const struct intent redraw = {.kind = INTENT_REDRAW};

static struct intent open_rack(struct view_state *s)
{
    s->number[RACKS_OWN_OPEN] = 1;
    s->number[RACKS_OWN_SCROLL] = 0;
    return (struct intent){.kind = INTENT_OPEN_VIEW, .text = "racks"};
}

/* In the grid what is gone down to is a rack: its row is seen already. */
static struct intent down_from_rows(struct racks_look *l, bool any)
{
    struct view_state *s = l->state;

    if (racks_look_grid(l)) {
        racks_grid_sync(&l->grid, &s->place[RACKS_ROWS], &s->place[RACKS_RACKS]);
        return open_rack(s);
    }
    racks_look_forget(&s->place[RACKS_RACKS]);
    return any ? racks_look_go(s, RACKS_RACKS) : redraw;
}

/* Into a cluster: its worst hall first, rather than all of them; its racks, where it has no halls. */
static struct intent down_from_clusters(struct racks_look *l, const struct row *cluster)
{
    struct view_place *hall = &l->state->place[RACKS_HALLS];
    struct view_rows rows;
    size_t count;

    racks_halls_of(l->halls, cluster->id, &count);
    if (count == 0) {
        racks_look_forget(hall);
        racks_look_forget(&l->state->place[RACKS_ROWS]);
        return racks_look_go(l->state, RACKS_RACKS);
    }
    racks_look_halls(l);
    rows = racks_look_rows(l, RACKS_HALLS);
    if (hall->id_len == 0) {
        list_sync(hall, &rows, hall->page);
        list_move(hall, &rows, LIST_DOWN);
        hall->top = 0;
    }
    return racks_look_go(l->state, RACKS_HALLS);
}

static struct intent down_from_halls(struct racks_look *l, const struct row *hall)
{
    racks_look_forget(&l->state->place[RACKS_ROWS]);
    racks_look_forget(&l->state->place[RACKS_RACKS]);
    return racks_look_go(l->state, text_empty(hall->id) ? RACKS_RACKS : RACKS_ROWS);
}

static struct intent go_down(struct racks_look *l)
{
    struct view_state *s = l->state;
    struct view_rows rows = racks_look_rows(l, l->level);
    struct row row = {0};
    bool any;

    list_sync(&s->place[l->level], &rows, s->place[l->level].page);
    any = list_current(&s->place[l->level], &rows, &row);
    if (l->level == RACKS_ROWS)
        return down_from_rows(l, any);
    if (l->level == RACKS_RACKS && racks_look_gone(s) == RACKS_CLUSTERS && s->filter[0] == '\0')
        return racks_look_go(s, RACKS_RACKS); /* nothing is above them, and they are not read yet */
    if (!any)
        return redraw;
    if (l->level == RACKS_RACKS) /* opened again, the view is answered with what stands in it */
        return open_rack(s);
    return l->level == RACKS_CLUSTERS ? down_from_clusters(l, &row) : down_from_halls(l, &row);
}

/* A level up: first out of a filter, then over the rows and halls where there are such. */
static struct intent go_up(struct racks_look *l)
{
    struct view_state *s = l->state;
    enum racks_level gone = racks_look_gone(s);
    size_t halls;

    if (s->filter[0] != '\0')
        return (struct intent){.kind = INTENT_FILTER};
    racks_halls_of(l->halls, racks_look_id(&s->place[RACKS_CLUSTERS]), &halls);
    if (gone == RACKS_CLUSTERS)
        return redraw;
    if (gone == RACKS_RACKS && l->rows.told)
        return racks_look_go(s, RACKS_ROWS);
    return racks_look_go(s, gone >= RACKS_ROWS && halls > 0 ? RACKS_HALLS : RACKS_CLUSTERS);
}

/* What lies below another row begins at its head. */
static struct intent move(struct racks_look *l, int action)
{
    struct view_state *s = l->state;
    struct view_rows rows = racks_look_rows(l, l->level);

    if (l->level == RACKS_ROWS && racks_look_grid(l)) {
        racks_grid_move(&l->grid, &s->place[RACKS_ROWS], &s->place[RACKS_RACKS], action);
        return redraw;
    }
    if (list_move(&s->place[l->level], &rows, action)) {
        for (int below = (int)l->level + 1; below < RACKS_LEVELS; below++)
            racks_look_forget(&s->place[below]);
        /* the racks of another hall are asked for */
        return l->level == RACKS_HALLS ? (struct intent){.kind = INTENT_OPEN_VIEW, .text = "racks"} : redraw;
    }
    s->scroll_x += action == LIST_RIGHT ? 1 : -1;
    s->scroll_x = s->scroll_x < 0 ? 0 : s->scroll_x > RACKS_LIST_SCROLL_MOST ? RACKS_LIST_SCROLL_MOST : s->scroll_x;
    return redraw;
}

/* Between the grid of a hall and its rows as a list. */
static struct intent turn(struct racks_look *l)
{
    struct view_state *s = l->state;
    bool known = l->level >= RACKS_ROWS && !text_empty(l->hall);
    struct intent say = {.kind = INTENT_SAY};

    if (known && !l->rows.told) {
        snprintf(say.text, sizeof say.text, "%s", tr("no rack here says which row it stands in: there is no grid"));
        return say;
    }
    s->number[RACKS_OWN_LIST] = racks_look_gone(s) == RACKS_RACKS || s->number[RACKS_OWN_LIST] > 0 ? 0 : 1;
    return known ? racks_look_go(s, RACKS_ROWS) : redraw;
}

static struct intent act_looking(struct racks_look *l, int action)
{
    if (action == ACT_DOWN)
        return go_down(l);
    if (action == ACT_UP)
        return go_up(l);
    if (action == ACT_GRID)
        return turn(l);
    return move(l, action);
}

/* In a rack: up to the list that it was opened from, or along its units; the draw keeps them in their bounds. */
static struct intent act_in_rack(struct view_state *s, int action)
{
    static const struct {
        int action, lines;
    } moves[] = {{LIST_DOWN, 1},       {LIST_UP, -1},       {LIST_HALF_DOWN, 8},  {LIST_HALF_UP, -8},
                 {LIST_PAGE_DOWN, 16}, {LIST_PAGE_UP, -16}, {LIST_FIRST, -10000}, {LIST_LAST, 10000}};

    if (action == ACT_UP) {
        s->number[RACKS_OWN_OPEN] = 0;
        return (struct intent){.kind = INTENT_OPEN_VIEW, .text = "racks"};
    }
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (moves[i].action == action)
            s->number[RACKS_OWN_SCROLL] += moves[i].lines;
    return redraw;
}

static struct intent act_at_once(struct view_state *s, int action)
{
    if (action == ACT_FACE) {
        s->number[RACKS_OWN_REAR] = s->number[RACKS_OWN_REAR] > 0 ? 0 : 1;
    } else if (action == ACT_METRIC) {
        s->number[RACKS_OWN_METRIC] =
            s->number[RACKS_OWN_METRIC] + 1 < RACKS_METRICS ? s->number[RACKS_OWN_METRIC] + 1 : 0;
        s->sort_field = -2;
    } else if (action == ACT_DETAIL) {
        s->detail = !s->detail;
    }
    return redraw;
}

/* Of a rack it is its hall. */
static struct intent ask_plan(struct racks_look *l)
{
    struct row row;

    if (!racks_look_current(l, &row))
        return redraw;
    return plan_keys_line("--drain", row.kind == KIND_RACK ? value_text_or(&row.cells[RACK_HALL], "") : row.id);
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    struct racks_look l;
    struct intent i;

    if (action == ACT_FIT) {
        s->number[RACKS_OWN_OPEN] = 0; /* the answer goes to a list of racks */
        return (struct intent){.kind = INTENT_COMMAND, .text = "fit"};
    }
    if (s->number[RACKS_OWN_OPEN] > 0 && action != ACT_FACE)
        return act_in_rack(s, action);
    if (action == ACT_FACE || action == ACT_METRIC || action == ACT_DETAIL)
        return act_at_once(s, action);
    l = racks_look_begin(f, s);
    racks_look_level(&l);
    i = action == PLAN_ASK ? ask_plan(&l) : act_looking(&l, action);
    racks_look_end(&l);
    return i;
}

static bool object(const struct view_frame *f, struct view_state *s, struct row *object)
{
    struct racks_look l;
    bool found;

    if (s->number[RACKS_OWN_OPEN] > 0)
        return racks_look_named(f, RACKS_NEED_RACKS, &s->place[RACKS_RACKS], object);
    l = racks_look_begin(f, s);
    racks_look_level(&l);
    found = racks_look_current(&l, object);
    racks_look_end(&l);
    return found;
}

/* In a rack, a hall, a cluster. */
static int inside(const struct view_state *s)
{
    return s->number[RACKS_OWN_OPEN] > 0 || racks_look_gone(s) != RACKS_CLUSTERS ? ACT_UP : 0;
}

const struct view view_racks = {
    .name = "racks",
    .title = "Racks",
    .help = "how full, how loaded and how warm clusters, halls and racks are",
    .order = 3,
    .needs = needs,
    .scope = racks_look_scope,
    .told_by = "prometheus",
    .keys = keys,
    .prose = true,
    .forget = racks_look_release,
    .inside = inside,
    .go = racks_path_go,
    .draw = racks_draw,
    .act = act,
    .object = object,
};
