#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "sources/openmetrics.h"

struct openmetrics {
    struct openmetrics_place at;
    char *name;
    const char *bytes;
    size_t n, i; /* where the next line begins */
    enum openmetrics_format format;
    bool ended; /* "# EOF" was seen */
    struct openmetrics_family *family;
    struct openmetrics_set series;
    struct openmetrics_set typed, helped, sampled; /* names, in the older format */
    struct arena arena;                            /* of one sample */
};

/* --- which format */

static bool begins(const char *line, size_t n, const char *with)
{
    size_t len = strlen(with);
    return n >= len && memcmp(line, with, len) == 0;
}

static bool ends(const char *line, size_t n, const char *with)
{
    size_t len = strlen(with);
    return n >= len && memcmp(line + n - len, with, len) == 0;
}

/* Whether only OpenMetrics has such a line: the end, a unit, a type. (An exemplar without any of them is no document of
 * either format.) */
static bool tells_format(const char *line, size_t n)
{
    static const char *const own[] = {" unknown", " gaugehistogram", " stateset", " info"};
    if ((n == 5 && begins(line, n, "# EOF")) || begins(line, n, "# UNIT "))
        return true;
    for (size_t i = 0; begins(line, n, "# TYPE ") && i < sizeof own / sizeof *own; i++) {
        if (ends(line, n, own[i]))
            return true;
    }
    return false;
}

static enum openmetrics_format format_of(const char *bytes, size_t n)
{
    for (size_t i = 0; i < n;) {
        const char *end = memchr(bytes + i, '\n', n - i);
        size_t len = end ? (size_t)(end - bytes) - i : n - i;
        if (tells_format(bytes + i, len))
            return OPENMETRICS_TEXT;
        i += len + 1;
    }
    return OPENMETRICS_PROMETHEUS;
}

/* --- an instance */

struct openmetrics *openmetrics_parse_new(const char *name, const char *bytes, size_t n, enum openmetrics_format format)
{
    struct openmetrics *o = mem_new(1, sizeof *o);
    o->name = mem_strdup(name);
    o->at.name = o->name;
    o->bytes = bytes;
    o->n = n;
    o->format = format == OPENMETRICS_AUTO ? format_of(bytes, n) : format;
    o->family = openmetrics_family_new();
    return o;
}

void openmetrics_parse_free(struct openmetrics *o)
{
    if (!o)
        return;
    openmetrics_family_free(o->family);
    openmetrics_set_release(&o->series);
    openmetrics_set_release(&o->typed);
    openmetrics_set_release(&o->helped);
    openmetrics_set_release(&o->sampled);
    arena_release(&o->arena);
    free(o->name);
    free(o);
}

enum openmetrics_format openmetrics_parse_format(const struct openmetrics *o)
{
    return o->format;
}

/* --- lines */

static bool utf8_sane(const struct openmetrics *o, const char *line, size_t n, struct err *err)
{
    size_t i = 0;
    uint32_t cp;
    if (text_is_utf8(text_from(line, n)))
        return true;
    for (size_t len = 1; i < n && len > 0; i += len)
        len = text_decode(line + i, n - i, &cp);
    return openmetrics_fail(&o->at, i, err, "bytes that are not UTF-8");
}

static uint64_t hash_of(struct safe_text name)
{
    return hash_sip(text_bytes(name), text_len(name), hash_process_key());
}

/* "WHAT NAME REST" apart; false when there is no name. */
static bool meta_split(const char *line, size_t n, bool strict, struct safe_text out[3])
{
    size_t i = 0;
    for (int part = 0; part < 2; part++) {
        while (!strict && i < n && (line[i] == ' ' || line[i] == '\t'))
            i++;
        size_t from = i;
        while (i < n && line[i] != ' ' && (strict || line[i] != '\t'))
            i++;
        out[part] = text_from(line + from, i - from);
        if (i == from || (strict && (i == n || line[i++] != ' ')))
            return false;
    }
    while (!strict && i < n && (line[i] == ' ' || line[i] == '\t'))
        i++;
    out[2] = text_from(line + i, n - i);
    return openmetrics_line_name(text_bytes(out[1]), text_len(out[1])) == text_len(out[1]);
}

static bool is_meta(struct safe_text what)
{
    return text_is(what, "TYPE") || text_is(what, "HELP") || text_is(what, "UNIT");
}

static bool meta_strict(struct openmetrics *o, const char *line, size_t n, struct err *err)
{
    struct safe_text part[3];
    if (!begins(line, n, "# ") || !meta_split(line + 2, n - 2, true, part) || !is_meta(part[0]))
        return openmetrics_fail(&o->at, 0, err, "a line with '#' is none of # TYPE, # HELP, # UNIT and # EOF");
    return openmetrics_family_meta(o->family, &o->at, part[0], part[1], part[2], err);
}

/* A type of the older format, blanks behind it allowed. */
static bool type_is_older(struct safe_text rest)
{
    static const char *const words[] = {"counter", "gauge", "histogram", "summary", "untyped"};
    size_t n = text_len(rest);
    while (n > 0 && (text_bytes(rest)[n - 1] == ' ' || text_bytes(rest)[n - 1] == '\t'))
        n--;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (text_is(text_from(text_bytes(rest), n), words[i]))
            return true;
    }
    return false;
}

