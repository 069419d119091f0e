#ifndef HUBTOP_SRC_CONSOLE_WALL_H
#define HUBTOP_SRC_CONSOLE_WALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which page of a wall it is the turn of. */

enum { WALL_PAGE_MS = 15000 };

struct wall {
    bool running;
    int64_t begun_ms; /* of the boot clock: when the first page came */
};

/* The page at that moment of `count` pages, from 0. While something is critical that nobody has in hand it is the first, which
 * has its whole time when that is over. */
size_t wall_page(struct wall *w, size_t count, bool critical, int64_t boot_ms);

#endif
