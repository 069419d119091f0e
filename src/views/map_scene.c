#include "views/map_scene.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"
#include "domain/geo.h"
#include "views/map_legend.h"

enum {
    MARGIN_X = 5,
    MARGIN_Y = 1,
    RING_POINTS = 181,
    RING_LEAST_DOTS = 3,
    GRID_DEGREES = 10,
    NAME_COLUMNS = 8,
    LABEL_COLUMNS = 16
};
enum { ZOOM_LEAST = -8, ZOOM_MOST = 16 };

static const double zoom_step = 1.4142135623730951;            /* two of them double the scale */
static const double least_km = 200;                            /* what a picture of a single place shows */
static const struct raster_box everything = {72, 15, 136, 55}; /* where nobody says where anything lies */

static const struct raster_pen coast_pen = {RASTER_COAST, ROLE_LAND, 1, 0, '.'};
static const struct raster_pen grid_pen = {RASTER_GRID, ROLE_GRID, 1, 15, '`'};
static const struct raster_pen ring_pens[GEO_RINGS] = {
    {RASTER_RING, ROLE_RING_1, 1, 3, ':'},
    {RASTER_RING, ROLE_RING_3, 1, 3, ':'},
    {RASTER_RING, ROLE_RING_5, 1, 3, ':'},
    {RASTER_RING, ROLE_RING_20, 1, 3, ':'},
};

/* --- the part of the world that is seen --- */

static void widen(struct raster_box *box, bool *any, double lon, double lat)
{
    if (!*any)
        *box = (struct raster_box){lon, lat, lon, lat};
    *any = true;
    *box =
        (struct raster_box){fmin(box->west, lon), fmin(box->south, lat), fmax(box->east, lon), fmax(box->north, lat)};
}

static struct raster_box box_of(const struct map_scene *m)
{
    struct raster_box box = everything;
    bool any = false;

    for (int i = 0; i < m->world->site_count; i++)
        if (map_world_placed(m->world, i))
            widen(&box, &any, m->world->sites[i].lon, m->world->sites[i].lat);
    return box;
}

static struct raster_frame frame_of(const struct map_scene *m, const struct view_state *s, struct area area)
{
    struct raster_frame f = raster_fit(area, box_of(m), MARGIN_X, MARGIN_Y, least_km);

    if (s->number[MAP_MOVED] > 0) {
        f.lon = s->number[MAP_LON];
        f.lat = s->number[MAP_LAT];
    }
    f.column_km /= pow(zoom_step, s->number[MAP_ZOOM]);
    return f;
}

/* A picture that is being drawn. */
struct picture {
    const struct map_scene *m;
    const struct map_world *world;
    struct canvas *c;
    struct raster r;
    struct arena texts;         /* of labels */
    unsigned rings, states;     /* that are seen, as bits */
    struct raster_place *signs; /* of links, by their numbers */
};

/* A name of wide characters is cut after a whole one, without a blank. */
static void put_name(struct safe_text name, struct buf *out)
{
    text_show(name, text_width(name) > NAME_COLUMNS ? NAME_COLUMNS - 1 : NAME_COLUMNS, out);
}

static struct safe_text keep(struct picture *p, const char *text)
{
    size_t n = strlen(text);

    return text_from(arena_copy(&p->texts, text, n), n);
}

/* --- rings --- */

static bool flows(const struct picture *p)
{
    return p->m->flows != NULL && p->m->flows->count > 0;
}

static bool ring_is_wanted(const struct picture *p, int i)
{
    int choice = (int)p->m->state->number[MAP_RINGS];

    return (choice == MAP_RINGS_ALL && !flows(p)) || choice == MAP_RINGS_1 + i;
}

/* The ring as a polyline; whether any of it is seen. */
static bool make_ring(const struct raster *r, const struct map_site *at, double km, double *points)
{
    bool seen = false;
    int x, y;

    for (int k = 0; k < RING_POINTS; k++) {
        geo_point(at->lon, at->lat, 360.0 * k / (RING_POINTS - 1), km, &points[2 * k], &points[2 * k + 1]);
        seen = raster_cell_of(r, points[2 * k], points[2 * k + 1], &x, &y) || seen;
    }
    return seen;
}

