#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "sources/openmetrics.h"

/* The rules that OpenMetrics has beyond the form of a line: one family after the other, each with its type's names,
 * labels and values. */

enum type { UNKNOWN, COUNTER, GAUGE, HISTOGRAM, GAUGEHISTOGRAM, STATESET, INFO, SUMMARY };

static const struct {
    const char *word;
    const char *suffixes[5]; /* of its samples' names */
} types[] = {
    [UNKNOWN] = {"unknown", {"", NULL}},
    [COUNTER] = {"counter", {"_total", "_created", NULL}},
    [GAUGE] = {"gauge", {"", NULL}},
    [HISTOGRAM] = {"histogram", {"_bucket", "_sum", "_count", "_created", NULL}},
    [GAUGEHISTOGRAM] = {"gaugehistogram", {"_bucket", "_gsum", "_gcount", NULL}},
    [STATESET] = {"stateset", {"", NULL}},
    [INFO] = {"info", {"_info", NULL}},
    [SUMMARY] = {"summary", {"", "_sum", "_count", "_created", NULL}},
};

/* What is known of the metric point that is being told, of histograms. */
struct point {
    bool any, has_sum, has_count, negative_bound, negative_sum, ended;
    double bound, value, count;
};

struct openmetrics_family {
    struct safe_text name; /* empty: there is none yet; the document's */
    enum type type;
    struct safe_text unit;
    bool has_type, has_help, has_unit, has_samples;
    struct openmetrics_set names;  /* that earlier families have, or could have */
    struct openmetrics_set groups; /* metrics of this family */
    uint64_t group;
    bool in_group, timed;
    double at_s;
    struct point point;
};

struct openmetrics_family *openmetrics_family_new(void)
{
    return mem_new(1, sizeof(struct openmetrics_family));
}

void openmetrics_family_free(struct openmetrics_family *f)
{
    if (!f)
        return;
    openmetrics_set_release(&f->names);
    openmetrics_set_release(&f->groups);
    free(f);
}

static bool bad(const struct openmetrics_place *at, struct err *err, const char *what)
{
    return openmetrics_fail(at, 0, err, "%s", what);
}

/* --- its end */

static bool point_end(const struct openmetrics_family *f, const struct openmetrics_place *at, struct err *err)
{
    const struct point *p = &f->point;
    if (!p->any)
        return true;
    if (!p->ended)
        return bad(at, err, "a histogram before here has no bucket for le=\"+Inf\"");
    if (p->has_count && p->count != p->value)
        return bad(at, err, "a histogram's count before here is not that of its bucket for le=\"+Inf\"");
    if (p->has_sum != p->has_count)
        return bad(at, err, "a histogram before here has a sum without a count, or a count without a sum");
    if (p->negative_bound && p->has_sum && f->type == HISTOGRAM)
        return bad(at, err, "a histogram before here has a bucket below 0 and a sum");
    if (!p->negative_bound && p->negative_sum)
        return bad(at, err, "a histogram before here has a sum below 0 and no such bucket");
    return true;
}

static bool name_take(struct openmetrics_family *f, const char *suffix)
{
    char name[1024];
    size_t n = text_len(f->name), more = strlen(suffix);
    if (n + more > sizeof name)
        return true;
    memcpy(name, text_bytes(f->name), n);
    memcpy(name + n, suffix, more);
    return openmetrics_set_add(&f->names, hash_sip(name, n + more, hash_process_key()));
}

static bool unit_fits(const struct openmetrics_family *f)
{
    size_t n = text_len(f->name), unit = text_len(f->unit);
    const char *name = text_bytes(f->name);
    return unit == 0 ||
           (n > unit && name[n - unit - 1] == '_' && memcmp(name + n - unit, text_bytes(f->unit), unit) == 0);
}

bool openmetrics_family_end(struct openmetrics_family *f, const struct openmetrics_place *at, struct err *err)
{
    bool free = text_empty(f->name) || name_take(f, "");
    for (size_t i = 0; free && !text_empty(f->name) && types[f->type].suffixes[i]; i++)
        free = !*types[f->type].suffixes[i] || name_take(f, types[f->type].suffixes[i]);
    if (!free)
        return bad(at, err, "a family of metrics before here has a name that another one has, or could have");
    if (!unit_fits(f))
        return bad(at, err, "the name of a family before here does not end with '_' and its unit");
    if (!text_empty(f->unit) && (f->type == INFO || f->type == STATESET))
        return bad(at, err, "an info or stateset before here has a unit");
    return point_end(f, at, err);
}

