#include "collector/poller_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

static void next_request(struct poller *p);
static void ask(struct poller *p, const struct source_request *r);

/* --- the token --- */

/* Takes the token over; the instance that knew the former one goes first. */
static bool token_take(struct poller *p, struct secret *token, struct err *err)
{
    struct secret *former = p->token;
    p->token = token;
    p->token_ready = poller_instance_open(p, err);
    secret_free(former);
    return p->token_ready;
}

/* --- the end of a poll --- */

static void poll_timer(void *ctx);

static void schedule(struct poller *p, int64_t delay_ms)
{
    loop_timer_cancel(p->world->loop, p->timer);
    p->timer = loop_timer(p->world->loop, delay_ms, poll_timer, p);
    p->due_ms = clock_boot_ms() + delay_ms;
}

static void changed(struct poller *p)
{
    p->news = p->news == POLLER_RENAMED ? POLLER_RENAMED : POLLER_CHANGED;
}

static void state_set(struct poller *p, enum source_state state)
{
    if (p->state != state) {
        p->version++;
        changed(p);
    }
    p->state = state;
}

static enum source_state state_after_failure(const struct poller *p)
{
    if (p->failure.kind == ERR_REFUSED)
        return SOURCE_DENIED;
    if (p->tally.last_ok_ms == 0)
        return SOURCE_OFFLINE;
    return p->backoff.failures >= 2 ? SOURCE_STALE : p->state;
}

static void poll_went_well(struct poller *p, int64_t boot_ms, int64_t utc_ms)
{
    if (p->failure.kind == ERR_NONE && p->lack.kind == ERR_NONE)
        weave_polled(p->world->weave, p->name);
    backoff_success(&p->backoff, boot_ms, p->config->interval_ms);
    if (poller_interval_ms(p) != p->ingest.interval_ms)
        poller_pace(p);
    p->tally.polls++;
    p->tally.last_ok_ms = utc_ms;
    p->last_ok_boot_ms = boot_ms;
    p->tally.rows = p->poll_rows;
    p->tally.last_ms = boot_ms - p->poll_start_ms;
    state_set(p, SOURCE_LIVE);
}

static void poll_failed(struct poller *p, int64_t boot_ms, int64_t utc_ms)
{
    backoff_failure(&p->backoff, boot_ms, p->config->interval_ms, p->retry_after_ms, p->world->chance());
    p->tally.errors++;
    poller_error_keep(p, &p->failure, utc_ms);
    state_set(p, state_after_failure(p));
}

/* What failed was only a part of it: the rest is fresh, and the part ages by itself. */
static void poll_went_partly(struct poller *p, int64_t boot_ms, int64_t utc_ms)
{
    poll_went_well(p, boot_ms, utc_ms);
    p->tally.errors++;
    poller_error_keep(p, &p->failure, utc_ms);
    backoff_spare(&p->backoff, boot_ms, p->retry_after_ms);
}

static bool poll_is_told(const struct poller *p)
{
    return p->told_any && !p->failed_whole;
}

static void requests_drop(struct poller *p)
{
    for (size_t i = 0; i < p->request_count; i++)
        free(p->requests[i]);
    memset(p->requests, 0, sizeof p->requests);
    p->request_count = 0;
}

static void poll_settled(void *ctx, const struct err *failure)
{
    struct poller *p = ctx;
    if (failure) {
        p->failure = p->failure.kind == ERR_NONE ? *failure : p->failure;
        p->failed_whole = true;
    }
    int64_t boot_ms = clock_boot_ms(), utc_ms = clock_now(p->world->clock).utc_ms;
    if (p->failure.kind == ERR_NONE)
        poll_went_well(p, boot_ms, utc_ms);
    else if (poll_is_told(p))
        poll_went_partly(p, boot_ms, utc_ms);
    else
        poll_failed(p, boot_ms, utc_ms);
    if (p->lack.kind != ERR_NONE && p->failure.kind == ERR_NONE)
        poller_error_keep(p, &p->lack, utc_ms);
    p->polling = false;
    p->ended_once = true;
    p->poll_end_ms = boot_ms;
    p->poll_ended = p->poll_number;
    changed(p);
    requests_drop(p);
    if (!p->world->once)
        schedule(p, backoff_wait_ms(&p->backoff, boot_ms));
    p->world->ended(p->world->ctx, p->name);
}

