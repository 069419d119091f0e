#include "collector/serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "collector/asked.h"
#include "domain/kind.h"
#include "io/control.h"

enum {
    SERVE_QUIET_MS = 100,
    SERVE_HELLO_MS = 10000,
    SERVE_REPLY_MAX = 4096,
    SERVE_ROLES_MS = 60000, /* who leaves a group keeps its role no longer */
    SERVE_GROUPS_MAX = 1024,
    SERVE_VIEWING_MS = 30000, /* who has not said so since looks at something else, or is gone */
    SERVE_OTHERS_MAX = 8,
    SERVE_OBJECT_MAX = 64,
    SERVE_TOO_OLD = 76,
    SERVE_NOT_ALLOWED = 77,
    SERVE_USAGE = 64
};

struct visitor {
    struct serve *serve;
    struct control_client *client;
    int64_t hello_timer; /* until it has said hello */
    int64_t number;
    struct visitor *next;
    uid_t uid;
    pid_t pid;
    bool asks_write;
    unsigned roles;
    int64_t roles_ms;                /* when they were looked up; boot clock */
    char untold[ERR_TEXT_MAX];       /* why its SSH key is not known */
    char looks_at[SERVE_OBJECT_MAX]; /* "": at nothing that matters to others */
    int64_t looked_ms;               /* boot clock */
    struct asker asker;              /* without its claims, which each request makes */
};

struct serve {
    struct loop *loop;
    struct serve_options options;
    struct control_server *server;
    char instance[37];
    size_t clients;
    struct visitor *visitors;
    int64_t visitor_next;
    int64_t timer, told_rev;
    size_t told_pending;
    bool told_unrecorded;
    char pending_source[128];
};

static void send_writer(struct control_client *c, struct json_writer *w)
{
    if (w->err.kind == ERR_NONE)
        control_send(c, w->out->data, w->out->len);
}

static void reply_error(struct control_client *c, int64_t id, int code, const char *message, const char *hint)
{
    struct buf b = buf_make(SERVE_REPLY_MAX);
    struct json_writer w = json_writer_make(&b);
    json_open_object(&w);
    json_put_key(&w, "id");
    json_put_int(&w, id);
    json_put_key(&w, "error");
    json_open_object(&w);
    json_put_key(&w, "code");
    json_put_int(&w, code);
    json_put_key(&w, "message");
    json_put_str(&w, message);
    json_put_key(&w, "hint");
    json_put_str(&w, hint);
    json_close_object(&w);
    json_close_object(&w);
    send_writer(c, &w);
    buf_release(&b);
}

static void put_told(struct json_writer *w, const struct serve_told *told)
{
    struct safe_text rest = told->failed, one;
    json_put_key(w, "hash");
    json_put_text(w, told->hash);
    json_put_key(w, "failed");
    json_open_array(w);
    while (value_list_next(&rest, &one))
        json_put_text(w, one);
    json_close_array(w);
}

static void reply_told(struct serve *s, struct control_client *c, int64_t id, struct safe_text made,
                       const struct serve_told *told)
{
    struct buf b = buf_make(SERVE_REPLY_MAX);
    struct json_writer w = json_writer_make(&b);
    json_open_object(&w);
    json_put_key(&w, "id");
    json_put_int(&w, id);
    json_put_key(&w, "ok");
    json_put_bool(&w, true);
    json_put_key(&w, "rev");
    json_put_int(&w, s->options.rev(s->options.ctx));
    if (!text_empty(made)) {
        json_put_key(&w, "made");
        json_put_text(&w, made);
    }
    if (told)
        put_told(&w, told);
    json_close_object(&w);
    send_writer(c, &w);
    buf_release(&b);
}

static void reply_ok(struct serve *s, struct control_client *c, int64_t id, struct safe_text made)
{
    reply_told(s, c, id, made, NULL);
}

/* What a simulated clock is now, so that both ends say the same: it changes its pace. */
static void put_clock(const struct clock *clock, struct json_writer *w)
{
    json_put_key(w, "clock");
    json_open_object(w);
    json_put_key(w, "utc_ms");
    json_put_int(w, clock->start_utc_ms);
    json_put_key(w, "boot_ms");
    json_put_int(w, clock->start_boot_ms);
    json_put_key(w, "lead_ms");
    json_put_int(w, clock->lead_ms);
    json_put_key(w, "speed");
    json_put_real(w, clock->speed);
    json_close_object(w);
}

/* How far the collector is: commands wait until nothing is pending. */
static int64_t unrecorded_ms(const struct serve *s)
{
    return s->options.unrecorded_ms ? s->options.unrecorded_ms(s->options.ctx) : 0;
}

