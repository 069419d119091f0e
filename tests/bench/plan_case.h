#ifndef HUBTOP_TESTS_BENCH_PLAN_CASE_H
#define HUBTOP_TESTS_BENCH_PLAN_CASE_H

/* Models like the real problem, made from a seed: 10 clusters with 21 schedulers, accelerators of three types, links, tenants; many
 * small jobs, gangs of 8 to 64 cards, weights by priority and deadline. And a checker of answers that shares no code with
 * the solver. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "planner/plan_model.h"

enum {
    PLAN_CLUSTERS = 10,
    PLAN_SCHEDULERS = 21,
    PLAN_TENANTS = 40,
    PLAN_LINKS = 2 * PLAN_CLUSTERS,     /* one out of and one into each cluster */
    PLAN_RESOURCES = 4,                 /* accelerators, CPUs, GiB, 0.1 kW */
    PLAN_OPTIONS = PLAN_SCHEDULERS + 1, /* of a group at most: start at each, or wait */
    PLAN_USES = PLAN_RESOURCES + 6,
    PLAN_ROW_LINK = PLAN_SCHEDULERS * PLAN_RESOURCES,
    PLAN_ROW_TENANT = PLAN_ROW_LINK + PLAN_LINKS,
    PLAN_ROW_JOBS = PLAN_ROW_TENANT + PLAN_TENANTS,
    PLAN_ROW_CARDS,
    PLAN_ROWS
};

struct plan_case {
    struct plan_model m;
    int32_t *group_jobs, *group_options, *agent, *option_uses, *row, *amount, *start;
    int64_t *value[3], capacity[PLAN_ROWS];
    int32_t groups, options, uses;
};

struct plan_place {
    int cluster, type; /* of accelerator */
    int64_t fen_card_h, fen_cpu_h, free[PLAN_RESOURCES];
};

static uint64_t plan_chance_state;

static int64_t plan_chance(int64_t n)
{
    plan_chance_state = plan_chance_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((plan_chance_state >> 33) % (uint64_t)n);
}

/* Room for `groups` groups. */
static void plan_case_room(struct plan_case *c, int32_t groups)
{
    size_t g = (size_t)groups, o = g * PLAN_OPTIONS;
    c->group_jobs = calloc(g + 1, sizeof(int32_t));
    c->group_options = calloc(g + 1, sizeof(int32_t));
    c->agent = calloc(o, sizeof(int32_t));
    c->option_uses = calloc(o + 1, sizeof(int32_t));
    c->row = calloc(o * PLAN_USES, sizeof(int32_t));
    c->amount = calloc(o * PLAN_USES, sizeof(int32_t));
    for (int k = 0; k < 3; k++)
        c->value[k] = calloc(o, sizeof(int64_t));
}

static void plan_case_free(struct plan_case *c)
{
    free(c->group_jobs);
    free(c->group_options);
    free(c->agent);
    free(c->option_uses);
    free(c->row);
    free(c->amount);
    free(c->start);
    for (int k = 0; k < 3; k++)
        free(c->value[k]);
}

/* What is free without head-room, when `load_pct` of everything is in use: unevenly. `cards` are there in all. */
static void plan_case_places(struct plan_place *place, int load_pct, int64_t cards)
{
    for (int s = 0; s < PLAN_SCHEDULERS; s++) {
        struct plan_place *at = &place[s];
        int64_t own = cards / PLAN_SCHEDULERS * (50 + plan_chance(100)) / 100 + 8;
        int free_pct = (int)((100 - load_pct) * (40 + plan_chance(120)) / 100);
        at->cluster = s % PLAN_CLUSTERS;
        at->type = s < 3 ? s : (int)plan_chance(3);
        at->fen_card_h = 300 + plan_chance(500);
        at->fen_cpu_h = 10 + plan_chance(20);
        int64_t all[PLAN_RESOURCES] = {own, own * 24, own * 160, own * 9};
        for (int r = 0; r < PLAN_RESOURCES; r++)
            at->free[r] = all[r] * free_pct * (80 + plan_chance(40)) / 10000;
    }
}

struct plan_shape {
    int home, tenant, ring, type; /* ring: how far it may go; type: 3: no accelerator */
    int64_t use[PLAN_RESOURCES], data_gb, hours, weight;
};