static void poll_end(struct poller *p)
{
    if (p->failure.kind == ERR_NONE || poll_is_told(p))
        ingest_derive(&p->ingest, clock_now(p->world->clock), poll_settled, p);
    else
        poll_settled(p, NULL);
}

/* --- the end of a request --- */

static void request_release(struct poller *p)
{
    json_cut_free(p->cut);
    p->cut = NULL;
    err_clear(&p->head_err);
    buf_clear(&p->error_body);
}

/* Its path is its last member: the copy is no longer than that. Where one stood before, it goes. */
static void request_keep(struct poller *p, size_t at, const struct source_request *r)
{
    struct source_request *kept = mem_new(1, source_request_size(r));
    source_request_copy(kept, r);
    free(p->requests[at]);
    p->requests[at] = kept;
}

static bool follows_too_many(struct poller *p, struct err *err)
{
    if (p->follows++ < POLLER_FOLLOWS_MAX)
        return false;
    err_set(err, ERR_CORRUPT, "one poll of '%s' asked more than %d times", p->name, POLLER_FOLLOWS_MAX);
    return true;
}

/* On to the request that comes out of the one that ended, or to the next of the poll's beginning. */
static void go_on(struct poller *p, bool well)
{
    const struct source_driver *driver = p->config->driver;
    const struct source_ended ended = {.well = well, .etag = p->etag, .now = clock_now(p->world->clock)};
    struct source_request out = {0};
    struct err err = {0};
    if (!driver->next || !driver->next(p->inst, p->requests[p->at], &ended, &out))
        p->at++;
    else if (!follows_too_many(p, &err))
        request_keep(p, p->at, &out);
    else {
        poller_note_failure(p, out.what, &err, false);
        p->at = p->request_count;
    }
    next_request(p);
}

static void request_well(struct poller *p)
{
    const struct source_request *r = p->requests[p->at];
    p->poll_rows += p->ingest.rows;
    if (!r->past)
        poller_told(p);
    if (r->past)
        p->past_failed = false;
    else if (!r->local)
        poller_past_answered(p);
    if (!r->past && r->covers[0] != KIND_NONE)
        p->told_any = true;
    poller_note_lack(p, r);
    if (!r->aside)
        poller_report(p, r->what, NULL);
    go_on(p, true);
}

static void request_failed(struct poller *p, const struct err *err, bool answered)
{
    const struct source_request *r = p->requests[p->at];
    ingest_drop(&p->ingest);
    request_release(p);
    if (r->past) {
        poller_report(p, r->what, err);
        poller_past_failed(p, err);
    } else
        poller_note_failure(p, r->what, err, r->apart && answered);
    if (answered && !r->essential) {
        go_on(p, false);
        return;
    }
    p->at = p->request_count;
    next_request(p);
}

static void request_settled(void *ctx, const struct err *failure)
{
    struct poller *p = ctx;
    if (failure)
        request_failed(p, failure, true);
    else
        request_well(p);
}

static void count_body(struct poller *p)
{
    if (!p->cut)
        return;
    p->tally.bad_bytes += (int64_t)json_cut_counts(p->cut)->bad_bytes;
    p->tally.duplicate_keys += (int64_t)json_cut_counts(p->cut)->duplicate_keys;
}

