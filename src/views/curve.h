#ifndef HUBTOP_SRC_VIEWS_CURVE_H
#define HUBTOP_SRC_VIEWS_CURVE_H

#include "views/view.h"

/* Means of `n` (at most VIEW_CURVE_STEPS) steps of a sampled field until now, from the state where they were asked for
 * in the same step; false when they cannot be had. A view asks for one span of each field. A curve of which nothing is
 * known is asked for again after some seconds. */
bool curve_read(struct view_state *s, const struct view_rows *rows, struct safe_text id, int field, int64_t span_ms,
                int64_t now_ms, double *means, size_t n);

/* One object's curve of `n` (1 to VIEW_HISTORY_STEPS) steps until now with the marks of what was learned afterwards,
 * likewise kept in the state: it is asked for when the object, the span or `n` changes, and when a step is over. Its
 * span ends at asked_ms. Where it cannot be had every step is unknown. */
const struct view_history *curve_history(struct view_state *s, const struct view_rows *rows, struct safe_text id,
                                         int field, int64_t span_ms, int64_t now_ms, size_t n);

#endif
