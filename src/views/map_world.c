#include "views/map_world.h"

#include <math.h>
#include <stdlib.h>

#include "base/tr.h"

/* --- sites --- */

/* A kind of rows that have a place: the same cells under other numbers. */
struct fields {
    int name, name_zh, lon, lat;
};
static const struct fields cluster_fields = {CLUSTER_NAME, CLUSTER_NAME_ZH, CLUSTER_LON, CLUSTER_LAT};
static const struct fields place_fields = {PLACE_NAME, PLACE_NAME_ZH, PLACE_LON, PLACE_LAT};

static void add_site(struct map_world *w, const struct row *row, const struct fields *f)
{
    struct safe_text other;
    struct map_site *s;
    int name;

    if (text_empty(row->id))
        return;
    name = tr_is_zh() ? f->name_zh : f->name;
    other = value_text_or(&row->cells[name], "");
    s = &w->sites[w->site_count++];
    *s = (struct map_site){.id = row->id,
                           .name = tr_is_zh() && !text_empty(other) ? other : row->id,
                           .full = tr_is_zh() ? text_of("") : other,
                           .lon = value_real_or(&row->cells[f->lon], NAN),
                           .lat = value_real_or(&row->cells[f->lat], NAN),
                           .sign = cell_sign(row),
                           .cluster = f == &cluster_fields};
    if (!(fabs(s->lon) <= 180 && fabs(s->lat) <= 90))
        s->lon = s->lat = NAN;
}

static void add_bare(struct map_world *w, struct safe_text id)
{
    if (!text_empty(id))
        w->sites[w->site_count++] =
            (struct map_site){.id = id, .name = id, .lon = NAN, .lat = NAN, .sign = {ROLE_UNKNOWN, GLYPH_UNKNOWN}};
}

static size_t at_most(const struct view_rows *rows, size_t most)
{
    return rows->count < most ? rows->count : most;
}

static void add_sites(struct map_world *w, const struct view_rows *rows, const struct fields *f)
{
    struct row row = {0};

    for (size_t i = 0; i < at_most(rows, MAP_SITES_MAX); i++)
        if (rows->at(rows->ctx, i, &row))
            add_site(w, &row, f);
}

/* By id; of one id clusters first, then what has a place. */
static int by_id(const void *a, const void *b)
{
    const struct map_site *x = a, *y = b;
    int order = text_cmp(x->id, y->id);

    if (order != 0)
        return order;
    if (x->cluster != y->cluster)
        return x->cluster ? -1 : 1;
    return isnan(x->lon) - isnan(y->lon);
}

static void settle(struct map_world *w)
{
    int n = 0;

    qsort(w->sites, (size_t)w->site_count, sizeof *w->sites, by_id);
    for (int i = 0; i < w->site_count; i++)
        if (n == 0 || !text_equal(w->sites[n - 1].id, w->sites[i].id))
            w->sites[n++] = w->sites[i];
    w->site_count = n;
}

