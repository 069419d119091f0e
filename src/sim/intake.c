#include "sim/intake.h"

#include <string.h>

#include "sim/find.h"
#include "sim/nodes.h"
#include "sim/pass.h"

/* --- queues --- */

/* Nodes that are kept for what waits in it are of use to others meanwhile. */
static void drop_claims(struct scheduler *c, const struct queue *q)
{
    for (unsigned k = 0; k < WORLD_CLAIMS; k++) {
        struct claim *claim = &q->pool->claims[k];
        if (claim->job != WORLD_NONE && &c->queues[c->jobs[claim->job].queue] == q)
            nodes_unclaim(c, claim);
    }
}

static void set_queue(struct scheduler *c, struct queue *q, bool drained)
{
    q->drained = drained;
    if (drained)
        drop_claims(c, q);
    pass_queue(c, q);
}

static bool set(struct scheduler *c, const struct sim_order *order, bool drained, struct err *err)
{
    struct queue *named = find_queue(c, order->target);

    if (named != NULL)
        set_queue(c, named, drained);
    else if (strchr(order->target, '/') != NULL)
        return err_set(err, ERR_REFUSED, "invalid partition name specified: '%s'", order->target);
    for (uint32_t k = 0; named == NULL && k < c->queue_count; k++)
        set_queue(c, &c->queues[k], drained);
    return true;
}

bool intake_close(struct scheduler *c, const struct sim_order *order, struct err *err)
{
    return set(c, order, true, err);
}

bool intake_open(struct scheduler *c, const struct sim_order *order, struct err *err)
{
    return set(c, order, false, err);
}

/* --- sites --- */

static bool set_site(struct sim *s, const struct sim_order *order, const char *membership, struct err *err)
{
    size_t at = 0;

    while (at < s->fleet->n_sites && (order->target == NULL || strcmp(s->fleet->sites[at].id, order->target) != 0))
        at++;
    if (at == s->fleet->n_sites)
        return err_set(err, ERR_REFUSED, "no site is called '%s'", order->target != NULL ? order->target : "");
    s->memberships[at] = membership;
    for (size_t i = 0; i < s->scheduler_count; i++)
        if (s->schedulers[i].site == &s->fleet->sites[at])
            s->schedulers[i].suspended = strcmp(membership, "suspended") == 0;
    return true;
}

bool intake_suspend(struct sim *s, const struct sim_order *order, struct err *err)
{
    return set_site(s, order, "suspended", err);
}

bool intake_connect(struct sim *s, const struct sim_order *order, struct err *err)
{
    return set_site(s, order, "connected", err);
}