/* Those that are wanted, large enough and in the picture. */
static void draw_rings(struct picture *p)
{
    double points[2 * RING_POINTS];

    for (int i = 0; i < GEO_RINGS && map_world_placed(p->world, p->m->origin); i++) {
        double km = geo_reach_km(geo_rings_ms[i]);

        if (!ring_is_wanted(p, i) || km < RING_LEAST_DOTS * p->r.dot_km ||
            !make_ring(&p->r, &p->world->sites[p->m->origin], km, points))
            continue;
        raster_polyline(&p->r, &ring_pens[i], points, RING_POINTS);
        p->rings |= 1U << i;
    }
}

static void label_ring(struct picture *p, int i)
{
    static const int bearings[] = {315, 225, 300, 240, 330, 210, 45, 135, 270, 90, 60, 120, 0, 180, 285, 255, 75, 105};
    const struct map_site *at = &p->world->sites[p->m->origin];
    char text[16];
    double lon, lat;

    snprintf(text, sizeof text, "%gms", geo_rings_ms[i]);
    for (size_t k = 0; k < sizeof bearings / sizeof *bearings; k++) {
        geo_point(at->lon, at->lat, bearings[k], geo_reach_km(geo_rings_ms[i]), &lon, &lat);
        if (raster_label(&p->r, lon, lat, ring_pens[i].role, keep(p, text), NAME_COLUMNS, 0))
            return;
    }
}

static void label_rings(struct picture *p)
{
    for (int i = 0; i < GEO_RINGS; i++)
        if (p->rings >> i & 1)
            label_ring(p, i);
}

/* --- links --- */

static bool link_is_wanted(const struct picture *p, const struct map_link *l)
{
    const struct map_world *w = p->world;
    const bool wanted[MAP_SHOWN_CHOICES] = {
        [MAP_SHOWN_PROMISED] = !flows(p) && (l->promised || w->promised == 0),
        [MAP_SHOWN_ORIGIN] = l->from == p->m->origin || l->to == p->m->origin,
        [MAP_SHOWN_ALL] = true,
    };
    int shown = (int)p->m->state->number[MAP_SHOWN];

    return shown != MAP_SHOWN_OFF && map_world_placed(w, l->from) && map_world_placed(w, l->to) &&
           (map_link_is_bad(l->state) || wanted[shown]);
}

static void middle_of(const struct picture *p, int i, double *lon, double *lat)
{
    const struct map_link *l = &p->world->links[i];

    *lon = (p->world->sites[l->from].lon + p->world->sites[l->to].lon) / 2;
    *lat = (p->world->sites[l->from].lat + p->world->sites[l->to].lat) / 2;
}

/* A direction is the half of the line that arrives; all of it where the other one is unknown. */
static void draw_link(struct picture *p, int i)
{
    const struct map_link *l = &p->world->links[i];
    const struct map_site *from = &p->world->sites[l->from], *to = &p->world->sites[l->to];
    double lon = from->lon, lat = from->lat;

    if (l->back >= 0)
        middle_of(p, i, &lon, &lat);
    raster_line(&p->r, &map_link_look(l->state)->pen, to->lon, to->lat, lon, lat);
    p->states |= 1U << l->state;
}

/* Of a pair one direction is enough: the worse, else the chosen one, else the one that comes first. */
static bool speaks_for_both(const struct picture *p, int i)
{
    const struct map_link *l = &p->world->links[i], *back;

    if (l->back < 0)
        return true;
    back = &p->world->links[l->back];
    if (l->state != back->state)
        return l->state > back->state;
    return l->back != p->m->selected && (i == p->m->selected || i < l->back);
}

static bool is_chosen(const struct picture *p, int i)
{
    const struct map_link *l = &p->world->links[i];

    return i == p->m->selected || (l->back >= 0 && l->back == p->m->selected);
}

static bool has_sign(const struct picture *p, int i)
{
    enum map_state state = p->world->links[i].state;

    return (map_link_is_bad(state) || state == MAP_STALE || is_chosen(p, i)) && speaks_for_both(p, i);
}

