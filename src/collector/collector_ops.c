#include "collector/collector_private.h"
#include "collector/freeze.h"
#include "collector/order_limits.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "collector/audit_syslog.h"
#include "domain/book.h"
#include "store/query.h"

enum { GLASS_TOLD_MS = 60000, GLASS_BYTES = 16 << 10 };

/* What operators ask for goes to whom it concerns, and what that asks of the sources to their pollers. */

/* --- answers --- */

static void client_done(void *ctx, const struct serve_call *call, struct safe_text made)
{
    serve_done(((struct collector *)ctx)->serve, call, made);
}

static void client_told(void *ctx, const struct serve_call *call, struct safe_text made, const struct serve_told *told)
{
    serve_done_told(((struct collector *)ctx)->serve, call, made, told);
}

static void client_refuse(void *ctx, const struct serve_call *call, const struct err *err)
{
    serve_refuse(((struct collector *)ctx)->serve, call, err);
}

/* --- orders to sources --- */

static struct poller *poller_of(const struct collector *c, struct safe_text source)
{
    for (size_t i = 0; i < c->count; i++) {
        if (text_is(source, poller_name(c->pollers[i])))
            return c->pollers[i];
    }
    return NULL;
}

static enum desk_ops_peer silence_peer(void *ctx, struct safe_text source, struct err *err)
{
    const struct poller *p = poller_of(ctx, source);
    if (!p || !poller_takes_order(p, SOURCE_ORDER_SILENCE, err))
        return err->kind == ERR_REFUSED ? DESK_OPS_PEER_FORBIDDEN : DESK_OPS_NO_PEER;
    return DESK_OPS_PEER;
}

static bool order_give(void *ctx, struct safe_text source, const struct source_order *order, bool look,
                       poller_ordered *ended, void *ended_ctx, struct err *err)
{
    struct poller *p = poller_of(ctx, source);
    char name[128];
    if (p)
        return poller_order(p, order, look, ended, ended_ctx, err);
    return err_set(err, ERR_TRANSIENT, "there is no source '%s' now", text_show_in(source, name, sizeof name));
}

static bool order_takes(void *ctx, struct safe_text source, enum source_order_what what, struct err *err)
{
    const struct poller *p = poller_of(ctx, source);
    char name[128];
    if (p)
        return poller_takes_order(p, what, err);
    return err_set(err, ERR_TRANSIENT, "there is no source '%s' now", text_show_in(source, name, sizeof name));
}

static int64_t order_saves_ms(void *ctx, struct safe_text source)
{
    const struct poller *p = poller_of(ctx, source);
    return p ? poller_saves_ms(p) : 0;
}

static bool order_can(void *ctx, const struct order *o, enum source_order_what what, struct err *err)
{
    struct poller *p = poller_of(ctx, o->source);
    const struct source_order order = {.what = what, .kind = o->kind, .target = o->target};
    return !p || poller_can_order(p, &order, err); /* one that is not there now may come back */
}

static bool order_moves(void *ctx, const struct order *o, struct buf *name, struct err *err)
{
    struct poller *p = poller_of(ctx, o->source);
    return p && poller_moves(p, o->target, poller_of(ctx, o->source_to), name, err);
}

static void order_lacks(void *ctx, struct safe_text source, enum source_order_what what, struct buf *out)
{
    struct poller *p = poller_of(ctx, source);
    if (p)
        poller_order_lacks(p, what, out);
}

static void order_poll(void *ctx, struct safe_text source)
{
    struct poller *p = poller_of(ctx, source);
    if (p)
        poller_poll_now(p);
}

/* --- who takes what --- */

static void desk_changed(void *ctx, const struct desk *desk)
{
    struct collector *c = ctx;
    book_desk(watch_book(c->watch), desk);
    watch_run(c->watch);
}

static int64_t silence_hides(void *ctx, const struct desk_silence *s, int64_t now_ms)
{
    return book_hides(watch_book(((struct collector *)ctx)->watch), s, now_ms);
}

static void open_desk(struct collector *c)
{
    const struct desk_ops_options options = {
        .loop = c->loop,
        .store = c->store,
        .apply = c->apply,
        .clock = &c->clock,
        .ctx = c,
        .done = client_done,
        .refuse = client_refuse,
        .changed = desk_changed,
        .applied = collector_applied,
        .hides = silence_hides,
        .peer = silence_peer,
        .order = order_give,
        .poll = order_poll,
        .launcher = c->options->launcher,
    };
    c->desk = desk_ops_new(&options);
}

static bool order_allowed(void *ctx, const struct order *o, struct err *err)
{
    const struct collector *c = ctx;
    return freeze_allows_order(desk_ops_desk(c->desk), c->store, o, collector_now(c).utc_ms, err);
}

static bool plan_allowed(void *ctx, const struct plan *p, struct err *err)
{
    const struct collector *c = ctx;
    return freeze_allows_plan(desk_ops_desk(c->desk), c->store, p, collector_now(c).utc_ms, err);
}

static bool run_plan(void *ctx, const struct order_ops_carry *carry, const struct journal_entry *e, struct err *err)
{
    return order_ops_plan(((struct collector *)ctx)->orders, carry, e, err);
}