static bool begin(struct openmetrics_family *f, const struct openmetrics_place *at, struct safe_text name,
                  struct err *err)
{
    struct openmetrics_set names = f->names, groups = f->groups;
    if (!openmetrics_family_end(f, at, err))
        return false;
    names = f->names;
    openmetrics_set_clear(&groups);
    *f = (struct openmetrics_family){.name = name, .names = names, .groups = groups};
    return true;
}

/* --- what is said of it */

static bool type_take(struct openmetrics_family *f, const struct openmetrics_place *at, struct safe_text word,
                      struct err *err)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (text_is(word, types[i].word)) {
            f->type = (enum type)i;
            return true;
        }
    }
    return bad(at, err,
               "a TYPE is none of counter, gauge, histogram, gaugehistogram, stateset, info, summary, unknown");
}

bool openmetrics_family_meta(struct openmetrics_family *f, const struct openmetrics_place *at, struct safe_text what,
                             struct safe_text name, struct safe_text rest, struct err *err)
{
    if (text_equal(name, f->name) && f->has_samples)
        return bad(at, err, "what is said of a family stands after its first sample");
    if (!text_equal(name, f->name) && !begin(f, at, name, err))
        return false;
    bool type = text_is(what, "TYPE");
    bool *has = type ? &f->has_type : text_is(what, "HELP") ? &f->has_help : &f->has_unit;
    if (*has)
        return bad(at, err, "the same is said twice of a family");
    *has = true;
    if (text_is(what, "UNIT"))
        f->unit = rest;
    return !type || type_take(f, at, rest, err);
}

/* --- samples */

/* The suffix of the sample's name in its family; NULL: it is none of this family. */
static const char *suffix_of(const struct openmetrics_family *f, struct safe_text name)
{
    size_t n = text_len(f->name);
    if (n == 0 || text_len(name) < n || memcmp(text_bytes(name), text_bytes(f->name), n) != 0)
        return NULL;
    struct safe_text rest = text_from(text_bytes(name) + n, text_len(name) - n);
    for (size_t i = 0; types[f->type].suffixes[i]; i++) {
        if (text_is(rest, types[f->type].suffixes[i]))
            return types[f->type].suffixes[i];
    }
    return NULL;
}

static const struct safe_text *label(const struct openmetrics_sample *s, struct safe_text name)
{
    for (size_t i = 0; i < s->count; i++) {
        if (text_equal(s->labels[i].name, name))
            return &s->labels[i].value;
    }
    return NULL;
}

/* The label that tells apart the samples of one metric; empty: there is none. */
static struct safe_text own_label(const struct openmetrics_family *f, const char *suffix)
{
    if (f->type == SUMMARY && !*suffix)
        return text_of("quantile");
    if (strcmp(suffix, "_bucket") == 0)
        return text_of("le");
    return f->type == STATESET ? f->name : text_of("");
}

/* The order of what is told: a metric's samples together, its points in the order of their times. */
static bool group_take(struct openmetrics_family *f, const struct openmetrics_place *at,
                       const struct openmetrics_sample *s, const char *suffix, struct err *err)
{
    uint64_t group = f->type == INFO ? 0 : openmetrics_set_series(s, false, own_label(f, suffix));
    bool same = f->in_group && group == f->group;
    if (same && s->timed != f->timed)
        return bad(at, err, "some samples of a metric have a time and some have none");
    if (same && s->timed && s->at_s < f->at_s && f->type != INFO)
        return bad(at, err, "the times of a metric go backwards");
    if (!same && !openmetrics_set_add(&f->groups, group))
        return bad(at, err, "the samples of a metric do not stand together");
    if (!same || (s->timed && s->at_s != f->at_s)) {
        if (!point_end(f, at, err))
            return false;
        f->point = (struct point){0};
    }
    f->in_group = true;
    f->group = group;
    f->timed = s->timed;
    f->at_s = s->at_s;
    return true;
}

