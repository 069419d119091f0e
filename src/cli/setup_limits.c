#include "cli/setup_limits.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { RULES_MAX = 100, NAMES_MAX = 1000, NUMBER_MAX = 32 };

/* Durations are texts; counts are numbers, so that what is out of range is said with its range and its line. */
const struct config_option *setup_limits_schema(struct arena *a)
{
    size_t n = 0;
    while (plan_limits_table[n].name != NULL)
        n++;
    struct config_option *all = arena_alloc(a, (n + 1) * sizeof *all);
    for (size_t i = 0; i < n; i++) {
        const struct plan_limits_info *info = &plan_limits_table[i];
        all[i] = (struct config_option){.name = info->name,
                                        .type = info->unit == PLAN_LIMITS_SPAN ? CONFIG_TEXT : CONFIG_REAL,
                                        .preset = info->preset_text,
                                        .help = info->help};
    }
    return all;
}

const struct config_option setup_limits_movable[] = {
    {.name = "schedulers",
     .type = CONFIG_LIST,
     .example = "shg-ai",
     .help = "only jobs of these schedulers; what is said must hold all at once"},
    {.name = "partitions", .type = CONFIG_LIST, .example = "batch", .help = "only jobs of these partitions"},
    {.name = "accounts", .type = CONFIG_LIST, .example = "genome", .help = "only jobs of these accounts"},
    {.name = "qos", .type = CONFIG_LIST, .example = "low", .help = "only jobs of these QOS"},
    {.name = "comment",
     .type = CONFIG_TEXT,
     .example = "hubtop:.*movable",
     .help = "only jobs with a comment that this pattern (PCRE2) matches anywhere"},
    {.name = NULL},
};

static bool wrong(const struct setup *s, const struct config *c, const char *name, struct err *err)
{
    int line = name ? config_origin(c, name) : 0;
    err_prefix(err, "%s:%d", s->config_path, line > 0 ? line : config_line(c));
    return err_exit(err, 78);
}

/* --- limits --- */

/* As a configuration writes it. */
static const char *written(enum plan_limits_unit unit, double value, char out[NUMBER_MAX])
{
    const double minute = 60, hour = 60 * minute;
    bool span = unit == PLAN_LIMITS_SPAN;
    if (!span || value == 0)
        snprintf(out, NUMBER_MAX, "%.15g", value);
    else if (value >= hour)
        snprintf(out, NUMBER_MAX, "%gh", value / hour);
    else
        snprintf(out, NUMBER_MAX, value >= minute ? "%gm" : "%gs", value / (value >= minute ? minute : 1));
    return out;
}

static bool read_limit(struct setup *s, const struct config *c, const struct plan_limits_info *info, struct err *err)
{
    char is[NUMBER_MAX], min[NUMBER_MAX], max[NUMBER_MAX];
    double value = config_real(c, info->name, NAN);
    int64_t ms = 0;
    if (info->unit == PLAN_LIMITS_SPAN) {
        if (!clock_parse_duration(config_text(c, info->name), &ms, err)) {
            err_prefix(err, "%s", info->name);
            return wrong(s, c, info->name, err);
        }
        value = (double)ms / 1000;
    }
    if (info->unit != PLAN_LIMITS_REAL && value != floor(value)) {
        err_set(err, ERR_INPUT, "%s: %s is no whole number%s", info->name, written(info->unit, value, is),
                info->unit == PLAN_LIMITS_SPAN ? " of seconds" : "");
        return wrong(s, c, info->name, err);
    }
    if (plan_limits_set(&s->limits, info, value))
        return true;
    err_set(err, ERR_INPUT, "%s: %s is out of range", info->name, written(info->unit, value, is));
    err_hint(err, "it may be %s to %s: %s", written(info->unit, info->min, min), written(info->unit, info->max, max),
             info->help);
    return wrong(s, c, info->name, err);
}

