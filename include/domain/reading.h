#ifndef HUBTOP_DOMAIN_READING_H
#define HUBTOP_DOMAIN_READING_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/row.h"

enum reading_state { READING_NONE, READING_FRESH, READING_STALE, READING_FAILED };

/* A value with when it was observed and whether it can be trusted. */
struct reading {
    struct value value;
    int64_t observed_ms; /* UTC of arrival */
    int64_t age_ms;
    enum reading_state state;
};

/* Fresh means an age of at most max(60 s, 3 polls) (promise 4). `interval_ms` is the source's poll interval. */
bool reading_is_fresh(int64_t age_ms, int64_t interval_ms);

/* A row's cell as a reading. */
struct reading reading_of(const struct row *row, int field);

/* The one way to a bare number: `otherwise` is what the caller does without one (NONE and FAILED). */
double reading_real_or(const struct reading *r, double otherwise);
int64_t reading_int_or(const struct reading *r, int64_t otherwise);

#endif
