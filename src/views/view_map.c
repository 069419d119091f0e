#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "views/map_detail.h"
#include "views/map_scene.h"
#include "views/plan_keys.h"

enum {
    NEED_LINKS,
    NEED_CLUSTERS,
    NEED_PLACES,
    NEED_CHANGES,
    NEED_SOURCES,
    NEED_SCHEDULERS,
    NEED_PLANS,
    NEED_MOVES,
    NEED_ACTIONS
};
static const struct view_need needs[] = {
    [NEED_LINKS] = {.kind = KIND_LINK, .filtered = true},
    [NEED_CLUSTERS] = {.kind = KIND_CLUSTER, .aside = true},
    [NEED_PLACES] = {.kind = KIND_PLACE, .aside = true},
    [NEED_CHANGES] = {.kind = KIND_CHANGE, .sort = "-at", .aside = true},
    [NEED_SOURCES] = {.kind = KIND_SOURCE, .aside = true},
    [NEED_SCHEDULERS] = {.kind = KIND_SCHEDULER, .aside = true},
    [NEED_PLANS] = {.kind = KIND_PLAN, .only = "state=running,paused", .aside = true},
    [NEED_MOVES] = {.kind = KIND_MOVE, .aside = true},
    [NEED_ACTIONS] = {.kind = KIND_ACTION, .only = "done=", .aside = true}, /* not ended */
    {0},
};

enum { PLACE_OWN, PLACE_ALL }; /* the lists: links of the origin, all links */

enum {
    WIDE = 120,         /* the side takes its share from here on */
    SIDE_WIDTH = 32,    /* of 80 */
    LEAST_WIDTH = 66,   /* below: map and list one above the other */
    LEAST_HEIGHT = 12,  /* below: the list alone */
    LIST_MOST = 10,     /* rows of the origin's links, of those that would fit */
    CHANGES_HEIGHT = 8, /* a box of them */
    CHANGES_LEAST = 5,  /* where the chart wants room */
    CHART_LINES = 9,    /* of the chosen link's history */
    ALL_LEAST = 5,      /* a box of all links that is worth its room */
    SIDE_BOXES = 46,    /* boxes beside the map from such a side on */
    HEIGHT_BOXES = 34,
    FLOWS_LEAST = 8, /* lines beside the map: room for what a plan moves */
};

/* --- where things stand --- */

struct layout {
    struct area map, side;
};

static struct layout layout_of(struct area a)
{
    struct layout l = {.side = a};
    int side = a.width >= WIDE ? a.width * 31 / 80 : SIDE_WIDTH;

    if (a.height < LEAST_HEIGHT || a.width < 20)
        return l;
    l.map = a;
    if (a.width < LEAST_WIDTH) {
        l.map.height = a.height * 3 / 5;
        l.side.y += l.map.height;
        l.side.height -= l.map.height;
    } else {
        l.map.width -= side;
        l.side.x += l.map.width;
        l.side.width = side;
    }
    return l;
}

/* --- origin and choice --- */

/* What is looked at in one frame. */
struct look {
    const struct view_frame *f;
    struct view_state *s;
    struct map_world world;
    struct map_list own, all;
    struct map_flows flows;
    int origin, selected;
};

/* Keeps the origin of a state; one that is too long to keep is found again each time. */
static void keep_origin(struct view_state *s, struct safe_text id)
{
    struct buf copy = buf_make(sizeof s->text);

    s->text[0] = '\0';
    if (!text_empty(text_copy(&copy, id)))
        snprintf(s->text, sizeof s->text, "%s", buf_str(&copy));
    buf_release(&copy);
}

/* A cursor that somebody put on a link of another site takes the origin there. */
static int origin_of_cursor(const struct look *k)
{
    const struct view_place *p = &k->s->place[PLACE_OWN];

    for (int i = 0; p->id_len > 0 && p->source_len == 0 && i < k->world.link_count; i++)
        if (text_equal(k->world.links[i].row.id, text_from(p->id, p->id_len)))
            return k->world.links[i].from;
    return -1;
}

