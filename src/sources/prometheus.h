#ifndef HUBTOP_SOURCES_PROMETHEUS_H
#define HUBTOP_SOURCES_PROMETHEUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/json.h"
#include "domain/row.h"
#include "sources/source.h"

/* How answers of Prometheus' query API become rows: a query says which labels name an object and which of its fields
 * the number is; the objects of all queries of a poll lie in one table a kind. */

enum {
    PROMETHEUS_QUERIES_MAX = 32,
    PROMETHEUS_PROFILES_MAX = 8,
    PROMETHEUS_NAME_MAX = 32, /* bytes of a query's name */
    PROMETHEUS_KINDS = 4,
    PROMETHEUS_LABELS_MAX = 5,
    PROMETHEUS_VALUE_MAX = 256,     /* bytes of a label's value; longer ones name nothing that people could read */
    PROMETHEUS_SERIES_MAX = 100000, /* of one answer, and objects of one kind */
    PROMETHEUS_SAMPLES_MAX = 2000000,
    PROMETHEUS_WARNING_MAX = 120,
};

/* --- what is asked by default: prometheus_preset.c */

/* A query that is asked without being configured. Where two tell one field of one object the later in the table stands, and
 * what the settings ask stands before all of them. */
struct prometheus_preset {
    const char *profile, *name, *kind, *labels[PROMETHEUS_LABELS_MAX], *value;
    double scale;
    const char *expr;
};
extern const struct prometheus_preset prometheus_presets[]; /* ended by a NULL name */
/* Names of the exporters whose metrics the defaults ask for; ended by NULL. */
extern const char *const prometheus_profiles[PROMETHEUS_PROFILES_MAX + 1];

/* --- what is asked: prometheus_query.c */

/* A label that says where an object is. `field` -1: the id alone has it. */
struct prometheus_label {
    const char *key; /* the setting that names the series' label: "from" */
    int field;
    bool named; /* a part of the id: a series without it names nothing */
};

/* A kind that queries can tell of. An id is the values of the labels with `between` between them. */
struct prometheus_kind {
    enum kind kind;
    char between;
    bool ends; /* two labels of the same value: a site's own reading */
    struct prometheus_label labels[PROMETHEUS_LABELS_MAX];
};
extern const struct prometheus_kind prometheus_query_kinds[PROMETHEUS_KINDS];

/* Texts are the settings' or the table's of defaults. */
struct prometheus_query {
    const char *what; /* "query", "series": for messages */
    const char *name, *expr;
    const char *profile;   /* of a default; NULL: the settings' own */
    const char *past_name; /* what its past is called in messages */
    const struct prometheus_kind *kind;
    const char *labels[PROMETHEUS_LABELS_MAX]; /* names of the series' labels, as kind->labels; NULL: not told */
    int field;
    double scale;
};

/* The defaults, less those that the settings switch off or replace, and the settings' own; fills `out`. False with
 * "FILE:LINE: …" for what makes no sense. */
bool prometheus_query_read(const struct source_settings *settings, struct arena *arena,
                           struct prometheus_query out[PROMETHEUS_QUERIES_MAX], size_t *count, struct err *err);

struct prometheus_query prometheus_query_of_preset(const struct prometheus_preset *p);
/* What a section says of the objects that its numbers are of: kind, value, labels, scale. What belongs to another kind is an
 * error too. */
bool prometheus_query_object(const struct config *c, struct prometheus_query *q, struct err *err);
/* Whether a section's title can be shown and is 1 to PROMETHEUS_NAME_MAX bytes long. */
bool prometheus_query_name_sane(const char *name);
/* Hints at the word that was meant, or at all that there are; false always. */
bool prometheus_query_hint(const char *word, const char *(*next)(const void *ctx, size_t i), const void *ctx,
                           struct err *err);

/* The request's path: the present, or the past from `start_s` to `end_s` (UTC) every `step_s` seconds. */
void prometheus_query_path(const struct prometheus_query *q, char out[SOURCE_PATH_MAX]);
void prometheus_query_past_path(const struct prometheus_query *q, int64_t start_s, int64_t end_s, int64_t step_s,
                                char out[SOURCE_PATH_MAX]);

/* --- what a series is: prometheus_series.c */

/* What was seen in one answer. */
struct prometheus_seen {
    uint64_t series, samples;
    uint64_t without[PROMETHEUS_LABELS_MAX]; /* that label */
    uint64_t own, too_long, unknown, twice;
    char warning[PROMETHEUS_WARNING_MAX]; /* the peer's own, as it may be shown */
    bool partial;                         /* it says that it lacks something */
};

