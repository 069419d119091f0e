#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "io/http_private.h"

enum { RETRY_DIGITS = 8, RETRY_MOST_S = 99999999 };

void http_head_clear(struct http_head *h)
{
    h->retry_after_ms = h->date_utc_ms = -1;
    h->etag[0] = h->content_type[0] = '\0';
    h->packed = h->foreign = false;
}

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static int number(const char *digits, int n)
{
    int v = 0;
    for (int i = 0; i < n; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return -1;
        v = 10 * v + digits[i] - '0';
    }
    return v;
}

static int month_of(const char *name)
{
    for (int m = 0; m < 12; m++) {
        if (strncmp(months[m], name, 3) == 0)
            return m;
    }
    return -1;
}

/* IMF-fixdate of RFC 9110 section 5.6.7, "Sun, 06 Nov 1994 08:49:37 GMT"; -1 for anything else. */
static int64_t http_date(const char *v)
{
    if (strlen(v) != 29 || strcmp(v + 25, " GMT") != 0)
        return -1;
    struct tm t = {
        .tm_mday = number(v + 5, 2),
        .tm_mon = month_of(v + 8),
        .tm_year = number(v + 12, 4) - 1900,
        .tm_hour = number(v + 17, 2),
        .tm_min = number(v + 20, 2),
        .tm_sec = number(v + 23, 2),
    };
    if (t.tm_mday < 1 || t.tm_mday > 31 || t.tm_mon < 0 || t.tm_year < 0 || t.tm_hour < 0 || t.tm_hour > 23 ||
        t.tm_min < 0 || t.tm_min > 59 || t.tm_sec < 0 || t.tm_sec > 60)
        return -1;
    return 1000 * (int64_t)timegm(&t);
}

/* A number that is too long to be read asks for as long as one that is not. */
static void take_retry_after(struct http_head *h, const char *value, int64_t now_utc_ms)
{
    size_t digits = strspn(value, "0123456789");
    if (digits > 0 && value[digits] == '\0') {
        h->retry_after_ms = 1000 * (int64_t)(digits <= RETRY_DIGITS ? number(value, (int)digits) : RETRY_MOST_S);
        return;
    }
    int64_t at_ms = http_date(value);
    if (at_ms >= 0)
        h->retry_after_ms = at_ms > now_utc_ms ? at_ms - now_utc_ms : 0;
}

static void take_date(struct http_head *h, const char *value, int64_t now_utc_ms)
{
    (void)now_utc_ms;
    h->date_utc_ms = http_date(value);
}

static void take_etag(struct http_head *h, const char *value, int64_t now_utc_ms)
{
    (void)now_utc_ms;
    size_t n = strlen(value);
    bool whole = n < sizeof h->etag; /* half a validator would be a wrong one */
    for (size_t i = 0; i < n && whole; i++)
        whole = (unsigned char)value[i] > ' ' && value[i] != 0x7f; /* it goes into a header of ours */
    memcpy(h->etag, whole ? value : "", whole ? n + 1 : 1);
}

static void take_content_type(struct http_head *h, const char *value, int64_t now_utc_ms)
{
    (void)now_utc_ms;
    snprintf(h->content_type, sizeof h->content_type, "%s", value);
}

/* libcurl unpacks whatever it can, also what was not asked for; zstd may ask for 128 MiB at once, and twice packed is a bomb. */
static void take_encoding(struct http_head *h, const char *value, int64_t now_utc_ms)
{
    (void)now_utc_ms;
    bool packed =
        strcasecmp(value, "gzip") == 0 || strcasecmp(value, "x-gzip") == 0 || strcasecmp(value, "deflate") == 0;
    if (packed && !h->packed)
        h->packed = true;
    else if (packed || (value[0] && strcasecmp(value, "identity") != 0))
        h->foreign = true;
}

static void take_transfer(struct http_head *h, const char *value, int64_t now_utc_ms)
{
    (void)now_utc_ms;
    if (strcasecmp(value, "chunked") != 0 && strcasecmp(value, "identity") != 0)
        h->foreign = true;
}

static const struct {
    const char *name;
    void (*take)(struct http_head *h, const char *value, int64_t now_utc_ms);
} headers[] = {
    {"Retry-After", take_retry_after},
    {"Date", take_date},
    {"ETag", take_etag},
    {"Content-Type", take_content_type},
    {"Content-Encoding", take_encoding},
    {"Transfer-Encoding", take_transfer},
};

void http_head_line(struct http_head *h, const char *line, size_t n, int64_t now_utc_ms)
{
    char value[512];
    const char *colon = memchr(line, ':', n);
    if (!colon)
        return;
    size_t name_len = (size_t)(colon - line);
    const char *v = colon + 1, *end = line + n;
    while (v < end && (*v == ' ' || *v == '\t'))
        v++;
    while (end > v && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' ' || end[-1] == '\t'))
        end--;
    if ((size_t)(end - v) >= sizeof value || memchr(v, '\0', (size_t)(end - v)))
        return;
    memcpy(value, v, (size_t)(end - v));
    value[end - v] = '\0';
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        if (strlen(headers[i].name) == name_len && strncasecmp(headers[i].name, line, name_len) == 0)
            headers[i].take(h, value, now_utc_ms);
    }
}
