#include "domain/hall.h"

#include <math.h>

static double inlet_of(const struct row *hall)
{
    return value_real_or(&hall->cells[HALL_INLET_C_MAX], NAN);
}

/* --- heat --- */

/* Slots that nothing was seen in hold NAN. */
static void forget_until(struct hall_watch *w, int64_t slot)
{
    if (w->slot == 0 || slot - w->slot >= HALL_SLOTS || slot < w->slot)
        for (int i = 0; i < HALL_SLOTS; i++)
            w->least[i] = NAN;
    else
        for (int64_t i = w->slot + 1; i <= slot; i++)
            w->least[i % HALL_SLOTS] = NAN;
    w->slot = slot;
}

static double rise_of(struct hall_watch *w, int64_t now_ms, double inlet_c)
{
    double least = inlet_c;
    int64_t slot = now_ms / HALL_SLOT_MS;

    forget_until(w, slot);
    for (int i = 0; i < HALL_SLOTS; i++)
        least = fmin(least, w->least[i]);
    w->least[slot % HALL_SLOTS] = fmin(inlet_c, w->least[slot % HALL_SLOTS]);
    return inlet_c - least;
}

void hall_watch_note(struct hall_watch *w, int64_t now_ms, struct row *hall, const struct thresholds *t)
{
    double inlet_c = inlet_of(hall), warn_c = thresholds_at(t, THRESHOLD_INLET_WARN_C);

    if (isnan(inlet_c))
        return;
    if (inlet_c > warn_c && w->warm_since_ms == 0)
        w->warm_since_ms = now_ms;
    if (inlet_c <= warn_c - thresholds_at(t, THRESHOLD_INLET_CLEAR_C))
        w->warm_since_ms = 0;
    hall->cells[HALL_INLET_RISE_C] = value_real(round(rise_of(w, now_ms, inlet_c) * 10) / 10);
    if (w->warm_since_ms != 0)
        hall->cells[HALL_INLET_WARM_SINCE] = value_time(w->warm_since_ms);
}

enum severity hall_heat(const struct row *hall, int64_t now_ms, const struct thresholds *t)
{
    int64_t since_ms = value_int_or(&hall->cells[HALL_INLET_WARM_SINCE], INT64_MAX);

    if (inlet_of(hall) > thresholds_at(t, THRESHOLD_INLET_CRIT_C))
        return SEVERITY_CRIT;
    if (value_real_or(&hall->cells[HALL_INLET_RISE_C], NAN) >= thresholds_at(t, THRESHOLD_INLET_RISE_C))
        return SEVERITY_CRIT;
    return since_ms <= now_ms - thresholds_int(t, THRESHOLD_INLET_FOR) ? SEVERITY_WARN : SEVERITY_OK;
}

/* --- feeds --- */

struct hall_feed hall_feed_of(double a_kw, double b_kw, double cap_kw, const struct thresholds *t)
{
    bool single = isnan(a_kw) || isnan(b_kw);
    double most = fmax(a_kw, b_kw);
    double warn = thresholds_at(t, single ? THRESHOLD_FEED_SINGLE_WARN_PCT : THRESHOLD_FEED_WARN_PCT);
    double crit = thresholds_at(t, single ? THRESHOLD_FEED_SINGLE_CRIT_PCT : THRESHOLD_FEED_CRIT_PCT);
    struct hall_feed f = {.severity = SEVERITY_OK, .pct = 100 * most / cap_kw, .limit_pct = warn};

    if (isnan(most) || !(cap_kw > 0))
        return f;
    f.lost = !single && fmin(a_kw, b_kw) <= 0 && most > 0;
    if (f.pct > warn)
        f.severity = SEVERITY_WARN;
    if (f.pct > crit || f.lost)
        f.severity = SEVERITY_CRIT;
    if (f.pct > crit)
        f.limit_pct = crit;
    return f;
}

enum severity hall_feed(const struct row *hall)
{
    struct safe_text word = value_text_or(&hall->cells[HALL_FEED_SEVERITY], "");

    return text_is(word, "crit") ? SEVERITY_CRIT : text_is(word, "warn") ? SEVERITY_WARN : SEVERITY_OK;
}
