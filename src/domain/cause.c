#include "domain/cause.h"

static struct safe_text cell(const struct row *row, int field)
{
    return value_text_or(&row->cells[field], "");
}

/* The alert's object and what it stands in or goes over. */
static void look_around(struct around *c, const struct row *alert, const struct cause_facts *facts)
{
    enum kind kind = KIND_NONE;

    for (int k = 1; k < KIND_COUNT; k++)
        if (text_is(cell(alert, ALERT_KIND), kind_info((enum kind)k)->name) ||
            text_is(cell(alert, ALERT_KIND), kind_info((enum kind)k)->singular))
            kind = (enum kind)k;
    if (kind != KIND_NONE)
        around_add(c, kind, cell(alert, ALERT_WHERE), &facts->around);
}

/* How far from the alert's object the change's is; -1: nothing ties them. */
static int distance(const struct around *c, const struct row *change)
{
    for (size_t i = 0; i < c->count; i++)
        if (text_equal(cell(change, CHANGE_WHERE), c->all[i].id) &&
            (text_is(cell(change, CHANGE_KIND), kind_info(c->all[i].kind)->singular) ||
             text_is(cell(change, CHANGE_KIND), kind_info(c->all[i].kind)->name) ||
             text_is(cell(change, CHANGE_KIND), kind_info(KIND_MAINTENANCE)->singular)))
            return c->all[i].steps;
    return -1;
}

const struct row *cause_of(const struct row *alert, const struct cause_facts *facts)
{
    struct around c = around_make();
    int64_t since_ms = value_int_or(&alert->cells[ALERT_SINCE], 0), best_ms = 0;
    const struct row *best = NULL;
    int best_steps = 0;

    look_around(&c, alert, facts);
    for (size_t i = 0; c.count > 0 && since_ms > 0 && i < facts->count; i++) {
        const struct row *change = &facts->changes[i];
        int64_t at_ms = value_int_or(&change->cells[CHANGE_AT], 0);
        int steps = at_ms <= since_ms && at_ms >= since_ms - CAUSE_BEFORE_MS ? distance(&c, change) : -1;
        if (steps < 0)
            continue;
        bool same = best != NULL && steps == best_steps && at_ms == best_ms;
        if (best == NULL || steps < best_steps || (steps == best_steps && at_ms > best_ms) ||
            (same && text_cmp(change->id, best->id) < 0)) {
            best = change;
            best_steps = steps;
            best_ms = at_ms;
        }
    }
    around_release(&c);
    return best;
}