static bool undo_plan(void *ctx, const struct order_ops_carry *carry, const struct journal_entry *e, struct err *err)
{
    return order_ops_plan_undo(((struct collector *)ctx)->orders, carry, e, err);
}

static bool control_plan(void *ctx, const struct serve_call *call, struct safe_text ref, enum executor_verb verb,
                         struct journal_entry *e, struct err *err)
{
    return order_ops_plan_do(((struct collector *)ctx)->orders, call, ref, verb, e, err);
}

static void plan_ran(void *ctx, const struct executor_run_view *run)
{
    bool back = !text_empty(run->undo_of) && run->state == EXECUTOR_DONE;
    plan_run_state(((struct collector *)ctx)->plans, run->plan, back ? "undone" : executor_run_word(run->state),
                   run->why);
}

static void glass_alert(struct collector *c, const struct plan_glass *g, const char *line)
{
    struct row row = {.kind = KIND_ALERT, .source = text_of(BOOK_PEOPLE)};
    char id[PLAN_GLASS_ID_MAX + 16];
    snprintf(id, sizeof id, "break-glass-%s", g->plan);
    row.id = text_of(id);
    row.cells[ALERT_NAME] = value_text(text_of("BreakGlass"));
    row.cells[ALERT_SEVERITY] = value_text(text_of("warn"));
    row.cells[ALERT_STATE] = value_text(text_of("firing"));
    row.cells[ALERT_SINCE] = value_time(g->at_ms);
    row.cells[ALERT_SUMMARY] = value_text(text_of(line));
    watch_told(c->watch, BOOK_PEOPLE, &row);
}

static void glass_note(struct collector *c, const struct buf *lines)
{
    struct err err = {0};
    apply_join(c->apply, c->store);
    if (!store_note_set(c->store, QUERY_GLASS, buf_str(lines), &err))
        log_err(LOG_ERROR, &err);
}

/* An alert each, a note for whoever reads the cache, and of a new one a line in the system's log. Where nothing is open and none was, there
 * is nothing to say. */
static void glass_told(void *ctx, const struct plan_glass *open, bool is_new)
{
    struct collector *c = ctx;
    struct buf lines = buf_make(GLASS_BYTES);
    struct err err = {0};
    if (!open && (!store_note_get(c->store, QUERY_GLASS, &lines, NULL) || lines.len == 0)) {
        buf_release(&lines);
        return;
    }
    buf_clear(&lines);
    watch_told_begin(c->watch, BOOK_PEOPLE, GLASS_TOLD_MS);
    for (const struct plan_glass *g = open; g; g = g->next) {
        char line[PLAN_GLASS_REASON_MAX + 256], at[CLOCK_TEXT_MAX];
        snprintf(line, sizeof line, "%s was carried out by '%s' alone (break-glass) at %s: %s", g->plan, g->who,
                 clock_iso(g->at_ms, at), g->reason);
        glass_alert(c, g, line);
        buf_printf(&lines, NULL, "%s\n", line);
        if (is_new && g == open && !c->options->ephemeral && !audit_syslog(NULL, line, &err))
            log_err(LOG_WARN, &err);
    }
    watch_told_end(c->watch, BOOK_PEOPLE);
    watch_stored(c->watch);
    glass_note(c, &lines);
    buf_release(&lines);
}

static void order_alone(void *ctx, struct safe_text id, const struct journal_entry *e, const struct person *who,
                        struct safe_text reason)
{
    plan_glass_order(((struct collector *)ctx)->plans, id, e, who, reason);
}

static void open_plans(struct collector *c)
{
    const struct plan_ops_options options = {
        .loop = c->loop,
        .store = c->store,
        .apply = c->apply,
        .clock = &c->clock,
        .limits = c->options->limits ? *c->options->limits : plan_limits_preset(),
        .ctx = c,
        .told = client_told,
        .refuse = client_refuse,
        .applied = collector_applied,
        .allowed = plan_allowed,
        .run = run_plan,
        .undo = undo_plan,
        .control = control_plan,
        .glass = glass_told,
    };
    c->plans = plan_ops_new(&options);
}

static void open_orders(struct collector *c)
{
    const struct order_ops_options options = {
        .loop = c->loop,
        .store = c->store,
        .apply = c->apply,
        .clock = &c->clock,
        .limits = c->options->limits ? *c->options->limits : plan_limits_preset(),
        .ctx = c,
        .done = client_done,
        .refuse = client_refuse,
        .applied = collector_applied,
        .give = order_give,
        .takes = order_takes,
        .saves_ms = order_saves_ms,
        .can = order_can,
        .moves = order_moves,
        .lacks = order_lacks,
        .poll = order_poll,
        .allowed = order_allowed,
        .glass = order_alone,
        .plan_state = plan_ran,
    };
    if (!c->options->ephemeral)
        order_limits_note(c->store, &c->options->clock, &options.limits);
    c->orders = order_ops_new(&options);
}

bool collector_ops_ask(void *ctx, const struct serve_call *call, const struct json *message)
{
    struct collector *c = ctx;
    return desk_ops_ask(c->desk, call, message) || plan_ops_ask(c->plans, call, message) ||
           order_ops_ask(c->orders, call, message) || audit_ask(c->audit, call, message);
}

void collector_ops_open(struct collector *c)
{
    open_desk(c);
    open_plans(c);
    open_orders(c);
}
