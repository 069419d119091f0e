#include "cli/site_ask.h"

#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "io/loop.h"

enum { PAUSE_MS = 1500, FOLLOWS_MAX = 10000, ERROR_BODY_MAX = 64 << 10, HEADERS = 6, PRODUCE_ROWS = 1000 };

struct asking {
    struct site_asked *a;
    const struct setup *s;
    struct loop *loop;
    struct http_peer *peer;
    int round; /* 0 or 1 */
    /* The request that is under way: */
    const struct source_request *r;
    struct json_cut *cut;
    struct buf error_body;
    bool part, well;
    char etag[256];
    struct err err;
};

/* --- rows --- */

static bool keep(void *ctx, const struct row *row, struct err *err)
{
    struct asking *k = ctx;
    (void)err;
    if (k->round == 0)
        rows_add(&k->a->rows[row->kind], row);
    return true;
}

static bool on_element(void *ctx, const struct json *element, struct err *err)
{
    struct asking *k = ctx;
    return k->a->driver->decode(k->a->inst, k->r, element, keep, k, err);
}

/* --- one request --- */

static void on_head(void *ctx, int status, const char *content_type)
{
    struct asking *k = ctx;
    const struct json_cut_options options = {
        .mode = k->r->mode, .path = k->r->element_path, .keep = k->r->keep, .element = on_element, .ctx = k};
    (void)content_type;
    if (status == 200)
        k->cut = json_cut_new(&options);
}

static bool on_body(void *ctx, const char *bytes, size_t n, struct err *err)
{
    struct asking *k = ctx;
    size_t room = k->error_body.max - k->error_body.len;
    if (k->cut)
        return json_cut_feed(k->cut, bytes, n, err);
    return buf_put(&k->error_body, bytes, n < room ? n : room, err);
}

static bool body_ended(struct asking *k)
{
    const struct json *rest = NULL;
    return json_cut_end(k->cut, &rest, &k->err) &&
           k->a->driver->finish(k->a->inst, k->r, rest, clock_now(&k->s->clock), keep, k, &k->err);
}

static void on_done(void *ctx, const struct http_result *result)
{
    struct asking *k = ctx;
    k->a->bytes[k->round] += result->body_bytes;
    if (!k->part)
        snprintf(k->etag, sizeof k->etag, "%s", strlen(result->etag) < sizeof k->etag ? result->etag : "");
    if (!result->answered)
        k->err = result->err;
    else if (result->status == 200)
        k->well = body_ended(k);
    else {
        k->well = k->a->driver->failed(k->a->inst, k->r, result->status, result->content_type, buf_str(&k->error_body),
                                       k->error_body.len, &k->err);
        k->a->unchanged += k->round == 1 && result->status == 304;
    }
    loop_stop(k->loop);
}

static void ask(struct asking *k)
{
    const char *names[HEADERS], *values[HEADERS];
    const struct secret *secrets[HEADERS] = {NULL};
    struct http_request request = {.method = k->r->method,
                                   .path = k->r->path,
                                   .total_timeout_ms = k->r->timeout_ms,
                                   .head = on_head,
                                   .body_part = on_body,
                                   .done = on_done,
                                   .ctx = k};
    size_t n = k->a->driver->headers(k->a->inst, names, values, secrets, HEADERS);
    for (size_t i = 0; i < n; i++)
        request.headers[i] = (struct http_header){names[i], values[i], secrets[i]};
    if (k->r->etag)
        request.headers[n++] = (struct http_header){.name = "If-None-Match", .value = k->r->etag};
    request.header_count = n;
    k->well = false;
    k->err = (struct err){0};
    k->a->requests[k->round]++;
    if (http_start(k->peer, &request, &k->err))
        loop_run(k->loop, &k->err);
    json_cut_free(k->cut);
    k->cut = NULL;
    buf_clear(&k->error_body);
}

static void produce(struct asking *k)
{
    bool more = true;
    k->well = true;
    while (k->well && more)
        k->well =
            k->a->driver->produce(k->a->inst, k->r, clock_now(&k->s->clock), PRODUCE_ROWS, &more, keep, k, &k->err);
}

static void note(struct asking *k)
{
    struct site_failure *f = &k->a->failures[k->a->failure_count];
    if (k->a->failure_count == SITE_FAILURES_MAX)
        return;
    snprintf(f->what, sizeof f->what, "%s", k->r->what);
    f->err = k->err;
    k->a->failure_count++;
}

/* A request and the parts that go on with it. */
static void one(struct asking *k, struct source_request *r)
{
    struct source_request out;
    k->r = r;
    k->part = false;
    if (r->local) {
        produce(k);
        return;
    }
    ask(k);
    for (int n = 0; k->well && n < FOLLOWS_MAX && k->a->driver->page(k->a->inst, r, &out); n++) {
        *r = out;
        k->part = true;
        ask(k);
    }
    if (!k->well && !r->essential)
        note(k);
}

