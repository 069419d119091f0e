#include "io/http.h"

#include <curl/curl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "io/curl.h"
#include "io/http_flight.h"

enum {
    HTTP_CONNECT_TIMEOUT_MS = 5000,
    HTTP_TOTAL_TIMEOUT_MS = 60000,
    HTTP_LOW_SPEED_BYTES_S = 100,
    HTTP_LOW_SPEED_MS = 10000,
    HTTP_URL_MAX = 2048,
    HTTP_HEADERS_BYTES_MAX = 128 << 10, /* of an answer */
    HTTP_UNPACK_MOST = 100, /* a body may be so many times as large as what came: JSON packs to a tenth or a fiftieth */
};

_Static_assert(sizeof(((struct http_flight *)0)->error) >= CURL_ERROR_SIZE, "libcurl writes so much");

/* --- the multi handles in the loop --- */

static void bury(struct http *h);
static void launch(struct http *h);
static void harvest(struct http_lane *lane);

/* What handlers wished for while libcurl was at work is done when it has returned. */
static void drive(struct http_lane *lane, curl_socket_t fd, int mask)
{
    struct http *h = lane->http;
    int running;
    h->inside = true;
    curl_multi_socket_action(lane->multi, fd, mask, &running);
    h->inside = false;
    bury(h);
    launch(h);
    harvest(lane);
}

static void on_socket_event(void *ctx, int fd, int events)
{
    drive(ctx, fd,
          (events & LOOP_READ ? CURL_CSELECT_IN : 0) | (events & LOOP_WRITE ? CURL_CSELECT_OUT : 0) |
              (events & LOOP_HANGUP ? CURL_CSELECT_IN | CURL_CSELECT_ERR : 0));
}

/* Which descriptors are connections: only of these we hear when they are closed. */
static void note_connection(struct http *h, curl_socket_t fd, bool open)
{
    size_t need = (size_t)fd + 1;
    if (need > h->connection_cap) {
        size_t cap = need * 2;
        h->connections = mem_grow(h->connections, cap, sizeof *h->connections);
        memset(h->connections + h->connection_cap, 0, (cap - h->connection_cap) * sizeof *h->connections);
        h->connection_cap = cap;
    }
    h->connections[fd] = open;
}

static bool is_connection(const struct http *h, curl_socket_t fd)
{
    return (size_t)fd < h->connection_cap && h->connections[fd];
}

/* libcurl leaves a connection after each request, and comes back to it with the next. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *socket_ctx)
{
    struct http_lane *lane = ctx;
    if (what == CURL_POLL_REMOVE && is_connection(lane->http, fd)) {
        loop_fd_pause(lane->http->loop, fd);
        return 0;
    }
    int events = what == CURL_POLL_IN      ? LOOP_READ
                 : what == CURL_POLL_OUT   ? LOOP_WRITE
                 : what == CURL_POLL_INOUT ? LOOP_READ | LOOP_WRITE
                                           : 0;
    (void)easy, (void)socket_ctx;
    loop_fd(lane->http->loop, fd, events, events ? on_socket_event : NULL, lane, NULL);
    return 0;
}

static void on_timer(void *ctx)
{
    struct http_lane *lane = ctx;
    lane->timer = 0;
    drive(lane, CURL_SOCKET_TIMEOUT, 0);
}

static int on_timeout(CURLM *multi, long timeout_ms, void *ctx)
{
    struct http_lane *lane = ctx;
    struct loop *l = lane->http->loop;
    (void)multi;
    loop_timer_cancel(l, lane->timer);
    lane->timer = timeout_ms < 0 ? 0 : loop_timer(l, timeout_ms, on_timer, lane);
    return 0;
}

static bool lane_begin(struct http_lane *lane, struct http *h)
{
    if (lane->multi)
        return true;
    lane->http = h;
    lane->multi = curl_multi_init();
    if (!lane->multi)
        return false;
    curl_multi_setopt(lane->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(lane->multi, CURLMOPT_SOCKETDATA, lane);
    curl_multi_setopt(lane->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
    curl_multi_setopt(lane->multi, CURLMOPT_TIMERDATA, lane);
    curl_multi_setopt(lane->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, http_limits_connections() / HTTP_LANES);
    curl_multi_setopt(lane->multi, CURLMOPT_MAXCONNECTS, http_limits_connections() / HTTP_LANES);
    curl_multi_setopt(lane->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    return true;
}

static void lane_end(struct http_lane *lane)
{
    if (!lane->multi)
        return;
    curl_multi_cleanup(lane->multi);
    loop_timer_cancel(lane->http->loop, lane->timer);
}

struct http *http_new(struct loop *loop, struct err *err)
{
    if (!curl_load(err))
        return NULL;
    struct http *h = mem_new(1, sizeof *h);
    h->loop = loop;
    h->queue_end = &h->queue;
    unsetenv("SSLKEYLOGFILE"); /* libcurl would write the keys of every connection there */
    bool begun = curl_global_init_mem(CURL_GLOBAL_DEFAULT, http_memory_new, http_memory_free, http_memory_resize,
                                      http_memory_copy, http_memory_zeroed) == CURLE_OK;
    if (begun && lane_begin(&h->lanes[0], h))
        return h;
    if (begun)
        curl_global_cleanup();
    free(h);
    err_set(err, ERR_TRANSIENT, "cannot start libcurl");
    return NULL;
}

