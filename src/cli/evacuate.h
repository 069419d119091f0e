#ifndef HUBTOP_CLI_EVACUATE_H
#define HUBTOP_CLI_EVACUATE_H

#include "cli/options.h"

/* `hubtop order evacuate ID --by TIME`: without --confirm it shows and proposes the plan that empties a hall, site, cluster or scheduler by
 * then; with --confirm P-ID it carries that plan out, follows it, and says what is there still. The exit status. */
int evacuate(const struct options *o);

#endif
