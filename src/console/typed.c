#include "console/typed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dir.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/tr.h"
#include "console/keep.h"
#include "ui/prompt.h"

struct typed {
    char path[DIR_PATH_MAX]; /* "": nothing is written */
    char lines[TYPED_MAX][PROMPT_MAX + 1];
    size_t count, at; /* `at` is `count` in the present */
    size_t written;   /* bytes of the file */
    char draft[PROMPT_MAX];
};

/* --- lines --- */

static void push(struct typed *t, const char *line, size_t n)
{
    if (t->count == TYPED_MAX) {
        memmove(t->lines[0], t->lines[1], sizeof t->lines - sizeof t->lines[0]);
        t->count--;
    }
    memcpy(t->lines[t->count], line, n);
    t->lines[t->count++][n] = '\0';
}

static bool is_line(const char *line, size_t n)
{
    if (n < 2 || n > PROMPT_MAX || (line[0] != ':' && line[0] != '/') || !text_is_utf8(text_from(line, n)))
        return false;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
            return false;
    return true;
}

/* False at the first line that makes no sense, also one that ends without a line end. */
static bool take(struct typed *t, const struct buf *file, struct err *err)
{
    size_t number = 1;

    for (size_t at = 0; at < file->len; number++) {
        const char *line = file->data + at, *end = memchr(line, '\n', file->len - at);
        size_t n = end ? (size_t)(end - line) : 0;
        if (!end || !is_line(line, n))
            return err_set(err, ERR_CORRUPT, tr("what was typed in former sessions is damaged: '%s', line %zu"),
                           t->path, number);
        push(t, line, n);
        at += n + 1;
    }
    return true;
}

/* --- the file --- */

static bool write_anew(struct typed *t, struct err *err)
{
    struct buf b = buf_make(KEEP_MAX);

    for (size_t i = 0; i < t->count; i++)
        buf_printf(&b, NULL, "%s\n", t->lines[i]);
    bool ok = keep_write(t->path, &b, err);
    t->written = b.len;
    buf_release(&b);
    return ok;
}

static void load(struct typed *t, struct err *err)
{
    struct buf file = buf_make(KEEP_MAX);
    bool good = keep_read(t->path, &file, err) && take(t, &file, err);
    bool many = file.len > KEEP_MAX / 2;

    t->written = file.len;
    buf_release(&file);
    if (!good)
        keep_aside(t->path, err);
    if (!good || many)
        write_anew(t, good ? err : NULL);
}

struct typed *typed_new(const char *dir, struct err *err)
{
    struct typed *t = mem_new(1, sizeof *t);

    if (dir && dir_join(t->path, dir, "history"))
        load(t, err);
    typed_begin(t);
    return t;
}

void typed_free(struct typed *t)
{
    free(t);
}

/* --- what is not kept --- */

bool typed_is_secret(const char *text)
{
    static const char *const words[] = {"password", "passwd", "secret", "token", "bearer", "authorization",
                                        "api_key",  "apikey", "口令",   "密码",  "令牌"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_contains(text_of(text), text_of(words[i]), true))
            return true;
    return false;
}

static bool keeps(const struct typed *t, const char *line)
{
    return line[1] != '\0' && line[1] != ' ' && !typed_is_secret(line) &&
           (t->count == 0 || strcmp(t->lines[t->count - 1], line) != 0);
}

bool typed_add(struct typed *t, char sign, const char *text, struct err *err)
{
    char line[PROMPT_MAX + 2];
    int n = snprintf(line, sizeof line, "%c%s", sign, text);

    if (n > PROMPT_MAX || !keeps(t, line))
        return true;
    push(t, line, (size_t)n);
    if (t->path[0] == '\0')
        return true;
    line[n] = '\n';
    bool ok = keep_append(t->path, line, (size_t)n + 1, err);
    t->written += (size_t)n + 1;
    if (ok && t->written > KEEP_MAX / 2)
        ok = write_anew(t, err);
    if (!ok)
        t->path[0] = '\0';
    return ok;
}

/* --- looking back --- */

void typed_begin(struct typed *t)
{
    t->at = t->count;
    t->draft[0] = '\0';
}

const char *typed_step(struct typed *t, char sign, int by, const char *present)
{
    size_t at = t->at;

    if (at == t->count && by < 0)
        snprintf(t->draft, sizeof t->draft, "%s", present);
    while (by < 0 ? at > 0 : at < t->count) {
        at = by < 0 ? at - 1 : at + 1;
        if (at < t->count && t->lines[at][0] != sign)
            continue;
        t->at = at;
        return at == t->count ? t->draft : t->lines[at] + 1;
    }
    return NULL;
}
