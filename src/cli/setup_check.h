#ifndef HUBTOP_CLI_SETUP_CHECK_H
#define HUBTOP_CLI_SETUP_CHECK_H

#include "cli/setup.h"

/* Told of each thing that is wrong; `err` names file and line where there is one. */
typedef void setup_check_tell(void *ctx, const struct err *err);

/* A setup that is looked through to its end instead of to its first error: the configuration (or the --source URLs), the contexts,
 * the fleet file, the theme, and every source, not only those of the context that is used. The sources without an error are in
 * `s`, with `state_dir` for what they keep; -C NAME leaves those of that context. No folder is made. False when something
 * was told. */
bool setup_check(struct setup *s, const struct options *o, const char *state_dir, setup_check_tell *tell, void *ctx);

#endif
