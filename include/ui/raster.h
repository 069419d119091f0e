#ifndef HUBTOP_UI_RASTER_H
#define HUBTOP_UI_RASTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "ui/canvas.h"

/* A map drawn with dots that are finer than cells: 2x4 of braille in a cell, 1x2 in the safe glyph set, 1x1 in ASCII.
 * It knows points in degrees (east and north are positive) and roles, and nothing of what they are. Points that are not
 * finite are drawn nowhere. */

/* --- a coastline --- */

enum { RASTER_POINTS_MAX = 500000, RASTER_FILE_MAX = 16 << 20 };

/* Polylines one after another. `{0}` is an empty one. */
struct raster_outline {
    double *points; /* lon, lat, lon, lat … */
    size_t *ends;   /* of each polyline: the index of the first point that is not its own */
    size_t count;   /* polylines */
};

/* Reads lines of "LON LAT LON LAT …", a polyline each; '#' begins a comment. ERR_INPUT "FILE:LINE: …" with status 78
 * (66: it cannot be read), and an empty outline, for anything else, above RASTER_POINTS_MAX and above RASTER_FILE_MAX
 * bytes. raster_outline_parse() reads them from memory; `name` stands for the file. */
bool raster_outline_load(const char *path, struct raster_outline *out, struct err *err);
bool raster_outline_parse(const char *name, const char *text, struct raster_outline *out, struct err *err);
void raster_outline_release(struct raster_outline *outline);

/* --- the raster --- */

/* What lies over what. A cell has one role, that of the highest layer in it, and shows the dots of those below too: a
 * ring that crosses a coast leaves no hole in it. The grid alone gives way. */
enum raster_layer { RASTER_NOTHING, RASTER_GRID, RASTER_COAST, RASTER_RING, RASTER_LINE, RASTER_LABEL };

/* How a line is drawn. */
struct raster_pen {
    enum raster_layer layer;
    enum role role;
    int on, off; /* dots of braille drawn, then left out; off 0: solid */
    char ascii;  /* in ASCII; 0: by direction, one of - / | \ */
};

/* A part of the world: its centre, and how many km a column of the screen is wide. */
struct raster_frame {
    double lon, lat, column_km;
};

struct raster_cell {
    unsigned char layer, role, dots; /* bit y * across + x for each dot */
    char ascii;
};

struct raster_label {
    int x, y, width; /* in cells of the area */
    enum role role;
    struct safe_text text;
};

enum { RASTER_LABELS_MAX = 1024 };

/* Equirectangular: x is the longitude's difference times the cosine of the latitude in the middle of the picture, so
 * that circles around there are round; a cell counts as twice as high as wide. */
struct raster {
    struct area area;
    struct raster_frame frame;
    int across, down; /* dots of a cell */
    double dot_km, dot_high_km, shrink;
    struct raster_cell *cells; /* row by row */
    struct raster_label *labels;
    size_t label_count;
};

/* An empty raster for an area of a canvas with those glyphs; its memory is its own until raster_release(). False, and a
 * raster on which drawing does nothing, for an empty area or a frame that is no part of the world. */
bool raster_init(struct raster *r, struct area area, enum glyph_set glyphs, struct raster_frame frame);
void raster_release(struct raster *r);

/* A box in degrees. */
struct raster_box {
    double west, south, east, north;
};

/* The frame that shows all of a box, with `margin_x` columns and `margin_y` rows around it; at least `least_km` across. */
struct raster_frame raster_fit(struct area area, struct raster_box box, int margin_x, int margin_y, double least_km);
/* What is seen, in degrees. */
struct raster_box raster_seen(const struct raster *r);
/* The cell of a point, in cells of the area; false where it is not seen. */
bool raster_cell_of(const struct raster *r, double lon, double lat, int *x, int *y);

/* Straight lines on the map between points: one, and a polyline of `n` points (lon, lat, …) whose dashes go on from part
 * to part. */
void raster_line(struct raster *r, const struct raster_pen *pen, double lon_a, double lat_a, double lon_b,
                 double lat_b);
void raster_polyline(struct raster *r, const struct raster_pen *pen, const double *points, size_t n);
void raster_coast(struct raster *r, const struct raster_pen *pen, const struct raster_outline *outline);
/* Meridians and parallels at multiples of `step` degrees, as far as they are seen. */
void raster_grid(struct raster *r, const struct raster_pen *pen, double step);

/* A cell of the area, for signs that words stand beside. */
struct raster_place {
    int x, y;
};

/* A sign of one column in the cell of a point or, where `near` says so and that is taken, in a free one beside it; sets
 * `*at` (unless NULL) to where it is. False when there is no such cell. Texts live until raster_draw(). */
bool raster_mark(struct raster *r, double lon, double lat, enum role role, const char *sign, bool near,
                 struct raster_place *at);
/* Words beside a point, at most `most` columns of them and `far` rows away (0 to 2): where they hide no other label and
 * no sign, and as little of lines and coast as can be. The same calls in the same order give the same places. False
 * when there is no room. */
bool raster_label(struct raster *r, double lon, double lat, enum role role, struct safe_text text, int most, int far);
/* The same beside a sign, wherever that found its place. */
bool raster_label_beside(struct raster *r, struct raster_place sign, enum role role, struct safe_text text, int most,
                         int far);
/* Words from that cell on, all of them or none. */
bool raster_note(struct raster *r, struct raster_place at, enum role role, struct safe_text text);

/* Draws what there is into the area; cells without anything are left as they are. */
void raster_draw(const struct raster *r, struct canvas *c);

/* A sample of a pen for legends: `columns` of its line from left to right, as UTF-8 into `out`; returns it. */
enum { RASTER_SAMPLE_COLUMNS = 8, RASTER_SAMPLE_MAX = 3 * RASTER_SAMPLE_COLUMNS + 1 };
const char *raster_sample(enum glyph_set glyphs, const struct raster_pen *pen, int columns,
                          char out[RASTER_SAMPLE_MAX]);

#endif
