#include "base/json_scan.h"
#include "base/json_plain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_plain.h"
#include "base/mem.h"
#include "base/text_lead.h"

enum state {
    VALUE,         /* a value must stand here */
    FIRST_VALUE,   /* after '[': a value or ']' */
    FIRST_KEY,     /* after '{': a name or '}' */
    KEY,           /* after ',' in an object */
    COLON,         /* after a name */
    COMMA,         /* after a value in a container */
    STRING,        /* in a string */
    ESCAPE,        /* after a backslash */
    HEX,           /* in \uXXXX */
    LOW_BACKSLASH, /* after a high surrogate: a backslash should follow */
    LOW_U,         /* and then a u */
    UTF8,          /* in a sequence of several bytes that a piece cut, or that is wrong */
    NUMBER,        /* in a number */
    LITERAL,       /* in true, false, null */
    DONE,          /* after the top-level value */
    STATES,
};

static const uint32_t REPLACEMENT = 0xFFFD;

void json_scan_init(struct json_scan *s, enum json_mode mode, const struct json_limits *limits)
{
    unsigned depth = limits->depth != 0 ? limits->depth : 64;

    s->mode = mode;
    s->total_max = limits->total_bytes != 0 ? limits->total_bytes : UINT64_C(4) << 30;
    s->depth_max = depth < JSON_SCAN_DEPTH_MAX ? depth : JSON_SCAN_DEPTH_MAX;
    s->stack = mem_new(s->depth_max + 1, sizeof *s->stack);
    s->key = buf_make(JSON_SCAN_KEY_MAX);
    /* The address is the seed: a peer that cannot guess it cannot make names collide; what is counted does not depend
     * on it. */
    s->keys = json_keys_make((uint64_t)(uintptr_t)s);
    s->state = VALUE;
}

void json_scan_release(struct json_scan *s)
{
    buf_release(&s->key);
    json_keys_release(&s->keys);
    free(s->stack);
    s->stack = NULL;
}

/* --- errors --- */

static uint64_t offset_of(const struct json_scan *s, const char *p)
{
    return s->piece_at + (uint64_t)(p - s->piece);
}

/* Sets the error about the byte at `p`; NULL always, so that a step ends with it. */
static const char *wrong(struct json_scan *s, const char *p, const char *what)
{
    err_set(s->err, ERR_CORRUPT, "not JSON at byte %llu: %s", (unsigned long long)offset_of(s, p), what);
    return NULL;
}

static const char *unexpected(struct json_scan *s, const char *p, const char *wanted)
{
    unsigned char c = (unsigned char)*p;
    char what[120];

    if (c > 0x20 && c < 0x7F)
        snprintf(what, sizeof what, "'%c' where %s must stand", c, wanted);
    else
        snprintf(what, sizeof what, "byte 0x%02x where %s must stand", c, wanted);
    return wrong(s, p, what);
}

static const char *no_value(struct json_scan *s, const char *p)
{
    if (s->depth == 0 && *p == '<')
        return wrong(s, p, "it begins with '<' (an HTML page?)");
    if (s->depth == 0 && (unsigned char)*p == 0xEF)
        return wrong(s, p, "it begins with a byte-order mark");
    if (s->depth == 0 && (unsigned char)*p == 0x1F)
        return wrong(s, p, "it begins with byte 0x1f (compressed data?)");
    return unexpected(s, p, s->state == FIRST_VALUE ? "a value or ']'" : "a value");
}

/* --- copying --- */

static bool too_large(struct json_scan *s, const struct buf *b)
{
    return err_set(s->err, ERR_CORRUPT, "%s is larger than the limit of %zu bytes",
                   b == &s->key ? "a member's name" : s->out_name, b->max);
}

static bool put_to(struct json_scan *s, struct buf *b, const char *bytes, size_t n)
{
    return b == NULL || buf_put(b, bytes, n, NULL) || too_large(s, b);
}

static bool put_byte(struct json_scan *s, struct buf *b, char byte)
{
    return b == NULL || buf_putc(b, byte, NULL) || too_large(s, b);
}

static bool put_out(struct json_scan *s, const char *bytes, size_t n)
{
    return put_to(s, s->out, bytes, n);
}

/* A comma is due exactly when the copy does not end in an opening or a colon: strings end in quotes. */
static bool put_comma(struct json_scan *s)
{
    const struct buf *b = s->out;

    char last = b != NULL && b->len > 0 ? b->data[b->len - 1] : '{';
    return last == '{' || last == '[' || last == ':' || put_byte(s, s->out, ',');
}

