#include "sources/source.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

const char *source_setting(const struct source_settings *settings, const char *key)
{
    const char *value = settings->config ? config_text(settings->config, key) : NULL;
    if (!value && settings->query)
        value = settings->query(settings->query_ctx, key);
    return value;
}

const struct source_driver *source_by_name(const char *name)
{
    for (size_t i = 0; source_table[i]; i++) {
        if (strcmp(source_table[i]->name, name) == 0)
            return source_table[i];
    }
    return NULL;
}

/* --- source URLs
 * ----------------------------------------------------------------------------------------------------------- */

static const char lower[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

/* The text may hold a secret that was put there by mistake: messages quote none of it but the driver. */
static bool bad(struct err *err, const char *what)
{
    err_set(err, ERR_INPUT, "cannot read a source's URL: %s", what);
    err_hint(err, "the form is DRIVER+http://USER@HOST:PORT?token_file=PATH, DRIVER+unix:///PATH, slurm+local:, "
                  "sample:DIR or file:/PATTERN");
    return err_exit(err, 64);
}

static bool secret_inside(struct err *err)
{
    bad(err, "a password or token must not stand in it");
    return err_hint(err, "put the token into a file of mode 0600 and say ?token_file=PATH");
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Percent-decodes `n` bytes; false when they are malformed, hold a NUL or do not fit. */
static bool decode(const char *from, size_t n, char *out, size_t size)
{
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        int c = (unsigned char)from[i];
        if (c == '%') {
            int high = n - i > 2 ? hex(from[i + 1]) : -1;
            int low = high >= 0 ? hex(from[i + 2]) : -1;
            c = low >= 0 ? high * 16 + low : 0;
            i += 2;
        }
        if (c == 0 || len + 1 >= size)
            return false;
        out[len++] = (char)c;
    }
    if (size == 0)
        return false;
    out[len] = '\0';
    return true;
}

static bool copy(const char *from, size_t n, char *out, size_t size)
{
    if (n >= size)
        return false;
    memcpy(out, from, n);
    out[n] = '\0';
    return true;
}

/* The value of `key` in the query as it stands, or NULL. */
static const char *find(const char *query, const char *key, size_t *n)
{
    size_t len = strlen(key);
    while (*query) {
        size_t pair = strcspn(query, "&");
        if (pair > len && query[len] == '=' && memcmp(query, key, len) == 0) {
            *n = pair - len - 1;
            return query + len + 1;
        }
        query += pair + (query[pair] == '&');
    }
    return NULL;
}

bool source_url_query(const struct source_url *url, const char *key, char *out, size_t size)
{
    size_t n;
    const char *value = find(url->query, key, &n);
    return value && decode(value, n, out, size);
}

static bool query_take(const char *query, struct source_url *out, struct err *err)
{
    static const char *const secrets[] = {"token", "password", "passwd", "secret", "jwt"};
    char scratch[sizeof out->query];
    size_t n;
    if (!copy(query, strlen(query), out->query, sizeof out->query))
        return bad(err, "its query is too long");
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        if (find(query, secrets[i], &n))
            return secret_inside(err);
    }
    if (!decode(query, strlen(query), scratch, sizeof scratch))
        return bad(err, "a '%' in its query is not followed by two hexadecimal digits");
    while (*query) {
        size_t pair = strcspn(query, "&"), key = strcspn(query, "=");
        if (pair > 0 && (key == 0 || key >= pair))
            return bad(err, "its query is not a list of key=value");
        query += pair + (query[pair] == '&');
    }
    return true;
}

static bool port_sane(const char *p, size_t n)
{
    unsigned v = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9' || v > 65535)
            return false;
        v = v * 10 + (unsigned)(p[i] - '0');
    }
    return n > 0 && v > 0 && v <= 65535;
}

/* "10.0.0.1", "host:6820", "[::1]:6820". */
static bool host_sane(const char *p, size_t n)
{
    const char *close = n > 0 && *p == '[' ? memchr(p, ']', n) : NULL;
    size_t host = close ? (size_t)(close - p) + 1 : 0;
    if (!close) {
        while (host < n && p[host] != ':')
            host++;
        if (host == 0 || memchr(p, '[', n) || memchr(p, ']', n))
            return false;
    } else if (host < 4)
        return false;
    return host == n || (p[host] == ':' && port_sane(p + host + 1, n - host - 1));
}

/* `rest` is USER@HOST:PORT/BASE, `n` bytes, after a scheme of `scheme` bytes ("http://") before it. */
static bool http_take(const char *url, size_t scheme, size_t n, struct source_url *out, struct err *err)
{
    const char *authority = url + scheme, *at = NULL;
    size_t len = 0;
    while (scheme + len < n && authority[len] != '/')
        len++;
    for (size_t i = 0; i < len; i++)
        at = authority[i] == '@' ? authority + i : at;
    size_t user = at ? (size_t)(at - authority) : 0, skip = at ? user + 1 : 0;
    if (memchr(authority, ':', user))
        return secret_inside(err);
    if (at && (user == 0 || !decode(authority, user, out->user, sizeof out->user)))
        return bad(err, "the user before '@' makes no sense");
    if (!host_sane(authority + skip, len - skip))
        return bad(err, "its host or port makes no sense");
    if (n - skip >= sizeof out->url)
        return bad(err, "it is too long");
    memcpy(out->url, url, scheme);
    return copy(authority + skip, n - scheme - skip, out->url + scheme, sizeof out->url - scheme);
}

