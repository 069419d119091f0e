#ifndef HUBTOP_SRC_VIEWS_NEEDS_H
#define HUBTOP_SRC_VIEWS_NEEDS_H

#include "base/arena.h"
#include "domain/finding.h"
#include "domain/scope.h"
#include "views/view.h"

/* "Needs you now": domain/finding.h over a view's rows, as rows for a list. */

/* Answers by kind; NULL where there are none. */
struct needs_facts {
    const struct view_rows *sources, *schedulers, *clusters, *queues, *links, *places, *halls, *energy, *alerts;
    const struct scope *scope; /* findings that do not belong to it are left out; NULL: everything belongs */
    int64_t now_ms;
};

/* Copies of them into the arena, as domain/verdict.h takes them. */
void needs_read(const struct needs_facts *facts, struct arena *arena, struct verdict_facts *out);

/* Owns copies of the rows; their texts live as long as the rows do. */
struct needs {
    struct arena arena;
    struct finding_list found;
    unsigned outside; /* findings that were left out */
    bool looked;      /* at least one fact was there to judge */
};

struct needs needs_make(const struct needs_facts *facts);
void needs_release(struct needs *n);

/* The cells of a line as a row of no kind. */
enum needs_field {
    NEEDS_SEVERITY,
    NEEDS_WHAT,
    NEEDS_TEXT,
    NEEDS_JOBS,
    NEEDS_AGE_S,
    NEEDS_WHERE,
    NEEDS_ALERT,
    NEEDS_OWNER,
    NEEDS_UNTIL,
    NEEDS_CHILDREN
};
/* The findings as rows for a list, in their order. An object may stand in it twice: a row's source is
 * the alert and its source, so that the cursor finds its line again. */
struct view_rows needs_rows(struct needs *n);
const struct finding *needs_at(const struct needs *n, int64_t i);

#endif
