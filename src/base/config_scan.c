#include "config_scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SECTIONS_MAX = 20000, LINE_MAX_BYTES = 64 * 1024, DEPTH_MAX = 16, EXIT_CONFIG = 78 };

/* What the grammar expects next. */
enum expect {
    EXPECT_NAME,
    EXPECT_AFTER_NAME, /* "=", "+=", a title or "{" */
    EXPECT_BRACE,      /* after a title */
    EXPECT_VALUE,
    EXPECT_LIST_END,
    EXPECT_NOTHING, /* the syntax is broken: the parser will say how */
};

enum token { TOKEN_TEXT, TOKEN_QUOTED, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_EQUALS, TOKEN_OTHER };

struct scan {
    const char *file;
    char *at;
    int line;
    enum expect expect;
    const char *name; /* the last one, for the section that it may begin */
    size_t name_len;
    int name_line;
    struct arena *arena;
    struct config_scan *out;
    size_t capacity, option_capacity;
    size_t open[DEPTH_MAX]; /* indices of the sections that are open */
    size_t depth;
    struct err *err;
};

static bool fail_args(struct err *err, const char *file, int line, const char *fmt, va_list args)
    __attribute__((format(printf, 4, 0)));

static bool fail_args(struct err *err, const char *file, int line, const char *fmt, va_list args)
{
    char text[ERR_TEXT_MAX];
    vsnprintf(text, sizeof text, fmt, args);
    err_set(err, ERR_INPUT, "%s:%d: %s", file, line, text);
    return err_exit(err, EXIT_CONFIG);
}

bool config_scan_fail(struct err *err, const char *file, int line, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fail_args(err, file, line, fmt, args);
    va_end(args);
    return false;
}

/* --- sections
 * ---------------------------------------------------------------------------------------------------------- */

/* Twice the room, when `count` entries fill it. */
static void *grow(struct scan *s, void *entries, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return entries;
    *capacity = *capacity ? *capacity * 2 : 16;
    void *grown = arena_alloc(s->arena, *capacity * size);
    if (count)
        memcpy(grown, entries, count * size);
    return grown;
}

static bool section_opens(struct scan *s)
{
    struct config_scan *out = s->out;
    s->expect = EXPECT_NAME;
    if (out->count == SECTIONS_MAX)
        return config_scan_fail(s->err, s->file, s->line, "more than %d sections", SECTIONS_MAX);
    if (s->depth == DEPTH_MAX)
        return config_scan_fail(s->err, s->file, s->line, "sections are nested more than %d deep", DEPTH_MAX);
    out->sections = grow(s, out->sections, out->count, &s->capacity, sizeof *out->sections);
    s->open[s->depth++] = out->count;
    out->sections[out->count++] = (struct config_scan_section){
        .name = s->name, .name_len = s->name_len, .line = s->name_line, .first_option = out->option_count};
    return true;
}

static void option_is_set(struct scan *s)
{
    struct config_scan *out = s->out;
    out->options = grow(s, out->options, out->option_count, &s->option_capacity, sizeof *out->options);
    out->options[out->option_count++] =
        (struct config_scan_option){.name = s->name,
                                    .name_len = s->name_len,
                                    .section = s->depth ? s->open[s->depth - 1] : CONFIG_SCAN_ROOT,
                                    .line = s->name_line};
}

static void section_closes(struct scan *s)
{
    if (s->depth == 0) {
        s->expect = EXPECT_NOTHING;
        return;
    }
    struct config_scan_section *section = &s->out->sections[s->open[--s->depth]];
    section->end = s->out->count;
    section->end_option = s->out->option_count;
}

/* --- the grammar, as far as it takes to tell names from values
 * ---------------------------------------------------------- */

/* A name is a plain word: libconfuse would follow one such as "a|b" into other sections. */
static bool take_name(struct scan *s, enum token token, const char *text, size_t len)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    if (token == TOKEN_QUOTED || len == 0 || strspn(text, letters) < len)
        return config_scan_fail(s->err, s->file, s->line, "the name of an option is expected, not '%.*s'",
                                (int)(len > 60 ? 60 : len), text);
    s->name = text;
    s->name_len = len;
    s->name_line = s->line;
    s->expect = EXPECT_AFTER_NAME;
    return true;
}

static bool is_word(enum token token)
{
    return token == TOKEN_TEXT || token == TOKEN_QUOTED;
}

static bool take_after_name(struct scan *s, enum token token)
{
    if (token == TOKEN_OPEN)
        return section_opens(s);
    if (token == TOKEN_EQUALS)
        option_is_set(s);
    s->expect = token == TOKEN_EQUALS ? EXPECT_VALUE : is_word(token) ? EXPECT_BRACE : EXPECT_NOTHING;
    return true;
}

static bool take(struct scan *s, enum token token, const char *text, size_t len)
{
    switch (s->expect) {
    case EXPECT_NAME:
        if (is_word(token))
            return take_name(s, token, text, len);
        if (token == TOKEN_CLOSE)
            section_closes(s);
        else
            s->expect = EXPECT_NOTHING;
        return true;
    case EXPECT_AFTER_NAME:
        return take_after_name(s, token);
    case EXPECT_BRACE:
        if (token == TOKEN_OPEN)
            return section_opens(s);
        s->expect = EXPECT_NOTHING;
        return true;
    case EXPECT_VALUE:
        s->expect = is_word(token) ? EXPECT_NAME : token == TOKEN_OPEN ? EXPECT_LIST_END : EXPECT_NOTHING;
        return true;
    case EXPECT_LIST_END:
        if (token == TOKEN_CLOSE)
            s->expect = EXPECT_NAME;
        return true;
    case EXPECT_NOTHING:
        return true;
    }
    return true;
}

