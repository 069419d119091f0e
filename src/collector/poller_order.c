#include <stdlib.h>
#include <strings.h>

#include "base/mem.h"
#include "collector/poller_private.h"

/* An order, or the look at what became of one: a flight of its own beside the polls. */

enum {
    ORDER_BODY_MAX = 8 << 20, /* of what is sent */
    ORDER_ANSWER_MAX = 1 << 20,
    ORDER_TIMEOUT_MS = 15000
};

struct poller_order {
    struct poller *p;
    struct poller_order *next;
    struct source_order order;
    bool look, found;
    struct http_flight *flight;
    struct source_order_form form;
    struct json_cut *cut; /* of an answer that is looked through */
    struct buf answer;
    struct source_ordered said;
    poller_ordered *ended;
    void *ctx;
    bool command;              /* its command was asked */
    int64_t task;              /* of one that a local driver carried out */
    enum source_order_end end; /* of such a one, with `err` */
    struct err err;
};

size_t poller_headers(const struct poller *p, struct http_header *headers)
{
    const char *names[POLLER_HEADERS], *values[POLLER_HEADERS];
    const struct secret *secrets[POLLER_HEADERS] = {NULL};
    size_t n =
        p->config->driver->headers ? p->config->driver->headers(p->inst, names, values, secrets, POLLER_HEADERS) : 0;
    for (size_t i = 0; i < n; i++)
        headers[i] = (struct http_header){.name = names[i], .value = values[i], .secret = secrets[i]};
    return n;
}

static void release(struct poller_order *o)
{
    json_cut_free(o->cut);
    buf_release(&o->form.body);
    buf_release(&o->answer);
    source_ordered_release(&o->said);
    free(o);
}

void poller_order_drop(struct poller *p)
{
    while (p->orders) {
        struct poller_order *o = p->orders;
        p->orders = o->next;
        if (o->flight)
            http_cancel(o->flight);
        if (o->task)
            loop_task_cancel(p->world->loop, o->task);
        if (o->command)
            launcher_output_forget(p->world->launcher, o);
        release(o);
    }
}

/* --- the answer --- */

static bool on_element(void *ctx, const struct json *element, struct err *err)
{
    struct poller_order *o = ctx;
    (void)err;
    bool is = o->p->inst && o->p->config->driver->order_found(o->p->inst, &o->order, element, &o->said);
    o->found = o->found || is;
    return true;
}

static void on_head(void *ctx, int status, const char *content_type)
{
    struct poller_order *o = ctx;
    const struct json_cut_options options = {
        .mode = JSON_LENIENT, .path = o->form.element_path, .element = on_element, .ctx = o};
    (void)content_type;
    json_cut_free(o->cut);
    o->cut = status == 200 && o->form.element_path ? json_cut_new(&options) : NULL;
}

static bool on_body(void *ctx, const char *bytes, size_t n, struct err *err)
{
    struct poller_order *o = ctx;
    if (o->cut)
        return json_cut_feed(o->cut, bytes, n, err);
    size_t room = o->answer.max - o->answer.len;
    return buf_put(&o->answer, bytes, n < room ? n : room, err);
}

static void unlink_order(struct poller_order *o)
{
    struct poller_order **at = &o->p->orders;
    while (*at != o)
        at = &(*at)->next;
    *at = o->next;
}

static bool cut_whole(struct poller_order *o, struct err *err)
{
    const struct json *rest = NULL;
    const struct source_driver *d = o->p->config->driver;
    return !o->cut || (json_cut_end(o->cut, &rest, err) && (!d->order_well || d->order_well(o->p->inst, rest, err)));
}

static void on_done(void *ctx, const struct http_result *result)
{
    struct poller_order *o = ctx;
    struct err err = result->err;
    enum source_order_end end = SOURCE_ORDER_UNKNOWN;
    bool whole = result->answered && o->p->inst && err.kind == ERR_NONE && cut_whole(o, &err);
    unlink_order(o);
    if (whole)
        end = o->p->config->driver->order_ended(o->p->inst, &o->order, o->look, o->found, result->status,
                                                buf_str(&o->answer), o->answer.len, &o->said, &err);
    o->ended(o->ctx, end, &o->said, &err);
    release(o);
}

/* --- the order --- */

bool poller_takes_order(const struct poller *p, enum source_order_what what, struct err *err)
{
    const struct source_driver *d = p->config->driver;
    if (!d->orders) {
        err_set(err, ERR_INPUT, "the source '%s' takes no orders", p->name);
        return err_hint(err, "a driver '%s' only tells", d->name);
    }
    if (!(d->orders & SOURCE_ORDER_BIT(what))) {
        err_set(err, ERR_INPUT, "the source '%s' takes no order '%s'", p->name, source_order_word(what));
        return err_hint(err, "its driver '%s' cannot give it", d->name);
    }
    if (!p->config->read_only)
        return true;
    err_set(err, ERR_REFUSED, "not allowed: the source '%s' is read_only", p->name);
    err_hint(err, "its section of the configuration says so");
    return err_exit(err, 77);
}

bool poller_can_order(struct poller *p, const struct source_order *order, struct err *err)
{
    const struct source_driver *d = p->config->driver;
    return poller_takes_order(p, order->what, err) && (!p->inst || !d->order_can || d->order_can(p->inst, order, err));
}

