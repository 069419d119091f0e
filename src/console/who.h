#ifndef HUBTOP_CONSOLE_WHO_H
#define HUBTOP_CONSOLE_WHO_H

#include "store/query.h"
#include "views/view.h"

/* Counts who is hit by one object, in slices between two keys. */
struct who;

struct who *who_new(void);
void who_free(struct who *w);

/* Begins to count for an object, as of `at_ms` (QUERY_NOW: the present); its texts are copied. The query is borrowed until
 * who_forget(), the next begin or the end. */
void who_begin(struct who *w, struct query *q, const struct row *object, int64_t at_ms, struct instant now);
/* The same for what somebody names by its id, whatever its kind: it is looked for first. An alert stands for what it is about. */
void who_begin_named(struct who *w, struct query *q, struct safe_text id, int64_t at_ms, struct instant now);
/* Lets go of the query and of what was counted. */
void who_forget(struct who *w);

/* Goes on for about `budget_us`; true: there is more to do. */
bool who_step(struct who *w, struct instant now, int64_t budget_us);

/* What is known so far, for a frame; NULL: nothing was asked for. */
const struct view_hit *who_hit(struct who *w);

#endif
