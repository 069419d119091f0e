#include "domain/link.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "domain/geo.h"

#define MINIMUM_SURE 0.90

static struct safe_text cell(const struct row *link, int field)
{
    return value_text_or(&link->cells[field], "");
}

static bool is_unknown(const struct row *link, int field)
{
    return !value_known(&link->cells[field]);
}

static void set_delay(struct row *link, double ms, const char *basis)
{
    link->cells[LINK_ONE_WAY_MS] = value_real(ms);
    link->cells[LINK_ONE_WAY_BASIS] = value_text(text_of(basis));
}

static void complete_delay(struct row *link)
{
    double rtt = value_real_or(&link->cells[LINK_RTT_MS], NAN);
    double published = value_real_or(&link->cells[LINK_PUBLISHED_ONE_WAY_MS], NAN);

    if (!is_unknown(link, LINK_ONE_WAY_MS)) {
        if (is_unknown(link, LINK_ONE_WAY_BASIS))
            link->cells[LINK_ONE_WAY_BASIS] = value_text(text_of("measured"));
    } else if (isfinite(rtt)) {
        set_delay(link, rtt / 2, "half_rtt");
    } else if (isfinite(published)) {
        set_delay(link, published, "published");
    } else {
        link->cells[LINK_ONE_WAY_BASIS] = value_none();
    }
}

void link_complete(struct row *link, double km)
{
    double delay;

    complete_delay(link);
    if (is_unknown(link, LINK_PHYSICAL_MIN_MS))
        link->cells[LINK_PHYSICAL_MIN_MS] = value_real(geo_min_ms(km));
    delay = link_delay_ms(link);
    if (is_unknown(link, LINK_RING_MEASURED_MS) && isfinite(delay) && !link_is_impossible(link, delay))
        link->cells[LINK_RING_MEASURED_MS] = value_real(geo_ring_ms(delay));
}

enum severity link_severity(const struct row *link)
{
    static const char *const words[] = {
        [SEVERITY_OK] = "ok", [SEVERITY_NOTICE] = "notice", [SEVERITY_WARN] = "warn", [SEVERITY_CRIT] = "crit"};

    for (int s = SEVERITY_OK; s <= SEVERITY_CRIT; s++)
        if (text_is(cell(link, LINK_SEVERITY), words[s]))
            return (enum severity)s;
    return SEVERITY_UNKNOWN;
}

double link_delay_ms(const struct row *link)
{
    struct safe_text basis = cell(link, LINK_ONE_WAY_BASIS);

    if (!text_is(basis, "measured") && !text_is(basis, "half_rtt"))
        return NAN;
    return value_real_or(&link->cells[LINK_ONE_WAY_MS], NAN);
}

bool link_is_impossible(const struct row *link, double ms)
{
    return ms < value_real_or(&link->cells[LINK_PHYSICAL_MIN_MS], 0) * MINIMUM_SURE;
}

double link_usual_max_ms(const struct row *link, const struct thresholds *t)
{
    double baseline = value_real_or(&link->cells[LINK_BASELINE_MS], NAN);
    double share = thresholds_at(t, THRESHOLD_BASELINE_PCT) / 100;

    return baseline > 0 ? baseline + fmax(thresholds_at(t, THRESHOLD_BASELINE_MS), share * baseline) : NAN;
}

/* --- numbers in words --- */

static const char *number(double x, int more, char out[LINK_NUMBER_MAX])
{
    int digits = more + (fabs(x) < 10 ? 2 : fabs(x) < 100 ? 1 : 0);
    char *end;

    if (fabs(x) >= 1e6) {
        snprintf(out, LINK_NUMBER_MAX, "%.3g", x);
        return out;
    }
    snprintf(out, LINK_NUMBER_MAX, "%.*f", digits, x);
    if (digits == 0)
        return out;
    for (end = out + strlen(out); end[-1] == '0'; end--)
        end[-1] = '\0';
    if (end[-1] == '.')
        end[-1] = '\0';
    return out;
}

const char *link_number(double x, char out[LINK_NUMBER_MAX])
{
    return number(x, 0, out);
}

struct link_numbers link_numbers(double value, double limit)
{
    struct link_numbers n = {.sign = value > limit ? ">" : value < limit ? "<" : ">="};

    for (int more = 0; more <= 3; more++)
        if (strcmp(number(value, more, n.value), number(limit, more, n.limit)) != 0)
            break;
    return n;
}
