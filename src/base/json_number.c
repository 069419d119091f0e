#include "base/json_number.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A number as 0.significand * 10^power would have it, without zeros at either end. */
struct decimal {
    bool negative;
    const char *first; /* the first digit that is not 0; NULL: the number is zero */
    const char *last;  /* the last one */
    size_t digits;     /* between them, both counted, the point not */
    int64_t power;     /* of ten, of the last one */
};

static int64_t exponent_of(const char *p)
{
    int64_t value = 0;
    bool negative = *p == '-';

    for (p += *p == '-' || *p == '+'; *p != '\0'; p++)
        if (value < INT64_MAX / 100)
            value = value * 10 + (*p - '0');
    return negative ? -value : value;
}

static struct decimal decimal_of(const char *p)
{
    struct decimal d = {.negative = *p == '-'};
    int64_t seen = 0, seen_at_last = 0, fraction = 0; /* digits from the first that counts; digits behind the point */
    bool point = false;

    for (p += d.negative; *p != '\0' && *p != 'e' && *p != 'E'; p++) {
        if (*p == '.') {
            point = true;
            continue;
        }
        fraction += point;
        if (d.first == NULL && *p == '0')
            continue;
        seen++;
        if (*p == '0')
            continue;
        if (d.first == NULL)
            d.first = p;
        d.last = p;
        seen_at_last = seen;
    }
    d.digits = (size_t)seen_at_last;
    d.power = (*p != '\0' ? exponent_of(p + 1) : 0) - fraction + (seen - seen_at_last);
    return d;
}

/* The significand, which must have at most 19 digits: they fit into 64 bits. */
static uint64_t significand_of(const struct decimal *d)
{
    uint64_t value = 0;

    for (const char *p = d->first; p <= d->last; p++)
        if (*p != '.')
            value = value * 10 + (uint64_t)(*p - '0');
    return value;
}

bool json_number_int(const char *digits, int64_t *out)
{
    struct decimal d = decimal_of(digits);

    if (d.first == NULL) {
        *out = 0;
        return true;
    }
    if (d.power < 0 || d.power > 18 || d.digits + (size_t)d.power > 19)
        return false;

    uint64_t value = significand_of(&d), limit = (uint64_t)INT64_MAX + d.negative;
    for (; d.power > 0; d.power--)
        value *= 10; /* 19 digits at most: below 2^64 */
    if (value > limit)
        return false;
    *out = d.negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

/* A locale whose decimal point is '.'; made once, kept until the process ends. */
static locale_t c_locale(void)
{
    static locale_t made;

    if (made == (locale_t)0)
        made = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return made;
}

static double read_slowly(const char *digits)
{
    locale_t before = c_locale() != (locale_t)0 ? uselocale(c_locale()) : (locale_t)0;
    double value = strtod(digits, NULL);

    if (before != (locale_t)0)
        uselocale(before);
    return value;
}

/* Both factors are exact doubles, so that the one operation rounds correctly. W. D. Clinger, "How to read floating
 * point numbers accurately", PLDI 1990. */
static bool read_quickly(const struct decimal *d, double *out)
{
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

    if (d->digits > 15 || d->power < -22 || d->power > 22)
        return false;
    double value = (double)significand_of(d);
    value = d->power < 0 ? value / tens[-d->power] : value * tens[d->power];
    *out = d->negative ? -value : value;
    return true;
}

bool json_number_real(const char *digits, double *out)
{
    struct decimal d = decimal_of(digits);
    double value;

    if (d.first == NULL)
        value = d.negative ? -0.0 : 0.0;
    else if (!read_quickly(&d, &value))
        value = read_slowly(digits);
    if (!isfinite(value))
        return false;
    *out = value;
    return true;
}

size_t json_number_print(double v, char *out, size_t size)
{
    locale_t before = c_locale() != (locale_t)0 ? uselocale(c_locale()) : (locale_t)0;

    for (int precision = 15; precision <= 17; precision++) {
        snprintf(out, size, "%.*g", precision, v);
        if (strtod(out, NULL) == v)
            break;
    }
    if (before != (locale_t)0)
        uselocale(before);
    return strlen(out);
}
