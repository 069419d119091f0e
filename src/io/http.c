#include "io/http.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "io/http_private.h"

enum {
    HTTP_CONNECT_TIMEOUT_MS = 5000,
    HTTP_TOTAL_TIMEOUT_MS = 60000,
    HTTP_LOW_SPEED_BYTES_S = 100,
    HTTP_LOW_SPEED_MS = 10000,
    HTTP_CONNECTIONS_MAX = 600,
    HTTP_IDLE_MAX = 1200, /* kept connections */
    HTTP_URL_MAX = 2048,
    HTTP_HEADER_MAX = 128 << 10,
};

struct http {
    struct loop *loop;
    CURLM *multi;
    int64_t timer;
    struct http_peer *peers;
};

struct http_peer {
    struct http *http;
    struct http_peer *next;
    char *url, *unix_path, *ca_file, *client_cert, *client_key, *proxy;
    int64_t connect_timeout_ms;
    CURL *spare; /* an easy handle that waits for its next request */
    struct http_flight *flights;
};

struct http_flight {
    struct http_peer *peer;
    struct http_flight *next;
    CURL *easy;
    struct curl_slist *headers;
    struct http_request request; /* method, path, headers and body are not used after the start */
    char *body;
    char error[CURL_ERROR_SIZE];
    struct http_head head;
    struct err err; /* why we ended it ourselves */
    int64_t started_ms, body_bytes;
    int64_t window_ms, window_bytes; /* low speed counts from the first byte of the body */
    int64_t slow_timer;
    bool told_head;
};

/* --- the multi handle in the loop --- */

static void harvest(struct http *h);

static void on_socket_event(void *ctx, int fd, int events)
{
    struct http *h = ctx;
    int running, mask = (events & LOOP_READ ? CURL_CSELECT_IN : 0) | (events & LOOP_WRITE ? CURL_CSELECT_OUT : 0) |
                        (events & LOOP_HANGUP ? CURL_CSELECT_IN | CURL_CSELECT_ERR : 0);
    curl_multi_socket_action(h->multi, fd, mask, &running);
    harvest(h);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *ctx, void *socket_ctx)
{
    struct http *h = ctx;
    int events = what == CURL_POLL_IN      ? LOOP_READ
                 : what == CURL_POLL_OUT   ? LOOP_WRITE
                 : what == CURL_POLL_INOUT ? LOOP_READ | LOOP_WRITE
                                           : 0;
    (void)easy, (void)socket_ctx;
    loop_fd(h->loop, fd, events, events ? on_socket_event : NULL, h, NULL);
    return 0;
}

static void on_timer(void *ctx)
{
    struct http *h = ctx;
    int running;
    h->timer = 0;
    curl_multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    harvest(h);
}

static int on_timeout(CURLM *multi, long timeout_ms, void *ctx)
{
    struct http *h = ctx;
    (void)multi;
    loop_timer_cancel(h->loop, h->timer);
    h->timer = timeout_ms < 0 ? 0 : loop_timer(h->loop, timeout_ms, on_timer, h);
    return 0;
}

struct http *http_new(struct loop *loop, struct err *err)
{
    struct http *h = mem_new(1, sizeof *h);
    h->loop = loop;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(h->multi = curl_multi_init())) {
        free(h);
        err_set(err, ERR_TRANSIENT, "cannot start libcurl");
        return NULL;
    }
    curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
    curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
    curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
    curl_multi_setopt(h->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)HTTP_CONNECTIONS_MAX);
    curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)HTTP_IDLE_MAX);
    curl_multi_setopt(h->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    return h;
}

void http_free(struct http *h)
{
    if (!h)
        return;
    while (h->peers)
        http_peer_free(h->peers);
    curl_multi_cleanup(h->multi);
    loop_timer_cancel(h->loop, h->timer);
    curl_global_cleanup();
    free(h);
}

const char *http_version(void)
{
    return curl_version();
}

/* --- peers --- */

static char *copy_or_null(const char *s)
{
    return s ? mem_strdup(s) : NULL;
}

