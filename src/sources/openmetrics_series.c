#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sources/openmetrics.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum { METRIC_MAX = 256, WHERE_TEXT_MAX = 512 };

const struct config_option openmetrics_series_settings[] = {
    {.name = "metric", .type = CONFIG_TEXT, .help = "the metric's name, with its suffix"},
    {.name = "where",
     .type = CONFIG_LIST,
     .help = "labels that it must have: label=value, label=~pattern of all of it"},
    {.name = "kind", .type = CONFIG_TEXT, .help = "what its series are: links, racks, halls or clusters"},
    {.name = "value", .type = CONFIG_TEXT, .help = "the field of that kind that its numbers are, such as rtt_ms"},
    {.name = "scale", .type = CONFIG_REAL, .preset = "1", .help = "what its numbers are multiplied with"},
    {.name = "fold",
     .type = CONFIG_TEXT,
     .preset = "max",
     .help = "what several numbers for one field come to: max, min, sum, avg, count"},
    {.name = "enabled", .type = CONFIG_BOOL, .preset = "true", .help = "false: it is passed over"},
    {.name = "from", .type = CONFIG_TEXT, .help = "the label with a link's beginning"},
    {.name = "to", .type = CONFIG_TEXT, .help = "the label with a link's end"},
    {.name = "site", .type = CONFIG_TEXT, .help = "the label with the place of a rack or hall"},
    {.name = "rack", .type = CONFIG_TEXT, .help = "the label with a rack's name"},
    {.name = "hall", .type = CONFIG_TEXT, .help = "the label with the hall"},
    {.name = "row", .type = CONFIG_TEXT, .help = "the label with a rack's row"},
    {.name = "tenant", .type = CONFIG_TEXT, .help = "the label with a rack's tenant"},
    {.name = "cluster", .type = CONFIG_TEXT, .help = "the label with a cluster's id"},
    {0},
};

/* --- the defaults */

struct preset {
    struct prometheus_preset query; /* its expr is the metric */
    enum prometheus_fold fold;
    const char *where;
};

#define RACKS(name, field, scale, metric, fold, where)                                                                 \
    {                                                                                                                  \
        {NULL, name, "racks", {"site", "rack"}, field, scale, metric}, fold, where                                     \
    }
#define CLUSTERS(name, field, metric)                                                                                  \
    {                                                                                                                  \
        {NULL, name, "clusters", {"cluster"}, field, 1, metric}, PROMETHEUS_AVG, NULL                                  \
    }
#define PDU(name, metric, scale)                                                                                       \
    RACKS(name, "power_kw", scale, metric, PROMETHEUS_SUM, NULL),                                                      \
        RACKS(name "_a", "power_a_kw", scale, metric, PROMETHEUS_SUM, "feed=~[aA]"),                                   \
        RACKS(name "_b", "power_b_kw", scale, metric, PROMETHEUS_SUM, "feed=~[bB]")

/* The metrics of prometheus_preset.c that say something by themselves, in the same order: of one field the later stands. */
static const struct preset presets[] = {
    RACKS("ipmi_power", "power_kw", 0.001, "ipmi_power_watts", PROMETHEUS_SUM, "name=Pwr Consumption"),
    RACKS("ipmi_dcmi_power", "power_kw", 0.001, "ipmi_dcmi_power_consumption_current_watts", PROMETHEUS_SUM, NULL),
    RACKS("ipmi_inlet", "inlet_c", 1, "ipmi_temperature_celsius", PROMETHEUS_MAX, "name=~([0-9]+-)?Inlet.*"),
    RACKS("power", "power_kw", 0.001, "rack_power_watts", PROMETHEUS_SUM, NULL),
    RACKS("power_cap", "power_cap_kw", 0.001, "rack_power_limit_watts", PROMETHEUS_SUM, NULL),
    RACKS("inlet", "inlet_c", 1, "rack_inlet_celsius", PROMETHEUS_MAX, NULL),
    RACKS("cpus_total", "cpus_total", 1, "node_total_cpus", PROMETHEUS_SUM, NULL),
    RACKS("nodes_total", "nodes_total", 1, "node_up", PROMETHEUS_COUNT, NULL),
    PDU("pdu_sentry3", "infeedPower", 0.001),
    PDU("pdu_sentry4", "st4InputCordActivePower", 0.001),
    PDU("pdu_raritan", "inletActivePower", 0.001),
    PDU("pdu_apc", "rPDU2DeviceStatusPower", 0.01),
    RACKS("npu_racks", "accels_busy_pct", 1, "npu_chip_info_utilization", PROMETHEUS_AVG, NULL),
    CLUSTERS("npu_clusters", "accels_busy_pct", "npu_chip_info_utilization"),
    RACKS("dcgm_racks", "accels_busy_pct", 1, "DCGM_FI_DEV_GPU_UTIL", PROMETHEUS_AVG, NULL),
    CLUSTERS("dcgm_clusters", "accels_busy_pct", "DCGM_FI_DEV_GPU_UTIL"),
};

