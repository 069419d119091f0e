#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "io/curl.h"
#include "io/http.h"
#include "io/http_private.h"

struct parts {
    char *scheme, *host, *user, *password, *query, *fragment;
};

static bool take_apart(const char *url, struct parts *p)
{
    CURLU *u = curl_url();
    bool ok = u && curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
              curl_part(u, CURLUPART_SCHEME, &p->scheme) == CURLUE_OK;
    if (ok) {
        curl_part(u, CURLUPART_HOST, &p->host); /* file:///x has none */
        curl_part(u, CURLUPART_USER, &p->user);
        curl_part(u, CURLUPART_PASSWORD, &p->password);
        curl_part(u, CURLUPART_QUERY, &p->query);
        curl_part(u, CURLUPART_FRAGMENT, &p->fragment);
    }
    curl_url_cleanup(u);
    return ok;
}

static void parts_free(struct parts *p)
{
    curl_free(p->scheme);
    curl_free(p->host);
    curl_free(p->user);
    curl_free(p->password);
    curl_free(p->query);
    curl_free(p->fragment);
}

/* What is not understood may hold a password all the same: it is not repeated when an '@' stands in it. */
static bool judge(const char *url, bool ok, const struct parts *p, struct err *err)
{
    if ((!ok || !p->host) && strchr(url, '@'))
        return err_set(err, ERR_INPUT, "cannot understand the URL with the '@'");
    if (!ok)
        return err_set(err, ERR_INPUT, "cannot understand the URL '%s'", url);
    if (p->user || p->password)
        return err_set(err, ERR_INPUT, "the URL of '%s' has a user or a password in it", p->host);
    if (strcmp(p->scheme, "http") != 0 && strcmp(p->scheme, "https") != 0)
        return err_set(err, ERR_INPUT, "the URL '%s' is neither http nor https", url);
    if (p->query || p->fragment)
        return err_set(err, ERR_INPUT, "the URL of '%s' has a '?' or a '#' in it", p->host);
    return true;
}

/* As nearly all are written: scheme, a name or an address, a port, a path. Whoever only reads the configuration needs no libcurl for
 * them; what is written otherwise it looks at. */
static bool is_plain(const char *url)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    static const char path[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_~/";
    enum { NAME_MAX_BYTES = 253, PORT_DIGITS = 4 };
    const char *at = url + (strncmp(url, "https", 5) == 0 ? 5 : strncmp(url, "http", 4) == 0 ? 4 : 0);

    if (at == url || strncmp(at, "://", 3) != 0)
        return false;
    at += 3;
    size_t name = strspn(at, letters), port = at[name] == ':' ? strspn(at + name + 1, "0123456789") : 0;
    bool first = name > 0 && at[0] != '.' && at[0] != '-';
    at += name;
    if (!first || name > NAME_MAX_BYTES || (*at == ':' && (port == 0 || port > PORT_DIGITS)))
        return false;
    at += port > 0 ? 1 + port : 0;
    return *at == '\0' || (*at == '/' && at[strspn(at, path)] == '\0');
}

bool http_url_check(const char *url, struct err *err)
{
    struct parts p = {0};
    if (is_plain(url))
        return true;
    if (!curl_load(err))
        return false;
    bool ok = judge(url, take_apart(url, &p), &p, err);
    if (!ok)
        err_hint(err, "it is written http://HOST:PORT or https://HOST:PORT; the user is a setting of its own");
    parts_free(&p);
    return ok;
}

bool http_url_named(const char *url)
{
    struct parts p = {0};
    struct in_addr address;
    bool named = take_apart(url, &p) && p.host && p.host[0] != '[' && inet_pton(AF_INET, p.host, &address) != 1 &&
                 strcmp(p.host, "localhost") != 0; /* libcurl knows it */
    parts_free(&p);
    return named;
}

bool http_url_join(char *out, size_t size, const char *base, const char *path, struct err *err)
{
    bool bad = path[0] && path[0] != '/' && path[0] != '?';
    for (const char *c = path; *c && !bad; c++)
        bad = (unsigned char)*c <= ' ' || *c == 0x7f || *c == '#';
    if (bad)
        return err_set(err, ERR_INPUT, "the path '%s' cannot be asked of '%s'", path, base);
    int n = snprintf(out, size, "%s%s", base, path);
    if (n < 0 || (size_t)n >= size)
        return err_set(err, ERR_INPUT, "the URL of a request to '%s' is too long", base);
    return true;
}
