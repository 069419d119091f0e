#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sources/openmetrics.h"

enum { NUMBER_MAX = 400 };

bool openmetrics_fail(const struct openmetrics_place *at, size_t column, struct err *err, const char *fmt, ...)
{
    char what[ERR_TEXT_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    return err_set(err, ERR_CORRUPT, "%s:%zu:%zu: %s", at->name, at->line, column + 1, what);
}

/* --- words */

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

size_t openmetrics_line_name(const char *p, size_t n)
{
    size_t i = 0;
    while (i < n && (letter(p[i]) || p[i] == ':' || (i > 0 && digit(p[i]))))
        i++;
    return i;
}

static size_t label_name(const char *p, size_t n)
{
    size_t i = 0;
    while (i < n && (letter(p[i]) || (i > 0 && digit(p[i]))))
        i++;
    return i;
}

/* --- numbers */

static size_t digits(const char *p, size_t n)
{
    size_t i = 0;
    while (i < n && digit(p[i]))
        i++;
    return i;
}

/* realnumber of the grammar, all of it. */
static bool real_form(const char *p, size_t n)
{
    size_t i = n > 0 && (*p == '+' || *p == '-');
    size_t whole = digits(p + i, n - i), part = 0;
    i += whole;
    if (i < n && p[i] == '.') {
        part = digits(p + i + 1, n - i - 1);
        i += 1 + part;
    }
    if (whole + part == 0)
        return false;
    if (i < n && (p[i] == 'e' || p[i] == 'E')) {
        i++;
        i += i < n && (p[i] == '+' || p[i] == '-');
        size_t power = digits(p + i, n - i);
        if (power == 0)
            return false;
        i += power;
    }
    return i == n;
}

static bool special_form(const char *p, size_t n, double *out)
{
    static const struct {
        const char *word;
        double value;
    } words[] = {{"nan", (double)NAN}, {"inf", (double)INFINITY}, {"infinity", (double)INFINITY}};
    size_t sign = n > 0 && (*p == '+' || *p == '-');
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i].word) != n - sign || strncasecmp(p + sign, words[i].word, n - sign) != 0)
            continue;
        *out = sign && *p == '-' ? -words[i].value : words[i].value;
        return i > 0 || sign == 0;
    }
    return false;
}

bool openmetrics_line_number(const char *p, size_t n, double *out)
{
    char text[NUMBER_MAX + 1];
    if (n == 0 || n > NUMBER_MAX)
        return false;
    if (special_form(p, n, out))
        return true;
    if (!real_form(p, n))
        return false;
    memcpy(text, p, n);
    text[n] = '\0';
    *out = strtod(text, NULL);
    return true;
}

/* --- walking along a line */

struct walk {
    const struct openmetrics_place *at;
    enum openmetrics_format format;
    const char *line;
    size_t n, i;
    struct arena *arena;
    struct err *err;
};

static bool is_here(const struct walk *w, char c)
{
    return w->i < w->n && w->line[w->i] == c;
}

static void skip_blanks(struct walk *w)
{
    while (w->i < w->n && (w->line[w->i] == ' ' || w->line[w->i] == '\t'))
        w->i++;
}

/* What separates words: one space in OpenMetrics, any blanks in the older format. */
static bool take_space(struct walk *w)
{
    size_t from = w->i;
    if (w->format == OPENMETRICS_PROMETHEUS)
        skip_blanks(w);
    else
        w->i += is_here(w, ' ');
    return w->i > from;
}

static bool wrong(const struct walk *w, const char *what)
{
    return openmetrics_fail(w->at, w->i, w->err, "%s", what);
}

/* --- labels */

/* The value up to its quote, `n` bytes with escapes. In OpenMetrics a backslash before anything else stands for itself; the
 * older format refuses it. */
