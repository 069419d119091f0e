#include <stdio.h>

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

static bool is_another(const struct plan_ops_kept *k, const struct person *me, struct err *err)
{
    enum person_is is = person_compare(me, &k->by);
    char by[ASKED_WHO_MAX];
    if (is == PERSON_OTHER)
        return true;
    text_show_in(k->plan->created_by, by, sizeof by);
    err_set(err, ERR_REFUSED,
            is == PERSON_SAME
                ? "not allowed: '%s' has proposed the plan; somebody else approves it"
                : "not allowed: nothing tells you from '%s', who proposed the plan; somebody else approves it",
            by);
    err_hint(err,
             is == PERSON_SAME
                 ? "it takes two people, whichever accounts one of them has"
                 : "people are told apart by their uid or, where they share one, by the SSH key that sshd tells with "
                   "ExposeAuthInfo yes; 'hubtop doctor' says what is known of you");
    return err_exit(err, PLAN_OPS_NOT_ALLOWED);
}

bool plan_approve(struct plan_ops *o, struct asked *r, struct err *err)
{
    struct plan_ops_kept *k = plan_run_meant(o, r, err);
    struct person me = asked_person(r->call);
    if (!k || !is_another(k, &me, err))
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

static void copy_member(const struct json *body, const char *key, char *out, size_t size)
{
    struct safe_text t;
    struct buf b = buf_make(size - 1);
    if (json_text(json_get(body, key), &t) && text_len(t) <= b.max) {
        text_copy(&b, t);
        snprintf(out, size, "%s", buf_str(&b));
    }
    buf_release(&b);
}

struct person plan_approve_person(const struct journal_entry *e, const struct json *body)
{
    struct person p = {.uid = e->uid, .login_known = e->asker.login_known, .login_uid = e->asker.login_uid};
    copy_member(body, "ssh_key", p.key, sizeof p.key);
    copy_member(body, "ssh_cert", p.cert, sizeof p.cert);
    return p;
}

static void fold_kept(struct plan_ops_kept *k, const struct journal_entry *e, const struct json *body)
{
    struct safe_text hash = asked_member(body, "hash"), plan = asked_member(body, "plan");
    struct person who = plan_approve_person(e, body);
    if (k->seq == e->seq)
        k->by = who;
    else if (text_is(e->op, "plan_approve") && text_equal(k->plan->id, plan) && text_equal(k->plan->hash, hash))
        approved(k, &who, e->who, e->at_ms);
}

static bool fold(void *ctx, const struct journal_entry *e, struct err *err)
{
    struct plan_ops *o = ctx;
    (void)err;
    if (!text_begins(e->op, text_of("plan_")))
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
