#ifndef HUBTOP_SRC_VIEWS_ALERTS_DETAIL_H
#define HUBTOP_SRC_VIEWS_ALERTS_DETAIL_H

#include "views/alert_words.h"

/* Everything that is known of one alert, and what happened around it. */
struct alerts_detail {
    const struct alert_words *words;
    const struct view_rows *alerts, *changes,
        *windows; /* of KIND_ALERT, KIND_CHANGE (newest first), KIND_MAINTENANCE */
    const struct view_frame *frame;
    int64_t now_ms;
};

/* In a box that fills `area`; from 120 columns on with a second box beside it: the changes and what operators did, in time, the
 * change nearest before its start marked "<<". */
void alerts_detail_draw(const struct alerts_detail *d, const struct row *alert, struct view_state *s, struct canvas *c,
                        struct area area);

#endif
