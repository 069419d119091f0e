#include <stdio.h>
#include <string.h>

#include "sources/alertmanager.h"
#include "sources/told.h"

/* --- where it is */

/* An alert's object by the labels that it has: the narrowest of these rules. `in` says what it stands in. */
struct rule {
    enum kind kind;
    enum alertmanager_list name;
    enum alertmanager_list in[3];
    size_t in_count;
    bool needs_in; /* without it the rule does not hold */
};

static const struct rule rules[] = {
    {KIND_NODE, ALERTMANAGER_NODE, {ALERTMANAGER_SCHEDULER, ALERTMANAGER_SITE, ALERTMANAGER_CLUSTER}, 3, false},
    {KIND_RACK, ALERTMANAGER_RACK, {ALERTMANAGER_SITE, ALERTMANAGER_CLUSTER}, 2, false},
    {KIND_HALL, ALERTMANAGER_HALL, {ALERTMANAGER_SITE, ALERTMANAGER_CLUSTER}, 2, false},
    {KIND_QUEUE, ALERTMANAGER_QUEUE, {ALERTMANAGER_SCHEDULER}, 1, true},
    {KIND_SCHEDULER, ALERTMANAGER_SCHEDULER, {0}, 0, false},
    {KIND_NODE, ALERTMANAGER_INSTANCE, {ALERTMANAGER_SCHEDULER, ALERTMANAGER_SITE, ALERTMANAGER_CLUSTER}, 3, false},
    {KIND_SITE, ALERTMANAGER_SITE, {0}, 0, false},
    {KIND_CLUSTER, ALERTMANAGER_CLUSTER, {0}, 0, false},
};

/* The host of "HOST:PORT"; the empty text for a URL, which is no node. */
static struct safe_text host_of(struct safe_text instance)
{
    const char *p = text_bytes(instance);
    size_t n = text_len(instance), digits = 0;
    if (text_contains(instance, text_of("/"), false))
        return (struct safe_text){0};
    while (digits < n && p[n - digits - 1] >= '0' && p[n - digits - 1] <= '9')
        digits++;
    return digits > 0 && digits + 1 < n && p[n - digits - 1] == ':' ? text_from(p, n - digits - 1) : instance;
}

static struct safe_text name_of(const struct rule *rule, const struct alertmanager_words *w, const struct json *labels)
{
    struct safe_text name = alertmanager_words_label(w, rule->name, labels);
    return rule->name == ALERTMANAGER_INSTANCE ? host_of(name) : name;
}

static bool rule_holds(const struct rule *rule, const struct alertmanager_words *w, const struct json *labels,
                       struct arena *arena, struct row *row)
{
    struct safe_text name = name_of(rule, w, labels), in = {0};
    if (text_empty(name))
        return false;
    for (size_t i = 0; i < rule->in_count && text_empty(in); i++)
        in = alertmanager_words_label(w, rule->in[i], labels);
    if (text_empty(in) && rule->needs_in)
        return false;
    row->cells[ALERT_KIND] = value_text(text_of(kind_info(rule->kind)->name));
    row->cells[ALERT_WHERE] = value_text(text_empty(in) ? name : told_join(arena, in, '/', name));
    return true;
}

static bool link_holds(const struct alertmanager_words *w, const struct json *labels, struct arena *arena,
                       struct row *row)
{
    struct safe_text from = alertmanager_words_label(w, ALERTMANAGER_FROM, labels),
                     to = alertmanager_words_label(w, ALERTMANAGER_TO, labels);
    if (text_empty(from) || text_empty(to))
        return false;
    row->cells[ALERT_KIND] = value_text(text_of(kind_info(KIND_LINK)->name));
    row->cells[ALERT_WHERE] = value_text(told_join(arena, from, '>', to));
    return true;
}

static bool place(const struct alertmanager_words *w, const struct json *labels, struct arena *arena, struct row *row)
{
    static const enum alertmanager_list in[] = {ALERTMANAGER_CLUSTER, ALERTMANAGER_SITE, ALERTMANAGER_SCHEDULER,
                                                ALERTMANAGER_FROM};
    struct safe_text cluster = {0};
    bool placed = link_holds(w, labels, arena, row);
    for (size_t i = 0; !placed && i < sizeof rules / sizeof *rules; i++)
        placed = rule_holds(&rules[i], w, labels, arena, row);
    for (size_t i = 0; i < sizeof in / sizeof *in && text_empty(cluster); i++)
        cluster = alertmanager_words_label(w, in[i], labels);
    if (!text_empty(cluster))
        row->cells[ALERT_CLUSTER] = value_text(cluster);
    return placed;
}

/* --- how bad it is */

static void judge(const struct alertmanager_words *w, const struct json *labels, struct alertmanager_seen *seen,
                  struct row *row)
{
    static const struct {
        enum alertmanager_list words;
        const char *severity;
    } severities[] = {{ALERTMANAGER_CRIT, "crit"}, {ALERTMANAGER_WARN, "warn"}, {ALERTMANAGER_INFO, "info"}};
    struct safe_text word = alertmanager_words_label(w, ALERTMANAGER_SEVERITY, labels);
    if (alertmanager_words_has(w, ALERTMANAGER_WATCHDOG, value_text_or(&row->cells[ALERT_NAME], ""))) {
        seen->watchdogs++;
        row->cells[ALERT_SEVERITY] = value_text(text_of("info"));
        return;
    }
    for (size_t i = 0; i < sizeof severities / sizeof *severities; i++) {
        if (alertmanager_words_has(w, severities[i].words, word)) {
            row->cells[ALERT_SEVERITY] = value_text(text_of(severities[i].severity));
            return;
        }
    }
    if (seen->unknown++ == 0)
        text_show_in(word, seen->severity, sizeof seen->severity);
}