/* Until somebody presses a key, a screen on a wall say, the origin goes to where it becomes critical. */
static bool should_leave(const struct look *k, int origin)
{
    int worst = map_world_origin(&k->world);

    return k->s->number[MAP_TOUCHED] < 1 && worst >= 0 && map_world_has(&k->world, worst, MAP_CRIT) &&
           !map_world_has(&k->world, origin, MAP_CRIT);
}

static void find_origin(struct look *k)
{
    k->origin = origin_of_cursor(k);
    if (k->origin < 0)
        k->origin = map_world_site(&k->world, text_of(k->s->text));
    if (k->origin >= 0 && should_leave(k, k->origin)) {
        k->origin = -1;
        k->s->place[PLACE_OWN] = (struct view_place){.page = k->s->place[PLACE_OWN].page};
    }
    if (k->origin < 0)
        k->origin = map_world_origin(&k->world);
    if (k->origin >= 0 && k->world.link_count > 0 && !k->f->rows[NEED_LINKS].partial)
        keep_origin(k->s, k->world.sites[k->origin].id);
}

static void look_open(struct look *k, const struct view_frame *f, struct view_state *s)
{
    const struct view_rows *links = &f->rows[NEED_LINKS];

    *k = (struct look){.f = f, .s = s, .selected = -1};
    k->world = map_world_make(&f->rows[NEED_CLUSTERS], &f->rows[NEED_PLACES], links);
    k->flows = map_flow_make(&(struct map_flow_facts){&f->rows[NEED_PLANS], &f->rows[NEED_MOVES],
                                                      &f->rows[NEED_ACTIONS], &f->rows[NEED_SCHEDULERS]},
                             &k->world);
    find_origin(k);
    map_list_make(&k->own, &k->world, links, k->origin, s);
    map_list_make(&k->all, &k->world, links, -1, s);
    k->selected = map_list_current(&k->own, &s->place[PLACE_OWN]);
}

static void look_close(struct look *k)
{
    map_world_release(&k->world);
}

static struct map_scene scene_of(const struct look *k)
{
    return (struct map_scene){&k->world, k->s, k->f->outline, &k->flows, k->origin, k->selected};
}

/* --- the side --- */

/* "From SHG Shaoguan"; the name only where the box is wide. */
static const char *own_title(const struct look *k, int width, char out[LIST_TITLE_MAX])
{
    struct buf title = buf_make(LIST_TITLE_MAX - 1);

    if (k->origin < 0) {
        snprintf(out, LIST_TITLE_MAX, "%s", tr("Links"));
        return out;
    }
    buf_puts(&title, tr("From "), NULL);
    text_show(k->world.sites[k->origin].name, 18, &title);
    if (width >= SIDE_BOXES && !text_empty(k->world.sites[k->origin].full)) {
        buf_puts(&title, " ", NULL);
        text_show(k->world.sites[k->origin].full, 24, &title);
    }
    snprintf(out, LIST_TITLE_MAX, "%s", buf_str(&title));
    buf_release(&title);
    return out;
}

static void draw_own(struct look *k, struct canvas *c, struct area in)
{
    map_list_draw(&k->own, k->f, k->s, &k->s->place[PLACE_OWN], true, c, in);
    k->selected = map_list_current(&k->own, &k->s->place[PLACE_OWN]);
}

static int at_most(int n, int most)
{
    return n < most ? n : most;
}

static int at_least(int n, int least)
{
    return n > least ? n : least;
}

/* A line across the inside of a box; returns what is below. */
static struct area rule(struct canvas *c, struct area in, const char *words)
{
    for (int x = 0; x < in.width && in.height > 0; x++)
        canvas_glyph(c, in.x + x, in.y, ROLE_BORDER, GLYPH_H);
    if (words[0] != '\0' && in.height > 0)
        canvas_printf(c, in.x + 1, in.y, in.width - 1, ROLE_DIM, " %s ", words);
    return (struct area){in.x, in.y + 1, in.width, in.height > 0 ? in.height - 1 : 0};
}