static size_t encode(uint32_t cp, char out[4])
{
    size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

    for (size_t i = n - 1; i > 0; i--, cp >>= 6)
        out[i] = (char)(0x80 | (cp & 0x3F));
    out[0] = (char)(n == 1 ? cp : (0xF00u >> n & 0xFF) | cp);
    return n;
}

/* One character that was written as \uXXXX. */
static bool put_code_point(struct json_scan *s, uint32_t cp)
{
    char utf8[12];

    if (s->text == NULL)
        return true;
    if (s->text == &s->key || (cp >= 0x20 && cp != '"' && cp != '\\'))
        return put_to(s, s->text, utf8, encode(cp, utf8));
    if (s->first && (cp == JSON_SCAN_NUMBER || cp == JSON_SCAN_TEXT) && !put_byte(s, s->out, '\2'))
        return false;
    return put_to(s, s->text, utf8, (size_t)snprintf(utf8, sizeof utf8, "\\u%04x", (unsigned)cp));
}

/* A name without anything that is to be escaped, as nearly all are. */
static bool put_plain_key(struct json_scan *s, const char *name, size_t n)
{
    struct buf *b = s->out;

    if (!buf_reserve(b, n + 3, NULL))
        return too_large(s, b);
    b->data[b->len] = '"';
    memcpy(b->data + b->len + 1, name, n);
    memcpy(b->data + b->len + 1 + n, "\":", 3);
    b->len += n + 3;
    return true;
}

static bool put_key(struct json_scan *s, const char *p, size_t left)
{
    char escaped[8];

    if (s->out == NULL)
        return true;
    if (!put_comma(s))
        return false;
    if (json_plain_skip(p, p + left) == p + left)
        return put_plain_key(s, p, left);
    if (!put_byte(s, s->out, '"'))
        return false;
    for (; left > 0; p++, left--) {
        bool plain = (unsigned char)*p >= 0x20 && *p != '"' && *p != '\\';

        if (plain ? !put_byte(s, s->out, *p)
                  : !put_out(s, escaped, (size_t)snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)*p)))
            return false;
    }
    return put_out(s, "\":", 2);
}

/* --- values --- */

static const char *skip_space(const char *p, const char *end)
{
    static const char spaces[8] = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};

    while (p < end) {
        if (*p == ' ' && end - p >= 8 && memcmp(p, spaces, 8) == 0)
            p += 8;
        else if (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')
            p++;
        else
            break;
    }
    return p;
}

/* A value is complete, up to `p`. */
static const char *finish(struct json_scan *s, const char *p)
{
    s->state = s->depth == 0 ? DONE : COMMA;
    return s->events->end(s->ctx, s->err) ? p : NULL;
}

static const char *open_container(struct json_scan *s, const char *p)
{
    bool object = *p == '{';

    if (!put_byte(s, s->out, *p))
        return NULL;
    if (s->depth >= s->depth_max) {
        err_set(s->err, ERR_CORRUPT, "nested deeper than the limit of %u levels, at byte %llu", s->depth_max,
                (unsigned long long)offset_of(s, p));
        return NULL;
    }
    s->depth++;
    s->stack[s->depth].object = object;
    s->stack[s->depth].number = object ? json_keys_open(&s->keys) : 0;
    s->stack[s->depth].keys_above = s->keys.count;
    s->state = object ? FIRST_KEY : FIRST_VALUE;
    return p + 1;
}

static const char *close_container(struct json_scan *s, const char *p)
{
    if (!put_byte(s, s->out, *p))
        return NULL;
    json_keys_drop(&s->keys, s->stack[s->depth].keys_above);
    s->depth--;
    return finish(s, p + 1);
}

static const char *open_string(struct json_scan *s, const char *p, bool in_key)
{
    s->in_key = in_key;
    s->first = true;
    s->text = in_key ? &s->key : s->out;
    s->state = STRING;
    s->key.len = 0;
    if (!in_key && !put_byte(s, s->out, '"'))
        return NULL;
    return p + 1;
}

/* A member's name is complete; `p` is at its closing quote. */
static const char *close_key(struct json_scan *s, const char *p, const char *name, size_t n)
{
    if (json_keys_add(&s->keys, s->stack[s->depth].number, name, n))
        s->counts.duplicate_keys++;
    s->state = COLON;
    return s->events->key(s->ctx, name, n, s->err) && put_key(s, name, n) ? p + 1 : NULL;
}

static const char *close_string(struct json_scan *s, const char *p)
{
    if (s->in_key)
        return close_key(s, p, buf_str(&s->key), s->key.len);
    return put_byte(s, s->out, '"') ? finish(s, p + 1) : NULL;
}

