#include "base/pattern.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/mem.h"

/* PCRE2 counts steps anew for each place where a match may start, so that a long subject gets fewer for each. */
enum {
    STEPS_MAX = 100000,
    STEPS_MIN = 100,
    STEPS_ALL_PLACES = 10000000,
    DEPTH_MAX = 10000,
    HEAP_MAX_KIB = 16 * 1024,
    EXPR_MAX_BYTES = 4096,
};

struct pattern {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
};

static bool is_ascii(const char *s)
{
    while (*s && (unsigned char)*s < 0x80)
        s++;
    return !*s;
}

/* An expression in ASCII is matched byte by byte, so that no byte of a subject stands in its way. */
static pcre2_code *compile(const char *expr, bool fold, struct err *err)
{
    uint32_t options = PCRE2_NEVER_BACKSLASH_C | (fold ? PCRE2_CASELESS : 0);
    options |= is_ascii(expr) ? PCRE2_NEVER_UTF : PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;
    if (strlen(expr) > EXPR_MAX_BYTES) {
        err_set(err, ERR_INPUT, "the pattern is longer than %d bytes", EXPR_MAX_BYTES);
        return NULL;
    }
    int number = 0;
    PCRE2_SIZE at = 0;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)expr, PCRE2_ZERO_TERMINATED, options, &number, &at, NULL);
    if (!code) {
        PCRE2_UCHAR why[128] = "not a pattern";
        pcre2_get_error_message(number, why, sizeof why);
        err_set(err, ERR_INPUT, "bad pattern '%s' at character %zu: %s", expr, (size_t)at + 1, (const char *)why);
    }
    return code;
}

struct pattern *pattern_new(const char *expr, bool fold, struct err *err)
{
    pcre2_code *code = compile(expr, fold, err);
    if (!code)
        return NULL;
    struct pattern *p = mem_new(1, sizeof *p);
    p->code = code;
    p->data = pcre2_match_data_create_from_pattern(code, NULL);
    p->context = pcre2_match_context_create(NULL);
    if (!p->data || !p->context) {
        pattern_free(p);
        err_set(err, ERR_TRANSIENT, "cannot get memory for the pattern '%s'", expr);
        return NULL;
    }
    pcre2_set_depth_limit(p->context, DEPTH_MAX);
    pcre2_set_heap_limit(p->context, HEAP_MAX_KIB);
    return p;
}

void pattern_free(struct pattern *p)
{
    if (!p)
        return;
    pcre2_match_context_free(p->context);
    pcre2_match_data_free(p->data);
    pcre2_code_free(p->code);
    free(p);
}

static uint32_t steps_for(size_t len)
{
    size_t steps = STEPS_ALL_PLACES / (len + 1);
    return steps > STEPS_MAX ? STEPS_MAX : steps < STEPS_MIN ? STEPS_MIN : (uint32_t)steps;
}

/* One more than the highest group that took part; negative: no match. */
static int match(const struct pattern *p, const char *bytes, size_t len)
{
    pcre2_set_match_limit(p->context, steps_for(len));
    return pcre2_match(p->code, (PCRE2_SPTR)bytes, len, 0, 0, p->data, p->context);
}

bool pattern_match(const struct pattern *p, struct safe_text subject)
{
    size_t len = text_len(subject);
    return match(p, len ? text_bytes(subject) : "", len) >= 0;
}

bool pattern_find(const struct pattern *p, struct safe_text subject, struct safe_text *found)
{
    size_t len = text_len(subject);
    const char *bytes = len ? text_bytes(subject) : "";
    int groups = match(p, bytes, len);
    if (groups < 0)
        return false;
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(p->data);
    if (groups > 1 && at[2] != PCRE2_UNSET)
        at += 2;
    /* \K in a look-ahead can set the start behind the end. */
    *found = at[0] <= at[1] && at[1] <= len ? text_from(bytes + at[0], at[1] - at[0]) : text_of("");
    return true;
}
