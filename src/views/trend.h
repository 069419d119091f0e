#ifndef HUBTOP_SRC_VIEWS_TREND_H
#define HUBTOP_SRC_VIEWS_TREND_H

#include <stdint.h>

#include "base/buf.h"

/* A curve in words, for who does not see it. */

enum trend_way { TREND_UNKNOWN, TREND_STEADY, TREND_RISING, TREND_FALLING, TREND_BETWEEN };

/* Where a curve goes to. */
struct trend {
    enum trend_way way;
    double from,
        to; /* of RISING and FALLING: from the level that it left to the newest value; else the lowest and the highest */
    double now;      /* the newest known value */
    int64_t span_ms; /* how long ago it left `from`; else since the first known value */
};

/* Pure: of `n` means over equal steps of `span_ms` in all, the oldest first, NAN where nothing is known. UNKNOWN with less than two
 * known values. It is steady where highest and lowest differ by less than a twentieth of the highest; it rises where the newest
 * value lies in the upper third of what there was and a tenth of that above the lowest was left last, likewise down. */
struct trend trend_of(const double *means, size_t n, int64_t span_ms);

/* Appends "rising, 10.7 to 31.2 ms in 14 min" in the interface's language; `unit` is "" or "ms". False, and nothing is appended,
 * where it is unknown. */
bool trend_words(const struct trend *t, const char *unit, struct buf *out);

#endif
