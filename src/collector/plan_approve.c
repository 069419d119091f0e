#include "base/log.h"
#include "collector/plan_ops_private.h"

/* Two people: what is too large for one waits for somebody else's approval, which is for the plan as it was seen, to the byte, and counts
 * for a quarter of an hour, once. */

enum { APPROVED_MS = 15 * 60 * 1000, BODY_MAX = 16384 };

static void approved(struct plan_ops_kept *k, const struct person *by, struct safe_text who, int64_t at_ms)
{
    k->approver = *by;
    text_show_in(who, k->approved_by, sizeof k->approved_by);
    k->approved_until_ms = at_ms + APPROVED_MS;
}

bool plan_approve(struct plan_ops *o, struct asked *r, struct err *err)
{
    struct plan_ops_kept *k = plan_run_meant(o, r, err);
    struct person me = asked_person(r->call);
    if (!k || !asked_is_another(&me, &k->by, k->plan->created_by, "plan", err))
        return false;
    struct buf body = buf_make(BODY_MAX);
    const struct plan_ops_said said = {
        .plan = k->plan->id, .hash = k->plan->hash, .reason = asked_member(r->message, "reason"), .who = &me};
    bool ok = plan_ops_body(&r->entry, &body, &said, err) && plan_ops_state(o, k, &r->entry, "approved", err);
    buf_release(&body);
    if (ok) {
        approved(k, &me, text_of(r->who), r->entry.at_ms);
        plan_ops_tell(o, k, r->call);
    }
    return ok;
}

bool plan_approve_stands(const struct plan_ops *o, const struct plan_ops_kept *k, const struct person *runner,
                         struct err *err)
{
    bool by_other =
        person_compare(runner, &k->approver) == PERSON_OTHER && person_compare(&k->by, &k->approver) == PERSON_OTHER;
    if (k->approved_by[0] && by_other && k->approved_until_ms > clock_now(o->options.clock).utc_ms)
        return true;
    err_set(err, ERR_REFUSED, "the plan is too large for one person%s",
            k->approved_by[0] ? ", and its approval counts no more" : "");
    err_hint(err, "somebody else approves it: hubtop plan approve");
    return err_exit(err, PLAN_OPS_NOT_ALLOWED);
}

/* --- after a start --- */

static void fold_kept(struct plan_ops_kept *k, const struct journal_entry *e, const struct json *body)
{
    struct safe_text hash = asked_member(body, "hash"), plan = asked_member(body, "plan");
    struct person who = asked_person_of(e, body);
    if (k->seq == e->seq)
        k->by = who;
    else if (text_is(e->op, "plan_approve") && text_equal(k->plan->id, plan) && text_equal(k->plan->hash, hash))
        approved(k, &who, e->who, e->at_ms);
}

static bool fold(void *ctx, const struct journal_entry *e, struct err *err)
{
    struct plan_ops *o = ctx;
    (void)err;
    if (!text_begins(e->op, text_of("plan_")) && !text_is(e->op, "order_break_glass") && !text_is(e->op, "order_sign"))
        return true;
    struct buf text = buf_make(text_len(e->body) + 1);
    text_copy(&text, e->body);
    struct json *body = json_parse(buf_str(&text), text.len, JSON_STRICT, NULL);
    for (size_t i = 0; i < o->count; i++)
        fold_kept(&o->all[i], e, body);
    plan_glass_fold(o, e, body);
    json_free(body);
    buf_release(&text);
    return true;
}

/* From the beginning: what nobody signed off may be of a plan that is long gone. */
void plan_approve_resume(struct plan_ops *o)
{
    struct err err = {0};
    if (!journal_each(o->options.store, 0, fold, o, &err))
        log_err(LOG_ERROR, &err);
}
