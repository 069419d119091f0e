#include "console/console_private.h"

#include <stdio.h>

#include "base/tr.h"
#include "views/marks.h"

/* To the terminal's clipboard; whether it takes it nobody tells. */
static void copy(struct console *c, const struct buf *text, const char *what)
{
    char said[200];

    if (text->len > TERM_COPY_MAX) {
        snprintf(said, sizeof said, tr("%s is %zu bytes long; a terminal takes at most %d: use :export"), what,
                 text->len, (int)TERM_COPY_MAX);
        console_say(c, true, said);
        return;
    }
    if (console_refuse_blind(c))
        return;
    bool sent = term_copy(c->term, buf_str(text));
    snprintf(said, sizeof said, tr("%s: the terminal was asked to copy it (OSC 52); whether it did is not known"),
             what);
    console_say(c, !sent, sent ? said : tr("this terminal takes no text from programs: mark it with the mouse"));
}

static bool object_of(struct console *c, struct row *row)
{
    struct view_frame frame = console_frame(c);

    if (c->view->object && c->view->object(&frame, console_state(c, c->view), row) && !text_empty(row->id))
        return true;
    console_say(c, true, tr("nothing is under the cursor that could be copied"));
    return false;
}

/* "2 of 3 marked rows" */
static void copy_marked(struct console *c, const struct buf *text, size_t n)
{
    char what[80], said[160];
    size_t all = marks_count(console_marks(c));

    if (n == all)
        snprintf(what, sizeof what, tr("%zu marked rows"), all);
    else
        snprintf(what, sizeof what, tr("%zu of %zu marked rows, the others are not listed"), n, all);
    if (text->len > TERM_COPY_MAX) {
        snprintf(said, sizeof said, tr("%zu rows are marked, more than a terminal takes: use :export"), all);
        console_say(c, true, said);
        return;
    }
    copy(c, text, what);
}

void console_copy_id(struct console *c)
{
    struct row row = {0};
    struct buf text = buf_make(1 << 20);

    if (marks_count(console_marks(c)) > 0) {
        console_marks_ids(c, &text);
        copy_marked(c, &text, marks_count(console_marks(c)));
    } else if (object_of(c, &row)) {
        text_show(row.id, -1, &text);
        copy(c, &text, buf_str(&text));
    }
    buf_release(&text);
}

/* The whole row of what is known by kind and id alone. */
static bool whole(struct console *c, struct row *row)
{
    const struct view_rows *rows = feeds_rows(c->feeds);
    const struct view_need *needs = c->view->needs;

    for (size_t i = 0; needs[i].kind != KIND_NONE; i++) {
        int64_t at = needs[i].kind == row->kind ? rows[i].find(rows[i].ctx, row->id, row->source) : -1;
        if (at >= 0)
            return rows[i].at(rows[i].ctx, (size_t)at, row);
    }
    return false;
}

void console_copy_row(struct console *c)
{
    struct row row = {0};
    struct buf text = buf_make(1 << 20);
    size_t marked = marks_count(console_marks(c)) > 0 && c->options->row_json ? console_marks_json(c, &text) : 0;

    if (marked > 0)
        copy_marked(c, &text, marked);
    else if (marks_count(console_marks(c)) > 0)
        console_say(c, true, tr("no marked row is listed now: U takes the marks away"));
    else if (object_of(c, &row)) {
        if (c->options->row_json && whole(c, &row)) {
            char id[64];
            text_show_in(row.id, id, sizeof id);
            c->options->row_json(&row, &text);
            copy(c, &text, id);
        } else
            console_say(c, true, tr("this view does not have the whole row: only its id can be copied (y)"));
    }
    buf_release(&text);
}
