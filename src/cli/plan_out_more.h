#ifndef HUBTOP_SRC_CLI_PLAN_OUT_MORE_H
#define HUBTOP_SRC_CLI_PLAN_OUT_MORE_H

#include <stdio.h>

#include "domain/rows.h"

/* Of a plan what is no move of jobs: transfers that are held, and the sums between regions. */

/* Whether a row of moves is a transfer that is held or begins later; two lines of it. */
bool plan_out_more_is_hold(const struct row *move);
void plan_out_more_hold(FILE *to, const struct row *move);

/* The jobs that start because of a move, by their ids: a line, or none where there are none. */
void plan_out_more_frees(FILE *to, const struct row *move);

/* Of the whole network what waits, starts, is late, costs an hour: doing nothing, now, by the plan; rows of the effects' table. */
void plan_out_more_totals(FILE *to, const struct row *plan, bool markdown);

/* What could go from region to region now, by the plan, and after it: a table, or an array of objects. */
void plan_out_more_advice(FILE *to, const struct row *plan, bool markdown);
void plan_out_more_advice_json(FILE *to, const struct row *plan);

#endif
