#ifndef HUBTOP_TESTS_BENCH_MODEL_CASE_H
#define HUBTOP_TESTS_BENCH_MODEL_CASE_H

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
    MODEL_CLUSTERS = 10,
    MODEL_SCHEDULERS = 21,
    MODEL_TENANTS = 40,
    MODEL_LINKS = 2 * MODEL_CLUSTERS,     /* one out of and one into each cluster */
    MODEL_RESOURCES = 4,                  /* accelerators, CPUs, GiB, 0.1 kW */
    MODEL_OPTIONS = MODEL_SCHEDULERS + 1, /* of a group at most: start at each, or wait */
    MODEL_USES = MODEL_RESOURCES + 6,
    MODEL_ROW_LINK = MODEL_SCHEDULERS * MODEL_RESOURCES,
    MODEL_ROW_TENANT = MODEL_ROW_LINK + MODEL_LINKS,
    MODEL_ROW_JOBS = MODEL_ROW_TENANT + MODEL_TENANTS,
    MODEL_ROW_CARDS,
    MODEL_ROWS
};

struct model_case {
    struct plan_model m;
    int32_t *group_jobs, *group_options, *agent, *option_uses, *row, *amount, *start;
    int64_t *value[3], capacity[MODEL_ROWS];
    int32_t groups, options, uses;
};

struct model_place {
    int cluster, type; /* of accelerator */
    int64_t fen_card_h, fen_cpu_h, free[MODEL_RESOURCES];
};

static uint64_t model_chance_state;

static int64_t model_chance(int64_t n)
{
    model_chance_state = model_chance_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((model_chance_state >> 33) % (uint64_t)n);
}

/* Room for `groups` groups. */
static void model_case_room(struct model_case *c, int32_t groups)
{
    size_t g = (size_t)groups, o = g * MODEL_OPTIONS;
    c->group_jobs = calloc(g + 1, sizeof(int32_t));
    c->group_options = calloc(g + 1, sizeof(int32_t));
    c->agent = calloc(o, sizeof(int32_t));
    c->option_uses = calloc(o + 1, sizeof(int32_t));
    c->row = calloc(o * MODEL_USES, sizeof(int32_t));
    c->amount = calloc(o * MODEL_USES, sizeof(int32_t));
    for (int k = 0; k < 3; k++)
        c->value[k] = calloc(o, sizeof(int64_t));
}

static void model_case_free(struct model_case *c)
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
static void model_case_places(struct model_place *place, int load_pct, int64_t cards)
{
    for (int s = 0; s < MODEL_SCHEDULERS; s++) {
        struct model_place *at = &place[s];
        int64_t own = cards / MODEL_SCHEDULERS * (50 + model_chance(100)) / 100 + 8;
        int free_pct = (int)((100 - load_pct) * (40 + model_chance(120)) / 100);
        at->cluster = s % MODEL_CLUSTERS;
        at->type = s < 3 ? s : (int)model_chance(3);
        at->fen_card_h = 300 + model_chance(500);
        at->fen_cpu_h = 10 + model_chance(20);
        int64_t all[MODEL_RESOURCES] = {own, own * 24, own * 160, own * 9};
        for (int r = 0; r < MODEL_RESOURCES; r++)
            at->free[r] = all[r] * free_pct * (80 + model_chance(40)) / 10000;
    }
}

struct model_shape {
    int home, tenant, ring, type; /* ring: how far it may go; type: 3: no accelerator */
    int64_t use[MODEL_RESOURCES], data_gb, hours, weight;
};

/* Of a thousand: most need no accelerator or one; gangs of 8 to 64 cards are a seventh of the jobs, and two thirds of the cards. */
static int64_t model_case_cards(void)
{
    static const struct {
        int64_t up_to, cards;
    } parts[] = {{350, 0}, {650, 1}, {770, 2}, {850, 4}, {950, 8}, {980, 16}, {995, 32}, {1000, 64}};
    int64_t n = model_chance(1000);
    int i = 0;
    while (n >= parts[i].up_to)
        i++;
    return parts[i].cards;
}

static struct model_shape model_case_shape(const struct model_place *place)
{
    struct model_shape s = {.home = (int)model_chance(MODEL_SCHEDULERS), .tenant = (int)model_chance(MODEL_TENANTS)};
    int64_t n = model_case_cards();
    int64_t cpus = n > 0 ? n * (8 + 4 * model_chance(5)) : 1 << model_chance(6), urgent = model_chance(10) == 0;
    s.ring = (int)model_chance(4);
    s.type = n > 0 ? place[s.home].type : 3;
    s.use[0] = n;
    s.use[1] = cpus;
    s.use[2] = cpus * (2 << model_chance(3));
    s.use[3] = n * 6 + cpus / 10 + 1;
    s.data_gb = model_chance(3) ? model_chance(50) : 50 + model_chance(2000);
    s.hours = 1 + model_chance(48);
    /* By priority and what it needs; a near deadline counts four times. */
    s.weight = (1 + model_chance(8)) * (n > 0 ? n * 10 : 1 + cpus / 8) * (urgent ? 4 : 1);
    return s;
}

