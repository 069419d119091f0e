#ifndef HUBTOP_SRC_UI_CHART_AXIS_H
#define HUBTOP_SRC_UI_CHART_AXIS_H

#include <stdbool.h>
#include <stdint.h>

/* Round numbers and moments for the axes of a chart. Pure. */

enum { CHART_AXIS_TEXT = 24 };

/* Values from `low` at the lower edge of the lowest row to `high` at the upper edge of the highest. A tick stands at
 * the lower edge of every `rows`th row, so that each lies exactly where it says. */
struct chart_axis_y {
    double low, high, step; /* step: 1, 2 or 5 times a power of ten */
    int rows;
};
/* The axis of `height` rows (at least 2) that holds `low` to `high`, and wastes least. Where both are the same, up to
 * the next round value. Magnitudes above 1e300 are cut. */
struct chart_axis_y chart_axis_y_make(double low, double high, int height);
/* The value of tick `i` (0 is the lowest) with as many decimals as its step needs. */
const char *chart_axis_y_text(const struct chart_axis_y *a, int i, char out[CHART_AXIS_TEXT]);
/* Any value as briefly as three digits allow: "1.66", "12.4", "312". */
const char *chart_axis_value(double value, char out[CHART_AXIS_TEXT]);

enum { CHART_AXIS_LABEL = 5 }; /* columns of a moment */
/* The step between moments so that labels on `columns` columns do not touch; 0: none is coarse enough, or no span. */
int64_t chart_axis_x_step(int64_t span_ms, int columns);
/* The first multiple of the step, in local time, at or after `from_ms` (UTC in, UTC out). */
int64_t chart_axis_x_first(int64_t from_ms, int64_t zone_ms, int64_t step_ms);
/* "02:30" of local time; "11-21" for whole days and, on an axis of hours, for midnight. */
const char *chart_axis_x_text(int64_t at_ms, int64_t zone_ms, int64_t step_ms, char out[CHART_AXIS_TEXT]);

#endif