static void put_progress(const struct serve *s, struct json_writer *w)
{
    if (s->options.clock && s->options.clock->simulated)
        put_clock(s->options.clock, w);
    json_put_key(w, "rev");
    json_put_int(w, s->options.rev(s->options.ctx));
    json_put_key(w, "pending");
    json_put_int(w, (int64_t)s->options.pending(s->options.ctx));
    if (unrecorded_ms(s) > 0) {
        json_put_key(w, "unrecorded_ms");
        json_put_int(w, unrecorded_ms(s));
    }
}

/* --- hello --- */

static void stop_waiting(struct visitor *v)
{
    loop_timer_cancel(v->serve->loop, v->hello_timer);
    v->hello_timer = 0;
}

/* It would keep a place, and a collector that ends with its last client, for good. */
static void on_silent(void *ctx)
{
    struct visitor *v = ctx;
    v->hello_timer = 0;
    control_close(v->client);
}

static void look_up_roles(struct visitor *v)
{
    const struct serve_options *o = &v->serve->options;
    int64_t groups[SERVE_GROUPS_MAX];
    size_t (*find)(uid_t uid, int64_t * out, size_t max) = o->groups ? o->groups : asker_groups;
    v->roles_ms = clock_boot_ms();
    v->roles = ROLES_ALL & ~(unsigned)ROLES_BREAK_GLASS;
    if (!o->roles)
        return;
    const struct roles_asker asker = {.uid = v->uid,
                                      .owner = o->owner,
                                      .groups = groups,
                                      .group_count = find(v->uid, groups, SERVE_GROUPS_MAX),
                                      .key = v->asker.key};
    v->roles = roles_of(o->roles, &asker);
}

static bool may_write(const struct visitor *v)
{
    return v->asks_write && v->serve->options.write_allowed && (v->roles & ~(unsigned)ROLES_VIEWER) != 0;
}

static void find_key(struct visitor *v)
{
    struct err why = {0};
    int file = control_take_file(v->client);
    v->untold[0] = '\0';
    if (!asker_ssh("/proc", v->pid, v->uid, file, &v->asker, &why))
        snprintf(v->untold, sizeof v->untold, "%s", why.text);
    if (file >= 0)
        close(file);
}

/* No role at all: nothing is told. */
static bool is_nobody(struct serve *s, struct control_client *c, int64_t id)
{
    struct visitor *v = control_user(c);
    char who[ASKED_WHO_MAX];
    struct err err = {0};
    if (clock_boot_ms() - v->roles_ms >= SERVE_ROLES_MS)
        look_up_roles(v);
    if (v->roles)
        return false;
    asked_by(v->uid, who);
    (void)s;
    roles_have(0, ROLES_VIEWER, who, &err);
    reply_error(c, id, SERVE_NOT_ALLOWED, err.text, err.hint);
    return true;
}

static void put_roles(struct json_writer *w, const struct visitor *v)
{
    json_put_key(w, "roles");
    json_open_array(w);
    for (unsigned i = 0; i < ROLES_COUNT; i++) {
        if (v->roles & 1u << i)
            json_put_str(w, roles_word(1u << i));
    }
    json_close_array(w);
    json_put_key(w, "write");
    json_put_bool(w, may_write(v));
    json_put_key(w, v->asker.key[0] ? "ssh_key" : "ssh_unknown");
    json_put_str(w, v->asker.key[0] ? v->asker.key : v->untold);
}

static void hello(struct serve *s, struct control_client *c, const struct json *m)
{
    struct visitor *v = control_user(c);
    json_bool(json_get(m, "write"), &v->asks_write);
    stop_waiting(v);
    find_key(v);
    look_up_roles(v);
    if (is_nobody(s, c, 0))
        return;
    struct buf b = buf_make(SERVE_REPLY_MAX);
    struct json_writer w = json_writer_make(&b);
    json_open_object(&w);
    json_put_key(&w, "v");
    json_put_int(&w, 1);
    json_put_key(&w, "instance");
    json_put_str(&w, s->instance);
    json_put_key(&w, "context");
    json_put_str(&w, s->options.context);
    json_put_key(&w, "uid");
    json_put_int(&w, (int64_t)v->uid);
    put_roles(&w, v);
    put_progress(s, &w);
    json_close_object(&w);
    send_writer(c, &w);
    buf_release(&b);
    control_set_ready(c, v);
}

/* --- ops --- */

