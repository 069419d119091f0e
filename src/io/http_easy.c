#include <curl/curl.h>

#include "io/http_flight.h"

enum {
    /* libcurl's buffer, which it makes for each request, and which is wiped as its other memory is */
    READ_USUAL = 4 << 10,
    READ_LEAST = 1 << 10, /* libcurl takes no less */
};

static void set_files(CURL *easy, const struct http_peer *p)
{
    curl_easy_setopt(easy, CURLOPT_PROXY, p->proxy ? p->proxy : "");
    if (p->unix_path)
        curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, p->unix_path);
    http_tls_set(easy, p->ca_file, p->client_cert, p->client_key);
}

static void set_peer(CURL *easy, const struct http_peer *p)
{
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_NOPROXY, ""); /* else the environment may say that the proxy is not for this host */
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT,
                     1L); /* else the end of a request waits for the resolver's thread, and the loop with it */
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, http_socket_close);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, p->http);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)p->connect_timeout_ms);
    set_files(easy, p);
}

/* What peers that share handles differ in. */
static void set_own(CURL *easy, const struct http_peer *p)
{
    /* For a number there is nothing to forget; with a time to keep it, each request's end would look through all hosts. */
    curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, p->named ? (long)HTTP_NAMES_KEPT_S : -1L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, p->read_bytes ? p->read_bytes : (long)READ_USUAL);
}

void http_easy_fit(struct http_peer *p, int64_t bytes)
{
    p->read_bytes = READ_LEAST;
    while (p->read_bytes < HTTP_READ_MAX && p->read_bytes < bytes)
        p->read_bytes *= 2;
}

void *http_easy_take(struct http_peer *p)
{
    struct http *h = p->http;
    bool shared = p->common && h->spare_count > 0, knows_peer = shared || (p->spare && p->spare_set);
    CURL *easy = shared ? h->spares[--h->spare_count] : p->spare ? p->spare : curl_easy_init();
    p->spare = shared ? p->spare : NULL;
    if (easy && !knows_peer)
        set_peer(easy, p);
    if (easy)
        set_own(easy, p);
    return easy;
}

void http_easy_give(struct http_peer *p, void *easy, bool plain)
{
    struct http *h = p->http;
    if (plain) {
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, NULL);
        curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, NULL);
    } else
        curl_easy_reset(easy); /* forgets headers and secrets; connections and names stay */
    if (p->common && plain && h->spare_count < HTTP_SPARES_MAX)
        h->spares[h->spare_count++] = easy;
    else if (p->common || p->spare)
        curl_easy_cleanup(easy);
    else {
        p->spare = easy;
        p->spare_set = plain;
    }
}

void http_easy_free_peer(struct http_peer *p)
{
    if (p->spare)
        curl_easy_cleanup(p->spare);
    p->spare = NULL;
}

void http_easy_free_all(struct http *h)
{
    while (h->spare_count > 0)
        curl_easy_cleanup(h->spares[--h->spare_count]);
}
