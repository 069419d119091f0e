#include "cli/request.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "console/ask_frame.h"
#include "console/hello.h"
#include "io/control.h"
#include "io/loop.h"

enum { FRAME_MAX = CONTROL_FRAME_MAX, DAY_MS = 86400000, EXIT_USAGE = 64 };

struct exchange {
    struct loop *loop;
    int64_t id; /* of the frame whose answer is waited for */
    bool answered, lost, late;
    struct hello hello;
    char *made;
    void (*take)(void *ctx, const struct json *answer);
    void *ctx;
    bool ok;
    struct err err;
};

static void on_frame(void *ctx, const struct json *message)
{
    struct exchange *x = ctx;
    int64_t id = 0;
    hello_read(message, &x->hello);
    if (!json_int(json_get(message, "id"), &id) || id != x->id)
        return;
    x->answered = true;
    x->ok = ask_frame_answer(message, x->made, REQUEST_MADE_MAX, &x->err);
    if (x->ok && x->take)
        x->take(x->ctx, message);
    loop_stop(x->loop);
}

static void on_lost(void *ctx, const struct err *why)
{
    struct exchange *x = ctx;
    (void)why;
    x->lost = true;
    loop_stop(x->loop);
}

static void on_late(void *ctx)
{
    struct exchange *x = ctx;
    x->late = true;
    loop_stop(x->loop);
}

static bool unanswered(const struct exchange *x, struct err *err)
{
    err_set(err, ERR_TRANSIENT, x->lost ? "the collector ended before it answered" : "the collector did not answer");
    return err_hint(err, "what was asked may have been done: look before you ask again");
}

static bool exchange(struct exchange *x, struct control_link *link, const struct options *o,
                     const struct request_part *part, const char *request_id, struct err *err)
{
    struct buf frame = buf_make(FRAME_MAX);
    x->id++;
    x->answered = false;
    bool ok = ask_frame(x->id, part->op, part->ask, request_id, &frame, err) &&
              control_link_send(link, frame.data, frame.len, err);
    buf_release(&frame);
    if (!ok)
        return false;
    int64_t timer = loop_timer(x->loop, (int64_t)(o->timeout_s * 1000), on_late, x);
    ok = loop_run(x->loop, err);
    loop_timer_cancel(x->loop, timer);
    if (!ok)
        return false;
    if (!x->answered)
        return unanswered(x, err);
    if (!x->ok && err)
        *err = x->err;
    return x->ok;
}

static bool send_all(struct exchange *x, const struct setup *s, const struct options *o,
                     const struct request_part *parts, size_t n, struct err *err)
{
    char path[DIR_PATH_MAX], request_id[ASK_FRAME_REQUEST_ID];
    const struct control_link_handler handler = {.frame = on_frame, .lost = on_lost, .ctx = x};
    x->made[0] = '\0';
    x->loop = loop_new(err);
    hash_uuid(request_id);
    bool ok = x->loop && (dir_join(path, s->state_dir, "control.sock") ||
                          err_set(err, ERR_INPUT, "the path of '%s' is too long for a socket in it", s->state_dir));
    struct control_link *link = ok ? control_connect(x->loop, path, &handler, err) : NULL;
    if (ok && !link)
        err_hint(err, "a collector carries requests out: start one with 'hubtop collect', or leave out --offline");
    ok = link && hello_send(link, "command", o->write, err); /* frames come in their order: it is read first */
    for (size_t i = 0; ok && i < n; i++)
        ok = exchange(x, link, o, &parts[i], request_id, err);
    control_link_free(link);
    loop_free(x->loop);
    return ok;
}

bool request_send_parts(const struct setup *s, const struct options *o, const struct request_part *parts, size_t n,
                        char made[REQUEST_MADE_MAX], struct err *err)
{
    struct exchange x = {.made = made};
    return send_all(&x, s, o, parts, n, err);
}