static void requests_take(struct poller *p, struct instant now)
{
    static struct source_request
        all[SOURCE_REQUESTS_MAX]; /* too large for the stack, and to be cleared for each poll */
    poller_past_resume(p);
    requests_drop(p);
    p->request_count = p->config->driver->requests(p->inst, now, all);
    for (size_t i = 0; i < p->request_count; i++)
        request_keep(p, i, &all[i]);
}

static void begin_named(struct poller *p)
{
    p->at = 0;
    requests_drop(p);
    if (p->failure.kind == ERR_NONE)
        requests_take(p, clock_now(p->world->clock));
    next_request(p);
}

/* Nothing is stored under a name that is not its own: the poll goes on until the name is told, then begins anew. */
static void answered_without_name(struct poller *p)
{
    ingest_drop(&p->ingest);
    if (poller_name_learn(p))
        begin_named(p);
    else
        request_well(p);
}

static void body_dropped(struct poller *p, struct err *err)
{
    if (err->kind == ERR_NONE)
        *err = p->head_err;
    if (err->kind == ERR_NONE)
        err_set(err, ERR_CORRUPT, "the answer of '%s' has no body", p->name);
    p->tally.bodies_dropped++;
    request_failed(p, err, true);
}

/* The next part of the same answer, which stays open. */
static void part_ask(struct poller *p, const struct source_request *out)
{
    struct err err = {0};
    if (follows_too_many(p, &err)) {
        body_dropped(p, &err);
        return;
    }
    request_keep(p, p->at, out);
    p->part = true;
    p->tally.requests++;
    request_release(p);
    ask(p, p->requests[p->at]);
}

/* No failure: with 304 the source says that nothing changed since the last time. */
static void without_body(struct poller *p, int status)
{
    struct err err = {0};
    const struct source_request *r = p->requests[p->at];
    p->ingest.every_ms = r->every_ms;
    apply_join(p->world->apply, p->world->store);
    if (status == 304 && !ingest_unchanged(&p->ingest, r->covers, clock_now(p->world->clock), &err)) {
        request_failed(p, &err, true);
        return;
    }
    ingest_drop(&p->ingest);
    for (size_t i = 0; status == 304 && i < SOURCE_COVERS_MAX && r->covers[i] != KIND_NONE; i++)
        p->ingest.told[r->covers[i]] = p->told[r->covers[i]].rows;
    p->tally.unchanged += status == 304;
    p->ingest.rows = 0;
    request_release(p);
    request_well(p);
}

/* 200 and a whole body: what is left of it decides whether it is believed. */
static void body_ended(struct poller *p)
{
    const struct source_driver *driver = p->config->driver;
    struct err err = {0};
    struct instant now = clock_now(p->world->clock);
    const struct source_request *r = p->requests[p->at];
    const struct json *rest = NULL;
    struct source_request out = {0};
    count_body(p);
    bool ok = p->cut && json_cut_end(p->cut, &rest, &err);
    if (ok && driver->unchanged && driver->unchanged(p->inst, r, rest)) {
        without_body(p, 304);
        return;
    }
    ok = ok && driver->finish(p->inst, r, rest, now, ingest_fact, &p->ingest, &err);
    if (!ok) {
        body_dropped(p, &err);
        return;
    }
    if (p->named && driver->page && driver->page(p->inst, r, &out)) {
        part_ask(p, &out);
        return;
    }
    request_release(p);
    if (!p->named) {
        answered_without_name(p);
        return;
    }
    ingest_end(&p->ingest, now, request_settled, p);
}

/* --- HTTP --- */

static bool on_element(void *ctx, const struct json *element, struct err *err)
{
    struct poller *p = ctx;
    const struct source_request *r = p->requests[p->at];
    if (r->past)
        return poller_past_element(p, element, err);
    return p->config->driver->decode(p->inst, r, element, ingest_fact, &p->ingest, err);
}

