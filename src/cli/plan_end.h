#ifndef HUBTOP_CLI_PLAN_END_H
#define HUBTOP_CLI_PLAN_END_H

#include "cli/setup.h"
#include "store/query.h"

/* The option NAME of `plan create` as a plan's row tells it ("--drain=ZJK …"); false without. */
bool plan_end_option(const struct row *plan, const char *name, char *out, size_t size);

/* The row of a plan, valid until `rows` is freed; false with err (67): there is none. */
bool plan_end_row(const struct setup *s, struct query *q, const char *id, struct query_rows **rows, struct row *plan,
                  struct err *err);

/* The honest end of a plan that was carried out: why it stands, and, where it should empty something, what is there still, until
 * when, why, and what a person can do. As text; `*stays` becomes how many jobs are there (-1: it empties nothing). */
bool plan_end_print(const struct setup *s, struct query *q, const char *id, int64_t *stays, struct err *err);

#endif
