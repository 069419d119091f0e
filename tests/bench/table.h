#ifndef HUBTOP_TESTS_BENCH_TABLE_H
#define HUBTOP_TESTS_BENCH_TABLE_H

/* What benchmarks gather, and the verdict beside a goal. */

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { TABLE_SAMPLES = 1024 };

struct samples {
    double at[TABLE_SAMPLES];
    int n;
};

static int table_missed; /* goals */

static int table_by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* What was not measured is negative, and left out. */
__attribute__((unused)) static void sample(struct samples *s, double value)
{
    if (value >= 0 && s->n < TABLE_SAMPLES)
        s->at[s->n++] = value;
}

/* NAN where nothing was measured. */
__attribute__((unused)) static double quantile(struct samples *s, double q)
{
    if (s->n == 0)
        return NAN;
    qsort(s->at, (size_t)s->n, sizeof s->at[0], table_by_size);
    return s->at[(int)(q * (s->n - 1) + 0.5)];
}

static void verdict(bool known, bool met)
{
    table_missed += known && !met;
    puts(!known ? "not measured" : met ? "met" : "MISSED");
}

#endif
