#include "domain/reading.h"

enum { FRESH_MIN_MS = 60 * 1000, FRESH_POLLS = 3 };

bool reading_is_fresh(int64_t age_ms, int64_t interval_ms)
{
    if (age_ms < 0)
        return false;
    int64_t polls_ms = age_ms / FRESH_POLLS + (age_ms % FRESH_POLLS != 0); /* no product: intervals may be huge */
    return age_ms <= FRESH_MIN_MS || polls_ms <= interval_ms;
}

struct reading reading_of(const struct row *row, int field)
{
    struct reading r = {.age_ms = -1};

    if (field < 0 || field >= KIND_FIELDS_MAX || !value_known(&row->cells[field]))
        return r;
    r.value = row->cells[field];
    r.observed_ms = row->observed_ms;
    r.age_ms = row->age_ms;
    r.state = row->stale || row->age_ms < 0 ? READING_STALE : READING_FRESH;
    return r;
}

static bool usable(const struct reading *r)
{
    return r->state == READING_FRESH || r->state == READING_STALE;
}

double reading_real_or(const struct reading *r, double otherwise)
{
    return usable(r) ? value_real_or(&r->value, otherwise) : otherwise;
}

int64_t reading_int_or(const struct reading *r, int64_t otherwise)
{
    return usable(r) ? value_int_or(&r->value, otherwise) : otherwise;
}