static bool unescape(struct walk *w, size_t from, size_t n, struct safe_text *out)
{
    char *text = arena_alloc(w->arena, n + 1);
    size_t len = 0;
    for (size_t i = from; i < from + n; i++) {
        char c = w->line[i];
        if (c == '\\') {
            char next = w->line[++i];
            if (next != 'n' && next != '\\' && next != '"') {
                if (w->format == OPENMETRICS_PROMETHEUS) {
                    w->i = i - 1;
                    return wrong(w, "a '\\' in a label's value stands before none of n, \\ and \"");
                }
                text[len++] = '\\';
            }
            c = next == 'n' ? '\n' : next;
        }
        text[len++] = c;
    }
    *out = text_from(text, len);
    return true;
}

static bool take_value(struct walk *w, struct safe_text *out)
{
    if (!is_here(w, '"'))
        return wrong(w, "a label's value does not begin with '\"'");
    size_t from = ++w->i;
    bool escaped = false;
    while (w->i < w->n && w->line[w->i] != '"') {
        escaped = escaped || w->line[w->i] == '\\';
        w->i += w->line[w->i] == '\\' && w->i + 1 < w->n ? 2 : 1;
    }
    if (!is_here(w, '"'))
        return wrong(w, "a label's value has no end");
    size_t n = w->i - from;
    *out = text_from(w->line + from, n);
    if (escaped && !unescape(w, from, n, out))
        return false;
    w->i++;
    return true;
}

static bool take_label(struct walk *w, struct openmetrics_label *labels, size_t count)
{
    size_t n = label_name(w->line + w->i, w->n - w->i);
    if (n == 0)
        return wrong(w, "a label has no name that may be one");
    labels[count].name = text_from(w->line + w->i, n);
    for (size_t i = 0; i < count; i++) {
        if (text_equal(labels[i].name, labels[count].name))
            return wrong(w, "a label stands twice");
    }
    w->i += n;
    if (w->format == OPENMETRICS_PROMETHEUS)
        skip_blanks(w);
    if (!is_here(w, '='))
        return wrong(w, "there is no '=' after a label's name");
    w->i++;
    if (w->format == OPENMETRICS_PROMETHEUS)
        skip_blanks(w);
    return take_value(w, &labels[count].value);
}

/* Behind the '{'. The older format allows blanks and a comma before the '}'. */
static bool take_labels(struct walk *w, struct openmetrics_label labels[OPENMETRICS_LABELS_MAX], size_t *count)
{
    bool older = w->format == OPENMETRICS_PROMETHEUS;
    for (*count = 0;; (*count)++) {
        if (older)
            skip_blanks(w);
        if (is_here(w, '}') && (*count == 0 || older))
            break;
        if (*count == OPENMETRICS_LABELS_MAX)
            return openmetrics_fail(w->at, w->i, w->err, "a sample has more than %d labels", OPENMETRICS_LABELS_MAX);
        if (!take_label(w, labels, *count))
            return false;
        if (older)
            skip_blanks(w);
        if (is_here(w, '}')) {
            (*count)++;
            break;
        }
        if (!is_here(w, ','))
            return wrong(w, "there is neither ',' nor '}' after a label");
        w->i++;
    }
    w->i++;
    return true;
}

/* --- value, time, exemplar */

static size_t word_len(const struct walk *w)
{
    size_t n = 0;
    while (w->i + n < w->n && w->line[w->i + n] != ' ' &&
           (w->format != OPENMETRICS_PROMETHEUS || w->line[w->i + n] != '\t'))
        n++;
    return n;
}

static bool take_number(struct walk *w, const char *what, double *out)
{
    size_t n = word_len(w);
    if (n == 0)
        return openmetrics_fail(w->at, w->i, w->err, "there is no %s", what);
    if (!openmetrics_line_number(w->line + w->i, n, out))
        return openmetrics_fail(w->at, w->i, w->err, "the %s is no number of this format", what);
    w->i += n;
    return true;
}

