#ifndef HUBTOP_SOURCES_OPENMETRICS_H
#define HUBTOP_SOURCES_OPENMETRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/pattern.h"
#include "base/text.h"
#include "sources/prometheus.h"
#include "sources/source.h"

/* Text files of metrics: OpenMetrics 1.0 (prometheus.io/docs/specs/om/open_metrics_spec) and the Prometheus text format
 * 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). Messages are "NAME:LINE:COLUMN: …", both from 1, the column
 * in bytes. */

enum {
    OPENMETRICS_FILE_MAX = 16 << 20,
    OPENMETRICS_LINE_MAX = 64 << 10,
    OPENMETRICS_LABELS_MAX = 64,    /* of one sample */
    OPENMETRICS_EXEMPLAR_MAX = 128, /* code points of an exemplar's label names and values: the specification's */
};

enum openmetrics_format { OPENMETRICS_AUTO, OPENMETRICS_TEXT, OPENMETRICS_PROMETHEUS };

struct openmetrics_label {
    struct safe_text name, value;
};

/* One line with a number. Texts are the document's, or the parser's until the next step. */
struct openmetrics_sample {
    struct safe_text name;
    struct openmetrics_label labels[OPENMETRICS_LABELS_MAX];
    size_t count;
    double value;
    bool timed; /* it has a time of its own: */
    double at_s;
    bool exemplar;
};

/* Where the parser is, for messages. */
struct openmetrics_place {
    const char *name; /* of the document */
    size_t line;
};

/* "NAME:LINE:COLUMN: what", ERR_CORRUPT; false always. `column` from 0. */
bool openmetrics_fail(const struct openmetrics_place *at, size_t column, struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* --- one line: openmetrics_line.c */

/* A name of a metric ("[a-zA-Z_:][a-zA-Z0-9_:]*") at the beginning: its length; 0: there is none. */
size_t openmetrics_line_name(const char *p, size_t n);
/* Reads a number of the grammar: decimal, or Inf and NaN in any case; false otherwise. */
bool openmetrics_line_number(const char *p, size_t n, double *out);
/* Reads the line of a sample, valid UTF-8 without its end. Values with escapes are `arena`'s. */
bool openmetrics_line_sample(const struct openmetrics_place *at, enum openmetrics_format format, const char *line,
                             size_t n, struct arena *arena, struct openmetrics_sample *out, struct err *err);

/* --- a set of things seen, by their hash with the process's random key: openmetrics_set.c */

struct openmetrics_set {
    uint64_t *slots;
    size_t count, slot_count;
};
void openmetrics_set_release(struct openmetrics_set *s);
void openmetrics_set_clear(struct openmetrics_set *s);
/* Adds it; false when it was there. */
bool openmetrics_set_add(struct openmetrics_set *s, uint64_t hash);
/* A sample's name and labels, in whatever order these came, but the label `but` (NULL: all). */
uint64_t openmetrics_set_series(const struct openmetrics_sample *sample, bool with_name, struct safe_text but);

/* --- families of metrics, which only OpenMetrics is strict about: openmetrics_family.c */

struct openmetrics_family;
struct openmetrics_family *openmetrics_family_new(void);
void openmetrics_family_free(struct openmetrics_family *f);
/* A line "# WHAT NAME REST"; `rest` may be empty. */
bool openmetrics_family_meta(struct openmetrics_family *f, const struct openmetrics_place *at, struct safe_text what,
                             struct safe_text name, struct safe_text rest, struct err *err);
bool openmetrics_family_sample(struct openmetrics_family *f, const struct openmetrics_place *at,
                               const struct openmetrics_sample *sample, struct err *err);
/* The document ended. */
bool openmetrics_family_end(struct openmetrics_family *f, const struct openmetrics_place *at, struct err *err);

/* --- a document: openmetrics_parse.c */

/* Takes a document apart, sample by sample. `bytes` outlive it. With OPENMETRICS_AUTO it is OpenMetrics when it says so:
 * by "# EOF", a UNIT, a type that only OpenMetrics has, or an exemplar. */
struct openmetrics;
struct openmetrics *openmetrics_parse_new(const char *name, const char *bytes, size_t n,
                                          enum openmetrics_format format);
void openmetrics_parse_free(struct openmetrics *o);
enum openmetrics_format openmetrics_parse_format(const struct openmetrics *o);

enum openmetrics_step { OPENMETRICS_SAMPLE, OPENMETRICS_END, OPENMETRICS_BAD };
/* The next sample. END: the whole document was good. What came before BAD is to be forgotten: "partial or invalid
 * expositions MUST be considered erroneous in their entirety". */
enum openmetrics_step openmetrics_parse_next(struct openmetrics *o, struct openmetrics_sample *out, struct err *err);

/* --- which series are what: openmetrics_series.c */

enum { OPENMETRICS_SERIES_MAX = 96, OPENMETRICS_WHERE_MAX = 8 };

/* A label that a series must have: the value itself, or a pattern that all of it matches. */
struct openmetrics_where {
    const char *label, *value;
    struct pattern *pattern; /* or NULL */
};

/* One row of the table: series of that metric tell a field of an object. `query.expr` is the metric's name. */
struct openmetrics_series {
    struct prometheus_query query;
    enum prometheus_fold fold; /* of several that tell one field of one object */
    struct openmetrics_where where[OPENMETRICS_WHERE_MAX];
    size_t where_count;
};

/* The defaults, less those that the settings switch off or replace, and the settings' own; fills `out`, whose patterns the
 * caller releases. False with "FILE:LINE: …" for what makes no sense. */
extern const struct config_option openmetrics_series_settings[]; /* of a section */
bool openmetrics_series_read(const struct source_settings *settings, struct arena *arena,
                             struct openmetrics_series out[OPENMETRICS_SERIES_MAX], size_t *count, struct err *err);
void openmetrics_series_release(struct openmetrics_series *all, size_t count);
/* Whether the sample is one of that series. */
bool openmetrics_series_match(const struct openmetrics_series *s, const struct openmetrics_sample *sample);
/* The sample's number in the field's unit; NAN for what is no number, or cannot be: a power or percentage below 0, a
 * percentage above 100. */
double openmetrics_series_value(const struct openmetrics_series *s, const struct openmetrics_sample *sample);

/* --- the files: openmetrics_file.c */

enum { OPENMETRICS_FILES_MAX = 1000 };

/* What says that a file is as it was. */
struct openmetrics_stamp {
    uint64_t device, inode;
    int64_t size, written_ns, changed_ns;
};

/* The paths that a pattern names, sorted, the caller frees them with openmetrics_file_list_free(); wildcards only in the
 * last part. False: it cannot be read, nothing matches, or too much does. */
bool openmetrics_file_list(const char *pattern, char ***out, size_t *count, struct err *err);
void openmetrics_file_list_free(char **paths, size_t count);
/* How a path stands now. False: it is no file that is read (a link, a pipe, a folder, others may write it, too large). */
bool openmetrics_file_stamp(const char *path, struct openmetrics_stamp *out, struct err *err);
bool openmetrics_file_same(const struct openmetrics_stamp *a, const struct openmetrics_stamp *b);
/* The whole file; the caller frees it. False also when it is not the file of that stamp any more. */
char *openmetrics_file_read(const char *path, const struct openmetrics_stamp *stamp, struct err *err);

#endif