static void on_head(void *ctx, int status, const char *content_type)
{
    struct poller *p = ctx;
    (void)content_type;
    if (status != 200)
        return;
    const struct source_request *r = p->requests[p->at];
    const struct json_cut_options options = {
        .mode = r->mode, .path = r->element_path, .keep = r->keep, .element = on_element, .ctx = p};
    static const enum kind nothing[SOURCE_COVERS_MAX] = {KIND_NONE};
    request_release(p);
    p->ingest.every_ms = r->every_ms;
    if (p->part || ingest_begin(&p->ingest, r->difference ? nothing : r->covers, &p->head_err))
        p->cut = json_cut_new(&options);
}

static bool on_body(void *ctx, const char *bytes, size_t n, struct err *err)
{
    struct poller *p = ctx;
    if (p->cut)
        return json_cut_feed(p->cut, bytes, n, err);
    size_t room = p->error_body.max - p->error_body.len;
    return buf_put(&p->error_body, bytes, n < room ? n : room, err);
}

static void skew_take(struct poller *p, int64_t date_utc_ms)
{
    int64_t skew_ms = date_utc_ms - clock_now(p->world->clock).utc_ms;
    bool told = p->config->driver->peer_skew && p->config->driver->peer_skew(p->inst, &skew_ms);
    if (!told && date_utc_ms < 0)
        return;
    p->tally.skew_s = (double)skew_ms / 1000;
    p->tally.skew_known = true;
}

static void on_done(void *ctx, const struct http_result *result)
{
    struct poller *p = ctx;
    struct err err = {0};
    p->flight = NULL;
    p->request_bytes += result->body_bytes;
    if (!p->part)
        snprintf(p->etag, sizeof p->etag, "%s", strlen(result->etag) < sizeof p->etag ? result->etag : "");
    p->tally.bytes += result->body_bytes;
    if (result->retry_after_ms > p->retry_after_ms)
        p->retry_after_ms = result->retry_after_ms;
    skew_take(p, result->date_utc_ms);
    if (!result->answered) {
        count_body(p);
        p->tally.bodies_dropped += p->cut != NULL;
        /* A body that makes no sense says nothing of the next one; a peer that does not answer does. */
        request_failed(p, &result->err, result->err.kind == ERR_CORRUPT);
    } else if (result->status == 200)
        body_ended(p);
    else if (p->config->driver->failed(p->inst, p->requests[p->at], result->status, result->content_type,
                                       buf_str(&p->error_body), p->error_body.len, &err))
        without_body(p, result->status);
    else
        request_failed(p, &err, true);
}

static void headers_add(const struct poller *p, const struct source_request *r, struct http_request *request)
{
    size_t n = poller_headers(p, request->headers);
    if (r->etag)
        request->headers[n++] = (struct http_header){.name = "If-None-Match", .value = r->etag};
    request->header_count = n;
}

static void ask(struct poller *p, const struct source_request *r)
{
    struct err err = {0};
    struct http_request request = {
        .method = r->method,
        .path = r->path,
        .total_timeout_ms = r->timeout_ms,
        .head = on_head,
        .body_part = on_body,
        .done = on_done,
        .ctx = p,
    };
    headers_add(p, r, &request);
    p->flight = http_start(p->peer, &request, &err);
    if (!p->flight)
        request_failed(p, &err, false);
}

/* --- a driver that makes its facts itself --- */

static bool produce_slice(void *ctx)
{
    struct poller *p = ctx;
    struct err err = {0};
    bool more = false;
    struct instant now = clock_now(p->world->clock);
    if (!p->config->driver->produce(p->inst, p->requests[p->at], now, POLLER_SLICE_ROWS, &more, ingest_fact, &p->ingest,
                                    &err)) {
        p->task = 0;
        request_failed(p, &err, true);
        return false;
    }
    if (more)
        return true;
    p->task = 0;
    if (p->config->driver->age_ms)
        p->ingest.age_ms = p->config->driver->age_ms(p->inst, p->requests[p->at]);
    ingest_end(&p->ingest, now, request_settled, p);
    return false;
}

