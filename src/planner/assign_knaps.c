#include <stdlib.h>
#include <string.h>

#include "assign_inside.h"
#include "assign_knap.h"
#include "base/mem.h"

/* The Lagrangian that relaxes "each job once": a job is worth something, and each row that is some option's first one is
 * filled as well as possible with such options, each at its worth less its cost. Other rows are priced. */

enum { ITERATIONS_MAX = 3000, ITEMS_MAX = 1 << 16 };

/* An option's knapsack is its first use's row. */
static inline int32_t home(const struct assign_problem *p, int32_t o)
{
    return p->option_uses[o] < p->option_uses[o + 1] ? p->row[p->option_uses[o]] : -1;
}

static void make_room(struct assign *s, size_t items)
{
    struct assign_knaps *k = &s->knaps;
    size_t groups = (size_t)s->p->groups;
    k->worth = mem_new(groups, sizeof *k->worth);
    k->best_worth = mem_new(groups, sizeof *k->best_worth);
    k->taken = mem_new(groups, sizeof *k->taken);
    k->direction = mem_new(groups, sizeof *k->direction);
    k->unbound = mem_new(groups, sizeof *k->unbound);
    k->start = mem_new((size_t)s->p->rows + 2, sizeof *k->start);
    k->item = mem_new(items, sizeof *k->item);
    k->room = mem_new(items, sizeof *k->room);
    k->chosen = mem_new(items, sizeof *k->chosen);
    k->chosen_group = mem_new(items, sizeof *k->chosen_group);
    k->knap = mem_new(1, sizeof *k->knap);
    assign_knap_init(k->knap);
}

/* The items by row, one for each job that could come; `unbound`: the cheapest option that uses nothing. */
static void sort_items(struct assign *s)
{
    const struct assign_problem *p = s->p;
    struct assign_knaps *k = &s->knaps;
    for (int pass = 0; pass < 2; pass++) {
        for (int32_t g = 0; g < p->groups; g++) {
            k->unbound[g] = INT64_MAX;
            for (int32_t i = 0; i < s->near_count[g]; i++) {
                int32_t o = s->near[p->group_options[g] + i], r = home(p, o);
                int64_t cost = p->cost[o] * (INT64_C(1) << s->scale);
                if (r < 0)
                    k->unbound[g] = cost < k->unbound[g] ? cost : k->unbound[g];
                for (int32_t j = p->group_jobs[g]; r >= 0 && j < p->group_jobs[g + 1]; j++) {
                    int32_t at = k->start[r + 2 - pass]++;
                    if (pass == 1)
                        k->item[at] =
                            (struct assign_knap_item){.id = o, .group = g, .amount = p->amount[p->option_uses[o]]};
                }
            }
        }
        for (int32_t r = 0; pass == 0 && r < p->rows; r++)
            k->start[r + 2] += k->start[r + 1];
    }
}

void assign_knaps_init(struct assign *s)
{
    const struct assign_problem *p = s->p;
    struct assign_knaps *k = &s->knaps;
    int64_t items = 0, unit = INT64_C(1) << s->scale;
    for (int32_t g = 0; g < p->groups; g++)
        items += (int64_t)s->near_count[g] * (p->group_jobs[g + 1] - p->group_jobs[g]);
    k->done = items > ITEMS_MAX;
    if (k->done)
        return;
    make_room(s, (size_t)items);
    sort_items(s);
    for (int32_t g = 0; g < p->groups; g++)
        if (s->near_count[g] > 0)
            k->worth[g] = k->best_worth[g] = assign_reduced(s, s->price, s->near[p->group_options[g]]);
    k->most = (INT64_C(1) << 60) / (s->jobs + 1);
    k->most = k->most > INT64_C(1) << 45 ? INT64_C(1) << 45 : k->most;
    k->level = (struct assign_level){.best = INT64_MIN, .reach = s->regret / 64 + unit};
    if (s->found)
        k->level.reach = (s->value - s->bound) * unit / 2 + unit;
}

void assign_knaps_free(struct assign *s)
{
    struct assign_knaps *k = &s->knaps;
    free(k->worth);
    free(k->best_worth);
    free(k->taken);
    free(k->direction);
    free(k->start);
    free(k->item);
    free(k->unbound);
    free(k->chosen);
    free(k->chosen_group);
    free(k->room);
    if (k->knap != NULL)
        assign_knap_release(k->knap);
    free(k->knap);
}