void http_free(struct http *h)
{
    if (!h)
        return;
    while (h->peers)
        http_peer_free(h->peers);
    http_easy_free_all(h);
    for (size_t i = 0; i < HTTP_LANES; i++)
        lane_end(&h->lanes[i]);
    loop_timer_cancel(h->loop, h->turn);
    curl_global_cleanup();
    free(h->connections);
    free(h);
}

const char *http_version(void)
{
    return curl_load(NULL) ? curl_version() : "no libcurl";
}

/* --- peers --- */

static char *copy_or_null(const char *s)
{
    return s ? mem_strdup(s) : NULL;
}

struct http_peer *http_peer_new(struct http *h, const struct http_peer_options *o, struct err *err)
{
    struct http_lane *lane = &h->lanes[h->peer_count / HTTP_LANE_PEERS % HTTP_LANES];
    if (!http_url_check(o->url, err))
        return NULL;
    if (!lane_begin(lane, h)) {
        err_set(err, ERR_TRANSIENT, "libcurl has no memory for '%s'", o->url);
        return NULL;
    }
    h->peer_count++;
    struct http_peer *p = mem_new(1, sizeof *p);
    *p = (struct http_peer){
        .http = h,
        .lane = lane,
        .next = h->peers,
        .url = mem_strdup(o->url),
        .unix_path = copy_or_null(o->unix_path),
        .ca_file = copy_or_null(o->ca_file),
        .client_cert = copy_or_null(o->client_cert),
        .client_key = copy_or_null(o->client_key),
        .proxy = copy_or_null(o->proxy),
        .connect_timeout_ms = o->connect_timeout_ms > 0 ? o->connect_timeout_ms : HTTP_CONNECT_TIMEOUT_MS,
        .named = !o->unix_path && (o->proxy || http_url_named(o->url)),
        .common = !o->unix_path && !o->ca_file && !o->client_cert && !o->client_key && !o->proxy &&
                  o->connect_timeout_ms <= 0,
    };
    size_t n = strlen(p->url);
    while (n > 0 && p->url[n - 1] == '/')
        p->url[--n] = '\0';
    h->peers = p;
    return p;
}

void http_peer_free(struct http_peer *p)
{
    if (!p)
        return;
    while (p->flights)
        http_cancel(p->flights);
    for (struct http_peer **at = &p->http->peers; *at; at = &(*at)->next) {
        if (*at == p) {
            *at = p->next;
            break;
        }
    }
    http_easy_free_peer(p);
    free(p->url);
    free(p->unix_path);
    free(p->ca_file);
    free(p->client_cert);
    free(p->client_key);
    free(p->proxy);
    free(p);
}

/* --- what arrives --- */