static void poll_once(struct asking *k)
{
    static struct source_request requests[SOURCE_REQUESTS_MAX]; /* too large for the stack */
    struct source_request r, out;
    k->a->driver->requests(k->a->inst, clock_now(&k->s->clock), requests);
    r = requests[0];
    for (int n = 0; n < FOLLOWS_MAX; n++) {
        one(k, &r);
        if (!k->well && r.essential) {
            k->a->hub = k->err;
            return;
        }
        const struct source_ended ended = {.well = k->well, .etag = k->etag, .now = clock_now(&k->s->clock)};
        if (!k->a->driver->next(k->a->inst, &r, &ended, &out))
            return;
        r = out;
    }
}

/* --- without a token, and where nothing is --- */

struct stranger {
    struct loop *loop;
    int status;
    char type[64];
};

static void stranger_done(void *ctx, const struct http_result *result)
{
    struct stranger *s = ctx;
    s->status = result->answered ? result->status : -1;
    snprintf(s->type, sizeof s->type, "%s", strlen(result->content_type) < sizeof s->type ? result->content_type : "");
    loop_stop(s->loop);
}

static void stranger_ask(struct asking *k, const char *path, bool with_token, struct stranger *out)
{
    struct http_request request = {
        .method = "GET", .path = path, .total_timeout_ms = 15000, .max_body_bytes = 1 << 20, .done = stranger_done};
    if (with_token && k->a->token)
        request.headers[request.header_count++] = (struct http_header){"Authorization", "Bearer ", k->a->token};
    *out = (struct stranger){.loop = k->loop, .status = -1};
    request.ctx = out;
    if (http_start(k->peer, &request, &k->err))
        loop_run(k->loop, &k->err);
}

static void strangers(struct asking *k)
{
    struct stranger s;
    stranger_ask(k, "/v1/nothing-has-this-name", true, &s);
    k->a->strange_status = s.status;
    memcpy(k->a->strange_type, s.type, sizeof s.type);
    if (!k->a->token)
        return;
    stranger_ask(k, "/v1/hub", false, &s);
    k->a->open_status = s.status;
}

/* --- both polls --- */

static void wait_over(void *ctx)
{
    loop_stop(ctx);
}

static void ask_all(struct asking *k)
{
    poll_once(k);
    if (k->a->hub.kind != ERR_NONE)
        return;
    loop_timer(k->loop, PAUSE_MS, wait_over, k->loop);
    loop_run(k->loop, &k->err);
    k->round = 1;
    poll_once(k);
    strangers(k);
}

static struct secret *token_of_command(const struct setup *s, const char *command, struct err *err)
{
    struct buf out = buf_make(64 << 10);
    bool ran = buf_reserve(&out, 64 << 10, err) && launcher_output(s->launcher, command, &out, err);
    struct secret *token = ran ? secret_from_output(&out, err) : NULL;
    secret_wipe(&out);
    return token;
}

static bool token_take(struct site_asked *a, const struct setup *s, const struct collector_source *src, struct err *err)
{
    if (src->token_file)
        a->token = secret_from_file(src->token_file, err);
    else if (src->token_command)
        a->token = token_of_command(s, src->token_command, err);
    else
        return true;
    return a->token != NULL;
}

static bool open_source(struct site_asked *a, const struct setup *s, const struct collector_source *src,
                        struct err *err)
{
    const struct source_settings settings = {.name = src->name ? src->name : src->provisional,
                                             .scheduler = src->scheduler ? src->scheduler : src->name,
                                             .url = src->url,
                                             .user = src->user,
                                             .token = a->token,
                                             .interval_ms = src->interval_ms,
                                             .config = src->config,
                                             .query = src->query,
                                             .query_ctx = src->query_ctx};
    (void)s;
    a->driver = src->driver;
    a->inst = src->driver->open(&settings, err);
    return a->inst != NULL;
}

bool site_ask(struct site_asked *a, const struct setup *s, const struct collector_source *src, struct err *err)
{
    struct asking k = {.a = a, .s = s, .error_body = buf_make(ERROR_BODY_MAX)};
    *a = (struct site_asked){0};
    if (!token_take(a, s, src, err) || !open_source(a, s, src, err))
        return false;
    k.loop = loop_new(err);
    struct http *http = k.loop ? http_new(k.loop, err) : NULL;
    k.peer = http ? http_peer_new(http, &src->peer, err) : NULL;
    if (k.peer)
        ask_all(&k);
    bool ok = k.peer != NULL;
    http_free(http);
    loop_free(k.loop);
    buf_release(&k.error_body);
    if (ok)
        a->view = hub_view_of(a->inst);
    return ok;
}

void site_ask_release(struct site_asked *a)
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        rows_release(&a->rows[i]);
    if (a->inst)
        a->driver->close(a->inst);
    secret_free(a->token);
    *a = (struct site_asked){0};
}
