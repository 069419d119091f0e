#include "domain/thresholds.h"

#include <stddef.h>

#define MINUTE (60 * 1000.0)
#define DAY    (24 * 60 * MINUTE)

/* name, unit, preset and its text, range, help */
const struct threshold_info thresholds_table[THRESHOLD_COUNT] = {
    [THRESHOLD_DELAY_NEAR_PCT] = {"delay_near_pct", THRESHOLD_PCT, 90, 50, 100, "90",
                                  "percent of its contract above which a one-way delay is near it"},
    [THRESHOLD_DELAY_OVER_POLLS] = {"delay_over_polls", THRESHOLD_NUMBER, 3, 1, 60, "3",
                                    "polls running over the contract that are critical"},
    [THRESHOLD_DELAY_CLEAR_FOR] = {"delay_clear_for", THRESHOLD_SPAN, 10 * MINUTE, 0, DAY, "10m",
                                   "how long a delay must be below what is near its contract until it holds again"},
    [THRESHOLD_BASELINE_MS] = {"baseline_ms", THRESHOLD_MILLISECONDS, 0.5, 0, 1000, "0.5",
                               "milliseconds above its baseline that a delay may have in any case"},
    [THRESHOLD_BASELINE_PCT] = {"baseline_pct", THRESHOLD_PCT, 30, 1, 1000, "30",
                                "percent above its baseline that a delay may have"},
    [THRESHOLD_BASELINE_FOR] = {"baseline_for", THRESHOLD_SPAN, 5 * MINUTE, 0, DAY, "5m",
                                "how long a delay must be above that"},
    [THRESHOLD_LOSS_WARN_PCT] = {"loss_warn_pct", THRESHOLD_PCT, 0.1, 0.001, 100, "0.1",
                                 "percent of packets lost that warn"},
    [THRESHOLD_LOSS_CRIT_PCT] = {"loss_crit_pct", THRESHOLD_PCT, 1, 0.001, 100, "1",
                                 "percent of packets lost that are critical"},
    [THRESHOLD_USED_WARN_PCT] = {"used_warn_pct", THRESHOLD_PCT, 70, 1, 100, "70",
                                 "percent of a link's lit capacity in use that warn"},
    [THRESHOLD_USED_CRIT_PCT] = {"used_crit_pct", THRESHOLD_PCT, 90, 1, 100, "90",
                                 "percent of a link's lit capacity in use that are critical"},
    [THRESHOLD_USED_FOR] = {"used_for", THRESHOLD_SPAN, 5 * MINUTE, 0, DAY, "5m",
                            "how long so much must be in use to be critical"},
    [THRESHOLD_N1_PCT] = {"n1_pct", THRESHOLD_PCT, 100, 1, 1000, "100",
                          "percent of the capacity that is left when one more path goes dark above which use warns"},
    [THRESHOLD_LIT_CRIT_PCT] = {"lit_crit_pct", THRESHOLD_PCT, 70, 0, 100, "70",
                                "percent of a link's paths lit at which it is critical"},
    [THRESHOLD_INLET_WARN_C] = {"inlet_warn_c", THRESHOLD_CELSIUS, 27, 0, 100, "27",
                                "degrees Celsius at the inlet above which a hall is hot"},
    [THRESHOLD_INLET_CRIT_C] = {"inlet_crit_c", THRESHOLD_CELSIUS, 32, 0, 100, "32",
                                "degrees Celsius at the inlet above which that is critical"},
    [THRESHOLD_INLET_RISE_C] = {"inlet_rise_c", THRESHOLD_CELSIUS, 5, 0.1, 100, "5",
                                "degrees more within five minutes that are critical"},
    [THRESHOLD_INLET_CLEAR_C] = {"inlet_clear_c", THRESHOLD_CELSIUS, 0.5, 0, 10, "0.5",
                                 "degrees below inlet_warn_c at which a hall is no longer hot"},
    [THRESHOLD_INLET_FOR] = {"inlet_for", THRESHOLD_SPAN, 5 * MINUTE, 0, DAY, "5m",
                             "how long a hall must be hot to warn"},
    [THRESHOLD_FEED_WARN_PCT] = {"feed_warn_pct", THRESHOLD_PCT, 40, 1, 100, "40",
                                 "percent of a rack's power that one of its two feeds may carry"},
    [THRESHOLD_FEED_CRIT_PCT] = {"feed_crit_pct", THRESHOLD_PCT, 50, 1, 100, "50",
                                 "percent of it above which the loss of the other feed trips it"},
    [THRESHOLD_FEED_SINGLE_WARN_PCT] = {"feed_single_warn_pct", THRESHOLD_PCT, 80, 1, 100, "80",
                                        "percent of a rack's power that its only feed may carry"},
    [THRESHOLD_FEED_SINGLE_CRIT_PCT] = {"feed_single_crit_pct", THRESHOLD_PCT, 90, 1, 100, "90",
                                        "percent of it that are critical"},
    [THRESHOLD_NODES_WARN_PCT] = {"nodes_warn_pct", THRESHOLD_PCT, 2, 0, 100, "2",
                                  "percent of a scheduler's nodes that may be unavailable"},
    [THRESHOLD_NODES_FOR] = {"nodes_for", THRESHOLD_SPAN, 0, 0, DAY, "0s", "how long more must be"},
    [THRESHOLD_RACK_NODES] = {"rack_nodes", THRESHOLD_NUMBER, 4, 2, 1000, "4",
                              "nodes of one rack lost at once that are one thing: power or switch"},
    [THRESHOLD_RACK_WITHIN] = {"rack_within", THRESHOLD_SPAN, 5 * MINUTE, 1000, DAY, "5m", "what is at once"},
    [THRESHOLD_QUEUE_WAIT_FOR] = {"queue_wait_for", THRESHOLD_SPAN, 10 * MINUTE, 0, DAY, "10m",
                                  "how long a queue's p95 wait must be over its promise"},
    [THRESHOLD_SOURCE_LOST_FOR] = {"source_lost_for", THRESHOLD_SPAN, 5 * MINUTE, 0, DAY, "5m",
                                   "how long all sources of a cluster must be silent to be critical"},
    [THRESHOLD_QUOTA_PCT] = {"quota_pct", THRESHOLD_PCT, 90, 1, 1000, "90",
                             "percent of an energy quota in use that are told"},
    [THRESHOLD_CLEAR_FOR] = {"clear_for", THRESHOLD_SPAN, MINUTE, 0, DAY, "1m",
                             "how long what is wrong must be well until its alert is over"},
    [THRESHOLD_FLAP_RETURNS] = {"flap_returns", THRESHOLD_NUMBER, 3, 1, 60, "3",
                                "times that an alert comes back within an hour to be one that flaps"},
    [THRESHOLD_FLAP_QUIET_FOR] = {"flap_quiet_for", THRESHOLD_SPAN, 10 * MINUTE, 0, DAY, "10m",
                                  "how long one that flaps must be well until it is over"},
};

