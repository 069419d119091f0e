#ifndef HUBTOP_UI_CHART_H
#define HUBTOP_UI_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/canvas.h"

/* How many values fill `width` columns: two in a column of braille, one in the other glyph sets. */
size_t chart_slots(const struct canvas *c, int width);

/* A curve one row high: values from 0 to `max` (0 or less: the largest known). What is unknown (NAN) stays blank; a
 * known zero is the lowest dot. More values than slots: the last ones count; fewer stand at the right. */
void chart_spark(struct canvas *c, int x, int y, int width, enum role role, const double *values, size_t n, double max);

enum chart_line { CHART_SOLID, CHART_DASHED, CHART_DOTTED };

/* A level that values are compared with. */
struct chart_limit {
    double value;     /* NAN: there is none */
    const char *word; /* "promised": stands at the edge with the value; NULL ends a list */
    enum role role;
    enum chart_line line;
    bool breach; /* values over it are drawn in ROLE_CRIT */
};

enum { CHART_LIMITS_MAX = 4 };

/* A curve with axes. Texts are the program's own words, in the interface's language. */
struct chart_plot {
    const double *values; /* of `n` equal steps; NAN: unknown, stays blank */
    const bool *filled;   /* steps that were learned afterwards are drawn dimmer; NULL: none */
    size_t n;
    const char *filled_word; /* what these are called */
    int64_t from_ms, to_ms;  /* UTC of the first step's begin and the last one's end */
    int64_t zone_ms;         /* local time less UTC, for the moments below the axis */
    const char *end;         /* what to_ms is called: "now" */
    const char *unit;        /* of the values */
    struct chart_limit limits[CHART_LIMITS_MAX];
    double low; /* where the axis of values begins: 0 unless there is a reason */
    enum role role;
};

/* Draws the curve as a filled area into `area`: values with round ticks and the unit at the left, local moments below,
 * limits as lines with their words at the right. A limit more than CHART_NEAR times the largest value away does not
 * squeeze the curve: only its word stands at the top. More values than dots: the largest of a dot's steps counts, so
 * that no peak is lost. Without room for axes it is a spark. */
#define CHART_NEAR 2
void chart_plot(struct canvas *c, struct area area, const struct chart_plot *p);

#endif
