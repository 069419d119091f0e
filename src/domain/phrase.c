#include "domain/phrase.h"

#include <string.h>

bool phrase_add(struct phrase *p, const char *at, size_t len)
{
    if (p->count == PHRASE_ARGS_MAX)
        return false;
    p->args[p->count].at = at;
    p->args[p->count++].len = len;
    return true;
}

static bool is_argument(const char *pattern)
{
    return pattern[0] == '%' && pattern[1] == 's';
}

/* The length in `text` of what `pattern` says before its next argument; -1 when the text says something else. */
static int literal(const char **pattern, const char *text)
{
    int n = 0;

    for (; **pattern != '\0' && !is_argument(*pattern); ++*pattern) {
        *pattern += (*pattern)[0] == '%' && (*pattern)[1] == '%';
        if (text[n++] != **pattern)
            return -1;
    }
    return n;
}

bool phrase_match(const char *pattern, const char *text, struct phrase *p)
{
    int n = literal(&pattern, text);

    *p = (struct phrase){0};
    while (n >= 0 && *pattern != '\0') {
        const char *arg = text + n, *end = arg, *after = pattern + 2;

        for (pattern = after; (n = literal(&pattern, end)) < 0 && *end != '\0'; end++)
            pattern = after;
        if (*after == '\0')
            end += strlen(end);
        if (n < 0 || !phrase_add(p, arg, (size_t)(end - arg)))
            return false;
        text = end;
    }
    return n >= 0 && text[n] == '\0';
}

/* The number of the argument that begins there, from 0, and where the pattern goes on; -1: none does. */
static int argument(const char *pattern, size_t next, const char **after)
{
    if (is_argument(pattern)) {
        *after = pattern + 2;
        return (int)next;
    }
    if (pattern[0] == '%' && pattern[1] >= '1' && pattern[1] <= '9' && pattern[2] == '$' && pattern[3] == 's') {
        *after = pattern + 4;
        return pattern[1] - '1';
    }
    return -1;
}

void phrase_put(const char *pattern, const struct phrase *p, struct buf *out)
{
    for (size_t next = 0; *pattern != '\0';) {
        int arg = argument(pattern, next, &pattern);

        if (arg < 0) {
            pattern += pattern[0] == '%' && pattern[1] == '%';
            buf_putc(out, *pattern++, NULL);
            continue;
        }
        next++;
        if ((size_t)arg < p->count)
            buf_put(out, p->args[arg].at, p->args[arg].len, NULL);
    }
}
