#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "io/http_private.h"

/* X509_V_ERR_... of OpenSSL, as libcurl passes them on; 1 is what it begins with, and the name is checked before the chain. */
enum {
    UNSPECIFIED = 1,
    NOT_YET_VALID = 9,
    EXPIRED = 10,
    SELF_SIGNED = 18,
    CHAIN_SELF_SIGNED = 19,
    NO_ISSUER = 20,
    NO_FIRST_ISSUER = 21,
    OTHER_HOST = 62,
};

enum { EXIT_UNREACHED = 69, EXIT_CONFIG = 78, DETAIL_MAX = 256 };

static long long seconds(int64_t ms)
{
    return (long long)(ms + 999) / 1000;
}

static bool is_https(const struct http_ending *e)
{
    return strncmp(e->url, "https:", 6) == 0;
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
    else if (e->connected && is_https(e)) {
        err_set(err, ERR_TRANSIENT,
                "cannot connect to '%s': it took the connection, but no TLS was agreed within %lld s", e->place,
                connect_s);
        err_hint(err, "does it speak TLS at this port? is it http?");
    } else if (!e->resolved)
        err_set(err, ERR_TRANSIENT, "cannot connect to '%s': its host name was not resolved within %lld s", e->place,
                connect_s);
    else
        err_set(err, ERR_TRANSIENT, "cannot connect to '%s': no answer within %lld s", e->place, connect_s);
    return false;
}

static bool say_connect(const struct http_ending *e, struct err *err)
{
    const char *why = e->os_error ? strerror((int)e->os_error) : e->detail[0] ? e->detail : "connection refused";
    if (e->proxy) {
        err_set(err, ERR_TRANSIENT, "cannot connect to '%s' through the proxy '%s': %s", e->place, e->proxy, why);
        return err_hint(err, "is the proxy right? does it let this host through?");
    }
    err_set(err, ERR_TRANSIENT, "cannot connect to '%s': %s", e->place, why);
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

/* libcurl's words begin with what is said already, and OpenSSL's with numbers. */
static void bare(const char *detail, char out[DETAIL_MAX])
{
    static const char *const known[] = {"SSL certificate problem: ", "SSL: "};
    const char *inner = strstr(detail, " routines::");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strncmp(detail, known[i], strlen(known[i])) == 0)
            detail += strlen(known[i]);
    }
    detail = inner ? inner + sizeof " routines::" - 1 : detail;
    snprintf(out, DETAIL_MAX, "%.*s", (int)(inner ? strcspn(detail, ",") : strlen(detail)), detail);
}

/* --- what the TLS library says, by words of it that have stayed the same for long --- */

static bool say_old(const struct http_ending *e, struct err *err)
{
    err_set(err, ERR_TRANSIENT, "cannot connect to '%s': it speaks no TLS as new as version 1.2", e->place);
    return err_hint(err, "nothing older is used: whoever runs the server must let it speak TLS 1.2 or 1.3");
}

static bool say_no_tls(const struct http_ending *e, struct err *err)
{
    err_set(err, ERR_TRANSIENT, "cannot connect to '%s': what answers there speaks no TLS", e->place);
    return err_hint(err, "does it speak TLS at this port? is it http?");
}

static bool say_wants_ours(const struct http_ending *e, struct err *err)
{
    char detail[DETAIL_MAX];
    bare(e->detail, detail);
    if (e->client_cert) {
        err_set(err, ERR_REFUSED, "'%s' refuses our certificate '%s': %s", e->url, e->client_cert, detail);
        return err_hint(err, "is it signed by an authority that the server knows, for clients, and not expired?");
    }
    err_set(err, ERR_REFUSED, "'%s' asks for a client certificate, and we have none: %s", e->url, detail);
    return err_hint(err, "name one that the server knows with client_cert and client_key");
}

static bool say_no_agreement(const struct http_ending *e, struct err *err)
{
    char detail[DETAIL_MAX];
    bare(e->detail, detail);
    err_set(err, ERR_TRANSIENT, "cannot connect to '%s': it refuses the TLS handshake: %s", e->place, detail);
    return err_hint(err, e->client_cert
                             ? "does it know the authority of client_cert? else it has no cipher in common with us"
                             : "does it ask for a client certificate (client_cert)? else it has no cipher in "
                               "common with us");
}

static const struct {
    const char *word;
    bool (*say)(const struct http_ending *e, struct err *err);
} tls_words[] = {
    {"alert protocol version", say_old},
    {"unsupported protocol", say_old},
    {"wrong version number", say_no_tls},
    {"packet length too long", say_no_tls},
    {"http request", say_no_tls},
    {"certificate required", say_wants_ours},
    {"alert bad certificate", say_wants_ours},
    {"alert unsupported certificate", say_wants_ours},
    {"alert certificate", say_wants_ours}, /* revoked, expired, unknown */
    {"alert unknown ca", say_wants_ours},
    {"alert access denied", say_wants_ours},
    {"alert handshake failure", say_no_agreement},
};

/* True when the words are known, and said. */
static bool say_alert(const struct http_ending *e, struct err *err)
{
    for (size_t i = 0; i < sizeof tls_words / sizeof *tls_words; i++) {
        if (strstr(e->detail, tls_words[i].word)) {
            tls_words[i].say(e, err);
            return true;
        }
    }
    return false;
}

