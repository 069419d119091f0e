#include "base/err.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Shortens `text` so that a sequence which vsnprintf() cut in the middle does not stand at its end. */
static void drop_half_character(char *text)
{
    size_t len = strlen(text);
    size_t at = len;
    while (at > 0 && len - at < 3 && ((unsigned char)text[at - 1] & 0xC0) == 0x80)
        at--;
    if (at == 0)
        return;
    unsigned char lead = (unsigned char)text[at - 1];
    size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (want > len - at + 1)
        text[at - 1] = '\0';
}

static void format(char *out, size_t size, const char *fmt, va_list args) __attribute__((format(printf, 3, 0)));

/* Through a scratch copy, because the arguments may be the very error that is written. */
static void format(char *out, size_t size, const char *fmt, va_list args)
{
    char scratch[ERR_TEXT_MAX];
    int n = vsnprintf(scratch, size, fmt, args);
    if (n < 0)
        scratch[0] = '\0';
    else if ((size_t)n >= size)
        drop_half_character(scratch);
    memcpy(out, scratch, strlen(scratch) + 1);
}

void err_clear(struct err *err)
{
    err->kind = ERR_NONE;
    err->exit_status = 0;
    err->text[0] = err->hint[0] = '\0';
}

bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
{
    if (!err)
        return false;
    va_list args;
    va_start(args, fmt);
    format(err->text, sizeof err->text, fmt, args);
    va_end(args);
    err->kind = kind;
    err->exit_status = 0;
    err->hint[0] = '\0';
    return false;
}

bool err_hint(struct err *err, const char *fmt, ...)
{
    if (!err)
        return false;
    va_list args;
    va_start(args, fmt);
    format(err->hint, sizeof err->hint, fmt, args);
    va_end(args);
    return false;
}

bool err_exit(struct err *err, int exit_status)
{
    if (err)
        err->exit_status = exit_status;
    return false;
}

bool err_usage(struct err *err, const char *what, const char *hint)
{
    enum { USAGE = 64 };

    err_set(err, ERR_INPUT, "%s", what);
    err_hint(err, "%s", hint);
    return err_exit(err, USAGE);
}

bool err_prefix(struct err *err, const char *fmt, ...)
{
    if (!err)
        return false;
    char prefix[ERR_TEXT_MAX];
    va_list args;
    va_start(args, fmt);
    format(prefix, sizeof prefix, fmt, args);
    va_end(args);
    char rest[ERR_TEXT_MAX];
    memcpy(rest, err->text, sizeof rest);
    if ((size_t)snprintf(err->text, sizeof err->text, "%s: %s", prefix, rest) >= sizeof err->text)
        drop_half_character(err->text);
    return false;
}

static const struct {
    const char *name;
    int status;
} kinds[] = {
    [ERR_NONE] = {"none", 0},        [ERR_INPUT] = {"input", 65},     [ERR_TRANSIENT] = {"transient", 69},
    [ERR_REFUSED] = {"refused", 77}, [ERR_CORRUPT] = {"corrupt", 76},
};

int err_status(const struct err *err)
{
    if (!err || err->kind == ERR_NONE)
        return 0;
    return err->exit_status ? err->exit_status : kinds[err->kind].status;
}

const char *err_kind_name(enum err_kind kind)
{
    return (size_t)kind < sizeof kinds / sizeof kinds[0] ? kinds[kind].name : "unknown";
}
