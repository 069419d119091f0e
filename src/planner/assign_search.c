#include <stdlib.h>
#include <string.h>

#include "assign_inside.h"
#include "base/mem.h"

/* Annealing (Kirkpatrick, Gelatt, Vecchi 1983) over assignments that may exceed capacities, each excess paid at the row's
 * weight: shift a job; or shift it and eject another from where it went. A cycle cools from its heat down; each next one
 * is longer, starts from the best and is as hot as its length allows. */

enum {
    MOVES = 256,   /* in one piece of work */
    SLICE = 16384, /* steps of regions in one piece of work */
    STEPS_OF_MOVE = 60,
    LOG_BITS = ASSIGN_LOG_BITS,
    LOG_SHIFT = ASSIGN_LOG_SHIFT,
    TRIES = 4,    /* jobs that could be ejected */
    LOOK = 6,     /* options looked at for each */
    REACH = 64,   /* jobs looked at in search of them */
    HALVINGS = 6, /* of the heat in a cycle */
    REBUILDS = 30,
    MOVES_OF_REBUILD = 20, /* for each job */
    MOVES_OF_CYCLE = 25,   /* for each job in the first cycle */
    DOUBLINGS = 16,
};

/* minus_log[i]: -ln((i + 1/2) / 2^LOG_BITS) in 2^-LOG_SHIFT. Binary logarithms digit by digit, then times ln 2: the same on
 * every machine. */
static void fill_logs(int64_t *minus_log)
{
    for (int32_t i = 0; i < 1 << LOG_BITS; i++) {
        uint64_t x = (uint64_t)(2 * i + 1) << (31 - LOG_BITS - 1);
        int64_t log = 0;
        while (x < UINT64_C(1) << 30) {
            x <<= 1;
            log += 1 << LOG_SHIFT;
        }
        for (int bit = LOG_SHIFT - 1; bit >= 0; bit--) {
            x = x * x >> 30;
            if (x >= UINT64_C(1) << 31) {
                x >>= 1;
                log -= 1 << bit;
            }
        }
        minus_log[i] = log * 45426 >> 16;
    }
}

void assign_search_init(struct assign *s)
{
    struct assign_search *a = &s->search;
    size_t jobs = (size_t)s->jobs, rows = (size_t)s->p->rows;
    a->choice = mem_new(jobs, sizeof *a->choice);
    a->best = mem_new(jobs, sizeof *a->best);
    a->dirty = mem_new(jobs, sizeof *a->dirty);
    a->is_dirty = mem_new(jobs, sizeof *a->is_dirty);
    a->load = mem_new(rows, sizeof *a->load);
    a->weight = mem_new(rows, sizeof *a->weight);
    a->left = mem_new(jobs, sizeof *a->left);
    a->floor = mem_new(rows, sizeof *a->floor);
    a->over_most = mem_new(rows, sizeof *a->over_most);
    a->minus_log = mem_new(1 << LOG_BITS, sizeof *a->minus_log);
    fill_logs(a->minus_log);
    /* The more rows an option uses, the longer is a look at it. */
    int32_t uses = s->options > 0 ? s->p->option_uses[s->options] / s->options : 1;
    s->steps_of_move = STEPS_OF_MOVE * (3 + (uses > 1 ? uses : 1)) / 4;
    for (int32_t j = 0; j < s->jobs; j++)
        a->choice[j] = -1;
}

void assign_search_free(struct assign *s)
{
    struct assign_search *a = &s->search;
    free(a->choice);
    free(a->best);
    free(a->dirty);
    free(a->is_dirty);
    free(a->load);
    free(a->weight);
    free(a->floor);
    free(a->left);
    free(a->minus_log);
    free(a->over_most);
}

static inline int64_t penalty(const struct assign *s, int32_t row, int64_t load)
{
    int64_t over = load - s->capacity[row];
    if (over <= 0)
        return 0;
    if (over > s->search.over_most[row])
        over = s->search.over_most[row];
    return s->search.weight[row] * over >> ASSIGN_PRICE_BITS;
}

