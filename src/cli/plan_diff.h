#ifndef HUBTOP_CLI_PLAN_DIFF_H
#define HUBTOP_CLI_PLAN_DIFF_H

#include "cli/plan_out.h"

/* What is different in the second of two plans: fields of the plan, and moves that are gone, new, or have other jobs. Moves are the same
 * when they go the same way from and to the same queues, within the same ring. As text or Markdown, or as JSON:
 * {"from":ID,"to":ID,"fields":[{"field":…,"from":…,"to":…}],"moves":[{"change":"gone|new|changed",…,"jobs_from":N,"jobs_to":N,
 * "left":[ID…],"joined":[ID…]}]}. */
void plan_diff_text(FILE *to, const struct plan_out *a, const struct plan_out *b, bool markdown);
void plan_diff_json(FILE *to, const struct plan_out *a, const struct plan_out *b);

#endif