static void op_poll_now(struct serve *s, struct control_client *c, int64_t id, const struct json *m)
{
    char name[128] = "";
    struct safe_text t;
    if (json_text(json_get(m, "source"), &t))
        text_show_in(t, name, sizeof name);
    s->options.poll_now(s->options.ctx, name);
    reply_ok(s, c, id, text_of(""));
}

static bool looks_too(const struct visitor *v, const struct visitor *me)
{
    return v != me && me->looks_at[0] && strcmp(v->looks_at, me->looks_at) == 0 &&
           clock_boot_ms() - v->looked_ms < SERVE_VIEWING_MS;
}

/* {"object":"P-0187"}: what the asker looks at. The answer names others who look at the same now. */
static void op_viewing(struct serve *s, struct control_client *c, int64_t id, const struct json *m)
{
    struct visitor *me = control_user(c);
    struct safe_text object = asked_member(m, "object");
    struct buf b = buf_make(SERVE_REPLY_MAX);
    struct json_writer w = json_writer_make(&b);
    int n = 0;
    text_show_in(text_len(object) < SERVE_OBJECT_MAX ? object : text_of(""), me->looks_at, sizeof me->looks_at);
    me->looked_ms = clock_boot_ms();
    json_open_object(&w);
    json_put_key(&w, "id");
    json_put_int(&w, id);
    json_put_key(&w, "ok");
    json_put_bool(&w, true);
    json_put_key(&w, "others");
    json_open_array(&w);
    for (const struct visitor *v = s->visitors; v && n < SERVE_OTHERS_MAX; v = v->next) {
        char who[ASKED_WHO_MAX];
        if (!looks_too(v, me))
            continue;
        asked_by(v->uid, who);
        json_put_str(&w, who);
        n++;
    }
    json_close_array(&w);
    json_close_object(&w);
    send_writer(c, &w);
    buf_release(&b);
}

static void op_quit(struct serve *s, struct control_client *c, int64_t id, const struct json *m)
{
    const struct visitor *v = control_user(c);
    (void)m;
    if (v->uid != geteuid() && v->uid != 0) {
        reply_error(c, id, SERVE_NOT_ALLOWED, "only the collector's own user may end it", "ask who runs the service");
        return;
    }
    reply_ok(s, c, id, text_of(""));
    s->options.quit(s->options.ctx);
}

static const struct op {
    const char *name;
    void (*run)(struct serve *s, struct control_client *c, int64_t id, const struct json *m);
} ops[] = {
    {"poll_now", op_poll_now},
    {"viewing", op_viewing},
    {"quit", op_quit},
};

static bool is_asked(struct serve *s, struct control_client *c, int64_t id, const struct json *m)
{
    const struct visitor *v = control_user(c);
    struct serve_call call = {
        .visitor = v->number, .id = id, .uid = v->uid, .roles = v->roles, .write = may_write(v), .asker = v->asker};
    asker_claims(&call.asker, m);
    return s->options.ask && s->options.ask(s->options.ctx, &call, m);
}

static void on_frame(void *ctx, struct control_client *c, const struct json *m)
{
    struct serve *s = ctx;
    struct safe_text op;
    int64_t id = 0, version = 0;
    json_int(json_get(m, "id"), &id);
    if (json_get(m, "hello")) {
        if (json_int(json_get(m, "v"), &version) && version == 1)
            hello(s, c, m);
        else
            reply_error(c, id, SERVE_TOO_OLD, "this collector speaks version 1 of the control protocol",
                        "use the same hubtop on both ends");
        return;
    }
    if (is_nobody(s, c, id))
        return;
    if (json_text(json_get(m, "op"), &op)) {
        for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
            if (text_is(op, ops[i].name)) {
                ops[i].run(s, c, id, m);
                return;
            }
        }
    }
    if (!is_asked(s, c, id, m))
        reply_error(c, id, SERVE_USAGE, "this collector does not know that request",
                    "poll_now, viewing, quit, and those of 'hubtop plan', 'alert', 'maintenance' and 'audit'");
}

static struct control_client *client_of(const struct serve *s, const struct serve_call *call)
{
    const struct visitor *v = s->visitors;
    while (v && v->number != call->visitor)
        v = v->next;
    return v ? v->client : NULL;
}

void serve_done(struct serve *s, const struct serve_call *call, struct safe_text made)
{
    struct control_client *c = client_of(s, call);
    if (c)
        reply_ok(s, c, call->id, made);
}

void serve_done_told(struct serve *s, const struct serve_call *call, struct safe_text made,
                     const struct serve_told *told)
{
    struct control_client *c = client_of(s, call);
    if (c)
        reply_told(s, c, call->id, made, told);
}

