#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "collector/desk_ops_private.h"

enum { ANSWER_MS = 4000 };

/* An escalation whose command runs. */
struct desk_ops_handing {
    struct desk_ops *ops;
    struct desk_ops_handing *next;
    struct serve_call call;
    bool wanted; /* `call` still waits */
    int64_t seq, timer;
};

static void leave(struct desk_ops_handing *h)
{
    struct desk_ops_handing **at = &h->ops->handings;
    while (*at != h)
        at = &(*at)->next;
    *at = h->next;
    loop_timer_cancel(h->ops->options.loop, h->timer);
    free(h);
}

/* The journal says that nobody was told, so that the alert does not say otherwise. */
static void record_failure(struct desk_ops *o, int64_t seq, const struct err *why)
{
    struct err err = {0};
    struct desk_entry e = {.at_ms = desk_ops_now(o).utc_ms,
                           .uid = -1,
                           .who = text_of(DESK_SOURCE),
                           .op = DESK_OUTCOME,
                           .severity = SEVERITY_UNKNOWN,
                           .of_seq = seq,
                           .outcome = DESK_REFUSED,
                           .reason = text_of(why->text)};
    if (!desk_ops_record(o, &e, NULL, "", &err))
        log_err(LOG_ERROR, &err);
    log_err(LOG_ERROR, why);
}

static void on_ended(void *ctx, struct buf *out, const struct err *err)
{
    struct desk_ops_handing *h = ctx;
    (void)out;
    if (err)
        record_failure(h->ops, h->seq, err);
    desk_ops_rows(h->ops, h->wanted ? &h->call : NULL, h->seq, text_of(""));
    leave(h);
}

static void on_late(void *ctx)
{
    struct desk_ops_handing *h = ctx;
    struct err err = {0};
    h->timer = 0;
    h->wanted = false;
    err_set(&err, ERR_TRANSIENT, "the " ESCALATE_COMMAND " has not ended yet");
    err_hint(&err, "'hubtop get alerts' tells under escalated_at whether it did; if it fails, the log says why");
    err_exit(&err, DESK_OPS_LATER);
    h->ops->options.refuse(h->ops->options.ctx, &h->call, &err);
}

void desk_ops_hand_on(struct desk_ops *o, const struct desk_ops_request *r)
{
    struct desk_ops_handing *h = mem_new(1, sizeof *h);
    const struct escalate_facts facts = {.alert = &r->alert, .by = r->entry.who, .at_ms = r->entry.at_ms};
    struct err err = {0};
    *h = (struct desk_ops_handing){.ops = o, .next = o->handings, .call = r->call, .wanted = true, .seq = r->entry.seq};
    o->handings = h;
    if (escalate_start(o->options.launcher, o->options.loop, &facts, on_ended, h, &err))
        h->timer = loop_timer(o->options.loop, ANSWER_MS, on_late, h);
    else
        on_ended(h, NULL, &err);
}

void desk_ops_hand_free(struct desk_ops *o)
{
    while (o->handings) {
        launcher_output_forget(o->options.launcher, o->handings);
        leave(o->handings);
    }
}
