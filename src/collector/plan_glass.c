#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "collector/plan_ops_private.h"
#include "domain/desk.h"

/* Break-glass: in an emergency one person carries out what takes two. It is in the journal before anything is sent, is told at once, is
 * stopped when its time is over, and stays open until somebody else signs it off. */

enum { BODY_MAX = 16384, TELL_MS = 30000, REASON_LEAST = 8 };

static void tell(struct plan_ops *o, bool is_new)
{
    o->glass_told_ms = clock_boot_ms();
    if (o->options.glass)
        o->options.glass(o->options.ctx, o->glass, is_new);
}

struct plan_limits plan_glass_limits(const struct plan_limits *limits)
{
    struct plan_limits half = *limits;
    half.jobs_max = limits->jobs_max / 2;
    half.running_accels_pct = limits->running_accels_pct / 2;
    return half;
}

bool plan_glass_may(const struct asked *r, struct err *err)
{
    struct safe_text reason = asked_member(r->message, "reason");
    if (!roles_have(r->call->roles, ROLES_BREAK_GLASS, r->who, err))
        return false;
    return (text_len(reason) >= REASON_LEAST && text_len(reason) < PLAN_GLASS_REASON_MAX) ||
           err_usage(err, "breaking the glass takes a reason, in a sentence",
                     "--reason 'why nobody else can be asked'");
}

/* --- what is open --- */

static void add(struct plan_ops *o, const struct plan_glass *g)
{
    struct plan_glass *own = mem_new(1, sizeof *own);
    *own = *g;
    own->next = o->glass;
    o->glass = own;
}

static struct plan_glass **find(struct plan_ops *o, struct safe_text plan)
{
    struct plan_glass **at = &o->glass;
    while (*at && !text_is(plan, (*at)->plan))
        at = &(*at)->next;
    return at;
}

static void remove_at(struct plan_glass **at)
{
    struct plan_glass *g = *at;
    *at = g->next;
    free(g);
}

static struct plan_glass glass_of(struct safe_text plan, struct safe_text who, struct safe_text reason,
                                  const struct person *by, int64_t at_ms)
{
    struct plan_glass g = {.by = *by, .at_ms = at_ms};
    text_show_in(plan, g.plan, sizeof g.plan);
    text_show_in(who, g.who, sizeof g.who);
    text_show_in(reason, g.reason, sizeof g.reason);
    return g;
}

bool plan_glass_break(struct plan_ops *o, struct plan_ops_kept *k, const struct journal_entry *e,
                      const struct person *who, struct safe_text reason, struct err *err)
{
    struct buf body = buf_make(BODY_MAX);
    struct journal_entry own = *e;
    const struct plan_ops_said said = {.plan = k->plan->id, .hash = k->plan->hash, .reason = reason, .who = who};
    own.op = text_of("plan_break_glass");
    own.request_id = own.fingerprint = text_of(""); /* those are the order's, which follows */
    bool ok = plan_ops_body(&own, &body, &said, err) && plan_ops_state(o, k, &own, "approved", err);
    buf_release(&body);
    if (!ok)
        return false;
    struct plan_glass g = glass_of(k->plan->id, e->who, reason, who, e->at_ms);
    add(o, &g);
    tell(o, true);
    return true;
}

void plan_glass_order(struct plan_ops *o, struct safe_text id, const struct journal_entry *e, const struct person *who,
                      struct safe_text reason)
{
    struct plan_glass g = glass_of(id, e->who, reason, who, e->at_ms);
    add(o, &g);
    tell(o, true);
}

/* --- signing off --- */

static bool is_another(const struct plan_glass *g, const struct person *me, struct err *err)
{
    if (person_compare(me, &g->by) == PERSON_OTHER)
        return true;
    err_set(err, ERR_REFUSED, "not allowed: somebody else than '%s', who did it, signs it off", g->who);
    err_hint(err, "two people are told apart by their uid or, where they share one, by the SSH key");
    return err_exit(err, PLAN_OPS_NOT_ALLOWED);
}

