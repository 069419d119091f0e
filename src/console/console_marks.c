#include "console/console_private.h"

#include <stdio.h>

#include "base/tr.h"
#include "views/marks.h"

/* What becomes of the rows that were marked in the shown view. */

struct marks *console_marks(struct console *c)
{
    return console_state(c, c->view)->marks;
}

static bool is_there(void *ctx, struct safe_text id, struct safe_text source)
{
    return !query_rows_gone(ctx, id, source);
}

void console_marks_follow(struct console *c)
{
    struct marks *marks = console_marks(c);
    size_t need;
    const struct query_rows *rows =
        marks_count(marks) > 0 && console_listed_need(c, &need) ? feeds_set(c->feeds, need) : NULL;

    if (!rows || (c->marks_view == c->view && c->marks_rev == query_rows_rev(rows)))
        return;
    c->marks_view = c->view;
    c->marks_rev = query_rows_rev(rows);
    marks_keep(marks, is_there, (void *)(uintptr_t)rows); /* it only reads them */
}

void console_marks_ids(struct console *c, struct buf *out)
{
    const struct marks *marks = console_marks(c);

    for (size_t i = 0; i < marks_count(marks) && out->len <= TERM_COPY_MAX; i++) {
        struct safe_text id, source;

        marks_at(marks, i, &id, &source);
        text_show(id, -1, out);
        buf_putc(out, '\n', NULL);
    }
}

/* The row of a mark; false: a filter leaves it out. */
static bool row_of(struct console *c, size_t i, struct row *row)
{
    const struct view_rows *rows;
    struct safe_text id, source;
    size_t need;

    if (!console_listed_need(c, &need))
        return false;
    rows = &feeds_rows(c->feeds)[need];
    marks_at(console_marks(c), i, &id, &source);
    int64_t at = rows->find(rows->ctx, id, source);
    return at >= 0 && rows->at(rows->ctx, (size_t)at, row);
}

size_t console_marks_json(struct console *c, struct buf *out)
{
    size_t n = 0;

    for (size_t i = 0; i < marks_count(console_marks(c)) && out->len <= TERM_COPY_MAX; i++) {
        struct row row = {0};

        if (!row_of(c, i, &row))
            continue;
        buf_puts(out, n++ > 0 ? ",\n" : "[\n", NULL);
        c->options->row_json(&row, out);
    }
    if (n > 0)
        buf_puts(out, "\n]\n", NULL);
    return n;
}

size_t console_marks_listed(struct console *c)
{
    struct row row = {0};
    size_t n = 0;

    for (size_t i = 0; i < marks_count(console_marks(c)); i++)
        n += row_of(c, i, &row);
    return n;
}

bool console_marks_wants(void *ctx, const struct row *row)
{
    return marks_has(ctx, row);
}