/* --- its state */

/* The texts of an array as a list; their count. */
static size_t texts_of(const struct json *array, const char *member, struct arena *arena, struct value *out)
{
    struct buf joined = buf_make(TOLD_LIST_MAX);
    size_t n = 0;
    for (const struct json *j = json_type(array) == JSON_ARRAY ? json_first(array) : NULL; j; j = json_next(j)) {
        struct safe_text t = told_id(member ? json_get(j, member) : j);
        n += !text_empty(t) && value_list_add(&joined, t, NULL);
    }
    *out = told_list(&joined, arena);
    buf_release(&joined);
    return n;
}

/* Alertmanager knows an alert that is over by its end, which the sender sets; that of one that fires lies ahead of what was
 * heard last. */
static bool is_over(const struct json *element)
{
    struct value end = told_time(json_get(element, "endsAt")), heard = told_time(json_get(element, "updatedAt"));
    return value_known(&end) && value_known(&heard) && value_int_or(&end, 0) <= value_int_or(&heard, 0);
}

/* One that another explains fires all the same. */
static void state_take(const struct json *element, struct arena *arena, struct alertmanager_seen *seen, struct row *row)
{
    const struct json *status = json_get(element, "status");
    struct value word = told_text(json_get(status, "state"));
    struct safe_text state = value_text_or(&word, "");
    size_t silences = texts_of(json_get(status, "silencedBy"), NULL, arena, &row->cells[ALERT_SILENCED_BY]);
    seen->silenced += silences > 0;
    seen->inhibited += texts_of(json_get(status, "inhibitedBy"), NULL, arena, &row->cells[ALERT_INHIBITED_BY]) > 0;
    if (is_over(element))
        row->cells[ALERT_STATE] = value_text(text_of("resolved"));
    else if (silences > 0)
        row->cells[ALERT_STATE] = value_text(text_of("silenced"));
    else if (text_is(state, "active") || text_is(state, "suppressed") || text_is(state, "unprocessed"))
        row->cells[ALERT_STATE] = value_text(text_of("firing"));
}

/* --- what it says */

/* NAME=VALUE of each label. */
static struct value labels_of(const struct json *labels, struct arena *arena)
{
    struct buf joined = buf_make(TOLD_LIST_MAX);
    size_t n = 0;
    for (const struct json *j = json_type(labels) == JSON_OBJECT ? json_first(labels) : NULL;
         j && n < ALERTMANAGER_LABELS_MAX; j = json_next(j), n++) {
        struct value v = told_text(j);
        if (value_known(&v))
            (void)value_list_add(&joined, told_join(arena, text_of(json_key(j)), '=', v.as.text), NULL);
    }
    struct value list = told_list(&joined, arena);
    buf_release(&joined);
    return list;
}

struct safe_text alertmanager_alert_group(const struct json *labels, struct arena *arena)
{
    struct buf out = buf_make(TOLD_TEXT_MAX);
    size_t n = 0;
    for (const struct json *j = json_type(labels) == JSON_OBJECT ? json_first(labels) : NULL;
         j && n < ALERTMANAGER_LABELS_MAX; j = json_next(j)) {
        struct value v = told_text(j);
        if (!value_known(&v) || !buf_reserve(&out, text_len(v.as.text) + strlen(json_key(j)) + 4, NULL))
            continue;
        buf_printf(&out, NULL, "%s%s=", n++ > 0 ? ", " : "", json_key(j));
        text_copy(&out, v.as.text);
    }
    struct safe_text group = text_from(arena_copy(arena, buf_str(&out), out.len), out.len);
    buf_release(&out);
    return group;
}

static struct value first_of(const struct json *object, const char *const *keys)
{
    struct value v = value_none();
    for (; *keys && !value_known(&v); keys++)
        v = told_text(json_get(object, *keys));
    return v;
}

static void words_take(const struct json *element, struct row *row)
{
    static const char *const summary[] = {"summary", "message", "title", NULL}, *const runbook[] = {"runbook_url",
                                                                                                    "runbook", NULL};
    const struct json *notes = json_get(element, "annotations");
    row->cells[ALERT_SUMMARY] = first_of(notes, summary);
    row->cells[ALERT_DESCRIPTION] = told_text(json_get(notes, "description"));
    row->cells[ALERT_RUNBOOK] = first_of(notes, runbook);
    row->cells[ALERT_SINCE] = told_time(json_get(element, "startsAt"));
    row->cells[ALERT_UPDATED_AT] = told_time(json_get(element, "updatedAt"));
    row->cells[ALERT_LINK_URL] = told_text(json_get(element, "generatorURL"));
}

bool alertmanager_alert(const struct json *element, const struct alertmanager_words *w, struct arena *arena,
                        struct alertmanager_seen *seen, struct row *row)
{
    const struct json *labels = json_get(element, "labels");
    seen->alerts++;
    *row = (struct row){.kind = KIND_ALERT, .id = told_id(json_get(element, "fingerprint"))};
    if (text_empty(row->id)) {
        seen->nonsense++;
        return false;
    }
    row->cells[ALERT_NAME] = told_text(json_get(labels, "alertname"));
    row->cells[ALERT_LABELS] = labels_of(labels, arena);
    texts_of(json_get(element, "receivers"), "name", arena, &row->cells[ALERT_RECEIVERS]);
    words_take(element, row);
    state_take(element, arena, seen, row);
    judge(w, labels, seen, row);
    seen->unplaced += !place(w, labels, arena, row);
    return true;
}
