#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "collector/plan_ops_private.h"
#include "domain/desk.h"
#include "domain/plan_check.h"

/* A plan is approved and carried out. What was confirmed is what runs: the hash that its reader saw is the hash that is kept, and all
 * checks are made anew on the present right before. */

enum { APPROVED_MS = 15 * 60 * 1000, BODY_MAX = 16384, SLICE_US = 5000, FAILED_SHOWN = 3 };

/* A plan that is looked through before it runs. */
struct plan_ops_starting {
    struct plan_ops *ops;
    struct plan_ops_starting *next;
    struct serve_call call;
    struct arena arena;
    struct journal_entry entry; /* its texts are the arena's */
    struct safe_text plan, reason, change;
    struct plan_take *look;
    int64_t task;
};

/* --- who may --- */

static bool may(const struct plan_ops_request *r, struct err *err)
{
    if (r->call->write)
        return true;
    err_set(err, ERR_REFUSED, "not allowed: this session is read-only");
    err_hint(err, "start it with --write; the configuration must say allow_write = true");
    return err_exit(err, PLAN_OPS_NOT_ALLOWED);
}

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
static bool is_the_one(const struct plan_ops_kept *k, const struct plan_ops_request *r, struct err *err)
{
    char id[64];
    struct safe_text hash = plan_ops_member(r->message, "hash");
    if (text_equal(hash, k->plan->hash))
        return true;
    if (text_empty(hash))
        return err_usage(err, "the plan's hash is not said", "show the plan first: what was seen is what runs");
    err_set(err, ERR_REFUSED, "the plan '%s' is not the one that was seen: its hash is another",
            text_show_in(k->plan->id, id, sizeof id));
    err_hint(err, "look at it again");
    return err_exit(err, PLAN_OPS_NOT_ALLOWED);
}

static struct plan_ops_kept *meant(struct plan_ops *o, struct plan_ops_request *r, struct err *err)
{
    struct plan_ops_kept *k = may(r, err) ? plan_ops_find(o, plan_ops_member(r->message, "ref"), err) : NULL;
    return k && waits(k, err) && is_the_one(k, r, err) ? k : NULL;
}

/* --- approving --- */

static void approved(struct plan_ops_kept *k, struct safe_text who, int64_t at_ms)
{
    text_show_in(who, k->approved_by, sizeof k->approved_by);
    k->approved_until_ms = at_ms + APPROVED_MS;
}

bool plan_run_approve(struct plan_ops *o, struct plan_ops_request *r, struct err *err)
{
    struct plan_ops_kept *k = meant(o, r, err);
    struct buf body = buf_make(BODY_MAX);
    if (!k)
        return false;
    if (text_is(k->plan->created_by, r->who)) {
        err_set(err, ERR_REFUSED, "not allowed: '%s' has proposed the plan; somebody else approves it", r->who);
        err_hint(err, "two people are needed, told apart by their uid");
        return err_exit(err, PLAN_OPS_NOT_ALLOWED);
    }
    bool ok = plan_ops_body(&r->entry, &body, k->plan, plan_ops_member(r->message, "reason"), text_of(""), err) &&
              plan_ops_state(o, k, &r->entry, "approved", err);
    buf_release(&body);
    if (ok) {
        approved(k, text_of(r->who), r->entry.at_ms);
        plan_ops_tell(o, k, r->call);
    }
    return ok;
}

static bool fold(void *ctx, const struct journal_entry *e, struct err *err)
{
    struct plan_ops *o = ctx;
    struct buf text = buf_make(text_len(e->body) + 1);
    struct safe_text hash = text_of("");
    (void)err;
    if (!text_is(e->op, "plan_approve"))
        return true;
    text_copy(&text, e->body);
    struct json *j = json_parse(buf_str(&text), text.len, JSON_STRICT, NULL);
    json_text(json_get(j, "hash"), &hash);
    for (size_t i = 0; i < o->count; i++) {
        if (text_equal(o->all[i].plan->hash, hash))
            approved(&o->all[i], e->who, e->at_ms);
    }
    json_free(j);
    buf_release(&text);
    return true;
}

