#include "sources/told.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum { NUMBER_MAX = 64 };

/* The end of the year 9999: what ISO 8601 can still write. */
static const int64_t last_ms = INT64_C(253402300799999);

static struct safe_text text_in(const struct json *value)
{
    struct safe_text t = {0};
    if (json_type(value) == JSON_TEXT)
        (void)json_text(value, &t);
    return t;
}

struct value told_text(const struct json *value)
{
    struct safe_text t = text_in(value);
    size_t n = text_len(t);
    if (n == 0)
        return value_none();
    if (n > TOLD_TEXT_MAX) {
        const char *bytes = text_bytes(t);
        n = TOLD_TEXT_MAX;
        for (int back = 0; back < 3 && ((unsigned char)bytes[n] & 0xc0) == 0x80; back++)
            n--;
        t = text_from(bytes, n);
    }
    return value_text(t);
}

struct safe_text told_id(const struct json *value)
{
    struct safe_text t = {0};
    if ((json_type(value) != JSON_TEXT && json_type(value) != JSON_NUMBER) || !json_ident(value, &t))
        return (struct safe_text){0};
    bool good = text_len(t) <= TOLD_ID_MAX;
    for (size_t i = 0; good && json_type(value) == JSON_NUMBER && i < text_len(t); i++)
        good = text_bytes(t)[i] >= '0' && text_bytes(t)[i] <= '9';
    return good ? t : (struct safe_text){0};
}

struct value told_time(const struct json *value)
{
    struct safe_text t = text_in(value);
    char text[NUMBER_MAX];
    int64_t ms;
    size_t n = text_len(t);
    if (n == 0 || n >= sizeof text)
        return value_none();
    memcpy(text, text_bytes(t), n);
    text[n] = '\0';
    return strlen(text) == n && clock_parse_iso(text, &ms, NULL) && ms > 0 && ms <= last_ms ? value_time(ms)
                                                                                            : value_none();
}

/* "10.5"; not "NaN", hexadecimal, or anything behind it. */
static double number_of(struct safe_text t)
{
    char digits[NUMBER_MAX], *end;
    size_t n = text_len(t);
    if (n == 0 || n >= sizeof digits)
        return NAN;
    memcpy(digits, text_bytes(t), n);
    digits[n] = '\0';
    if (strspn(digits, "+-.0123456789eE") != n)
        return NAN;
    double v = strtod(digits, &end);
    return end == digits + n ? v : NAN;
}

struct value told_real(const struct json *value, double min, double max)
{
    double v = NAN;
    if (json_type(value) == JSON_NUMBER)
        (void)json_real(value, &v);
    else
        v = number_of(text_in(value));
    return v >= min && v <= max ? value_real(v) : value_none();
}

struct value told_int(const struct json *value, int64_t min, int64_t max)
{
    int64_t v;
    if (json_type(value) == JSON_NUMBER && json_int(value, &v))
        return v >= min && v <= max ? value_int(v) : value_none();
    double real = number_of(text_in(value));
    bool whole = real == floor(real) && real >= (double)min && real <= (double)max && fabs(real) < 9e15;
    return whole ? value_int((int64_t)real) : value_none();
}

struct safe_text told_join(struct arena *arena, struct safe_text a, char sign, struct safe_text b)
{
    size_t n = text_len(a), m = text_len(b);
    char *p = arena_alloc(arena, n + m + 2);
    if (n > 0)
        memcpy(p, text_bytes(a), n);
    p[n] = sign;
    if (m > 0)
        memcpy(p + n + 1, text_bytes(b), m);
    return text_from(p, n + 1 + m);
}

struct value told_list(const struct buf *joined, struct arena *arena)
{
    return joined->len > 0 ? value_list(text_from(arena_copy(arena, joined->data, joined->len), joined->len))
                           : value_none();
}
