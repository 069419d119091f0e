#include "domain/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/tr.h"

enum { WISH_MAX = 64 };

/* --- what is asked for --- */

/* Digits and one point; nothing of "0x", "inf", a sign or an exponent. */
static const char *number(const char *p, double *n)
{
    double scale = 1;
    bool point = false, any = false;

    for (*n = 0; (*p >= '0' && *p <= '9') || (*p == '.' && !point); p++) {
        if (*p == '.') {
            point = true;
            continue;
        }
        any = true;
        *n = *n * 10 + (*p - '0');
        scale *= point ? 10 : 1;
    }
    *n /= scale;
    return any ? p : NULL;
}

static bool is_letter(char c, char lower)
{
    return c == lower || c == lower - 'a' + 'A';
}

/* One "8U" or "12kW". */
static const char *take(const char *p, struct fit_wish *wish)
{
    double n;

    p = number(p, &n);
    if (p == NULL)
        return NULL;
    p += *p == ' ';
    if (is_letter(p[0], 'u') && wish->units == 0 && n >= 1 && n <= FIT_UNITS_MOST && n == floor(n)) {
        wish->units = (int64_t)n;
        return p + 1;
    }
    if (is_letter(p[0], 'k') && is_letter(p[1], 'w') && wish->power_kw <= 0 && n > 0 && n <= FIT_POWER_MOST_KW) {
        wish->power_kw = n;
        return p + 2;
    }
    return NULL;
}

bool fit_parse(struct safe_text text, struct fit_wish *wish, struct err *err)
{
    char shown[WISH_MAX];
    const char *p = text_show_in(text, shown, sizeof shown);

    *wish = (struct fit_wish){0};
    for (p += strspn(p, " "); p != NULL && *p != '\0'; p += p != NULL ? strspn(p, " ") : 0) {
        p = take(p, wish);
        if (p == NULL)
            break;
    }
    if (p != NULL && wish->units > 0 && wish->power_kw > 0)
        return true;
    return err_set(err, ERR_INPUT, tr("'%s' is no room: say units and kW, such as 8U 12kW"), shown);
}

/* --- what a rack has --- */

bool fit_is_unknown(enum fit_reason reason)
{
    return reason >= FIT_STALE;
}

static double real(const struct row *rack, int field)
{
    double v = value_real_or(&rack->cells[field], NAN);

    return isfinite(v) && v >= 0 ? v : NAN;
}

static bool feed_lost(double a_kw, double b_kw)
{
    return fmin(a_kw, b_kw) <= 0 && fmax(a_kw, b_kw) > 0;
}

static double power_left(const struct row *rack, const struct thresholds *t)
{
    double a = real(rack, RACK_POWER_A_KW), b = real(rack, RACK_POWER_B_KW), cap = real(rack, RACK_POWER_CAP_KW);
    bool two = !isnan(a) && !isnan(b);
    double each = cap * thresholds_at(t, THRESHOLD_FEED_WARN_PCT) / 100;
    double all = two ? 2 * each : cap * thresholds_at(t, THRESHOLD_FEED_SINGLE_WARN_PCT) / 100;
    double drawn = two ? fmax(a + b, real(rack, RACK_POWER_KW)) : fmax(fmax(a, b), real(rack, RACK_POWER_KW));
    double left = all - fmax(drawn, real(rack, RACK_POWER_PLANNED_KW));

    if (!(cap > 0) || isnan(left))
        return NAN;
    return two ? fmin(left, 2 * fmin(each - a, each - b)) : left;
}

/* -1: unknown. What is told as free in all is the most that a piece can be: `most`. */
static int64_t block_of(const struct row *rack, int64_t *most)
{
    int64_t total = value_int_or(&rack->cells[RACK_UNITS_TOTAL], -1);
    int64_t used = value_int_or(&rack->cells[RACK_UNITS_USED], -1);
    int64_t block = value_int_or(&rack->cells[RACK_UNITS_BLOCK], -1);

    *most = INT64_MAX;
    if (total > 0 && used >= 0)
        *most = used < total ? total - used : 0;
    if (total == 0)
        *most = 0;
    return block < *most || block < 0 ? block : *most;
}

static bool is_inactive(const struct row *rack)
{
    const struct value *status = &rack->cells[RACK_STATUS];

    return value_known(status) && !text_is(value_text_or(status, ""), "active") &&
           !text_is(value_text_or(status, ""), "available");
}

struct fit_answer fit_rack(const struct fit_wish *wish, const struct row *rack, const struct thresholds *t)
{
    int64_t most;
    struct fit_answer a = {.block = block_of(rack, &most),
                           .power_left_kw = power_left(rack, t),
                           .inlet_c = value_real_or(&rack->cells[RACK_INLET_C], NAN),
                           .two_feeds = !isnan(real(rack, RACK_POWER_A_KW)) && !isnan(real(rack, RACK_POWER_B_KW))};
    const struct {
        bool holds;
        enum fit_reason reason;
    } rules[] = {
        {rack->stale, FIT_STALE},
        {is_inactive(rack), FIT_NOT_ACTIVE},
        {text_is(value_text_or(&rack->cells[RACK_STATE], ""), "down"), FIT_DOWN},
        {most < wish->units || (a.block >= 0 && a.block < wish->units), FIT_FEW_UNITS},
        {feed_lost(real(rack, RACK_POWER_A_KW), real(rack, RACK_POWER_B_KW)), FIT_FEED_LOST},
        {a.power_left_kw < wish->power_kw, FIT_LITTLE_POWER},
        {a.inlet_c > thresholds_at(t, THRESHOLD_INLET_WARN_C), FIT_WARM},
        {a.block < 0, FIT_UNITS_UNKNOWN},
        {isnan(a.power_left_kw), FIT_POWER_UNKNOWN},
        {!isfinite(a.inlet_c), FIT_INLET_UNKNOWN},
    };

    for (size_t i = 0; i < sizeof rules / sizeof *rules && a.reason == FIT_ROOM; i++)
        a.reason = rules[i].holds ? rules[i].reason : FIT_ROOM;
    return a;
}

/* --- order --- */

static int rank(enum fit_reason reason)
{
    return reason == FIT_ROOM ? 0 : fit_is_unknown(reason) ? 1 : 2;
}

/* Smaller first, unknown last. */
static int by_number(double a, double b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return (a > b) - (a < b);
}

int fit_compare(const struct fit_answer *a, const struct fit_answer *b)
{
    int c = rank(a->reason) - rank(b->reason);

    c = c != 0 ? c : (a->block > b->block) - (a->block < b->block);
    c = c != 0 ? c : by_number(-a->power_left_kw, -b->power_left_kw);
    return c != 0 ? c : by_number(a->inlet_c, b->inlet_c);
}
