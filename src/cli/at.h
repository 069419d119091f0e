#ifndef HUBTOP_SRC_CLI_AT_H
#define HUBTOP_SRC_CLI_AT_H

#include "base/clock.h"
#include "base/err.h"

/* When the alert of that id began, as the cache in `state_dir` remembers it (of several the earliest). ERR_INPUT with status 67
 * where it does not know the alert or its start. */
bool at_alert(const char *id, const char *state_dir, struct instant now, int64_t *at_ms, struct err *err);

#endif
