#include "store_blob.h"

#include <string.h>

#include "store_key.h"

bool store_blob_put_int(struct buf *out, uint64_t v)
{
    char bytes[10];
    size_t n = 0;
    for (; v >= 0x80; v >>= 7)
        bytes[n++] = (char)(v | 0x80);
    bytes[n++] = (char)v;
    return buf_put(out, bytes, n, NULL);
}

bool store_blob_get_int(const char **at, const char *end, uint64_t *v)
{
    uint64_t got = 0;
    for (unsigned shift = 0; *at < end && shift < 64; shift += 7) {
        unsigned char c = (unsigned char)*(*at)++;
        got |= (uint64_t)(c & 0x7f) << shift;
        if (!(c & 0x80)) {
            *v = got;
            return true;
        }
    }
    return false;
}

bool store_blob_put(struct buf *out, const struct store_blob_record *r)
{
    bool ok = buf_putc(out, (char)r->op, NULL) && store_blob_put_int(out, (uint64_t)r->source) &&
              store_blob_put_int(out, (uint64_t)r->seq);
    if (!ok || r->op == STORE_BLOB_CLOSE)
        return ok;
    return store_blob_put_int(out, r->since_ms > 0 ? (uint64_t)r->since_ms : 0) && store_blob_put_int(out, r->id_len) &&
           buf_put(out, r->id, r->id_len, NULL) && store_blob_put_int(out, r->packed_len) &&
           buf_put(out, r->packed, r->packed_len, NULL);
}

static bool get_limited(const char **at, const char *end, uint64_t max, int64_t *v)
{
    uint64_t got;
    if (!store_blob_get_int(at, end, &got) || got > max)
        return false;
    *v = (int64_t)got;
    return true;
}

static bool get_bytes(const char **at, const char *end, size_t max, const char **bytes, size_t *n)
{
    uint64_t len;
    if (!store_blob_get_int(at, end, &len) || len > max || len > (uint64_t)(end - *at))
        return false;
    *bytes = *at;
    *n = (size_t)len;
    *at += len;
    return true;
}

bool store_blob_next(const char **at, const char *end, struct store_blob_record *r)
{
    if (*at >= end)
        return false;
    unsigned char op = (unsigned char)*(*at)++;
    if (op != STORE_BLOB_PUT && op != STORE_BLOB_CLOSE)
        return false;
    memset(r, 0, sizeof *r);
    r->op = (enum store_blob_op)op;
    if (!get_limited(at, end, STORE_KEY_SOURCES_MAX, &r->source) ||
        !get_limited(at, end, (uint64_t)STORE_KEY_SEQ_MAX, &r->seq))
        return false;
    if (r->op == STORE_BLOB_CLOSE)
        return true;
    return get_limited(at, end, INT64_MAX, &r->since_ms) &&
           get_bytes(at, end, STORE_KEY_FULL_ID_MAX, &r->id, &r->id_len) &&
           get_bytes(at, end, STORE_KEY_PACKED_MAX, &r->packed, &r->packed_len);
}

bool store_blob_put_sample(struct buf *out, int64_t series, int64_t at_ms, double value)
{
    return store_blob_put_int(out, (uint64_t)series) && store_blob_put_int(out, (uint64_t)at_ms) &&
           buf_put(out, &value, sizeof value, NULL);
}

bool store_blob_next_sample(const char **at, const char *end, int64_t *series, int64_t *at_ms, double *value)
{
    if (*at >= end || !get_limited(at, end, INT64_MAX, series) || !get_limited(at, end, INT64_MAX, at_ms) ||
        (size_t)(end - *at) < sizeof *value)
        return false;
    memcpy(value, *at, sizeof *value);
    *at += sizeof *value;
    return true;
}

/* Of a time before the boot, or before 1970, too. */
static uint64_t zigzag(int64_t v)
{
    return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static bool get_signed(const char **at, const char *end, int64_t *v)
{
    uint64_t got;
    if (!store_blob_get_int(at, end, &got))
        return false;
    *v = (int64_t)(got >> 1 ^ (got & 1 ? UINT64_MAX : 0));
    return true;
}

bool store_blob_put_observed(struct buf *out, const struct store_blob_observed *o)
{
    return store_blob_put_int(out, (uint64_t)o->source) && store_blob_put_int(out, zigzag(o->utc_ms)) &&
           store_blob_put_int(out, zigzag(o->boot_ms)) && store_blob_put_int(out, zigzag(o->every_ms)) &&
           buf_putc(out, (char)(o->same_boot | o->partial << 1), NULL);
}

bool store_blob_next_observed(const char **at, const char *end, struct store_blob_observed *o)
{
    *o = (struct store_blob_observed){0};
    if (!get_limited(at, end, STORE_KEY_SOURCES_MAX, &o->source) || o->source == 0 ||
        !get_signed(at, end, &o->utc_ms) || !get_signed(at, end, &o->boot_ms) || !get_signed(at, end, &o->every_ms) ||
        *at == end)
        return false;
    o->same_boot = **at & 1;
    o->partial = **at & 2;
    (*at)++;
    return true;
}
