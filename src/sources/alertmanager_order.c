#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sources/alertmanager.h"
#include "sources/told.h"

/* --- the request */

static bool put_matcher(struct json_writer *w, struct safe_text label)
{
    struct safe_text name;
    if (!text_is_utf8(label) || !text_split(&label, '=', &name))
        return false;
    json_open_object(w);
    json_put_key(w, "name");
    json_put_text(w, name);
    json_put_key(w, "value");
    json_put_text(w, label);
    json_put_key(w, "isRegex");
    json_put_bool(w, false);
    json_put_key(w, "isEqual");
    json_put_bool(w, true);
    json_close_object(w);
    return true;
}

static bool put_matchers(struct json_writer *w, struct safe_text labels, struct err *err)
{
    struct safe_text label;
    json_put_key(w, "matchers");
    json_open_array(w);
    while (value_list_next(&labels, &label)) {
        if (put_matcher(w, label))
            continue;
        err_set(err, ERR_INPUT, "cannot silence: a label of the alert is no UTF-8, so no matcher can name it");
        return err_hint(err, "mend the label in the rule that makes it");
    }
    json_close_array(w);
    return true;
}

static void put_time(struct json_writer *w, const char *key, int64_t utc_ms)
{
    char time[CLOCK_TEXT_MAX];
    json_put_key(w, key);
    json_put_str(w, clock_iso(utc_ms, time));
}

static bool put_silence(const struct source_order *o, struct buf *out, struct err *err)
{
    struct json_writer w = json_writer_make(out);
    json_open_object(&w);
    if (!put_matchers(&w, o->labels, err))
        return false;
    put_time(&w, "startsAt", o->starts_ms);
    put_time(&w, "endsAt", o->ends_ms);
    json_put_key(&w, "createdBy");
    json_put_text(&w, o->by);
    json_put_key(&w, "comment");
    json_put_text(&w, o->comment);
    json_close_object(&w);
    if (w.err.kind != ERR_NONE && err)
        *err = w.err;
    return w.err.kind == ERR_NONE;
}

/* Ids are UUIDs; what a peer made up goes into no path. */
static bool id_good(struct safe_text id)
{
    char text[64];
    size_t n = text_len(id);
    if (n == 0 || n >= sizeof text)
        return false;
    text_show_in(id, text, sizeof text);
    return strspn(text, "0123456789abcdefABCDEF-") == n;
}

bool alertmanager_order_form(const struct source_order *o, bool look, struct source_order_form *form, struct err *err)
{
    char id[64];
    form->element_path = look ? "" : NULL;
    form->method = look ? "GET" : o->what == SOURCE_ORDER_SILENCE ? "POST" : "DELETE";
    snprintf(form->path, sizeof form->path, "/api/v2/silences");
    if (o->what == SOURCE_ORDER_SILENCE)
        return look || put_silence(o, &form->body, err);
    if (!id_good(o->remote))
        return err_set(err, ERR_INPUT, "cannot end the silence '%s': such an id no Alertmanager gives",
                       text_show_in(o->remote, id, sizeof id));
    if (!look)
        snprintf(form->path, sizeof form->path, "/api/v2/silence/%s", text_show_in(o->remote, id, sizeof id));
    return true;
}

/* --- the answer */

bool alertmanager_order_is(const struct source_order *o, const struct json *element, struct buf *remote)
{
    struct value comment = told_text(json_get(element, "comment")), by = told_text(json_get(element, "createdBy")),
                 state = told_text(json_get(json_get(element, "status"), "state"));
    struct safe_text id = told_id(json_get(element, "id"));
    /* One that is there and not over yet was not ended: order_ended() is told what was found. */
    if (o->what == SOURCE_ORDER_UNSILENCE)
        return text_equal(id, o->remote) && !text_is(value_text_or(&state, ""), "expired");
    if (text_empty(id) || !text_equal(value_text_or(&comment, ""), o->comment) ||
        !text_equal(value_text_or(&by, ""), o->by))
        return false;
    if (remote->len == 0)
        text_copy(remote, id);
    return true;
}

static bool take_id(const char *body, size_t n, struct buf *remote)
{
    struct json *j = json_parse(body, n, JSON_STRICT, NULL);
    struct safe_text id = told_id(json_get(j, "silenceID"));
    buf_clear(remote);
    text_copy(remote, id);
    json_free(j);
    return remote->len > 0;
}

enum source_order_end alertmanager_order_end(const char *source, const struct source_order *o, bool look, bool found,
                                             int status, const char *body, size_t n, struct buf *remote,
                                             struct err *err)
{
    char words[ALERTMANAGER_ANSWER_WORDS];
    bool silence = o->what == SOURCE_ORDER_SILENCE, done = silence == found;
    if (look && status == 200)
        return done ? SOURCE_ORDER_DONE : SOURCE_ORDER_ABSENT;
    if (!look && status == 200 && (!silence || take_id(body, n, remote)))
        return SOURCE_ORDER_DONE;
    if (!look && !silence && status == 404) /* it is not there any more */
        return SOURCE_ORDER_DONE;
    alertmanager_answer_words(body, n, words);
    if (!look && status >= 400 && status < 500 && status != 408 && status != 429) {
        err_set(err, ERR_REFUSED, "'%s' refused it with %d: %s", source, status, words);
        return SOURCE_ORDER_REFUSED;
    }
    err_set(err, ERR_TRANSIENT, "'%s' answered %d: %s", source, status, words);
    return SOURCE_ORDER_UNKNOWN;
}