/* --- numbers: RFC 8259, section 6, as a table --- */

enum number { MINUS, ZERO, INTEGER, POINT, FRACTION, EXPONENT, SIGN, POWER, NUMBER_STATES };
enum digit { D_ZERO, D_DIGIT, D_MINUS, D_PLUS, D_POINT, D_E, D_OTHER, D_CLASSES };
enum { NO = 0xFF, END = 0xFE };

static const unsigned char number_table[NUMBER_STATES][D_CLASSES] = {
    [MINUS] = {ZERO, INTEGER, NO, NO, NO, NO, NO},
    [ZERO] = {NO, NO, END, END, POINT, EXPONENT, END},
    [INTEGER] = {INTEGER, INTEGER, END, END, POINT, EXPONENT, END},
    [POINT] = {FRACTION, FRACTION, NO, NO, NO, NO, NO},
    [FRACTION] = {FRACTION, FRACTION, END, END, END, EXPONENT, END},
    [EXPONENT] = {POWER, POWER, SIGN, SIGN, NO, NO, NO},
    [SIGN] = {POWER, POWER, NO, NO, NO, NO, NO},
    [POWER] = {POWER, POWER, END, END, END, END, END},
};

static enum digit digit_of(char c)
{
    if (c >= '1' && c <= '9')
        return D_DIGIT;
    switch (c) {
    case '0':
        return D_ZERO;
    case '-':
        return D_MINUS;
    case '+':
        return D_PLUS;
    case '.':
        return D_POINT;
    case 'e':
    case 'E':
        return D_E;
    default:
        return D_OTHER;
    }
}

static const char *end_number(struct json_scan *s, const char *p)
{
    return put_byte(s, s->out, '"') ? finish(s, p) : NULL;
}

static const char *step_number(struct json_scan *s, const char *p, const char *end)
{
    const char *run = p;
    unsigned char next = s->number;

    for (; p < end; p++) {
        next = number_table[s->number][digit_of(*p)];
        if (next >= END)
            break;
        s->number = next;
    }
    if (!put_out(s, run, (size_t)(p - run)))
        return NULL;
    if (p == end)
        return p;
    return next == END ? end_number(s, p) : unexpected(s, p, s->number == ZERO ? "the number's end" : "a digit");
}

static const char *open_number(struct json_scan *s, const char *p, const char *end)
{
    static const char opening[2] = {'"', JSON_SCAN_NUMBER};

    if (!put_out(s, opening, 2) || !put_byte(s, s->out, *p))
        return NULL;
    s->number = *p == '-' ? MINUS : *p == '0' ? ZERO : INTEGER;
    s->state = NUMBER;
    return step_number(s, p + 1, end);
}

static const char *step_literal(struct json_scan *s, const char *p, const char *end)
{
    for (; p < end && *s->literal != '\0'; p++, s->literal++)
        if (*p != *s->literal)
            return unexpected(s, p, "true, false or null");
    return *s->literal == '\0' ? finish(s, p) : p;
}

static const char *open_literal(struct json_scan *s, const char *p, const char *end)
{
    s->literal = *p == 't' ? "true" : *p == 'f' ? "false" : "null";
    s->state = LITERAL;
    return put_out(s, s->literal, strlen(s->literal)) ? step_literal(s, p, end) : NULL;
}

static bool begins_value(char c)
{
    return (c >= '0' && c <= '9') || c == '"' || c == '{' || c == '[' || c == '-' || c == 't' || c == 'f' || c == 'n';
}

static const char *step_value(struct json_scan *s, const char *p, const char *end)
{
    p = skip_space(p, end);
    if (p == end)
        return p;
    if (*p == ']' && s->state == FIRST_VALUE)
        return close_container(s, p);
    if (!begins_value(*p))
        return no_value(s, p);
    s->value_at = offset_of(s, p);
    if (!s->events->begin(s->ctx, *p, s->err) || !put_comma(s))
        return NULL;
    switch (*p) {
    case '{':
    case '[':
        return open_container(s, p);
    case '"':
        return open_string(s, p, false);
    case 't':
    case 'f':
    case 'n':
        return open_literal(s, p, end);
    default:
        return open_number(s, p, end);
    }
}

/* --- between values --- */

static const char *step_key(struct json_scan *s, const char *p, const char *end)
{
    p = skip_space(p, end);
    if (p == end)
        return p;
    if (*p == '"')
        return open_string(s, p, true);
    if (*p == '}' && s->state == FIRST_KEY)
        return close_container(s, p);
    return unexpected(s, p, s->state == FIRST_KEY ? "a name or '}'" : "a name");
}

