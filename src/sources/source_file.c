#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/reading.h"
#include "sources/openmetrics.h"

/* Text files of metrics, as node_exporter's textfile collector reads them and many a script writes them. A file is read when
 * it has changed; a poll makes the rows of what all files tell. What a file told is as old as the file. */

enum part { FILES, ROWS, AGE };

enum {
    TIMEOUT_MS = 60 * 1000,
    PARTS = 1000,         /* a tag is part * PARTS + number */
    ENTRIES_MAX = 200000, /* numbers that are kept, of all files */
    SLICE_SAMPLES = 2000, /* in one step, which must not hold the loop */
    LACK_MAX = 160,
};

/* A number that a file tells. Texts are the file's arena's. */
struct entry {
    unsigned series;
    struct safe_text labels[PROMETHEUS_LABELS_MAX];
    double value; /* NAN: it names an object, but tells no number */
    bool timed;
    double at_s;
};

/* What a file told when it was read well last. */
struct content {
    struct openmetrics_stamp stamp;
    struct entry *entries;
    size_t count, cap;
    uint64_t samples, nameless;
    char lack[LACK_MAX]; /* of the first nameless one */
    struct arena arena;
};

struct file {
    char *path;
    bool listed;
    struct openmetrics_stamp tried; /* the last that was read, well or not */
    bool read, broken;
    struct err err;
    struct content content;
};

struct source {
    char *name, *pattern;
    int64_t interval_ms;
    enum openmetrics_format format;
    struct openmetrics_series series[OPENMETRICS_SERIES_MAX];
    size_t series_count;
    size_t columns[OPENMETRICS_SERIES_MAX], kinds[OPENMETRICS_SERIES_MAX];
    struct prometheus_table tables[PROMETHEUS_KINDS];
    struct file **files;
    size_t count, entries;
    /* The poll: */
    bool listed_well;
    size_t at; /* the file that is read */
    struct openmetrics *parser;
    char *bytes;
    struct content coming;
    size_t produced, read_count;
    int64_t now_ms, age_ms[PROMETHEUS_KINDS];
    const struct file *old[PROMETHEUS_KINDS]; /* whose numbers are left out: it is too old beside others */
    struct arena arena;
};

static const struct config_option settings[] = {
    {.name = "series",
     .type = CONFIG_SECTION,
     .children = openmetrics_series_settings,
     .titled = true,
     .help = "a metric of the files and what its series are; one of a default's name stands in its place"},
    {.name = "format",
     .type = CONFIG_TEXT,
     .preset = "auto",
     .help = "auto, openmetrics (1.0), prometheus (the text format 0.0.4)"},
    {0},
};

/* --- an instance */

static void content_release(struct content *c)
{
    free(c->entries);
    arena_release(&c->arena);
    *c = (struct content){0};
}

static void file_free(struct file *f)
{
    content_release(&f->content);
    free(f->path);
    free(f);
}

static void reading_drop(struct source *s)
{
    openmetrics_parse_free(s->parser);
    free(s->bytes);
    content_release(&s->coming);
    s->parser = NULL;
    s->bytes = NULL;
}

static void file_close(struct source *s)
{
    if (!s)
        return;
    reading_drop(s);
    for (size_t i = 0; i < s->count; i++)
        file_free(s->files[i]);
    free(s->files);
    for (size_t i = 0; i < PROMETHEUS_KINDS; i++)
        prometheus_table_release(&s->tables[i]);
    openmetrics_series_release(s->series, s->series_count);
    arena_release(&s->arena);
    free(s->name);
    free(s->pattern);
    free(s);
}

static bool wrong_setting(const struct source_settings *given, struct err *err)
{
    return err_exit(err, given->config ? 78 : 64);
}

static bool format_take(struct source *s, const struct source_settings *given, struct err *err)
{
    static const char *const words[] = {"auto", "openmetrics", "prometheus"};
    const char *word = source_setting(given, "format");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(word ? word : "auto", words[i]) == 0) {
            s->format = (enum openmetrics_format)i;
            return true;
        }
    }
    err_set(err, ERR_INPUT, "the source '%s' cannot read files of the format '%s'", s->name, word);
    err_hint(err, "auto, openmetrics, prometheus");
    return wrong_setting(given, err);
}

