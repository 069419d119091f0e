#ifndef HUBTOP_IO_HTTP_PRIVATE_H
#define HUBTOP_IO_HTTP_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Parts of HTTP that need no libcurl. */

/* What an answer's headers say; texts are cut at their arrays' size. */
struct http_head {
    int64_t retry_after_ms; /* -1: nothing */
    int64_t date_utc_ms;    /* -1: nothing */
    char etag[256], content_type[128];
};

void http_head_clear(struct http_head *h);

/* One header line as received (without its end). Retry-After in seconds or as a date (RFC 9110 section 10.2.3), measured against `now_utc_ms`. */
void http_head_line(struct http_head *h, const char *line, size_t n, int64_t now_utc_ms);

#endif