bool http_url_check(const char *url, struct err *err)
{
    CURLU *u = curl_url();
    char *scheme = NULL, *host = NULL, *user = NULL, *password = NULL;
    bool ok = u && curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
              curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
              curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK;
    bool secrets = ok && (curl_url_get(u, CURLUPART_USER, &user, 0) == CURLUE_OK ||
                          curl_url_get(u, CURLUPART_PASSWORD, &password, 0) == CURLUE_OK);
    bool known = ok && (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
    if (!ok)
        err_set(err, ERR_INPUT, "cannot understand the URL '%s'", url);
    else if (secrets)
        err_set(err, ERR_INPUT, "the URL of '%s' has a user or a password in it", host);
    else if (!known)
        err_set(err, ERR_INPUT, "the URL '%s' is neither http nor https", url);
    if (!ok || !known || secrets)
        err_hint(err, "it is written http://HOST:PORT or https://HOST:PORT; the user is a setting of its own");
    curl_free(scheme);
    curl_free(host);
    curl_free(user);
    curl_free(password);
    curl_url_cleanup(u);
    return ok && known && !secrets;
}

struct http_peer *http_peer_new(struct http *h, const struct http_peer_options *o, struct err *err)
{
    if (!http_url_check(o->url, err))
        return NULL;
    struct http_peer *p = mem_new(1, sizeof *p);
    *p = (struct http_peer){
        .http = h,
        .next = h->peers,
        .url = mem_strdup(o->url),
        .unix_path = copy_or_null(o->unix_path),
        .ca_file = copy_or_null(o->ca_file),
        .client_cert = copy_or_null(o->client_cert),
        .client_key = copy_or_null(o->client_key),
        .proxy = copy_or_null(o->proxy),
        .connect_timeout_ms = o->connect_timeout_ms ? o->connect_timeout_ms : HTTP_CONNECT_TIMEOUT_MS,
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
    if (p->spare)
        curl_easy_cleanup(p->spare);
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
    if (len >= 5 && strncmp(line, "HTTP/", 5) == 0)
        http_head_clear(&f->head); /* of an interim answer (100) nothing stays */
    else
        http_head_line(&f->head, line, len, clock_now(&real).utc_ms);
    return len;
}

static int status_of(const struct http_flight *f)
{
    long status = 0;
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
    f->slow_timer = 0;
    if (f->body_bytes - f->window_bytes < f->request.low_speed_bytes_s * HTTP_LOW_SPEED_MS / 1000) {
        err_set(&f->err, ERR_TRANSIENT, "the answer of '%s' came too slowly: %lld bytes in %d s", f->peer->url,
                (long long)(f->body_bytes - f->window_bytes), HTTP_LOW_SPEED_MS / 1000);
        end_flight(f, CURLE_OPERATION_TIMEDOUT);
        return;
    }
    f->window_bytes = f->body_bytes;
    f->slow_timer = loop_timer(f->peer->http->loop, HTTP_LOW_SPEED_MS, on_slow, f);
}

/* Bytes are counted as they come out of libcurl's decoders: a compressed bomb is as large as what it becomes. */
static size_t on_body(char *bytes, size_t size, size_t n, void *ctx)
{
    struct http_flight *f = ctx;
    size_t len = size * n;
    tell_head(f);
    if (!f->slow_timer && f->request.low_speed_bytes_s > 0)
        f->slow_timer = loop_timer(f->peer->http->loop, HTTP_LOW_SPEED_MS, on_slow, f);
    f->body_bytes += (int64_t)len;
    if (f->request.max_body_bytes > 0 && (uint64_t)f->body_bytes > f->request.max_body_bytes) {
        err_set(&f->err, ERR_CORRUPT, "the answer of '%s' is larger than %zu bytes", f->peer->url,
                f->request.max_body_bytes);
        return 0;
    }
    if (f->request.body_part && !f->request.body_part(f->request.ctx, bytes, len, &f->err)) {
        if (f->err.kind == ERR_NONE)
            err_set(&f->err, ERR_CORRUPT, "the answer of '%s' was not understood", f->peer->url);
        return 0;
    }
    return len;
}

/* --- how it ended, in words --- */

static int64_t timeout_s(const struct http_flight *f)
{
    return (f->request.total_timeout_ms + 999) / 1000;
}

static void say_timeout(const struct http_flight *f, struct err *err)
{
    curl_off_t connected = 0;
    curl_easy_getinfo(f->easy, CURLINFO_CONNECT_TIME_T, &connected);
    if (connected == 0)
        err_set(err, ERR_TRANSIENT, "cannot connect to '%s': no answer within %lld s", f->peer->url,
                (long long)(f->peer->connect_timeout_ms + 999) / 1000);
    else if (f->body_bytes > 0)
        err_set(err, ERR_TRANSIENT, "the answer of '%s' was not whole within %lld s (%lld bytes came)", f->peer->url,
                (long long)timeout_s(f), (long long)f->body_bytes);
    else
        err_set(err, ERR_TRANSIENT, "no answer from '%s' within %lld s", f->peer->url, (long long)timeout_s(f));
}

static void say_connect(const struct http_flight *f, struct err *err)
{
    long os_error = 0;
    curl_easy_getinfo(f->easy, CURLINFO_OS_ERRNO, &os_error);
    err_set(err, ERR_TRANSIENT, "cannot connect to '%s': %s", f->peer->unix_path ? f->peer->unix_path : f->peer->url,
            os_error ? strerror((int)os_error) : "connection refused");
    err_hint(err, "is the server running there? is a firewall in between?");
}

static void say_name(const struct http_flight *f, struct err *err)
{
    err_set(err, ERR_TRANSIENT, "the host name in '%s' cannot be resolved", f->peer->url);
    err_hint(err, "is it spelt right? does this machine's name service know it?");
}

static void say_broken(const struct http_flight *f, struct err *err)
{
    err_set(err, ERR_TRANSIENT, "the answer of '%s' broke off after %lld bytes", f->peer->url,
            (long long)f->body_bytes);
}

static void say_certificate(const struct http_flight *f, struct err *err)
{
    err_set(err, ERR_INPUT, "the certificate of '%s' is not trusted: %s", f->peer->url, f->error);
    err_hint(err, "name the authority that signed it with ca_file");
}

static const struct {
    CURLcode code;
    void (*say)(const struct http_flight *f, struct err *err);
} endings[] = {
    {CURLE_OPERATION_TIMEDOUT, say_timeout}, {CURLE_COULDNT_CONNECT, say_connect},
    {CURLE_COULDNT_RESOLVE_HOST, say_name},  {CURLE_PARTIAL_FILE, say_broken},
    {CURLE_RECV_ERROR, say_broken},          {CURLE_PEER_FAILED_VERIFICATION, say_certificate},
};

static void say_end(const struct http_flight *f, CURLcode code, struct err *err)
{
    if (f->err.kind != ERR_NONE) {
        *err = f->err;
        return;
    }
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (endings[i].code == code) {
            endings[i].say(f, err);
            return;
        }
    }
    if (code == CURLE_GOT_NOTHING)
        err_set(err, ERR_TRANSIENT, "'%s' closed the connection without an answer", f->peer->url);
    else
        err_set(err, ERR_TRANSIENT, "no answer from '%s': %s", f->peer->url,
                f->error[0] ? f->error : curl_easy_strerror(code));
}

/* --- a request --- */

static void wipe_headers(struct curl_slist *list)
{
    for (struct curl_slist *l = list; l; l = l->next)
        explicit_bzero(l->data, strlen(l->data));
    curl_slist_free_all(list);
}

static void release(struct http_flight *f)
{
    struct http_peer *p = f->peer;
    for (struct http_flight **at = &p->flights; *at; at = &(*at)->next) {
        if (*at == f) {
            *at = f->next;
            break;
        }
    }
    loop_timer_cancel(p->http->loop, f->slow_timer);
    curl_multi_remove_handle(p->http->multi, f->easy);
    curl_easy_reset(f->easy); /* forgets headers and secrets; connections and names stay */
    if (p->spare)
        curl_easy_cleanup(f->easy);
    else
        p->spare = f->easy;
    wipe_headers(f->headers);
    free(f->body);
    free(f);
}

void http_cancel(struct http_flight *f)
{
    if (f)
        release(f);
}

static void measure(const struct http_flight *f, struct http_result *r)
{
    curl_off_t connect_us = 0;
    long fresh = 0;
    curl_easy_getinfo(f->easy, CURLINFO_CONNECT_TIME_T, &connect_us);
    curl_easy_getinfo(f->easy, CURLINFO_NUM_CONNECTS, &fresh);
    r->status = status_of(f);
    r->body_bytes = f->body_bytes;
    r->took_ms = clock_boot_ms() - f->started_ms;
    r->connect_ms = connect_us / 1000;
    r->reused = fresh == 0;
    r->retry_after_ms = f->head.retry_after_ms;
    r->date_utc_ms = f->head.date_utc_ms;
}

/* The flight is gone before its owner is told: the owner may start the next one at once. */
static void end_flight(struct http_flight *f, CURLcode code)
{
    struct http_result r = {.answered = code == CURLE_OK, .certificate = ""};
    struct http_head head = f->head;
    char certificate[CURL_ERROR_SIZE] = "";
    measure(f, &r);
    if (r.answered)
        tell_head(f);
    else
        say_end(f, code, &r.err);
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        memcpy(certificate, f->error, sizeof certificate);
    r.etag = head.etag;
    r.content_type = head.content_type;
    r.certificate = certificate;
    void (*done)(void *, const struct http_result *) = f->request.done;
    void *ctx = f->request.ctx;
    release(f);
    done(ctx, &r);
}

static void harvest(struct http *h)
{
    CURLMsg *m;
    int left;
    while ((m = curl_multi_info_read(h->multi, &left))) {
        struct http_flight *f = NULL;
        CURLcode code = m->data.result;
        if (m->msg == CURLMSG_DONE && curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&f) == CURLE_OK && f)
            end_flight(f, code);
    }
}

