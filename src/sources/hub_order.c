#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sources/hub_private.h"

/* Orders of Hub API v1: POST /v1/actions with a key, once; GET /v1/actions?key= tells what became of it. */

/* What they are of; a hub calls them as source_order_word() does. */
static const struct verb {
    enum source_order_what what;
    enum kind kinds[4];
} verbs[] = {
    {SOURCE_ORDER_HOLD, {KIND_JOB}},
    {SOURCE_ORDER_RELEASE, {KIND_JOB}},
    {SOURCE_ORDER_CANCEL, {KIND_JOB}},
    {SOURCE_ORDER_PRIORITY, {KIND_JOB}},
    {SOURCE_ORDER_LIMIT, {KIND_JOB}},
    {SOURCE_ORDER_MOVE, {KIND_JOB}},
    {SOURCE_ORDER_DRAIN, {KIND_NODE, KIND_QUEUE, KIND_SCHEDULER}},
    {SOURCE_ORDER_RESUME, {KIND_NODE, KIND_QUEUE, KIND_SCHEDULER}},
    {SOURCE_ORDER_TRANSFER_HOLD, {KIND_TRANSFER}},
    {SOURCE_ORDER_TRANSFER_RELEASE, {KIND_TRANSFER}},
    {SOURCE_ORDER_CONNECT, {KIND_SITE}},
    {SOURCE_ORDER_SUSPEND, {KIND_SITE}},
    {SOURCE_ORDER_ACTIVATE, {KIND_RESERVATION}},
    {SOURCE_ORDER_RETURN, {KIND_RESERVATION}},
};
enum { VERBS = sizeof verbs / sizeof *verbs, KINDS = sizeof verbs->kinds / sizeof *verbs->kinds };

static const struct verb *verb_of(enum source_order_what what)
{
    for (size_t i = 0; i < VERBS; i++) {
        if (verbs[i].what == what)
            return &verbs[i];
    }
    return NULL;
}

static bool is_of(const struct verb *v, enum kind kind)
{
    for (size_t i = 0; i < KINDS; i++) {
        if (kind != KIND_NONE && v->kinds[i] == kind)
            return true;
    }
    return false;
}

uint64_t hub_order_bits(const struct json *actions)
{
    uint64_t bits = 0;
    struct safe_text word;
    for (const struct json *a = json_first(actions); a; a = json_next(a)) {
        for (size_t i = 0; i < VERBS; i++) {
            if (json_text(a, &word) && text_is(word, source_order_word(verbs[i].what)))
                bits |= SOURCE_ORDER_BIT(verbs[i].what);
        }
    }
    return bits;
}

bool hub_order_kind(enum kind kind)
{
    for (size_t i = 0; i < VERBS; i++) {
        if (is_of(&verbs[i], kind))
            return true;
    }
    return false;
}

static const struct hub_list *list_of(const struct source *s, enum kind kind)
{
    for (size_t i = 0; i < HUB_LISTS; i++) {
        if (s->lists[i].seen.kind == kind)
            return &s->lists[i];
    }
    return NULL;
}

/* --- what is sent --- */

static void put_member(struct json_writer *w, const char *key, struct safe_text t, bool *lossy)
{
    if (text_empty(t))
        return;
    json_put_key(w, key);
    *lossy = json_put_text(w, t) || *lossy;
}

static void put_target(struct json_writer *w, const struct source_order *o, const char *revision, bool *lossy)
{
    json_put_key(w, "targets");
    json_open_array(w);
    json_open_object(w);
    put_member(w, "kind", text_of(kind_info(o->kind)->name), lossy);
    put_member(w, "id", o->target, lossy);
    json_put_key(w, "revision");
    json_put_str(w, revision);
    json_close_object(w);
    json_close_array(w);
}

static void put_values(struct json_writer *w, const struct source_order *o)
{
    char until[CLOCK_TEXT_MAX];
    if (o->what == SOURCE_ORDER_PRIORITY || o->what == SOURCE_ORDER_LIMIT) {
        json_put_key(w, "value");
        json_put_int(w, o->value);
    }
    if (o->what == SOURCE_ORDER_TRANSFER_HOLD && o->ends_ms > 0) {
        json_put_key(w, "until");
        json_put_str(w, clock_iso(o->ends_ms, until));
    }
}

