#include "domain/plan.h"

void plan_release(struct plan *p)
{
    if (p != NULL)
        arena_release(&p->arena);
}
