#include "console/console_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/dir.h"
#include "base/tr.h"
#include "console/keep.h"

/* Where somebody was when the line was lost, in a file of their own; it is taken up once, by the console that comes next. */

#define FILE_NAME "place"

enum { PARTS = 8, PLACE_HOURS = 12, HOUR_MS = 3600 * 1000, NUMBER_MAX = 24, DETAIL_SHUT = 2 };

/* A line with tabs between its parts. */
struct place {
    char at_ms[NUMBER_MAX], panel[NUMBER_MAX], detail[NUMBER_MAX], all[NUMBER_MAX];
    char view[64], source[64], id[VIEW_ID_MAX], filter[VIEW_FILTER_MAX];
};

static bool path_of(const struct console *c, char out[DIR_PATH_MAX])
{
    return c->options->own_dir && dir_join(out, c->options->own_dir, FILE_NAME);
}

/* What a line of text cannot hold is left out: then the view comes back, and its cursor stands on the first row. */
static bool fits(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] < ' ' || s[i] == 0x7f)
            return false;
    return true;
}

void console_place_keep(struct console *c)
{
    const struct view_state *s = console_state(c, c->view);
    const struct view_place *p = &s->place[s->panel >= 0 && s->panel < VIEW_PANELS_MAX ? s->panel : 0];
    char path[DIR_PATH_MAX];
    struct err err = {0};
    struct buf line = buf_make(KEEP_MAX);
    bool cursor = fits(p->id, p->id_len) && fits(p->source, p->source_len);

    if (c->options->wall || c->options->play || !path_of(c, path)) {
        buf_release(&line);
        return;
    }
    buf_printf(&line, NULL, "%" PRId64 "\t%d\t%d\t%d\t%s\t%.*s\t%.*s\t%s\n", console_now(c).utc_ms, s->panel,
               s->shut ? DETAIL_SHUT : s->detail, s->all, c->view->name, cursor ? (int)p->source_len : 0, p->source,
               cursor ? (int)p->id_len : 0, p->id, fits(s->filter, strlen(s->filter)) ? s->filter : "");
    keep_write(path, &line, &err); /* nobody is there to be told of a failure */
    buf_release(&line);
}

static bool take(const char *line, size_t n, struct place *out)
{
    const struct {
        char *to;
        size_t size;
    } parts[PARTS] = {{out->at_ms, sizeof out->at_ms},   {out->panel, sizeof out->panel},
                      {out->detail, sizeof out->detail}, {out->all, sizeof out->all},
                      {out->view, sizeof out->view},     {out->source, sizeof out->source},
                      {out->id, sizeof out->id},         {out->filter, sizeof out->filter}};

    for (size_t i = 0, len; i < PARTS; i++, line += len, n -= len) {
        const char *end = memchr(line, i + 1 < PARTS ? '\t' : '\n', n);
        len = end ? (size_t)(end - line) : n;
        if (!end || len >= parts[i].size)
            return false;
        memcpy(parts[i].to, line, len);
        parts[i].to[len++] = '\0';
    }
    return n == 0;
}

static bool read_place(const char *path, int64_t now_ms, struct place *out)
{
    struct buf file = buf_make(KEEP_MAX);
    struct err err = {0};
    bool ok = keep_read(path, &file, &err) && file.len > 0 && take(file.data, file.len, out);
    int64_t age_ms = ok ? now_ms - strtoll(out->at_ms, NULL, 10) : 0;

    buf_release(&file);
    return ok && age_ms > -PLACE_HOURS * HOUR_MS && age_ms < PLACE_HOURS * HOUR_MS; /* a clock may have been set back */
}

static int number(const char *text, int below)
{
    long n = strtol(text, NULL, 10);

    return n > 0 && n < below ? (int)n : 0;
}

void console_place_restore(struct console *c)
{
    const struct console_options *o = c->options;
    struct place was = {0};
    char path[DIR_PATH_MAX], text[sizeof was.view + 64];
    const struct view *v;
    bool found;

    if (o->view || o->filter || o->sort || o->focus || o->at_ms || o->wall || o->play || !path_of(c, path))
        return;
    found = read_place(path, console_now(c).utc_ms, &was);
    unlink(path);
    v = found ? view_by_name(was.view) : NULL;
    if (!v || v->page)
        return;
    struct view_state *s = console_state(c, v);
    s->panel = number(was.panel, VIEW_PANELS_MAX);
    s->detail = number(was.detail, DETAIL_SHUT + 1) == 1;
    s->shut = number(was.detail, DETAIL_SHUT + 1) == DETAIL_SHUT;
    s->all = number(was.all, 2) != 0;
    snprintf(s->filter, sizeof s->filter, "%s", was.filter);
    console_show(c, v);
    struct view_place *p = &s->place[s->panel];
    *p = (struct view_place){.page = p->page, .id_len = strlen(was.id), .source_len = strlen(was.source)};
    memcpy(p->id, was.id, p->id_len);
    memcpy(p->source, was.source, p->source_len);
    snprintf(text, sizeof text, tr("back in %s, where the line was lost"), tr(v->title));
    console_say(c, false, text);
}