static const char *step_colon(struct json_scan *s, const char *p, const char *end)
{
    p = skip_space(p, end);
    if (p == end)
        return p;
    if (*p != ':')
        return unexpected(s, p, "':'");
    s->state = VALUE;
    return p + 1 < end ? step_value(s, p + 1, end) : p + 1; /* what nearly always follows, without another turn */
}

static const char *step_comma(struct json_scan *s, const char *p, const char *end)
{
    bool object = s->stack[s->depth].object;

    p = skip_space(p, end);
    if (p == end)
        return p;
    if (*p == (object ? '}' : ']'))
        return close_container(s, p);
    if (*p != ',')
        return unexpected(s, p, object ? "',' or '}'" : "',' or ']'");
    s->state = object ? KEY : VALUE;
    return object && p + 1 < end ? step_key(s, p + 1, end) : p + 1;
}

static const char *step_done(struct json_scan *s, const char *p, const char *end)
{
    p = skip_space(p, end);
    return p == end ? p : unexpected(s, p, "the end of the text");
}

/* --- strings --- */

/* The longest run of characters that stand for themselves, UTF-8 included. */
static const char *skip_text(const char *p, const char *end)
{
    uint32_t cp;
    size_t n;

    for (;;) {
        p = json_plain_skip(p, end);
        if (p == end || (unsigned char)*p < 0x80 || (n = text_decode(p, (size_t)(end - p), &cp)) == 0)
            return p;
        p += n;
    }
}

/* `n` bytes before `p` are not UTF-8; they were copied as they came. */
static bool bad_bytes(struct json_scan *s, const char *p, unsigned n)
{
    if (s->mode == JSON_STRICT)
        return wrong(s, p, "bytes that are not UTF-8 in a string") != NULL;
    s->counts.bad_bytes += n;
    return true;
}

/* A byte from 0x80 that begins no whole character here. */
static const char *open_utf8(struct json_scan *s, const char *p)
{
    struct text_lead lead = text_lead((unsigned char)*p);

    if (lead.length == 0 && !bad_bytes(s, p, 1))
        return NULL;
    if (!put_byte(s, s->text, *p))
        return NULL;
    if (lead.length == 0)
        return p + 1;
    s->state = UTF8;
    s->utf8_due = lead.length - 1;
    s->utf8_seen = 1;
    s->utf8_low = lead.low;
    s->utf8_high = lead.high;
    return p + 1;
}

static const char *step_utf8(struct json_scan *s, const char *p, const char *end)
{
    for (; p < end && s->utf8_due > 0; p++, s->utf8_due--, s->utf8_seen++) {
        unsigned char c = (unsigned char)*p;

        if (c < s->utf8_low || c > s->utf8_high) {
            s->state = STRING;
            return bad_bytes(s, p, s->utf8_seen) ? p : NULL;
        }
        if (!put_byte(s, s->text, *p))
            return NULL;
        s->utf8_low = 0x80;
        s->utf8_high = 0xBF;
    }
    if (s->utf8_due == 0)
        s->state = STRING;
    return p;
}

static const char *step_string(struct json_scan *s, const char *p, const char *end)
{
    const char *run = p;
    p = skip_text(p, end);
    if (p < end && *p == '"' && s->in_key && s->first)
        return close_key(s, p, run, (size_t)(p - run)); /* the usual name, whole and without escapes: no copy */
    if (p > run) {
        s->first = false;
        if (!put_to(s, s->text, run, (size_t)(p - run)))
            return NULL;
    }
    if (p == end)
        return p;
    if (*p == '"')
        return close_string(s, p);
    if ((unsigned char)*p < 0x20)
        return wrong(s, p, "a control character in a string");
    if (*p == '\\') {
        s->state = ESCAPE;
        return p + 1;
    }
    s->first = false;
    return open_utf8(s, p);
}

static const char *step_escape(struct json_scan *s, const char *p, const char *end)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char *letter = *p != '\0' ? strchr(letters, *p) : NULL;
    char pair[2] = {'\\', *p};

    (void)end;
    if (*p == 'u') {
        s->state = HEX;
        s->hex = 0;
        s->hex_due = 4;
        return p + 1;
    }
    if (letter == NULL)
        return unexpected(s, p, "an escape's letter");
    s->state = STRING;
    s->first = false;
    bool ok = s->in_key ? put_byte(s, s->text, meant[letter - letters]) : put_to(s, s->text, pair, 2);
    return ok ? p + 1 : NULL;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What cannot be carried (half of a surrogate pair, NUL) becomes U+FFFD. */
