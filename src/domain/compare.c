#include "domain/compare.h"

#include <math.h>

#include "domain/link.h"

/* What a mode compares with; NAN where that is unknown, or no measure. */
static double against(const struct row *link, enum compare_mode mode)
{
    static const int fields[COMPARE_MODES] = {
        [COMPARE_NOW] = -1,
        [COMPARE_BASELINE] = LINK_BASELINE_MS,
        [COMPARE_BASELINE_RATIO] = LINK_BASELINE_MS,
        [COMPARE_CONTRACT] = LINK_RING_CONTRACT_MS,
        [COMPARE_MINIMUM] = LINK_PHYSICAL_MIN_MS,
    };
    double limit = value_real_or(&link->cells[fields[mode]], NAN);

    return limit > 0 ? limit : NAN;
}

double compare_link(const struct row *link, enum compare_mode mode)
{
    double delay = link_delay_ms(link);

    if (mode == COMPARE_NOW)
        return delay;
    return mode == COMPARE_BASELINE ? delay - against(link, mode) : delay / against(link, mode);
}

enum severity compare_class(const struct row *link, enum compare_mode mode)
{
    double x = compare_link(link, mode), delay = link_delay_ms(link);

    if (isnan(x))
        return SEVERITY_UNKNOWN;
    if (mode == COMPARE_NOW)
        return link_severity(link);
    if (link_is_impossible(link, delay))
        return SEVERITY_NOTICE;
    if (mode == COMPARE_CONTRACT)
        return x > 1 ? SEVERITY_CRIT : x > LINK_NEAR_SHARE ? SEVERITY_WARN : SEVERITY_OK;
    if (mode == COMPARE_MINIMUM)
        return SEVERITY_OK;
    return delay > link_usual_max_ms(link, NULL) ? SEVERITY_WARN : SEVERITY_OK;
}
