#include "views/trend.h"

#include <math.h>
#include <stdio.h>

#include "base/tr.h"
#include "domain/value.h"

static const double STEADY = 0.05, UPPER = 2.0 / 3, LEFT = 0.1;

enum { MINUTE_MS = 60000, NUMBER_MAX = 32, WHOLE = 1000 };

struct range {
    size_t first, last;
    double low, high;
    size_t known;
};

static struct range range_of(const double *means, size_t n)
{
    struct range r = {.low = INFINITY, .high = -INFINITY};

    for (size_t i = 0; i < n; i++) {
        if (!isfinite(means[i]))
            continue;
        r.first = r.known == 0 ? i : r.first;
        r.last = i;
        r.known++;
        r.low = means[i] < r.low ? means[i] : r.low;
        r.high = means[i] > r.high ? means[i] : r.high;
    }
    return r;
}

/* The newest step that still stood at the level which was left; `up`: the low one. */
static size_t left_at(const double *means, const struct range *r, bool up)
{
    double room = LEFT * (r->high - r->low);
    size_t at = r->first;

    for (size_t i = r->first; i <= r->last; i++)
        if (isfinite(means[i]) && (up ? means[i] <= r->low + room : means[i] >= r->high - room))
            at = i;
    return at;
}

struct trend trend_of(const double *means, size_t n, int64_t span_ms)
{
    struct range r = range_of(means, n);
    struct trend t = {.way = TREND_UNKNOWN};

    if (r.known < 2)
        return t;
    double range = r.high - r.low, now = means[r.last], place = range > 0 ? (now - r.low) / range : 0;
    size_t at = r.first;
    t = (struct trend){.way = TREND_BETWEEN, .from = r.low, .to = r.high, .now = now};
    if (range <= STEADY * fmax(fabs(r.high), fabs(r.low))) {
        t.way = TREND_STEADY;
    } else if (place >= UPPER || place <= 1 - UPPER) {
        t.way = place >= UPPER ? TREND_RISING : TREND_FALLING;
        at = left_at(means, &r, t.way == TREND_RISING);
        t.from = means[at];
        t.to = now;
    }
    t.span_ms = span_ms / (int64_t)n * (int64_t)(r.last - at + (t.way == TREND_STEADY || t.way == TREND_BETWEEN));
    return t;
}

static const char *number(double v, char out[NUMBER_MAX])
{
    if (fabs(v) >= WHOLE)
        return value_grouped(llround(v), out);
    snprintf(out, NUMBER_MAX, "%.3g", v);
    return out;
}

static const char *time_of(int64_t span_ms, char out[NUMBER_MAX])
{
    if (span_ms < MINUTE_MS)
        snprintf(out, NUMBER_MAX, tr("%d s"), (int)(span_ms / 1000));
    else
        snprintf(out, NUMBER_MAX, tr("%d min"), (int)((span_ms + MINUTE_MS / 2) / MINUTE_MS));
    return out;
}

bool trend_words(const struct trend *t, const char *unit, struct buf *out)
{
    char a[NUMBER_MAX], b[NUMBER_MAX], now[NUMBER_MAX], span[NUMBER_MAX];
    const char *blank = unit[0] != '\0' ? " " : "";

    number(t->from, a);
    number(t->to, b);
    number(t->now, now);
    time_of(t->span_ms, span);
    switch (t->way) {
    case TREND_UNKNOWN:
        return false;
    case TREND_STEADY:
        buf_printf(out, NULL, tr("steady at %s%s%s for %s"), now, blank, unit, span);
        break;
    case TREND_RISING:
        buf_printf(out, NULL, tr("rising, %s to %s%s%s in %s"), a, b, blank, unit, span);
        break;
    case TREND_FALLING:
        buf_printf(out, NULL, tr("falling, %s to %s%s%s in %s"), a, b, blank, unit, span);
        break;
    case TREND_BETWEEN:
        buf_printf(out, NULL, tr("between %s and %s%s%s in %s, now %s"), a, b, blank, unit, span, now);
        break;
    }
    return true;
}
