/* Whether the real problem for the planner can be made: worlds with so many waiting jobs, in time and memory. */

#include <sys/resource.h>

#include "bench/sim_rows.h"

static void take(void *ctx, const struct row *row)
{
    size_t *kinds = ctx;

    kinds[row->kind]++;
}

static double resident_mb(void)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return (double)u.ru_maxrss / 1024;
}

int main(void)
{
    static const enum kind kinds[] = {KIND_CLUSTER, KIND_SITE,   KIND_SCHEDULER, KIND_QUEUE,       KIND_NODE,
                                      KIND_JOB,     KIND_LINK,   KIND_PAIR,      KIND_RESERVATION, KIND_OFFER,
                                      KIND_ENERGY,  KIND_TENANT, KIND_NONE};
    static const struct sim_rows_wish wishes[] = {
        {"west", 100, 0, 1, 0, 0},   {NULL, 0, 7, 1, 0.75, 200},    {NULL, 0, 7, 1, 0.95, 200},
        {NULL, 0, 7, 1, 0.75, 1000}, {NULL, 0, 7, 1, 0.95, 1000},   {NULL, 0, 7, 1, 0.95, 5000},
        {NULL, 0, 7, 4, 0.75, 5000}, {NULL, 0, 7, 4, 0.95, 100000}, {NULL, 0, 7, 4, 0.95, 1000000},
    };

    printf("%-10s %6s %5s %5s %9s %9s %8s %8s %8s\n", "scenario", "min", "scale", "load", "waiting", "jobs", "nodes",
           "ms", "MB");
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
        const struct sim_rows_wish *w = &wishes[i];
        int64_t from_us = clock_mono_us();
        size_t n[KIND_COUNT] = {0};
        struct sim_rows r;
        sim_rows_open(&r, w);
        sim_rows_all(&r, w, kinds, take, n);
        printf("%-10s %6lld %5g %5g %9zu %9zu %8zu %8lld %8.0f\n", w->scenario != NULL ? w->scenario : "-",
               (long long)w->minutes, w->scale, w->load, r.waiting, r.jobs, n[KIND_NODE],
               (long long)((clock_mono_us() - from_us) / 1000), resident_mb());
        sim_rows_close(&r);
    }
    return 0;
}
