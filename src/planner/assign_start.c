#include <stdlib.h>
#include <string.h>

#include "assign_inside.h"
#include "base/mem.h"

/* The first assignment: jobs in order of what they lose by not getting their cheapest option at the prices, each to
 * the cheapest that still fits, or to the cheapest if none does (regret: Martello, Toth 1981). */

/* Brings the options that are near into the order of their cost at the prices. */
static void order(struct assign *s, int32_t g, int64_t *reduced)
{
    int32_t *near = s->near + s->p->group_options[g];
    for (int32_t i = 0; i < s->near_count[g]; i++) {
        int32_t option = near[i], to = i;
        int64_t cost = assign_reduced(s, s->price, option);
        for (; to > 0 && reduced[to - 1] > cost; to--) {
            near[to] = near[to - 1];
            reduced[to] = reduced[to - 1];
        }
        near[to] = option;
        reduced[to] = cost;
    }
}

/* 512 classes of a number, by its highest bit and the three below it. */
static int class_of(int64_t n)
{
    int bits = 0;
    while (bits < 60 && n >> bits >= 16)
        bits++;
    return bits * 8 + (int)(n >> bits & 15);
}

static void place(struct assign *s, int32_t job)
{
    int32_t g = s->group[job];
    const int32_t *near = s->near + s->p->group_options[g];
    int32_t i = 0;
    while (i < s->near_count[g] && !assign_holds(s, near[i]))
        i++;
    assign_search_place(s, job, near[i < s->near_count[g] ? i : 0]);
}

enum { CLASSES = 512 };

int64_t assign_start_step(struct assign *s)
{
    const struct assign_problem *p = s->p;
    int32_t most = 0, *of = mem_new((size_t)p->groups, sizeof *of), *at = mem_new(CLASSES + 1, sizeof *at);
    int32_t *sorted = mem_new((size_t)p->groups, sizeof *sorted);
    assign_wide sum = 0;
    for (int32_t g = 0; g < p->groups; g++)
        most = s->near_count[g] > most ? s->near_count[g] : most;
    int64_t *reduced = mem_new((size_t)most, sizeof *reduced);
    for (int32_t g = 0; g < p->groups; g++) {
        order(s, g, reduced);
        int64_t regret = s->near_count[g] > 1 ? reduced[1] - reduced[0] : INT64_C(1) << 50;
        if (s->near_count[g] > 1)
            sum += (assign_wide)regret * (p->group_jobs[g + 1] - p->group_jobs[g]);
        of[g] = CLASSES - 1 - class_of(regret);
        at[of[g] + 1]++;
    }
    for (int c = 0; c < CLASSES; c++)
        at[c + 1] += at[c];
    for (int32_t g = 0; g < p->groups; g++)
        sorted[at[of[g]]++] = g;
    for (int32_t i = 0; i < p->groups; i++)
        for (int32_t job = p->group_jobs[sorted[i]]; job < p->group_jobs[sorted[i] + 1]; job++)
            place(s, job);
    s->search.base = assign_clamp(sum / (s->jobs > 0 ? s->jobs : 1)) + 1;
    free(of);
    free(at);
    free(sorted);
    free(reduced);
    return (int64_t)s->options * 4 + (int64_t)s->jobs * 16 + 16;
}
