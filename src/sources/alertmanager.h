#ifndef HUBTOP_SOURCES_ALERTMANAGER_H
#define HUBTOP_SOURCES_ALERTMANAGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/json.h"
#include "domain/rows.h"
#include "sources/source.h"

/* How answers of Alertmanager's API v2 become alerts and silences. What a label means is configured: rules are written by
 * people, each house has words of its own. */

enum {
    ALERTMANAGER_WORDS_MAX = 16,     /* of one list of the configuration */
    ALERTMANAGER_ALERTS_MAX = 20000, /* of one answer; silences too */
    ALERTMANAGER_LABELS_MAX = 128,   /* of one alert; matchers of one silence */
    ALERTMANAGER_NAME_MAX = 80,
};

/* --- what labels mean: alertmanager_words.c */

/* Lists of the configuration. The first ones are names of labels that say where the object is. */
enum alertmanager_list {
    ALERTMANAGER_FROM,
    ALERTMANAGER_TO,
    ALERTMANAGER_NODE,
    ALERTMANAGER_RACK,
    ALERTMANAGER_HALL,
    ALERTMANAGER_QUEUE,
    ALERTMANAGER_SCHEDULER,
    ALERTMANAGER_INSTANCE,
    ALERTMANAGER_SITE,
    ALERTMANAGER_CLUSTER,
    ALERTMANAGER_SEVERITY, /* names of labels with the severity */
    ALERTMANAGER_CRIT,     /* words of these labels */
    ALERTMANAGER_WARN,
    ALERTMANAGER_INFO,
    ALERTMANAGER_WATCHDOG, /* names of alerts that always fire */
    ALERTMANAGER_LISTS
};

struct alertmanager_words {
    const char *lists[ALERTMANAGER_LISTS][ALERTMANAGER_WORDS_MAX + 1]; /* each ended by NULL */
};

/* The driver's settings: a table for struct source_driver. */
extern const struct config_option alertmanager_words_settings[];
/* The settings' words, else the defaults; texts are the settings' or the arena's. False with "FILE:LINE: …" for a list that
 * is too long. */
bool alertmanager_words_read(const struct source_settings *settings, struct arena *arena,
                             struct alertmanager_words *out, struct err *err);
/* Whether the list has the word, ASCII letters without case. */
bool alertmanager_words_has(const struct alertmanager_words *w, enum alertmanager_list list, struct safe_text word);
/* The value of the first of the list's labels that `labels` has, or the empty text; one that is too long to name anything
 * counts as none. */
struct safe_text alertmanager_words_label(const struct alertmanager_words *w, enum alertmanager_list list,
                                          const struct json *labels);

/* --- alerts: alertmanager_alert.c */

/* What was seen in one answer. */
struct alertmanager_seen {
    uint64_t alerts, nonsense, twice, silenced, inhibited, watchdogs, unplaced;
    uint64_t unknown;                     /* with a severity that the words do not have, or without one */
    char severity[ALERTMANAGER_NAME_MAX]; /* the first of these, as it may be shown */
};

/* The alert of an element; false when it has no fingerprint. Cells point into the element and the arena. What needs other
 * answers (silenced_until, alert_group, parent, children) is unknown still. */
bool alertmanager_alert(const struct json *element, const struct alertmanager_words *w, struct arena *arena,
                        struct alertmanager_seen *seen, struct row *row);
/* "alertname=A, site=fra": the labels of a group, owned by the arena; the empty text without one. */
struct safe_text alertmanager_alert_group(const struct json *labels, struct arena *arena);

/* --- silences: alertmanager_silence.c */

/* The silence of an element; false when it has no id. */
bool alertmanager_silence(const struct json *element, struct arena *arena, struct row *row);

/* --- what one poll was told: alertmanager_table.c */

/* An alert's group by its fingerprint. */
struct alertmanager_group {
    struct safe_text alert, labels;
};

struct alertmanager_table {
    struct rows alerts, silences;
    const struct row **by_id; /* alerts, by id; of several of one id the first */
    size_t by_id_count;
    struct alertmanager_group *groups; /* by alert, once it is settled */
    size_t group_count, group_cap;
    struct arena arena; /* of the groups */
};

void alertmanager_table_clear(struct alertmanager_table *t);
void alertmanager_table_release(struct alertmanager_table *t);
/* Notes that the group with these labels (owned by the table's arena) has the alert (copied). */
void alertmanager_table_group(struct alertmanager_table *t, struct safe_text alert, struct safe_text labels);
/* All was told: alerts get the end of their silences, their group, the alert that explains them, and how many they explain;
 * silences how many alerts they hide (where `alerts` were told). */
void alertmanager_table_settle(struct alertmanager_table *t, bool alerts);

/* --- orders: alertmanager_order.c */

/* The request for an order, as struct source_driver wants it. */
bool alertmanager_order_form(const struct source_order *o, bool look, struct source_order_form *form, struct err *err);
/* Whether an element of the silences is the one that the order was to make, or the one to end and not over; the id of one that was
 * made goes to `remote`. */
bool alertmanager_order_is(const struct source_order *o, const struct json *element, struct buf *remote);
enum source_order_end alertmanager_order_end(const char *source, const struct source_order *o, bool look, bool found,
                                             int status, const char *body, size_t n, struct buf *remote,
                                             struct err *err);

/* --- answers: alertmanager_answer.c */

enum { ALERTMANAGER_ANSWER_WORDS = 200 };
/* What the peer says in the body of an error, as it may be shown. */
void alertmanager_answer_words(const char *body, size_t n, char out[ALERTMANAGER_ANSWER_WORDS]);
/* What another status than 200 means; false always. */
bool alertmanager_answer_failed(const char *source, const char *url, int status, const char *content_type,
                                const char *body, size_t n, struct err *err);

#endif
