#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "collector/plan_ops_private.h"
#include "domain/desk.h"
#include "domain/plan_check.h"

/* A plan is carried out. What was confirmed is what runs: the hash that its reader saw is the hash that is kept, and all
 * checks are made anew on the present right before. */

enum { BODY_MAX = 16384, SLICE_US = 5000, FAILED_SHOWN = 3 };

/* A plan that is looked through before it runs. */
struct plan_ops_starting {
    struct plan_ops *ops;
    struct plan_ops_starting *next;
    struct serve_call call;
    struct arena arena;
    struct journal_entry entry; /* its texts are the arena's */
    struct safe_text plan, reason, change;
    struct plan_take *look;
    bool glass; /* alone, in an emergency */
    int64_t task;
};

/* --- who may --- */

static int64_t now_ms(const struct plan_ops *o)
{
    return clock_now(o->options.clock).utc_ms;
}

static bool waits(const struct plan_ops_kept *k, struct err *err)
{
    char id[64], state[32];
    if (text_is(k->plan->state, "proposed") || text_is(k->plan->state, "approved"))
        return true;
    err_set(err, ERR_INPUT, "the plan '%s' is %s", text_show_in(k->plan->id, id, sizeof id),
            text_show_in(k->plan->state, state, sizeof state));
    err_hint(err, "only one that is proposed or approved can be carried out: compute it anew");
    return err_exit(err, PLAN_OPS_DATA);
}

/* Whoever confirms says which plan, to the byte. */
static bool is_the_one(const struct plan_ops_kept *k, const struct asked *r, struct err *err)
{
    char id[64];
    struct safe_text hash = asked_member(r->message, "hash");
    if (text_equal(hash, k->plan->hash))
        return true;
    if (text_empty(hash))
        return err_usage(err, "the plan's hash is not said", "show the plan first: what was seen is what runs");
    err_set(err, ERR_REFUSED, "the plan '%s' is not the one that was seen: its hash is another",
            text_show_in(k->plan->id, id, sizeof id));
    err_hint(err, "look at it again");
    return err_exit(err, PLAN_OPS_NOT_ALLOWED);
}

struct plan_ops_kept *plan_run_meant(struct plan_ops *o, struct asked *r, struct err *err)
{
    struct plan_ops_kept *k = plan_ops_find(o, asked_member(r->message, "ref"), err);
    return k && waits(k, err) && is_the_one(k, r, err) ? k : NULL;
}

/* --- carrying out --- */

static void starting_free(struct plan_ops_starting *s)
{
    struct plan_ops_starting **at = &s->ops->starting;
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    if (s->task)
        loop_task_cancel(s->ops->options.loop, s->task);
    plan_take_free(s->look);
    arena_release(&s->arena);
    free(s);
}

/* `alone`: one person is enough. */
static bool is_enough(const struct plan_ops *o, const struct plan_ops_starting *s, const struct plan_ops_kept *k,
                      bool alone, struct err *err)
{
    struct person runner = asked_person(&s->call);
    if (s->glass && alone)
        return err_usage(err, "one person is enough for this plan", "leave out --break-glass");
    return alone || s->glass || plan_approve_stands(o, k, &runner, err);
}

static bool checks_good(const struct plan_ops *o, const struct plan_ops_starting *s, const struct plan_ops_kept *k,
                        struct err *err)
{
    const struct plan_check *failed[PLAN_CHECKS_MAX];
    size_t n = plan_take_failed(s->look, failed, PLAN_CHECKS_MAX), bad = 0;
    char name[64], words[ERR_TEXT_MAX / 2];
    bool alone = false; /* it is not one for a single person */
    struct buf names = buf_make(ERR_TEXT_MAX / 2);
    for (size_t i = 0; i < n; i++) {
        alone = alone || text_is(failed[i]->name, PLAN_CHECK_ALONE);
        if (text_is(failed[i]->name, PLAN_CHECK_ALONE) || text_is(failed[i]->name, PLAN_CHECK_JOBS))
            continue;
        if (bad++ < FAILED_SHOWN)
            buf_printf(&names, NULL, "%s%s: %s", names.len > 0 ? "; " : "",
                       text_show_in(failed[i]->name, name, sizeof name),
                       text_show_in(failed[i]->words, words, sizeof words));
    }
    if (bad > 0) {
        err_set(err, ERR_REFUSED, "the plan does not hold any more (%s)", buf_str(&names));
        err_hint(err, "compute it anew: nothing was sent");
        err_exit(err, PLAN_OPS_LATER);
    }
    buf_release(&names);
    return bad == 0 && is_enough(o, s, k, !alone, err);
}

static bool run(struct plan_ops_starting *s, struct err *err)
{
    struct plan_ops *o = s->ops;
    struct plan_ops_kept *k = plan_ops_find(o, s->plan, err);
    if (!k || !waits(k, err) || !checks_good(o, s, k, err))
        return false;
    const struct person runner = asked_person(&s->call);
    const struct order_ops_carry carry = {.call = &s->call,
                                          .plan = k->plan,
                                          .reason = s->reason,
                                          .change = s->change,
                                          .approved_by = text_of(s->glass ? "break-glass" : k->approved_by)};
    bool ok = (!o->options.allowed || o->options.allowed(o->options.ctx, k->plan, err)) &&
              (!s->glass || plan_glass_break(o, k, &s->entry, &runner, s->reason, err)) &&
              o->options.run(o->options.ctx, &carry, &s->entry, err);
    if (ok)
        k->approved_until_ms = 0; /* once */
    return ok;
}

