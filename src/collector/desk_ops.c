#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "collector/asked.h"
#include "collector/desk_ops_private.h"

enum { SUBJECT_MAX = 4 * DESK_NAME_MAX };

/* --- the journal --- */

/* The entry as the journal keeps it, and back. */
static struct journal_entry journal_of(const struct desk_entry *e, const struct buf *body, const char *fingerprint)
{
    return (struct journal_entry){.at_ms = e->at_ms,
                                  .uid = e->uid,
                                  .who = e->who,
                                  .op = text_of(desk_op_word(e->op)),
                                  .request_id = e->request_id,
                                  .body = body ? text_from(buf_str(body), body->len) : text_of(""),
                                  .fingerprint = text_of(fingerprint)};
}

static bool entry_of(const struct journal_entry *j, struct json **body, struct buf *labels, struct desk_entry *e,
                     struct err *err)
{
    struct buf text = buf_make(text_len(j->body) + 1);
    *e = (struct desk_entry){.seq = j->seq,
                             .at_ms = j->at_ms,
                             .uid = j->uid,
                             .who = j->who,
                             .op = desk_op(j->op),
                             .request_id = j->request_id,
                             .severity = SEVERITY_UNKNOWN};
    text_copy(&text, j->body);
    *body = json_parse(buf_str(&text), text.len, JSON_STRICT, err);
    buf_release(&text);
    return *body && desk_entry_load(*body, labels, e, err);
}

static bool fold(void *ctx, const struct journal_entry *j, struct err *err)
{
    struct desk_ops *o = ctx;
    struct err why = {0};
    struct desk_entry e;
    struct json *body = NULL;
    struct buf labels = buf_make(DESK_LABELS_MAX);
    (void)err;
    if (text_begins(j->op, text_of("plan_")) || text_begins(j->op, text_of("order"))) /* plan_ops.c's, the executor's */
        return true;
    if (!entry_of(j, &body, &labels, &e, &why) || !desk_apply(o->desk, &e, &why)) {
        err_prefix(&why, "entry %" PRId64 " of the journal is left out", j->seq);
        log_err(LOG_ERROR, &why);
    }
    json_free(body);
    buf_release(&labels);
    return true;
}

bool desk_ops_record(struct desk_ops *o, struct desk_entry *e, const struct asker *asker, const char *fingerprint,
                     struct err *err)
{
    struct buf body = buf_make(DESK_ENTRY_MAX);
    bool ok = desk_check(o->desk, e, err) && desk_entry_write(e, &body, err);
    struct journal_entry j = journal_of(e, &body, fingerprint);
    if (asker)
        j.asker = asker_entry(asker);
    ok = ok && journal_append(o->options.store, &j, err) == JOURNAL_DONE;
    e->seq = j.seq;
    buf_release(&body);
    if (!ok || !desk_apply(o->desk, e, err))
        return false;
    if (o->options.changed)
        o->options.changed(o->options.ctx, o->desk);
    return true;
}

/* --- the same request again --- */

struct again {
    struct desk_ops *ops;
    const struct serve_call *call;
};

static bool answer_again(void *ctx, const struct journal_entry *j, struct err *err)
{
    const struct again *a = ctx;
    struct desk_entry e;
    struct json *body = NULL;
    struct buf labels = buf_make(DESK_LABELS_MAX);
    if (entry_of(j, &body, &labels, &e, err))
        desk_ops_answer(a->ops, a->call, j->seq, e.id);
    else
        a->ops->options.refuse(a->ops->options.ctx, a->call, err);
    json_free(body);
    buf_release(&labels);
    return false; /* that one alone */
}

/* True when it was answered, one way or the other. */
static bool asked_before(struct desk_ops *o, const struct desk_ops_request *r, struct err *err)
{
    int64_t seq;
    struct journal_entry j = journal_of(&r->entry, NULL, r->fingerprint);
    enum journal_step step = journal_find(o->options.store, &j, r->entry.at_ms, &seq, err);
    struct again again = {.ops = o, .call = &r->call};
    if (step == JOURNAL_AGAIN)
        journal_each(o->options.store, seq, answer_again, &again, err);
    else if (step == JOURNAL_FAILED)
        o->options.refuse(o->options.ctx, &r->call, err);
    return step != JOURNAL_DONE;
}

