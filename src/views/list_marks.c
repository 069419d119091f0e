#include <stdio.h>

#include "base/tr.h"
#include "views/cell.h"
#include "views/list.h"
#include "views/marks.h"

/* What the keys that mark rows do. */

static struct intent say(const char *text)
{
    struct intent i = {.kind = INTENT_SAY};

    snprintf(i.text, sizeof i.text, "%s", text);
    return i;
}

static struct intent told(enum marks_result result)
{
    char n[CELL_MAX], text[INTENT_TEXT_MAX];

    if (result == MARKS_ADDED)
        return (struct intent){.kind = INTENT_REDRAW};
    if (result == MARKS_TOO_LONG)
        return say(tr("an id that long cannot be marked"));
    snprintf(text, sizeof text, tr("at most %s rows can be marked: the others are not"), cell_number(MARKS_MAX, n));
    return say(text);
}

static struct intent mark_one(struct view_state *s, const struct view_rows *rows)
{
    enum marks_result result = MARKS_ADDED;
    struct row row = {0};

    if (!list_current(&s->place[0], rows, &row))
        return say(tr("nothing is under the cursor that could be marked"));
    if (marks_has(s->marks, &row))
        marks_remove(s->marks, &row);
    else
        result = marks_add(&s->marks, &row);
    list_move(&s->place[0], rows, LIST_DOWN);
    return told(result);
}

/* Where the cursor is in the rows; -1: nowhere. */
static int64_t cursor_of(const struct view_state *s, const struct view_rows *rows)
{
    struct row row = {0};

    return list_current(&s->place[0], rows, &row) ? rows->find(rows->ctx, row.id, row.source) : -1;
}

/* What does not fit is left out, and said at the end. */
static struct intent mark_range(struct view_state *s, const struct view_rows *rows)
{
    struct safe_text id, source;
    int64_t to = cursor_of(s, rows), from;
    enum marks_result worst = MARKS_ADDED, result = MARKS_ADDED;

    if (!marks_last(s->marks, &id, &source))
        return say(tr("no row is marked yet: Space marks the first one"));
    from = rows->find(rows->ctx, id, source);
    if (from < 0 || to < 0)
        return say(tr("the row that was marked last is not in this list now"));
    for (int64_t at = from, by = to < from ? -1 : 1; at != to + by && result != MARKS_FULL; at += by) {
        struct row row = {0};

        result = rows->at(rows->ctx, (size_t)at, &row) ? marks_add(&s->marks, &row) : MARKS_ADDED;
        worst = result != MARKS_ADDED ? result : worst;
    }
    return told(worst);
}

/* How long a job waits grows for all alike: since when it waits tells whether it is as long. */
static bool is_same(const struct row *a, const struct row *b, int field)
{
    if (field < 0)
        return text_equal(a->id, b->id);
    if (a->kind == KIND_JOB && field == JOB_WAITED_S && !value_known(&a->cells[field]))
        field = JOB_SUBMITTED_AT;
    if (!value_known(&a->cells[field]) || !value_known(&b->cells[field]))
        return value_known(&a->cells[field]) == value_known(&b->cells[field]);
    return value_equal(&a->cells[field], &b->cells[field]);
}

/* In their order those of the same value stand together: no others are looked at. */
static struct intent mark_same(struct view_state *s, const struct view_rows *rows, int sorted)
{
    int64_t cursor = cursor_of(s, rows);
    enum marks_result worst = MARKS_ADDED, result = MARKS_ADDED;
    struct row like = {0}, row = {0};

    if (sorted == TABLE_NO_SORT)
        return say(tr("the order here is that of no column: > and < put one in order"));
    if (cursor < 0 || !rows->at(rows->ctx, (size_t)cursor, &like))
        return say(tr("nothing is under the cursor that could be marked"));
    for (int by = -1; by <= 1; by += 2)
        for (int64_t at = by < 0 ? cursor : cursor + 1; at >= 0 && at < (int64_t)rows->count && result != MARKS_FULL;
             at += by) {
            if (!rows->at(rows->ctx, (size_t)at, &row) || !is_same(&row, &like, sorted))
                break;
            result = marks_add(&s->marks, &row);
            worst = result != MARKS_ADDED ? result : worst;
        }
    return told(worst);
}

struct intent list_mark(struct view_state *s, const struct view_rows *rows, int action, int sorted)
{
    switch (action) {
    case LIST_MARK:
        return mark_one(s, rows);
    case LIST_MARK_RANGE:
        return mark_range(s, rows);
    case LIST_MARK_SAME:
        return mark_same(s, rows, sorted);
    case LIST_UNMARK:
        marks_clear(s->marks);
        return (struct intent){.kind = INTENT_REDRAW};
    default:
        return (struct intent){.kind = INTENT_NONE};
    }
}
