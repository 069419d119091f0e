#include <stdlib.h>

#include "base/mem.h"
#include "planner/plan_forecast_inside.h"

/* Users of whom no more jobs may run. */

enum { QUOTAS_MAX = 64 };

uint32_t plan_forecast_users_of(const struct play *w, uint32_t queue, uint32_t user)
{
    for (uint32_t i = 0; i < w->quotas.count; i++)
        if (QUOTA(w, i)->queue == queue && QUOTA(w, i)->user == user)
            return i;
    return FACT_NONE;
}

static int by_user(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* The most jobs that a user runs in a queue: nobody says how many may run, but at least so many. */
static int64_t most_of(const struct play *w, uint32_t queue)
{
    uint32_t *users = mem_new(w->p->running_count + 1, sizeof *users);
    size_t n = 0;
    int64_t most = 0, runs = 0;

    for (size_t k = 0; k < w->p->running_count; k++) {
        const struct fact_job *j = FACTS(w->f, job, jobs, w->p->running[k]);
        if (j->queue == queue && j->user != FACT_NONE)
            users[n++] = j->user;
    }
    if (n > 1)
        qsort(users, n, sizeof *users, by_user);
    for (size_t i = 0; i < n; i++) {
        runs = i > 0 && users[i] == users[i - 1] ? runs + 1 : 1;
        most = runs > most ? runs : most;
    }
    free(users);
    return most;
}

/* Who waits because a user has as many jobs as may run, waits until one of that user ends. */
void plan_forecast_users_set(struct play *w)
{
    for (size_t k = 0; k < w->p->waiting_count && w->quotas.count < QUOTAS_MAX; k++) {
        const struct fact_job *j = FACTS(w->f, job, jobs, w->p->waiting[k]);
        if (j->why != WAIT_QUOTA || j->user == FACT_NONE || plan_forecast_users_of(w, j->queue, j->user) != FACT_NONE)
            continue;
        struct quota *q = plan_facts_push(&w->quotas, sizeof *q);
        *q = (struct quota){.queue = j->queue, .user = j->user, .most = most_of(w, j->queue)};
    }
    for (size_t k = 0; k < w->p->running_count && w->quotas.count > 0; k++) {
        const struct fact_job *j = FACTS(w->f, job, jobs, w->p->running[k]);
        uint32_t i = plan_forecast_users_of(w, j->queue, j->user);
        if (i != FACT_NONE)
            QUOTA(w, i)->runs++;
    }
}

void plan_forecast_users_note(const struct play *w, struct facts_list *users)
{
    for (uint32_t i = 0; i < w->quotas.count; i++) {
        const struct quota *q = QUOTA(w, i);
        int64_t left = q->most > q->runs ? q->most - q->runs : 0;
        struct forecast_user *to = plan_facts_push(users, sizeof *to);
        *to = (struct forecast_user){q->queue, q->user, q->starts + left};
    }
}
