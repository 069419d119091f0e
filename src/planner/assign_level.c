#include "assign_inside.h"

#include <string.h>

enum { PATIENCE = 10 };

/* Whether it failed so often that it must aim lower. */
static bool aim_lower(struct assign_level *l)
{
    if (l->failed < PATIENCE)
        return false;
    l->failed = 0;
    l->reach /= 2;
    return true;
}

bool assign_level_here(struct assign_level *l, int64_t at, struct assign_point *point)
{
    l->iteration++;
    if (at > l->best) {
        int64_t gain = l->best == INT64_MIN ? l->reach : at - l->best;
        l->best = at;
        l->failed = gain > l->reach / 16 ? 0 : l->failed + 1;
        if (gain > l->reach / 2)
            l->reach += l->reach / 2;
        aim_lower(l);
        memcpy(point->best, point->now, point->bytes);
        return true;
    }
    l->failed++;
    if (!aim_lower(l))
        return true;
    memcpy(point->now, point->best, point->bytes);
    memset(point->direction, 0, point->bytes);
    return false;
}