static bool pattern_take(struct source *s, const struct source_settings *given, struct err *err)
{
    const char *url = given->url ? given->url : "";
    url += strncmp(url, "file:", 5) == 0 ? 5 : 0;
    s->pattern = mem_strdup(url);
    const char *folder_end = strrchr(url, '/');
    if (*url == '/' && folder_end[1] && strcspn(url, "*?[") >= (size_t)(folder_end - url))
        return true;
    err_set(err, ERR_INPUT, "the source '%s' has no files at '%s'", s->name, url);
    err_hint(err, "a path from the root, wildcards in its last part alone: file:/var/lib/metrics/*.prom");
    return wrong_setting(given, err);
}

static bool table_take(struct source *s, const struct source_settings *given, struct err *err)
{
    for (size_t i = 0; i < PROMETHEUS_KINDS; i++)
        prometheus_table_init(&s->tables[i], &prometheus_query_kinds[i]);
    if (!openmetrics_series_read(given, &s->arena, s->series, &s->series_count, err))
        return false;
    for (size_t i = 0; i < s->series_count; i++) {
        s->kinds[i] = (size_t)(s->series[i].query.kind - prometheus_query_kinds);
        s->columns[i] = prometheus_table_column(&s->tables[s->kinds[i]], s->series[i].query.field);
    }
    return true;
}

static struct source *file_open(const struct source_settings *given, struct err *err)
{
    struct source *s = mem_new(1, sizeof *s);
    s->name = mem_strdup(given->name ? given->name : "file");
    s->interval_ms = given->interval_ms;
    if (pattern_take(s, given, err) && format_take(s, given, err) && table_take(s, given, err))
        return s;
    file_close(s);
    return NULL;
}

/* --- what is asked */

static size_t request_add(struct source_request *out, size_t n, enum part part, size_t number, const char *what)
{
    out[n] = (struct source_request){.what = what,
                                     .method = "",
                                     .timeout_ms = TIMEOUT_MS,
                                     .local = true,
                                     .apart = part != AGE,
                                     .tag = (int)part * PARTS + (int)number};
    return n + 1;
}

/* First the files are read, then rows are made of them. When all are old the source itself is. */
static size_t file_requests(struct source *s, struct instant now, struct source_request out[SOURCE_REQUESTS_MAX])
{
    size_t n = request_add(out, 0, FILES, 0, "files");
    reading_drop(s);
    s->now_ms = now.utc_ms;
    s->at = s->produced = s->read_count = 0;
    s->listed_well = false;
    for (size_t i = 0; i < PROMETHEUS_KINDS; i++) {
        enum kind kind = prometheus_query_kinds[i].kind;
        if (s->tables[i].columns == 0)
            continue;
        n = request_add(out, n, ROWS, i, kind_info(kind)->name);
        out[n - 1].covers[0] = kind;
    }
    return request_add(out, n, AGE, 0, "age");
}

/* --- which files there are */

static struct file *file_of(struct source *s, const char *path)
{
    for (size_t i = 0; i < s->count; i++) {
        if (strcmp(s->files[i]->path, path) == 0)
            return s->files[i];
    }
    struct file *f = mem_new(1, sizeof *f);
    f->path = mem_strdup(path);
    s->files = mem_grow(s->files, s->count + 1, sizeof(struct file *));
    s->files[s->count++] = f;
    return f;
}

/* Files that are gone tell nothing any more. */
static void forget_gone(struct source *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (s->files[i]->listed)
            s->files[kept++] = s->files[i];
        else {
            s->entries -= s->files[i]->content.count;
            file_free(s->files[i]);
        }
    }
    s->count = kept;
}

static bool list(struct source *s, struct err *err)
{
    char **paths;
    size_t count;
    if (!openmetrics_file_list(s->pattern, &paths, &count, err))
        return false;
    for (size_t i = 0; i < s->count; i++)
        s->files[i]->listed = false;
    for (size_t i = 0; i < count; i++)
        file_of(s, paths[i])->listed = true;
    openmetrics_file_list_free(paths, count);
    forget_gone(s);
    s->listed_well = true;
    return true;
}

/* --- reading one */

