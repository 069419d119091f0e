#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "planner/plan_forecast.h"

/* The ways in which an hour can go: played as often as there is time for, and of each number the ends of nine in ten. */

enum { WAYS_MAX = 24, WAYS_LEAST = 2, MEAN_LEAST = 8, JOBS_PLAYED = 60000 };

static size_t ways(const struct plan_facts *f)
{
    size_t n = JOBS_PLAYED / (f->jobs.count + 1);

    return n > WAYS_MAX ? WAYS_MAX : n < WAYS_LEAST ? WAYS_LEAST : n;
}

/* The numbers of a forecast in one order; NULL from out of it. */
enum { OF_QUEUE = 2 + 2 * PLAN_MARKS, OF_POOL = 1 + PLAN_MARKS };

static double get(const struct plan_facts *f, const struct forecast *of, size_t i)
{
    size_t queues = f->queues.count * OF_QUEUE, at;

    if (i < queues) {
        const struct forecast_queue *q = &of->queues[i / OF_QUEUE];
        at = i % OF_QUEUE;
        if (at == 0)
            return (double)q->waiting;
        if (at == 1)
            return q->p95_s;
        at -= 2;
        return (double)(at < PLAN_MARKS ? q->waiting_at[at] : q->started_at[at - PLAN_MARKS]);
    }
    at = (i - queues) % OF_POOL;
    i = (i - queues) / OF_POOL;
    return (double)(at == 0 ? of->used[i] : of->used_at[at - 1][i]);
}

static void set(const struct plan_facts *f, struct forecast *of, size_t i, double v)
{
    size_t queues = f->queues.count * OF_QUEUE, at;
    int64_t n = isnan(v) ? 0 : llround(v);

    if (i < queues) {
        struct forecast_queue *q = &of->queues[i / OF_QUEUE];
        at = i % OF_QUEUE;
        if (at == 0)
            q->waiting = n;
        else if (at == 1)
            q->p95_s = v;
        else if (at - 2 < PLAN_MARKS)
            q->waiting_at[at - 2] = n;
        else
            q->started_at[at - 2 - PLAN_MARKS] = n;
        return;
    }
    at = (i - queues) % OF_POOL;
    i = (i - queues) / OF_POOL;
    if (at == 0)
        of->used[i] = n;
    else
        of->used_at[at - 1][i] = n;
}

static struct forecast empty(const struct plan_facts *f, struct arena *arena)
{
    struct forecast out = {.starts_s = arena_alloc(arena, (f->jobs.count + 1) * sizeof *out.starts_s),
                           .queues = arena_alloc(arena, (f->queues.count + 1) * sizeof *out.queues),
                           .used = arena_alloc(arena, (f->pools.count + 1) * sizeof *out.used)};

    memset(out.starts_s, 0xff, (f->jobs.count + 1) * sizeof *out.starts_s);
    for (int k = 0; k < PLAN_MARKS; k++)
        out.used_at[k] = arena_alloc(arena, (f->pools.count + 1) * sizeof *out.used_at[k]);
    return out;
}

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return isnan(*x) || isnan(*y) ? isnan(*x) - isnan(*y) : (*x > *y) - (*x < *y);
}

/* Of `n` ways, known ones first. */
static void settle(const struct plan_facts *f, size_t i, double *v, size_t n, struct forecast *middle,
                   struct forecast_range *out)
{
    size_t known = 0, out_of_ten;
    double sum = 0;

    qsort(v, n, sizeof *v, by_size);
    for (; known < n && !isnan(v[known]); known++)
        sum += v[known];
    if (known == 0) {
        set(f, &out->low, i, NAN);
        set(f, &out->high, i, NAN);
        return;
    }
    out_of_ten = known / 20;
    set(f, &out->low, i, v[out_of_ten]);
    set(f, &out->high, i, v[known - 1 - out_of_ten]);
    if (known >= MEAN_LEAST)
        set(f, middle, i, sum / (double)known);
}

static void take_starts(const struct plan_facts *f, const struct forecast *way, uint8_t *never,
                        struct forecast_range *out)
{
    for (size_t i = 0; i < f->jobs.count; i++) {
        int32_t s = way->starts_s[i], *low = &out->low.starts_s[i], *high = &out->high.starts_s[i];
        never[i] += s < 0;
        *low = s >= 0 && (*low < 0 || s < *low) ? s : *low;
        *high = s > *high ? s : *high;
    }
}

void plan_forecast_range(const struct forecast_ask *ask, struct forecast *middle, struct forecast_range *out,
                         struct arena *arena)
{
    const struct plan_facts *f = ask->c->f;
    size_t numbers = f->queues.count * OF_QUEUE + f->pools.count * OF_POOL, n = ways(f);
    double *all = mem_new(numbers * n + 1, sizeof *all);
    uint8_t *never = mem_new(f->jobs.count + 1, sizeof *never);
    struct arena work = {0};

    out->low = empty(f, arena);
    out->high = empty(f, arena);
    for (size_t k = 0; k < n; k++) {
        struct forecast_ask one = *ask;
        one.chance = k + 1;
        struct forecast way = plan_forecast(&one, &work);
        for (size_t i = 0; i < numbers; i++)
            all[i * n + k] = get(f, &way, i);
        take_starts(f, &way, never, out);
        arena_reset(&work);
    }
    for (size_t i = 0; i < numbers; i++)
        settle(f, i, all + i * n, n, middle, out);
    for (size_t i = 0; i < f->jobs.count; i++)
        out->high.starts_s[i] = never[i] * 10U > n ? -1 : out->high.starts_s[i];
    arena_release(&work);
    free(never);
    free(all);
}