static size_t on_header(char *line, size_t size, size_t n, void *ctx)
{
    struct http_flight *f = ctx;
    size_t len = size * n;
    struct clock real = {0};
    f->head_bytes += (int64_t)len;
    if (f->cancelled)
        return 0;
    if (f->head_bytes > HTTP_HEADERS_BYTES_MAX) {
        err_set(&f->err, ERR_CORRUPT, "the headers of the answer of '%s' are larger than %d bytes", f->peer->url,
                HTTP_HEADERS_BYTES_MAX);
        return 0;
    }
    if (len >= 5 && strncmp(line, "HTTP/", 5) == 0)
        http_head_clear(&f->head); /* of an interim answer (100) nothing stays */
    else
        http_head_line(&f->head, line, len, clock_now(&real).utc_ms);
    if (f->head.foreign) {
        err_set(&f->err, ERR_CORRUPT, "the answer of '%s' is packed in a way that was not asked for", f->peer->url);
        return 0;
    }
    return len;
}

static int status_of(const struct http_flight *f)
{
    long status = 0;
    if (f->easy)
        curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
    return (int)status;
}

static void tell_head(struct http_flight *f)
{
    if (f->told_head || !f->request.head)
        return;
    f->told_head = true;
    f->request.head(f->request.ctx, status_of(f), f->head.content_type);
}

static void end_flight(struct http_flight *f, CURLcode code);

static void on_slow(void *ctx)
{
    struct http_flight *f = ctx;
    f->timer = 0;
    if (f->body_bytes - f->window_bytes < f->request.low_speed_bytes_s * (HTTP_LOW_SPEED_MS / 1000)) {
        err_set(&f->err, ERR_TRANSIENT, "the answer of '%s' came too slowly: %lld bytes in %d s", f->peer->url,
                (long long)(f->body_bytes - f->window_bytes), HTTP_LOW_SPEED_MS / 1000);
        end_flight(f, CURLE_OPERATION_TIMEDOUT);
        return;
    }
    f->window_bytes = f->body_bytes;
    f->timer = loop_timer(f->http->loop, HTTP_LOW_SPEED_MS, on_slow, f);
}

/* Bytes are counted as they come out of libcurl's decoders: a compressed bomb is as large as what it becomes. All that one read
 * unpacks to comes in one turn of the loop, so how much that may be is limited too. */
static bool body_fits(struct http_flight *f)
{
    curl_off_t came = 0; /* before this read */
    curl_easy_getinfo(f->easy, CURLINFO_SIZE_DOWNLOAD_T, &came);
    if ((uint64_t)f->body_bytes > f->request.max_body_bytes)
        return err_set(&f->err, ERR_CORRUPT, "the answer of '%s' is larger than %zu bytes", f->peer->url,
                       f->request.max_body_bytes);
    if (f->head.packed && f->body_bytes / HTTP_UNPACK_MOST > came + HTTP_READ_MAX)
        return err_set(&f->err, ERR_CORRUPT, "the answer of '%s' unpacks to more than %d times its size", f->peer->url,
                       HTTP_UNPACK_MOST);
    return true;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *ctx)
{
    struct http_flight *f = ctx;
    size_t len = size * n;
    if (!f->cancelled)
        tell_head(f);
    if (f->cancelled)
        return 0;
    if (!f->timer && f->request.low_speed_bytes_s > 0)
        f->timer = loop_timer(f->http->loop, HTTP_LOW_SPEED_MS, on_slow, f);
    f->body_bytes += (int64_t)len;
    if (!body_fits(f))
        return 0;
    if (!f->request.body_part)
        return len;
    bool ok = f->request.body_part(f->request.ctx, bytes, len, &f->err);
    if (!ok && !f->cancelled && f->err.kind == ERR_NONE)
        err_set(&f->err, ERR_CORRUPT, "the answer of '%s' was not understood", f->peer->url);
    return ok && !f->cancelled ? len : 0;
}

