#ifndef HUBTOP_CLI_SETUP_LIMITS_H
#define HUBTOP_CLI_SETUP_LIMITS_H

#include "cli/setup.h"

/* The configuration's sections of plans: what a plan may do at most (domain/plan_limits.h), and which jobs may move
 * (domain/movable.h). */

#define SETUP_LIMITS  "limits"
#define SETUP_MOVABLE "movable"

/* Their options; those of the first are owned by the arena. */
const struct config_option *setup_limits_schema(struct arena *a);
extern const struct config_option setup_limits_movable[];

/* Reads them into s->limits, which keeps the presets where the file says nothing, and s->movable. ERR_INPUT (78),
 * "FILE:LINE: …", for what makes no number or duration, is out of range (which is named), contradicts another one, or names
 * every job. */
bool setup_limits_read(struct setup *s, struct err *err);
/* Frees the patterns. */
void setup_limits_release(struct setup *s);

#endif