/* --- a request --- */

static bool read_request(struct desk_ops *o, struct desk_ops_request *r, const struct json *m, struct err *err)
{
    if (!asked_may(&r->call, ROLES_OPERATOR, err) || !store_orders_possible(o->options.store, err) ||
        !desk_entry_fingerprint(m, r->fingerprint, err) ||
        !desk_entry_read(m, desk_ops_now(o).utc_ms, &r->entry, err) || !asked_has_id(r->entry.request_id, err))
        return false;
    asked_by(r->call.uid, r->who);
    r->entry.uid = r->call.uid;
    r->entry.who = text_of(r->who);
    return true;
}

static void name_new(struct desk_ops *o, struct desk_ops_request *r)
{
    struct desk_entry *e = &r->entry;
    char letter = e->op == DESK_SILENCE ? 'S' : e->op == DESK_MAINTENANCE_ADD ? 'M' : '\0';
    if (letter) {
        desk_new_id(o->desk, letter, e->request_id, r->id);
        e->id = text_of(r->id);
    }
}

static bool record(struct desk_ops *o, struct desk_ops_request *r, struct err *err)
{
    if (!desk_ops_find(o, r, err) || (r->entry.op == DESK_ESCALATE && !escalate_ready(o->options.launcher, err)))
        return false;
    name_new(o, r);
    return desk_ops_record(o, &r->entry, &r->call.asker, r->fingerprint, err);
}

static void carry_out(struct desk_ops *o, struct desk_ops_request *r)
{
    const struct desk_entry *e = &r->entry;
    if (e->outcome == DESK_INTENT) {
        desk_ops_rows(o, NULL, 0, text_of(""));
        desk_ops_peer_start(o, e->seq, &r->call);
    } else if (e->op == DESK_ESCALATE)
        desk_ops_hand_on(o, r);
    else
        desk_ops_rows(o, &r->call, e->seq, e->id);
}

static void request_release(struct desk_ops_request *r)
{
    rows_release(&r->found);
    buf_release(&r->subject);
}

bool desk_ops_ask(struct desk_ops *o, const struct serve_call *call, const struct json *message)
{
    struct desk_ops_request r = {.call = *call, .subject = buf_make(SUBJECT_MAX)};
    struct safe_text word;
    struct err err = {0};
    enum desk_op op = json_text(json_get(message, "op"), &word) ? desk_op(word) : DESK_NONE;
    if (op == DESK_NONE || op == DESK_OUTCOME)
        return false;
    if (!read_request(o, &r, message, &err))
        o->options.refuse(o->options.ctx, call, &err);
    else if (!asked_before(o, &r, &err)) {
        if (record(o, &r, &err))
            carry_out(o, &r);
        else
            o->options.refuse(o->options.ctx, call, &err);
    }
    request_release(&r);
    return true;
}

/* --- begin and end --- */

struct desk_ops *desk_ops_new(const struct desk_ops_options *options)
{
    struct desk_ops *o = mem_new(1, sizeof *o);
    struct err why = {0};
    o->options = *options;
    o->desk = desk_new();
    if (!journal_each(options->store, 0, fold, o, &why))
        log_err(LOG_ERROR, &why);
    if (options->changed)
        options->changed(options->ctx, o->desk);
    desk_ops_rows(o, NULL, 0, text_of(""));
    desk_ops_peer_resume(o);
    return o;
}

void desk_ops_free(struct desk_ops *o)
{
    if (!o)
        return;
    desk_ops_peer_free(o);
    desk_ops_hand_free(o);
    desk_ops_rows_free(o);
    desk_free(o->desk);
    free(o);
}

const struct desk *desk_ops_desk(const struct desk_ops *o)
{
    return o->desk;
}
