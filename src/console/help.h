#ifndef HUBTOP_CONSOLE_HELP_H
#define HUBTOP_CONSOLE_HELP_H

#include "console/console.h"
#include "views/view.h"

/* The help screen, made from the key tables: the view's own keys, the console's, the views, and the commands of the
 * line. Scrolled by `top` lines; returns how many lines there are. */
int help_draw(const struct view *view, struct canvas *c, struct area area, int top);

#endif
