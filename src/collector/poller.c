#include "collector/poller_private.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"

static void next_request(struct poller *p);

/* --- an instance of the driver --- */

static bool instance_open(struct poller *p, struct err *err)
{
    const struct collector_source *c = p->config;
    const struct source_settings settings = {
        .name = p->name,
        .scheduler = weave_scheduler(p->world->weave, c->scheduler ? c->scheduler : p->name),
        .url = c->url,
        .user = c->user,
        .token = p->token,
        .interval_ms = c->interval_ms,
        .config = c->config,
        .query = c->query,
        .query_ctx = c->query_ctx,
    };
    if (p->inst)
        c->driver->close(p->inst);
    p->inst = c->driver->open(&settings, err);
    p->resumed = false;
    return p->inst != NULL;
}

/* Takes the token over; the instance that knew the former one goes first. */
static bool token_take(struct poller *p, struct secret *token, struct err *err)
{
    struct secret *former = p->token;
    p->token = token;
    p->token_ready = instance_open(p, err);
    secret_free(former);
    return p->token_ready;
}

/* A collector that is started again knows from the cache when the source last answered: a restart of ours is no news of it. */
static void state_remember(struct poller *p)
{
    int64_t last_ms = store_observed_ms(p->world->store, p->name);
    int64_t age_ms = clock_now(p->world->clock).utc_ms - last_ms;
    p->tally.last_ok_ms = last_ms;
    p->last_ok_boot_ms = clock_boot_ms() - (age_ms > 0 ? age_ms : 0);
    p->state = last_ms == 0 ? SOURCE_OFFLINE : age_ms <= 3 * p->config->interval_ms ? SOURCE_LIVE : SOURCE_STALE;
}

/* The name is known: everything that it stands in begins anew. */
static bool name_take(struct poller *p, const char *name, struct err *err)
{
    snprintf(p->name, sizeof p->name, "%s", name);
    for (int n = 2; n < 1000 && p->world->name_taken(p->world->ctx, p->name, p); n++)
        snprintf(p->name, sizeof p->name, "%.*s-%d", POLLER_NAME_MAX - 16, name, n);
    p->named = true;
    p->news = POLLER_RENAMED;
    ingest_release(&p->ingest);
    ingest_init(&p->ingest, p->world->store, p->world->apply, p->world->weave, p->name, p->config->interval_ms);
    weave_source(p->world->weave, p->name);
    p->version++;
    state_remember(p);
    double speed = p->world->clock->simulated && p->world->clock->speed > 0 ? p->world->clock->speed : 1;
    return store_interval_set(p->world->store, p->name, (int64_t)((double)p->config->interval_ms * speed), err) &&
           instance_open(p, err);
}

/* A URL of any length fits. */
static void pin_key(const struct poller *p, char out[POLLER_KEY_MAX])
{
    char hex[65];
    const char *pin = p->config->pin ? p->config->pin : p->config->url;
    hash_sha256_hex(pin, strlen(pin), hex);
    snprintf(out, POLLER_KEY_MAX, "name:%s", hex);
}

/* A source without a name of its own is called as it was called before, if it ever was. */
static bool name_first(struct poller *p, struct err *err)
{
    char key[POLLER_KEY_MAX];
    struct buf pinned = buf_make(POLLER_NAME_MAX);
    pin_key(p, key);
    const char *name = p->config->name;
    if (!name && store_note_get(p->world->store, key, &pinned, NULL) && pinned.len > 0)
        name = buf_str(&pinned);
    bool known = name || !p->config->driver->peer_name;
    bool ok = name_take(p, name ? name : p->config->provisional, err);
    p->named = known;
    buf_release(&pinned);
    return ok;
}

/* After a request of an unnamed source: true when its name is known now, its own or, after the last request, the
 * provisional one. */
