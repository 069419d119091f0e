#include "cli/setup_thresholds.h"

#include <stdio.h>

/* Durations are texts; so is every other one, so that what is out of range is said with its range and its line. */
const struct config_option *setup_thresholds_schema(struct arena *a)
{
    struct config_option *all = arena_alloc(a, (THRESHOLD_COUNT + 1) * sizeof *all);

    for (int i = 0; i < THRESHOLD_COUNT; i++) {
        const struct threshold_info *info = &thresholds_table[i];
        all[i] = (struct config_option){.name = info->name,
                                        .type = info->unit == THRESHOLD_SPAN ? CONFIG_TEXT : CONFIG_REAL,
                                        .preset = info->preset_text,
                                        .help = info->help};
    }
    return all;
}

/* --- reading --- */

enum { NUMBER_MAX = 32 };

/* As a configuration writes it. */
static const char *written(enum threshold_unit unit, double value, char out[NUMBER_MAX])
{
    const double second = 1000, minute = 60 * second, hour = 60 * minute;

    if (unit != THRESHOLD_SPAN)
        snprintf(out, NUMBER_MAX, "%g", value);
    else if (value >= hour)
        snprintf(out, NUMBER_MAX, "%gh", value / hour);
    else
        snprintf(out, NUMBER_MAX, value >= minute ? "%gm" : "%gs", value / (value >= minute ? minute : second));
    return out;
}

static bool wrong(const struct setup *s, const struct config *c, const char *name, struct err *err)
{
    err_prefix(err, "%s:%d", s->config_path, config_origin(c, name));
    return err_exit(err, 78);
}

static bool in_range(const struct setup *s, const struct config *c, const struct threshold_info *info, double value,
                     struct err *err)
{
    char is[NUMBER_MAX], min[NUMBER_MAX], max[NUMBER_MAX];

    if (value >= info->min && value <= info->max)
        return true;
    err_set(err, ERR_INPUT, "%s: %s is out of range", info->name, written(info->unit, value, is));
    err_hint(err, "it may be %s to %s: %s", written(info->unit, info->min, min), written(info->unit, info->max, max),
             info->help);
    return wrong(s, c, info->name, err);
}

static bool read_one(struct setup *s, const struct config *c, const struct threshold_info *info, double *out,
                     struct err *err)
{
    double value = config_real(c, info->name, info->preset);
    int64_t ms;

    if (info->unit == THRESHOLD_SPAN) {
        if (!clock_parse_duration(config_text(c, info->name), &ms, err)) {
            err_prefix(err, "%s", info->name);
            return wrong(s, c, info->name, err);
        }
        value = (double)ms;
    }
    if (!in_range(s, c, info, value, err))
        return false;
    *out = value;
    return true;
}

bool setup_thresholds_read(struct setup *s, struct err *err)
{
    size_t n = config_section_count(s->config, SETUP_THRESHOLDS);
    enum threshold lower, upper;

    for (size_t k = 0; k < n; k++) {
        const struct config *c = config_section(s->config, SETUP_THRESHOLDS, k);
        for (int i = 0; i < THRESHOLD_COUNT; i++)
            if (config_given(c, thresholds_table[i].name) &&
                !read_one(s, c, &thresholds_table[i], &s->thresholds.at[i], err))
                return false;
    }
    if (n == 0 || !thresholds_contradict(&s->thresholds, &lower, &upper))
        return true;
    err_set(err, ERR_INPUT, "%s:%d: %s is above %s", s->config_path,
            config_line(config_section(s->config, SETUP_THRESHOLDS, n - 1)), thresholds_table[lower].name,
            thresholds_table[upper].name);
    err_hint(err, "what warns comes before what is critical: set both");
    return err_exit(err, 78);
}
