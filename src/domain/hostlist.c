#include "domain/hostlist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 9 };

struct walk {
    hostlist_name *name;
    void *ctx;
    size_t told;
    bool enough; /* who asked wants no more */
    char text[HOSTLIST_NAME_BYTES];
};

static bool put(struct walk *w, size_t *len, const char *bytes, size_t n)
{
    if (*len + n >= sizeof w->text)
        return false;
    memcpy(w->text + *len, bytes, n);
    *len += n;
    return true;
}

static bool tell(struct walk *w, size_t len)
{
    if (len == 0 || w->told++ == HOSTLIST_NAMES_MAX)
        return false;
    w->enough = !w->name(w->ctx, text_from(w->text, len));
    return true;
}

static bool term(struct walk *w, size_t len, const char *at, const char *end, int brackets);

/* "7" or "07-12": the width of the first number is that of all. */
static bool range(struct walk *w, size_t len, const char *item, size_t n, const char *rest, const char *end,
                  int brackets)
{
    char digits[2][DIGITS_MAX + 1];
    size_t width = strspn(item, "0123456789"), second = width < n ? n - width - 1 : 0;
    if (width == 0 || width > DIGITS_MAX || (width < n && (item[width] != '-' || second == 0 || second > DIGITS_MAX)))
        return false;
    snprintf(digits[0], sizeof digits[0], "%.*s", (int)width, item);
    snprintf(digits[1], sizeof digits[1], "%.*s", (int)(second ? second : width), second ? item + width + 1 : item);
    if (strspn(digits[1], "0123456789") != strlen(digits[1]))
        return false;
    long first = strtol(digits[0], NULL, 10), last = strtol(digits[1], NULL, 10);
    if (last < first)
        return false;
    for (long i = first; i <= last && !w->enough; i++) {
        char number[32];
        size_t to = len;
        int wrote = snprintf(number, sizeof number, "%0*ld", (int)width, i);
        if (!put(w, &to, number, (size_t)wrote) || !term(w, to, rest, end, brackets + 1))
            return false;
    }
    return true;
}

/* What stands between brackets, each with what comes behind them. */
static bool ranges(struct walk *w, size_t len, const char *at, const char *close, const char *end, int brackets)
{
    while (!w->enough) {
        size_t n = strcspn(at, ",]");
        if (!range(w, len, at, n, close + 1, end, brackets))
            return false;
        at += n;
        if (at == close)
            return true;
        at++;
    }
    return true;
}

static bool term(struct walk *w, size_t len, const char *at, const char *end, int brackets)
{
    const char *open = memchr(at, '[', (size_t)(end - at));
    const char *close = open ? memchr(open, ']', (size_t)(end - open)) : NULL;
    if (!put(w, &len, at, (size_t)((open ? open : end) - at)))
        return false;
    if (!open)
        return tell(w, len);
    return close && brackets < HOSTLIST_BRACKETS_MAX && ranges(w, len, open + 1, close, end, brackets);
}

/* The comma, or the end, that ends the term: not one between brackets. */
static const char *term_end(const char *at)
{
    for (bool inside = false; *at && (inside || *at != ','); at++)
        inside = *at == '[' || (inside && *at != ']');
    return at;
}

bool hostlist_each(struct safe_text list, hostlist_name *name, void *ctx)
{
    struct walk w = {.name = name, .ctx = ctx};
    struct buf copy = buf_make(text_len(list) + 1);
    bool ok = true;
    text_copy(&copy, list);
    const char *at = buf_str(&copy);
    ok = strlen(at) == copy.len;
    while (ok && *at && !w.enough) {
        const char *end = term_end(at);
        ok = term(&w, 0, at, end, 0) && (*end == '\0' || end[1] != '\0');
        at = *end ? end + 1 : end;
    }
    buf_release(&copy);
    return ok;
}
