#include "domain/value.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

struct value value_none(void)
{
    return (struct value){.type = VALUE_NONE};
}

struct value value_text(struct safe_text t)
{
    return (struct value){.type = VALUE_TEXT, .as.text = t};
}

struct value value_list(struct safe_text joined)
{
    return (struct value){.type = VALUE_LIST, .as.text = joined};
}

struct value value_int(int64_t i)
{
    return (struct value){.type = VALUE_INT, .as.i = i};
}

struct value value_real(double real)
{
    if (!isfinite(real))
        return value_none();
    return (struct value){.type = VALUE_REAL, .as.real = real};
}

struct value value_time(int64_t utc_ms)
{
    return (struct value){.type = VALUE_TIME, .as.i = utc_ms};
}

struct value value_bool(bool b)
{
    return (struct value){.type = VALUE_BOOL, .as.i = b};
}

struct value value_number(enum value_type type, double number)
{
    static const double int_max = 9.2e18;

    if (type == VALUE_REAL)
        return value_real(number);
    if (!(number > -int_max && number < int_max))
        return value_none();
    if (type == VALUE_TIME)
        return value_time((int64_t)number);
    return type == VALUE_BOOL ? value_bool(number > 0) : value_int((int64_t)number);
}

bool value_known(const struct value *v)
{
    return v->type != VALUE_NONE;
}

static bool is_text(const struct value *v)
{
    return v->type == VALUE_TEXT || v->type == VALUE_LIST;
}

bool value_equal(const struct value *a, const struct value *b)
{
    if (a->type != b->type)
        return false;
    if (a->type == VALUE_NONE)
        return true;
    if (is_text(a))
        return text_equal(a->as.text, b->as.text);
    if (a->type == VALUE_REAL)
        return a->as.real >= b->as.real && a->as.real <= b->as.real;
    return a->as.i == b->as.i;
}

/* --- order --- */

static int cmp_int(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int cmp_real(double a, double b)
{
    return (a > b) - (a < b);
}

/* Exact: a conversion to double would make 2^53 and 2^53 + 1 equal to the same real but not to each other, and a sort
 * needs one order. */
static int cmp_int_real(int64_t a, double b)
{
    const double two63 = 9223372036854775808.0;

    if (b >= two63)
        return -1;
    if (b < -two63)
        return 1;
    int order = cmp_int(a, (int64_t)b);
    return order != 0 ? order : cmp_real(0, b - trunc(b));
}

static int cmp_numbers(const struct value *a, const struct value *b)
{
    bool ra = a->type == VALUE_REAL, rb = b->type == VALUE_REAL;

    if (ra && rb)
        return cmp_real(a->as.real, b->as.real);
    if (rb)
        return cmp_int_real(a->as.i, b->as.real);
    if (ra)
        return -cmp_int_real(b->as.i, a->as.real);
    return cmp_int(a->as.i, b->as.i);
}

int value_cmp(const struct value *a, const struct value *b)
{
    if (!value_known(a) || !value_known(b))
        return value_known(b) - value_known(a);
    if (is_text(a) != is_text(b))
        return is_text(a) - is_text(b);
    return is_text(a) ? text_cmp(a->as.text, b->as.text) : cmp_numbers(a, b);
}

/* --- bare values --- */

int64_t value_int_or(const struct value *v, int64_t otherwise)
{
    if (!value_known(v) || is_text(v))
        return otherwise;
    if (v->type != VALUE_REAL)
        return v->as.i;
    if (v->as.real < -9223372036854775808.0 || v->as.real >= 9223372036854775808.0)
        return otherwise;
    return (int64_t)v->as.real;
}

double value_real_or(const struct value *v, double otherwise)
{
    if (!value_known(v) || is_text(v))
        return otherwise;
    return v->type == VALUE_REAL ? v->as.real : (double)v->as.i;
}

struct safe_text value_text_or(const struct value *v, const char *otherwise)
{
    return is_text(v) ? v->as.text : text_of(otherwise);
}

const char *value_grouped(int64_t n, char out[VALUE_GROUPED_MAX])
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRId64, n), at = 0;

    for (int i = 0; i < len; i++) {
        out[at++] = digits[i];
        if ((len - 1 - i) % 3 == 0 && i + 1 < len && digits[i] != '-')
            out[at++] = ',';
    }
    out[at] = '\0';
    return out;
}

/* --- lists --- */

bool value_list_next(struct safe_text *rest, struct safe_text *member)
{
    while (text_split(rest, VALUE_LIST_SEPARATOR, member))
        if (!text_empty(*member))
            return true;
    return false;
}

bool value_list_add(struct buf *joined, struct safe_text member, struct err *err)
{
    if (text_empty(member))
        return true;
    if (!buf_reserve(joined, text_len(member) + 1, err))
        return false;
    if (joined->len > 0)
        buf_putc(joined, VALUE_LIST_SEPARATOR, NULL);

    size_t start = joined->len;
    text_copy(joined, member);
    for (size_t i = start; i < joined->len; i++)
        if (joined->data[i] == VALUE_LIST_SEPARATOR)
            joined->data[i] = '?';
    return true;
}
