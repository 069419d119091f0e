#include "domain/filter_parse.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/tr.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* --- names of fields --- */

/* Units that stand at the end of a field's name and may be left out. */
static const char *const units[] = {"_s", "_at", "_mb", "_kw", "_pct", "_cny_kwh", "_ms", "_ms_max"};

/* What operators are used to say. The first whose field the kind has counts. */
static const struct {
    const char *habit, *field;
} habits[] = {
    {"wait", "waited_s"},        {"wait", "wait_p95_s"},
    {"gpu", "accels"},           {"gpu", "accels_total"},
    {"gpus", "accels"},          {"gpus", "accels_total"},
    {"cards", "accels"},         {"cards", "accels_total"},
    {"accels", "accels_total"},  {"cpu", "cpus"},
    {"cpu", "cpus_total"},       {"cpus", "cpus_total"},
    {"partition", "queue"},      {"partition", "partitions"},
    {"prio", "priority"},        {"node", "node_list"},
    {"limit", "time_limit_s"},   {"started", "started_at"},
    {"running", "jobs_running"}, {"waiting", "jobs_waiting"},
};

static int field_named(enum kind kind, const char *name, size_t n, const char *unit)
{
    const struct kind_info *info = kind_info(kind);
    size_t unit_n = strlen(unit);

    for (size_t f = 0; f < info->field_count; f++) {
        const char *have = info->fields[f].name;
        if (strlen(have) == n + unit_n && memcmp(have, name, n) == 0 && memcmp(have + n, unit, unit_n) == 0)
            return (int)f;
    }
    return FILTER_FIELD_NONE;
}

static bool same(const char *name, size_t n, const char *word)
{
    return strlen(word) == n && memcmp(name, word, n) == 0;
}

int filter_parse_field(enum kind kind, const char *name, size_t n)
{
    if (same(name, n, "id"))
        return FILTER_FIELD_ID;
    int field = field_named(kind, name, n, "");
    if (field == FILTER_FIELD_NONE && same(name, n, "source"))
        return FILTER_FIELD_SOURCE;
    for (size_t i = 0; i < COUNT(units) && field < 0; i++)
        field = field_named(kind, name, n, units[i]);
    for (size_t i = 0; i < COUNT(habits) && field < 0; i++)
        if (same(name, n, habits[i].habit))
            field = kind_field(kind, habits[i].field);
    return field >= 0 ? field : FILTER_FIELD_NONE;
}

const char *filter_parse_kind(enum kind kind)
{
    return tr_is_zh() ? tr(kind_info(kind)->singular) : kind_info(kind)->name;
}

static const char *field_at(const void *ctx, size_t i)
{
    const struct kind_info *info = ctx;
    return i < info->field_count ? info->fields[i].name : NULL;
}

const char *filter_parse_nearest(enum kind kind, const char *name, size_t n)
{
    char word[64];

    if (n >= sizeof word)
        return NULL;
    memcpy(word, name, n);
    word[n] = '\0';
    return near_word(word, field_at, kind_info(kind));
}

/* --- terms --- */

/* The term that is read: of the expression, from `term` on, `n` bytes. */
struct scan {
    struct filter *f;
    const char *expr, *term;
    size_t n;
    struct err *err;
};

/* The hint shows the expression itself only where it is short enough to leave the column in sight. */
static bool fail(const struct scan *s, const char *why, const char *advice)
{
    int column = text_width(text_from(s->expr, (size_t)(s->term - s->expr))) + 1;

    err_set(s->err, ERR_INPUT, tr("cannot understand the filter term '%.*s': %s"), (int)(s->n > 120 ? 120 : s->n),
            s->term, tr(why));
    err_exit(s->err, 64);
    if (strlen(s->expr) > 100)
        return err_hint(s->err, tr("%s; the term is at column %d"), tr(advice), column);
    return err_hint(s->err, tr("%s; the term is at column %d of: %s"), tr(advice), column, s->expr);
}

/* A copy without the quotes. */
static const char *unquoted(const struct scan *s, const char *from, size_t n)
{
    char *copy = arena_copy(&s->f->arena, from, n);
    size_t len = 0;

    for (size_t i = 0; i < n; i++)
        if (from[i] != '"')
            copy[len++] = from[i];
    copy[len] = '\0';
    return copy;
}

/* Smart case: a needle without capitals finds both. In a pattern the letter after a backslash says nothing. */
static bool has_no_capital(const char *s, bool pattern)
{
    for (; *s != '\0'; s++) {
        if (*s >= 'A' && *s <= 'Z')
            return false;
        if (pattern && *s == '\\' && s[1] != '\0')
            s++;
    }
    return true;
}

static bool has_letter(const char *s)
{
    for (; *s != '\0'; s++)
        if (isalpha((unsigned char)*s))
            return true;
    return false;
}

