#include "planner/assign.h"

#include <stdlib.h>
#include <string.h>

#include "assign_inside.h"
#include "base/mem.h"

void assign_bounded(struct assign *s, assign_wide dual)
{
    /* Rounded up: a cost is an integer. */
    int64_t bound = assign_clamp(-(-dual >> s->scale));
    if (!s->bounded || bound > s->bound)
        s->bound = bound;
    s->bounded = true;
    if (s->bound > s->dearest)
        s->state = ASSIGN_INFEASIBLE;
    else if (s->found && s->value <= s->bound)
        s->state = ASSIGN_OPTIMAL;
}

void assign_improved(struct assign *s)
{
    s->value = s->search.cost;
    s->found = true;
    if (s->bounded && s->value <= s->bound)
        s->state = ASSIGN_OPTIMAL;
}

static bool usable(const struct assign_problem *p, int32_t o)
{
    for (int32_t u = p->option_uses[o]; u < p->option_uses[o + 1]; u++)
        if (p->capacity[p->row[u]] < 0 || p->amount[u] > p->capacity[p->row[u]])
            return false;
    return true;
}

/* Leaves out what no assignment can use; the dearest assignment, regrets and the rows' amounts without capacities. */
static void look_at_groups(struct assign *s)
{
    const struct assign_problem *p = s->p;
    for (int32_t g = 0; g < p->groups; g++) {
        int64_t jobs = p->group_jobs[g + 1] - p->group_jobs[g], least = INT64_MAX, second = INT64_MAX, most = INT64_MIN;
        int32_t *near = s->near + p->group_options[g];
        for (int32_t o = p->group_options[g]; o < p->group_options[g + 1]; o++) {
            if (!usable(p, o))
                continue;
            near[s->near_count[g]++] = o;
            int64_t cost = p->cost[o];
            most = cost > most ? cost : most;
            second = cost < least ? least : cost < second ? cost : second;
            least = cost < least ? cost : least;
        }
        for (int32_t j = p->group_jobs[g]; j < p->group_jobs[g + 1]; j++)
            s->group[j] = g;
        if (jobs > 0 && s->near_count[g] == 0)
            s->state = ASSIGN_INFEASIBLE;
        else if (jobs > 0)
            s->dearest += jobs * most;
        if (jobs > 0 && s->near_count[g] > 1)
            s->regret += jobs * (second - least);
    }
}

/* More than all jobs could use of a row: 2^22 of them, 2^31 each. */
static const int64_t DEMAND_MAX = INT64_C(1) << 54;

/* Capacities cut to what all jobs could use, mean amounts, highest prices. */
static void look_at_rows(struct assign *s)
{
    const struct assign_problem *p = s->p;
    int64_t *uses = mem_new((size_t)p->rows, sizeof *uses), *largest = mem_new((size_t)p->rows, sizeof *largest);
    for (int32_t g = 0; g < p->groups; g++)
        for (int32_t i = 0; i < s->near_count[g]; i++) {
            int32_t o = s->near[p->group_options[g] + i];
            int64_t jobs = p->group_jobs[g + 1] - p->group_jobs[g];
            for (int32_t u = p->option_uses[o]; u < p->option_uses[o + 1]; u++) {
                int64_t *all = &s->capacity[p->row[u]];
                *all = *all > DEMAND_MAX ? DEMAND_MAX : *all + p->amount[u] * jobs;
                uses[p->row[u]] += jobs;
                if (p->amount[u] > largest[p->row[u]])
                    largest[p->row[u]] = p->amount[u];
            }
        }
    for (int32_t r = 0; r < p->rows; r++) {
        s->mean[r] = uses[r] > 0 && s->capacity[r] > uses[r] ? s->capacity[r] / uses[r] : 1;
        s->most[r] = (INT64_C(1) << 58) / (largest[r] + 1);
        if (s->capacity[r] > p->capacity[r])
            s->capacity[r] = p->capacity[r] < 0 ? 0 : p->capacity[r];
    }
    free(uses);
    free(largest);
}

