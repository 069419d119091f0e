#ifndef HUBTOP_COLLECTOR_TALLY_H
#define HUBTOP_COLLECTOR_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/row.h"

/* Counters of the sources view, over the life of this collector. */
struct tally {
    int64_t requests, bytes, bad_bytes, bodies_dropped, errors, duplicate_keys;
    int64_t unchanged;                 /* requests answered 304 */
    int64_t polls, rows, last_ms;      /* that went well; rows and time of the last of them */
    int64_t last_ok_ms, last_error_ms; /* UTC; 0: never */
    double skew_s;
    bool skew_known;
};

/* Writes the counters into a sources row; what never happened is unknown. */
void tally_row(const struct tally *t, struct row *row);

#endif
