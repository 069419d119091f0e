#ifndef HUBTOP_DOMAIN_THRESHOLDS_H
#define HUBTOP_DOMAIN_THRESHOLDS_H

#include <stdbool.h>
#include <stdint.h>

/* From when on something is wrong, and for how long it must have been. Defaults are those of domain/thresholds of the design;
 * the section `thresholds` of the configuration changes them. */

enum threshold {
    THRESHOLD_DELAY_NEAR_PCT,
    THRESHOLD_DELAY_OVER_POLLS,
    THRESHOLD_DELAY_CLEAR_FOR,
    THRESHOLD_BASELINE_MS,
    THRESHOLD_BASELINE_PCT,
    THRESHOLD_BASELINE_FOR,
    THRESHOLD_LOSS_WARN_PCT,
    THRESHOLD_LOSS_CRIT_PCT,
    THRESHOLD_USED_WARN_PCT,
    THRESHOLD_USED_CRIT_PCT,
    THRESHOLD_USED_FOR,
    THRESHOLD_N1_PCT,
    THRESHOLD_LIT_CRIT_PCT,
    THRESHOLD_INLET_WARN_C,
    THRESHOLD_INLET_CRIT_C,
    THRESHOLD_INLET_RISE_C,
    THRESHOLD_INLET_CLEAR_C,
    THRESHOLD_INLET_FOR,
    THRESHOLD_FEED_WARN_PCT,
    THRESHOLD_FEED_CRIT_PCT,
    THRESHOLD_FEED_SINGLE_WARN_PCT,
    THRESHOLD_FEED_SINGLE_CRIT_PCT,
    THRESHOLD_NODES_WARN_PCT,
    THRESHOLD_NODES_FOR,
    THRESHOLD_RACK_NODES,
    THRESHOLD_RACK_WITHIN,
    THRESHOLD_QUEUE_WAIT_FOR,
    THRESHOLD_SOURCE_LOST_FOR,
    THRESHOLD_QUOTA_PCT,
    THRESHOLD_CLEAR_FOR,
    THRESHOLD_FLAP_RETURNS,
    THRESHOLD_FLAP_QUIET_FOR,
    THRESHOLD_COUNT
};

enum threshold_unit { THRESHOLD_SPAN, THRESHOLD_PCT, THRESHOLD_CELSIUS, THRESHOLD_MILLISECONDS, THRESHOLD_NUMBER };

/* One line of the table. Numbers of a SPAN are milliseconds, written as durations ("10m"). */
struct threshold_info {
    const char *name; /* the option's: "queue_wait_for" */
    enum threshold_unit unit;
    double preset, min, max; /* both allowed */
    const char *preset_text; /* as a configuration says it */
    const char *help;
};
extern const struct threshold_info thresholds_table[THRESHOLD_COUNT];

struct thresholds {
    double at[THRESHOLD_COUNT];
};

/* All presets. */
struct thresholds thresholds_default(void);

/* One limit; NULL stands for the presets. The second one is for spans, in milliseconds, and for numbers of things. */
double thresholds_at(const struct thresholds *t, enum threshold which);
int64_t thresholds_int(const struct thresholds *t, enum threshold which);

/* Why these make no sense together ("inlet_warn_c is above inlet_crit_c"), naming the two; false: they do. */
bool thresholds_contradict(const struct thresholds *t, enum threshold *lower, enum threshold *upper);

#endif
