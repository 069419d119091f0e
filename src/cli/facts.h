#ifndef HUBTOP_CLI_FACTS_H
#define HUBTOP_CLI_FACTS_H

#include "cli/setup.h"
#include "domain/verdict.h"
#include "store/query.h"

/* What the verdict is made of, as the cache has it. `{0}` is a valid empty one. */
struct facts {
    struct verdict_facts all;
    struct query_rows *sets[VERDICT_KINDS]; /* own the texts of the rows */
};

/* Reads the rows at the setup's T; false with err. The rows are in the setup's arena; release it in any case. */
bool facts_gather(struct facts *f, struct query *q, struct setup *s, struct err *err);
void facts_release(struct facts *f);

#endif