static bool look_through(void *ctx)
{
    struct plan_ops_starting *s = ctx;
    struct plan_ops *o = s->ops;
    struct err err = {0};
    enum store_step step = plan_take_step(s->look, SLICE_US, &err);
    if (step == STORE_MORE)
        return true;
    s->task = 0;
    if (step == STORE_FAILED || !run(s, &err))
        o->options.refuse(o->options.ctx, &s->call, &err);
    starting_free(s);
    return false;
}

static bool is_confirmed(const struct plan_ops_kept *k, const struct asked *r, struct err *err)
{
    char id[64];
    if (text_equal(asked_member(r->message, "confirm"), k->plan->id))
        return true;
    err_set(err, ERR_INPUT, "not confirmed: the plan's id was not typed");
    err_hint(err, "give it: '%s'", text_show_in(k->plan->id, id, sizeof id));
    return err_exit(err, 64);
}

static struct journal_entry entry_of(const struct journal_entry *e, struct arena *arena)
{
    struct journal_entry own = *e;
    own.who = rows_text(arena, e->who);
    own.op = rows_text(arena, e->op);
    own.request_id = rows_text(arena, e->request_id);
    own.fingerprint = rows_text(arena, e->fingerprint);
    return own;
}

bool plan_run_apply(struct plan_ops *o, struct asked *r, struct err *err)
{
    struct plan_ops_kept *k = plan_run_meant(o, r, err);
    if (!k || !is_confirmed(k, r, err))
        return false;
    if (!o->options.run)
        return err_set(err, ERR_REFUSED, "this collector carries out no plans");
    bool glass = false;
    json_bool(json_get(r->message, "break_glass"), &glass);
    if (glass && !plan_glass_may(r, err))
        return false;
    const struct plan_limits limits = glass ? plan_glass_limits(&o->options.limits) : o->options.limits;
    struct plan_ops_starting *s = mem_new(1, sizeof *s);
    *s = (struct plan_ops_starting){.ops = o, .next = o->starting, .call = *r->call, .glass = glass};
    s->entry = entry_of(&r->entry, &s->arena);
    s->entry.asker = asker_entry(&s->call.asker);
    s->plan = rows_text(&s->arena, k->plan->id);
    s->reason = rows_text(&s->arena, asked_member(r->message, "reason"));
    s->change = rows_text(&s->arena, asked_member(r->message, "change"));
    s->look = plan_take_look(o->options.store, o->options.clock, &limits, k->plan);
    o->starting = s;
    s->task = loop_task(o->options.loop, look_through, s);
    return true;
}

/* --- while it runs --- */

bool plan_run_control(struct plan_ops *o, struct asked *r, struct err *err)
{
    static const struct {
        const char *op;
        enum executor_verb verb;
    } verbs[] = {{"plan_pause", EXECUTOR_PAUSE},
                 {"plan_resume", EXECUTOR_RESUME},
                 {"plan_stop", EXECUTOR_STOP},
                 {"plan_retry", EXECUTOR_RETRY},
                 {"plan_skip", EXECUTOR_SKIP}};
    struct buf body = buf_make(BODY_MAX);
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof verbs / sizeof *verbs; i++) {
        if (!text_is(r->entry.op, verbs[i].op))
            continue;
        const struct plan_ops_said said = {.plan = asked_member(r->message, "ref"),
                                           .reason = asked_member(r->message, "reason")};
        ok = plan_ops_body(&r->entry, &body, &said, err) &&
             o->options.control(o->options.ctx, r->call, said.plan, verbs[i].verb, &r->entry, err);
    }
    buf_release(&body);
    return ok;
}

bool plan_run_undo(struct plan_ops *o, struct asked *r, struct err *err)
{
    struct plan_ops_kept *k = plan_ops_find(o, asked_member(r->message, "ref"), err);
    if (!k || !is_confirmed(k, r, err))
        return false;
    const struct order_ops_carry carry = {.call = r->call,
                                          .plan = k->plan,
                                          .reason = asked_member(r->message, "reason"),
                                          .change = asked_member(r->message, "change")};
    return (!o->options.allowed || o->options.allowed(o->options.ctx, k->plan, err)) &&
           o->options.undo(o->options.ctx, &carry, &r->entry, err);
}

void plan_run_state(struct plan_ops *o, struct safe_text plan, const char *state, struct safe_text why)
{
    struct err err = {0};
    struct plan_ops_kept *k = plan_ops_find(o, plan, &err);
    struct journal_entry e = {.at_ms = now_ms(o), .uid = -1, .who = text_of(DESK_SOURCE), .op = text_of("plan_state")};
    struct buf body = buf_make(BODY_MAX);
    const struct plan_ops_said said = {.plan = plan, .hash = k ? k->plan->hash : text_of(""), .reason = why};
    if (k && plan_ops_body(&e, &body, &said, &err)) {
        if (!plan_ops_state(o, k, &e, state, &err))
            log_err(LOG_ERROR, &err);
        k->plan->state = text_of(state);
        k->plan->remark = rows_text(&k->plan->arena, why);
        plan_ops_tell(o, k, NULL);
    }
    buf_release(&body);
}

void plan_run_free(struct plan_ops *o)
{
    while (o->starting)
        starting_free(o->starting);
}