static void model_case_use(struct model_case *c, int32_t row, int64_t amount)
{
    if (amount > 0) {
        c->row[c->uses] = row;
        c->amount[c->uses++] = (int32_t)amount;
    }
}

/* Starts at scheduler `to`, or waits at home where `to` is MODEL_SCHEDULERS. */
static void model_case_option(struct model_case *c, const struct model_place *place, const struct model_shape *s,
                              int to)
{
    int32_t o = c->options;
    bool starts = to < MODEL_SCHEDULERS, moves = starts && to != s->home;
    c->agent[o] = to;
    if (starts) {
        for (int r = 0; r < MODEL_RESOURCES; r++)
            model_case_use(c, to * MODEL_RESOURCES + r, s->use[r]);
        c->value[0][o] = -s->weight;
    }
    /* Who waits will run at home. */
    const struct model_place *runs = &place[starts ? to : s->home];
    c->value[1][o] = s->hours * (s->use[0] * runs->fen_card_h + s->use[1] * runs->fen_cpu_h);
    if (moves) {
        int a = place[s->home].cluster, b = place[to].cluster;
        if (a != b) {
            model_case_use(c, MODEL_ROW_LINK + 2 * a, s->data_gb);
            model_case_use(c, MODEL_ROW_LINK + 2 * b + 1, s->data_gb);
            c->value[1][o] += s->data_gb * 8;
        }
        model_case_use(c, MODEL_ROW_TENANT + s->tenant, 1);
        model_case_use(c, MODEL_ROW_JOBS, 1);
        model_case_use(c, MODEL_ROW_CARDS, s->use[0]);
        c->value[2][o] = 1;
    }
    c->options++;
    c->option_uses[c->options] = c->uses;
}

static void model_case_group(struct model_case *c, const struct model_place *place, int64_t jobs)
{
    struct model_shape s = model_case_shape(place);
    int32_t g = c->groups++;
    for (int to = 0; to <= MODEL_SCHEDULERS; to++) {
        int far = abs(place[to % MODEL_SCHEDULERS].cluster - place[s.home].cluster) * 4 / MODEL_CLUSTERS;
        bool type = to == MODEL_SCHEDULERS || s.type == 3 || place[to].type == s.type;
        if (to == MODEL_SCHEDULERS || to == s.home || (type && far <= s.ring && model_chance(10)))
            model_case_option(c, place, &s, to);
    }
    c->group_jobs[g + 1] = c->group_jobs[g] + (int32_t)jobs;
    c->group_options[g + 1] = c->options;
}

/* `move_jobs`: how many may be moved in all; -1: no such limit. Nobody starts or moves in the answer to begin with. */
static void model_case_make(struct model_case *c, uint64_t seed, int64_t jobs, int load_pct, int64_t move_jobs)
{
    struct model_place place[MODEL_SCHEDULERS];
    *c = (struct model_case){0};
    model_chance_state = seed * UINT64_C(2654435761) + 99;
    /* Arrays get longer the more jobs there are; that many groups at most. */
    int64_t mean = jobs <= 5000 ? 3 : jobs <= 100000 ? 10 : 40, made = 0;
    model_case_room(c, (int32_t)(jobs < 64 ? 64 : jobs * 2 / mean + 16));
    model_case_places(place, load_pct, jobs * 6);
    while (made < jobs) {
        int64_t n = model_chance(3) ? 1 + model_chance(mean) : 1 + model_chance(mean * 4 - 1);
        n = n > jobs - made ? jobs - made : n;
        if (c->groups + 1 >= (jobs < 64 ? 64 : jobs * 2 / mean + 16))
            n = jobs - made;
        model_case_group(c, place, n);
        made += n;
    }
    for (int s = 0; s < MODEL_SCHEDULERS; s++)
        for (int r = 0; r < MODEL_RESOURCES; r++)
            c->capacity[s * MODEL_RESOURCES + r] = place[s].free[r];
    for (int l = 0; l < MODEL_LINKS; l++)
        c->capacity[MODEL_ROW_LINK + l] = jobs * (2 + model_chance(10));
    for (int t = 0; t < MODEL_TENANTS; t++)
        c->capacity[MODEL_ROW_TENANT + t] = jobs / MODEL_TENANTS * (1 + model_chance(6)) / 8 + 1;
    c->capacity[MODEL_ROW_JOBS] = move_jobs >= 0 ? move_jobs : jobs;
    c->capacity[MODEL_ROW_CARDS] = jobs * 6 * (100 - load_pct) / 100 / 3 + 64;
    c->start = calloc((size_t)jobs, sizeof(int32_t));
    for (int32_t g = 0; g < c->groups; g++)
        for (int32_t j = c->group_jobs[g]; j < c->group_jobs[g + 1]; j++)
            c->start[j] = c->group_options[g + 1] - 1;
    c->m = (struct plan_model){.problem = {.groups = c->groups,
                                           .agents = MODEL_OPTIONS,
                                           .rows = MODEL_ROWS,
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
static const char *model_case_wrong(const struct plan_model *m, const int32_t *option, const int64_t *value)
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
