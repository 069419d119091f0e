#ifndef HUBTOP_SRC_VIEWS_HISTORY_H
#define HUBTOP_SRC_VIEWS_HISTORY_H

#include "ui/chart.h"
#include "views/view.h"

/* The one-way delay of a link over time, as a chart. Its span is kept in state->number[HISTORY_SPAN]. */

enum { HISTORY_SPAN = VIEW_OWN_MAX - 1, HISTORY_LEAST = 6 }; /* lines, at least, for a chart that is worth its room */

/* "last 1 h", in the interface's language; the next one: 6 h, 24 h, 7 d, and 1 h again. */
const char *history_span(const struct view_state *s, char *out, size_t size);
void history_longer(struct view_state *s);

/* A curve that a view keeps, as a chart with the unit and the limits of `p`; where it has no value that is said. */
void history_plot(const struct view_frame *f, const struct view_history *h, struct chart_plot p, struct canvas *c,
                  struct area area);

/* `sources` tell how often the link is measured. The rows must have `series`, or nothing is known. */
void history_draw(const struct view_frame *f, struct view_state *s, const struct view_rows *links,
                  const struct view_rows *sources, const struct row *link, struct canvas *c, struct area area);

#endif