/* All in one box: list, details, changes, as far as there is room. */
static void draw_one_box(struct look *k, struct canvas *c, struct area a)
{
    char title[LIST_TITLE_MAX];
    struct area in = a.height >= 4 ? canvas_box(c, a, own_title(k, a.width, title), tr("one-way ms")) : a, list = in;
    int detail = map_detail_height(&k->world,
                                   k->selected >= 0   ? k->selected
                                   : k->own.count > 0 ? k->own.at[0]
                                                      : -1,
                                   in.width);

    if (k->world.link_count == 0) {
        map_detail_nothing(&k->f->rows[NEED_LINKS], c, in);
        return;
    }
    list.height = 1 + at_most(at_least(k->own.count, 1), at_least(in.height - detail - 4, 3));
    list.height = at_most(list.height, in.height);
    draw_own(k, c, list);
    in = (struct area){in.x, in.y + list.height, in.width, in.height - list.height};
    if (k->selected < 0 || in.height < 3)
        return;
    in = rule(c, in, "");
    detail = at_most(detail, in.height);
    map_detail_draw(&k->own, k->selected, k->f, &k->f->rows[NEED_SOURCES], k->s, c,
                    (struct area){in.x, in.y, in.width, detail});
    in = (struct area){in.x, in.y + detail, in.width, in.height - detail};
    if (in.height > 1)
        map_detail_changes(&k->world, &k->f->rows[NEED_CHANGES], c, rule(c, in, tr("changes")));
}

static void draw_all(struct look *k, struct canvas *c, struct area a)
{
    char title[LIST_TITLE_MAX];
    struct view_rows rows = map_list_rows(&k->all);
    struct area in = canvas_box(c, a, NULL, NULL);

    map_list_draw(&k->all, k->f, k->s, &k->s->place[PLACE_ALL], false, c, in);
    canvas_box(c, a, list_title(tr("All links"), &rows, &k->s->place[PLACE_ALL], title), tr("the worst first"));
}

static void draw_boxes(struct look *k, struct canvas *c, struct area a)
{
    char title[LIST_TITLE_MAX];
    struct area own = canvas_cut_top(&a, 3 + at_most(at_least(k->own.count, 1), LIST_MOST)), detail, all;

    if (k->world.link_count == 0) {
        a.y -= own.height;
        a.height += own.height;
        map_detail_nothing(&k->f->rows[NEED_LINKS], c, canvas_box(c, a, tr("Links"), NULL));
        return;
    }
    draw_own(k, c, canvas_box(c, own, own_title(k, own.width, title), tr("one-way ms")));
    int lines = 2 + at_least(map_detail_height(&k->world, k->selected, a.width - 4), 3);
    bool charted = a.height >= lines + CHART_LINES + CHANGES_LEAST;
    detail = canvas_cut_top(&a, lines + (charted ? CHART_LINES : 0));
    all = canvas_cut_top(&a, a.height - CHANGES_HEIGHT >= ALL_LEAST ? a.height - CHANGES_HEIGHT : 0);
    detail = canvas_box(c, detail, tr("Link"), tr("ms"));
    detail = (struct area){detail.x + 1, detail.y, detail.width - 2, detail.height};
    if (k->selected >= 0)
        map_detail_draw(&k->own, k->selected, k->f, &k->f->rows[NEED_SOURCES], k->s, c, detail);
    if (all.height > 0)
        draw_all(k, c, all);
    a = canvas_box(c, a, tr("Changes of links"), tr("newest first"));
    map_detail_changes(&k->world, &k->f->rows[NEED_CHANGES], c, (struct area){a.x + 1, a.y, a.width - 2, a.height});
}