static void produce(struct poller *p, const struct source_request *r)
{
    struct err err = {0};
    p->ingest.every_ms = r->every_ms;
    if (!ingest_begin(&p->ingest, r->covers, &err))
        request_failed(p, &err, true);
    else
        p->task = loop_task(p->world->loop, produce_slice, p);
}

/* The driver may change the request: it is as long again as any meanwhile. */
static bool is_wanted(struct poller *p)
{
    struct source_request whole;
    source_request_copy(&whole, p->requests[p->at]);
    bool wanted = p->config->driver->prepare(p->inst, &whole);
    request_keep(p, p->at, &whole);
    return wanted;
}

static void skip_unwanted(struct poller *p)
{
    while (p->at < p->request_count && p->config->driver->prepare && !is_wanted(p))
        p->at++;
}

static void next_request(struct poller *p)
{
    skip_unwanted(p);
    if (p->at >= p->request_count && !p->named && p->failure.kind == ERR_NONE && poller_name_learn(p)) {
        begin_named(p);
        return;
    }
    if (p->at >= p->request_count) {
        poll_end(p);
        return;
    }
    const struct source_request *r = p->requests[p->at];
    request_release(p);
    p->request_start_ms = clock_boot_ms();
    p->request_bytes = 0;
    p->part = false;
    p->etag[0] = '\0';
    p->tally.requests++;
    if (r->local)
        produce(p, r);
    else
        ask(p, r);
}

/* A service that its source needs (slurm+local:) is started with the first poll, and again when it died. */
static bool service_start(struct poller *p, struct err *err)
{
    const char *service = p->config->service;
    if (!service || (p->ended_once && p->state == SOURCE_LIVE))
        return true;
    if (!p->world->launcher)
        return err_set(err, ERR_INPUT, "there is nobody to start '%s'", service);
    return launcher_start(p->world->launcher, service, NULL, err);
}

static void poll_cannot(struct poller *p, const char *what, const struct err *err)
{
    poller_note_failure(p, what, err, false);
    poll_end(p);
}

static void poll_ask(struct poller *p)
{
    requests_take(p, clock_now(p->world->clock));
    next_request(p);
}

static void poll_with_token(struct poller *p, struct secret *token)
{
    struct err err = {0};
    if (token_take(p, token, &err))
        poll_ask(p);
    else
        poll_cannot(p, "settings", &err);
}

static void token_came(void *ctx, struct buf *out, const struct err *failure)
{
    struct poller *p = ctx;
    struct err err = {0};
    struct secret *token = out ? secret_from_output(out, &err) : NULL;
    p->token_ready = false;
    if (token)
        poll_with_token(p, token);
    else
        poll_cannot(p, "token", out ? &err : failure);
}

/* A token that was refused, or could not be had, may have been renewed since. */
static bool token_due(const struct poller *p)
{
    bool has_token = p->config->token_file || p->config->token_command;
    return !p->token_ready || !p->inst || (p->state == SOURCE_DENIED && has_token);
}

static void token_fetch(struct poller *p)
{
    const struct collector_source *c = p->config;
    struct err err = {0};
    struct secret *token = NULL;
    p->token_ready = false;
    if (c->token_file && !(token = secret_from_file(c->token_file, &err)))
        poll_cannot(p, "token", &err);
    else if (c->token_file || !c->token_command)
        poll_with_token(p, token);
    else if (!p->world->launcher) {
        err_set(&err, ERR_INPUT, "there is nobody to run '%s'", c->token_command);
        poll_cannot(p, "token", &err);
    } else if (!launcher_output_start(p->world->launcher, p->world->loop, c->token_command, token_came, p, &err))
        poll_cannot(p, "token", &err);
}

/* A service that was just started binds its socket in its own time: the first poll waits for it, but not for ever. */
static bool service_is_late(struct poller *p)
{
    const char *path = p->config->service ? p->config->peer.unix_path : NULL;
    if (!path || access(path, F_OK) == 0 || p->service_looks >= POLLER_SERVICE_LOOKS)
        return false;
    p->service_looks++;
    return true;
}

