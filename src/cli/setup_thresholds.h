#ifndef HUBTOP_CLI_SETUP_THRESHOLDS_H
#define HUBTOP_CLI_SETUP_THRESHOLDS_H

#include "cli/setup.h"

/* The configuration's section of limits, made from domain/thresholds.h. */

#define SETUP_THRESHOLDS "thresholds"

/* Its options; owned by the arena. */
const struct config_option *setup_thresholds_schema(struct arena *a);

/* Reads it into s->thresholds, which keeps the presets where the file says nothing. ERR_INPUT (78), "FILE:LINE: …", for what
 * makes no number or duration, is out of range (which is named), or contradicts another one. */
bool setup_thresholds_read(struct setup *s, struct err *err);

#endif