static bool say_tls(const struct http_ending *e, struct err *err)
{
    if (say_alert(e, err))
        return false;
    err_set(err, ERR_TRANSIENT, "cannot connect to '%s': %s", e->place, e->detail[0] ? e->detail : "TLS failed");
    return err_hint(err, "does it speak TLS at this port? is it http?");
}

/* --- what verification found --- */

static void hint_clock(const struct http_ending *e, struct err *err)
{
    (void)e;
    err_hint(err, "is this machine's clock right? else whoever runs the server must renew it");
}

static void hint_name(const struct http_ending *e, struct err *err)
{
    (void)e;
    err_hint(err, "the URL must name the host as its certificate does");
}

static void hint_authority(const struct http_ending *e, struct err *err)
{
    if (e->ca_file)
        err_hint(err, "the authority must stand in '%s'; the server must send the certificates between the two",
                 e->ca_file);
    else
        err_hint(err, "name the authority with ca_file; the server must send the certificates between the two");
}

static void hint_own(const struct http_ending *e, struct err *err)
{
    (void)e;
    err_hint(err,
             "when its fingerprint is the one that the server's people tell you, put the certificate into ca_file");
}

static const struct finding {
    long code;
    const char *words;
    void (*hint)(const struct http_ending *e, struct err *err);
} findings[] = {
    {NOT_YET_VALID, "it is not valid yet", hint_clock},
    {EXPIRED, "it has expired", hint_clock},
    {SELF_SIGNED, "it is self-signed: no authority vouches for it", hint_own},
    {CHAIN_SELF_SIGNED, "it comes from an authority that is not trusted here", hint_authority},
    {NO_ISSUER, "no authority that is trusted here signed it, or the server's chain is not whole", hint_authority},
    {NO_FIRST_ISSUER, "no authority that is trusted here signed it, or the server's chain is not whole",
     hint_authority},
    {OTHER_HOST, "it is for another host", hint_name},
};

/* NULL for one that has no words of its own. */
static const struct finding *finding_of(long code)
{
    code = code <= UNSPECIFIED ? OTHER_HOST : code;
    for (size_t i = 0; i < sizeof findings / sizeof *findings; i++) {
        if (findings[i].code == code)
            return &findings[i];
    }
    return NULL;
}

/* The person must mend it, but to whoever waits the source is one that cannot be reached. What libcurl says of a host's name holds
 * the names; of the chain it says no more than we do. */
static bool say_certificate(const struct http_ending *e, struct err *err)
{
    char detail[DETAIL_MAX];
    const struct finding *f = finding_of(e->certificate);
    bare(e->detail, detail);
    if (!f)
        err_set(err, ERR_INPUT, "the certificate of '%s' is not trusted: %s", e->url, detail);
    else if (f->code == OTHER_HOST && detail[0])
        err_set(err, ERR_INPUT, "the certificate of '%s' is not trusted: %s (%s)", e->url, f->words, detail);
    else
        err_set(err, ERR_INPUT, "the certificate of '%s' is not trusted: %s", e->url, f->words);
    (f ? f->hint : hint_authority)(e, err);
    return err_exit(err, EXIT_UNREACHED);
}

/* A server that hangs up without a word may have wanted another one: TLS, or a certificate of ours. */
static bool hint_silence(const struct http_ending *e, struct err *err)
{
    if (e->place != e->url)
        return false;
    if (!is_https(e))
        return err_hint(err, "does the server want TLS at this port? is it https?");
    return err_hint(err, e->client_cert ? "does the server know the authority of our client certificate (client_cert)?"
                                        : "does the server ask for a client certificate (client_cert)?");
}

static bool say_broken(const struct http_ending *e, struct err *err)
{
    if (say_alert(e, err))
        return false;
    if (!e->sent)
        return say_connect(e, err);
    err_set(err, ERR_TRANSIENT, "the answer of '%s' broke off after %lld bytes", e->url, (long long)e->body_bytes);
    return e->body_bytes > 0 ? false : hint_silence(e, err);
}

static bool say_nothing(const struct http_ending *e, struct err *err)
{
    err_set(err, ERR_TRANSIENT, "'%s' closed the connection without an answer", e->url);
    return hint_silence(e, err);
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

static bool say_ca_file(const struct http_ending *e, struct err *err)
{
    err_set(err, ERR_INPUT, "cannot use the ca_file of '%s': %s", e->url, e->detail);
    err_hint(err, "it is a file of PEM certificates that this user can read");
    return err_exit(err, EXIT_CONFIG);
}

static bool say_client_cert(const struct http_ending *e, struct err *err)
{
    err_set(err, ERR_INPUT, "cannot use the client_cert of '%s': %s", e->url, e->detail);
    err_hint(err, "client_cert and client_key are PEM files that belong together; the key has no pass phrase");
    return err_exit(err, EXIT_CONFIG);
}

/* libcurl's own words are "Out of memory": it has no other ones for a header line above its limit of 100 KiB. */
static bool say_header(const struct http_ending *e, struct err *err)
{
    return err_set(err, ERR_CORRUPT, "a header of the answer of '%s' is too long, or there is no memory", e->url);
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
    {CURLE_OUT_OF_MEMORY, say_header},
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