static bool add_header(struct http_flight *f, const struct http_header *h, struct err *err)
{
    struct buf line = buf_make(HTTP_HEADER_MAX);
    bool ok = buf_reserve(&line, HTTP_HEADER_MAX - 1, err) &&
              buf_printf(&line, err, "%s: %s", h->name, h->value ? h->value : "");
    if (ok && h->secret)
        ok = secret_reveal(h->secret, "", &line, err);
    if (ok && strpbrk(buf_str(&line), "\r\n"))
        ok = err_set(err, ERR_INPUT, "the header '%s' holds a line end", h->name);
    struct curl_slist *grown = ok ? curl_slist_append(f->headers, buf_str(&line)) : NULL;
    secret_wipe(&line);
    if (grown)
        f->headers = grown;
    return grown != NULL;
}

static void set_peer(CURL *easy, const struct http_peer *p)
{
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_PROXY, p->proxy ? p->proxy : "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)p->connect_timeout_ms);
    if (p->unix_path)
        curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, p->unix_path);
    if (p->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, p->ca_file);
    if (p->client_cert)
        curl_easy_setopt(easy, CURLOPT_SSLCERT, p->client_cert);
    if (p->client_key)
        curl_easy_setopt(easy, CURLOPT_SSLKEY, p->client_key);
}

