#include <curl/curl.h>
#include <string.h>

#include "io/http_private.h"

/* X509_V_ERR_... of OpenSSL, as libcurl passes them on; 1 is what it begins with, and the name is checked before the chain. */
enum { UNSPECIFIED = 1, NOT_YET_VALID = 9, EXPIRED = 10 };

static long long seconds(int64_t ms)
{
    return (long long)(ms + 999) / 1000;
}

static bool say_timeout(const struct http_ending *e, struct err *err)
{
    bool connecting = e->connect_timeout_ms < e->total_timeout_ms;
    long long connect_s = seconds(connecting ? e->connect_timeout_ms : e->total_timeout_ms);
    if (e->sent && e->body_bytes > 0)
        err_set(err, ERR_TRANSIENT, "the answer of '%s' was not whole within %lld s (%lld bytes came)", e->url,
                seconds(e->total_timeout_ms), (long long)e->body_bytes);
    else if (e->sent)
        err_set(err, ERR_TRANSIENT, "no answer from '%s' within %lld s", e->url, seconds(e->total_timeout_ms));
    else if (!e->resolved)
        err_set(err, ERR_TRANSIENT, "cannot connect to '%s': its host name was not resolved within %lld s", e->place,
                connect_s);
    else
        err_set(err, ERR_TRANSIENT, "cannot connect to '%s': no answer within %lld s", e->place, connect_s);
    return false;
}

static bool say_connect(const struct http_ending *e, struct err *err)
{
    err_set(err, ERR_TRANSIENT, "cannot connect to '%s': %s", e->place,
            e->os_error    ? strerror((int)e->os_error)
            : e->detail[0] ? e->detail
                           : "connection refused");
    return err_hint(err, "is the server running there? is a firewall in between?");
}

static bool say_name(const struct http_ending *e, struct err *err)
{
    err_set(err, ERR_TRANSIENT, "the host name in '%s' cannot be resolved", e->url);
    return err_hint(err, "is it spelt right? does this machine's name service know it?");
}

static bool say_proxy_name(const struct http_ending *e, struct err *err)
{
    err_set(err, ERR_TRANSIENT, "the host name of the proxy for '%s' cannot be resolved", e->url);
    return err_hint(err, "is it spelt right? does this machine's name service know it?");
}

static bool say_broken(const struct http_ending *e, struct err *err)
{
    if (!e->sent)
        return say_connect(e, err);
    return err_set(err, ERR_TRANSIENT, "the answer of '%s' broke off after %lld bytes", e->url,
                   (long long)e->body_bytes);
}

static bool say_nothing(const struct http_ending *e, struct err *err)
{
    return err_set(err, ERR_TRANSIENT, "'%s' closed the connection without an answer", e->url);
}

static bool say_foreign(const struct http_ending *e, struct err *err)
{
    err_set(err, ERR_CORRUPT, "the answer of '%s' is not HTTP", e->url);
    return err_hint(err, "is it the right port? is it https?");
}

static bool say_unpacking(const struct http_ending *e, struct err *err)
{
    return err_set(err, ERR_CORRUPT, "the answer of '%s' cannot be unpacked", e->url);
}

static bool say_tls(const struct http_ending *e, struct err *err)
{
    err_set(err, ERR_TRANSIENT, "cannot connect to '%s': %s", e->place, e->detail[0] ? e->detail : "TLS failed");
    return err_hint(err, "does it speak TLS at this port? is it http?");
}

static bool say_certificate(const struct http_ending *e, struct err *err)
{
    err_set(err, ERR_INPUT, "the certificate of '%s' is not trusted: %s", e->url, e->detail);
    if (e->certificate == EXPIRED || e->certificate == NOT_YET_VALID)
        return err_hint(err, "is this machine's clock right? else whoever runs the server must renew it");
    if (e->certificate <= UNSPECIFIED)
        return err_hint(err, "the URL must name the host as its certificate does");
    return err_hint(err, "name the authority that signed it with ca_file");
}

static bool say_ca_file(const struct http_ending *e, struct err *err)
{
    err_set(err, ERR_INPUT, "cannot use the ca_file of '%s': %s", e->url, e->detail);
    return err_hint(err, "it is a file of PEM certificates that this user can read");
}

static bool say_client_cert(const struct http_ending *e, struct err *err)
{
    err_set(err, ERR_INPUT, "cannot use the client_cert of '%s': %s", e->url, e->detail);
    return err_hint(err, "client_cert and client_key are PEM files that belong together");
}

static const struct {
    CURLcode code;
    bool (*say)(const struct http_ending *e, struct err *err);
} endings[] = {
    {CURLE_OPERATION_TIMEDOUT, say_timeout},
    {CURLE_COULDNT_CONNECT, say_connect},
    {CURLE_COULDNT_RESOLVE_HOST, say_name},
    {CURLE_COULDNT_RESOLVE_PROXY, say_proxy_name},
    {CURLE_PARTIAL_FILE, say_broken},
    {CURLE_RECV_ERROR, say_broken},
    {CURLE_SEND_ERROR, say_broken},
    {CURLE_GOT_NOTHING, say_nothing},
    {CURLE_UNSUPPORTED_PROTOCOL, say_foreign},
    {CURLE_WEIRD_SERVER_REPLY, say_foreign},
    {CURLE_BAD_CONTENT_ENCODING, say_unpacking},
    {CURLE_SSL_CONNECT_ERROR, say_tls},
    {CURLE_PEER_FAILED_VERIFICATION, say_certificate},
    {CURLE_SSL_CACERT_BADFILE, say_ca_file},
    {CURLE_SSL_CERTPROBLEM, say_client_cert},
};

bool http_ending_say(const struct http_ending *e, struct err *err)
{
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if ((int)endings[i].code == e->code)
            return endings[i].say(e, err);
    }
    return err_set(err, ERR_TRANSIENT, "no answer from '%s': %s", e->url,
                   e->detail[0] ? e->detail : curl_easy_strerror((CURLcode)e->code));
}