/* As fine a scale of costs as leaves room for their sum and for prices. */
static int scale_of(const struct assign *s)
{
    const struct assign_problem *p = s->p;
    int64_t most = 1;
    int scale = 12;
    for (int32_t o = 0; o < s->options; o++) {
        int64_t size = p->cost[o] < 0 ? -p->cost[o] : p->cost[o];
        most = size > most ? size : most;
    }
    while (scale > 0 && (most > INT64_C(1) << (42 - scale) || most * (s->jobs + 1) > INT64_C(1) << (57 - scale)))
        scale--;
    return scale;
}

struct assign *assign_new(const struct assign_problem *p, uint64_t seed, struct err *err)
{
    if (!assign_problem_check(p, err))
        return NULL;
    struct assign *s = mem_new(1, sizeof *s);
    s->p = p;
    s->jobs = assign_problem_jobs(p);
    s->options = assign_problem_options(p);
    s->scale = scale_of(s);
    s->random = seed;
    s->group = mem_new((size_t)s->jobs, sizeof *s->group);
    s->capacity = mem_new((size_t)p->rows, sizeof *s->capacity);
    s->mean = mem_new((size_t)p->rows, sizeof *s->mean);
    s->most = mem_new((size_t)p->rows, sizeof *s->most);
    s->price = mem_new((size_t)p->rows, sizeof *s->price);
    s->near = mem_new((size_t)s->options, sizeof *s->near);
    s->near_count = mem_new((size_t)p->groups, sizeof *s->near_count);
    look_at_groups(s);
    look_at_rows(s);
    s->regret = assign_clamp((assign_wide)s->regret << s->scale) + 1;
    assign_prices_init(s);
    assign_search_init(s);
    assign_region_init(s);
    if (s->jobs == 0) {
        s->found = s->bounded = true;
        s->state = ASSIGN_OPTIMAL;
    }
    return s;
}

bool assign_known(struct assign *s, const int32_t *option)
{
    const struct assign_problem *p = s->p;
    int64_t *load = mem_new((size_t)p->rows, sizeof *load), cost = 0;
    bool fits = true;
    for (int32_t j = 0; j < s->jobs && fits; j++) {
        int32_t g = s->group[j], o = option[j];
        fits = o >= p->group_options[g] && o < p->group_options[g + 1] && usable(p, o);
        cost += fits ? p->cost[o] : 0;
        for (int32_t u = fits ? p->option_uses[o] : 0; fits && u < p->option_uses[o + 1]; u++) {
            load[p->row[u]] += p->amount[u];
            fits = load[p->row[u]] <= p->capacity[p->row[u]];
        }
    }
    free(load);
    if (!fits)
        return false;
    if (s->jobs > 0)
        memcpy(s->search.best, option, (size_t)s->jobs * sizeof *option);
    s->value = cost;
    s->found = true;
    return true;
}

static int64_t piece(struct assign *s)
{
    if (!s->prices.done)
        return assign_prices_step(s);
    if (!s->started) {
        int64_t work = assign_start_step(s);
        s->started = true;
        assign_search_begin(s);
        assign_knaps_init(s);
        return work;
    }
    if (s->knaps.done || (s->knaps.level.iteration > 200 && s->search.work < s->knaps.work * 8)) {
        int64_t work = assign_search_step(s);
        s->search.work += work;
        return work;
    }
    int64_t work = assign_knaps_step(s);
    s->knaps.work += work;
    return work;
}

bool assign_step(struct assign *s, int64_t steps)
{
    if (__builtin_add_overflow(s->asked, steps > 0 ? steps : 0, &s->asked))
        s->asked = INT64_MAX;
    while (s->done < s->asked && s->state == ASSIGN_SEARCHING)
        s->done += piece(s);
    return s->state == ASSIGN_SEARCHING;
}

struct assign_result assign_result(const struct assign *s)
{
    return (struct assign_result){.state = s->state,
                                  .found = s->found,
                                  .bounded = s->bounded,
                                  .value = s->value,
                                  .bound = s->bound,
                                  .option = s->found ? s->search.best : NULL,
                                  .price = s->price,
                                  .price_bits = ASSIGN_PRICE_BITS + s->scale,
                                  .steps = s->done};
}

void assign_free(struct assign *s)
{
    if (s == NULL)
        return;
    assign_prices_free(s);
    assign_knaps_free(s);
    assign_search_free(s);
    assign_region_free(s);
    free(s->group);
    free(s->capacity);
    free(s->mean);
    free(s->most);
    free(s->price);
    free(s->near);
    free(s->near_count);
    free(s);
}