/* What stands behind DRIVER+, `n` bytes before the query. */
static bool place_take(const char *url, size_t n, struct source_url *out, struct err *err)
{
    if (n > 7 && memcmp(url, "http://", 7) == 0)
        return http_take(url, 7, n, out, err);
    if (n > 8 && memcmp(url, "https://", 8) == 0)
        return http_take(url, 8, n, out, err);
    if ((n > 8 && memcmp(url, "unix:///", 8) == 0) || (n == 6 && memcmp(url, "local:", 6) == 0))
        return copy(url, n, out->url, sizeof out->url) || bad(err, "it is too long");
    return bad(err, "what follows '+' is none of http://, https://, unix:/// and local:");
}

static bool shape_sane(const char *text, struct err *err)
{
    for (const char *p = text; *p; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            return bad(err, "it holds a control character");
    }
    return true;
}

bool source_url_parse(const char *text, struct source_url *out, struct err *err)
{
    *out = (struct source_url){0};
    size_t name = strspn(text, lower), all = strcspn(text, "?");
    bool file = strncmp(text, "file:", 5) == 0;
    bool local = text[name] == ':' && (strncmp(text, "sample:", 7) == 0 || file);
    if (!shape_sane(text, err))
        return false;
    if (name == 0 || (text[name] != '+' && !local))
        return bad(err, "it does not begin with a driver's name and '+'");
    if (!copy(text, name, out->driver, sizeof out->driver))
        return bad(err, "its driver's name is too long");
    if (text[all] == '?' && !query_take(text + all + 1, out, err))
        return false;
    if (!local)
        return place_take(text + name + 1, all - name - 1, out, err);
    if (file && text[name + 1] != '/')
        return bad(err, "file: needs a path from the root");
    if (all == name + 1)
        return bad(err, "sample: needs a folder");
    return copy(text + name + 1, all - name - 1, out->url, sizeof out->url) || bad(err, "its path is too long");
}

size_t source_authorization(const char *scheme, const struct secret *secret, const char *names[], const char *values[],
                            const struct secret *secrets[], size_t max)
{
    if (!secret || max == 0)
        return 0;
    names[0] = "Authorization";
    values[0] = scheme;
    secrets[0] = secret;
    return 1;
}

size_t source_request_size(const struct source_request *r)
{
    return offsetof(struct source_request, path) + strlen(r->path) + 1;
}

void source_request_copy(struct source_request *out, const struct source_request *r)
{
    memcpy(out, r, source_request_size(r));
}

/* --- orders */

enum { ORDERED_REMOTE_MAX = 4096, ORDERED_COPY_MAX = 4 << 20 };

struct source_ordered source_ordered_make(void)
{
    return (struct source_ordered){.remote = buf_make(ORDERED_REMOTE_MAX), .copy = buf_make(ORDERED_COPY_MAX)};
}

void source_ordered_release(struct source_ordered *said)
{
    buf_release(&said->remote);
    buf_release(&said->copy);
    rows_release(&said->jobs);
}

void source_ordered_clear(struct source_ordered *said)
{
    buf_clear(&said->remote);
    buf_clear(&said->copy);
    rows_clear(&said->jobs);
}

static const struct order_word {
    const char *word;
    bool reads;
} order_words[] = {
    [SOURCE_ORDER_SILENCE] = {"silence", false},
    [SOURCE_ORDER_UNSILENCE] = {"unsilence", false},
    [SOURCE_ORDER_READ] = {"read", true},
    [SOURCE_ORDER_HOLD] = {"hold", false},
    [SOURCE_ORDER_RELEASE] = {"release", false},
    [SOURCE_ORDER_CANCEL] = {"cancel", false},
    [SOURCE_ORDER_PRIORITY] = {"priority", false},
    [SOURCE_ORDER_LIMIT] = {"limit", false},
    [SOURCE_ORDER_SCRIPT] = {"script", true},
    [SOURCE_ORDER_SUBMIT] = {"submit", false},
    [SOURCE_ORDER_MOVE] = {"move", false},
    [SOURCE_ORDER_DRAIN] = {"drain", false},
    [SOURCE_ORDER_RESUME] = {"resume", false},
    [SOURCE_ORDER_TRANSFER_HOLD] = {"transfer_hold", false},
    [SOURCE_ORDER_TRANSFER_RELEASE] = {"transfer_release", false},
    [SOURCE_ORDER_CONNECT] = {"connect", false},
    [SOURCE_ORDER_SUSPEND] = {"suspend", false},
    [SOURCE_ORDER_ACTIVATE] = {"activate", false},
    [SOURCE_ORDER_RETURN] = {"return", false},
};

const char *source_order_word(enum source_order_what what)
{
    return order_words[what].word;
}

bool source_order_reads(enum source_order_what what)
{
    return order_words[what].reads;
}