static struct filter_value *add_value(struct filter_term *t)
{
    t->values = mem_grow(t->values, t->n_values + 1, sizeof *t->values);
    t->values[t->n_values] = (struct filter_value){0};
    return &t->values[t->n_values++];
}

static void set_text(struct filter_value *v, const char *text)
{
    v->text = text_of(text);
    v->fold = has_no_capital(text, false) && has_letter(text);
}

static bool read_search(const struct scan *s, struct filter_term *t, enum filter_op op, const char *from)
{
    const char *needle = unquoted(s, from, (size_t)(s->term + s->n - from));

    t->op = op;
    t->field = FILTER_FIELD_NONE;
    t->memo = mem_new(1, sizeof *t->memo);
    if (needle[0] == '\0')
        return fail(s, N_("nothing to look for"), N_("write what to look for, with \"\" around spaces"));
    if (op != FILTER_REGEX) {
        set_text(add_value(t), needle);
        return true;
    }
    t->pattern = pattern_new(needle, has_no_capital(needle, true), s->err);
    if (t->pattern != NULL)
        return true;
    struct err why = s->err != NULL ? *s->err : (struct err){0};
    return fail(s, why.text, N_("patterns are PCRE2"));
}

/* --- values --- */

/* "12", "-3", "0.5"; by hand, because strtod() reads what the locale says. */
static bool read_number(const char *text, struct value *out)
{
    bool negative = text[0] == '-', real = false;
    int64_t mantissa = 0;
    double scale = 1;

    text += negative;
    if (!isdigit((unsigned char)text[0]))
        return false;
    for (; *text != '\0'; text++) {
        if (*text == '.' && !real && isdigit((unsigned char)text[1])) {
            real = true;
            continue;
        }
        if (!isdigit((unsigned char)*text) || __builtin_mul_overflow(mantissa, 10, &mantissa) ||
            __builtin_add_overflow(mantissa, *text - '0', &mantissa))
            return false;
        scale *= real ? 10 : 1;
    }
    mantissa = negative ? -mantissa : mantissa;
    *out = real ? value_real((double)mantissa / scale) : value_int(mantissa);
    return true;
}

/* "15m" where seconds are meant. */
static bool read_seconds(const char *text, struct value *out)
{
    int64_t ms;

    if (!clock_parse_duration(text, &ms, NULL))
        return false;
    *out = value_int(ms / 1000);
    return true;
}

/* "02:58": which day's depends on T. */
static bool is_time_of_day(const char *text)
{
    int64_t ms;

    return strchr(text, ':') != NULL && strchr(text, 'T') == NULL && clock_parse_time(text, 0, &ms, NULL);
}

static bool read_time(const char *text, struct filter_value *v)
{
    int64_t ms;

    if (is_time_of_day(text)) {
        v->local = text;
        v->number = value_time(0);
        v->relative = true;
        return true;
    }

    if (text[0] == '-' && clock_parse_duration(text + 1, &ms, NULL)) {
        v->number = value_time(-ms);
        v->relative = true;
        return true;
    }
    if (clock_parse_iso(text, &ms, NULL)) {
        v->number = value_time(ms);
        return true;
    }
    if (!read_number(text, &v->number) || v->number.type != VALUE_INT ||
        __builtin_mul_overflow(v->number.as.i, 1000, &ms))
        return false;
    v->number = value_time(ms); /* seconds since 1970 */
    return true;
}

static bool read_bool(const char *text, struct value *out)
{
    static const char *const words[] = {"false", "true", "no", "yes", "0", "1"};

    for (size_t i = 0; i < COUNT(words); i++)
        if (strcmp(text, words[i]) == 0) {
            *out = value_bool(i % 2);
            return true;
        }
    return false;
}

static bool read_typed(const struct scan *s, const struct field *field, const char *text, struct filter_value *v)
{
    size_t n = strlen(field->name);
    bool seconds = n > 2 && strcmp(field->name + n - 2, "_s") == 0;

    switch (field->type) {
    case VALUE_TIME:
        return read_time(text, v) ||
               fail(s, N_("not a time"), N_("write a time as 02:58, 2026-11-21T02:58:11Z or -15m"));
    case VALUE_BOOL:
        return read_bool(text, &v->number) || fail(s, N_("not true or false"), N_("write true or false"));
    case VALUE_INT:
    case VALUE_REAL:
        if (read_number(text, &v->number) || (seconds && read_seconds(text, &v->number)))
            return true;
        return fail(s, N_("not a number"), seconds ? N_("write seconds, or 15m, 2h") : N_("write a plain number"));
    case VALUE_TEXT:
    case VALUE_LIST:
    case VALUE_NONE:
        break;
    }
    set_text(v, text);
    return true;
}

