#ifndef HUBTOP_CONSOLE_HELP_H
#define HUBTOP_CONSOLE_HELP_H

#include "console/console.h"
#include "views/view.h"

/* The help screen, made from the key tables: the view's own keys, the console's, those and the aliases of the configuration (NULL: none), the views (those that no source tells
 * of, by the kinds that are told, with the driver that it takes), and the commands of the line. Scrolled by `top` lines; returns how many lines there are. */
int help_draw(const struct view *view, const struct console_bind *binds, const struct console_alias *aliases,
              uint64_t kinds, struct canvas *c, struct area area, int top);

#endif