/* Seconds with fractions in OpenMetrics, whole milliseconds before. */
static bool take_time(struct walk *w, double *at_s)
{
    size_t from = w->i;
    if (!take_number(w, "time", at_s))
        return false;
    size_t sign = w->line[from] == '-' || w->line[from] == '+';
    bool whole = digits(w->line + from + sign, w->i - from - sign) == w->i - from - sign;
    if (!isfinite(*at_s) || (w->format == OPENMETRICS_PROMETHEUS && !whole)) {
        w->i = from;
        return wrong(w, w->format == OPENMETRICS_PROMETHEUS ? "a time is whole milliseconds since 1970"
                                                            : "a time is seconds since 1970");
    }
    if (w->format == OPENMETRICS_PROMETHEUS)
        *at_s /= 1000;
    return true;
}

static size_t code_points(struct safe_text t)
{
    const char *p = text_bytes(t);
    size_t n = 0;
    for (size_t i = 0; i < text_len(t); i++)
        n += ((unsigned char)p[i] & 0xc0) != 0x80;
    return n;
}

/* Behind " # ". It is checked and forgotten: it tells of one event, not of the series. */
static bool take_exemplar(struct walk *w)
{
    struct openmetrics_label labels[OPENMETRICS_LABELS_MAX];
    size_t count = 0, length = 0, from = w->i;
    double value, at_s;
    if (!is_here(w, '{'))
        return wrong(w, "an exemplar does not begin with '{'");
    w->i++;
    if (!take_labels(w, labels, &count))
        return false;
    for (size_t i = 0; i < count; i++)
        length += text_len(labels[i].name) + code_points(labels[i].value);
    if (length > OPENMETRICS_EXEMPLAR_MAX)
        return openmetrics_fail(w->at, from, w->err, "an exemplar's labels have more than %d characters",
                                OPENMETRICS_EXEMPLAR_MAX);
    if (!take_space(w))
        return wrong(w, "there is no space before an exemplar's value");
    if (!take_number(w, "exemplar's value", &value))
        return false;
    return !is_here(w, ' ') || (w->i++, take_time(w, &at_s));
}

static bool exemplar_begins(const struct walk *w)
{
    return w->format != OPENMETRICS_PROMETHEUS && w->n - w->i >= 3 && memcmp(w->line + w->i, " # ", 3) == 0;
}

static bool take_tail(struct walk *w, struct openmetrics_sample *out)
{
    if (!take_number(w, "value", &out->value))
        return false;
    if (!exemplar_begins(w) && take_space(w) && (w->format != OPENMETRICS_PROMETHEUS || w->i < w->n)) {
        out->timed = true;
        if (!take_time(w, &out->at_s))
            return false;
    }
    if (exemplar_begins(w)) {
        out->exemplar = true;
        w->i += 3;
        if (!take_exemplar(w))
            return false;
    }
    if (w->format == OPENMETRICS_PROMETHEUS)
        skip_blanks(w);
    return w->i == w->n || wrong(w, "something stands behind the end of a sample");
}

bool openmetrics_line_sample(const struct openmetrics_place *at, enum openmetrics_format format, const char *line,
                             size_t n, struct arena *arena, struct openmetrics_sample *out, struct err *err)
{
    struct walk w = {.at = at, .format = format, .line = line, .n = n, .arena = arena, .err = err};
    out->count = 0;
    out->timed = out->exemplar = false;
    if (format == OPENMETRICS_PROMETHEUS)
        skip_blanks(&w);
    size_t name = openmetrics_line_name(line + w.i, n - w.i);
    if (name == 0)
        return wrong(&w, "a line begins with no name of a metric");
    out->name = text_from(line + w.i, name);
    w.i += name;
    bool apart = format == OPENMETRICS_PROMETHEUS && take_space(&w);
    if (is_here(&w, '{')) {
        w.i++;
        if (!take_labels(&w, out->labels, &out->count))
            return false;
        apart = false;
        if (format == OPENMETRICS_PROMETHEUS)
            skip_blanks(&w), apart = true;
    }
    if (!apart && !take_space(&w))
        return wrong(&w, "there is no space before the value");
    return take_tail(&w, out);
}