/* --- reading the table */

static const char *const folds[] = {[PROMETHEUS_MAX] = "max",
                                    [PROMETHEUS_MIN] = "min",
                                    [PROMETHEUS_SUM] = "sum",
                                    [PROMETHEUS_AVG] = "avg",
                                    [PROMETHEUS_COUNT] = "count"};

static const char *fold_word(const void *ctx, size_t i)
{
    (void)ctx;
    return i < COUNT(folds) ? folds[i] : NULL;
}

/* "label=value" or "label=~pattern". The pattern sees bytes, as the value came. */
static bool where_take(struct openmetrics_series *s, const char *text, struct arena *arena, struct err *err)
{
    size_t n = strcspn(text, "=");
    if (n == 0 || text[n] != '=' || openmetrics_line_name(text, n) != n)
        return err_set(err, ERR_INPUT, "'%s' is not of the form label=value or label=~pattern", text);
    struct openmetrics_where *w = &s->where[s->where_count++];
    *w = (struct openmetrics_where){.label = arena_copy(arena, text, n), .value = text + n + 1};
    if (*w->value != '~')
        return true;
    char whole[WHERE_TEXT_MAX];
    if (snprintf(whole, sizeof whole, "\\A(?:%s)\\z", ++w->value) >= (int)sizeof whole)
        return err_set(err, ERR_INPUT, "the pattern '%s' is too long", w->value);
    w->pattern = pattern_new(whole, false, err);
    return w->pattern != NULL;
}

static bool wheres_take(const struct config *c, struct openmetrics_series *s, struct arena *arena, struct err *err)
{
    size_t n = config_list_count(c, "where");
    if (n > OPENMETRICS_WHERE_MAX)
        return config_fail(c, err, "the series '%s' has more than %d labels in where", s->query.name,
                           OPENMETRICS_WHERE_MAX);
    for (size_t i = 0; i < n; i++) {
        struct err why = {0};
        if (where_take(s, config_list_at(c, "where", i), arena, &why))
            continue;
        return config_fail(c, err, "the series '%s': %s", s->query.name, why.text);
    }
    return true;
}

static bool fold_take(const struct config *c, struct openmetrics_series *s, struct err *err)
{
    const char *word = config_text(c, "fold");
    for (size_t i = 0; i < COUNT(folds); i++) {
        if (strcmp(word ? word : "max", folds[i]) == 0) {
            s->fold = (enum prometheus_fold)i;
            return true;
        }
    }
    config_fail(c, err, "the series '%s' cannot be folded by '%s'", s->query.name, word);
    return prometheus_query_hint(word, fold_word, NULL, err);
}

