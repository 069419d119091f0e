#ifndef HUBTOP_UI_CHART_H
#define HUBTOP_UI_CHART_H

#include <stddef.h>

#include "ui/canvas.h"

/* How many values fill `width` columns: two in a column of braille, one in the other glyph sets. */
size_t chart_slots(const struct canvas *c, int width);

/* A curve one row high: values from 0 to `max` (0 or less: the largest known). What is unknown (NAN) stays blank; a
 * known zero is the lowest dot. More values than slots: the last ones count; fewer stand at the right. */
void chart_spark(struct canvas *c, int x, int y, int width, enum role role, const double *values, size_t n, double max);

#endif
