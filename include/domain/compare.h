#ifndef HUBTOP_DOMAIN_COMPARE_H
#define HUBTOP_DOMAIN_COMPARE_H

#include "domain/row.h"
#include "domain/verdict.h"

/* What a cell of a matrix of links says: the observed one-way delay, or what it is against something. Pure; whether the
 * row is fresh is not asked. */
enum compare_mode {
    COMPARE_NOW,            /* ms */
    COMPARE_BASELINE,       /* ms more than usual; negative: less */
    COMPARE_BASELINE_RATIO, /* 1: as usual */
    COMPARE_CONTRACT,       /* 1: all of what was promised */
    COMPARE_MINIMUM,        /* 1: as fast as fibre allows */
    COMPARE_MODES
};

/* NAN where the delay was not observed (published values are not), or what it is compared with is unknown or not above
 * 0. */
double compare_link(const struct row *link, enum compare_mode mode);

/* How bad that number is by itself, without the time that domain/link.h asks for: COMPARE_NOW is the link's own
 * severity; over the contract is critical, over 90 % of it warns; over the baseline by more than it may vary warns;
 * faster than light is a notice in all but COMPARE_NOW. SEVERITY_UNKNOWN where compare_link() is NAN. */
enum severity compare_class(const struct row *link, enum compare_mode mode);

#endif