static bool of_section(const struct config *c, struct arena *arena, struct openmetrics_series *s, struct err *err)
{
    const char *metric = config_text(c, "metric");
    s->query = (struct prometheus_query){.what = "series", .name = config_title(c), .expr = metric};
    size_t n = metric ? strlen(metric) : 0;
    if (n == 0 || n > METRIC_MAX || openmetrics_line_name(metric, n) != n) {
        config_fail(c, err, "the series '%s' has no metric that may be one", s->query.name);
        return err_hint(err, "metric = \"rack_power_watts\": letters, digits, '_' and ':'");
    }
    return prometheus_query_object(c, &s->query, err) && fold_take(c, s, err) && wheres_take(c, s, arena, err);
}

static struct openmetrics_series of_preset(const struct preset *p, struct arena *arena)
{
    struct openmetrics_series s = {.query = prometheus_query_of_preset(&p->query), .fold = p->fold};
    s.query.what = "series";
    if (p->where)
        (void)where_take(&s, p->where, arena, NULL);
    return s;
}

static bool spoken_of(const struct config *c, const char *name)
{
    for (size_t i = 0; c && i < config_section_count(c, "series"); i++) {
        if (strcmp(config_title(config_section(c, "series", i)), name) == 0)
            return true;
    }
    return false;
}

static bool sections_take(const struct source_settings *settings, struct arena *arena, struct openmetrics_series *out,
                          size_t *count, struct err *err)
{
    const struct config *c = settings->config;
    for (size_t i = 0; c && i < config_section_count(c, "series"); i++) {
        const struct config *section = config_section(c, "series", i);
        if (!prometheus_query_name_sane(config_title(section)))
            return config_fail(section, err, "the name of a series is 1 to %d bytes that can be shown",
                               PROMETHEUS_NAME_MAX);
        if (!config_bool(section, "enabled", true))
            continue;
        if (*count == OPENMETRICS_SERIES_MAX) {
            config_fail(section, err, "the source '%s' has more than %d series", settings->name,
                        OPENMETRICS_SERIES_MAX);
            return err_hint(err, "spread them over several sources, or switch defaults off: enabled = false");
        }
        if (!of_section(section, arena, &out[(*count)++], err))
            return false;
    }
    return true;
}

bool openmetrics_series_read(const struct source_settings *settings, struct arena *arena,
                             struct openmetrics_series out[OPENMETRICS_SERIES_MAX], size_t *count, struct err *err)
{
    *count = 0;
    memset(out, 0, OPENMETRICS_SERIES_MAX * sizeof *out);
    for (size_t i = 0; i < COUNT(presets); i++) {
        if (!spoken_of(settings->config, presets[i].query.name))
            out[(*count)++] = of_preset(&presets[i], arena);
    }
    return sections_take(settings, arena, out, count, err);
}

void openmetrics_series_release(struct openmetrics_series *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t w = 0; w < all[i].where_count; w++)
            pattern_free(all[i].where[w].pattern);
    }
}

/* --- samples */

static struct safe_text label(const struct openmetrics_sample *sample, const char *name)
{
    for (size_t i = 0; i < sample->count; i++) {
        if (text_is(sample->labels[i].name, name))
            return sample->labels[i].value;
    }
    return text_of("");
}

bool openmetrics_series_match(const struct openmetrics_series *s, const struct openmetrics_sample *sample)
{
    if (!text_is(sample->name, s->query.expr))
        return false;
    for (size_t i = 0; i < s->where_count; i++) {
        struct safe_text value = label(sample, s->where[i].label);
        if (s->where[i].pattern ? !pattern_match(s->where[i].pattern, value) : !text_is(value, s->where[i].value))
            return false;
    }
    return true;
}

static bool unit_is(const char *field, const char *unit)
{
    size_t n = strlen(field), len = strlen(unit);
    return n > len && strcmp(field + n - len, unit) == 0;
}

double openmetrics_series_value(const struct openmetrics_series *s, const struct openmetrics_sample *sample)
{
    const char *field = kind_info(s->query.kind->kind)->fields[s->query.field].name;
    double v = prometheus_series_unit(&s->query, sample->value);
    bool pct = unit_is(field, "_pct");
    if ((pct || unit_is(field, "_kw")) && v < 0)
        return (double)NAN;
    return pct && v > 100 ? (double)NAN : v;
}