static void mark_link(struct picture *p, int i)
{
    const struct map_look *look = map_link_look(p->world->links[i].state);
    double lon, lat;

    middle_of(p, i, &lon, &lat);
    if (look->glyph == GLYPH_COUNT ||
        !raster_mark(&p->r, lon, lat, look->pen.role, canvas_sign(p->c, look->glyph), true, &p->signs[i]))
        p->signs[i] = (struct raster_place){-1, -1};
}

/* "→SZ 3.42": the direction that is bad, and its delay; the delay alone where that has no room. Old values are not
 * spread over the map. */
static void label_link(struct picture *p, int i)
{
    const struct map_link *l = &p->world->links[i];
    enum role role = map_link_look(l->state)->pen.role;
    struct buf words = buf_make(128);
    char n[CELL_MAX];
    const char *ms = cell_ms(&l->row.cells[LINK_ONE_WAY_MS], n);

    if (p->signs[i].x < 0 || (!map_link_is_bad(l->state) && !is_chosen(p, i)))
        return;
    buf_puts(&words, canvas_sign(p->c, GLYPH_ARROW), NULL);
    put_name(p->world->sites[l->to].name, &words);
    buf_printf(&words, NULL, " %s", ms);
    if (!map_link_is_bad(l->state) ||
        !raster_label_beside(&p->r, p->signs[i], role, keep(p, buf_str(&words)), LABEL_COLUMNS, 1))
        raster_label_beside(&p->r, p->signs[i], role, keep(p, ms), NAME_COLUMNS, 1);
    buf_release(&words);
}

/* --- what a plan moves --- */

static const struct raster_pen flow_pen = {RASTER_LINE, ROLE_TITLE, 1, 0, '\0'};
static const struct raster_pen flown_pen = {RASTER_LINE, ROLE_OK, 2, 2, '\0'};

static bool flow_is_seen(const struct picture *p, const struct map_flow *f)
{
    return f->from != f->to && !f->held && map_world_placed(p->world, f->from) && map_world_placed(p->world, f->to);
}

/* The way it goes, in a sign that every terminal has. */
static const char *way_of(const struct map_site *from, const struct map_site *to)
{
    double east = to->lon - from->lon, north = to->lat - from->lat;

    if (fabs(north) > 2 * fabs(east))
        return north > 0 ? "^" : "v";
    return east > 0 ? ">" : "<";
}

static void draw_flow(struct picture *p, const struct map_flow *f)
{
    const struct map_site *from = &p->world->sites[f->from], *to = &p->world->sites[f->to];

    raster_line(&p->r, f->left > 0 ? &flow_pen : &flown_pen, from->lon, from->lat, to->lon, to->lat);
}

/* "→TFU 7/10", two thirds of the way there. */
static void label_flow(struct picture *p, const struct map_flow *f)
{
    const struct map_site *from = &p->world->sites[f->from], *to = &p->world->sites[f->to];
    enum role role = f->left > 0 ? ROLE_TITLE : ROLE_OK;
    double lon = (from->lon + 2 * to->lon) / 3, lat = (from->lat + 2 * to->lat) / 3;
    struct raster_place at;
    struct buf words = buf_make(128);
    char n[CELL_MAX];

    buf_puts(&words, canvas_sign(p->c, GLYPH_ARROW), NULL);
    put_name(to->name, &words);
    buf_printf(&words, NULL, " %s", map_flow_count(f, n));
    if (raster_mark(&p->r, lon, lat, role, way_of(from, to), true, &at) &&
        !raster_label_beside(&p->r, at, role, keep(p, buf_str(&words)), LABEL_COLUMNS, 2))
        raster_label_beside(&p->r, at, role, keep(p, n), NAME_COLUMNS, 2);
    buf_release(&words);
}

static void each_flow(struct picture *p, void (*draw)(struct picture *, const struct map_flow *))
{
    for (size_t i = 0; flows(p) && i < p->m->flows->count; i++)
        if (flow_is_seen(p, &p->m->flows->all[i]))
            draw(p, &p->m->flows->all[i]);
}

