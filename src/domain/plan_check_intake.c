#include <stdlib.h>

#include "base/mem.h"
#include "base/tr.h"
#include "domain/plan_check_private.h"

/* What is checked of what a plan closes: it is there and known, and lies in what the plan must empty. That nodes lie there is known
 * by whoever looks at racks; here only that they are. */

static int by_id(const void *a, const void *b)
{
    return text_cmp(((const struct check_intake *)a)->id, ((const struct check_intake *)b)->id);
}

void plan_check_intake_list(struct plan_checker *c)
{
    const struct plan *p = c->plan;
    c->intakes = mem_new(p->intake_count + 1, sizeof *c->intakes);
    for (size_t i = 0; i < p->intake_count; i++) {
        if (p->intakes[i].kind == KIND_NODE)
            c->intakes[c->intake_count++] = (struct check_intake){.id = p->intakes[i].id};
    }
    if (c->intake_count > 1)
        qsort(c->intakes, c->intake_count, sizeof *c->intakes, by_id);
}

void plan_check_intake_take(struct plan_checker *c, const struct row *node)
{
    const struct check_intake key = {.id = node->id};
    struct check_intake *i = c->intake_count > 0 ? bsearch(&key, c->intakes, c->intake_count, sizeof key, by_id) : NULL;
    if (!i)
        return;
    i->found = true;
    i->stale = node->stale;
}

static bool node_closes(struct checking *k, struct safe_text id)
{
    const struct check_intake key = {.id = id};
    const struct check_intake *i = bsearch(&key, k->c->intakes, k->c->intake_count, sizeof key, by_id);
    if (!i->found)
        return plan_check_no(k, id, "%s", tr("there is no such node"));
    return !i->stale || plan_check_no(k, id, "%s", tr("what is known of it is stale"));
}

static const struct row *queue_of(const struct plan_checker *c, struct safe_text id)
{
    for (size_t i = 0; i < c->queues.count; i++) {
        if (text_equal(c->queues.all[i].id, id))
            return &c->queues.all[i];
    }
    return NULL;
}

/* A queue closes with its scheduler, a scheduler as a whole. */
static bool scheduler_closes(struct checking *k, const struct plan_intake *one)
{
    const struct row *q = one->kind == KIND_QUEUE ? queue_of(k->c, one->id) : NULL;
    struct check_end e = {.id = q ? plan_check_word(q, QUEUE_SCHEDULER) : one->id};
    e.row = plan_check_row(&k->c->schedulers, e.id);
    if (one->kind == KIND_QUEUE && !q)
        return plan_check_no(k, one->id, "%s", tr("there is no such queue"));
    if (!e.row)
        return plan_check_no(k, one->id, "%s", tr("there is no such scheduler"));
    if (e.row->stale || (q && q->stale))
        return plan_check_no(k, one->id, "%s", tr("what is known of it is stale"));
    return plan_check_lies_in(&e, k->c->plan->ask.drain) ||
           plan_check_no(k, one->id, "%s", tr("it would be closed, and does not lie in what is emptied"));
}

bool plan_check_intake_closes(struct checking *k)
{
    const struct plan *p = k->c->plan;
    bool ok = p->intake_count == 0 || !text_empty(p->ask.drain) ||
              plan_check_no(k, p->intakes[0].id, "%s", tr("it would be closed, and nothing is to be emptied"));
    for (size_t i = 0; ok && i < p->intake_count; i++)
        ok = p->intakes[i].kind == KIND_NODE ? node_closes(k, p->intakes[i].id) : scheduler_closes(k, &p->intakes[i]);
    return ok;
}