/* What an option costs at the prices of the rows that are no knapsack. */
static int64_t outside(const struct assign *s, int32_t o)
{
    const struct assign_problem *p = s->p;
    const struct assign_knaps *k = &s->knaps;
    int64_t sum = p->cost[o] * (INT64_C(1) << s->scale);
    for (int32_t u = p->option_uses[o]; u < p->option_uses[o + 1]; u++) {
        int32_t r = p->row[u];
        if (k->start[r] == k->start[r + 1])
            sum += s->price[r] * p->amount[u] >> ASSIGN_PRICE_BITS;
    }
    return sum;
}

static assign_wide fill_row(struct assign *s, int32_t r, int64_t *work)
{
    struct assign_knaps *k = &s->knaps;
    struct assign_knap_item *in = k->item + k->start[r], *to = k->room;
    int32_t n = k->start[r + 1] - k->start[r], m = 0;
    for (int32_t i = 0; i < n; i++) {
        int64_t profit = k->worth[in[i].group] - outside(s, in[i].id);
        if (profit <= 0)
            continue;
        to[m] = in[i];
        to[m].profit = profit;
        to[m++].yield = in[i].amount > 0 ? (profit << ASSIGN_PRICE_BITS) / in[i].amount : INT64_MAX;
    }
    int64_t best = assign_knap_solve(k->knap, to, m, s->capacity[r], work);
    for (int32_t i = 0; i < m; i++)
        if (to[i].in) {
            k->taken[to[i].group]++;
            k->chosen_group[k->chosen_count] = to[i].group;
            k->chosen[k->chosen_count++] = to[i].id;
        }
    *work += n * 3;
    return best;
}

static void go(struct assign *s, int64_t at)
{
    const struct assign_problem *p = s->p;
    struct assign_knaps *k = &s->knaps;
    assign_wide norm = 0, reach = (assign_wide)k->level.best + k->level.reach - at;
    for (int32_t g = 0; g < p->groups; g++) {
        int64_t miss = p->group_jobs[g + 1] - p->group_jobs[g] - k->taken[g];
        k->direction[g] = (k->direction[g] + miss * 256) / 2;
        norm += k->direction[g] * k->direction[g];
    }
    for (int32_t g = 0; norm > 0 && g < p->groups; g++) {
        k->worth[g] = assign_clamp(k->worth[g] + reach * 256 * k->direction[g] / norm);
        k->worth[g] = k->worth[g] > k->most ? k->most : k->worth[g] < -k->most ? -k->most : k->worth[g];
    }
}

int64_t assign_knaps_step(struct assign *s)
{
    const struct assign_problem *p = s->p;
    struct assign_knaps *k = &s->knaps;
    size_t bytes = (size_t)p->groups * sizeof *k->worth;
    assign_wide dual = 0;
    int64_t work = 16;
    memset(k->taken, 0, (size_t)p->groups * sizeof *k->taken);
    k->chosen_count = 0;
    for (int32_t g = 0; g < p->groups; g++) {
        int32_t jobs = p->group_jobs[g + 1] - p->group_jobs[g];
        dual += (assign_wide)k->worth[g] * jobs;
        if (k->worth[g] > k->unbound[g]) {
            dual -= (assign_wide)(k->worth[g] - k->unbound[g]) * jobs;
            k->taken[g] += jobs;
        }
    }
    for (int32_t r = 0; r < p->rows; r++) {
        if (k->start[r] < k->start[r + 1])
            dual -= fill_row(s, r, &work);
        else
            dual -= ((assign_wide)s->price[r] * s->capacity[r] + (1 << ASSIGN_PRICE_BITS) - 1) >> ASSIGN_PRICE_BITS;
    }
    int64_t at = assign_clamp(dual);
    assign_bounded(s, dual);
    if (assign_level_here(&k->level, at, &(struct assign_point){k->worth, k->best_worth, k->direction, bytes}))
        go(s, at);
    k->done = k->level.iteration >= ITERATIONS_MAX || k->level.reach < (INT64_C(1) << s->scale) / 16;
    return work + p->groups * 2;
}

int64_t assign_knaps_worth(const struct assign *s, int32_t group)
{
    if (s->knaps.best_worth != NULL)
        return s->knaps.best_worth[group];
    return assign_reduced(s, s->price, s->near[s->p->group_options[group]]);
}
