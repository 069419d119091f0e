#include "console/wall.h"

size_t wall_page(struct wall *w, size_t count, bool critical, int64_t boot_ms)
{
    if (!w->running || critical || count == 0) {
        w->running = true;
        w->begun_ms = boot_ms;
        return 0;
    }
    return (size_t)((boot_ms - w->begun_ms) / WALL_PAGE_MS) % count;
}