/* A socket is made: whatever name there was has an address. libcurl keeps it for HTTP_NAMES_KEPT_S. */
static int on_address(void *ctx, curl_socket_t fd, curlsocktype purpose)
{
    struct http_flight *f = ctx;
    (void)purpose;
    note_connection(f->http, fd, true);
    if (f->naming && !f->cancelled)
        f->peer->resolved_ms = clock_boot_ms();
    http_queue_named(f);
    return CURL_SOCKOPT_OK;
}

int http_socket_close(void *ctx, int fd)
{
    struct http *h = ctx;
    note_connection(h, fd, false);
    loop_fd(h->loop, fd, 0, NULL, NULL, NULL);
    return close(fd);
}

static int on_connection(void *ctx, char *their_ip, char *our_ip, int their_port, int our_port)
{
    struct http_flight *f = ctx;
    (void)their_ip, (void)our_ip, (void)their_port, (void)our_port;
    http_queue_named(f);
    f->sent = true;
    return f->cancelled ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/* --- how it ended, in words --- */

static void say_end(const struct http_flight *f, CURLcode code, struct err *err)
{
    const struct http_peer *p = f->peer;
    struct http_ending e = {.code = (int)code,
                            .url = p->url,
                            .place = p->unix_path ? p->unix_path : p->url,
                            .proxy = p->unix_path ? NULL : p->proxy,
                            .detail = f->error,
                            .ca_file = p->ca_file,
                            .client_cert = p->client_cert};
    curl_off_t resolved_us = 0;
    const char *address = NULL;
    if (f->err.kind != ERR_NONE) {
        *err = f->err;
        return;
    }
    curl_easy_getinfo(f->easy, CURLINFO_NAMELOOKUP_TIME_T, &resolved_us);
    curl_easy_getinfo(f->easy, CURLINFO_PRIMARY_IP, &address);
    curl_easy_getinfo(f->easy, CURLINFO_OS_ERRNO, &e.os_error);
    curl_easy_getinfo(f->easy, CURLINFO_SSL_VERIFYRESULT, &e.certificate);
    e.resolved = resolved_us > 0 || !p->named;
    e.connected = address && address[0];
    e.sent = f->sent;
    e.connect_timeout_ms = p->connect_timeout_ms;
    e.total_timeout_ms = f->request.total_timeout_ms;
    e.body_bytes = f->body_bytes;
    http_ending_say(&e, err);
}

/* --- a request --- */

static void leave_peer(struct http_flight *f)
{
    struct http_flight **at = &f->peer->flights;
    while (*at != f)
        at = &(*at)->next;
    *at = f->next;
}

/* libcurl does not know the flight any more: gives its easy handle back. */
static CURL *dissolve(struct http_flight *f)
{
    CURL *easy = f->easy;
    http_queue_leave(f);
    http_queue_named(f);
    loop_timer_cancel(f->http->loop, f->timer);
    if (easy)
        curl_multi_remove_handle(f->lane->multi, easy);
    http_header_wipe(f->headers);
    free(f->url);
    free(f->body);
    free(f);
    return easy;
}

static void release(struct http_flight *f)
{
    struct http *h = f->http;
    struct http_peer *p = f->peer;
    bool plain = f->plain;
    leave_peer(f);
    CURL *easy = dissolve(f);
    if (easy)
        http_easy_give(p, easy, plain);
    launch(h);
}

void http_cancel(struct http_flight *f)
{
    if (!f)
        return;
    struct http *h = f->http;
    if (!h->inside) {
        release(f);
        return;
    }
    leave_peer(f);
    f->cancelled = true;
    f->next = h->dead;
    h->dead = f;
}

/* Their peers may be gone with them, so nothing is kept for the next request. */
static void bury(struct http *h)
{
    while (h->dead) {
        struct http_flight *f = h->dead;
        h->dead = f->next;
        CURL *easy = dissolve(f);
        if (easy)
            curl_easy_cleanup(easy);
    }
}

static void measure(const struct http_flight *f, struct http_result *r)
{
    http_measure(f->easy, f->sent, r);
    r->status = status_of(f);
    if (r->status == 200) /* between long answers come short ones: 304 */
        http_easy_fit(f->peer, f->head_bytes + f->body_bytes);
    r->body_bytes = f->body_bytes;
    r->took_ms = clock_boot_ms() - f->started_ms;
    r->retry_after_ms = f->head.retry_after_ms;
    r->date_utc_ms = f->head.date_utc_ms;
}

/* Of an answer without a body; false when its owner cancelled it even now. */
static bool last_head(struct http_flight *f)
{
    struct http *h = f->http;
    h->inside = true;
    tell_head(f);
    h->inside = false;
    bool goes_on = !f->cancelled;
    bury(h);
    launch(h);
    return goes_on;
}

/* The flight is gone before its owner is told: the owner may start the next one at once. */
static void end_flight(struct http_flight *f, CURLcode code)
{
    struct http_result r = {.answered = code == CURLE_OK && f->err.kind == ERR_NONE, .certificate = ""};
    struct http_head head = f->head;
    struct http_certificate shown;
    char certificate[CURL_ERROR_SIZE] = "";
    if (r.answered && !last_head(f))
        return;
    measure(f, &r);
    if (!r.answered)
        say_end(f, code, &r.err);
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        memcpy(certificate, f->error, sizeof certificate);
    if (f->request.wants_certificate && f->easy && http_measure_certificate(f->easy, &shown))
        r.shown = &shown;
    r.etag = head.etag;
    r.content_type = head.content_type;
    r.certificate = certificate;
    void (*done)(void *, const struct http_result *) = f->request.done;
    void *ctx = f->request.ctx;
    release(f);
    done(ctx, &r);
}

static void harvest(struct http_lane *lane)
{
    CURLMsg *m;
    int left;
    while ((m = curl_multi_info_read(lane->multi, &left))) {
        struct http_flight *f = NULL;
        CURLcode code = m->data.result;
        if (m->msg == CURLMSG_DONE && curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&f) == CURLE_OK && f)
            end_flight(f, code);
    }
}