static void draw(const struct view_frame *f, struct view_state *s, struct canvas *c)
{
    struct layout l = layout_of(f->area);
    struct map_scene scene;
    struct look k;

    look_open(&k, f, s);
    if (k.flows.count > 0 && l.side.height >= FLOWS_LEAST) {
        int height = at_most(map_flow_height(&k.flows), l.side.height / 2);

        map_flow_draw(&k.flows, &k.world, c, canvas_cut_top(&l.side, height));
    }
    if (l.side.width >= SIDE_BOXES && l.side.height >= HEIGHT_BOXES)
        draw_boxes(&k, c, l.side);
    else
        draw_one_box(&k, c, l.side);
    scene = scene_of(&k);
    if (l.map.width > 0)
        map_scene_draw(&scene, c, l.map);
    look_close(&k);
}

/* --- keys --- */

enum action {
    ACT_WEST = 1,
    ACT_EAST,
    ACT_NORTH,
    ACT_SOUTH,
    ACT_LARGER,
    ACT_SMALLER,
    ACT_RESET,
    ACT_RINGS,
    ACT_LINKS,
    ACT_ORIGIN,
    ACT_NEXT_ORIGIN,
    ACT_OPEN,
    ACT_MATRIX,
};

static const struct key_row keys[] = {
    {"Enter G", ACT_OPEN, "link", "the link under the cursor: its history as a chart"},
    PLAN_KEYS(
        "a plan as if the link under the cursor were lost: on the command line, where its options can be changed"),
    {"+", ACT_LARGER, "in", "zoom in, around the origin"},
    {"_", ACT_SMALLER, NULL, "zoom out"},
    {"=", ACT_RESET, NULL, "all that there is in the picture again"},
    {"Left", ACT_WEST, NULL, "move the picture to the west"},
    {"Right", ACT_EAST, NULL, "move the picture to the east"},
    {"Up", ACT_NORTH, NULL, "move the picture to the north"},
    {"Down", ACT_SOUTH, NULL, "move the picture to the south"},
    {"c", ACT_RINGS, "rings", "the rings: all, off, 1, 3, 5 or 20 ms one-way"},
    {"l", ACT_LINKS, "links", "the links: promised, those of the origin, bad ones only, off, all"},
    {"Space", ACT_ORIGIN, "origin", "the end of the link under the cursor becomes the origin"},
    {"i", ACT_NEXT_ORIGIN, NULL, "the next site where links begin becomes the origin"},
    {"x", ACT_MATRIX, "matrix", "all sites against all sites"},
    {"j", LIST_DOWN, NULL, "the next link of the origin"},
    {"k", LIST_UP, NULL, "the link before"},
    {"PgDn", LIST_PAGE_DOWN, NULL, "a page of links down"},
    {"PgUp", LIST_PAGE_UP, NULL, "a page of links up"},
    {0},
};

static void act_pan(const struct look *k, struct area map, int action)
{
    struct map_scene scene = scene_of(k);

    map_scene_pan(&scene, map, k->s, (action == ACT_EAST) - (action == ACT_WEST),
                  (action == ACT_NORTH) - (action == ACT_SOUTH));
}

static void act_zoom(const struct look *k, struct area map, int action)
{
    struct map_scene scene = scene_of(k);

    map_scene_zoom(&scene, map, k->s, action == ACT_LARGER ? 1 : -1);
}

static void act_reset(const struct look *k, struct area map, int action)
{
    (void)map;
    (void)action;
    k->s->number[MAP_MOVED] = k->s->number[MAP_ZOOM] = 0;
}

static void act_choice(const struct look *k, struct area map, int action)
{
    double *choice = &k->s->number[action == ACT_RINGS ? MAP_RINGS : MAP_SHOWN];
    int choices = action == ACT_RINGS ? MAP_RINGS_CHOICES : MAP_SHOWN_CHOICES;

    (void)map;
    *choice = ((int)*choice + 1) % choices;
}

static void set_origin(const struct look *k, int site)
{
    if (site < 0)
        return;
    keep_origin(k->s, k->world.sites[site].id);
    k->s->place[PLACE_OWN] = (struct view_place){.page = k->s->place[PLACE_OWN].page};
}

