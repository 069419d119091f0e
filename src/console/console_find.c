#include "console/console_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/tr.h"

/* Finding the next row that an expression matches: in slices between keys, from the cursor on and round. */

enum { SLICE_US = 3000, ROWS_BETWEEN_LOOKS = 64, TELL_MS = 250, SHOWN = 80, NUMBER_MAX = 24 };

void console_find_end(struct console *c)
{
    c->find.task = 0;
    filter_free(c->find.filter);
    c->find.filter = NULL;
}

static void stop(struct console *c)
{
    if (c->find.task)
        loop_task_cancel(c->loop, c->find.task);
    console_find_end(c);
}

/* The row that comes n-th from the cursor, round and round. */
static int64_t turn(const struct console_find *f, int64_t n, int64_t count)
{
    return ((f->start + f->by * n) % count + count) % count;
}

static void put_cursor(struct view_place *p, const struct row *row, int64_t at)
{
    struct buf id = buf_make(sizeof p->id), source = buf_make(sizeof p->source);

    p->position = at;
    p->id_len = p->source_len = 0;
    if (!text_empty(text_copy(&id, row->id)))
        memcpy(p->id, id.data, p->id_len = id.len);
    if (!text_empty(text_copy(&source, row->source)))
        memcpy(p->source, source.data, p->source_len = source.len);
    buf_release(&id);
    buf_release(&source);
}

static void say_found(struct console *c, int64_t at, int64_t count)
{
    struct console_find *f = &c->find;
    char text[200], row[NUMBER_MAX], all[NUMBER_MAX];
    bool round = f->by > 0 ? at <= f->start : at >= f->start;

    snprintf(row, sizeof row, "%" PRId64, at + 1);
    snprintf(all, sizeof all, "%" PRId64, count);
    snprintf(text, sizeof text,
             !round      ? tr("row %s of %s; C-n goes on, C-p back")
             : f->by > 0 ? tr("from the top again: row %s of %s")
                         : tr("from the end again: row %s of %s"),
             row, all);
    console_say(c, false, text);
}

static void say_nothing(struct console *c, const struct view_rows *rows, bool own)
{
    char text[VIEW_FILTER_MAX + 120], shown[SHOWN];

    snprintf(text, sizeof text,
             own             ? tr("no other row matches '%s'")
             : rows->partial ? tr("no row matches '%s' so far: the list is still loading")
                             : tr("no row matches '%s'"),
             text_show_in(text_of(c->find.text), shown, sizeof shown));
    console_say(c, !own, text);
}

/* The next row that matches; -1: there is none, or time is up (`more`). The cursor's own row is the last that is looked at. */
static int64_t next_match(struct console_find *f, const struct view_rows *rows, struct row *row)
{
    int64_t count = (int64_t)rows->count, until_us = clock_mono_us() + SLICE_US;

    f->more = false;
    for (; f->seen < count && !f->more; f->seen++) {
        int64_t at = turn(f, f->seen + 1, count);

        *row = (struct row){0};
        if (rows->at(rows->ctx, (size_t)at, row) && filter_match(f->filter, row))
            return at;
        f->more = f->seen % ROWS_BETWEEN_LOOKS == ROWS_BETWEEN_LOOKS - 1 && clock_mono_us() > until_us;
    }
    return -1;
}

static void look(void *ctx, const struct view_rows *rows, struct view_place *place)
{
    struct console *c = ctx;
    struct console_find *f = &c->find;
    struct row row;
    int64_t at, count = (int64_t)rows->count;

    if (f->seen == 0) {
        at = place->id_len == 0 ? -1
                                : rows->find(rows->ctx, text_from(place->id, place->id_len),
                                             text_from(place->source, place->source_len));
        f->start = at >= 0 ? at : place->position;
    }
    at = next_match(f, rows, &row);
    f->seen_pct = count > 0 ? (int)(f->seen * 100 / count) : 100;
    if (f->more)
        return;
    if (at < 0 || f->seen + 1 == count)
        say_nothing(c, rows, at >= 0);
    else
        say_found(c, at, count);
    if (at >= 0)
        put_cursor(place, &row, at);
}

bool console_find_step(struct console *c)
{
    struct console_find *f = &c->find;
    struct view_frame frame = console_frame(c);
    char text[VIEW_FILTER_MAX + 120], shown[SHOWN];

    f->more = false;
    if (f->view == c->view)
        c->view->rows(&frame, console_state(c, c->view), look, c);
    if (!f->more)
        console_find_end(c);
    if (f->more && clock_boot_ms() - f->told_ms < TELL_MS)
        return true;
    f->told_ms = clock_boot_ms();
    if (f->more) {
        snprintf(text, sizeof text, tr("looking for '%s': %d%%; Esc stops"),
                 text_show_in(text_of(f->text), shown, sizeof shown), f->seen_pct);
        console_say(c, false, text);
    }
    console_refresh(c);
    return f->more;
}

static bool on_task(void *ctx)
{
    return console_find_step(ctx);
}

static void go(struct console *c, int by)
{
    struct console_find *f = &c->find;
    struct err err = {0};

    stop(c);
    if (!c->view->rows) {
        console_say(c, true, tr("this view has no list to find something in"));
        return;
    }
    f->filter = filter_new(console_kind(c), f->text, &err);
    if (!f->filter) {
        console_fail(c, &err);
        return;
    }
    filter_set_now(f->filter, c->at_ms ? c->at_ms : console_now(c).utc_ms);
    f->view = c->view;
    f->by = by;
    f->seen = 0;
    f->told_ms = clock_boot_ms();
    /* What is near is found before the next key, so that as many keys go as many rows on. */
    if (console_find_step(c))
        f->task = loop_task(c->loop, on_task, c);
}

void console_find_start(struct console *c, const char *text)
{
    if (!text[strspn(text, " ")] || console_refuse_blind(c))
        return;
    snprintf(c->find.text, sizeof c->find.text, "%s", text);
    go(c, 1);
}

void console_find_on(struct console *c, int by)
{
    if (c->find.text[0])
        go(c, by);
    else
        console_say(c, true, tr("nothing was looked for yet: f does"));
}

bool console_find_stop(struct console *c)
{
    if (!c->find.task)
        return false;
    stop(c);
    console_say(c, false, tr("stopped"));
    return true;
}

void console_find_ask(struct console *c)
{
    if (c->view->rows)
        console_line_start(c, MODE_FIND, c->find.text);
    else
        console_say(c, true, tr("this view has no list to find something in"));
}