/* What the scaled cost and the penalties change by when a job takes an option (sign 1) or leaves it (-1). */
int64_t assign_search_change(const struct assign *s, int32_t option, int sign)
{
    const struct assign_problem *p = s->p;
    int64_t sum = p->cost[option] * sign * (INT64_C(1) << s->scale);
    for (int32_t u = p->option_uses[option]; u < p->option_uses[option + 1]; u++) {
        int64_t load = s->search.load[p->row[u]];
        sum += penalty(s, p->row[u], load + (int64_t)p->amount[u] * sign) - penalty(s, p->row[u], load);
    }
    return sum;
}

void assign_search_put(struct assign *s, int32_t option, int sign)
{
    const struct assign_problem *p = s->p;
    struct assign_search *a = &s->search;
    a->cost += p->cost[option] * sign;
    for (int32_t u = p->option_uses[option]; u < p->option_uses[option + 1]; u++) {
        int64_t *load = &a->load[p->row[u]], capacity = s->capacity[p->row[u]];
        a->over -= *load > capacity;
        *load += (int64_t)p->amount[u] * sign;
        a->over += *load > capacity;
    }
}

void assign_search_choose(struct assign *s, int32_t job, int32_t option)
{
    struct assign_search *a = &s->search;
    a->choice[job] = option;
    if (!a->is_dirty[job]) {
        a->is_dirty[job] = 1;
        a->dirty[a->dirty_count++] = job;
    }
}

static void keep_if_best(struct assign *s)
{
    struct assign_search *a = &s->search;
    if (a->over > 0 || (s->found && a->cost >= s->value))
        return;
    for (int32_t i = 0; i < a->dirty_count; i++) {
        a->best[a->dirty[i]] = a->choice[a->dirty[i]];
        a->is_dirty[a->dirty[i]] = 0;
    }
    a->dirty_count = 0;
    assign_improved(s);
}

static inline bool accepts(struct assign *s, int64_t change)
{
    if (change <= 0)
        return true;
    int64_t log = s->search.minus_log[assign_random(s, 1 << LOG_BITS)];
    return change <= s->search.heat * log >> LOG_SHIFT;
}

/* An option of the group, the nearer the likelier. */
static inline int32_t pick(struct assign *s, int32_t g)
{
    uint32_t n = (uint32_t)s->near_count[g];
    return s->near[s->p->group_options[g] + (int32_t)assign_random(s, assign_random(s, n) + 1)];
}

/* After `job` went to `agent`: the best of some jobs there to leave, and its best near option elsewhere. */
static int64_t eject(struct assign *s, int32_t job, int32_t agent, int32_t *out, int32_t *to)
{
    const struct assign_problem *p = s->p;
    struct assign_search *a = &s->search;
    int64_t least = INT64_MAX;
    int32_t k = (int32_t)assign_random(s, (uint32_t)s->jobs), seen = 0;
    for (int32_t i = 0; i < s->jobs && i < REACH && seen < TRIES; i++) {
        if (++k >= s->jobs)
            k = 0;
        if (p->agent[a->choice[k]] != agent || k == job)
            continue;
        seen++;
        int32_t g = s->group[k], count = s->near_count[g] < LOOK ? s->near_count[g] : LOOK;
        int64_t gone = assign_search_change(s, a->choice[k], -1);
        assign_search_put(s, a->choice[k], -1);
        for (int32_t c = 0; c < count; c++) {
            int32_t o = s->near[p->group_options[g] + c];
            if (p->agent[o] == agent)
                continue;
            int64_t sum = gone + assign_search_change(s, o, 1);
            if (sum < least) {
                least = sum;
                *out = k;
                *to = o;
            }
        }
        assign_search_put(s, a->choice[k], 1);
    }
    return least;
}

static void move(struct assign *s)
{
    const struct assign_problem *p = s->p;
    struct assign_search *a = &s->search;
    int32_t job = (int32_t)assign_random(s, (uint32_t)s->jobs), from = a->choice[job], to = pick(s, s->group[job]);
    if (to == from)
        return;
    int64_t by = assign_search_change(s, from, -1);
    assign_search_put(s, from, -1);
    by += assign_search_change(s, to, 1);
    assign_search_put(s, to, 1);
    if (accepts(s, by)) {
        assign_search_choose(s, job, to);
        keep_if_best(s);
        return;
    }
    int32_t out = -1, out_to = -1;
    int64_t then = eject(s, job, p->agent[to], &out, &out_to);
    if (out >= 0 && accepts(s, by + then)) {
        assign_search_put(s, a->choice[out], -1);
        assign_search_put(s, out_to, 1);
        assign_search_choose(s, job, to);
        assign_search_choose(s, out, out_to);
        keep_if_best(s);
        return;
    }
    assign_search_put(s, to, -1);
    assign_search_put(s, from, 1);
}