void serve_done_with(struct serve *s, const struct serve_call *call, const struct buf *members)
{
    struct control_client *c = client_of(s, call);
    struct buf b = buf_make(CONTROL_FRAME_MAX);
    if (c && buf_printf(&b, NULL, "{\"id\":%lld,\"ok\":true,%s", (long long)call->id, buf_str(members) + 1))
        control_send(c, b.data, b.len);
    else if (c)
        reply_error(c, call->id, SERVE_TOO_OLD, "the answer is too long", "");
    buf_release(&b);
}

void serve_refuse(struct serve *s, const struct serve_call *call, const struct err *err)
{
    struct control_client *c = client_of(s, call);
    if (c)
        reply_error(c, call->id, err_status(err), err->text, err->hint);
}

/* --- coming and going --- */

static bool on_joined(void *ctx, struct control_client *c, uid_t uid, pid_t pid)
{
    struct serve *s = ctx;
    struct visitor *v = mem_new(1, sizeof *v);
    *v = (struct visitor){
        .serve = s, .client = c, .uid = uid, .pid = pid, .number = ++s->visitor_next, .next = s->visitors};
    v->asker.login_known = asker_login_uid(pid, &v->asker.login_uid);
    look_up_roles(v);
    s->visitors = v;
    v->hello_timer = loop_timer(s->loop, s->options.hello_ms, on_silent, v);
    control_set_user(c, v);
    if (s->clients++ == 0)
        s->options.idle(s->options.ctx, false);
    return true;
}

static void on_left(void *ctx, struct control_client *c, const struct err *why)
{
    struct serve *s = ctx;
    (void)why;
    struct visitor **at = &s->visitors;
    while (*at != control_user(c))
        at = &(*at)->next;
    *at = (*at)->next;
    stop_waiting(control_user(c));
    free(control_user(c));
    if (--s->clients == 0)
        s->options.idle(s->options.ctx, true);
}

struct serve *serve_new(struct loop *loop, const struct serve_options *options, struct err *err)
{
    struct serve *s = mem_new(1, sizeof *s);
    s->loop = loop;
    s->options = *options;
    if (s->options.hello_ms == 0)
        s->options.hello_ms = SERVE_HELLO_MS;
    hash_uuid(s->instance);
    const struct control_handler handler = {.joined = on_joined, .frame = on_frame, .left = on_left, .ctx = s};
    s->server = control_listen(loop, options->path, options->shared ? 0660 : 0600, &handler, err);
    if (!s->server) {
        free(s);
        return NULL;
    }
    return s;
}

void serve_free(struct serve *s)
{
    if (!s)
        return;
    loop_timer_cancel(s->loop, s->timer);
    control_server_free(s->server);
    free(s);
}

/* --- telling of commits --- */

static void put_kinds(struct json_writer *w, uint64_t kinds)
{
    json_put_key(w, "kinds");
    json_open_array(w);
    for (int k = KIND_NONE + 1; k < KIND_COUNT; k++) {
        if (kinds & KIND_BIT(k))
            json_put_str(w, kind_info((enum kind)k)->name);
    }
    json_close_array(w);
}

static void tell(void *ctx)
{
    struct serve *s = ctx;
    struct buf b = buf_make(SERVE_REPLY_MAX);
    struct json_writer w = json_writer_make(&b);
    s->timer = 0;
    s->told_rev = s->options.rev(s->options.ctx);
    s->told_pending = s->options.pending(s->options.ctx);
    s->told_unrecorded = unrecorded_ms(s) > 0;
    json_open_object(&w);
    json_put_key(&w, "event");
    json_put_str(&w, "committed");
    put_progress(s, &w);
    put_kinds(&w, s->options.take_kinds(s->options.ctx));
    if (s->pending_source[0]) {
        json_put_key(&w, "source");
        json_put_str(&w, s->pending_source);
    }
    json_close_object(&w);
    if (w.err.kind == ERR_NONE)
        control_broadcast(s->server, b.data, b.len);
    buf_release(&b);
}

void serve_committed(struct serve *s, const char *source)
{
    bool several = s->timer && source && strcmp(s->pending_source, source) != 0;
    snprintf(s->pending_source, sizeof s->pending_source, "%s", several || !source ? "" : source);
    if (!s->timer)
        s->timer = loop_timer(s->loop, SERVE_QUIET_MS, tell, s);
}

void serve_tick(struct serve *s)
{
    if (s->options.rev(s->options.ctx) != s->told_rev || s->options.pending(s->options.ctx) != s->told_pending ||
        s->told_unrecorded != (unrecorded_ms(s) > 0))
        serve_committed(s, NULL);
}