/* The worst last where they lie over the others, first where they take the room of others. */
static void each_link(struct picture *p, bool worst_first, bool signed_only, void (*draw)(struct picture *, int))
{
    for (int k = 0; k < MAP_STATES; k++)
        for (int i = 0; i < p->world->link_count; i++) {
            const struct map_link *l = &p->world->links[i];

            if ((int)l->state == (worst_first ? MAP_STATES - 1 - k : k) && link_is_wanted(p, l) &&
                (!signed_only || has_sign(p, i)))
                draw(p, i);
        }
}

/* --- sites --- */

static bool is_bad(const struct map_site *s)
{
    return s->sign.role == ROLE_WARN || s->sign.role == ROLE_CRIT || s->sign.role == ROLE_STALE;
}

static enum role site_role(const struct picture *p, int i)
{
    const struct map_site *s = &p->world->sites[i];

    if (is_bad(s))
        return s->sign.role;
    return i == p->m->origin ? ROLE_TITLE : s->cluster ? ROLE_TEXT : ROLE_DIM;
}

static void mark_site(struct picture *p, int i)
{
    const struct map_site *s = &p->world->sites[i];
    const char *sign = map_legend_sign(p->c, i == p->m->origin);

    if (i != p->m->origin && is_bad(s) && s->sign.glyph != GLYPH_COUNT)
        sign = canvas_sign(p->c, s->sign.glyph);
    raster_mark(&p->r, s->lon, s->lat, site_role(p, i), sign, false, NULL);
}

static void label_site(struct picture *p, int i)
{
    const struct map_site *s = &p->world->sites[i];

    raster_label(&p->r, s->lon, s->lat, site_role(p, i), s->name, NAME_COLUMNS, s->cluster ? 2 : 1);
}

/* The origin, the end of the chosen link, clusters, places: who comes first finds more room. */
static int rank_of(const struct picture *p, int i)
{
    if (i == p->m->origin)
        return 0;
    if (p->m->selected >= 0 && i == p->world->links[p->m->selected].to)
        return 1;
    return p->world->sites[i].cluster ? 2 : 3;
}

static void each_site(struct picture *p, void (*draw)(struct picture *, int))
{
    for (int rank = 0; rank <= 3; rank++)
        for (int i = 0; i < p->world->site_count; i++)
            if (rank_of(p, i) == rank && map_world_placed(p->world, i))
                draw(p, i);
}

/* --- the picture --- */

static void label_degrees(struct picture *p, double degrees, const char *ends, bool is_lon)
{
    char text[16];
    int x, y;

    snprintf(text, sizeof text, "%g%c", fabs(degrees), ends[degrees < 0]);
    if (raster_cell_of(&p->r, is_lon ? degrees : p->r.frame.lon, is_lon ? p->r.frame.lat : degrees, &x, &y))
        raster_note(&p->r, (struct raster_place){is_lon ? x : 0, is_lon ? 0 : y}, ROLE_GRID, keep(p, text));
}

/* What the lines of the graticule are called, at two edges. */
static void label_grid(struct picture *p)
{
    struct raster_box seen = raster_seen(&p->r);

    for (int lon = -180; lon <= 180; lon += GRID_DEGREES)
        if (lon > seen.west && lon < seen.east)
            label_degrees(p, lon, "EW", true);
    for (int lat = -90; lat <= 90; lat += GRID_DEGREES)
        if (lat > seen.south && lat < seen.north)
            label_degrees(p, lat, "NS", false);
}

static void draw_picture(struct picture *p)
{
    p->signs = arena_alloc(&p->texts, ((size_t)p->world->link_count + 1) * sizeof *p->signs);
    raster_grid(&p->r, &grid_pen, GRID_DEGREES);
    raster_coast(&p->r, &coast_pen, p->m->outline);
    draw_rings(p);
    each_link(p, false, false, draw_link);
    each_flow(p, draw_flow);
    each_site(p, mark_site);
    each_link(p, true, true, mark_link);
    each_flow(p, label_flow);
    each_site(p, label_site);
    each_link(p, true, true, label_link);
    label_rings(p);
    label_grid(p);
    raster_draw(&p->r, p->c);
}

