#include "domain/plan.h"

const int64_t plan_mark_s[PLAN_MARKS] = {900, 3600};

void plan_release(struct plan *p)
{
    if (p != NULL)
        arena_release(&p->arena);
}
