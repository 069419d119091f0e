#ifndef HUBTOP_CLI_PLAN_OUT_H
#define HUBTOP_CLI_PLAN_OUT_H

#include <stdio.h>

#include "domain/plan_review.h"
#include "domain/rows.h"

/* One plan with its moves and effects as rows, and what became of plans before it. */
struct plan_out {
    struct row plan;
    struct rows moves, effects;
    struct plan_record record;
    bool dry_run;    /* proposed to nobody */
    const char *job; /* only why that job goes where it goes; NULL: all */
};

/* As text of screens.md's plan preview, as Markdown, or as JSON: {"plan":{…},"moves":[…],"effects":[…],"regions":[…],"record":{…}}; with `job`
 * {"plan":ID,"job":ID,"move":{…},"considered":[{"scheduler":…,"verdict":…,"words":…}]}. False when `job` is in no move: nothing was
 * printed then. */
bool plan_out_text(FILE *to, const struct plan_out *p, bool markdown);
bool plan_out_json(FILE *to, const struct plan_out *p);

#endif
