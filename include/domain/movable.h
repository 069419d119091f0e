#ifndef HUBTOP_DOMAIN_MOVABLE_H
#define HUBTOP_DOMAIN_MOVABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/pattern.h"
#include "domain/row.h"

/* Which jobs may run on another scheduler, where their own does not say so: sections `movable "NAME" {}` of the
 * configuration. */

enum movable_list { MOVABLE_SCHEDULERS, MOVABLE_PARTITIONS, MOVABLE_ACCOUNTS, MOVABLE_QOS, MOVABLE_LISTS };

/* The job's field that a list speaks of. */
int movable_field(enum movable_list list);

/* One section: a job must be named by each list that says something, and its comment must match. */
struct movable_rule {
    struct safe_text by; /* movable "NAME": what a job's movable_by says */
    const struct safe_text *lists[MOVABLE_LISTS];
    size_t counts[MOVABLE_LISTS]; /* 0: it says nothing */
    struct pattern *comment;      /* NULL likewise */
};

/* `{0}` names no job. Texts and patterns belong to whoever made it, and outlive the rows. */
struct movable {
    const struct movable_rule *rules;
    size_t count;
};

/* Sets movable and movable_by of a job that does not say it: true where a section names it (the first is told). Where none
 * does it is unknown, or with `stays` false: so are jobs of schedulers that cannot know. */
void movable_judge(const struct movable *m, bool stays, struct row *job);

#endif
