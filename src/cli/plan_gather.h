#ifndef HUBTOP_CLI_PLAN_GATHER_H
#define HUBTOP_CLI_PLAN_GATHER_H

#include "cli/setup.h"
#include "planner/plan_make.h"
#include "store/query.h"

/* Facts for the planner from the snapshot; NULL with err. `*rev` becomes the number of the commit. The caller frees them. */
struct plan_facts *plan_gather(struct query *q, const struct setup *s, int64_t *rev, struct err *err);

#endif