static bool read_value(const struct scan *s, struct filter_term *t, const char *from, size_t n)
{
    static const struct field text_field = {.name = "", .type = VALUE_TEXT};
    const struct field *field = t->field >= 0 ? &kind_info(s->f->kind)->fields[t->field] : &text_field;
    struct filter_value *v = add_value(t);

    if (n == 0 && t->op == FILTER_EQUAL) {
        v->unknown = true;
        return true;
    }
    bool ordered = field->type != VALUE_TEXT && field->type != VALUE_LIST && field->type != VALUE_BOOL;
    if (t->op != FILTER_EQUAL && !ordered)
        return fail(s, N_("only numbers and times have an order"), N_("compare texts with = or !="));
    return read_typed(s, field, unquoted(s, from, n), v);
}

static bool read_values(const struct scan *s, struct filter_term *t, const char *from)
{
    const char *end = s->term + s->n;
    bool quoted = false;

    for (const char *p = from;; p++) {
        if (p < end && *p == '"')
            quoted = !quoted;
        if (p < end && (quoted || *p != ',' || t->op != FILTER_EQUAL))
            continue;
        if (!read_value(s, t, from, (size_t)(p - from)))
            return false;
        if (p == end)
            return true;
        from = p + 1;
    }
}

/* --- the expression --- */

static const struct {
    const char *sign;
    enum filter_op op;
    bool negated;
} signs[] = {
    {">=", FILTER_GREATER_EQUAL, false}, {"<=", FILTER_LESS_EQUAL, false}, {"!=", FILTER_EQUAL, true},
    {"=", FILTER_EQUAL, false},          {"<", FILTER_LESS, false},        {">", FILTER_GREATER, false},
};

static size_t name_length(const char *at, const char *end)
{
    const char *p = at;

    if (p < end && isalpha((unsigned char)*p))
        while (p < end && (isalnum((unsigned char)*p) || *p == '_' || *p == '-'))
            p++;
    return (size_t)(p - at);
}

static bool read_comparison(const struct scan *s, struct filter_term *t, const char *at, size_t name_n, size_t sign)
{
    t->field = filter_parse_field(s->f->kind, at, name_n);
    t->op = signs[sign].op;
    t->negated ^= signs[sign].negated;
    if (t->field != FILTER_FIELD_NONE)
        return read_values(s, t, at + name_n + strlen(signs[sign].sign));

    const char *near = filter_parse_nearest(s->f->kind, at, name_n);
    char why[160], advice[160];
    snprintf(why, sizeof why, tr("%s have no such field"), filter_parse_kind(s->f->kind));
    if (near == NULL)
        return fail(s, why, N_("put \"\" around text that has an operator in it"));
    snprintf(advice, sizeof advice, tr("did you mean '%s'?"), near);
    return fail(s, why, advice);
}

static bool starts(const char *at, const char *end, const char *prefix)
{
    size_t n = strlen(prefix);

    return (size_t)(end - at) >= n && memcmp(at, prefix, n) == 0;
}

static bool read_term(const struct scan *s, struct filter_term *t)
{
    const char *at = s->term, *end = s->term + s->n;

    for (; at < end && *at == '!'; at++)
        t->negated = !t->negated;
    if (starts(at, end, "/re:"))
        return read_search(s, t, FILTER_REGEX, at + 4);
    if (starts(at, end, "re:"))
        return read_search(s, t, FILTER_REGEX, at + 3);
    if (starts(at, end, "~"))
        return read_search(s, t, FILTER_FUZZY, at + 1);

    size_t n = name_length(at, end);
    for (size_t i = 0; n > 0 && i < COUNT(signs); i++)
        if (starts(at + n, end, signs[i].sign))
            return read_comparison(s, t, at, n, i);
    return read_search(s, t, FILTER_TEXT, at);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Finds the next term; false at the end or (err set) at a quote that is not closed. */
static bool next_term(struct scan *s, bool *unclosed)
{
    const char *p = s->term + s->n;
    bool quoted = false;

    while (is_space(*p))
        p++;
    s->term = p;
    for (; *p != '\0' && (quoted || !is_space(*p)); p++)
        quoted ^= *p == '"';
    s->n = (size_t)(p - s->term);
    *unclosed = quoted;
    return s->n > 0;
}

bool filter_parse_expr(struct filter *f, const char *expr, struct err *err)
{
    struct scan s = {.f = f, .expr = expr, .term = expr, .err = err};
    bool unclosed = false;

    while (next_term(&s, &unclosed)) {
        if (unclosed)
            return fail(&s, N_("a quote is not closed"), N_("add the missing \""));
        f->terms = mem_grow(f->terms, f->n_terms + 1, sizeof *f->terms);
        struct filter_term *t = &f->terms[f->n_terms++];
        *t = (struct filter_term){.field = FILTER_FIELD_NONE};
        if (!read_term(&s, t))
            return false;
    }
    return true;
}
