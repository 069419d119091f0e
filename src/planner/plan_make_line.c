#include <stdlib.h>

#include "base/mem.h"
#include "planner/plan_make_private.h"

/* A scheduler looks at so many jobs that don't start, and no further. Where so many stand first who can neither start, since their
 * users have as many jobs as may run, nor go elsewhere, nobody behind them starts, whatever is free. */

struct ends {
    uint32_t *last; /* of each pool: the job behind which nobody is looked at; FACT_NONE */
    int64_t *spare; /* of each of undone.users: so many more could start if others of the user left */
    bool *goes;     /* of the facts' jobs: it could go */
};

static uint32_t user_of(const struct make *m, const struct fact_job *j)
{
    for (uint32_t i = 0; i < m->undone.user_count; i++)
        if (m->undone.users[i].queue == j->queue && m->undone.users[i].user == j->user)
            return i;
    return FACT_NONE;
}

static bool can_go(const struct make *m, uint32_t g)
{
    const int32_t *offsets = m->group_options.all;

    return MAKE_OPTION(m, offsets[g + 1] - 1)->what == MAKE_GO;
}

/* What may run of a user is `most` of those that wait, of which some start by themselves; each of these that goes lets one more
 * start, and so does each that runs and goes. */
static void count(const struct make *m, struct ends *e)
{
    for (uint32_t i = 0; i < m->undone.user_count; i++)
        e->spare[i] = m->undone.users[i].most;
    for (uint32_t i = 0; i < m->c.f->jobs.count && m->undone.user_count > 0; i++) {
        const struct fact_job *j = FACTS(m->c.f, job, jobs, i);
        uint32_t u = m->undone.starts_s[i] >= 0 ? user_of(m, j) : FACT_NONE;
        if (u != FACT_NONE)
            e->spare[u]--;
    }
    for (uint32_t g = 0; g < m->group_count; g++)
        for (uint32_t k = m->groups[g].first; k < m->groups[g].first + m->groups[g].count && can_go(m, g); k++) {
            const struct fact_job *j = FACTS(m->c.f, job, jobs, m->jobs[k]);
            bool gives = m->groups[g].starts || plan_facts_runs(j);
            uint32_t u = gives ? user_of(m, j) : FACT_NONE;
            e->goes[m->jobs[k]] = true;
            if (u != FACT_NONE)
                e->spare[u]++;
        }
}

static uint32_t find_last(const struct make *m, struct ends *e, const struct fact_pool *p)
{
    int left = FORECAST_DEPTH;

    for (size_t k = 0; k < p->waiting_count; k++) {
        const struct fact_job *j = FACTS(m->c.f, job, jobs, p->waiting[k]);
        uint32_t u = j->why == WAIT_QUOTA && !e->goes[p->waiting[k]] && m->undone.starts_s[p->waiting[k]] < 0
                         ? user_of(m, j)
                         : FACT_NONE;
        if (u != FACT_NONE && e->spare[u]-- <= 0 && --left == 0)
            return p->waiting[k];
    }
    return FACT_NONE;
}

/* Whether `j`, in `queue`, stands behind the job; newcomers stand behind all of their priority. */
static bool is_behind(const struct make *m, uint32_t job, const struct fact_job *j, uint32_t queue, bool comes)
{
    const struct fact_job *than = FACTS(m->c.f, job, jobs, job);
    int rank = FACTS(m->c.f, queue, queues, queue)->rank, before = FACTS(m->c.f, queue, queues, than->queue)->rank;

    if (rank != before)
        return rank > before;
    if (j->priority != than->priority)
        return j->priority < than->priority;
    return comes || j->eligible_ms > than->eligible_ms || (j->eligible_ms == than->eligible_ms && j > than);
}

static bool all_behind(const struct make *m, const struct ends *e, uint32_t g, const struct make_option *o)
{
    for (uint32_t k = m->groups[g].first; k < m->groups[g].first + m->groups[g].count; k++) {
        const struct fact_job *j = FACTS(m->c.f, job, jobs, m->jobs[k]);
        bool comes = o->what == MAKE_GO;
        uint32_t queue = comes ? o->queue_to : j->queue;
        uint32_t last = e->last[comes ? FACTS(m->c.f, queue, queues, queue)->pool : j->pool];
        if (last == FACT_NONE || !is_behind(m, last, j, queue, comes))
            return false;
    }
    return true;
}

static bool close(struct make *m, const struct ends *e)
{
    const int32_t *offsets = m->group_options.all;
    bool any = false;

    for (uint32_t g = 0; g < m->group_count; g++)
        for (int32_t o = offsets[g]; o < offsets[g + 1]; o++) {
            const struct make_option *it = MAKE_OPTION(m, o);
            if (it->what == MAKE_STAY || (it->what == MAKE_START && m->groups[g].starts) || m->groups[g].leaves ||
                !all_behind(m, e, g, it))
                continue;
            m->most[o] = 0;
            any = true;
        }
    return any;
}

bool plan_make_line(struct make *m)
{
    const struct plan_facts *f = m->c.f;
    struct ends e = {mem_new(f->pools.count + 1, sizeof *e.last), mem_new(m->undone.user_count + 1, sizeof *e.spare),
                     mem_new(f->jobs.count + 1, sizeof *e.goes)};
    bool any = false;

    count(m, &e);
    for (uint32_t i = 0; i < f->pools.count; i++) {
        e.last[i] = find_last(m, &e, FACTS(f, pool, pools, i));
        any |= e.last[i] != FACT_NONE;
    }
    any = any && close(m, &e);
    free(e.last);
    free(e.spare);
    free(e.goes);
    return any;
}