/* An object that a series names: values of its labels, as they came, and its id, in which a '%' and the character
 * between the parts are written as %25, %3E and %2F, so that no two objects share one. */
struct prometheus_name {
    struct safe_text labels[PROMETHEUS_LABELS_MAX];
    struct safe_text id;
    char id_bytes[3 * (3 * PROMETHEUS_VALUE_MAX + 1)];
};

/* Whether values of the query's labels (as q->labels; empty: none) name an object; if not, why is counted. Texts are not
 * copied but for the id. */
bool prometheus_series_object(const struct prometheus_query *q, const struct safe_text values[PROMETHEUS_LABELS_MAX],
                              struct prometheus_name *out, struct prometheus_seen *seen);
/* The same of a series' labels in an answer. Texts live as long as `metric` and `out`. */
bool prometheus_series_name(const struct prometheus_query *q, const struct json *metric, struct prometheus_name *out,
                            struct prometheus_seen *seen);
/* The number of a pair [time, "number"] in the field's unit; NAN for what is no number or not finite. `at_ms` (may be
 * NULL) is its time. */
double prometheus_series_number(const struct prometheus_query *q, const struct json *pair, int64_t *at_ms);
/* A number in the field's unit; NAN for what is not finite. */
double prometheus_series_unit(const struct prometheus_query *q, double v);
/* One line about an answer: "9 series, 3 of them own readings". */
void prometheus_series_remark(const struct prometheus_query *q, const struct prometheus_seen *seen, struct buf *out);

/* --- the objects of a poll: prometheus_table.c */

/* What several numbers of one query for one field of one object come to. */
enum prometheus_fold { PROMETHEUS_MAX, PROMETHEUS_MIN, PROMETHEUS_SUM, PROMETHEUS_AVG, PROMETHEUS_COUNT };

/* The objects of one kind that the queries of a poll told of. */
struct prometheus_table {
    const struct prometheus_kind *kind;
    int *fields; /* that queries give: the columns */
    size_t columns;
    struct prometheus_object *objects;
    size_t count, cap;
    uint32_t *slots; /* by the id's hash: an object's number + 1; 0: free */
    size_t slot_count;
    struct arena arena;
};

void prometheus_table_init(struct prometheus_table *t, const struct prometheus_kind *kind);
void prometheus_table_release(struct prometheus_table *t);
void prometheus_table_clear(struct prometheus_table *t);
/* The column of a field, made when there is none. Before the first object. */
size_t prometheus_table_column(struct prometheus_table *t, int field);
/* Puts the value of the object of that name (copied). A later query's value stands before an earlier one's; of two of one
 * query the greater stands, whatever order they came in, and `*twice` is set. False when the table is full. */
bool prometheus_table_put(struct prometheus_table *t, const struct prometheus_name *name, size_t column, unsigned query,
                          double value, bool *twice);
/* The same where values of one query for one object are folded in that way. */
bool prometheus_table_fold(struct prometheus_table *t, const struct prometheus_name *name, size_t column,
                           unsigned query, double value, enum prometheus_fold fold, bool *twice);
/* An object of that name without any value. False when the table is full. */
bool prometheus_table_name(struct prometheus_table *t, const struct prometheus_name *name);
/* The objects of a former poll that are not told of now, their labels without any value. False when the table is full. */
bool prometheus_table_keep(struct prometheus_table *t, const struct prometheus_table *former);
/* Which query told that field of the object of that name, from 1; 0: none. */
unsigned prometheus_table_teller(const struct prometheus_table *t, const struct prometheus_name *name, size_t column);
/* The i-th object; its texts are the table's. */
struct row prometheus_table_row(const struct prometheus_table *t, size_t i);

/* --- answers: prometheus_answer.c */

/* Who was asked what, for messages. */
struct prometheus_answer {
    const char *source, *url, *query;
};

/* Whether `rest`, an answer of 200 without its series, is believed; its warnings go into `seen`. */
bool prometheus_answer_good(const struct prometheus_answer *a, const struct json *rest, struct prometheus_seen *seen,
                            struct err *err);
/* What another status than 200 means; false always. */
bool prometheus_answer_failed(const struct prometheus_answer *a, int status, const char *content_type, const char *body,
                              size_t n, struct err *err);

#endif