static bool name_learn(struct poller *p)
{
    char key[POLLER_KEY_MAX];
    const char *peer = p->config->driver->peer_name(p->inst);
    bool last = p->at + 1 >= p->request_count;
    if (!peer && !last)
        return false;
    char name[POLLER_NAME_MAX];
    snprintf(name, sizeof name, "%s", peer ? peer : p->config->provisional);
    struct err err = {0};
    if (!name_take(p, name, &err))
        p->failure = err;
    pin_key(p, key);
    if (peer && !store_note_set(p->world->store, key, p->name, &err))
        log_err(LOG_WARN, &err);
    return true;
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

static void poll_failed(struct poller *p, int64_t boot_ms, int64_t utc_ms)
{
    backoff_failure(&p->backoff, boot_ms, p->config->interval_ms, p->retry_after_ms, p->world->chance());
    p->tally.errors++;
    p->tally.last_error_ms = utc_ms;
    if (!p->error || strcmp(p->error->text, p->failure.text) != 0)
        p->version++;
    if (!p->error)
        p->error = mem_new(1, sizeof *p->error);
    *p->error = p->failure;
    state_set(p, state_after_failure(p));
}

static void poll_went_well(struct poller *p, int64_t boot_ms, int64_t utc_ms)
{
    weave_polled(p->world->weave, p->name);
    backoff_success(&p->backoff, boot_ms, p->config->interval_ms);
    p->tally.polls++;
    p->tally.last_ok_ms = utc_ms;
    p->last_ok_boot_ms = boot_ms;
    p->tally.rows = p->poll_rows;
    p->tally.last_ms = boot_ms - p->poll_start_ms;
    state_set(p, SOURCE_LIVE);
}

static void requests_drop(struct poller *p)
{
    for (size_t i = 0; i < p->request_count; i++)
        free(p->requests[i]);
    p->request_count = 0;
}

static void poll_settled(void *ctx, const struct err *failure)
{
    struct poller *p = ctx;
    if (failure && p->failure.kind == ERR_NONE)
        p->failure = *failure;
    int64_t boot_ms = clock_boot_ms(), utc_ms = clock_now(p->world->clock).utc_ms;
    if (p->failure.kind == ERR_NONE)
        poll_went_well(p, boot_ms, utc_ms);
    else
        poll_failed(p, boot_ms, utc_ms);
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
    if (p->failure.kind == ERR_NONE)
        ingest_derive(&p->ingest, clock_now(p->world->clock), poll_settled, p);
    else
        poll_settled(p, NULL);
}

/* --- the end of a request --- */

static void report(const struct poller *p, const char *what, const struct err *err)
{
    if (!p->world->report)
        return;
    struct collector_report r = {
        .source = p->name,
        .what = what,
        .rows = err ? 0 : p->ingest.rows,
        .bytes = p->request_bytes,
        .took_ms = clock_boot_ms() - p->request_start_ms,
        .err = err,
    };
    struct buf remark = buf_make(sizeof r.remark - 1);
    if (!err && p->config->driver->remark)
        p->config->driver->remark(p->inst, p->requests[p->at], &remark);
    snprintf(r.remark, sizeof r.remark, "%s", buf_str(&remark));
    buf_release(&remark);
    p->world->report(p->world->ctx, &r);
}

static void request_release(struct poller *p)
{
    json_cut_free(p->cut);
    p->cut = NULL;
    p->head_err = (struct err){0};
    buf_clear(&p->error_body);
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
    report(p, r->what, NULL);
    p->at++;
    next_request(p);
}

/* Tells of it, and keeps the first of a poll. */
static void note_failure(struct poller *p, const char *what, const struct err *err)
{
    struct err told = *err;
    report(p, what, err);
    err_prefix(&told, "%s", what);
    if (p->failure.kind == ERR_NONE)
        p->failure = told;
    err_prefix(&told, "%s", p->name);
    log_err(LOG_WARN, &told);
}

static void request_failed(struct poller *p, const struct err *err, bool answered)
{
    const struct source_request *r = p->requests[p->at];
    ingest_drop(&p->ingest);
    request_release(p);
    if (r->past) {
        report(p, r->what, err);
        poller_past_failed(p, err);
    } else
        note_failure(p, r->what, err);
    bool go_on = answered && !r->essential;
    p->at = go_on ? p->at + 1 : p->request_count;
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
    struct source_request *all = mem_new(SOURCE_REQUESTS_MAX, sizeof *all);
    poller_past_resume(p);
    requests_drop(p);
    p->request_count = p->config->driver->requests(p->inst, now, all);
    for (size_t i = 0; i < p->request_count; i++) {
        size_t size = offsetof(struct source_request, path) + strlen(all[i].path) + 1;
        p->requests[i] = mem_new(1, size);
        memcpy(p->requests[i], &all[i], size);
    }
    free(all);
}

/* Nothing is stored under a name that is not its own: the poll goes on until the name is told, then begins anew. */
static void answered_without_name(struct poller *p, struct instant now)
{
    ingest_drop(&p->ingest);
    if (!name_learn(p)) {
        request_well(p);
        return;
    }
    p->at = 0;
    requests_drop(p);
    if (p->failure.kind == ERR_NONE)
        requests_take(p, now);
    next_request(p);
}

/* 200 and a whole body: what is left of it decides whether it is believed. */
static void body_ended(struct poller *p)
{
    struct err err = {0};
    struct instant now = clock_now(p->world->clock);
    const struct source_request *r = p->requests[p->at];
    const struct json *rest = NULL;
    count_body(p);
    bool ok = p->cut && json_cut_end(p->cut, &rest, &err) &&
              p->config->driver->finish(p->inst, r, rest, now, ingest_fact, &p->ingest, &err);
    if (!ok) {
        if (err.kind == ERR_NONE)
            err = p->head_err;
        if (err.kind == ERR_NONE)
            err_set(&err, ERR_CORRUPT, "the answer of '%s' has no body", p->name);
        p->tally.bodies_dropped++;
        request_failed(p, &err, true);
        return;
    }
    request_release(p);
    if (!p->named) {
        answered_without_name(p, now);
        return;
    }
    ingest_end(&p->ingest, now, request_settled, p);
}

/* The source says that nothing changed since the last time. */
static void not_modified(struct poller *p)
{
    struct err err = {0};
    const struct source_request *r = p->requests[p->at];
    apply_join(p->world->apply, p->world->store);
    for (size_t i = 0; i < SOURCE_COVERS_MAX && r->covers[i] != KIND_NONE; i++) {
        if (!store_touch(p->world->store, p->name, r->covers[i], clock_now(p->world->clock), p->config->interval_ms,
                         &err)) {
            request_failed(p, &err, true);
            return;
        }
    }
    ingest_drop(&p->ingest);
    for (size_t i = 0; i < SOURCE_COVERS_MAX && r->covers[i] != KIND_NONE; i++)
        p->ingest.told[r->covers[i]] = p->told[r->covers[i]].rows;
    p->ingest.rows = 0;
    p->tally.unchanged++;
    request_release(p);
    request_well(p);
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
    request_release(p);
    if (ingest_begin(&p->ingest, r->covers, &p->head_err))
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

static void on_done(void *ctx, const struct http_result *result)
{
    struct poller *p = ctx;
    struct err err = {0};
    p->flight = NULL;
    p->request_bytes = result->body_bytes;
    p->tally.bytes += result->body_bytes;
    if (result->retry_after_ms > p->retry_after_ms)
        p->retry_after_ms = result->retry_after_ms;
    if (result->date_utc_ms >= 0) {
        p->tally.skew_s = (double)(result->date_utc_ms - clock_now(p->world->clock).utc_ms) / 1000;
        p->tally.skew_known = true;
    }
    if (!result->answered) {
        count_body(p);
        p->tally.bodies_dropped += p->cut != NULL;
        /* A body that makes no sense says nothing of the next one; a peer that does not answer does. */
        request_failed(p, &result->err, result->err.kind == ERR_CORRUPT);
    } else if (result->status == 200)
        body_ended(p);
    else if (p->config->driver->failed(p->inst, p->requests[p->at], result->status, result->content_type,
                                       buf_str(&p->error_body), p->error_body.len, &err))
        not_modified(p);
    else
        request_failed(p, &err, true);
}

static void headers_add(const struct poller *p, const struct source_request *r, struct http_request *request)
{
    const char *names[POLLER_HEADERS], *values[POLLER_HEADERS];
    const struct secret *secrets[POLLER_HEADERS] = {NULL};
    size_t n =
        p->config->driver->headers ? p->config->driver->headers(p->inst, names, values, secrets, POLLER_HEADERS) : 0;
    for (size_t i = 0; i < n; i++)
        request->headers[i] = (struct http_header){.name = names[i], .value = values[i], .secret = secrets[i]};
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
    ingest_end(&p->ingest, now, request_settled, p);
    return false;
}

static void produce(struct poller *p, const struct source_request *r)
{
    struct err err = {0};
    if (!ingest_begin(&p->ingest, r->covers, &err))
        request_failed(p, &err, true);
    else
        p->task = loop_task(p->world->loop, produce_slice, p);
}

static void next_request(struct poller *p)
{
    if (p->at >= p->request_count) {
        poll_end(p);
        return;
    }
    const struct source_request *r = p->requests[p->at];
    request_release(p);
    p->request_start_ms = clock_boot_ms();
    p->request_bytes = 0;
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
    note_failure(p, what, err);
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
    p->failure = (struct err){0};
    p->retry_after_ms = -1;
    p->poll_start_ms = p->request_start_ms = clock_boot_ms();
    p->poll_rows = p->request_bytes = 0;
    p->poll_number++;
    p->at = 0;
    requests_drop(p);
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
    if (name_first(p, err)) {
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
    if (p->state == SOURCE_LIVE && clock_boot_ms() - p->last_ok_boot_ms > poller_patience_ms(p))
        state_set(p, SOURCE_STALE);
}
