#include <math.h>

#include "base/tr.h"
#include "domain/plan_check_private.h"

/* Transfers that the plan holds, or lets begin later. */

/* A transfer that is held still moves, or is still to begin, may be held, and is not made late by it. */
static bool may_stand(struct checking *k, const struct plan_hold *h, const struct row *t)
{
    int64_t due = t ? value_int_or(&t->cells[TRANSFER_DEADLINE_AT], 0) : 0;
    int64_t eta = t ? value_int_or(&t->cells[TRANSFER_ETA], 0) : 0, stands = h->until_ms - k->now_ms;
    if (!t)
        return plan_check_no(k, h->transfer, "%s", tr("there is no such transfer any more"));
    if (t->stale)
        return plan_check_no(k, h->transfer, "%s", tr("what is known of it is stale"));
    if (!text_is(plan_check_word(t, TRANSFER_STATE), text_is(h->what, "hold") ? "running" : "waiting"))
        return plan_check_no(k, h->transfer, "%s", tr("it is not as it was in the snapshot"));
    if (value_int_or(&t->cells[TRANSFER_HOLDABLE], 0) == 0 || !text_empty(plan_check_word(t, TRANSFER_JOB)))
        return plan_check_no(k, h->transfer, "%s", tr("it may not be held"));
    return !(due > 0 && stands > 0 && eta + stands > due) ||
           plan_check_no(k, h->transfer, "%s", tr("it would miss its deadline"));
}

bool plan_check_hold_transfers(struct checking *k)
{
    const struct plan *p = k->c->plan;
    for (size_t i = 0; i < p->hold_count; i++) {
        if (!p->holds[i].excluded &&
            !may_stand(k, &p->holds[i], plan_check_row(&k->c->transfers, p->holds[i].transfer)))
            return false;
    }
    return true;
}

double plan_check_hold_relief_pct(const struct checking *k, const struct row *link)
{
    const struct plan *p = k->c->plan;
    double gbps = 0;
    for (size_t i = 0; i < p->hold_count; i++) {
        const struct plan_hold *h = &p->holds[i];
        const struct row *t = h->excluded ? NULL : plan_check_row(&k->c->transfers, h->transfer);
        if (t && text_equal(h->link, link->id) && text_is(plan_check_word(t, TRANSFER_STATE), "running"))
            gbps += fmin(plan_check_number(t, TRANSFER_RATE_GBPS), h->rate_gbps);
    }
    return gbps > 0 ? 100 * gbps / plan_check_number(link, LINK_CAPACITY_GBPS) : 0;
}
