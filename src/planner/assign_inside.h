#ifndef HUBTOP_PLANNER_ASSIGN_INSIDE_H
#define HUBTOP_PLANNER_ASSIGN_INSIDE_H

#include <stddef.h>

#include "planner/assign.h"

/* Where a product needs more than 64 bits: a few times an iteration, never for each option. */
__extension__ typedef __int128 assign_wide;

/* Costs are scaled by 2^scale; a price is in scaled cost for 2^ASSIGN_PRICE_BITS units of its row. */
enum { ASSIGN_PRICE_BITS = 16, ASSIGN_LOG_BITS = 10, ASSIGN_LOG_SHIFT = 12 };

/* Steps of a subgradient towards a target level: it aims `reach` above the best value, and at less when it fails. */
struct assign_level {
    int64_t best, reach;
    int failed, iteration;
};

struct assign_prices {
    struct assign_level level;
    int64_t *price, *direction, *load; /* of each row, at the present iteration */
    bool done, given;
};

struct assign_knaps {
    struct assign_level level;
    int64_t *worth, *best_worth; /* of one job of each group, scaled: the multiplier of "each job once" */
    int64_t *direction;
    int64_t *unbound; /* of each group, the cheapest option that uses nothing, scaled; INT64_MAX if there is none */
    int64_t most;     /* no worth is further from 0, so that no sum overflows */
    int32_t *start;   /* of each row, where its items begin */
    struct assign_knap_item *item, *room;         /* of all rows, and room for one row's */
    int32_t *taken;                               /* of each group, how often */
    int32_t *chosen, *chosen_group, chosen_count; /* the options that the last filling took, and their groups */
    struct assign_knap *knap;
    bool done;
    int64_t work;
};

struct assign_search {
    int32_t *choice, *best;    /* an option of each job */
    int64_t *load, *weight;    /* of each row; a weight is a price of what is above the capacity */
    int64_t *over_most;        /* what is above the capacity counts up to here: no product overflows */
    int32_t *dirty;            /* jobs whose choice is not the best's */
    uint8_t *is_dirty;         /* of each job */
    int32_t dirty_count, over; /* over: rows above their capacity */
    int32_t *left;             /* room for jobs without an option */
    int64_t *floor;            /* of each row, a weight that is felt where the price is 0 */
    int64_t *minus_log;        /* of equally likely numbers of 0 to 1 */
    int rebuilds;
    bool rebuilding;
    int64_t cost, base;               /* of `choice`; base: the mean regret, the unit of temperature */
    int64_t heat, hot, length, block; /* of this cycle; the last two in pieces of work */
    int cycle;
    int64_t work;
};

struct assign {
    const struct assign_problem *p;
    int32_t jobs, options;
    int scale;
    uint64_t random;
    int64_t asked, done;
    enum assign_state state;
    bool started, found, bounded;
    int64_t value, bound;
    int64_t steps_of_move;
    int64_t dearest;   /* no assignment costs more */
    int32_t *group;    /* of each job */
    int64_t *capacity; /* of each row, at most what all jobs could use of it */
    int64_t regret;    /* what all jobs pay if each takes its second option, scaled, at least 1 */
    int64_t *mean;     /* of each row, the mean amount of a use, at least 1 */
    int64_t *most;     /* of each row, the highest price: times the largest amount it is below 2^60 */
    int64_t *price;    /* of each row: the best known */
    int32_t *near;     /* the options of each group that can hold a job, the best at these prices first */
    int32_t *near_count;
    struct assign_prices prices;
    struct assign_knaps knaps;
    struct assign_search search;
    struct assign_region *region;
};

/* A number below `n`, which is above 0 (splitmix64: Steele, Lea, Flood 2014). */
static inline uint32_t assign_random(struct assign *s, uint32_t n)
{
    uint64_t z = s->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)(((z ^ z >> 31) >> 32) * n >> 32);
}

/* What an option costs one job at the row prices, scaled; each product rounded down, so that a sum of them bounds. */
static inline int64_t assign_reduced(const struct assign *s, const int64_t *price, int32_t option)
{
    const struct assign_problem *p = s->p;
    int64_t sum = p->cost[option] * (INT64_C(1) << s->scale);
    for (int32_t u = p->option_uses[option]; u < p->option_uses[option + 1]; u++)
        sum += price[p->row[u]] * p->amount[u] >> ASSIGN_PRICE_BITS;
    return sum;
}

static inline int64_t assign_clamp(assign_wide n)
{
    const assign_wide most = INT64_C(1) << 61;
    return (int64_t)(n > most ? most : n < -most ? -most : n);
}

/* The reach below which a subgradient stops: a tenth of a unit of cost, or a hundred thousandth of the value. */
static inline int64_t assign_enough(const struct assign *s, int64_t value)
{
    int64_t part = (value < 0 ? -value : value) >> 17, unit = (INT64_C(1) << s->scale) / 10;
    return part > unit ? part : unit;
}

/* Whether the option still fits beside what is placed. */
static inline bool assign_holds(const struct assign *s, int32_t option)
{
    const struct assign_problem *p = s->p;
    for (int32_t u = p->option_uses[option]; u < p->option_uses[option + 1]; u++)
        if (s->search.load[p->row[u]] + p->amount[u] > s->capacity[p->row[u]])
            return false;
    return true;
}

/* Takes a dual value, scaled, as a bound if it is the best. */
void assign_bounded(struct assign *s, assign_wide dual);

/* Takes the search's choice as the best, which it is. */
void assign_improved(struct assign *s);

/* Multipliers where a subgradient stands, the best so far, and the direction that it takes: arrays of `bytes` each. */
struct assign_point {
    int64_t *now, *best, *direction;
    size_t bytes;
};

/* Keeps the book of a subgradient's level at a point of value `at`. True: go on from there; false: it is back at the best, with half
 * the reach and no direction. */
bool assign_level_here(struct assign_level *l, int64_t at, struct assign_point *point);

/* Each _step does a piece of work and returns how many steps it took. */
void assign_prices_init(struct assign *s);
int64_t assign_prices_step(struct assign *s);
void assign_prices_free(struct assign *s);

int64_t assign_start_step(struct assign *s);

void assign_knaps_init(struct assign *s);
int64_t assign_knaps_step(struct assign *s);
int64_t assign_knaps_worth(const struct assign *s, int32_t group);
void assign_knaps_free(struct assign *s);

void assign_search_init(struct assign *s);
void assign_search_place(struct assign *s, int32_t job, int32_t option); /* for the first time */
void assign_search_begin(struct assign *s);                              /* all jobs are placed */
int64_t assign_search_step(struct assign *s);
void assign_search_free(struct assign *s);

/* A job takes an option (sign 1) or leaves it (-1): what the scaled cost and the penalties change by; and the loads after it. */
int64_t assign_search_change(const struct assign *s, int32_t option, int sign);
void assign_search_put(struct assign *s, int32_t option, int sign);

/* Notes the option of a job whose load is put. */
void assign_search_choose(struct assign *s, int32_t job, int32_t option);

/* Places all jobs anew by the last filling of the knapsacks. */
void assign_rebuild(struct assign *s);

void assign_region_init(struct assign *s);
int64_t assign_region_step(struct assign *s);
void assign_region_free(struct assign *s);

#endif
