#include <stdlib.h>

#include "planner/plan_make_private.h"

static int32_t units(const struct make_gang *g)
{
    return g->nodes * g->each;
}

static int by_size(const void *a, const void *b)
{
    const struct make_gang *x = a, *y = b;

    return units(x) != units(y) ? (units(x) > units(y)) - (units(x) < units(y))
                                : (x->each > y->each) - (x->each < y->each);
}

static struct make_gang gang_of(const struct make *m, uint32_t pool, const struct fact_job *j)
{
    return (struct make_gang){j->nodes, plan_facts_each(FACTS(m->c.f, pool, pools, pool), j)};
}

static void add(struct make *m, struct make_gang g)
{
    for (int i = 0; i < m->gang_count; i++)
        if (by_size(&m->gangs[i], &g) == 0)
            return;
    if (m->gang_count < MAKE_GANGS)
        m->gangs[m->gang_count++] = g;
    else if (by_size(&g, &m->gangs[MAKE_GANGS - 1]) > 0)
        m->gangs[MAKE_GANGS - 1] = g;
    qsort(m->gangs, (size_t)m->gang_count, sizeof *m->gangs, by_size);
}

void plan_make_gangs(struct make *m)
{
    for (uint32_t i = 0; i < m->group_count; i++) {
        const struct fact_job *j = FACTS(m->c.f, job, jobs, m->groups[i].job);
        if ((j->fixed & FIXED_SUPERNODE) != 0)
            add(m, gang_of(m, j->pool, j));
    }
}

int64_t plan_make_gangs_free(const struct make *m, uint32_t pool, int size)
{
    return plan_rule_place_free(&m->c, pool, m->gangs[size].nodes, m->gangs[size].each);
}

int plan_make_gangs_of(const struct make *m, uint32_t pool, const struct fact_job *j)
{
    struct make_gang g = gang_of(m, pool, j);
    int n = 0;

    if ((j->fixed & FIXED_SUPERNODE) == 0)
        return 0;
    while (n < m->gang_count && by_size(&m->gangs[n], &g) <= 0)
        n++;
    /* one that is not in the list counts as the next larger */
    return n < m->gang_count && (n == 0 || by_size(&m->gangs[n - 1], &g) != 0) ? n + 1 : n;
}