static void act_origin(const struct look *k, struct area map, int action)
{
    int n = k->world.site_count, site = -1;

    (void)map;
    if (action == ACT_ORIGIN && k->selected >= 0)
        site = k->world.links[k->selected].to;
    for (int step = 1; action == ACT_NEXT_ORIGIN && site < 0 && step <= n; step++)
        if (k->world.sites[(k->origin + step) % n].out > 0)
            site = (k->origin + step) % n;
    set_origin(k, site);
}

static void act_list(const struct look *k, struct area map, int action)
{
    struct map_list own = k->own;
    struct view_rows rows = map_list_rows(&own);

    (void)map;
    list_move(&k->s->place[PLACE_OWN], &rows, action);
}

static const struct {
    int action;
    void (*run)(const struct look *k, struct area map, int action);
} actions[] = {
    {ACT_WEST, act_pan},     {ACT_EAST, act_pan},        {ACT_NORTH, act_pan},          {ACT_SOUTH, act_pan},
    {ACT_LARGER, act_zoom},  {ACT_SMALLER, act_zoom},    {ACT_RESET, act_reset},        {ACT_RINGS, act_choice},
    {ACT_LINKS, act_choice}, {ACT_ORIGIN, act_origin},   {ACT_NEXT_ORIGIN, act_origin}, {LIST_DOWN, act_list},
    {LIST_UP, act_list},     {LIST_PAGE_DOWN, act_list}, {LIST_PAGE_UP, act_list},
};

/* With the cursor on the chosen link. */
static struct intent open_view(const struct look *k, const char *name)
{
    return view_open(name, k->selected >= 0 ? k->world.links[k->selected].row.id : text_of(""));
}

static struct intent act(const struct view_frame *f, struct view_state *s, int action)
{
    struct intent intent = {.kind = INTENT_REDRAW};
    struct layout l = layout_of(f->area);
    struct look k;

    s->number[MAP_TOUCHED] = 1;
    look_open(&k, f, s);
    if (action == ACT_MATRIX)
        intent = open_view(&k, "matrix");
    else if (action == ACT_OPEN && k.selected >= 0)
        intent = open_view(&k, "links");
    else if (action == PLAN_ASK)
        intent = plan_keys_line("--lost", k.selected >= 0 ? k.world.links[k.selected].row.id : text_of(""));
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (actions[i].action == action)
            actions[i].run(&k, l.map, action);
    look_close(&k);
    return intent;
}

static bool object(const struct view_frame *f, struct view_state *s, struct row *object)
{
    struct look k;
    bool found;

    look_open(&k, f, s);
    found = k.selected >= 0;
    if (found)
        *object = k.world.links[k.selected].row;
    look_close(&k);
    return found;
}

static bool is_called(const struct map_world *w, int site, struct safe_text where)
{
    struct safe_text names[] = {w->sites[site].id, w->sites[site].name, w->sites[site].full};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_len(names[i]) == text_len(where) && text_contains(names[i], where, true))
            return true;
    return false;
}

static bool go(const struct view_frame *f, struct view_state *s, struct safe_text where)
{
    struct look k;
    int site = -1;

    look_open(&k, f, s);
    for (int i = 0; i < k.world.site_count && site < 0; i++)
        site = is_called(&k.world, i, where) ? i : -1;
    set_origin(&k, site);
    s->number[MAP_TOUCHED] = site >= 0 ? 1 : s->number[MAP_TOUCHED];
    look_close(&k);
    return site >= 0;
}

const struct view view_map = {
    .name = "map",
    .title = "Map",
    .help = "how far apart the sites are: links by delay, direction and promise, rings of an origin",
    .order = 2,
    .told_by = "prometheus",
    .needs = needs,
    .keys = keys,
    .coast = true,
    .go = go,
    .draw = draw,
    .act = act,
    .object = object,
};