int map_world_site(const struct map_world *w, struct safe_text id)
{
    int low = 0, high = w->site_count;

    while (low < high) {
        int middle = (low + high) / 2, order = text_cmp(w->sites[middle].id, id);

        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

bool map_world_placed(const struct map_world *w, int site)
{
    return site >= 0 && !isnan(w->sites[site].lon);
}

/* --- links --- */

static struct safe_text end_of(const struct map_link *l, int field)
{
    return value_text_or(&l->row.cells[field], "");
}

static void add_links(struct map_world *w, const struct view_rows *rows)
{
    size_t most = at_most(rows, MAP_LINKS_MAX);

    w->links = arena_alloc(&w->arena, (most + 1) * sizeof *w->links);
    w->rest = rows->count - most;
    for (size_t i = 0; i < most; i++) {
        struct map_link *l = &w->links[w->link_count];

        if (!rows->at(rows->ctx, i, &l->row))
            continue;
        l->state = map_link_state(&l->row);
        l->promised =
            value_known(&l->row.cells[LINK_RING_CONTRACT_MS]) || value_int_or(&l->row.cells[LINK_PATHS], 0) > 0;
        w->promised += l->promised;
        add_bare(w, end_of(l, LINK_FROM));
        add_bare(w, end_of(l, LINK_TO));
        w->link_count++;
    }
}

static bool is_at_a_link(const struct map_world *w, int site)
{
    for (int i = 0; i < w->link_count; i++)
        if (w->links[i].from == site || w->links[i].to == site)
            return true;
    return false;
}

static void find_ends(struct map_world *w)
{
    for (int i = 0; i < w->link_count; i++) {
        struct map_link *l = &w->links[i];

        l->from = map_world_site(w, end_of(l, LINK_FROM));
        l->to = map_world_site(w, end_of(l, LINK_TO));
    }
}

/* A place that nothing begins or ends at is none of the map's. */
static void drop_idle_places(struct map_world *w)
{
    int n = 0;

    for (int i = 0; i < w->site_count; i++)
        if (w->sites[i].cluster || is_at_a_link(w, i))
            w->sites[n++] = w->sites[i];
    w->site_count = n;
    find_ends(w);
}

static int back_of(const struct map_world *w, const struct map_link *l)
{
    for (int i = 0; i < w->link_count; i++)
        if (l->from >= 0 && l->to >= 0 && w->links[i].from == l->to && w->links[i].to == l->from)
            return i;
    return -1;
}

static void count_links(struct map_world *w)
{
    for (int i = 0; i < w->link_count; i++) {
        struct map_link *l = &w->links[i];
        int64_t paths = value_int_or(&l->row.cells[LINK_PATHS], 0);

        l->back = back_of(w, l);
        if (l->from < 0)
            continue;
        w->sites[l->from].out++;
        w->sites[l->from].promised += l->promised;
        w->sites[l->from].paths += paths > 0 && paths < 1000 ? (int)paths : 0;
    }
}

struct map_world map_world_make(const struct view_rows *clusters, const struct view_rows *places,
                                const struct view_rows *links)
{
    struct map_world w = {0};
    size_t most = at_most(clusters, MAP_SITES_MAX) + at_most(places, MAP_SITES_MAX) + 2 * at_most(links, MAP_LINKS_MAX);

    w.sites = arena_alloc(&w.arena, (most + 1) * sizeof *w.sites);
    add_sites(&w, clusters, &cluster_fields);
    add_sites(&w, places, &place_fields);
    settle(&w);
    add_links(&w, links);
    settle(&w);
    find_ends(&w);
    drop_idle_places(&w);
    count_links(&w);
    return w;
}

void map_world_release(struct map_world *w)
{
    arena_release(&w->arena);
    *w = (struct map_world){0};
}

int map_world_unplaced(const struct map_world *w)
{
    int n = 0;

    for (int i = 0; i < w->link_count; i++)
        n += !map_world_placed(w, w->links[i].from) || !map_world_placed(w, w->links[i].to);
    return n;
}

/* --- what to look at --- */

static bool is_better_origin(const struct map_site *a, const struct map_site *b)
{
    if (a->promised != b->promised)
        return a->promised > b->promised;
    return a->out != b->out ? a->out > b->out : a->paths > b->paths;
}

bool map_world_has(const struct map_world *w, int site, enum map_state state)
{
    for (int i = 0; i < w->link_count; i++)
        if (w->links[i].from == site && w->links[i].state == state)
            return true;
    return false;
}

int map_world_origin(const struct map_world *w)
{
    int worst = -1, most = -1;

    for (int i = 0; i < w->link_count; i++)
        if (map_link_is_bad(w->links[i].state) && w->links[i].from >= 0 &&
            (worst < 0 || w->links[i].state > w->links[worst].state))
            worst = i;
    if (worst >= 0)
        return w->links[worst].from;
    for (int i = 0; i < w->site_count; i++)
        if (w->sites[i].out > 0 && (most < 0 || is_better_origin(&w->sites[i], &w->sites[most])))
            most = i;
    return most;
}

struct place_in_list {
    int link;
    enum map_state state;
    bool promised;
};

static int by_state(const void *a, const void *b)
{
    const struct place_in_list *x = a, *y = b;

    if (x->state != y->state)
        return x->state > y->state ? -1 : 1;
    if (x->promised != y->promised)
        return x->promised ? -1 : 1;
    return (x->link > y->link) - (x->link < y->link);
}

int map_world_list(const struct map_world *w, int from, bool worst_first, int *out)
{
    struct place_in_list list[MAP_LINKS_MAX];
    int n = 0;

    for (int i = 0; i < w->link_count; i++)
        if (from < 0 || w->links[i].from == from)
            list[n++] = (struct place_in_list){i, w->links[i].state, w->links[i].promised};
    if (worst_first)
        qsort(list, (size_t)n, sizeof *list, by_state);
    for (int i = 0; i < n; i++)
        out[i] = list[i].link;
    return n;
}