bool request_read(const struct setup *s, const struct options *o, const char *op, const char *ask,
                  void (*take)(void *ctx, const struct json *answer), void *ctx, struct err *err)
{
    char made[REQUEST_MADE_MAX];
    const struct request_part part = {op, ask};
    struct exchange x = {.made = made, .take = take, .ctx = ctx};
    return send_all(&x, s, o, &part, 1, err);
}

bool request_hello(const struct setup *s, const struct options *o, struct hello *out, struct err *err)
{
    char made[REQUEST_MADE_MAX];
    const struct request_part part = {"viewing", "{}"};
    struct exchange x = {.made = made};
    bool ok = send_all(&x, s, o, &part, 1, err);
    *out = x.hello;
    return ok;
}

bool request_send(const struct setup *s, const struct options *o, const char *op, const char *ask,
                  char made[REQUEST_MADE_MAX], struct err *err)
{
    const struct request_part part = {op, ask};
    return request_send_parts(s, o, &part, 1, made, err);
}

/* --- times --- */

bool request_time(const char *text, int64_t now_ms, int64_t *utc_ms, struct err *err)
{
    if (isdigit((unsigned char)text[0]) && !strchr(text, '-')) {
        if (!clock_parse_time(text, now_ms, utc_ms, err))
            return err_exit(err, EXIT_USAGE);
        *utc_ms += *utc_ms <= now_ms ? DAY_MS : 0;
        return true;
    }
    if (clock_parse_iso(text, utc_ms, err))
        return true;
    err_hint(err, "a time is written 18:00 or 2026-11-21T18:00:00Z");
    return err_exit(err, EXIT_USAGE);
}

bool request_end(const char *until, const char *lasts, int64_t from_ms, int64_t now_ms, int64_t *utc_ms,
                 struct err *err)
{
    int64_t ms = 0;
    *utc_ms = 0;
    if (until && lasts) {
        err_set(err, ERR_INPUT, "an end and '--for' are both given");
        err_hint(err, "give one of them");
        return err_exit(err, EXIT_USAGE);
    }
    if (until)
        return request_time(until, now_ms, utc_ms, err);
    if (lasts && !clock_parse_duration(lasts, &ms, err))
        return err_exit(err, EXIT_USAGE);
    *utc_ms = lasts ? from_ms + ms : 0;
    return true;
}

/* --- frames and lines --- */

void request_put(struct json_writer *w, const char *key, const char *value)
{
    if (!value || !value[0])
        return;
    json_put_key(w, key);
    json_put_text(w, text_of(value));
}

void request_put_time(struct json_writer *w, const char *key, int64_t utc_ms)
{
    char time[CLOCK_TEXT_MAX];
    if (utc_ms != 0)
        request_put(w, key, clock_iso(utc_ms, time));
}

static void print_json(const char *op, const char *id, const char *made, int64_t until_ms, bool dry_run)
{
    struct buf out = buf_make(REQUEST_ASK_MAX);
    struct json_writer w = json_writer_make(&out);
    json_open_object(&w);
    request_put(&w, "op", op);
    request_put(&w, "id", id);
    request_put(&w, "made", made);
    request_put_time(&w, "until", until_ms);
    json_put_key(&w, "dry_run");
    json_put_bool(&w, dry_run);
    json_close_object(&w);
    puts(buf_str(&out));
    buf_release(&out);
}

void request_print(const struct options *o, const char *op, const char *id, const char *made, int64_t until_ms,
                   const char *words)
{
    char shown[512], time[CLOCK_TEXT_MAX];
    if (o->format && strcmp(o->format, "json") == 0) {
        print_json(op, id, made, until_ms, o->dry_run);
        return;
    }
    text_show_in(text_of(id), shown, sizeof shown);
    printf("%s%s%s%s%s%s%s%s\n", shown, shown[0] ? ": " : "", o->dry_run ? "would be " : "", words,
           until_ms ? " until " : "", until_ms ? clock_iso(until_ms, time) : "", made[0] ? ": " : "", made);
}