void plan_run_resume(struct plan_ops *o)
{
    struct err err = {0};
    if (o->count > 0 && !journal_each(o->options.store, o->all[0].seq, fold, o, &err))
        log_err(LOG_ERROR, &err);
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

/* Two people: who proposed it, or carries it out, and somebody else. */
static bool is_approved(const struct plan_ops *o, const struct plan_ops_starting *s, const struct plan_ops_kept *k,
                        struct err *err)
{
    bool by_other = !text_is(s->entry.who, k->approved_by) && !text_is(k->plan->created_by, k->approved_by);
    if (k->approved_by[0] && by_other && k->approved_until_ms > now_ms(o))
        return true;
    err_set(err, ERR_REFUSED, "the plan is too large for one person%s",
            k->approved_by[0] ? ", and its approval counts no more" : "");
    err_hint(err, "somebody else approves it: hubtop plan approve");
    return err_exit(err, PLAN_OPS_NOT_ALLOWED);
}

static bool checks_good(const struct plan_ops *o, const struct plan_ops_starting *s, const struct plan_ops_kept *k,
                        struct err *err)
{
    const struct plan_check *failed[PLAN_CHECKS_MAX];
    size_t n = plan_take_failed(s->look, failed, PLAN_CHECKS_MAX), bad = 0;
    char name[64], words[ERR_TEXT_MAX / 2];
    bool alone = false;
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
    return bad == 0 && (!alone || is_approved(o, s, k, err));
}

static bool run(struct plan_ops_starting *s, struct err *err)
{
    struct plan_ops *o = s->ops;
    struct plan_ops_kept *k = plan_ops_find(o, s->plan, err);
    if (!k || !waits(k, err) || !checks_good(o, s, k, err))
        return false;
    const struct order_ops_carry carry = {.call = &s->call,
                                          .plan = k->plan,
                                          .reason = s->reason,
                                          .change = s->change,
                                          .approved_by = text_of(k->approved_by)};
    bool ok = (!o->options.allowed || o->options.allowed(o->options.ctx, k->plan, err)) &&
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

static bool is_confirmed(const struct plan_ops_kept *k, const struct plan_ops_request *r, struct err *err)
{
    char id[64];
    if (text_equal(plan_ops_member(r->message, "confirm"), k->plan->id))
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

bool plan_run_apply(struct plan_ops *o, struct plan_ops_request *r, struct err *err)
{
    struct plan_ops_kept *k = meant(o, r, err);
    if (!k || !is_confirmed(k, r, err))
        return false;
    if (!o->options.run)
        return err_set(err, ERR_REFUSED, "this collector carries out no plans");
    struct plan_ops_starting *s = mem_new(1, sizeof *s);
    *s = (struct plan_ops_starting){.ops = o, .next = o->starting, .call = *r->call};
    s->entry = entry_of(&r->entry, &s->arena);
    s->entry.asker = asker_entry(&s->call.asker);
    s->plan = rows_text(&s->arena, k->plan->id);
    s->reason = rows_text(&s->arena, plan_ops_member(r->message, "reason"));
    s->change = rows_text(&s->arena, plan_ops_member(r->message, "change"));
    s->look = plan_take_look(o->options.store, o->options.clock, &o->options.limits, k->plan);
    o->starting = s;
    s->task = loop_task(o->options.loop, look_through, s);
    return true;
}

/* --- while it runs --- */

bool plan_run_control(struct plan_ops *o, struct plan_ops_request *r, struct err *err)
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
    bool ok = may(r, err);
    for (size_t i = 0; ok && i < sizeof verbs / sizeof *verbs; i++) {
        if (!text_is(r->entry.op, verbs[i].op))
            continue;
        const struct plan named = {.id = plan_ops_member(r->message, "ref")};
        ok = plan_ops_body(&r->entry, &body, &named, plan_ops_member(r->message, "reason"), text_of(""), err) &&
             o->options.control(o->options.ctx, r->call, named.id, verbs[i].verb, &r->entry, err);
    }
    buf_release(&body);
    return ok;
}

bool plan_run_undo(struct plan_ops *o, struct plan_ops_request *r, struct err *err)
{
    struct plan_ops_kept *k = may(r, err) ? plan_ops_find(o, plan_ops_member(r->message, "ref"), err) : NULL;
    if (!k || !is_confirmed(k, r, err))
        return false;
    const struct order_ops_carry carry = {.call = r->call,
                                          .plan = k->plan,
                                          .reason = plan_ops_member(r->message, "reason"),
                                          .change = plan_ops_member(r->message, "change")};
    return (!o->options.allowed || o->options.allowed(o->options.ctx, k->plan, err)) &&
           o->options.undo(o->options.ctx, &carry, &r->entry, err);
}

void plan_run_state(struct plan_ops *o, struct safe_text plan, const char *state, struct safe_text why)
{
    struct err err = {0};
    struct plan_ops_kept *k = plan_ops_find(o, plan, &err);
    struct journal_entry e = {.at_ms = now_ms(o), .uid = -1, .who = text_of(DESK_SOURCE), .op = text_of("plan_state")};
    struct buf body = buf_make(BODY_MAX);
    if (k && plan_ops_body(&e, &body, k->plan, why, text_of(""), &err)) {
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
