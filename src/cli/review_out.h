#ifndef HUBTOP_CLI_REVIEW_OUT_H
#define HUBTOP_CLI_REVIEW_OUT_H

#include <stdio.h>

#include "domain/plan_review.h"
#include "domain/rows.h"

/* What `plan review` prints: forecast beside fact. */
struct review_out {
    const struct row *plan;     /* that is meant; NULL: none was looked at yet */
    const struct rows *reviews; /* of it */
    struct plan_record record;  /* of the last plans */
};

/* Sorts rows of plans, the newest first; their record. */
struct plan_record review_out_record(struct rows *plans);
/* The newest of sorted ones that was looked at; NULL: none. */
const struct row *review_out_newest(const struct rows *plans);

void review_out_text(FILE *to, const struct review_out *r, bool markdown);
/* {"plan":"P-ID","reviews":[…],"record":{…}} */
void review_out_json(FILE *to, const struct review_out *r);
/* The record alone: {"plans_15":N,"miss_15_pct":…,"inside_15_pct":…, the same for 60}. */
void review_out_json_record(FILE *to, const struct plan_record *r);

#endif