struct thresholds thresholds_default(void)
{
    struct thresholds t;

    for (int i = 0; i < THRESHOLD_COUNT; i++)
        t.at[i] = thresholds_table[i].preset;
    return t;
}

double thresholds_at(const struct thresholds *t, enum threshold which)
{
    return t != NULL ? t->at[which] : thresholds_table[which].preset;
}

int64_t thresholds_int(const struct thresholds *t, enum threshold which)
{
    return (int64_t)thresholds_at(t, which);
}

bool thresholds_contradict(const struct thresholds *t, enum threshold *lower, enum threshold *upper)
{
    static const enum threshold pairs[][2] = {
        {THRESHOLD_LOSS_WARN_PCT, THRESHOLD_LOSS_CRIT_PCT},
        {THRESHOLD_USED_WARN_PCT, THRESHOLD_USED_CRIT_PCT},
        {THRESHOLD_INLET_WARN_C, THRESHOLD_INLET_CRIT_C},
        {THRESHOLD_FEED_WARN_PCT, THRESHOLD_FEED_CRIT_PCT},
        {THRESHOLD_FEED_SINGLE_WARN_PCT, THRESHOLD_FEED_SINGLE_CRIT_PCT},
    };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (thresholds_at(t, pairs[i][0]) > thresholds_at(t, pairs[i][1])) {
            *lower = pairs[i][0];
            *upper = pairs[i][1];
            return true;
        }
    return false;
}