/* "Rings 1/3/5/20 ms around SHG". */
static void title_of(const struct picture *p, struct buf *out)
{
    const char *between = "";

    if (flows(p)) {
        map_flow_title(p->m->flows, out);
        return;
    }
    buf_puts(out, p->rings != 0 ? tr("Rings ") : tr("Map"), NULL);
    for (int i = 0; i < GEO_RINGS; i++)
        if (p->rings >> i & 1) {
            buf_printf(out, NULL, "%s%g", between, geo_rings_ms[i]);
            between = "/";
        }
    if (p->m->origin < 0)
        return;
    buf_puts(out, p->rings != 0 ? tr(" ms one-way around ") : "  ", NULL);
    put_name(p->world->sites[p->m->origin].name, out);
}

static const char *note_of(const struct picture *p)
{
    static const char *const words[MAP_SHOWN_CHOICES] = {[MAP_SHOWN_PROMISED] = "",
                                                         [MAP_SHOWN_ORIGIN] = N_("links: its own"),
                                                         [MAP_SHOWN_BAD] = N_("links: bad"),
                                                         [MAP_SHOWN_OFF] = N_("links: off"),
                                                         [MAP_SHOWN_ALL] = N_("links: all")};
    int shown = (int)p->m->state->number[MAP_SHOWN];

    return shown > 0 && shown < MAP_SHOWN_CHOICES ? tr(words[shown]) : "";
}

/* The picture and its legend share the inside of the frame. */
static struct area raster_area(const struct map_scene *m, struct area in, int *legend_rows)
{
    (void)m;
    *legend_rows = in.height >= 10 ? 2 : 0;
    in.height -= *legend_rows;
    return in;
}

void map_scene_draw(const struct map_scene *m, struct canvas *c, struct area area)
{
    struct picture p = {.m = m, .world = m->world, .c = c};
    struct area in = canvas_box(c, area, NULL, NULL), picture;
    struct buf title = buf_make(256);
    int rows;

    picture = raster_area(m, in, &rows);
    if (raster_init(&p.r, picture, c->glyphs, frame_of(m, m->state, picture)))
        draw_picture(&p);
    map_legend_draw(&(struct map_legend){m->world, p.r.dot_km, p.states, m->origin >= 0}, c,
                    (struct area){in.x, in.y + in.height - rows, in.width, rows});
    title_of(&p, &title);
    canvas_box(c, area, buf_str(&title), note_of(&p));
    buf_release(&title);
    raster_release(&p.r);
    arena_release(&p.texts);
}

/* --- moving --- */

static double between(double n, double low, double high)
{
    return n < low ? low : n > high ? high : n;
}

static struct area picture_of(const struct map_scene *m, struct area area)
{
    int rows;

    return raster_area(m, (struct area){area.x + 1, area.y + 1, area.width - 2, area.height - 2}, &rows);
}

static void move_to(struct view_state *s, double lon, double lat)
{
    s->number[MAP_MOVED] = 1;
    s->number[MAP_LON] = between(lon, -180, 180);
    s->number[MAP_LAT] = between(lat, -85, 85);
}

void map_scene_pan(const struct map_scene *m, struct area area, struct view_state *s, int east, int north)
{
    struct raster r;

    if (raster_init(&r, picture_of(m, area), GLYPHS_ASCII, frame_of(m, s, picture_of(m, area)))) {
        struct raster_box seen = raster_seen(&r);

        move_to(s, r.frame.lon + (seen.east - seen.west) * east / 10,
                r.frame.lat + (seen.north - seen.south) * north / 10);
    }
    raster_release(&r);
}

/* The origin stays where it is on the screen. */
void map_scene_zoom(const struct map_scene *m, struct area area, struct view_state *s, int steps)
{
    struct raster_frame before = frame_of(m, s, picture_of(m, area)), after;
    double was = s->number[MAP_ZOOM];

    s->number[MAP_ZOOM] = between(was + steps, ZOOM_LEAST, ZOOM_MOST);
    after = frame_of(m, s, picture_of(m, area));
    if (map_world_placed(m->world, m->origin)) {
        const struct map_site *o = &m->world->sites[m->origin];
        double scale = after.column_km / before.column_km;

        move_to(s, o->lon + (before.lon - o->lon) * scale, o->lat + (before.lat - o->lat) * scale);
    }
}
