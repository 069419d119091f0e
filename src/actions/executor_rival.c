#include "base/tr.h"
#include "executor_private.h"

/* Several want the same object: one has it, and the others are told who. */

enum { RECENT_MS = 600000, ID_SHOWN = 128 };

/* Of what was stopped nothing begins any more. */
static bool may_act(const struct executor_item *i)
{
    return i->o.state != ORDER_PREVIEWED && !order_state_ended(i->o.state) &&
           (i->o.sent_ms > 0 || i->run->state != EXECUTOR_STOPPED);
}

static bool is_of(const struct executor_item *i, struct safe_text target)
{
    return text_equal(i->o.target, target);
}

const struct order *executor_rival(const struct executor *x, struct safe_text target)
{
    for (const struct executor_run *r = x->runs; r; r = r->next) {
        for (size_t k = 0; k < r->count; k++) {
            if (is_of(r->items[k], target) && may_act(r->items[k]))
                return &r->items[k]->o;
        }
    }
    return NULL;
}

/* What changed it last, a short while ago. */
static const struct order *last_done(const struct executor *x, struct safe_text target, int64_t now_ms)
{
    const struct order *last = NULL;
    for (const struct executor_run *r = x->runs; r; r = r->next) {
        for (size_t k = 0; k < r->count; k++) {
            const struct order *o = &r->items[k]->o;
            if (is_of(r->items[k], target) && order_state_ended(o->state) && o->done &&
                o->ended_ms > now_ms - RECENT_MS && (!last || o->ended_ms > last->ended_ms))
                last = o;
        }
    }
    return last;
}

void executor_rival_tell(const struct executor *x, struct safe_text target, struct err *err)
{
    const struct order *won = last_done(x, target, clock_now(x->options.clock).utc_ms);
    char by[ID_SHOWN], id[ORDER_ID_MAX];
    if (won)
        err_prefix(err, tr("%s changed it, by order %s"), text_show_in(won->by, by, sizeof by), order_id(won, id));
}
