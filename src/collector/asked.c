#include "collector/asked.h"

#include <pwd.h>
#include <stdio.h>

enum { REQUEST_ID_MAX = 64 };

struct safe_text asked_member(const struct json *message, const char *key)
{
    struct safe_text t;
    return json_text(json_get(message, key), &t) ? t : text_of("");
}

void asked_by(uid_t uid, char out[ASKED_WHO_MAX])
{
    const struct passwd *p = getpwuid(uid);
    if (p)
        snprintf(out, ASKED_WHO_MAX, "%s", p->pw_name);
    else
        snprintf(out, ASKED_WHO_MAX, "%ju", (uintmax_t)uid);
}

struct person asked_person(const struct serve_call *call)
{
    struct person p = {
        .uid = call->uid, .login_known = call->asker.login_known, .login_uid = call->asker.login_uid, .key = ""};
    snprintf(p.key, sizeof p.key, "%s", call->asker.key);
    snprintf(p.cert, sizeof p.cert, "%s", call->asker.cert);
    return p;
}

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

struct person asked_person_of(const struct journal_entry *e, const struct json *body)
{
    struct person p = {.uid = e->uid, .login_known = e->asker.login_known, .login_uid = e->asker.login_uid};
    copy_member(body, "ssh_key", p.key, sizeof p.key);
    copy_member(body, "ssh_cert", p.cert, sizeof p.cert);
    return p;
}

bool asked_is_another(const struct person *me, const struct person *by, struct safe_text who, const char *what,
                      struct err *err)
{
    enum person_is is = person_compare(me, by);
    char name[ASKED_WHO_MAX];
    if (is == PERSON_OTHER)
        return true;
    text_show_in(who, name, sizeof name);
    err_set(err, ERR_REFUSED,
            is == PERSON_SAME
                ? "not allowed: '%s' has proposed the %s; somebody else approves it"
                : "not allowed: nothing tells you from '%s', who proposed the %s; somebody else approves it",
            name, what);
    err_hint(err,
             is == PERSON_SAME
                 ? "it takes two people, whichever accounts one of them has"
                 : "people are told apart by their uid or, where they share one, by the SSH key that sshd tells with "
                   "ExposeAuthInfo yes; 'hubtop doctor' says what is known of you");
    return err_exit(err, ASKED_NOT_ALLOWED);
}

bool asked_may(const struct serve_call *call, unsigned role, struct err *err)
{
    char who[ASKED_WHO_MAX];
    asked_by(call->uid, who);
    if (!roles_have(call->roles, role, who, err))
        return false;
    if (call->write)
        return true;
    err_set(err, ERR_REFUSED, "not allowed: this session is read-only");
    err_hint(err, "start it with --write; the configuration must say allow_write = true");
    return err_exit(err, ASKED_NOT_ALLOWED);
}

bool asked_has_id(struct safe_text request_id, struct err *err)
{
    return (!text_empty(request_id) && text_len(request_id) <= REQUEST_ID_MAX) ||
           err_usage(err, "the request has no request_id, or too long a one",
                     "give a UUID, the same one when the same request is sent again");
}

bool asked_read(struct asked *r, struct store *store, int64_t now_ms, struct err *err)
{
    struct safe_text request_id = asked_member(r->message, "request_id");
    if (!store_orders_possible(store, err) || !asked_has_id(request_id, err))
        return false;
    asked_by(r->call->uid, r->who);
    r->entry = (struct journal_entry){.at_ms = now_ms,
                                      .uid = r->call->uid,
                                      .who = text_of(r->who),
                                      .op = asked_member(r->message, "op"),
                                      .request_id = request_id,
                                      .asker = asker_entry(&r->call->asker)};
    return true;
}
