#ifndef HUBTOP_SRC_VIEWS_SOURCES_DETAIL_H
#define HUBTOP_SRC_VIEWS_SOURCES_DETAIL_H

#include "domain/row.h"
#include "ui/canvas.h"

/* What is known of one source, as a story: what it is, how its last poll went, what went wrong and what to do about it, what it
 * tells of and how old that is, what was counted. */
void sources_detail_draw(const struct row *source, int64_t now_ms, struct canvas *c, struct area area);

/* What kind of trouble its last error is, in words; NULL when nothing went wrong since it last answered well. */
const char *sources_detail_trouble(const struct row *source);

/* What a person can do about the state that it is in; NULL: nothing is to be done. */
const char *sources_detail_advice(const struct row *source);

#endif
