#ifndef HUBTOP_SRC_VIEWS_ALERTS_LIST_H
#define HUBTOP_SRC_VIEWS_ALERTS_LIST_H

#include "views/alert_words.h"
#include "views/alerts.h"
#include "views/list.h"

/* Alerts as lines of a list. */

/* The curve of what an alert is about: whose rows, and which field; false: it has none. */
bool alerts_list_curve(const struct alert_words *w, const struct row *alert, const struct view_rows **rows, int *field);

/* The list in a box that fills `area`, with the tabs in its title. */
void alerts_list_draw(const struct alerts *a, const struct alert_words *w, const struct view_frame *f,
                      struct view_state *s, struct canvas *c, struct area area);

#endif
