#ifndef HUBTOP_SRC_VIEWS_OVERVIEW_NEEDS_H
#define HUBTOP_SRC_VIEWS_OVERVIEW_NEEDS_H

#include "views/needs.h"

/* "Needs you now": the findings in their order, and what may be done about the one under the cursor. */

struct overview_needs {
    struct needs_facts facts;
    const struct view_rows *windows; /* of KIND_MAINTENANCE */
    const struct view_frame *frame;
};

/* The list in a box that fills `area`; where nothing needs anybody, when the last alert was and when the next maintenance is. */
void overview_needs_draw(const struct overview_needs *o, const struct view_frame *f, struct view_place *place,
                         struct canvas *c, struct area area, bool focused);
/* The next steps for the finding under the cursor, each with its key; false: there is none, and nothing is drawn. */
bool overview_needs_next(const struct overview_needs *o, const struct view_place *place, struct canvas *c,
                         struct area area);

/* The wish for a plan that helps with the finding under the cursor; one for everything where there is none. */
struct intent overview_needs_plan(const struct overview_needs *o, const struct view_place *place);

void overview_needs_move(const struct overview_needs *o, struct view_place *place, int action);
struct intent overview_needs_open(const struct overview_needs *o, const struct view_place *place);
/* A key of ALERT_KEYS. */
struct intent overview_needs_act(const struct overview_needs *o, const struct view_place *place, int action);
bool overview_needs_alert(const struct overview_needs *o, const struct view_place *place, struct row *alert);
bool overview_needs_object(const struct overview_needs *o, const struct view_place *place, struct row *object);

#endif