static void poll_begin(struct poller *p)
{
    struct err err = {0};
    p->polling = true;
    err_clear(&p->failure);
    err_clear(&p->lack);
    p->told_any = p->failed_whole = false;
    p->retry_after_ms = -1;
    p->poll_start_ms = p->request_start_ms = clock_boot_ms();
    p->poll_rows = p->request_bytes = 0;
    p->poll_number++;
    p->at = 0;
    requests_drop(p);
    p->follows = 0;
    if (!service_start(p, &err))
        poll_cannot(p, "service", &err);
    else if (service_is_late(p)) {
        p->polling = false;
        schedule(p, POLLER_SERVICE_LOOK_MS);
    } else if (token_due(p))
        token_fetch(p);
    else
        poll_ask(p);
}

static void poll_timer(void *ctx)
{
    struct poller *p = ctx;
    p->timer = 0;
    if (!p->polling)
        poll_begin(p);
}

/* --- from outside --- */

struct poller *poller_new(const struct poller_world *world, const struct collector_source *config, struct err *err)
{
    struct poller *p = mem_new(1, sizeof *p);
    p->world = world;
    p->config = config;
    p->state = SOURCE_OFFLINE;
    p->error_body = buf_make(POLLER_ERROR_BODY_MAX);
    p->tells = buf_make(POLLER_TELLS_MAX);
    if (poller_name_first(p, err)) {
        p->peer = config->peer.url ? http_peer_new(world->http, &config->peer, err) : NULL;
        if (p->peer || !config->peer.url)
            return p;
    }
    poller_free(p);
    return NULL;
}

void poller_free(struct poller *p)
{
    if (!p)
        return;
    if (p->flight)
        http_cancel(p->flight);
    if (p->world->launcher)
        launcher_output_forget(p->world->launcher, p);
    if (p->task)
        loop_task_cancel(p->world->loop, p->task);
    loop_timer_cancel(p->world->loop, p->timer);
    poller_order_drop(p);
    request_release(p);
    requests_drop(p);
    ingest_release(&p->ingest);
    if (p->inst)
        p->config->driver->close(p->inst);
    http_peer_free(p->peer);
    secret_free(p->token);
    buf_release(&p->error_body);
    buf_release(&p->tells);
    free(p->error);
    free(p);
}

void poller_start(struct poller *p)
{
    schedule(p, p->config->peer.url ? backoff_first_ms(p->config->interval_ms, p->world->chance()) : 0);
}

void poller_poll_now(struct poller *p)
{
    if (p->polling)
        return;
    int64_t now_ms = clock_boot_ms(), regular_ms = backoff_wait_ms(&p->backoff, now_ms);
    int64_t at_ms = p->poll_end_ms > 0 ? p->poll_end_ms + POLLER_REST_MS : now_ms;
    at_ms = at_ms > p->backoff.peer_before_ms ? at_ms : p->backoff.peer_before_ms;
    int64_t wait_ms = at_ms > now_ms ? at_ms - now_ms : 0;
    schedule(p, wait_ms < regular_ms ? wait_ms : regular_ms);
}

/* Two polls missed (domain thresholds): a poll that takes its usual time is none. */
int64_t poller_patience_ms(const struct poller *p)
{
    bool slow = 2 * p->tally.last_ms > p->config->interval_ms;
    return slow ? 2 * p->config->interval_ms + 2 * p->tally.last_ms : 3 * p->config->interval_ms;
}

void poller_tick(struct poller *p)
{
    if (poller_interval_ms(p) > p->ingest.interval_ms)
        poller_pace(p);
    if (p->state == SOURCE_LIVE && clock_boot_ms() - p->last_ok_boot_ms > poller_patience_ms(p))
        state_set(p, SOURCE_STALE);
}
