#ifndef HUBTOP_DOMAIN_PLAN_LOOK_H
#define HUBTOP_DOMAIN_PLAN_LOOK_H

#include "domain/plan.h"
#include "domain/row.h"

/* A plan is looked at again: what its forecasts were about, as rows of the present tell it. */
struct plan_look;

/* Kinds whose rows it reads, ended by KIND_NONE. */
const enum kind *plan_look_kinds(void);

struct plan_look *plan_look_new(const struct plan *p);
void plan_look_free(struct plan_look *l); /* accepts NULL */
/* Takes a row, whose texts need not live on. A queue or scheduler of which only stale rows were taken stays unknown. */
void plan_look_take(struct plan_look *l, const struct row *row);

/* Whether any queue or scheduler that was asked about is known now. */
bool plan_look_told(const struct plan_look *l);

/* Notes the facts of that moment in `p`, the plan that it was made for. If nobody has looked before, decides what they are compared
 * with: "after" where at least half of the jobs that were to be moved are gone from where they were, and jobs like them of
 * the same users have come to their targets since; else "undone". What a plan's other effects were is not asked. */
void plan_look_note(struct plan_look *l, struct plan *p, int mark);

#endif
