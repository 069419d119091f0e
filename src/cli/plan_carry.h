#ifndef HUBTOP_CLI_PLAN_CARRY_H
#define HUBTOP_CLI_PLAN_CARRY_H

#include "cli/setup.h"
#include "store/query.h"

/* Approves a plan, carries it out, follows it, pauses, stops, undoes it: what the first word of the options says of the plan or action
 * that the second names. `status` is what became of it (-1: nothing to say), see order_watch_status(). False with err. */
bool plan_carry(const struct setup *s, const struct options *o, struct query *q, int *status, struct err *err);

#endif