static void on_refused(void *ctx)
{
    struct http_flight *f = ctx;
    f->timer = 0;
    end_flight(f, CURLE_FAILED_INIT);
}

static void on_waited(void *ctx)
{
    struct http_flight *f = ctx;
    f->timer = 0;
    err_set(&f->err, ERR_TRANSIENT, "cannot connect to '%s': too many host names are being resolved", f->peer->url);
    end_flight(f, CURLE_OPERATION_TIMEDOUT);
}

static void set_callbacks(struct http_flight *f)
{
    CURL *easy = f->easy;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, (char *)f);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, f->error);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, f);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, f);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, on_address);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTDATA, f);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_connection);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, f);
}

static void set_request(struct http_flight *f)
{
    const struct http_request *r = &f->request;
    CURL *easy = f->easy;
    bool bodiless = strcmp(r->method, "GET") == 0 || strcmp(r->method, "DELETE") == 0;
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, f->headers);
    if (f->body || !bodiless) { /* a POST of nothing says so: Content-Length: 0 */
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)(f->body ? r->body_len : 0));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, f->body ? f->body : "");
    }
    if (f->body || strcmp(r->method, "GET") != 0)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, r->method);
    if (r->wants_certificate)
        curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
    if (r->fresh_connection) {
        curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
        curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    }
}

/* What it waited for its turn counts. */
static bool take_off(struct http_flight *f, int64_t now_ms)
{
    int64_t left_ms = f->started_ms + f->request.total_timeout_ms - now_ms;
    f->easy = http_easy_take(f->peer);
    if (!f->easy)
        return false;
    curl_easy_setopt(f->easy, CURLOPT_URL, f->url);
    curl_easy_setopt(f->easy, CURLOPT_TIMEOUT_MS, (long)(left_ms > 0 ? left_ms : 1)); /* 0 would be no limit */
    set_callbacks(f);
    set_request(f);
    return curl_multi_add_handle(f->lane->multi, f->easy) == CURLM_OK;
}

