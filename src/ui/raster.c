#include "ui/raster.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define KM_PER_DEGREE 111.195 /* of a great circle: 6371.0088 km x pi / 180 */
#define FARTHEST      1e9     /* dots: what is longer is cut nowhere exactly */
#define LEAST_COSINE  0.05    /* near the poles a degree of longitude would be nothing */

static const struct {
    int across, down;
} dots_of[] = {[GLYPHS_UNICODE] = {2, 4}, [GLYPHS_SAFE] = {1, 2}, [GLYPHS_ASCII] = {1, 1}};

static double cosine(double lat)
{
    double c = cos(lat * 3.14159265358979323846 / 180);

    return c > LEAST_COSINE ? c : LEAST_COSINE;
}

static bool is_part_of_the_world(struct raster_frame f)
{
    return fabs(f.lon) <= 360 && fabs(f.lat) <= 90 && f.column_km >= 1e-3 && f.column_km <= 1e5;
}

bool raster_init(struct raster *r, struct area area, enum glyph_set glyphs, struct raster_frame frame)
{
    *r = (struct raster){.area = area, .frame = frame, .across = dots_of[glyphs].across, .down = dots_of[glyphs].down};
    if (area.width < 1 || area.height < 1 || area.width > CANVAS_SIDE_MAX || area.height > CANVAS_SIDE_MAX ||
        !is_part_of_the_world(frame)) {
        r->area.width = r->area.height = 0;
        return false;
    }
    r->dot_km = frame.column_km / r->across;
    r->dot_high_km = 2 * frame.column_km / r->down;
    r->shrink = cosine(frame.lat);
    r->cells = mem_new((size_t)area.width * (size_t)area.height, sizeof *r->cells);
    r->labels = mem_new(RASTER_LABELS_MAX, sizeof *r->labels);
    return true;
}

void raster_release(struct raster *r)
{
    if (r == NULL)
        return;
    free(r->cells);
    free(r->labels);
    *r = (struct raster){0};
}

/* --- where things are --- */

static int dots_wide(const struct raster *r)
{
    return r->area.width * r->across;
}

static int dots_high(const struct raster *r)
{
    return r->area.height * r->down;
}

static double dot_x(const struct raster *r, double lon)
{
    return dots_wide(r) / 2.0 + (lon - r->frame.lon) * KM_PER_DEGREE * r->shrink / r->dot_km;
}

static double dot_y(const struct raster *r, double lat)
{
    return dots_high(r) / 2.0 - (lat - r->frame.lat) * KM_PER_DEGREE / r->dot_high_km;
}

struct raster_box raster_seen(const struct raster *r)
{
    double half_x = dots_wide(r) / 2.0 * r->dot_km / KM_PER_DEGREE / (r->shrink > 0 ? r->shrink : 1);
    double half_y = dots_high(r) / 2.0 * r->dot_high_km / KM_PER_DEGREE;

    return (struct raster_box){r->frame.lon - half_x, r->frame.lat - half_y, r->frame.lon + half_x,
                               r->frame.lat + half_y};
}

bool raster_cell_of(const struct raster *r, double lon, double lat, int *x, int *y)
{
    double across = dot_x(r, lon), down = dot_y(r, lat);

    if (!(across >= 0 && across < dots_wide(r) && down >= 0 && down < dots_high(r)))
        return false;
    *x = (int)across / r->across;
    *y = (int)down / r->down;
    return true;
}

struct raster_frame raster_fit(struct area area, struct raster_box box, int margin_x, int margin_y, double least_km)
{
    int columns = area.width > 2 * margin_x + 1 ? area.width - 2 * margin_x : area.width;
    int rows = area.height > 2 * margin_y + 1 ? area.height - 2 * margin_y : area.height;
    struct raster_frame f = {(box.west + box.east) / 2, (box.south + box.north) / 2, 0};
    double wide_km = (box.east - box.west) * KM_PER_DEGREE * cosine(f.lat);
    double high_km = (box.north - box.south) * KM_PER_DEGREE;
    double by_width = (wide_km > least_km ? wide_km : least_km) / (columns > 0 ? columns : 1);
    double by_height = high_km / 2 / (rows > 0 ? rows : 1);

    f.column_km = by_width > by_height ? by_width : by_height;
    return f;
}

/* --- dots --- */

static struct raster_cell *cell_at(const struct raster *r, int x, int y)
{
    return &r->cells[(size_t)y * (size_t)r->area.width + (size_t)x];
}