static void sample_lacks(struct source *s, const struct prometheus_query *q, const struct prometheus_seen *seen)
{
    if (s->coming.nameless++ > 0)
        return;
    for (size_t i = 0; i < PROMETHEUS_LABELS_MAX; i++) {
        if (seen->without[i] && q->kind->labels[i].named)
            snprintf(s->coming.lack, LACK_MAX, "'%s' without the label '%.64s'", q->name, q->labels[i]);
    }
    if (seen->own || seen->too_long)
        snprintf(s->coming.lack, LACK_MAX, "'%s' with %s", q->name, seen->own ? "two equal ends" : "a label too long");
}

static struct safe_text own(struct source *s, struct safe_text t)
{
    return text_from(arena_copy(&s->coming.arena, text_bytes(t), text_len(t)), text_len(t));
}

static bool entry_add(struct source *s, unsigned number, const struct prometheus_name *name,
                      const struct openmetrics_sample *sample, struct err *err)
{
    struct content *c = &s->coming;
    if (s->entries - s->files[s->at]->content.count + c->count >= ENTRIES_MAX)
        return err_set(err, ERR_CORRUPT, "the files of '%s' tell more than %d numbers", s->name, ENTRIES_MAX);
    if (c->count == c->cap) {
        c->cap = c->cap ? 2 * c->cap : 64;
        c->entries = mem_grow(c->entries, c->cap, sizeof *c->entries);
    }
    struct entry *e = &c->entries[c->count++];
    *e = (struct entry){.series = number,
                        .value = openmetrics_series_value(&s->series[number], sample),
                        .timed = sample->timed,
                        .at_s = sample->at_s};
    for (size_t i = 0; i < PROMETHEUS_LABELS_MAX; i++) {
        if (!text_empty(name->labels[i]))
            e->labels[i] = own(s, name->labels[i]);
    }
    return true;
}

static struct safe_text label_of(const struct openmetrics_sample *sample, const char *name)
{
    for (size_t i = 0; name && i < sample->count; i++) {
        if (text_is(sample->labels[i].name, name))
            return sample->labels[i].value;
    }
    return text_of("");
}

static bool sample_take(struct source *s, const struct openmetrics_sample *sample, struct err *err)
{
    s->coming.samples++;
    for (unsigned i = 0; i < s->series_count; i++) {
        const struct openmetrics_series *series = &s->series[i];
        struct safe_text values[PROMETHEUS_LABELS_MAX];
        struct prometheus_name name;
        struct prometheus_seen seen = {0};
        if (!openmetrics_series_match(series, sample))
            continue;
        for (size_t l = 0; l < PROMETHEUS_LABELS_MAX; l++)
            values[l] = label_of(sample, series->query.labels[l]);
        if (!prometheus_series_object(&series->query, values, &name, &seen))
            sample_lacks(s, &series->query, &seen);
        else if (!entry_add(s, i, &name, sample, err))
            return false;
    }
    return true;
}

/* What it told before stands until it is old. */
static void file_failed(struct source *s, const struct err *err)
{
    s->files[s->at]->broken = true;
    s->files[s->at]->err = *err;
    reading_drop(s);
    s->at++;
}

static void file_done(struct source *s)
{
    struct file *f = s->files[s->at++];
    s->entries += s->coming.count - f->content.count;
    content_release(&f->content);
    s->coming.stamp = f->tried;
    f->content = s->coming;
    s->coming = (struct content){0};
    reading_drop(s);
}

/* Some samples of the file that is read. */
static void read_on(struct source *s)
{
    enum openmetrics_step step = OPENMETRICS_SAMPLE;
    struct openmetrics_sample sample;
    struct err err = {0};
    for (int i = 0; i < SLICE_SAMPLES && step == OPENMETRICS_SAMPLE; i++) {
        step = openmetrics_parse_next(s->parser, &sample, &err);
        if (step == OPENMETRICS_SAMPLE && !sample_take(s, &sample, &err))
            step = OPENMETRICS_BAD;
    }
    if (step == OPENMETRICS_BAD)
        file_failed(s, &err);
    else if (step == OPENMETRICS_END)
        file_done(s);
}

/* The next file: passed over when it is as it was. */
static void read_next(struct source *s)
{
    struct file *f = s->files[s->at];
    struct openmetrics_stamp stamp;
    struct err err = {0};
    if (!openmetrics_file_stamp(f->path, &stamp, &err)) {
        f->read = false;
        file_failed(s, &err);
        return;
    }
    if (f->read && openmetrics_file_same(&stamp, &f->tried)) {
        s->at++;
        return;
    }
    f->tried = stamp;
    s->bytes = openmetrics_file_read(f->path, &stamp, &err);
    f->read = s->bytes != NULL;
    f->broken = false;
    s->read_count++;
    if (s->bytes)
        s->parser = openmetrics_parse_new(f->path, s->bytes, (size_t)stamp.size, s->format);
    else
        file_failed(s, &err);
}

