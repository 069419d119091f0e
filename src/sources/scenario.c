#include "sources/scenario.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/mem.h"
#include "domain/value.h"

enum { SHARED_MAX = 4096, PATH_MAX_BYTES = 1024, EXIT_CONFIG = 78, EXIT_NO_FILE = 66 };
#define SUFFIX ".scenario"

static const struct config_option event_options[] = {
    {.name = "event",
     .type = CONFIG_TEXT,
     .help = "what happens: node_down, arrivals, patience, scheduler_stop, path_down, load, cooling_down, feed_down, "
             "site_down, "
             "reserve, reservation_activate"},
    {.name = "target",
     .type = CONFIG_TEXT,
     .help =
         "to whom: SCHEDULER, SCHEDULER/NODE, SCHEDULER/QUEUE, SCHEDULER/RESERVATION, FROM>TO, a hall, a rack's feed "
         "or a site"},
    {.name = "count", .type = CONFIG_INT, .min = 1, .max = 1000000, .help = "how many"},
    {.name = "factor",
     .type = CONFIG_REAL,
     .help = "how much more; of patience: times as many waiting jobs before users turn away"},
    {.name = "pct", .type = CONFIG_REAL, .help = "the load of a link in percent of the capacity of all its paths"},
    {.name = "celsius", .type = CONFIG_REAL, .help = "the inlet temperature that a hall without cooling warms up to"},
    {.name = "for", .type = CONFIG_TEXT, .help = "how long; for ever without it"},
    {.name = NULL},
};
static const struct config_option step_options[] = {
    {.name = "caption", .type = CONFIG_TEXT, .help = "one line that says what is to be seen"},
    {.name = "caption_zh", .type = CONFIG_TEXT, .help = "the same in Chinese"},
    {.name = "keys", .type = CONFIG_TEXT, .preset = "", .help = "the keys that are pressed then: \"1\", \"j Enter\""},
    {.name = NULL},
};
static const struct config_option scenario_options[] = {
    {.name = "scenario_version", .type = CONFIG_INT, .min = 1, .max = 1, .help = "the form of this file: 1"},
    {.name = "title", .type = CONFIG_TEXT, .help = "its title in English"},
    {.name = "title_zh", .type = CONFIG_TEXT, .help = "its title in Chinese"},
    {.name = "seed", .type = CONFIG_INT, .preset = "42", .help = "the seed of chance"},
    {.name = "duration", .type = CONFIG_TEXT, .preset = "2h", .help = "how long it is worth watching"},
    {.name = "opens", .type = CONFIG_TEXT, .help = "the local time of day at which a demo opens, \"03:01:11\""},
    {.name = "focus", .type = CONFIG_TEXT, .help = "the id that a demo's cursor is put on, such as a link's"},
    {.name = "hurry", .type = CONFIG_REAL, .help = "the pace of a demo while a plan is carried out, such as 60"},
    {.name = "view", .type = CONFIG_TEXT, .help = "the view that a demo opens with, such as racks"},
    {.name = "load", .type = CONFIG_REAL, .preset = "1", .help = "offered load, times what the fleet says"},
    {.name = "calm", .type = CONFIG_BOOL, .preset = "false", .help = "nodes fail by events alone, not by chance"},
    {.name = "near",
     .type = CONFIG_BOOL,
     .preset = "false",
     .help = "what promises 5 ms or less is of tenants near by, and may move as far as that allows"},
    {.name = "shared",
     .type = CONFIG_LIST,
     .help = "schedulers whose queues share all nodes; the first queue goes first"},
    {.name = "at",
     .type = CONFIG_SECTION,
     .children = event_options,
     .titled = true,
     .help = "an event; its title is the time after the start, \"+12m\", each once"},
    {.name = "step",
     .type = CONFIG_SECTION,
     .children = step_options,
     .titled = true,
     .help = "a step of the tour; its title is the visitor's time after the first picture, \"+6s\", in order"},
    {.name = NULL},
};

static bool read_event(const struct config *section, struct sim_event *out, struct err *err)
{
    const char *title = config_title(section), *length = config_text(section, "for");

    out->event = config_text(section, "event");
    out->target = config_text(section, "target");
    out->amount = config_real(
        section, "celsius",
        config_real(section, "pct", config_real(section, "factor", (double)config_int(section, "count", 0))));
    if (title[0] != '+' || !clock_parse_duration(title + 1, &out->at_ms, err)) {
        err_set(err, ERR_INPUT, "line %d: cannot read the time '%s'", config_line(section), title);
        return err_hint(err, "a time after the start is \"+12m\"");
    }
    if (length != NULL && !clock_parse_duration(length, &out->for_ms, err))
        return err_prefix(err, "line %d", config_line(section));
    return true;
}

static bool read_events(struct scenario *s, struct err *err)
{
    s->event_count = config_section_count(s->config, "at");
    s->events = mem_new(s->event_count ? s->event_count : 1, sizeof *s->events);
    for (size_t i = 0; i < s->event_count; i++)
        if (!read_event(config_section(s->config, "at", i), &s->events[i], err))
            return false;
    return true;
}