void assign_search_place(struct assign *s, int32_t job, int32_t option)
{
    s->search.choice[job] = option;
    assign_search_put(s, option, 1);
}

/* A weight rises while its row is above its capacity, and falls towards what is dear enough otherwise. */
static void weigh(struct assign *s)
{
    struct assign_search *a = &s->search;
    for (int32_t r = 0; r < s->p->rows; r++) {
        int64_t floor = s->price[r] * 9 + a->floor[r];
        if (a->load[r] > s->capacity[r])
            a->weight[r] += a->weight[r] / 8;
        else
            a->weight[r] -= a->weight[r] / 16;
        if (a->weight[r] < floor)
            a->weight[r] = floor;
        if (a->weight[r] > s->most[r])
            a->weight[r] = s->most[r];
        a->over_most[r] = (INT64_C(1) << 62) / a->weight[r];
    }
}

void assign_search_begin(struct assign *s)
{
    struct assign_search *a = &s->search;
    for (int32_t r = 0; r < s->p->rows; r++) {
        a->floor[r] = ((a->base << ASSIGN_PRICE_BITS) / s->mean[r]) / 16 + 1;
    }
    weigh(s);
    for (int32_t j = 0; j < s->jobs; j++)
        assign_search_choose(s, j, a->choice[j]);
    keep_if_best(s);
}

/* A new cycle: from a filling of the knapsacks at first; then from the best, if there is one. */
static void begin_cycle(struct assign *s)
{
    struct assign_search *a = &s->search;
    a->block = 0;
    a->hot = a->base;
    a->rebuilding = s->knaps.chosen_count > 0 && a->rebuilds < REBUILDS;
    if (a->rebuilding) {
        a->rebuilds++;
        assign_rebuild(s);
        a->length = (int64_t)s->jobs * MOVES_OF_REBUILD / MOVES + 1;
        return;
    }
    for (int32_t i = 0; s->found && i < a->dirty_count; i++) {
        int32_t job = a->dirty[i];
        assign_search_put(s, a->choice[job], -1);
        assign_search_put(s, a->best[job], 1);
        a->choice[job] = a->best[job];
        a->is_dirty[job] = 0;
    }
    a->dirty_count = s->found ? 0 : a->dirty_count;
    a->length = ((int64_t)s->jobs * MOVES_OF_CYCLE << (a->cycle < DOUBLINGS ? a->cycle : DOUBLINGS)) / MOVES + 1;
    /* Cold at first: what a short cycle melts of a large problem it does not bring back. */
    a->hot = a->base >> (a->cycle < HALVINGS ? HALVINGS - a->cycle : 0);
    a->cycle++;
}

/* The heat halves HALVINGS times in a cycle, in straight pieces. */
static void cool(struct assign_search *a)
{
    int64_t halving = (a->length + HALVINGS - 1) / HALVINGS, piece = a->block / halving, part = a->block % halving;
    int64_t top = a->hot >> piece;
    a->heat = top - top / 2 * part / halving;
}

int64_t assign_search_step(struct assign *s)
{
    struct assign_search *a = &s->search;
    int64_t work = 0;
    if (a->block >= a->length)
        begin_cycle(s);
    cool(a);
    if (a->block++ % (s->jobs / MOVES + 1) == 0)
        weigh(s);
    if (a->over > 0 || a->rebuilding) {
        for (int i = 0; i < MOVES && s->state == ASSIGN_SEARCHING; i++)
            move(s);
        return MOVES * s->steps_of_move;
    }
    /* Regions are noisy with a part of the heat: a whole one would undo what they gain. */
    a->heat /= 8;
    while (work < SLICE && s->state == ASSIGN_SEARCHING) {
        work += assign_region_step(s);
        keep_if_best(s);
    }
    return work;
}