static bool replace(struct json_scan *s)
{
    s->counts.bad_bytes++;
    return put_code_point(s, REPLACEMENT);
}

static bool lone_surrogate(struct json_scan *s, const char *p)
{
    s->surrogate = 0;
    if (s->mode == JSON_STRICT)
        return wrong(s, p, "half of a surrogate pair") != NULL;
    bool ok = replace(s);
    s->first = false;
    return ok;
}

/* A \uXXXX is complete. */
static bool end_hex(struct json_scan *s, const char *p)
{
    uint32_t cp = s->hex, high = s->surrogate;
    bool low = cp >= 0xDC00 && cp <= 0xDFFF;

    s->state = STRING;
    if (high != 0 && !low && !lone_surrogate(s, p))
        return false;
    if (cp >= 0xD800 && cp <= 0xDBFF) {
        s->surrogate = cp;
        s->state = LOW_BACKSLASH;
        return true;
    }
    if (low && high == 0)
        return lone_surrogate(s, p);
    if (low)
        cp = 0x10000 + ((high - 0xD800) << 10) + (cp - 0xDC00);
    s->surrogate = 0;
    bool ok = cp == 0 ? replace(s) : put_code_point(s, cp);
    s->first = false;
    return ok;
}

static const char *step_hex(struct json_scan *s, const char *p, const char *end)
{
    for (; p < end && s->hex_due > 0; p++, s->hex_due--) {
        int digit = hex_digit(*p);

        if (digit < 0)
            return unexpected(s, p, "a hexadecimal digit");
        s->hex = s->hex << 4 | (unsigned)digit;
    }
    return s->hex_due > 0 || end_hex(s, p - 1) ? p : NULL;
}

static const char *step_low_backslash(struct json_scan *s, const char *p, const char *end)
{
    (void)end;
    if (*p == '\\') {
        s->state = LOW_U;
        return p + 1;
    }
    s->state = STRING;
    return lone_surrogate(s, p) ? p : NULL;
}

static const char *step_low_u(struct json_scan *s, const char *p, const char *end)
{
    s->state = ESCAPE;
    if (*p != 'u' && !lone_surrogate(s, p))
        return NULL;
    return step_escape(s, p, end);
}

/* --- the machine --- */

/* Each takes at least one byte, or changes the state; NULL with the error set. Never called without bytes. */
static const char *(*const steps[STATES])(struct json_scan *s, const char *p, const char *end) = {
    [VALUE] = step_value,   [FIRST_VALUE] = step_value,
    [FIRST_KEY] = step_key, [KEY] = step_key,
    [COLON] = step_colon,   [COMMA] = step_comma,
    [STRING] = step_string, [ESCAPE] = step_escape,
    [HEX] = step_hex,       [LOW_BACKSLASH] = step_low_backslash,
    [LOW_U] = step_low_u,   [UTF8] = step_utf8,
    [NUMBER] = step_number, [LITERAL] = step_literal,
    [DONE] = step_done,
};

bool json_scan_feed(struct json_scan *s, const char *bytes, size_t n, struct err *err)
{
    uint64_t room = s->total_max - s->counts.bytes;
    const char *p = bytes, *end = bytes + (n < room ? n : (size_t)room);

    s->err = err;
    s->piece = bytes;
    s->piece_at = s->counts.bytes;
    while (p < end)
        if ((p = steps[s->state](s, p, end)) == NULL)
            return false;
    s->counts.bytes += (uint64_t)(end - bytes);
    if (n > room)
        return err_set(err, ERR_CORRUPT, "the text is larger than the limit of %llu bytes",
                       (unsigned long long)s->total_max);
    return true;
}

static const char *where_it_ends(const struct json_scan *s)
{
    if (s->state >= STRING && s->state <= UTF8)
        return "a string";
    if (s->state == NUMBER)
        return "a number";
    if (s->state == LITERAL)
        return "true, false or null";
    return s->stack[s->depth].object ? "an object" : "an array";
}

bool json_scan_end(struct json_scan *s, struct err *err)
{
    s->err = err;
    if (s->state == NUMBER && s->depth == 0 && number_table[s->number][D_OTHER] == END && end_number(s, "") == NULL)
        return false;
    if (s->state == DONE)
        return true;
    if (s->state == VALUE && s->depth == 0)
        return err_set(err, ERR_CORRUPT, "not JSON: the text is empty");
    return err_set(err, ERR_CORRUPT, "not JSON: the text ends inside %s, after byte %llu", where_it_ends(s),
                   (unsigned long long)s->counts.bytes);
}