static bool bucket_take(struct openmetrics_family *f, const struct openmetrics_place *at,
                        const struct openmetrics_sample *s, struct safe_text le, struct err *err)
{
    struct point *p = &f->point;
    double bound;
    if (!openmetrics_line_number(text_bytes(le), text_len(le), &bound) || isnan(bound) ||
        (isinf(bound) && !text_is(le, "+Inf")))
        return bad(at, err, "a bucket's le is neither a number nor +Inf");
    if (p->any && (p->has_sum || p->has_count) && p->ended)
        return bad(at, err, "a bucket stands after its histogram's end");
    if (p->any && bound <= p->bound)
        return bad(at, err, "the buckets are not in the order of their le");
    if (p->any && s->value < p->value)
        return bad(at, err, "a bucket counts less than the one before it");
    p->negative_bound = p->negative_bound || bound < 0;
    p->ended = isinf(bound);
    p->bound = bound;
    p->value = s->value;
    p->any = true;
    return true;
}

static bool histogram_take(struct openmetrics_family *f, const struct openmetrics_place *at,
                           const struct openmetrics_sample *s, const char *suffix, struct err *err)
{
    const struct safe_text *le = label(s, text_of("le"));
    if (strcmp(suffix, "_bucket") == 0)
        return le ? bucket_take(f, at, s, *le, err) : bad(at, err, "a bucket has no label 'le'");
    if (strcmp(suffix, "_created") == 0)
        return true;
    if (!f->point.any) { /* its buckets come first, or are missing */
        f->point.any = true;
        f->point.bound = -(double)INFINITY;
    }
    if (strcmp(suffix, "_count") == 0 || strcmp(suffix, "_gcount") == 0) {
        f->point.has_count = true;
        f->point.count = s->value;
    } else {
        f->point.has_sum = true;
        f->point.negative_sum = s->value < 0;
    }
    return true;
}

static bool summary_take(const struct openmetrics_place *at, const struct openmetrics_sample *s, const char *suffix,
                         struct err *err)
{
    const struct safe_text *quantile = label(s, text_of("quantile"));
    double q;
    if (*suffix)
        return true;
    if (!quantile || !openmetrics_line_number(text_bytes(*quantile), text_len(*quantile), &q) || !(q >= 0 && q <= 1))
        return bad(at, err, "a summary's sample has no label 'quantile' from 0 to 1");
    return !(s->value < 0) || bad(at, err, "a quantile's value is below 0");
}

static bool is_one_of(const char *suffix, const char *const *list)
{
    while (*list && strcmp(*list, suffix) != 0)
        list++;
    return *list != NULL;
}

static bool value_fits(const struct openmetrics_family *f, const struct openmetrics_place *at,
                       const struct openmetrics_sample *s, const char *suffix, struct err *err)
{
    static const char *const counted[] = {"_total", "_sum", "_count", "_bucket", "_gcount", NULL};
    if (f->type == STATESET && !label(s, f->name))
        return bad(at, err, "a stateset's sample has no label of its family's name");
    if (f->type == STATESET && s->value != 0 && s->value != 1)
        return bad(at, err, "a state is neither 0 nor 1");
    if (f->type == INFO && s->value != 1)
        return bad(at, err, "an info is not 1");
    if ((is_one_of(suffix, counted) || strcmp(suffix, "_gsum") == 0) && isnan(s->value))
        return bad(at, err, "what counts is NaN");
    if (is_one_of(suffix, counted) && s->value < 0)
        return bad(at, err, "what counts is below 0");
    bool may = strcmp(suffix, "_bucket") == 0 || strcmp(suffix, "_total") == 0;
    return !s->exemplar || may || bad(at, err, "an exemplar stands at what is neither a counter nor a bucket");
}

bool openmetrics_family_sample(struct openmetrics_family *f, const struct openmetrics_place *at,
                               const struct openmetrics_sample *sample, struct err *err)
{
    const char *suffix = suffix_of(f, sample->name);
    if (!suffix) {
        if (!begin(f, at, sample->name, err))
            return false;
        suffix = "";
    }
    f->has_samples = true;
    if (!value_fits(f, at, sample, suffix, err) || !group_take(f, at, sample, suffix, err))
        return false;
    if (f->type == HISTOGRAM || f->type == GAUGEHISTOGRAM)
        return histogram_take(f, at, sample, suffix, err);
    return f->type != SUMMARY || summary_take(at, sample, suffix, err);
}