static bool read_limits(struct setup *s, struct err *err)
{
    size_t n = config_section_count(s->config, SETUP_LIMITS);
    for (size_t k = 0; k < n; k++) {
        const struct config *c = config_section(s->config, SETUP_LIMITS, k);
        for (const struct plan_limits_info *info = plan_limits_table; info->name; info++)
            if (config_given(c, info->name) && !read_limit(s, c, info, err))
                return false;
    }
    if (n == 0 || s->limits.jobs_alone <= s->limits.jobs_max)
        return true;
    err_set(err, ERR_INPUT, "jobs_alone is above jobs_max: nobody could approve so many");
    return wrong(s, config_section(s->config, SETUP_LIMITS, n - 1), NULL, err);
}

/* --- what may move --- */

static bool read_names(struct setup *s, const struct config *c, const char *name, struct movable_rule *r,
                       enum movable_list list, struct err *err)
{
    size_t n = config_list_count(c, name);
    struct safe_text *all = arena_alloc(&s->arena, (n + 1) * sizeof *all);
    for (size_t i = 0; i < n; i++)
        all[i] = text_of(config_list_at(c, name, i));
    r->lists[list] = all;
    r->counts[list] = n;
    if (n > 0 && n <= NAMES_MAX)
        return true;
    if (n == 0)
        err_set(err, ERR_INPUT, "'%s' names nothing: leave it out where it should not matter", name);
    else
        err_set(err, ERR_INPUT, "'%s' has more than %d values", name, NAMES_MAX);
    return wrong(s, c, name, err);
}

static struct safe_text by_of(struct setup *s, const char *title)
{
    size_t size = strlen(title) + sizeof "movable \"\"";
    char *by = arena_alloc(&s->arena, size);
    snprintf(by, size, "movable \"%s\"", title);
    return text_of(by);
}

static bool read_rule(struct setup *s, const struct config *c, struct movable_rule *r, struct err *err)
{
    static const char *const lists[MOVABLE_LISTS] = {"schedulers", "partitions", "accounts", "qos"};
    const char *comment = config_text(c, "comment");
    bool any = comment != NULL;
    *r = (struct movable_rule){.by = by_of(s, config_title(c))};
    for (int i = 0; i < MOVABLE_LISTS; i++) {
        if (!config_given(c, lists[i]))
            continue;
        any = true;
        if (!read_names(s, c, lists[i], r, (enum movable_list)i, err))
            return false;
    }
    if (comment != NULL && !(r->comment = pattern_new(comment, false, err)))
        return wrong(s, c, "comment", err);
    if (any)
        return true;
    err_set(err, ERR_INPUT, "movable \"%.80s\" says nothing, and so every job could move", config_title(c));
    err_hint(err, "name schedulers, partitions, accounts, qos or a comment");
    return wrong(s, c, NULL, err);
}

static bool read_movable(struct setup *s, struct err *err)
{
    size_t n = config_section_count(s->config, SETUP_MOVABLE);
    struct movable_rule *rules = arena_alloc(&s->arena, (n + 1) * sizeof *rules);
    s->movable.rules = rules;
    if (n > RULES_MAX) {
        err_set(err, ERR_INPUT, "there are more than %d sections '%s'", RULES_MAX, SETUP_MOVABLE);
        return wrong(s, config_section(s->config, SETUP_MOVABLE, RULES_MAX), NULL, err);
    }
    for (size_t i = 0; i < n; i++) {
        s->movable.count = i + 1;
        if (!read_rule(s, config_section(s->config, SETUP_MOVABLE, i), &rules[i], err))
            return false;
    }
    return true;
}

bool setup_limits_read(struct setup *s, struct err *err)
{
    return read_limits(s, err) && read_movable(s, err);
}

void setup_limits_release(struct setup *s)
{
    for (size_t i = 0; i < s->movable.count; i++)
        pattern_free(s->movable.rules[i].comment);
    s->movable.count = 0;
}
