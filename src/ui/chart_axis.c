#include "ui/chart_axis.h"

#include <math.h>
#include <stdio.h>

#include "base/clock.h"

#define HUGEST 1e300

enum { MINUTE_MS = 60000, HOUR_MS = 3600000, DAY_MS = 86400000 };

/* --- values --- */

static double cut(double value)
{
    if (isnan(value))
        return 0;
    return value > HUGEST ? HUGEST : value < -HUGEST ? -HUGEST : value;
}

/* 1, 2, 5, 10, 20 … times 10^exponent. */
static double round_step(int i, int exponent)
{
    static const double digits[] = {1, 2, 5};

    return digits[i % 3] * pow(10, exponent + i / 3);
}

/* How many rows a step takes, when the axis shall hold all of `span`; the small excess forgives rounding. */
static int rows_of(double step, double span, int height)
{
    double rows = step / span * height * (1 + 1e-9);

    return rows < height - 1 ? (int)rows : height - 1;
}

struct chart_axis_y chart_axis_y_make(double low, double high, int height)
{
    struct chart_axis_y best = {0};
    double span, best_score = INFINITY, ideal = height / 2.5 < 2 ? 2 : height / 2.5 > 6 ? 6 : height / 2.5;
    int least = height < 6 ? 1 : 2;

    height = height < 2 ? 2 : height;
    low = cut(low);
    high = cut(high);
    if (!(high > low))
        high = low + (fabs(low) > 0 ? fabs(low) : 1);
    span = high - low;
    for (int i = 0, exponent = (int)floor(log10(span / height)); i < 12; i++) {
        double step = round_step(i, exponent), from = floor(low / step) * step, score;
        int rows = rows_of(step, high - from, height);

        if (rows < least)
            continue;
        score = step / rows * height / (high - from) + 0.08 * fabs((double)height / rows - ideal);
        if (score < best_score) {
            best_score = score;
            best = (struct chart_axis_y){from, from + step / rows * height, step, rows};
        }
    }
    return best;
}

const char *chart_axis_y_text(const struct chart_axis_y *a, int i, char out[CHART_AXIS_TEXT])
{
    int decimals = -(int)floor(log10(a->step) + 1e-9);
    double value = a->low + i * a->step;

    if (fabs(value) >= 1e6 || decimals > 4)
        snprintf(out, CHART_AXIS_TEXT, "%.3g", value);
    else
        snprintf(out, CHART_AXIS_TEXT, "%.*f", decimals > 0 && i * a->step != -a->low ? decimals : 0, value);
    return out;
}

const char *chart_axis_value(double value, char out[CHART_AXIS_TEXT])
{
    snprintf(out, CHART_AXIS_TEXT, fabs(value) >= 999.5 && fabs(value) < 1e6 ? "%.0f" : "%.3g", value);
    return out;
}

/* --- moments --- */

static const int64_t steps[] = {
    MINUTE_MS,
    2 * MINUTE_MS,
    5 * MINUTE_MS,
    10 * MINUTE_MS,
    15 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    2 * HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
    12 * HOUR_MS,
    DAY_MS,
    INT64_C(2) * DAY_MS,
    INT64_C(7) * DAY_MS,
    INT64_C(28) * DAY_MS,
    INT64_C(364) * DAY_MS,
};

int64_t chart_axis_x_step(int64_t span_ms, int columns)
{
    if (span_ms <= 0 || columns <= 0)
        return 0;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if ((double)steps[i] / (double)span_ms * columns >= CHART_AXIS_LABEL + 4)
            return steps[i];
    return 0;
}

int64_t chart_axis_x_first(int64_t from_ms, int64_t zone_ms, int64_t step_ms)
{
    int64_t over = (from_ms + zone_ms) % step_ms;

    over = over < 0 ? over + step_ms : over;
    return over == 0 ? from_ms : from_ms + step_ms - over;
}

const char *chart_axis_x_text(int64_t at_ms, int64_t zone_ms, int64_t step_ms, char out[CHART_AXIS_TEXT])
{
    char iso[CLOCK_TEXT_MAX] = ""; /* "2026-11-21T03:12:07Z" */
    bool midnight = (at_ms + zone_ms) % DAY_MS == 0;

    clock_iso(at_ms + zone_ms, iso);
    snprintf(out, CHART_AXIS_TEXT, "%.5s", step_ms >= DAY_MS || (midnight && step_ms >= HOUR_MS) ? iso + 5 : iso + 11);
    return out;
}
