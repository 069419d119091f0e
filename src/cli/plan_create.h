#ifndef HUBTOP_CLI_PLAN_CREATE_H
#define HUBTOP_CLI_PLAN_CREATE_H

#include "cli/plan_out.h"
#include "cli/request.h"
#include "cli/setup.h"
#include "store/query.h"

/* Rows of KIND that belong to a plan by that field (-1: the row's own id); `id` NULL: all. `*all` (may be NULL): how many there are. */
bool plan_create_rows(const struct setup *s, struct query *q, enum kind kind, int plan_field, const char *id,
                      struct rows *out, size_t *all, struct err *err);
/* The plan of that id with its moves and effects; `plans` owns its row. ERR_INPUT (67): there is none. */
bool plan_create_find(const struct setup *s, struct query *q, const char *id, struct plan_out *p, struct rows *plans,
                      struct err *err);
void plan_create_release(struct plan_out *p, struct rows *plans);
/* Prints the plan of that id in the form that the options ask for. */
bool plan_create_show(const struct setup *s, const struct options *o, struct query *q, const char *id, struct err *err);

/* Computes the plan that the options ask for and prints it; unless it is a dry run, or nothing can be proposed (offline, of the
 * past), it is proposed, and `made` becomes its id, else "". */
bool plan_create(const struct setup *s, const struct options *o, struct query *q, char made[REQUEST_MADE_MAX],
                 struct err *err);

#endif