static void plot(struct raster *r, const struct raster_pen *pen, int x, int y, char ascii)
{
    struct raster_cell *cell = cell_at(r, x / r->across, y / r->down);
    bool is_highest = (unsigned char)pen->layer >= cell->layer;

    if (cell->layer == RASTER_LABEL || (pen->layer == RASTER_GRID && !is_highest))
        return;
    if (cell->layer == RASTER_GRID && pen->layer != RASTER_GRID)
        cell->dots = 0;
    cell->dots |= (unsigned char)(1U << (y % r->down * r->across + x % r->across));
    if (!is_highest)
        return;
    cell->layer = (unsigned char)pen->layer;
    cell->role = (unsigned char)pen->role;
    cell->ascii = ascii;
}

struct segment {
    double x0, y0, x1, y1;
};

/* One side of the Liang-Barsky clip: narrows [*t0, *t1]; false when nothing is left. */
static bool clip_side(double p, double q, double *t0, double *t1)
{
    double t = q / p;

    if (p == 0)
        return q >= 0;
    if (p < 0 && t > *t0)
        *t0 = t;
    if (p > 0 && t < *t1)
        *t1 = t;
    return *t0 <= *t1;
}

/* Cuts the segment to the dots that there are; `*skipped` is the share that was cut off at its beginning. */
static bool clip(const struct raster *r, struct segment *s, double *skipped)
{
    double t0 = 0, t1 = 1, dx = s->x1 - s->x0, dy = s->y1 - s->y0;
    double right = dots_wide(r) - 0.001, bottom = dots_high(r) - 0.001;

    if (!(fabs(dx) < FARTHEST) || !(fabs(dy) < FARTHEST))
        return false;
    if (!clip_side(-dx, s->x0, &t0, &t1) || !clip_side(dx, right - s->x0, &t0, &t1) ||
        !clip_side(-dy, s->y0, &t0, &t1) || !clip_side(dy, bottom - s->y0, &t0, &t1))
        return false;
    *skipped = t0;
    *s = (struct segment){s->x0 + t0 * dx, s->y0 + t0 * dy, s->x0 + t1 * dx, s->y0 + t1 * dy};
    return true;
}

/* A slope as one of four characters; in cells, which is how the eye sees it. */
static char direction(const struct segment *s)
{
    double dx = s->x1 - s->x0, dy = s->y1 - s->y0;

    if (fabs(dy) * 2 <= fabs(dx))
        return '-';
    if (fabs(dx) * 2 <= fabs(dy))
        return '|';
    return (dx > 0) == (dy > 0) ? '\\' : '/';
}

struct dashes {
    int on, period; /* in dots of this raster */
};

/* Pens count in dots of braille; where dots are whole cells, a dash of one of them is long enough. */
static struct dashes dashes_of(int across, const struct raster_pen *pen)
{
    int on = pen->on > 1 ? pen->on : 1, off = pen->off > 0 ? pen->off : 0;

    if (across == 1) {
        on = (on + 1) / 2;
        off = (off + 1) / 2;
    }
    return (struct dashes){on, on + off};
}

static int dot(double at, int count)
{
    int i = (int)at;

    return i < 0 ? 0 : i >= count ? count - 1 : i;
}

/* Bresenham's line; `at` is how far its first dot lies along the dashes. */
static void walk(struct raster *r, const struct raster_pen *pen, const struct segment *s, char ascii, double at)
{
    const struct dashes d = dashes_of(r->across, pen);
    int x = dot(s->x0, dots_wide(r)), y = dot(s->y0, dots_high(r));
    int x1 = dot(s->x1, dots_wide(r)), y1 = dot(s->y1, dots_high(r));
    int dx = abs(x1 - x), dy = -abs(y1 - y), step_x = x < x1 ? 1 : -1, step_y = y < y1 ? 1 : -1, error = dx + dy;

    for (int phase = (int)at;; phase++) {
        int twice = 2 * error;

        if (phase % d.period < d.on)
            plot(r, pen, x, y, ascii);
        if (x == x1 && y == y1)
            return;
        if (twice >= dy) {
            error += dy;
            x += step_x;
        }
        if (twice <= dx) {
            error += dx;
            y += step_y;
        }
    }
}

/* How far `share` of a segment leads along the dashes: dots along the longer axis, in their period. Parts of a circle
 * are shorter than a dot, so that whole dots would not do. */
static double advance(const struct segment *s, double at, double share, int period)
{
    double dots = fmax(fabs(s->x1 - s->x0), fabs(s->y1 - s->y0)) * share;

    return isfinite(dots) ? fmod(at + dots, period) : at;
}

