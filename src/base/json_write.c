#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/json_number.h"

enum { DEPTH_MAX = 63 };

struct json_writer json_writer_make(struct buf *out)
{
    return (struct json_writer){.out = out};
}

static void put(struct json_writer *w, const char *bytes, size_t n)
{
    if (w->err.kind == ERR_NONE)
        buf_put(w->out, bytes, n, &w->err);
}

/* Before each key, and each value that has none. */
static void put_comma(struct json_writer *w)
{
    uint64_t bit = UINT64_C(1) << w->depth;

    if (!w->after_key && (w->comma & bit) != 0)
        put(w, ",", 1);
    w->comma |= bit;
    w->after_key = false;
}

static void put_value(struct json_writer *w, const char *bytes, size_t n)
{
    put_comma(w);
    put(w, bytes, n);
}

static void open_container(struct json_writer *w, const char *bracket)
{
    put_value(w, bracket, 1);
    if (w->depth < DEPTH_MAX)
        w->depth++;
    else if (w->err.kind == ERR_NONE)
        err_set(&w->err, ERR_INPUT, "JSON nested deeper than %d levels", DEPTH_MAX);
    w->comma &= ~(UINT64_C(1) << w->depth);
}

static void close_container(struct json_writer *w, const char *bracket)
{
    put(w, bracket, 1);
    if (w->depth > 0)
        w->depth--;
}

void json_open_object(struct json_writer *w)
{
    open_container(w, "{");
}

void json_close_object(struct json_writer *w)
{
    close_container(w, "}");
}

void json_open_array(struct json_writer *w)
{
    open_container(w, "[");
}

void json_close_array(struct json_writer *w)
{
    close_container(w, "]");
}

static void put_escaped(struct json_writer *w, uint32_t cp)
{
    char out[16];
    int n;

    if (cp == '"' || cp == '\\')
        n = snprintf(out, sizeof out, "\\%c", (int)cp);
    else if (cp < 0x10000)
        n = snprintf(out, sizeof out, "\\u%04x", (unsigned)cp);
    else
        n = snprintf(out, sizeof out, "\\u%04x\\u%04x", (unsigned)(0xD800 + ((cp - 0x10000) >> 10)),
                     (unsigned)(0xDC00 + (cp & 0x3FF)));
    put(w, out, (size_t)n);
}

/* What a terminal must not see is escaped: no reader of JSON can tell the difference. `raw`: bytes that are not UTF-8 stay. */
static bool put_string(struct json_writer *w, struct safe_text t, bool raw)
{
    const char *bytes = text_bytes(t);
    size_t run = 0, n, len = text_len(t);
    bool lossy = false;
    uint32_t cp;

    put(w, "\"", 1);
    for (size_t at = 0; at < len; at += n) {
        n = text_decode(bytes + at, len - at, &cp);
        if (n != 0 && cp != '"' && cp != '\\' && !text_hidden(cp))
            continue;
        if (n == 0 && raw) {
            n = 1;
            continue;
        }
        put(w, bytes + run, at - run);
        if (n != 0) {
            put_escaped(w, cp);
        } else {
            put(w, "\xEF\xBF\xBD", 3);
            lossy = true;
            n = 1;
        }
        run = at + n;
    }
    put(w, bytes + run, len - run);
    put(w, "\"", 1);
    return lossy;
}

void json_put_key(struct json_writer *w, const char *key)
{
    put_comma(w);
    put_string(w, text_of(key), false);
    put(w, ":", 1);
    w->after_key = true;
}

bool json_put_text(struct json_writer *w, struct safe_text t)
{
    put_comma(w);
    return put_string(w, t, false);
}

void json_put_bytes(struct json_writer *w, struct safe_text t)
{
    put_comma(w);
    put_string(w, t, true);
}

void json_put_str(struct json_writer *w, const char *s)
{
    json_put_text(w, text_of(s));
}

void json_put_int(struct json_writer *w, int64_t v)
{
    char out[24];

    put_value(w, out, (size_t)snprintf(out, sizeof out, "%" PRId64, v));
}

void json_put_real(struct json_writer *w, double v)
{
    char out[32];

    if (!isfinite(v))
        json_put_null(w);
    else
        put_value(w, out, json_number_print(v, out, sizeof out));
}

void json_put_bool(struct json_writer *w, bool v)
{
    put_value(w, v ? "true" : "false", v ? 4 : 5);
}

void json_put_null(struct json_writer *w)
{
    put_value(w, "null", 4);
}