bool poller_moves(struct poller *p, struct safe_text job, const struct poller *to, struct buf *name, struct err *err)
{
    const struct source_driver *d = p->config->driver;
    return p->inst && d->moves && d->moves(p->inst, job, to && to->config->driver == d ? to->inst : NULL, name, err);
}

void poller_order_lacks(struct poller *p, enum source_order_what what, struct buf *out)
{
    if (p->inst && p->config->driver->order_lacks)
        p->config->driver->order_lacks(p->inst, what, out);
}

int64_t poller_saves_ms(const struct poller *p)
{
    return p->config->driver->saves_ms;
}

static void put_header(struct http_request *request, const struct source_order_header *own)
{
    size_t at = 0;
    while (at < request->header_count && strcasecmp(request->headers[at].name, own->name) != 0)
        at++;
    if (at == request->header_count)
        request->header_count++;
    request->headers[at] = (struct http_header){.name = own->name, .value = own->value};
}

static bool start(struct poller_order *o, struct err *err)
{
    struct http_request request = {
        .method = o->form.method,
        .path = o->form.path,
        .body = o->form.body.len > 0 ? o->form.body.data : NULL,
        .body_len = o->form.body.len,
        .total_timeout_ms = o->form.timeout_ms > 0 ? o->form.timeout_ms : ORDER_TIMEOUT_MS,
        .fresh_connection = true,
        .head = on_head,
        .body_part = on_body,
        .done = on_done,
        .ctx = o,
    };
    request.header_count = poller_headers(o->p, request.headers);
    for (size_t i = 0; i < SOURCE_ORDER_HEADERS && o->form.headers[i].name[0]; i++)
        put_header(&request, &o->form.headers[i]);
    if (request.body)
        request.headers[request.header_count++] =
            (struct http_header){.name = "Content-Type", .value = "application/json"};
    o->flight = http_start(o->p->peer, &request, err);
    return o->flight != NULL;
}

/* The commands that are asked instead of the peer: what in its section names them, and how. */
static const char *command_of(const struct poller_order *o, struct err *err)
{
    int k = peer_command_of(o->order.what);
    const char *command = k >= 0 ? o->p->config->commands[k] : NULL;
    if (command && o->p->world->launcher)
        return command;
    peer_command_lacks(k, o->p->name, err);
    return NULL;
}

/* scontrol ends well also when it could not be told a script: then it prints nothing. */
static enum source_order_end take_script(struct poller_order *o, const struct buf *out, struct err *err)
{
    if (out->len > 0)
        return buf_put(&o->said.copy, out->data, out->len, err) ? SOURCE_ORDER_DONE : SOURCE_ORDER_UNKNOWN;
    err_set(err, ERR_TRANSIENT, "the command '%s' printed no script", command_of(o, NULL));
    return SOURCE_ORDER_UNKNOWN;
}

static void command_ended(void *ctx, struct buf *out, const struct err *failure)
{
    struct poller_order *o = ctx;
    struct err err = failure ? *failure : (struct err){0};
    enum source_order_end end = SOURCE_ORDER_UNKNOWN;
    if (out && o->order.what == SOURCE_ORDER_SCRIPT)
        end = take_script(o, out, &err);
    else if (out && o->p->inst)
        end = o->p->config->driver->order_ended(o->p->inst, &o->order, false, false, 0, "", 0, &o->said, &err);
    unlink_order(o);
    o->ended(o->ctx, end, &o->said, &err);
    release(o);
}

static bool ask_command(struct poller_order *o, struct err *err)
{
    const struct poller_world *world = o->p->world;
    const char *command = command_of(o, err);
    o->command =
        command && launcher_send_start(world->launcher, world->loop, command, &o->form.body, command_ended, o, err);
    return o->command;
}

/* Whoever ordered is told later, as with a peer. */
static bool tell_local(void *ctx)
{
    struct poller_order *o = ctx;
    unlink_order(o);
    o->ended(o->ctx, o->end, &o->said, &o->err);
    release(o);
    return false;
}

static bool begin(struct poller_order *o, struct err *err)
{
    const struct source_driver *d = o->p->config->driver;
    if (!d->order_local)
        return d->order(o->p->inst, &o->order, o->look, &o->form, err) &&
               (o->form.method ? start(o, err) : ask_command(o, err));
    o->end = d->order_local(o->p->inst, &o->order, o->look, &o->said, &o->err);
    o->task = loop_task(o->p->world->loop, tell_local, o);
    return true;
}

bool poller_order(struct poller *p, const struct source_order *order, bool look, poller_ordered *ended, void *ctx,
                  struct err *err)
{
    if (!poller_takes_order(p, order->what, err))
        return false;
    if (!p->inst || !p->token_ready || (!p->peer && !p->config->driver->order_local))
        return err_set(err, ERR_TRANSIENT, "'%s' has not been asked for anything yet", p->name);
    struct poller_order *o = mem_new(1, sizeof *o);
    *o = (struct poller_order){.p = p, .order = *order, .look = look, .ended = ended, .ctx = ctx};
    o->form.body = buf_make(ORDER_BODY_MAX);
    o->answer = buf_make(ORDER_ANSWER_MAX);
    o->said = source_ordered_make();
    if (!begin(o, err)) {
        release(o);
        return false;
    }
    o->next = p->orders;
    p->orders = o;
    return true;
}