/* The first that is broken, and how many more. */
static bool all_well(const struct source *s, struct err *err)
{
    const struct file *first = NULL;
    size_t more = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (!s->files[i]->broken)
            continue;
        more += first != NULL;
        first = first ? first : s->files[i];
    }
    if (!first)
        return true;
    *err = first->err;
    if (more > 0)
        err_hint(err, "%zu more files of '%s' cannot be read either", more, s->name);
    return false;
}

static bool produce_files(struct source *s, bool *more, struct err *err)
{
    if (!s->listed_well && !list(s, err))
        return false;
    if (s->parser)
        read_on(s);
    else if (s->at < s->count)
        read_next(s);
    *more = s->at < s->count;
    return *more || all_well(s, err);
}

/* --- ages */

static int64_t age_since(const struct source *s, int64_t then_ms)
{
    return s->now_ms > then_ms ? s->now_ms - then_ms : 0;
}

static int64_t file_age_ms(const struct source *s, const struct file *f)
{
    return age_since(s, f->content.stamp.written_ns / 1000000);
}

static bool is_fresh(const struct source *s, int64_t age_ms)
{
    return reading_is_fresh(age_ms, s->interval_ms);
}

static bool tells_of(const struct source *s, const struct file *f, size_t kind)
{
    for (size_t i = 0; i < f->content.count; i++) {
        if (s->kinds[f->content.entries[i].series] == kind)
            return true;
    }
    return false;
}

/* The age of the youngest file that tells of a kind (of any, with PROMETHEUS_KINDS); -1: there is none. */
static int64_t youngest(const struct source *s, size_t kind, const struct file **which)
{
    int64_t least_ms = -1;
    for (size_t i = 0; i < s->count; i++) {
        const struct file *f = s->files[i];
        if (f->content.count == 0 || (kind < PROMETHEUS_KINDS && !tells_of(s, f, kind)))
            continue;
        if (least_ms >= 0 && file_age_ms(s, f) >= least_ms)
            continue;
        least_ms = file_age_ms(s, f);
        *which = f;
    }
    return least_ms;
}

static bool produce_age(const struct source *s, struct err *err)
{
    const struct file *which = NULL;
    char age[CLOCK_TEXT_MAX];
    int64_t age_ms = youngest(s, PROMETHEUS_KINDS, &which);
    if (age_ms < 0 || is_fresh(s, age_ms))
        return true;
    err_set(err, ERR_TRANSIENT, "what the files of '%s' tell is old: '%s' was written %s ago", s->name, which->path,
            clock_age(age_ms, age));
    return err_hint(err, "whatever writes it has stopped; a longer interval of this source allows longer pauses");
}

/* --- rows */

/* The object that an entry names, and its number where that is of the present. */
static bool entry_put(struct source *s, const struct entry *e, bool present)
{
    const struct openmetrics_series *series = &s->series[e->series];
    struct prometheus_table *t = &s->tables[s->kinds[e->series]];
    struct prometheus_name name;
    struct prometheus_seen seen = {0};
    bool twice;
    bool fresh = present && (!e->timed || is_fresh(s, age_since(s, llround(fmin(e->at_s, 1e11) * 1000))));
    if (!prometheus_series_object(&series->query, e->labels, &name, &seen))
        return true;
    if (!fresh || isnan(e->value))
        return prometheus_table_name(t, &name);
    return prometheus_table_fold(t, &name, s->columns[e->series], e->series, e->value, series->fold, &twice);
}

/* What is too old beside what is not tells that the objects are there, and no number. */
static bool file_put(struct source *s, const struct file *f, size_t kind, bool present)
{
    for (size_t i = 0; i < f->content.count; i++) {
        const struct entry *e = &f->content.entries[i];
        if (s->kinds[e->series] == kind && !entry_put(s, e, present))
            return false;
    }
    return true;
}

