#include "base/log.h"
#include "base/tr.h"
#include "executor_private.h"

/* An order is stopped: nothing more of it is sent from then on. That each of its actions says so costs the disk and the screens something
 * each, so it is done in parts; after a restart what is left. */

/* One that reads right now ends when that was answered. */
size_t executor_stop_some(struct executor_run *r, int64_t at_ms, struct executor_item *out[EXECUTOR_STOP_SLICE])
{
    size_t n = 0;
    for (; r->unsent_at < r->count && n < EXECUTOR_STOP_SLICE; r->unsent_at++) {
        struct executor_item *i = r->items[r->unsent_at];
        if (i->o.sent_ms > 0 || i->busy || order_state_ended(i->o.state))
            continue;
        executor_item_lands(i);
        i->due_ms = 0;
        i->o.state = ORDER_REFUSED;
        i->o.ended_ms = at_ms;
        i->o.result = rows_text(&i->o.arena, text_of(tr("stopped before it was sent")));
        i->x->options.changed(i->x->options.ctx, r->nr, i->o.item);
        out[n++] = i;
    }
    return n;
}

bool executor_stop_goes_on(const struct executor_run *r)
{
    return r->state == EXECUTOR_STOPPED && r->unsent_at < r->count;
}

bool executor_stop_due(const struct executor_run *r)
{
    return executor_stop_goes_on(r) && r->unwritten_ms == 0;
}

void executor_stop_on(struct executor_run *r)
{
    struct executor_item *some[EXECUTOR_STOP_SLICE];
    struct err err = {0};
    size_t n = executor_stop_some(r, clock_now(r->x->options.clock).utc_ms, some);
    if (n > 0 && !executor_write_staged(r, some, n, &err)) {
        log_err(LOG_ERROR, &err);
        r->unwritten_ms = clock_boot_ms() + EXECUTOR_WAIT_MS;
    }
    if (!executor_stop_goes_on(r) && r->unwritten_ms == 0)
        executor_run_stands(r);
}
