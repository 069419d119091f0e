#ifndef HUBTOP_SRC_CLI_SETUP_KEYS_H
#define HUBTOP_SRC_CLI_SETUP_KEYS_H

#include "cli/setup.h"
#include "console/console.h"

/* Aliases and bound keys of the configuration. */

enum { SETUP_KEYS_MAX = 256 }; /* of each */

extern const struct config_option setup_keys_alias[], setup_keys_bind[]; /* the children of both sections */

/* What the configuration says, ended by a NULL name, in the setup's arena; the first of what makes no sense: ERR_INPUT (78) with
 * its line. `tell` (NULL: stop at the first) hears all of them. */
typedef void setup_keys_tell(void *ctx, const struct err *err);
bool setup_keys_read(struct setup *s, const struct console_alias **aliases, const struct console_bind **binds,
                     setup_keys_tell *tell, void *ctx, struct err *err);

#endif
