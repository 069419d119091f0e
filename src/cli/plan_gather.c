#include "cli/plan_gather.h"

#include "cli/wait.h"

static bool gather(struct plan_facts *f, struct query *q, const struct setup *s, enum kind kind, int64_t *rev,
                   struct err *err)
{
    struct query_rows *rows = query_rows_new(q, kind, s->at_ms);
    struct row row;
    bool ok = wait_for_rows(rows, clock_now(&s->clock), err);
    for (size_t i = 0; ok && i < query_rows_count(rows); i++) {
        if (query_rows_at(rows, i, &row))
            plan_facts_take(f, &row);
    }
    if (kind == KIND_JOB && ok)
        *rev = query_rows_rev(rows);
    query_rows_free(rows);
    return ok;
}

struct plan_facts *plan_gather(struct query *q, const struct setup *s, int64_t *rev, struct err *err)
{
    struct plan_facts *f = plan_facts_new();
    for (const enum kind *k = plan_facts_kinds(); *k != KIND_NONE; k++) {
        if (!gather(f, q, s, *k, rev, err)) {
            plan_facts_free(f);
            return NULL;
        }
    }
    return f;
}
