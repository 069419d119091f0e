#ifndef HUBTOP_IO_HTTP_H
#define HUBTOP_IO_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/secret.h"
#include "io/loop.h"

/* HTTP over one curl multi in the loop. http and https only, no redirects, no proxy and no netrc unless asked. TLS is 1.2 or
 * later and always verified, by the host's name and by a chain to an authority: those of the peer's ca_file alone, or the
 * system's without one. What the environment says of certificates and keys (SSL_CERT_FILE, CURL_CA_BUNDLE, SSLKEYLOGFILE)
 * changes nothing. */

struct http;
struct http *http_new(struct loop *loop, struct err *err);
/* Requests in flight end without a call. Not from within a request's head, body_part or done. */
void http_free(struct http *h);

/* A peer: one source. Credentials and TLS settings are never shared with another; a kept connection serves only requests of the
 * same scheme, host, port, Unix socket, proxy and TLS settings. */
struct http_peer_options {
    const char *url;       /* http://host:port/base or https://…; of a Unix socket http://localhost */
    const char *unix_path; /* or NULL */
    const char *ca_file, *client_cert, *client_key;
    const char *proxy;          /* NULL: none, whatever the environment says */
    int64_t connect_timeout_ms; /* 0: 5 s */
};
struct http_peer;
/* Copies the options; NULL with err for a URL that http_url_check() refuses. */
struct http_peer *http_peer_new(struct http *h, const struct http_peer_options *options, struct err *err);
/* Its requests in flight end without a call; may be called from within them. */
void http_peer_free(struct http_peer *p);

enum { HTTP_HEADERS_MAX = 12 };

struct http_header {
    const char *name;
    const char *value;           /* or NULL when it is a secret */
    const struct secret *secret; /* appended to `value` as prefix ("Bearer ") or alone; never logged */
};

/* What the peer showed of itself in its TLS handshake; each "" without. From outside: show it as safe_text. */
struct http_certificate {
    char subject[256], issuer[256];
    char begins[64], ends[64]; /* as "Nov 21 03:12:07 2026 GMT" */
};

/* How a request ended. */
struct http_result {
    bool answered; /* a whole answer arrived; `status` is its status */
    int status;    /* 0 when none arrived */
    struct err
        err; /* set when not answered, or the body handler refused: "cannot connect to …", "no answer within 60 s", … */
    int64_t body_bytes; /* decoded */
    int64_t took_ms;
    /* From the start until the host's name had an address, a connection was there, TLS was agreed, and the answer began; -1: it
     * did not come to that, or there was nothing to do (a kept connection; plain HTTP). */
    int64_t name_us, connect_us, tls_us, answer_us;
    char address[64];       /* that was connected to, "" without */
    bool reused;            /* a kept connection */
    int64_t retry_after_ms; /* -1: the answer says nothing */
    int64_t date_utc_ms;    /* the peer's Date header; -1 without */
    const char *etag;       /* "" without; valid during the call */
    const char *content_type;
    const char *certificate; /* TLS: what verification found, "" when fine */
    const struct http_certificate
        *shown; /* of a request that wanted it, when it was trusted; NULL else; valid during the call */
};

struct http_request {
    const char *method; /* GET, POST, PUT, DELETE */
    const char *path;   /* appended to the peer's url; with query; begins with '/' */
    struct http_header headers[HTTP_HEADERS_MAX];
    size_t header_count;
    const char *body; /* of body_len bytes, copied; NULL: none */
    size_t body_len;
    int64_t total_timeout_ms; /* 0: 60 s */
    int64_t
        low_speed_bytes_s;  /* below this for 10 s ends it; 0: 100; -1: no limit (a slow first byte is not low speed) */
    size_t max_body_bytes;  /* decoded, counted as they arrive; 0: 4 GiB; packed at most 100 times */
    bool wants_certificate; /* the result tells what the peer showed */
    bool fresh_connection;  /* orders: libcurl resends by itself on a kept connection that dies */

    /* The status line and headers came; before any body. May be NULL. */
    void (*head)(void *ctx, int status, const char *content_type);
    /* Body bytes, decoded. False with err ends the request (err goes into the result). May be NULL: body is dropped. */
    bool (*body_part)(void *ctx, const char *bytes, size_t n, struct err *err);
    /* Always called once, last, after http_start() has returned; but not after http_cancel() or with its peer freed. Each of the three
     * may start and cancel requests, also its own. */
    void (*done)(void *ctx, const struct http_result *result);
    void *ctx;
};

struct http_flight;
/* Starts a request; everything in it is copied. NULL with err when it cannot be made (a path that would lead to another host, a
 * header with a line end). At most 16 requests resolve names at once; the others wait for their turn, within their time. */
struct http_flight *http_start(struct http_peer *p, const struct http_request *request, struct err *err);
/* Ends it without a call. Accepts NULL, not a flight that is done. */
void http_cancel(struct http_flight *f);

/* Checks a URL without asking anything: scheme http or https, a host, no user, password, query or fragment in it. ERR_INPUT says what
 * is wrong, without repeating a password. */
bool http_url_check(const char *url, struct err *err);

/* libcurl's and its TLS library's versions, one line. */
const char *http_version(void);

#endif
