#ifndef HUBTOP_TESTS_BENCH_GAP_H
#define HUBTOP_TESTS_BENCH_GAP_H

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "planner/assign.h"

/* Generalized assignment problems: read from the OR library's format, or made by the published formulas of the classes. */
struct gap {
    int m, n;
    int32_t *ascending, *agent, *row, *amount; /* ascending: 0, 1, 2 … */
    int32_t *options;
    int64_t *cost, *capacity;
    struct assign_problem problem;
};

static inline void gap_new(struct gap *g, int m, int n)
{
    size_t pairs = (size_t)m * (size_t)n;
    *g = (struct gap){.m = m, .n = n};
    g->ascending = calloc(pairs + (size_t)n + 1, sizeof *g->ascending);
    g->options = calloc((size_t)n + 1, sizeof *g->options);
    g->agent = calloc(pairs, sizeof *g->agent);
    g->row = g->agent;
    g->amount = calloc(pairs, sizeof *g->amount);
    g->cost = calloc(pairs, sizeof *g->cost);
    g->capacity = calloc((size_t)m, sizeof *g->capacity);
    for (size_t i = 0; i <= pairs + (size_t)n; i++)
        g->ascending[i] = (int32_t)i;
    for (int i = 0; i <= n; i++)
        g->options[i] = (int32_t)i * m;
    for (size_t i = 0; i < pairs; i++)
        g->agent[i] = (int32_t)(i % (size_t)m);
    g->problem = (struct assign_problem){.groups = n,
                                         .agents = m,
                                         .rows = m,
                                         .group_jobs = g->ascending,
                                         .group_options = g->options,
                                         .agent = g->agent,
                                         .cost = g->cost,
                                         .option_uses = g->ascending,
                                         .row = g->row,
                                         .amount = g->amount,
                                         .capacity = g->capacity};
}

static inline void gap_free(struct gap *g)
{
    free(g->ascending);
    free(g->options);
    free(g->agent);
    free(g->amount);
    free(g->cost);
    free(g->capacity);
    *g = (struct gap){0};
}

/* The next whole number of the text, within [least, most]. */
static inline bool gap_number(char **text, int64_t least, int64_t most, int64_t *out)
{
    char *end;
    errno = 0;
    long long n = strtoll(*text, &end, 10);
    bool good = end != *text && errno == 0 && n >= least && n <= most;
    *text = end;
    *out = n;
    return good;
}

/* m n; m rows of costs; m rows of amounts; m capacities. False if the text is not that, whole and nothing more. */
static inline bool gap_parse(struct gap *g, char *text)
{
    int64_t m, n, x;
    if (!gap_number(&text, 1, 1000, &m) || !gap_number(&text, 0, 2000000, &n) || m * n > 50000000)
        return false;
    gap_new(g, (int)m, (int)n);
    bool good = true;
    for (int64_t j = 0; good && j < m; j++)
        for (int64_t i = 0; good && i < n; i++)
            good = gap_number(&text, -ASSIGN_COST_MAX, ASSIGN_COST_MAX, &g->cost[i * m + j]);
    for (int64_t j = 0; good && j < m; j++)
        for (int64_t i = 0; good && i < n; i++) {
            good = gap_number(&text, 0, INT32_MAX, &x);
            g->amount[i * m + j] = (int32_t)x;
        }
    for (int64_t j = 0; good && j < m; j++)
        good = gap_number(&text, INT64_MIN, INT64_MAX, &g->capacity[j]);
    if (!good || text[strspn(text, " \t\r\n")] != '\0') {
        gap_free(g);
        return false;
    }
    return true;
}

/* A number in [0, n), from a state that it moves on. */
static inline int64_t gap_chance(uint64_t *state, int64_t n)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((*state >> 31) % (uint64_t)n);
}

/* An instance of class 'c', 'd' (Chu, Beasley 1997: amounts and costs of 5 to 25 and 10 to 50, or costs that fall as amounts
 * rise) or 'e' (Laguna et al. 1995: the same, exponential), by the published formulas. */
static inline void gap_make(struct gap *g, char class, int m, int n, uint64_t seed)
{
    uint64_t state = seed * 2 + 1;
    gap_new(g, m, n);
    for (int i = 0; i < 8; i++)
        gap_chance(&state, 2);
    for (int k = 0; k < m * n; k++) {
        int64_t c, a;
        if (class == 'c') {
            a = 5 + gap_chance(&state, 21);
            c = 10 + gap_chance(&state, 41);
        } else if (class == 'd') {
            a = 1 + gap_chance(&state, 100);
            c = 111 - a + gap_chance(&state, 21) - 10;
        } else {
            double u = ((double)gap_chance(&state, 1000000) + 1) / 1e6, v = (double)gap_chance(&state, 1000000) / 1e6;
            double e = 1 - 10 * log(u);
            a = (int64_t)e;
            c = (int64_t)(1000 / e - 10 * v);
        }
        g->amount[k] = (int32_t)a;
        g->cost[k] = c;
    }
    /* 0.8 of what an agent would hold if jobs were spread evenly, of its own amounts. */
    for (int j = 0; j < m; j++) {
        int64_t sum = 0;
        for (int i = 0; i < n; i++)
            sum += g->amount[i * m + j];
        g->capacity[j] = sum * 8 / (10 * m);
    }
}

/* The file's problem; says on stderr what is wrong with it. */
static inline bool gap_read(struct gap *g, const char *path)
{
    FILE *f = fopen(path, "r");
    size_t size = 0, room = 1 << 16, n;
    if (f == NULL) {
        fprintf(stderr, "cannot open %s: %s\n", path, strerror(errno));
        return false;
    }
    char *text = malloc(room + 1);
    while ((n = fread(text + size, 1, room - size, f)) > 0)
        if ((size += n) == room)
            text = realloc(text, (room *= 2) + 1);
    fclose(f);
    text[size] = '\0';
    bool good = strlen(text) == size && gap_parse(g, text);
    if (!good)
        fprintf(stderr, "%s: not a generalized assignment problem of the OR library\n", path);
    free(text);
    return good;
}

#endif