/* Of a thousand: most need no accelerator or one; gangs of 8 to 64 cards are a seventh of the jobs, and two thirds of the cards. */
static int64_t plan_case_cards(void)
{
    static const struct {
        int64_t up_to, cards;
    } parts[] = {{350, 0}, {650, 1}, {770, 2}, {850, 4}, {950, 8}, {980, 16}, {995, 32}, {1000, 64}};
    int64_t n = plan_chance(1000);
    int i = 0;
    while (n >= parts[i].up_to)
        i++;
    return parts[i].cards;
}

static struct plan_shape plan_case_shape(const struct plan_place *place)
{
    struct plan_shape s = {.home = (int)plan_chance(PLAN_SCHEDULERS), .tenant = (int)plan_chance(PLAN_TENANTS)};
    int64_t n = plan_case_cards();
    int64_t cpus = n > 0 ? n * (8 + 4 * plan_chance(5)) : 1 << plan_chance(6), urgent = plan_chance(10) == 0;
    s.ring = (int)plan_chance(4);
    s.type = n > 0 ? place[s.home].type : 3;
    s.use[0] = n;
    s.use[1] = cpus;
    s.use[2] = cpus * (2 << plan_chance(3));
    s.use[3] = n * 6 + cpus / 10 + 1;
    s.data_gb = plan_chance(3) ? plan_chance(50) : 50 + plan_chance(2000);
    s.hours = 1 + plan_chance(48);
    /* By priority and what it needs; a near deadline counts four times. */
    s.weight = (1 + plan_chance(8)) * (n > 0 ? n * 10 : 1 + cpus / 8) * (urgent ? 4 : 1);
    return s;
}

static void plan_case_use(struct plan_case *c, int32_t row, int64_t amount)
{
    if (amount > 0) {
        c->row[c->uses] = row;
        c->amount[c->uses++] = (int32_t)amount;
    }
}

/* Starts at scheduler `to`, or waits at home where `to` is PLAN_SCHEDULERS. */
static void plan_case_option(struct plan_case *c, const struct plan_place *place, const struct plan_shape *s, int to)
{
    int32_t o = c->options;
    bool starts = to < PLAN_SCHEDULERS, moves = starts && to != s->home;
    c->agent[o] = to;
    if (starts) {
        for (int r = 0; r < PLAN_RESOURCES; r++)
            plan_case_use(c, to * PLAN_RESOURCES + r, s->use[r]);
        c->value[0][o] = -s->weight;
    }
    /* Who waits will run at home. */
    const struct plan_place *runs = &place[starts ? to : s->home];
    c->value[1][o] = s->hours * (s->use[0] * runs->fen_card_h + s->use[1] * runs->fen_cpu_h);
    if (moves) {
        int a = place[s->home].cluster, b = place[to].cluster;
        if (a != b) {
            plan_case_use(c, PLAN_ROW_LINK + 2 * a, s->data_gb);
            plan_case_use(c, PLAN_ROW_LINK + 2 * b + 1, s->data_gb);
            c->value[1][o] += s->data_gb * 8;
        }
        plan_case_use(c, PLAN_ROW_TENANT + s->tenant, 1);
        plan_case_use(c, PLAN_ROW_JOBS, 1);
        plan_case_use(c, PLAN_ROW_CARDS, s->use[0]);
        c->value[2][o] = 1;
    }
    c->options++;
    c->option_uses[c->options] = c->uses;
}

static void plan_case_group(struct plan_case *c, const struct plan_place *place, int64_t jobs)
{
    struct plan_shape s = plan_case_shape(place);
    int32_t g = c->groups++;
    for (int to = 0; to <= PLAN_SCHEDULERS; to++) {
        int far = abs(place[to % PLAN_SCHEDULERS].cluster - place[s.home].cluster) * 4 / PLAN_CLUSTERS;
        bool type = to == PLAN_SCHEDULERS || s.type == 3 || place[to].type == s.type;
        if (to == PLAN_SCHEDULERS || to == s.home || (type && far <= s.ring && plan_chance(10)))
            plan_case_option(c, place, &s, to);
    }
    c->group_jobs[g + 1] = c->group_jobs[g] + (int32_t)jobs;
    c->group_options[g + 1] = c->options;
}

