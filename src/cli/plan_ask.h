#ifndef HUBTOP_CLI_PLAN_ASK_H
#define HUBTOP_CLI_PLAN_ASK_H

#include "cli/command.h"
#include "domain/plan.h"

/* What `plan create` is asked for, from the options; arrays are the arena's, texts the options'. ERR_INPUT (64) says which
 * option. */
bool plan_ask_read(const struct options *o, int64_t now_ms, struct arena *arena, struct plan_ask *ask, struct err *err);

#endif
