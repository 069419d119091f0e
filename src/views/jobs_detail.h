#ifndef HUBTOP_SRC_VIEWS_JOBS_DETAIL_H
#define HUBTOP_SRC_VIEWS_JOBS_DETAIL_H

#include "views/view.h"

/* Everything that is known of a job, in two columns: first what its line in the list does not say. `schedulers` say what
 * they hide. */
void jobs_detail_draw(const struct view_frame *f, const struct view_rows *schedulers, const struct row *job,
                      struct canvas *c, struct area area);

/* How much of `area` it takes from below the list; 0 where the list would not be seen any more. */
int jobs_detail_height(struct area area);

/* Whether that scheduler shows only some of its jobs to the user whose token is used. */
bool jobs_detail_hides(const struct row *scheduler);

#endif
