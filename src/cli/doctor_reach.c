#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/doctor.h"
#include "io/http.h"
#include "io/loop.h"

enum { REACH_TIMEOUT_MS = 15000, REACH_BODY_MAX = 1 << 20 };

struct reach {
    struct loop *loop;
    struct http_result result;
    struct http_certificate shown;
    bool trusted;
};

static void done(void *ctx, const struct http_result *result)
{
    struct reach *r = ctx;
    r->result = *result;
    if (result->shown) {
        r->trusted = true;
        r->shown = *result->shown;
    }
    loop_stop(r->loop);
}

/* "/" is the page of nobody's data, and without a token it tells nobody a secret: whatever status comes, the way is free. */
static bool ask(struct reach *r, struct http *http, const struct collector_source *src, struct err *err)
{
    const struct http_request request = {.method = "GET",
                                         .path = "/",
                                         .total_timeout_ms = REACH_TIMEOUT_MS,
                                         .max_body_bytes = REACH_BODY_MAX,
                                         .wants_certificate = true,
                                         .done = done,
                                         .ctx = r};
    struct http_peer *peer = http_peer_new(http, &src->peer, err);
    return peer && http_start(peer, &request, err) && loop_run(r->loop, err);
}

/* --- lines --- */

static double ms_between(int64_t from_us, int64_t to_us)
{
    return (double)(to_us - (from_us > 0 ? from_us : 0)) / 1000.0;
}

static void say_name(const struct reach *r, const struct collector_source *src)
{
    char text[128];
    if (src->peer.unix_path || r->result.name_us < 0)
        return;
    if (src->peer.proxy)
        snprintf(text, sizeof text, "of the proxy, %.1f ms", ms_between(0, r->result.name_us));
    else
        snprintf(text, sizeof text, "%s, %.1f ms", r->result.address[0] ? r->result.address : "resolved",
                 ms_between(0, r->result.name_us));
    doctor_line("name", text, "");
}

static void say_connection(const struct reach *r, const struct collector_source *src)
{
    char text[2048];
    const char *how = src->peer.unix_path ? src->peer.unix_path : src->peer.proxy ? src->peer.proxy : r->result.address;
    if (r->result.connect_us > 0)
        snprintf(text, sizeof text, "%s%s, %.1f ms", src->peer.proxy ? "through the proxy " : "", how,
                 ms_between(r->result.name_us, r->result.connect_us));
    else if (r->result.address[0])
        snprintf(text, sizeof text, "%s takes the connection", how);
    else
        return;
    doctor_line("connect", text, "");
}

static void say_tls(const struct reach *r)
{
    char text[sizeof r->shown + 128];
    if (r->result.tls_us <= 0)
        return;
    snprintf(text, sizeof text, "verified, %.1f ms", ms_between(r->result.connect_us, r->result.tls_us));
    doctor_line("TLS", text, "");
    if (!r->trusted)
        return;
    snprintf(text, sizeof text, "%s, by %s, until %s", r->shown.subject, r->shown.issuer, r->shown.ends);
    doctor_line("certificate", text, "");
}

static void say_answer(const struct reach *r)
{
    char text[128];
    int64_t before_us = r->result.tls_us > 0 ? r->result.tls_us : r->result.connect_us;
    if (r->result.status <= 0)
        return;
    snprintf(text, sizeof text, "HTTP %d to '/' without a token, %.1f ms", r->result.status,
             ms_between(before_us, r->result.answer_us));
    doctor_line("answer", text, "");
}

/* What did not come to its end. */
static const char *failing(const struct reach *r, const struct collector_source *src)
{
    bool tls = src->peer.url && strncmp(src->peer.url, "https:", 6) == 0;
    if (r->result.name_us < 0 && !r->result.address[0] && !src->peer.unix_path)
        return "name";
    if (r->result.connect_us < 0 && !r->result.address[0])
        return "connect";
    return !tls || r->result.tls_us > 0 ? "answer" : src->peer.proxy ? "proxy, TLS" : "TLS";
}

static bool say(const struct reach *r, const struct collector_source *src, struct err *err)
{
    say_name(r, src);
    say_connection(r, src);
    say_tls(r);
    say_answer(r);
    if (r->result.status > 0)
        return true;
    *err = r->result.err;
    doctor_line(failing(r, src), err->text, err->hint);
    return false;
}

bool doctor_reach(const struct collector_source *src, struct err *err)
{
    struct reach r = {.loop = loop_new(err)};
    struct http *http = r.loop ? http_new(r.loop, err) : NULL;
    bool asked = http && ask(&r, http, src, err);
    if (!asked)
        doctor_line("connect", err->text, err->hint);
    bool ok = asked && say(&r, src, err);
    http_free(http);
    loop_free(r.loop);
    return ok;
}
