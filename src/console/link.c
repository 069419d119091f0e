#include "console/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dir.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/tr.h"
#include "io/control.h"

enum {
    LINK_RETRY_MS = 250,
    LINK_START_AGAIN_MS = 3000,
    LINK_VIEWING_MS = 10000,
    LINK_VIEWING_ID = 2,
    LINK_ASKED_ID = 100
};

struct link {
    struct loop *loop;
    const struct console_options *options;
    struct link_handler handler;
    struct control_link *control;
    int64_t timer, down_since_ms, started_ms;
    int64_t unrecorded_since_ms; /* boot; 0: what it sees is recorded */
    bool ever_up;
    struct hello hello; /* of the collector that is there */
    char looks_at[64];  /* as it was told */
    int64_t told_ms;
    char others[160]; /* who look at the same; "": nobody */
    void (*reply)(void *ctx, const struct json *message);
    void *reply_ctx;
};

static void try_connect(void *ctx);

static void retry(struct link *l)
{
    if (!l->timer)
        l->timer = loop_timer(l->loop, LINK_RETRY_MS, try_connect, l);
}

static void take_others(struct link *l, const struct json *message)
{
    struct safe_text who;
    size_t n = 0;
    char name[64];
    l->others[0] = '\0';
    for (const struct json *j = json_first(json_get(message, "others")); j; j = json_next(j)) {
        if (json_text(j, &who) && n < sizeof l->others)
            n += (size_t)snprintf(l->others + n, sizeof l->others - n, "%s%s", n > 0 ? ", " : "",
                                  text_show_in(who, name, sizeof name));
    }
}

static void take_unrecorded(struct link *l, const struct json *message)
{
    int64_t ms = 0;
    json_int(json_get(message, "unrecorded_ms"), &ms);
    l->unrecorded_since_ms = ms > 0 ? clock_boot_ms() - ms : 0;
}

static void on_frame(void *ctx, const struct json *message)
{
    struct link *l = ctx;
    struct safe_text why;
    char shown[ERR_TEXT_MAX];
    int64_t id = 0;
    struct clock clock = l->options->clock;
    if (control_clock(message, &clock))
        l->handler.clock(l->handler.ctx, &clock);
    if (json_int(json_get(message, "id"), &id) && id >= LINK_ASKED_ID) {
        if (l->reply)
            l->reply(l->reply_ctx, message);
        return;
    }
    if (json_text(json_get(message, "context"), &why) && !text_is(why, l->options->context))
        l->handler.changed(
            l->handler.ctx,
            tr("this state directory's collector serves other sources than yours: give another --state-dir"));
    if (id == LINK_VIEWING_ID)
        take_others(l, message);
    hello_read(message, &l->hello);
    if (json_get(message, "event") || json_get(message, "instance")) {
        take_unrecorded(l, message);
        l->handler.committed(l->handler.ctx);
    } else if (json_text(json_get(json_get(message, "error"), "message"), &why))
        l->handler.changed(l->handler.ctx, text_show_in(why, shown, sizeof shown));
}

static void on_lost(void *ctx, const struct err *why)
{
    struct link *l = ctx;
    (void)why;
    control_link_free(l->control);
    l->control = NULL;
    l->hello = (struct hello){.known = false};
    l->down_since_ms = clock_boot_ms();
    l->unrecorded_since_ms = 0;
    l->handler.changed(l->handler.ctx, l->options->launcher
                                           ? tr("the collector is gone: another is being started")
                                           : tr("the collector is gone: ask for its service to be started"));
    retry(l);
}

static void start_collector(struct link *l)
{
    struct err err = {0};
    pid_t pid;
    int64_t now_ms = clock_boot_ms();
    bool lately = l->started_ms > 0 && now_ms - l->started_ms < LINK_START_AGAIN_MS;
    if (!l->options->launcher || lately || dir_locked(l->options->state_dir))
        return;
    l->started_ms = now_ms;
    if (!launcher_start(l->options->launcher, "collector", &pid, &err))
        l->handler.changed(l->handler.ctx, err.text);
}

static void try_connect(void *ctx)
{
    struct link *l = ctx;
    struct err err = {0};
    char path[DIR_PATH_MAX];
    const struct control_link_handler handler = {.frame = on_frame, .lost = on_lost, .ctx = l};
    l->timer = 0;
    if (!dir_join(path, l->options->state_dir, "control.sock"))
        return;
    l->control = control_connect(l->loop, path, &handler, &err);
    if (l->control && hello_send(l->control, "console", l->options->write, &err)) {
        l->down_since_ms = 0;
        l->handler.changed(l->handler.ctx, l->ever_up ? tr("a collector is there again") : "");
        l->ever_up = true;
        return;
    }
    control_link_free(l->control);
    l->control = NULL;
    start_collector(l);
    retry(l);
}

struct link *link_new(struct loop *loop, const struct console_options *options, const struct link_handler *handler)
{
    struct link *l = mem_new(1, sizeof *l);
    *l = (struct link){.loop = loop, .options = options, .handler = *handler, .down_since_ms = clock_boot_ms()};
    try_connect(l);
    return l;
}

void link_free(struct link *l)
{
    if (!l)
        return;
    loop_timer_cancel(l->loop, l->timer);
    control_link_free(l->control);
    free(l);
}

bool link_is_up(const struct link *l)
{
    return l && l->control;
}

const struct hello *link_hello(const struct link *l)
{
    return l && l->hello.known ? &l->hello : NULL;
}

int64_t link_down_ms(const struct link *l)
{
    return l && !l->control ? clock_boot_ms() - l->down_since_ms : 0;
}

int64_t link_unrecorded_ms(const struct link *l)
{
    return l && l->unrecorded_since_ms ? clock_boot_ms() - l->unrecorded_since_ms : 0;
}

bool link_send(struct link *l, const char *json, size_t n)
{
    return link_is_up(l) && control_link_send(l->control, json, n, NULL);
}

void link_replies(struct link *l, void (*reply)(void *ctx, const struct json *message), void *ctx)
{
    l->reply = reply;
    l->reply_ctx = ctx;
}

const char *link_viewing(struct link *l, const char *object)
{
    struct buf b = buf_make(256);
    struct json_writer w = json_writer_make(&b);
    int64_t now_ms = clock_boot_ms();
    bool same = l && strcmp(l->looks_at, object) == 0;
    if (!link_is_up(l) || (same && (!object[0] || now_ms - l->told_ms < LINK_VIEWING_MS))) {
        buf_release(&b);
        return l && same ? l->others : "";
    }
    if (!same)
        l->others[0] = '\0';
    snprintf(l->looks_at, sizeof l->looks_at, "%s", object);
    l->told_ms = now_ms;
    json_open_object(&w);
    json_put_key(&w, "id");
    json_put_int(&w, LINK_VIEWING_ID);
    json_put_key(&w, "op");
    json_put_str(&w, "viewing");
    json_put_key(&w, "object");
    json_put_str(&w, l->looks_at);
    json_close_object(&w);
    link_send(l, b.data, b.len);
    buf_release(&b);
    return l->others;
}

bool link_poll_now(struct link *l)
{
    static const char poll[] = "{\"id\":1,\"op\":\"poll_now\"}";
    return link_send(l, poll, sizeof poll - 1);
}