static void set_request(struct http_flight *f, const struct http_request *r)
{
    CURL *easy = f->easy;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, (char *)f);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, f->error);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, f);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, f);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, f->headers);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)f->request.total_timeout_ms);
    if (strcmp(r->method, "GET") != 0)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, r->method);
    if (f->body) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, f->body);
    }
    if (r->fresh_connection) {
        curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
        curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    }
}

/* The request as the flight keeps it: limits where the caller said none, nothing that the caller owns. */
static struct http_request kept(const struct http_request *r)
{
    struct http_request k = {.head = r->head, .body_part = r->body_part, .done = r->done, .ctx = r->ctx};
    k.total_timeout_ms = r->total_timeout_ms > 0 ? r->total_timeout_ms : HTTP_TOTAL_TIMEOUT_MS;
    k.low_speed_bytes_s = r->low_speed_bytes_s ? r->low_speed_bytes_s : HTTP_LOW_SPEED_BYTES_S;
    k.max_body_bytes = r->max_body_bytes ? r->max_body_bytes : (size_t)4 << 30;
    return k;
}

static struct http_flight *abandon(struct http_flight *f)
{
    release(f);
    return NULL;
}

struct http_flight *http_start(struct http_peer *p, const struct http_request *r, struct err *err)
{
    char url[HTTP_URL_MAX];
    int n = snprintf(url, sizeof url, "%s%s", p->url, r->path);
    struct http_flight *f = mem_new(1, sizeof *f);
    *f = (struct http_flight){
        .peer = p, .next = p->flights, .easy = p->spare ? p->spare : curl_easy_init(), .request = kept(r)};
    p->spare = NULL;
    p->flights = f;
    f->started_ms = clock_boot_ms();
    http_head_clear(&f->head);
    if (n < 0 || (size_t)n >= sizeof url) {
        err_set(err, ERR_INPUT, "the URL of a request to '%s' is too long", p->url);
        return abandon(f);
    }
    if (r->body) {
        f->body = mem_new(r->body_len + 1, 1);
        memcpy(f->body, r->body, r->body_len);
    }
    for (size_t i = 0; i < r->header_count; i++) {
        if (!add_header(f, &r->headers[i], err))
            return abandon(f);
    }
    f->headers = r->body ? curl_slist_append(f->headers, "Expect:") : f->headers;
    curl_easy_setopt(f->easy, CURLOPT_URL, url);
    set_peer(f->easy, p);
    set_request(f, r);
    if (curl_multi_add_handle(p->http->multi, f->easy) == CURLM_OK)
        return f;
    err_set(err, ERR_TRANSIENT, "libcurl refuses a request to '%s'", p->url);
    return abandon(f);
}
