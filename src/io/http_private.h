#ifndef HUBTOP_IO_HTTP_PRIVATE_H
#define HUBTOP_IO_HTTP_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "io/http.h"

/* The parts of http.c that need no transfer. */

/* What an answer's headers say. */
struct http_head {
    int64_t retry_after_ms; /* -1: nothing */
    int64_t date_utc_ms;    /* -1: nothing */
    char etag[256];         /* "" when longer, or of characters that no validator has */
    char content_type[128]; /* cut at its size */
    bool packed;            /* gzip or deflate */
    bool foreign;           /* an encoding that was not asked for, or one in another */
};

void http_head_clear(struct http_head *h);

/* One header line as received, with or without its end. Retry-After in seconds or as a date (RFC 9110 section 10.2.3), the latter
 * measured against `now_utc_ms`. */
void http_head_line(struct http_head *h, const char *line, size_t n, int64_t now_utc_ms);

/* How a transfer that did not come to its end ended. */
struct http_ending {
    int code;                          /* CURLcode */
    const char *url;                   /* the peer's, without secrets */
    const char *place;                 /* what was connected to: the url, or a Unix socket */
    const char *proxy;                 /* that was between, or NULL */
    const char *detail;                /* libcurl's words, "" without */
    const char *ca_file, *client_cert; /* or NULL */
    bool resolved;                     /* there was an address */
    bool connected;                    /* TCP came that far */
    bool sent;                         /* there was a connection, with TLS, for it */
    long os_error;                     /* errno of the connection, 0: none */
    long certificate;                  /* X509_V_ERR_...; 0 or 1: it is not the chain */
    int64_t connect_timeout_ms, total_timeout_ms, body_bytes;
};

/* The error of an ending, in words; false always. */
bool http_ending_say(const struct http_ending *e, struct err *err);

/* TLS for a request: verified, 1.2 or later; each file may be NULL. CURL * of libcurl. */
void http_tls_set(void *easy, const char *ca_file, const char *client_cert, const char *client_key);

/* The result's times and address, and whether a kept connection served a request that was sent. CURL * of libcurl, NULL when
 * it never began. */
void http_measure(void *easy, bool sent, struct http_result *r);
/* What the peer showed, when its connection was made for this request; false when there is nothing. */
bool http_measure_certificate(void *easy, struct http_certificate *out);

/* Whether `url` names an address, or a name that needs a resolver. */
bool http_url_named(const char *url);

/* Puts `base` and `path` together. ERR_INPUT when the path could move the request to another host ("http://a" and "@b"), or holds a
 * blank or a control character, or the whole is too long. */
bool http_url_join(char *out, size_t size, const char *base, const char *path, struct err *err);

/* Adds a line to libcurl's list, secret and all; ERR_INPUT when it holds a line end. */
struct curl_slist;
bool http_header_add(struct curl_slist **list, const struct http_header *h, struct err *err);
/* Wipes the lines and releases the list. Accepts NULL. */
void http_header_wipe(struct curl_slist *list);

/* Memory for libcurl that is wiped when it is given back: its copies of headers hold tokens. */
void *http_memory_new(size_t size);
void *http_memory_zeroed(size_t n, size_t size);
void *http_memory_resize(void *p, size_t size);
char *http_memory_copy(const char *s);
void http_memory_free(void *p);

/* Connections that this process may keep: one for each of so many sources, for when they run out libcurl searches all of them
 * with each request; but a process that may open few files keeps some for everything else. */
long http_limits_connections(void);

#endif
