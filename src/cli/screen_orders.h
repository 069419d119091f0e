#ifndef HUBTOP_CLI_SCREEN_ORDERS_H
#define HUBTOP_CLI_SCREEN_ORDERS_H

#include "base/arena.h"
#include "console/console.h"

/* Every kind of order that there is, as a console asks for one, ended by a NULL name; the arena's. */
const struct console_order *screen_orders(struct arena *arena);

#endif