/* --- characters, by the rules of libconfuse's lexer
 * ------------------------------------------------------------------------- */

/* "${NAME}" or "${NAME:-otherwise}", on one line and without a quote, or it is taken for a missing brace. */
static bool take_variable(struct scan *s)
{
    size_t len = strcspn(s->at, "}\n\"");
    if (s->at[len] != '}')
        return config_scan_fail(s->err, s->file, s->line, "'${' without '}' (single quotes keep it as it is)");
    s->at += len + 1;
    return true;
}

static bool is_octal(char c)
{
    return c >= '0' && c <= '7';
}

static int hex_value(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *found = c ? strchr(digits, c) : NULL;
    return found ? (int)(found - digits) % 16 : -1;
}

/* The escapes that the lexer refuses half-way, and NUL, which would end the value. `at` is behind the backslash. */
static bool escape_is_good(const char *at)
{
    size_t digits = strspn(at, "0123456789");
    if (digits > 0) {
        int value = 0;
        for (size_t i = 0; i < digits && i < 4; i++)
            value = is_octal(at[i]) ? value * 8 + (at[i] - '0') : 256;
        return digits <= 3 && value > 0 && value < 256;
    }
    if (at[0] != 'x' || hex_value(at[1]) < 0)
        return true;
    return hex_value(at[1]) > 0 || hex_value(at[2]) > 0;
}

static bool take_quoted(struct scan *s)
{
    const char *begin = s->at;
    char quote = *s->at++;
    int begin_line = s->line;
    while (*s->at && *s->at != quote) {
        if (quote == '"' && s->at[0] == '$' && s->at[1] == '{') {
            if (!take_variable(s))
                return false;
            continue;
        }
        if (*s->at == '\\') {
            s->at++;
            if (quote == '"' && !escape_is_good(s->at))
                return config_scan_fail(s->err, s->file, s->line, "bad escape '\\%.4s' in a string", s->at);
            if (!*s->at)
                break;
        }
        s->line += *s->at++ == '\n';
    }
    if (!*s->at)
        return config_scan_fail(s->err, s->file, begin_line, "a string without its closing %c", quote);
    s->at++;
    return take(s, TOKEN_QUOTED, begin, (size_t)(s->at - begin));
}

static void blank_line_comment(struct scan *s)
{
    while (*s->at && *s->at != '\n')
        *s->at++ = ' ';
}

static bool blank_long_comment(struct scan *s)
{
    char *end = strstr(s->at + 2, "*/");
    if (!end)
        return config_scan_fail(s->err, s->file, s->line, "a comment without its closing */");
    for (end += 2; s->at < end; s->at++) {
        if (*s->at == '\n')
            s->line++;
        else
            *s->at = ' ';
    }
    return true;
}

static bool take_mark(struct scan *s)
{
    static const struct {
        char c;
        enum token token;
    } marks[] = {{'{', TOKEN_OPEN},  {'}', TOKEN_CLOSE}, {'=', TOKEN_EQUALS},
                 {'(', TOKEN_OTHER}, {')', TOKEN_OTHER}, {',', TOKEN_OTHER}};
    char c = *s->at;
    const char *begin = s->at++;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (marks[i].c == c)
            return take(s, marks[i].token, begin, 1);
    s->line += c == '\n';
    return true; /* blanks, and what the lexer drops in silence; the "=" of "+=" says enough */
}

/* The next token, comment or blank. */
static bool step(struct scan *s)
{
    char *at = s->at;
    if (*at == '"' || *at == '\'')
        return take_quoted(s);
    if (at[0] == '#' || (at[0] == '/' && at[1] == '/')) {
        blank_line_comment(s);
        return true;
    }
    if (at[0] == '/' && at[1] == '*')
        return blank_long_comment(s);
    if (at[0] == '$' && at[1] == '{')
        return take_variable(s) && take(s, TOKEN_TEXT, at, (size_t)(s->at - at));
    size_t word = strcspn(at, " #\"'\t\n\r={}()+,*");
    if (word == 0)
        return take_mark(s);
    s->at += word;
    return take(s, TOKEN_TEXT, at, word);
}

/* libconfuse takes the end of the file for the end of all sections, and half a file for a whole one. */
static bool all_closed(const struct scan *s)
{
    if (s->depth == 0)
        return true;
    const struct config_scan_section *section = &s->out->sections[s->open[s->depth - 1]];
    return config_scan_fail(s->err, s->file, section->line, "section '%.*s' has no closing brace",
                            (int)(section->name_len > 60 ? 60 : section->name_len), section->name);
}

/* flex moves a token that is not yet whole for each 8 KiB that it reads: one of 4 MiB would take it ten seconds. No
 * token of libconfuse's is longer than a line. */
static bool lines_are_short(const struct scan *s)
{
    int line = 1;
    for (const char *at = s->at; *at; line++) {
        size_t len = strcspn(at, "\n");
        if (len > LINE_MAX_BYTES)
            return config_scan_fail(s->err, s->file, line, "the line is longer than %d bytes", LINE_MAX_BYTES);
        at += len + (at[len] == '\n');
    }
    return true;
}

bool config_scan(const char *file, char *text, struct arena *arena, struct config_scan *out, struct err *err)
{
    struct scan s = {.file = file, .at = text, .line = 1, .arena = arena, .out = out, .err = err};
    *out = (struct config_scan){0};
    if (!lines_are_short(&s))
        return false;
    while (*s.at)
        if (!step(&s))
            return false;
    return s.expect != EXPECT_NAME || all_closed(&s);
}