bool plan_glass_sign(struct plan_ops *o, struct asked *r, struct err *err)
{
    static const struct serve_told nothing;
    struct safe_text plan = asked_member(r->message, "ref");
    struct plan_glass **at = find(o, plan);
    struct person me = asked_person(r->call);
    struct buf body = buf_make(BODY_MAX);
    char shown[64];
    if (!*at) {
        err_set(err, ERR_INPUT, "nothing of '%s' waits to be signed off", text_show_in(plan, shown, sizeof shown));
        return err_exit(err, PLAN_OPS_NOT_FOUND);
    }
    const struct plan_ops_said said = {.plan = plan, .reason = asked_member(r->message, "reason"), .who = &me};
    bool ok = is_another(*at, &me, err) && plan_ops_body(&r->entry, &body, &said, err) &&
              journal_append(o->options.store, &r->entry, err) == JOURNAL_DONE;
    buf_release(&body);
    if (ok) {
        remove_at(at);
        tell(o, false);
        o->options.told(o->options.ctx, r->call, plan, &nothing);
    }
    return ok;
}

/* --- time, and after a start --- */

void plan_glass_fold(struct plan_ops *o, const struct journal_entry *e, const struct json *body)
{
    struct safe_text plan = asked_member(body, "plan");
    struct person by = asked_person_of(e, body);
    bool order = text_is(e->op, "order_break_glass");
    if (order)
        plan = asked_member(body, "order");
    if (order || text_is(e->op, "plan_break_glass")) {
        struct plan_glass g = glass_of(plan, e->who, asked_member(body, "reason"), &by, e->at_ms);
        add(o, &g);
    } else if ((text_is(e->op, "plan_sign") || text_is(e->op, "order_sign")) && *find(o, plan))
        remove_at(find(o, plan));
}

/* An order that is over already says so itself. */
static bool runs(struct plan_ops *o, const struct plan_glass *g, struct safe_text *id)
{
    struct err none = {0};
    int64_t nr, item;
    *id = text_of(g->plan);
    if (order_id_parse(*id, &nr, &item))
        return true;
    const struct plan_ops_kept *k = plan_ops_find(o, text_of(g->plan), &none);
    if (k)
        *id = k->plan->id;
    return k && (text_is(k->plan->state, "running") || text_is(k->plan->state, "paused"));
}

static void stop(struct plan_ops *o, struct plan_glass *g)
{
    struct err err = {0};
    struct safe_text id;
    struct buf body = buf_make(BODY_MAX);
    struct journal_entry e = {.at_ms = clock_now(o->options.clock).utc_ms,
                              .uid = -1,
                              .who = text_of(DESK_SOURCE),
                              .op = text_of("plan_stop")};
    g->over = !runs(o, g, &id) || !o->options.control;
    if (g->over)
        return;
    const struct plan_ops_said said = {.plan = id, .reason = text_of("the time of breaking the glass is over")};
    g->over =
        plan_ops_body(&e, &body, &said, &err) && o->options.control(o->options.ctx, NULL, id, EXECUTOR_STOP, &e, &err);
    if (!g->over && err.kind == ERR_INPUT) /* there is nothing to stop any more */
        g->over = true;
    else if (!g->over)
        log_err(LOG_ERROR, &err);
    buf_release(&body);
}

void plan_glass_tick(struct plan_ops *o)
{
    int64_t now_ms = clock_now(o->options.clock).utc_ms;
    for (struct plan_glass *g = o->glass; g; g = g->next) {
        if (!g->over && now_ms - g->at_ms >= PLAN_GLASS_MS)
            stop(o, g);
    }
    if (o->glass && clock_boot_ms() - o->glass_told_ms >= TELL_MS)
        tell(o, false);
}

void plan_glass_tell(struct plan_ops *o)
{
    tell(o, false);
}

void plan_glass_free(struct plan_ops *o)
{
    while (o->glass)
        remove_at(&o->glass);
}
