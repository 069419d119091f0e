#include "domain/movable.h"

int movable_field(enum movable_list list)
{
    static const int fields[MOVABLE_LISTS] = {
        [MOVABLE_SCHEDULERS] = JOB_SCHEDULER,
        [MOVABLE_PARTITIONS] = JOB_QUEUE,
        [MOVABLE_ACCOUNTS] = JOB_ACCOUNT,
        [MOVABLE_QOS] = JOB_QOS,
    };

    return fields[list];
}

static bool has(const struct movable_rule *r, enum movable_list list, struct safe_text name)
{
    for (size_t i = 0; i < r->counts[list]; i++)
        if (text_equal(r->lists[list][i], name))
            return true;
    return false;
}

/* A job that waits may name several partitions, "fast,slow": each must be named, for it may start in any. */
static bool named(const struct movable_rule *r, enum movable_list list, const struct row *job)
{
    struct safe_text rest = value_text_or(&job->cells[movable_field(list)], ""), one;

    if (text_empty(rest))
        return false;
    if (list != MOVABLE_PARTITIONS)
        return has(r, list, rest);
    while (text_split(&rest, ',', &one))
        if (!has(r, list, one))
            return false;
    return true;
}

static bool names(const struct movable_rule *r, const struct row *job)
{
    for (int list = 0; list < MOVABLE_LISTS; list++)
        if (r->counts[list] > 0 && !named(r, (enum movable_list)list, job))
            return false;
    return r->comment == NULL || pattern_match(r->comment, value_text_or(&job->cells[JOB_COMMENT], ""));
}

void movable_judge(const struct movable *m, bool stays, struct row *job)
{
    if (value_known(&job->cells[JOB_MOVABLE]))
        return;
    for (size_t i = 0; m != NULL && i < m->count; i++)
        if (names(&m->rules[i], job)) {
            job->cells[JOB_MOVABLE] = value_bool(true);
            job->cells[JOB_MOVABLE_BY] = value_text(m->rules[i].by);
            return;
        }
    if (!stays)
        return;
    job->cells[JOB_MOVABLE] = value_bool(false);
    job->cells[JOB_MOVABLE_BY] =
        value_text(text_of(m != NULL && m->count > 0 ? "no movable section of hubtop.conf names it"
                                                     : "hubtop.conf has no movable section"));
}