static double draw_segment(struct raster *r, const struct raster_pen *pen, const double *a, const double *b, double at)
{
    struct segment whole = {dot_x(r, a[0]), dot_y(r, a[1]), dot_x(r, b[0]), dot_y(r, b[1])}, seen = whole;
    const int period = dashes_of(r->across, pen).period;
    double skipped;

    if (clip(r, &seen, &skipped))
        walk(r, pen, &seen, pen->ascii != '\0' ? pen->ascii : direction(&whole), advance(&whole, at, skipped, period));
    return advance(&whole, at, 1, period);
}

void raster_line(struct raster *r, const struct raster_pen *pen, double lon_a, double lat_a, double lon_b, double lat_b)
{
    raster_polyline(r, pen, (const double[]){lon_a, lat_a, lon_b, lat_b}, 2);
}

void raster_polyline(struct raster *r, const struct raster_pen *pen, const double *points, size_t n)
{
    double at = 0;

    for (size_t i = 0; r->cells != NULL && i + 1 < n; i++)
        at = draw_segment(r, pen, points + 2 * i, points + 2 * i + 2, at);
}

void raster_coast(struct raster *r, const struct raster_pen *pen, const struct raster_outline *outline)
{
    size_t first = 0;

    for (size_t i = 0; outline != NULL && i < outline->count; i++) {
        raster_polyline(r, pen, outline->points + 2 * first, outline->ends[i] - first);
        first = outline->ends[i];
    }
}

void raster_grid(struct raster *r, const struct raster_pen *pen, double step)
{
    struct raster_box seen = raster_seen(r);

    if (r->cells == NULL || !(step > 0) || (seen.east - seen.west) / step > 2.0 * dots_wide(r))
        return;
    for (double lon = ceil(seen.west / step) * step; lon <= seen.east; lon += step)
        raster_line(r, pen, lon, seen.north, lon, seen.south);
    for (double lat = ceil(seen.south / step) * step; lat <= seen.north; lat += step)
        raster_line(r, pen, seen.west, lat, seen.east, lat);
}

/* --- out --- */

/* Braille's bits for a cell of 2x4 dots, row by row (Unicode 15, chapter 21.1). */
static const unsigned char braille_bits[8] = {0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80};

static void cell_text(int across, int down, unsigned dots, char ascii, char out[4])
{
    static const char halves[] = " '.:"; /* nothing, the upper, the lower, both */
    unsigned bits = 0;

    if (across == 1 || dots == 0) {
        out[0] = dots == 0 ? ' ' : down == 2 ? halves[dots & 3] : ascii;
        out[1] = '\0';
        return;
    }
    for (int i = 0; i < 8; i++)
        bits |= dots >> i & 1 ? braille_bits[i] : 0U;
    out[0] = (char)0xE2;
    out[1] = (char)(0xA0 | bits >> 6);
    out[2] = (char)(0x80 | (bits & 0x3F));
    out[3] = '\0';
}

void raster_draw(const struct raster *r, struct canvas *c)
{
    for (int y = 0; y < r->area.height; y++)
        for (int x = 0; x < r->area.width; x++) {
            const struct raster_cell *cell = cell_at(r, x, y);
            char text[4];

            if (cell->dots == 0)
                continue;
            cell_text(r->across, r->down, cell->dots, cell->ascii, text);
            canvas_puts(c, r->area.x + x, r->area.y + y, 1, (enum role)cell->role, text);
        }
    for (size_t i = 0; i < r->label_count; i++) {
        const struct raster_label *l = &r->labels[i];

        canvas_text(c, r->area.x + l->x, r->area.y + l->y, l->width, l->role, l->text);
    }
}

const char *raster_sample(enum glyph_set glyphs, const struct raster_pen *pen, int columns, char out[RASTER_SAMPLE_MAX])
{
    const int across = dots_of[glyphs].across, down = dots_of[glyphs].down, row = down / 2;
    const struct dashes d = dashes_of(across, pen);
    size_t len = 0;

    for (int x = 0; x < columns && x < RASTER_SAMPLE_COLUMNS; x++) {
        unsigned dots = 0;
        char text[4];

        for (int i = 0; i < across; i++)
            if ((x * across + i) % d.period < d.on)
                dots |= 1U << (row * across + i);
        cell_text(across, down, dots, pen->ascii != '\0' ? pen->ascii : '-', text);
        memcpy(out + len, text, strlen(text));
        len += strlen(text);
    }
    out[len] = '\0';
    return out;
}
