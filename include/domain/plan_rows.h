#ifndef HUBTOP_DOMAIN_PLAN_ROWS_H
#define HUBTOP_DOMAIN_PLAN_ROWS_H

#include "domain/plan.h"
#include "domain/rows.h"

/* A plan as rows of the kinds plan, move and effect, in the forms that kind.h's help texts tell. Texts of a row are the plan's or
 * the arena's. */
void plan_rows_plan(const struct plan *p, struct arena *arena, struct row *row);
/* Its move or effect number `at`, from 0; after the moves come the transfers that are held. */
void plan_rows_move(const struct plan *p, size_t at, struct arena *arena, struct row *row);
void plan_rows_effect(const struct plan *p, size_t at, struct arena *arena, struct row *row);

/* Appends all of them: the plan, its moves, its effects. */
void plan_rows(const struct plan *p, struct rows *out);

#endif
