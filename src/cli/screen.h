#ifndef HUBTOP_CLI_SCREEN_H
#define HUBTOP_CLI_SCREEN_H

#include "cli/setup.h"
#include "console/console.h"

/* What the console and the demo share: a screen on the terminal, or printed once without one. Returns the exit status.
 */
int screen_run(struct setup *s, const struct options *o, bool demo, struct err *err);

/* What --wall says of the other options: its own view, nothing is written. False when --view is given too, or where --a11y is given
 * with what is no session in lines (64). */
bool screen_wall(struct options *o, struct err *err);

/* The path of the theme that is used, into `out`; false lists what there is in the hint (66). */
bool screen_theme(const struct setup *s, const struct options *o, char out[DIR_PATH_MAX], struct err *err);

#endif