static bool read_step(const struct config *section, int64_t former_ms, struct scenario_step *out, struct err *err)
{
    const char *title = config_title(section);

    out->caption = config_text(section, "caption");
    out->caption_zh = config_text(section, "caption_zh");
    out->keys = config_text(section, "keys");
    out->keys = out->keys != NULL ? out->keys : "";
    if (title[0] != '+' || !clock_parse_duration(title + 1, &out->at_ms, err)) {
        err_set(err, ERR_INPUT, "line %d: cannot read the time '%s'", config_line(section), title);
        return err_hint(err, "a time after the first picture is \"+6s\"");
    }
    if (out->at_ms < former_ms)
        return err_set(err, ERR_INPUT, "line %d: the step '%s' stands behind a later one", config_line(section), title);
    if (out->caption == NULL || out->caption_zh == NULL) {
        err_set(err, ERR_INPUT, "line %d: the step '%s' has no %s", config_line(section), title,
                out->caption == NULL ? "caption" : "caption_zh");
        return err_hint(err, "visitors read it in their language");
    }
    return true;
}

static bool read_steps(struct scenario *s, struct err *err)
{
    s->step_count = config_section_count(s->config, "step");
    s->steps = mem_new(s->step_count + 1, sizeof *s->steps);
    for (size_t i = 0; i < s->step_count; i++)
        if (!read_step(config_section(s->config, "step", i), i > 0 ? s->steps[i - 1].at_ms : 0, &s->steps[i], err))
            return false;
    return true;
}

static void read_shared(struct scenario *s)
{
    struct buf ids = buf_make(SHARED_MAX);

    for (size_t i = 0; i < config_list_count(s->config, "shared"); i++)
        value_list_add(&ids, text_of(config_list_at(s->config, "shared", i)), NULL);
    s->shared = mem_strdup(buf_str(&ids));
    buf_release(&ids);
}

/* Two digits below `limit`, or -1. */
static int two_digits(const char *text, int limit)
{
    bool digits = text[0] >= '0' && text[0] <= '9' && text[1] >= '0' && text[1] <= '9';
    int number = digits ? (text[0] - '0') * 10 + text[1] - '0' : -1;

    return number < limit ? number : -1;
}

/* "03:01:11" */
static bool read_opens(const char *text, int64_t *ms, struct err *err)
{
    *ms = -1;
    if (text == NULL)
        return true;
    if (strlen(text) == 8 && text[2] == ':' && text[5] == ':') {
        int hour = two_digits(text, 24), minute = two_digits(text + 3, 60), second = two_digits(text + 6, 60);
        if (hour >= 0 && minute >= 0 && second >= 0) {
            *ms = ((hour * INT64_C(60) + minute) * 60 + second) * 1000;
            return true;
        }
    }
    err_set(err, ERR_INPUT, "cannot read the time of day '%s'", text);
    return err_hint(err, "opens = \"03:01:11\"");
}

static bool check_hurry(double hurry, struct err *err)
{
    return (hurry >= 0 && hurry <= 600) ||
           err_set(err, ERR_INPUT, "cannot hurry at a pace of %g: it is at most 600", hurry);
}

static bool check_load(double load, struct err *err)
{
    return (load > 0 && load <= 10) ||
           err_set(err, ERR_INPUT, "cannot use the load %g: it is above 0, at most 10", load);
}

bool scenario_load(const char *dir, const char *name, struct scenario *out, struct err *err)
{
    char path[PATH_MAX_BYTES];

    *out = (struct scenario){0};
    if (name[0] == '.' || strchr(name, '/') != NULL)
        return err_set(err, ERR_INPUT, "cannot play scenario '%s': a name has no '/' and begins with no '.'", name);
    if (snprintf(path, sizeof path, "%s/scenarios/%s" SUFFIX, dir, name) >= (int)sizeof path)
        return err_set(err, ERR_INPUT, "cannot play scenario '%s': its path is too long", name);
    out->config = config_load(path, scenario_options, err);
    if (out->config == NULL)
        return false;
    out->title = config_text(out->config, "title");
    out->title_zh = config_text(out->config, "title_zh");
    out->opens = config_text(out->config, "opens");
    out->focus = config_text(out->config, "focus");
    out->view = config_text(out->config, "view");
    out->seed = (uint64_t)config_int(out->config, "seed", 42);
    out->load = config_real(out->config, "load", 1);
    out->hurry = config_real(out->config, "hurry", 0);
    out->calm = config_bool(out->config, "calm", false);
    out->near = config_bool(out->config, "near", false);
    read_shared(out);
    if (read_opens(out->opens, &out->opens_ms, err) && check_load(out->load, err) && check_hurry(out->hurry, err) &&
        read_events(out, err) && read_steps(out, err))
        return true;
    err_prefix(err, "%s", path);
    scenario_release(out);
    return err_exit(err, EXIT_CONFIG);
}

void scenario_release(struct scenario *s)
{
    free(s->events);
    free(s->shared);
    free(s->steps);
    config_free(s->config);
    *s = (struct scenario){0};
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int scenario_names(const char *dir, char *names[], int max, struct err *err)
{
    char path[PATH_MAX_BYTES];
    bool fits = snprintf(path, sizeof path, "%s/scenarios", dir) < (int)sizeof path;
    DIR *d = fits ? opendir(path) : NULL;
    int n = 0;

    if (d == NULL) {
        err_set(err, ERR_INPUT, "cannot read the folder '%s': %s", path, strerror(fits ? errno : ENAMETOOLONG));
        err_exit(err, EXIT_NO_FILE);
        return -1;
    }
    for (const struct dirent *e; n < max && (e = readdir(d)) != NULL;) {
        size_t length = strlen(e->d_name), suffix = sizeof SUFFIX - 1;
        if (e->d_name[0] != '.' && length > suffix && strcmp(e->d_name + length - suffix, SUFFIX) == 0)
            names[n++] = mem_strndup(e->d_name, length - suffix);
    }
    closedir(d);
    qsort(names, (size_t)n, sizeof *names, by_name);
    return n;
}