/* `move_jobs`: how many may be moved in all; -1: no such limit. Nobody starts or moves in the answer to begin with. */
static void plan_case_make(struct plan_case *c, uint64_t seed, int64_t jobs, int load_pct, int64_t move_jobs)
{
    struct plan_place place[PLAN_SCHEDULERS];
    *c = (struct plan_case){0};
    plan_chance_state = seed * UINT64_C(2654435761) + 99;
    /* Arrays get longer the more jobs there are; that many groups at most. */
    int64_t mean = jobs <= 5000 ? 3 : jobs <= 100000 ? 10 : 40, made = 0;
    plan_case_room(c, (int32_t)(jobs < 64 ? 64 : jobs * 2 / mean + 16));
    plan_case_places(place, load_pct, jobs * 6);
    while (made < jobs) {
        int64_t n = plan_chance(3) ? 1 + plan_chance(mean) : 1 + plan_chance(mean * 4 - 1);
        n = n > jobs - made ? jobs - made : n;
        if (c->groups + 1 >= (jobs < 64 ? 64 : jobs * 2 / mean + 16))
            n = jobs - made;
        plan_case_group(c, place, n);
        made += n;
    }
    for (int s = 0; s < PLAN_SCHEDULERS; s++)
        for (int r = 0; r < PLAN_RESOURCES; r++)
            c->capacity[s * PLAN_RESOURCES + r] = place[s].free[r];
    for (int l = 0; l < PLAN_LINKS; l++)
        c->capacity[PLAN_ROW_LINK + l] = jobs * (2 + plan_chance(10));
    for (int t = 0; t < PLAN_TENANTS; t++)
        c->capacity[PLAN_ROW_TENANT + t] = jobs / PLAN_TENANTS * (1 + plan_chance(6)) / 8 + 1;
    c->capacity[PLAN_ROW_JOBS] = move_jobs >= 0 ? move_jobs : jobs;
    c->capacity[PLAN_ROW_CARDS] = jobs * 6 * (100 - load_pct) / 100 / 3 + 64;
    c->start = calloc((size_t)jobs, sizeof(int32_t));
    for (int32_t g = 0; g < c->groups; g++)
        for (int32_t j = c->group_jobs[g]; j < c->group_jobs[g + 1]; j++)
            c->start[j] = c->group_options[g + 1] - 1;
    c->m = (struct plan_model){.problem = {.groups = c->groups,
                                           .agents = PLAN_OPTIONS,
                                           .rows = PLAN_ROWS,
                                           .group_jobs = c->group_jobs,
                                           .group_options = c->group_options,
                                           .agent = c->agent,
                                           .option_uses = c->option_uses,
                                           .row = c->row,
                                           .amount = c->amount,
                                           .capacity = c->capacity},
                               .levels = {{"start", c->value[0]}, {"cost", c->value[1]}, {"moves", c->value[2]}},
                               .level_count = 3};
}

/* NULL if the answer keeps every capacity, every job has an option of its group, and the levels' values are `value`; what is wrong
 * otherwise. */
static const char *plan_case_wrong(const struct plan_model *m, const int32_t *option, const int64_t *value)
{
    const struct assign_problem *p = &m->problem;
    int64_t *load = calloc((size_t)p->rows + 1, sizeof *load), sum[PLAN_LEVELS_MAX] = {0};
    const char *wrong = NULL;
    for (int32_t g = 0; g < p->groups; g++)
        for (int32_t j = p->group_jobs[g]; j < p->group_jobs[g + 1] && wrong == NULL; j++) {
            int32_t o = option[j];
            if (o < p->group_options[g] || o >= p->group_options[g + 1]) {
                wrong = "an option of another group";
                break;
            }
            for (int k = 0; k < m->level_count; k++)
                sum[k] += m->levels[k].value[o];
            for (int32_t u = p->option_uses[o]; u < p->option_uses[o + 1]; u++) {
                load[p->row[u]] += p->amount[u];
                if (p->capacity[p->row[u]] < 0)
                    wrong = "a row that nobody may use";
            }
        }
    for (int32_t r = 0; r < p->rows && wrong == NULL; r++)
        if (load[r] > p->capacity[r] && load[r] > 0)
            wrong = "above a capacity";
    for (int k = 0; k < m->level_count && wrong == NULL; k++)
        if (sum[k] != value[k])
            wrong = "values that are not what is said";
    free(load);
    return wrong;
}

#endif