static bool rows_fill(struct source *s, size_t kind)
{
    const struct file *which = NULL;
    s->age_ms[kind] = youngest(s, kind, &which);
    bool all_old = s->age_ms[kind] >= 0 && !is_fresh(s, s->age_ms[kind]);
    bool ok = true;
    s->old[kind] = NULL;
    for (size_t i = 0; ok && i < s->count; i++) {
        const struct file *f = s->files[i];
        bool old = !is_fresh(s, file_age_ms(s, f));
        if (old && !all_old && tells_of(s, f, kind))
            s->old[kind] = f;
        ok = file_put(s, f, kind, all_old || !old);
    }
    return ok;
}

static bool any_known(const struct source *s)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->files[i]->read && !s->files[i]->broken)
            return true;
    }
    return false;
}

static bool rows_begin(struct source *s, size_t kind, struct err *err)
{
    if (!s->listed_well || !any_known(s))
        return err_set(err, ERR_TRANSIENT, "what is known of %s stands: no file of '%s' could be read",
                       kind_info(prometheus_query_kinds[kind].kind)->name, s->name);
    prometheus_table_clear(&s->tables[kind]);
    if (rows_fill(s, kind))
        return true;
    return err_set(err, ERR_CORRUPT, "the files of '%s' tell of more than %d %s", s->name, (int)PROMETHEUS_SERIES_MAX,
                   kind_info(prometheus_query_kinds[kind].kind)->name);
}

static bool produce_rows(struct source *s, size_t kind, size_t max_rows, bool *more, source_sink *sink, void *ctx,
                         struct err *err)
{
    size_t from = s->produced;
    s->produced = 0;
    if (from == 0 && !rows_begin(s, kind, err))
        return false;
    const struct prometheus_table *t = &s->tables[kind];
    size_t end = t->count - from > max_rows ? from + max_rows : t->count;
    for (size_t i = from; i < end; i++) {
        struct row row = prometheus_table_row(t, i);
        if (!sink(ctx, &row, err))
            return false;
    }
    *more = end < t->count;
    s->produced = *more ? end : 0;
    return true;
}

static bool file_produce(struct source *s, const struct source_request *r, struct instant now, size_t max_rows,
                         bool *more, source_sink *sink, void *ctx, struct err *err)
{
    enum part part = (enum part)(r->tag / PARTS);
    (void)now;
    *more = false;
    if (part == FILES)
        return produce_files(s, more, err);
    if (part == AGE)
        return produce_age(s, err);
    return produce_rows(s, (size_t)(r->tag % PARTS), max_rows, more, sink, ctx, err);
}

/* --- what is told of it */

static int64_t file_age(struct source *s, const struct source_request *r)
{
    int64_t age_ms = r->tag / PARTS == ROWS ? s->age_ms[r->tag % PARTS] : 0;
    return age_ms > 0 ? age_ms : 0;
}

static bool file_trouble(struct source *s, const struct source_request *r, struct err *err)
{
    const struct file *old = r->tag / PARTS == ROWS ? s->old[r->tag % PARTS] : NULL;
    char age[CLOCK_TEXT_MAX];
    if (!old)
        return false;
    err_set(err, ERR_TRANSIENT, "what '%s' tells is left out: it was written %s ago", old->path,
            clock_age(file_age_ms(s, old), age));
    return true;
}

static void file_remark(struct source *s, const struct source_request *r, struct buf *out)
{
    uint64_t samples = 0, used = 0, nameless = 0;
    const char *lack = NULL;
    if (r->tag / PARTS != FILES)
        return;
    for (size_t i = 0; i < s->count; i++) {
        const struct content *c = &s->files[i]->content;
        samples += c->samples;
        used += c->count;
        nameless += c->nameless;
        lack = lack || c->nameless == 0 ? lack : c->lack;
    }
    (void)buf_printf(out, NULL, "%zu files, %zu read now, %" PRIu64 " series, %" PRIu64 " of them used", s->count,
                     s->read_count, samples, used);
    if (nameless > 0)
        (void)buf_printf(out, NULL, "; %" PRIu64 " name nothing: %s", nameless, lack);
}

const struct source_driver source_file = {
    .name = "file",
    .summary = "links, racks, halls and clusters by text files of metrics (OpenMetrics, Prometheus)",
    .settings = settings,
    .open = file_open,
    .close = file_close,
    .requests = file_requests,
    .produce = file_produce,
    .age_ms = file_age,
    .trouble = file_trouble,
    .remark = file_remark,
};
