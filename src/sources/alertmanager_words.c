#include <string.h>

#include "sources/alertmanager.h"
#include "sources/told.h"

#define LIST(word, words, says)                                                                                        \
    {                                                                                                                  \
        .name = (word), .type = CONFIG_LIST, .preset = (words), .help = (says)                                         \
    }

static const struct config_option label_settings[] = {
    [ALERTMANAGER_FROM] = LIST("from", "src", "labels with a link's beginning"),
    [ALERTMANAGER_TO] = LIST("to", "dst", "labels with a link's end"),
    [ALERTMANAGER_NODE] = LIST("node", "node nodename", "labels with a node's name"),
    [ALERTMANAGER_RACK] = LIST("rack", "rack", "labels with a rack's name"),
    [ALERTMANAGER_HALL] = LIST("hall", "hall", "labels with a hall's name"),
    [ALERTMANAGER_QUEUE] = LIST("queue", "partition queue", "labels with a queue's name"),
    [ALERTMANAGER_SCHEDULER] = LIST("scheduler", "scheduler", "labels with a scheduler's id"),
    [ALERTMANAGER_INSTANCE] = LIST("instance", "instance", "labels with HOST:PORT of what was measured"),
    [ALERTMANAGER_SITE] = LIST("site", "site", "labels with a site's id"),
    [ALERTMANAGER_CLUSTER] = LIST("cluster", "cluster", "labels with a cluster's id"),
    {0},
};

static const struct config_option severity_settings[] = {
    LIST("label", "severity", "labels with the severity"),
    LIST("crit", "crit critical page error err emergency alert fatal disaster", "words that mean: act now"),
    LIST("warn", "warn warning minor major ticket", "words that mean: look at it"),
    LIST("info", "info informational none notice debug", "words that mean: nobody need do anything"),
    {0},
};

const struct config_option alertmanager_words_settings[] = {
    {.name = "labels",
     .type = CONFIG_SECTION,
     .children = label_settings,
     .help = "which labels of an alert say where its object is; the first that it has counts"},
    {.name = "severities",
     .type = CONFIG_SECTION,
     .children = severity_settings,
     .help = "what the words of the severity label mean"},
    LIST("watchdogs", "Watchdog DeadMansSwitch InfoInhibitor",
         "alerts that fire as long as all is well, by name: nobody need do anything about them"),
    {0},
};

static const struct config_option *option_of(enum alertmanager_list list, const char **section)
{
    bool label = list < ALERTMANAGER_SEVERITY, severity = !label && list < ALERTMANAGER_WATCHDOG;
    *section = label ? "labels" : severity ? "severities" : NULL;
    return label      ? &label_settings[list]
           : severity ? &severity_settings[list - ALERTMANAGER_SEVERITY]
                      : &alertmanager_words_settings[2];
}

/* The default's words, between blanks. */
static void take_preset(const char *preset, struct arena *arena, const char *out[ALERTMANAGER_WORDS_MAX + 1])
{
    size_t n = 0;
    for (const char *p = preset; *p && n < ALERTMANAGER_WORDS_MAX; p += strspn(p, " ")) {
        size_t len = strcspn(p, " ");
        out[n++] = arena_copy(arena, p, len);
        p += len;
    }
}

static bool take_list(const struct config *c, const struct config_option *o,
                      const char *out[ALERTMANAGER_WORDS_MAX + 1], struct err *err)
{
    size_t n = config_list_count(c, o->name);
    if (n > ALERTMANAGER_WORDS_MAX)
        return config_fail(c, err, "'%s' has more than %d words", o->name, ALERTMANAGER_WORDS_MAX);
    for (size_t i = 0; i < n; i++)
        out[i] = config_list_at(c, o->name, i);
    return true;
}

bool alertmanager_words_read(const struct source_settings *settings, struct arena *arena,
                             struct alertmanager_words *out, struct err *err)
{
    bool ok = true;
    *out = (struct alertmanager_words){0};
    for (int list = 0; ok && list < ALERTMANAGER_LISTS; list++) {
        const char *section;
        const struct config_option *o = option_of((enum alertmanager_list)list, &section);
        const struct config *c =
            settings->config && section ? config_section(settings->config, section, 0) : settings->config;
        if (c)
            ok = take_list(c, o, out->lists[list], err);
        else
            take_preset(o->preset, arena, out->lists[list]);
    }
    return ok;
}

bool alertmanager_words_has(const struct alertmanager_words *w, enum alertmanager_list list, struct safe_text word)
{
    for (const char *const *at = w->lists[list]; *at; at++) {
        if (text_len(word) == strlen(*at) && text_contains(word, text_of(*at), true))
            return true;
    }
    return false;
}

struct safe_text alertmanager_words_label(const struct alertmanager_words *w, enum alertmanager_list list,
                                          const struct json *labels)
{
    for (const char *const *at = w->lists[list]; *at; at++) {
        struct value v = told_text(json_get(labels, *at));
        if (value_known(&v) && text_len(v.as.text) <= TOLD_ID_MAX)
            return v.as.text;
    }
    return (struct safe_text){0};
}