static bool put_request(const struct source_order *o, const char *revision, struct buf *out, struct err *err)
{
    struct json_writer w = json_writer_make(out);
    bool lossy = false;
    json_open_object(&w);
    json_put_key(&w, "kind");
    json_put_str(&w, source_order_word(o->what));
    put_target(&w, o, revision, &lossy);
    if (o->what == SOURCE_ORDER_MOVE)
        put_member(&w, "to", o->to, &lossy);
    put_values(&w, o);
    put_member(&w, "reason", o->reason, &lossy);
    put_member(&w, "plan", o->plan, &lossy);
    put_member(&w, "requested_by", o->by, &lossy);
    json_close_object(&w);
    if (w.err.kind != ERR_NONE && err)
        *err = w.err;
    return w.err.kind == ERR_NONE &&
           (!lossy ||
            err_set(err, ERR_INPUT, "cannot order '%s': one of its texts is no UTF-8", source_order_word(o->what)));
}

/* A text that may stand in a path or a header. */
static bool plain(struct safe_text t, char *out, size_t size)
{
    size_t n = text_len(t);
    if (n == 0 || n >= size)
        return false;
    memcpy(out, text_bytes(t), n);
    out[n] = '\0';
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)out[i] < 0x20 || out[i] == 0x7f)
            return false;
    }
    return true;
}

static bool key_good(const struct source_order *o, char key[SOURCE_ORDER_HEADER_MAX], struct err *err)
{
    return plain(o->key, key, SOURCE_ORDER_HEADER_MAX) ||
           err_set(err, ERR_INPUT, "an order without a key of its own is not sent");
}

static bool read_form(const struct source *s, const struct source_order *o, struct source_order_form *form,
                      struct err *err)
{
    const struct hub_list *l = list_of(s, KIND_JOB);
    char id[HUB_ID_MAX + 1];
    if (!l->by_id) {
        err_set(err, ERR_INPUT, "hub '%s' cannot be asked for one job alone", s->name);
        return err_hint(err, "capabilities.by_id of its /v1/hub lacks \"jobs\"");
    }
    if (!plain(o->target, id, sizeof id))
        return err_set(err, ERR_INPUT, "cannot ask hub '%s' for a job with such an id", s->name);
    form->method = "GET";
    snprintf(form->path, sizeof form->path, "/v1/jobs");
    hub_query_put(form->path, "id", id);
    return true;
}

static bool look_form(const struct source_order *o, struct source_order_form *form, struct err *err)
{
    char key[SOURCE_ORDER_HEADER_MAX];
    if (!key_good(o, key, err))
        return false;
    form->method = "GET";
    snprintf(form->path, sizeof form->path, "/v1/actions");
    hub_query_put(form->path, "key", key);
    return true;
}

static bool takes(const struct source *s, const struct source_order *o, const struct verb *v, struct err *err)
{
    if (!v || !is_of(v, o->kind))
        return err_set(err, ERR_INPUT, "a hub has no order '%s' for %s", source_order_word(o->what),
                       kind_info(o->kind)->name);
    if (s->actions & SOURCE_ORDER_BIT(o->what))
        return true;
    err_set(err, ERR_INPUT, "hub '%s' takes no order '%s'", s->name, source_order_word(o->what));
    return err_hint(err, "capabilities.actions of its /v1/hub lacks it");
}

static bool order_form(const struct source *s, const struct source_order *o, struct source_order_form *form,
                       struct err *err)
{
    const struct verb *v = verb_of(o->what);
    char revision[HUB_MARK_MAX], shown[HUB_TEXT_MAX];
    if (!takes(s, o, v, err) || !key_good(o, form->headers[0].value, err))
        return false;
    if (!hub_mark_get(list_of(s, o->kind)->marks, o->target, revision)) {
        err_set(err, ERR_REFUSED, "hub '%s' did not tell the revision of '%s' in its last answer", s->name,
                text_show_in(o->target, shown, sizeof shown));
        return err_hint(err, "without it nobody can say that the target is still as it was seen");
    }
    form->method = "POST";
    snprintf(form->path, sizeof form->path, "/v1/actions");
    snprintf(form->headers[0].name, sizeof form->headers[0].name, "Idempotency-Key");
    return put_request(o, revision, &form->body, err);
}

bool hub_order_form(struct source *s, const struct source_order *o, bool look, struct source_order_form *form,
                    struct err *err)
{
    if (o->what == SOURCE_ORDER_READ)
        return read_form(s, o, form, err);
    return look ? look_form(o, form, err) : order_form(s, o, form, err);
}

/* --- what is answered --- */

static enum source_order_end unknown(const struct source *s, struct err *err, const char *what)
{
    err_set(err, ERR_TRANSIENT, "hub '%s' answered, but %s", s->name, what);
    return SOURCE_ORDER_UNKNOWN;
}

/* "made": of the one target. */
static void take_made(const struct json *action, struct source_ordered *said)
{
    struct safe_text id;
    if (json_text(json_first(json_get(action, "made")), &id) && text_len(id) <= HUB_ID_MAX)
        buf_put(&said->remote, text_bytes(id), text_len(id), NULL);
}

