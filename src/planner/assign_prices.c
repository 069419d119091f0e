#include <stdlib.h>
#include <string.h>

#include "assign_inside.h"
#include "base/mem.h"

/* The Lagrangian that relaxes the capacities: at given prices each job takes the option that is cheapest then, and the
 * value, less what the capacities are worth, is a bound as good as the linear relaxation at the best prices. */

enum { ITERATIONS_MAX = 600, GAIN_BITS = 8 };

void assign_prices_init(struct assign *s)
{
    s->prices.price = mem_new((size_t)s->p->rows, sizeof *s->prices.price);
    s->prices.direction = mem_new((size_t)s->p->rows, sizeof *s->prices.direction);
    s->prices.load = mem_new((size_t)s->p->rows, sizeof *s->prices.load);
    s->prices.level = (struct assign_level){.best = INT64_MIN, .reach = s->regret};
}

void assign_prices_free(struct assign *s)
{
    free(s->prices.price);
    free(s->prices.direction);
    free(s->prices.load);
}

/* Of each group the option that is cheapest at the prices; loads, and the sum of what the jobs pay then. */
static assign_wide take_cheapest(struct assign *s)
{
    const struct assign_problem *p = s->p;
    assign_wide sum = 0;
    int64_t *load = s->prices.load;
    memset(load, 0, (size_t)p->rows * sizeof *load);
    for (int32_t g = 0; g < p->groups; g++) {
        int32_t jobs = p->group_jobs[g + 1] - p->group_jobs[g], take = -1;
        int64_t least = INT64_MAX;
        const int32_t *near = s->near + p->group_options[g];
        for (int32_t i = 0; jobs > 0 && i < s->near_count[g]; i++) {
            int64_t reduced = assign_reduced(s, s->prices.price, near[i]);
            if (reduced < least) {
                least = reduced;
                take = near[i];
            }
        }
        if (take < 0)
            continue;
        sum += (assign_wide)least * jobs;
        for (int32_t u = p->option_uses[take]; u < p->option_uses[take + 1]; u++)
            load[p->row[u]] += (int64_t)p->amount[u] * jobs;
    }
    return sum;
}

/* What the capacities are worth, rounded up. */
static assign_wide worth(const struct assign *s)
{
    assign_wide sum = 0;
    for (int32_t r = 0; r < s->p->rows; r++)
        sum += ((assign_wide)s->prices.price[r] * s->capacity[r] + (1 << ASSIGN_PRICE_BITS) - 1) >> ASSIGN_PRICE_BITS;
    return sum;
}

/* One step along the averaged subgradient, in units of the rows' mean amounts, so that no row's unit matters. */
static void go(struct assign *s, int64_t at)
{
    struct assign_prices *a = &s->prices;
    assign_wide norm = 0, reach = (assign_wide)a->level.best + a->level.reach - at;
    for (int32_t r = 0; r < s->p->rows; r++) {
        int64_t miss = (int64_t)((assign_wide)(a->load[r] - s->capacity[r]) * (1 << GAIN_BITS) / s->mean[r]);
        if (miss < 0 && a->price[r] == 0)
            miss = 0;
        a->direction[r] = (a->direction[r] + miss) / 2;
        norm += (assign_wide)a->direction[r] * a->direction[r];
    }
    for (int32_t r = 0; norm > 0 && r < s->p->rows; r++) {
        assign_wide by = (reach << GAIN_BITS) * a->direction[r] / norm;
        assign_wide price = a->price[r] + by * (1 << ASSIGN_PRICE_BITS) / s->mean[r];
        a->price[r] = price < 0 ? 0 : price > s->most[r] ? s->most[r] : (int64_t)price;
    }
}

int64_t assign_prices_step(struct assign *s)
{
    struct assign_prices *a = &s->prices;
    size_t bytes = (size_t)s->p->rows * sizeof *a->price;
    assign_wide dual = take_cheapest(s) - worth(s);
    int64_t at = assign_clamp(dual);

    assign_bounded(s, dual);
    if (assign_level_here(&a->level, at, &(struct assign_point){a->price, s->price, a->direction, bytes}))
        go(s, at);
    a->done = a->given || a->level.iteration >= ITERATIONS_MAX || a->level.reach < assign_enough(s, a->level.best);
    return (int64_t)s->options + s->jobs / 8 + 16;
}

void assign_priced(struct assign *s, const int64_t *price)
{
    struct assign_prices *a = &s->prices;
    for (int32_t r = 0; r < s->p->rows; r++)
        a->price[r] = s->price[r] = price[r] < 0 ? 0 : price[r] > s->most[r] ? s->most[r] : price[r];
    a->given = true;
}