/* Any other line with '#' is a comment. */
static bool meta_older(struct openmetrics *o, const char *line, size_t n, struct err *err)
{
    struct safe_text part[3] = {{0}};
    bool whole = meta_split(line + 1, n - 1, false, part), type = text_is(part[0], "TYPE");
    if (!type && !text_is(part[0], "HELP"))
        return true;
    if (!whole)
        return openmetrics_fail(&o->at, 0, err, "a TYPE or HELP names no metric");
    if (type && !type_is_older(part[2]))
        return openmetrics_fail(&o->at, 0, err, "a TYPE is none of counter, gauge, histogram, summary, untyped");
    if (!openmetrics_set_add(type ? &o->typed : &o->helped, hash_of(part[1])))
        return openmetrics_fail(&o->at, 0, err, "a metric has two lines of %s", type ? "TYPE" : "HELP");
    if (type && !openmetrics_set_add(&o->sampled, hash_of(part[1])))
        return openmetrics_fail(&o->at, 0, err, "a TYPE stands after a sample of its metric");
    return true;
}

/* A series that stands twice for one moment has two values. OpenMetrics allows the same time twice, as may come of rounding. */
static bool series_take(struct openmetrics *o, const struct openmetrics_sample *s, struct err *err)
{
    uint64_t hash = openmetrics_set_series(s, true, text_of(""));
    if (s->timed && o->format == OPENMETRICS_TEXT)
        return true;
    if (s->timed)
        hash += hash_sip(&s->at_s, sizeof s->at_s, hash_process_key());
    if (o->series.count == PROMETHEUS_SERIES_MAX)
        return openmetrics_fail(&o->at, 0, err, "more than %d series", (int)PROMETHEUS_SERIES_MAX);
    return openmetrics_set_add(&o->series, hash) || openmetrics_fail(&o->at, 0, err, "the same series stands twice");
}

static enum openmetrics_step sample_take(struct openmetrics *o, const char *line, size_t n,
                                         struct openmetrics_sample *out, struct err *err)
{
    arena_reset(&o->arena);
    bool ok = openmetrics_line_sample(&o->at, o->format, line, n, &o->arena, out, err) && series_take(o, out, err);
    if (ok && o->format == OPENMETRICS_TEXT)
        ok = openmetrics_family_sample(o->family, &o->at, out, err);
    return ok ? OPENMETRICS_SAMPLE : OPENMETRICS_BAD;
}

/* The next line without its end; false at the end of the document, or (`err` set) where it has no end of its own. */
static bool next_line(struct openmetrics *o, const char **line, size_t *n, struct err *err)
{
    if (o->i == o->n)
        return false;
    const char *end = memchr(o->bytes + o->i, '\n', o->n - o->i);
    *line = o->bytes + o->i;
    *n = end ? (size_t)(end - *line) : o->n - o->i;
    o->at.line++;
    o->i += *n + (end != NULL);
    if (*n > OPENMETRICS_LINE_MAX)
        return openmetrics_fail(&o->at, OPENMETRICS_LINE_MAX, err, "a line of more than %d bytes",
                                OPENMETRICS_LINE_MAX);
    if (*n > 0 && (*line)[*n - 1] == '\r')
        return openmetrics_fail(&o->at, *n - 1, err, "a line ends with a carriage return, not with a line feed alone");
    if (!end && !(o->format == OPENMETRICS_TEXT && *n == 5 && begins(*line, *n, "# EOF")))
        return openmetrics_fail(&o->at, *n, err, "the last line has no end: the document was cut");
    return utf8_sane(o, *line, *n, err);
}

static enum openmetrics_step document_end(struct openmetrics *o, struct err *err)
{
    if (o->format != OPENMETRICS_TEXT)
        return OPENMETRICS_END;
    o->at.line++;
    if (!o->ended)
        return openmetrics_fail(&o->at, 0, err, "there is no # EOF: the document was cut"), OPENMETRICS_BAD;
    return openmetrics_family_end(o->family, &o->at, err) ? OPENMETRICS_END : OPENMETRICS_BAD;
}

/* A line that is no sample; false with err when it makes no sense. */
static bool other_line(struct openmetrics *o, const char *line, size_t n, struct err *err)
{
    if (o->format == OPENMETRICS_PROMETHEUS)
        return n == 0 || meta_older(o, line, n, err);
    if (o->ended)
        return openmetrics_fail(&o->at, 0, err, "something stands after # EOF");
    if (n == 0)
        return openmetrics_fail(&o->at, 0, err, "an empty line");
    o->ended = n == 5 && begins(line, n, "# EOF");
    return o->ended || meta_strict(o, line, n, err);
}

enum openmetrics_step openmetrics_parse_next(struct openmetrics *o, struct openmetrics_sample *out, struct err *err)
{
    const char *line;
    size_t n;
    struct err bad = {0};
    while (next_line(o, &line, &n, &bad)) {
        while (o->format == OPENMETRICS_PROMETHEUS && n > 0 && (*line == ' ' || *line == '\t'))
            line++, n--;
        if (n > 0 && *line != '#' && !o->ended) {
            enum openmetrics_step step = sample_take(o, line, n, out, err);
            if (step == OPENMETRICS_SAMPLE && o->format == OPENMETRICS_PROMETHEUS)
                (void)openmetrics_set_add(&o->sampled, hash_of(out->name));
            return step;
        }
        if (!other_line(o, line, n, err))
            return OPENMETRICS_BAD;
    }
    if (bad.kind == ERR_NONE)
        return document_end(o, err);
    if (err)
        *err = bad;
    return OPENMETRICS_BAD;
}