static enum source_order_end state_of(const struct source *s, const struct json *action, struct source_ordered *said,
                                      struct err *err)
{
    static const struct {
        const char *word;
        enum source_order_end end;
    } states[] = {
        {"accepted", SOURCE_ORDER_TAKEN}, {"running", SOURCE_ORDER_TAKEN},   {"done", SOURCE_ORDER_DONE},
        {"failed", SOURCE_ORDER_REFUSED}, {"refused", SOURCE_ORDER_REFUSED},
    };
    struct safe_text state = {0}, result = {0};
    char words[HUB_WORDS_MAX];
    size_t i = 0;
    (void)json_text(json_get(action, "state"), &state);
    (void)json_text(json_get(action, "result"), &result);
    while (i < sizeof states / sizeof *states && !text_is(state, states[i].word))
        i++;
    if (i == sizeof states / sizeof *states)
        return unknown(s, err, "in a state that the Hub API does not have");
    if (states[i].end == SOURCE_ORDER_REFUSED)
        err_set(err, ERR_REFUSED, "hub '%s' %s it%s%s", s->name, text_is(state, "failed") ? "failed at" : "refused",
                text_empty(result) ? "" : ": ", text_show_in(result, words, sizeof words));
    if (states[i].end == SOURCE_ORDER_DONE)
        take_made(action, said);
    return states[i].end;
}

static enum source_order_end action_end(const struct source *s, const struct source_order *o, const struct json *action,
                                        struct source_ordered *said, struct err *err)
{
    struct safe_text key;
    if (!json_text(json_get(action, "key"), &key) || !text_equal(key, o->key))
        return unknown(s, err, "it tells of another order");
    return state_of(s, action, said, err);
}

static enum source_order_end found_end(const struct source *s, const struct source_order *o, const struct json *list,
                                       struct source_ordered *said, struct err *err)
{
    const struct json *items = json_get(list, "items"), *first = json_first(items);
    if (json_type(items) != JSON_ARRAY)
        return unknown(s, err, "there is no list of actions in it");
    if (!first)
        return SOURCE_ORDER_ABSENT;
    if (json_next(first))
        return unknown(s, err, "it tells of several orders with one key");
    return action_end(s, o, first, said, err);
}

static enum source_order_end read_end(struct source *s, const struct source_order *o, const struct json *list,
                                      struct source_ordered *said, struct err *err)
{
    const struct json *items = json_get(list, "items"), *first = json_first(items);
    struct row row;
    if (json_type(items) != JSON_ARRAY)
        return unknown(s, err, "there is no list of jobs in it");
    if (!first)
        return SOURCE_ORDER_ABSENT;
    arena_reset(&s->arena);
    if (json_next(first) || !hub_row(KIND_JOB, first, &s->arena, &row, &s->report) || !text_equal(row.id, o->target))
        return unknown(s, err, "it tells of other jobs than the one that was asked for");
    rows_add(&said->jobs, &row);
    return SOURCE_ORDER_DONE;
}

static enum source_order_end whole_end(struct source *s, const struct source_order *o, bool look, const struct json *it,
                                       struct source_ordered *said, struct err *err)
{
    if (o->what == SOURCE_ORDER_READ)
        return read_end(s, o, it, said, err);
    return look ? found_end(s, o, it, said, err) : action_end(s, o, it, said, err);
}

/* What a member says that stands twice depends on who reads it: no order is judged by that. */
static enum source_order_end body_end(struct source *s, const struct source_order *o, bool look, const char *body,
                                      size_t n, struct source_ordered *said, struct err *err)
{
    const struct json_cut_options options = {.mode = JSON_STRICT};
    struct json_cut *cut = json_cut_new(&options);
    const struct json *rest = NULL;
    struct err why = {0};
    enum source_order_end end;
    if (!json_cut_feed(cut, body, n, &why) || !json_cut_end(cut, &rest, &why))
        end = unknown(s, err, "the answer is no JSON");
    else if (json_cut_counts(cut)->duplicate_keys > 0)
        end = unknown(s, err, "a member stands twice in it");
    else
        end = whole_end(s, o, look, rest, said, err);
    json_cut_free(cut);
    return end;
}

enum source_order_end hub_order_ended(struct source *s, const struct source_order *o, bool look, bool found, int status,
                                      const char *body, size_t n, struct source_ordered *said, struct err *err)
{
    bool asks = look || o->what == SOURCE_ORDER_READ;
    const struct hub_answer a = {s->name, "the order", status, "application/problem+json", body, n};
    (void)found;
    if (status == 200 || (!asks && (status == 201 || status == 202)))
        return body_end(s, o, look, body, n, said, err);
    return hub_answer_order(&a, asks, err);
}