static void fly(struct http *h, struct http_flight *f, int64_t now_ms)
{
    loop_timer_cancel(h->loop, f->timer);
    f->timer = 0;
    if (take_off(f, now_ms))
        return;
    err_set(&f->err, ERR_TRANSIENT, "libcurl refuses a request to '%s'", f->peer->url);
    f->timer = loop_timer(h->loop, 0, on_refused, f); /* nobody is told before http_start() has returned */
}

static void on_turn(void *ctx)
{
    struct http *h = ctx;
    h->turn = 0;
    launch(h);
}

/* Gives libcurl the flights whose turn it is. */
static void launch(struct http *h)
{
    if (h->inside || !h->queue)
        return;
    int64_t now_ms = clock_boot_ms();
    for (struct http_flight *f; (f = http_queue_next(h, now_ms));)
        fly(h, f, now_ms);
    int64_t wait_ms = http_queue_wait_ms(h, now_ms);
    if (wait_ms >= 0 && !h->turn)
        h->turn = loop_timer(h->loop, wait_ms, on_turn, h);
}

/* The request as the flight keeps it: limits where the caller said none, nothing that the caller owns. */
static struct http_request kept(const struct http_request *r)
{
    struct http_request k = {.head = r->head,
                             .body_part = r->body_part,
                             .done = r->done,
                             .ctx = r->ctx,
                             .wants_certificate = r->wants_certificate,
                             .fresh_connection = r->fresh_connection};
    k.total_timeout_ms = r->total_timeout_ms > 0 ? r->total_timeout_ms : HTTP_TOTAL_TIMEOUT_MS;
    k.low_speed_bytes_s = r->low_speed_bytes_s ? r->low_speed_bytes_s : HTTP_LOW_SPEED_BYTES_S;
    k.max_body_bytes = r->max_body_bytes ? r->max_body_bytes : (size_t)4 << 30;
    return k;
}

static bool add_headers(struct http_flight *f, const struct http_request *r, struct err *err)
{
    static const struct http_header no_expect = {
        .name = "Expect"}; /* libcurl asks before it sends a large body: it waits a second */
    for (size_t i = 0; i < r->header_count; i++) {
        if (!http_header_add(&f->headers, &r->headers[i], err))
            return false;
    }
    return !r->body || http_header_add(&f->headers, &no_expect, err);
}

static bool is_plain(const struct http_request *r)
{
    return strcmp(r->method, "GET") == 0 && !r->body && !r->fresh_connection && !r->wants_certificate;
}

static bool prepare(struct http_flight *f, const struct http_request *r, struct err *err)
{
    char url[HTTP_URL_MAX];
    if (!http_url_join(url, sizeof url, f->peer->url, r->path, err) || !add_headers(f, r, err))
        return false;
    if (r->body) {
        f->body = mem_new(r->body_len + 1, 1);
        memcpy(f->body, r->body, r->body_len);
        f->request.body_len = r->body_len;
    }
    f->url = mem_strdup(url);
    snprintf(f->method, sizeof f->method, "%s", r->method);
    f->request.method = f->method;
    return true;
}

static struct http_flight *flight_new(struct http_peer *p)
{
    struct http_flight *f = mem_grow(NULL, 1, sizeof *f);
    memset(f, 0, offsetof(struct http_flight, error));
    f->http = p->http;
    f->lane = p->lane;
    f->peer = p;
    f->next = p->flights;
    f->started_ms = clock_boot_ms();
    f->error[0] = '\0';
    err_clear(&f->err);
    http_head_clear(&f->head);
    p->flights = f;
    return f;
}

struct http_flight *http_start(struct http_peer *p, const struct http_request *r, struct err *err)
{
    struct http *h = p->http;
    struct http_flight *f = flight_new(p);
    f->request = kept(r);
    f->plain = is_plain(r);
    http_queue_put(h, f);
    if (!prepare(f, r, err)) {
        http_cancel(f);
        return NULL;
    }
    launch(h);
    if (f->waiting)
        f->timer = loop_timer(h->loop, f->request.total_timeout_ms, on_waited, f);
    return f;
}
