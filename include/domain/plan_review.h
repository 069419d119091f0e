#ifndef HUBTOP_DOMAIN_PLAN_REVIEW_H
#define HUBTOP_DOMAIN_PLAN_REVIEW_H

#include "domain/plan.h"
#include "domain/row.h"

/* The track record of plans: forecast against fact. */

/* What was thought of a measure at a moment: as it was carried out, or as nothing was done, whichever was found (plan.against);
 * before anybody looked, as it is meant to be carried out. NAN: beyond the horizon. */
struct plan_reviewed {
    double forecast, low, high, fact, miss_pct; /* forecast less fact, in percent of the review's size */
    bool inside;                                /* the fact is known and within low and high */
};
struct plan_reviewed plan_review_at(const struct plan *p, const struct plan_review *r, int mark);

/* Of all its facts at a moment: how far off in the mean, without sign, and how many lay within their ranges. What was thought to be
 * nothing and was nothing is left out: it would flatter. */
struct plan_review_sum {
    size_t facts;
    double miss_pct, inside_pct; /* NAN: no facts */
};
struct plan_review_sum plan_review_sum(const struct plan *p, int mark);

/* Whether somebody has looked at that moment. */
bool plan_review_looked(const struct plan *p, int mark);

/* The row of a review, in memory of `arena`. */
void plan_review_row(const struct plan *p, size_t at, struct arena *arena, struct row *row);
/* Sets what a plan's own row says of its record. */
void plan_review_tell(const struct plan *p, struct arena *arena, struct row *row);

/* The record of plans, as their rows tell: those with facts, the newest of them first. */
struct plan_record {
    size_t plans[PLAN_MARKS]; /* that were looked at after 15 and 60 minutes */
    double miss_pct[PLAN_MARKS], inside_pct[PLAN_MARKS];
};
enum { PLAN_RECORD_PLANS = 20 };
/* Adds a plan's row; the mean over plans of what each tells. Begin with a zeroed one. */
void plan_review_add(struct plan_record *r, const struct row *plan);
/* "record of 3: off by 2.1% (15 min), 5.0% (60 min); in range 93%, 90%", or that there is no record yet. Translated. */
enum { PLAN_RECORD_WORDS = 256 };
const char *plan_review_words(const struct plan_record *r, char out[PLAN_RECORD_WORDS]);

#endif
