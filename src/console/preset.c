#include "console/preset.h"

#include <stdio.h>
#include <string.h>

#include "base/dir.h"
#include "base/tr.h"
#include "console/keep.h"

#define FILE_NAME "presets"

enum { PARTS = 6, PARTS_LEAST = 5 };

static bool path_of(const char *dir, char out[DIR_PATH_MAX], struct err *err)
{
    if (dir && dir_join(out, dir, FILE_NAME))
        return true;
    return err_set(err, ERR_INPUT, "%s", tr("there is no folder to keep it in"));
}

/* --- a line: name, view, order, columns, filter and, where there is one, group, with tabs between them --- */

static bool is_printable(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (((unsigned char)s[i] < ' ' && s[i] != '\t') || s[i] == 0x7f)
            return false;
    return text_is_utf8(text_from(s, n));
}

static bool take(const char *line, size_t n, struct preset *out)
{
    const struct {
        char *to;
        size_t size;
    } parts[PARTS] = {{out->name, sizeof out->name},     {out->view, sizeof out->view},
                      {out->sort, sizeof out->sort},     {out->columns, sizeof out->columns},
                      {out->filter, sizeof out->filter}, {out->group, sizeof out->group}};

    if (!is_printable(line, n))
        return false;
    out->group[0] = '\0';
    for (size_t i = 0, len; i < PARTS; i++, line += len, n -= len) {
        const char *tab = memchr(line, '\t', n);
        len = tab ? (size_t)(tab - line) : n;
        if (len >= parts[i].size || (tab ? i + 1 == PARTS : i + 1 < PARTS_LEAST))
            return false;
        memcpy(parts[i].to, line, len);
        parts[i].to[len] = '\0';
        len += tab != NULL;
        if (!tab)
            break;
    }
    return out->name[0] != '\0';
}

static bool take_all(const struct buf *file, const char *path, struct preset_list *out, struct err *err)
{
    for (size_t at = 0; at < file->len;) {
        const char *line = file->data + at, *end = memchr(line, '\n', file->len - at);
        if (!end || out->count == PRESET_MAX || !take(line, (size_t)(end - line), &out->all[out->count]))
            return err_set(err, ERR_CORRUPT, tr("the presets are damaged: '%s', line %zu"), path, out->count + 1);
        out->count++;
        at += (size_t)(end - line) + 1;
    }
    return true;
}

void preset_read(const char *dir, struct preset_list *out, struct err *err)
{
    char path[DIR_PATH_MAX];
    struct buf file = buf_make(KEEP_MAX);

    *out = (struct preset_list){0};
    if (path_of(dir, path, err) && !(keep_read(path, &file, err) && take_all(&file, path, out, err)))
        keep_aside(path, err);
    buf_release(&file);
}

static bool is_name(const char *name)
{
    return name[0] != '\0' && strlen(name) < PRESET_NAME_MAX && strcspn(name, " /\t") == strlen(name) &&
           is_printable(name, strlen(name));
}

static struct preset *place(struct preset_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->all[i].name, name) == 0)
            return &list->all[i];
    return list->count < PRESET_MAX ? &list->all[list->count++] : NULL;
}

bool preset_put(const char *dir, const struct preset *p, struct err *err)
{
    char path[DIR_PATH_MAX];
    struct preset_list list;

    if (!is_name(p->name))
        return err_set(err, ERR_INPUT, tr("a preset's name is one word of at most %d bytes"), PRESET_NAME_MAX - 1);
    preset_read(dir, &list, err);
    if (err->kind != ERR_NONE || !path_of(dir, path, err))
        return false;
    struct preset *to = place(&list, p->name);
    if (!to)
        return err_set(err, ERR_INPUT, tr("there are %d presets: save it under the name of one of them"), PRESET_MAX);
    *to = *p;
    struct buf b = buf_make(KEEP_MAX);
    for (size_t i = 0; i < list.count; i++)
        buf_printf(&b, NULL, "%s\t%s\t%s\t%s\t%s%s%s\n", list.all[i].name, list.all[i].view, list.all[i].sort,
                   list.all[i].columns, list.all[i].filter, list.all[i].group[0] ? "\t" : "", list.all[i].group);
    bool ok = keep_write(path, &b, err);
    buf_release(&b);
    return ok;
}

const struct preset *preset_named(const struct preset_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->all[i].name, name) == 0)
            return &list->all[i];
    return NULL;
}
